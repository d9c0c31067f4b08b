// Package mapper lets an endpoint be asked in the words of those who learn the machines of real
// hosts, and answers in them. The abstraction is that of Fiterau-Brostean, Janssen and Vaandrager
// (Combining Model Learning and Model Checking to Analyze TCP Implementations, CAV 2016): a tester
// on the same wire sends a segment of given flags whose numbers are valid or not, or the endpoint's
// user calls; what the endpoint sends then is the answer, and TIMEOUT if it sends nothing.
//
// Like a learner's mapper, this one sees the wire only. It knows two numbers, both from what the
// endpoint has sent: the one that the endpoint expects next (its latest ACK), and the one that the
// endpoint uses next (what follows its latest segment). A valid segment carries these two.
//
//	SYN(V,V,0)    flags, SEG.SEQ, SEG.ACK, octets of text; a field that the flags leave out is V
//
//	input     V the next number; INV one far ahead of it, outside of every window
//	          with Fine: WIN the number after the next, OLD the one before it, FAR one far behind it
//	output    V what a segment of that kind must bear; CURR nothing new is acknowledged, although
//	          the tester's segment brought something, or an ISS is sent again; OLD before
//	          that; INV beyond it; ZERO the SEQ=0 of <SEQ=0><ACK=...><CTL=RST,ACK>
//
// Two segments in answer to one input are joined by "|". No timer fires by itself, and so nothing is
// ever sent again; with Timers they are inputs.
//
// What makes the machine finite: there is one connection at a time, and initial numbers lie a
// fixed distance apart; a listener stays, and answers again when its connection is gone; a SEND
// blocks once two octets wait, and so does a RECEIVE; the windows are small; the timestamp clock does not move.
// States that differ in nothing but an offset of all numbers are one (model.TCB.Shift).
package mapper
