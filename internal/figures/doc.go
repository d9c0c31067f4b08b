// Package figures runs two-column scripts, written like the figures of RFC 9293 and
// RFC 1337, against package model. A script is for readers first:
//
//	figure: RFC 9293 Figure 12
//	claim:  the side that closes first waits out the old duplicates
//	A: ESTABLISHED snd=100 rcv=300
//	B: ESTABLISHED snd=300 rcv=100
//
//	    (Close)
//	2.  FIN-WAIT-1  --> <SEQ=100><ACK=300><CTL=FIN,ACK>  --> CLOSE-WAIT
//	3.  FIN-WAIT-2  <-- <SEQ=300><ACK=101><CTL=ACK>      <-- CLOSE-WAIT
//	                                                         (Close)
//	4.  TIME-WAIT   <-- <SEQ=300><ACK=101><CTL=FIN,ACK>  <-- LAST-ACK
//	5.  TIME-WAIT   --> <SEQ=101><ACK=301><CTL=ACK>      --> CLOSED
//	6.  (2 MSL)
//	    CLOSED
//
// # Header
//
// "figure" or "title" names the script, "claim" says what it shows. "A" and "B" give the
// two ends: a state (CLOSED, LISTEN or ESTABLISHED) and then any of iss=100,400 (the initial
// numbers to draw, in order), clock=7 (timestamps), remote (a LISTEN that knows its peer),
// and for ESTABLISHED snd=, rcv= (the next numbers) and ts=5 (timestamps in use, and the
// last one seen). "B: A" makes both columns the same endpoint, which talks to itself.
// "policy:" sets policies of model.Policies, and buffer=, mss= and wscale=, for both ends;
// "policy A:" for one of them. A script shows what each value of a policy does; some are not
// seen from outside. "pairs" says so of the pairs of package conform, and "words" of those of
// model learning ("pairs: keep-alive=on is not seen: ", and then the reason).
//
// # Body
//
// A line with a segment shows its departure and its arrival by the arrows beside it, "..."
// being the network, in which what departs waits for the line that shows its arrival:
//
//	--> segment -->    from A to B            <-- segment <--    from B to A
//	--> segment ...    leaves A               ... segment <--    leaves B
//	... segment -->    arrives at B           <-- segment ...    arrives at A
//	--> segment (lost) leaves A for nowhere   (lost) segment <-- leaves B for nowhere
//
// An arrival from the network takes the oldest waiting segment that matches. With the note
// (again) it is a copy of one that was seen before; with (duplicate) or (forged) it is no
// segment of this script at all, and arrives as it is written.
//
// SEQ, CTL and DATA are always compared with what the model sent (no DATA means no data,
// and PSH counts only if it is written); ACK, W, UP, TS, MSS, WS, SACK are compared if written;
// <TS=none> is a segment without timestamps.
// Everything that an endpoint sends must be shown before its next event. States are those after the line.
//
// Other lines have items of A in the left half and of B from column 40 on, two blanks apart:
//
//	(Open) (Passive Open) (Send 10) (Send 10 urgent) (Receive 10) (Close) (Abort) (Status)
//	(Open nowhere) (retransmission timeout) (user timeout) (2 MSL) (reboot) (clock 9)
//	FIN-WAIT-2            the state
//	"connection reset"    the user hears this at the side's last event: a signal, the reply to
//	                      a call, "10 octets", "10 octets acknowledged", "2 MSL begins",
//	                      "probe answered" (no reason for the user timeout so far, §3.8.6.1)
//	no "connection reset" the user does not hear this
//	RCV.NXT=301           a variable: SND.UNA SND.NXT SND.WND RCV.NXT RCV.WND
//
// A line that begins with # is a remark.
package figures
