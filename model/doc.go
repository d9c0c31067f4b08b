// Package model is one TCP endpoint of RFC 9293 as a pure function:
//
//	Step(c Config, t TCB, e Event) (TCB, Output)
//
// It is for readers who want to compare a TCP with the RFC, and for programs that search what TCP
// can do. It follows §3.10 (Event Processing) paragraph by paragraph, with full 32-bit sequence
// numbers. SEGMENT ARRIVES is in arrives.go (CLOSED, LISTEN, SYN-SENT), arrives_other.go (the
// first four steps in the other states), ack.go (the fifth) and text.go (the last three).
//
// Step is total: every state, every event and every segment has an answer, reachable or not. It
// reads no clock, draws no random number, keeps no pointer and allocates nothing. What the RFC
// leaves to the host (the initial send sequence number, the timestamp clock, when a timer fires)
// arrives in the Event.
//
// Where the RFC leaves a choice, contradicts itself, or names an alternative (RFC 793,
// 1337, 5961, 6191, 7323), the choice is a named field of Config with a default; see
// Config and docs/REQUIREMENTS.md.
//
// Goals: to be read beside the RFC; to be right about connection management; to be
// small enough to search. Not goals: congestion control, Nagle, silly window
// avoidance, SACK and timer values; they do not decide which connection a segment
// belongs to. Nor does the package bound what is in flight: the world around it does.
package model
