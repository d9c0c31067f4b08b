// Package model is one TCP endpoint of RFC 9293 as a pure function:
//
//	Step(c Config, t TCB, e Event) (TCB, Output)
//
// It is for readers who want to compare a TCP with the RFC, and for programs that search what TCP
// can do. Begin with these names:
//
//   - [Step] answers one event. ExampleStep shows how a listener answers a SYN.
//   - [TCB] is the state of a connection, with the names of the RFC: t.Snd.Una is SND.UNA.
//   - [Event] is a segment, a call of the user, or a timer; [Output] is what the endpoint sends and
//     tells its user.
//   - [Config] has the policies. Its zero values follow RFC 9293; [Policies] lists all other values.
//
// The code follows §3.10 (Event Processing) paragraph by paragraph, with full 32-bit sequence
// numbers. SEGMENT ARRIVES is in arrives.go (CLOSED, LISTEN, SYN-SENT), arrives_other.go (the first
// four steps in the other states), ack.go (the fifth) and text.go (the last three).
//
// Step is total: every state, every event and every segment has an answer, reachable or not. It
// reads no clock, draws no random number, keeps no pointer and allocates nothing. What the RFC
// leaves to the host (the initial send sequence number, the timestamp clock, when a timer fires)
// arrives in the Event.
//
// Where the RFC leaves a choice, contradicts itself, or names an alternative (RFC 793, 1337, 5961,
// 6191, 7323), the choice is a named field of Config with a default; see docs/REQUIREMENTS.md.
//
// Goals: a reader can compare it with the RFC; its connection management is right; it is small
// enough to search. Not goals: congestion control, Nagle's algorithm, silly window avoidance, SACK
// and timer values, which do not decide which connection a segment belongs to. The package sets no
// limit on the segments in the network; the world around it does.
package model
