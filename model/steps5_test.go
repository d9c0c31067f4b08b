package model

import "testing"

// TestStep5Ack: what each state makes of no ACK, of one of its FIN, of its SYN, of ISS, and of what it never sent (fifth step).
func TestStep5Ack(t *testing.T) {
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Len: 5, Flags: PSH | FIN}), `
CLOSED: CLOSED <SEQ=0><ACK=306><CTL=RST,ACK>
LISTEN: LISTEN
SYN-SENT: SYN-SENT
SYN-RECEIVED: SYN-RECEIVED
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 102, Flags: ACK, Wnd: 7}), `
CLOSED: CLOSED <SEQ=102><CTL=RST>
LISTEN: LISTEN <SEQ=102><CTL=RST>
SYN-SENT: SYN-SENT <SEQ=102><CTL=RST>
SYN-RECEIVED: SYN-RECEIVED <SEQ=102><CTL=RST>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-2; close ok
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: TIME-WAIT; close ok
LAST-ACK: CLOSED; close ok
TIME-WAIT: TIME-WAIT`)
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 101, Flags: ACK, Wnd: 7}), `
CLOSED: CLOSED <SEQ=101><CTL=RST>
LISTEN: LISTEN <SEQ=101><CTL=RST>
SYN-SENT: SYN-SENT
SYN-RECEIVED: ESTABLISHED; connection opened
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 100, Flags: ACK, Wnd: 7}), `
CLOSED: CLOSED <SEQ=100><CTL=RST>
LISTEN: LISTEN <SEQ=100><CTL=RST>
SYN-SENT: SYN-SENT <SEQ=100><CTL=RST>
SYN-RECEIVED: SYN-RECEIVED <SEQ=100><CTL=RST>
ESTABLISHED: ESTABLISHED
FIN-WAIT-1: FIN-WAIT-1
FIN-WAIT-2: FIN-WAIT-2
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
	matrix(t, base(), Closed, arrives(Segment{Seq: 300, Ack: 103, Flags: ACK, Wnd: 7}), `
CLOSED: CLOSED <SEQ=103><CTL=RST>
LISTEN: LISTEN <SEQ=103><CTL=RST>
SYN-SENT: SYN-SENT <SEQ=103><CTL=RST>
SYN-RECEIVED: SYN-RECEIVED <SEQ=103><CTL=RST>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=300><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=300><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING <SEQ=102><ACK=300><CTL=ACK>
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
}

// TestStep6Urg: urgent data is heard of until the peer has sent its FIN (sixth step).
func TestStep6Urg(t *testing.T) {
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 300, Ack: 101, Up: 5, Flags: ACK | URG, Wnd: 7}), `
SYN-RECEIVED: ESTABLISHED; urgent data, connection opened
ESTABLISHED: ESTABLISHED; urgent data
FIN-WAIT-1: FIN-WAIT-1; urgent data
FIN-WAIT-2: FIN-WAIT-2; urgent data
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
}

// TestStep7Text: text is taken until the peer has sent its FIN (seventh step).
func TestStep7Text(t *testing.T) {
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 300, Ack: 101, Len: 5, Flags: ACK, Wnd: 7}), `
SYN-RECEIVED: ESTABLISHED <SEQ=101><ACK=305><CTL=ACK>; connection opened
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=305><CTL=ACK>
FIN-WAIT-1: FIN-WAIT-1 <SEQ=102><ACK=305><CTL=ACK>
FIN-WAIT-2: FIN-WAIT-2 <SEQ=102><ACK=305><CTL=ACK>
CLOSE-WAIT: CLOSE-WAIT
CLOSING: CLOSING
LAST-ACK: LAST-ACK
TIME-WAIT: TIME-WAIT`)
}

// TestStep8Fin: where a FIN leads, alone and with the ACK of ours (eighth step). After the first one it is a second, with the
// number after the first: counted, but ignored in CLOSING if it does not acknowledge our FIN.
func TestStep8Fin(t *testing.T) {
	first := `
SYN-RECEIVED: CLOSE-WAIT <SEQ=101><ACK=301><CTL=ACK>; connection closing, connection opened
ESTABLISHED: CLOSE-WAIT <SEQ=101><ACK=301><CTL=ACK>; connection closing
FIN-WAIT-1: CLOSING <SEQ=102><ACK=301><CTL=ACK>; connection closing
FIN-WAIT-2: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing`
	fin := arrives(Segment{Seq: 300, Ack: 101, Flags: ACK | FIN, Wnd: 7})
	matrix(t, base(), SynReceived, fin, first+`
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=301><CTL=ACK>; connection closing
CLOSING: CLOSING
LAST-ACK: LAST-ACK <SEQ=102><ACK=301><CTL=ACK>; connection closing
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing`)
	ignores := base()
	ignores.SecondFin = IgnoreSecondFin
	matrix(t, ignores, SynReceived, fin, first+`
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: CLOSING
LAST-ACK: LAST-ACK <SEQ=102><ACK=300><CTL=ACK>
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=300><CTL=ACK>`)
	matrix(t, base(), SynReceived, arrives(Segment{Seq: 300, Ack: 102, Flags: ACK | FIN, Wnd: 7}), `
SYN-RECEIVED: SYN-RECEIVED <SEQ=102><CTL=RST>
ESTABLISHED: ESTABLISHED <SEQ=101><ACK=300><CTL=ACK>
FIN-WAIT-1: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing, close ok
FIN-WAIT-2: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing
CLOSE-WAIT: CLOSE-WAIT <SEQ=101><ACK=300><CTL=ACK>
CLOSING: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing, close ok
LAST-ACK: CLOSED; close ok
TIME-WAIT: TIME-WAIT <SEQ=102><ACK=301><CTL=ACK>; connection closing`)
}

// TestFinOutOfOrder: once the peer has sent its FIN, another one that does not begin at RCV.NXT is not processed: it is not
// answered, changes nothing, and restarts no wait (first and eighth step).
func TestFinOutOfOrder(t *testing.T) {
	for _, restart := range []TimeWaitRestart{RestartOnFin, RestartLiteral, RestartOnAnswer} {
		for s := CloseWait; s <= TimeWait; s++ {
			for _, seg := range []Segment{
				{Seq: 304, Ack: 101, Flags: ACK | FIN, Wnd: 1000},
				{Seq: 304, Ack: 101, Len: 2, Flags: ACK | FIN, Wnd: 1000},
				{Seq: 300, Ack: 101, Len: 2, Flags: ACK | FIN, Wnd: 1000}, // text that is not taken stands before it
			} {
				c, before := base(), inState(s)
				c.TimeWaitRestart = restart
				after, o := Step(c, before, arrives(seg))
				if o.NSegs != 0 || o.Signals != 0 || after.Rcv != before.Rcv || after.Held != before.Held {
					t.Errorf("%v at %v: %s", s, seg, told(after, o))
				}
				if o.Timer == StartTimer && seg.Seq != before.Rcv.Nxt {
					t.Errorf("%v at %v: the wait begins anew", s, seg)
				}
			}
		}
	}
}

// TestProbesAnswered: the acknowledgment of SND.UNA by a peer whose window is shut, or was until then, holds the user timeout up
// (§3.8.6.1, MUST-37). Another ACK does not, nor does one of an open window.
func TestProbesAnswered(t *testing.T) {
	for _, x := range []struct {
		what      string
		shut      bool
		seq, ack  Seq
		wnd       uint16
		answers   bool
		unchanged bool
	}{
		{"the probe is answered", true, 300, 101, 0, true, true},
		{"the window opens", true, 300, 101, 7, true, false},
		{"the window shuts", false, 300, 101, 0, true, false},
		{"an open window", false, 300, 101, 7, false, false},
		{"an old ACK", true, 300, 100, 0, false, true},
		{"an ACK of the unsent", true, 300, 103, 0, false, true},
		{"outside the receive window", true, 3000, 101, 0, false, true},
	} {
		for s := Established; s <= LastAck; s++ {
			if s == FinWait2 {
				continue // all is acknowledged
			}
			before := inState(s)
			before.Snd.Nxt = 102 // one octet, or the FIN
			if x.shut {
				before.Snd.Wnd = 0
			}
			after, o := Step(base(), before, arrives(Segment{Seq: x.seq, Ack: x.ack, Flags: ACK, Wnd: x.wnd}))
			if o.Answered != x.answers {
				t.Errorf("%s, in %v: answered is %v", x.what, s, o.Answered)
			}
			if x.unchanged && after.Snd.Una != before.Snd.Una {
				t.Errorf("%s, in %v: SND.UNA moved", x.what, s)
			}
		}
	}
}
