package model

import "testing"

// TestStep1Outside: what lies outside the window is answered with an ACK and dropped (first step).
func TestStep1Outside(t *testing.T) {
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 1300, Ack: 101, Flags: ACK}), `
SYN-RECEIVED: SYN-RECEIVED <SEQ=101><ACK=300><CTL=ACK>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=300><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=300><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING <SEQ=102><ACK=300><CTL=ACK>
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
}

// TestStep2Rst: a RST resets at RCV.NXT, is challenged in the window, and is nothing outside (second step).
func TestStep2Rst(t *testing.T) {
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 101, Flags: RST | ACK}), `
CLOSED: CLOSED
LISTEN: LISTEN
SYN-SENT: CLOSED; connection reset
SYN-RECEIVED: LISTEN
ESTABLISHED: CLOSED; connection reset
FIN-WAIT-1: CLOSED; connection reset
FIN-WAIT-2: CLOSED; connection reset
CLOSE-WAIT: CLOSED; connection reset
CLOSING: CLOSED; connection reset
LAST-ACK: CLOSED; connection reset
TIME-WAIT: CLOSED`)
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 301, Flags: RST}), `
SYN-RECEIVED: SYN-RECEIVED <SEQ=101><ACK=300><CTL=ACK>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=300><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=300><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING <SEQ=102><ACK=300><CTL=ACK>
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
	matrix(t, rfc793(), SynReceived, arrives(Segment{Seq: 301, Flags: RST}), `
SYN-RECEIVED: LISTEN
ESTABLISHED: CLOSED; connection reset
FIN-WAIT-1: CLOSED; connection reset
FIN-WAIT-2: CLOSED; connection reset
CLOSE-WAIT: CLOSED; connection reset
CLOSING: CLOSED; connection reset
LAST-ACK: CLOSED; connection reset
TIME-WAIT: CLOSED`)
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 299, Flags: RST}), `
SYN-RECEIVED: SYN-RECEIVED
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
}

// TestStep3Security: another compartment is reset, and ends a synchronized connection (third step).
func TestStep3Security(t *testing.T) {
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 101, Flags: ACK, Opts: OtherCompartment}), `
CLOSED: CLOSED <SEQ=101><CTL=RST>
LISTEN: LISTEN <SEQ=101><CTL=RST>
SYN-SENT: SYN-SENT <SEQ=101><CTL=RST>
SYN-RECEIVED: SYN-RECEIVED <SEQ=101><CTL=RST>
ESTABLISHED: CLOSED <SEQ=101><CTL=RST>; connection reset
FIN-WAIT-1: CLOSED <SEQ=101><CTL=RST>; connection reset
FIN-WAIT-2: CLOSED <SEQ=101><CTL=RST>; connection reset
CLOSE-WAIT: CLOSED <SEQ=101><CTL=RST>; connection reset
CLOSING: CLOSED <SEQ=101><CTL=RST>; connection reset
LAST-ACK: CLOSED <SEQ=101><CTL=RST>; connection reset
TIME-WAIT: CLOSED <SEQ=101><CTL=RST>; connection reset`)
}

// TestStep4Syn: a SYN opens, is challenged, or (RFC 793) resets (fourth step).
func TestStep4Syn(t *testing.T) {
	matrix(t, base(), Closed, arrives(Segment{Seq: 310, Flags: SYN}), `
CLOSED: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>
LISTEN: SYN-RECEIVED <SEQ=0><ACK=311><CTL=SYN,ACK>
SYN-SENT: SYN-RECEIVED <SEQ=100><ACK=311><CTL=SYN,ACK>
SYN-RECEIVED: LISTEN
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=300><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=300><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING <SEQ=102><ACK=300><CTL=ACK>
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
	matrix(t, rfc793(), SynReceived, arrives(Segment{Seq: 310, Flags: SYN}), `
SYN-RECEIVED: LISTEN
ESTABLISHED: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
FIN-WAIT-1: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
FIN-WAIT-2: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
CLOSE-WAIT: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
CLOSING: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
LAST-ACK: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset
TIME-WAIT: CLOSED <SEQ=0><ACK=311><CTL=RST,ACK>; connection reset`)
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 299, Flags: SYN}), `
SYN-RECEIVED: SYN-RECEIVED <SEQ=101><ACK=300><CTL=ACK>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=300><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=300><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING <SEQ=102><ACK=300><CTL=ACK>
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
}

func rfc793() Config {
	c := base()
	c.Attacks = RFC793
	return c
}
