package netfake

import "testing"

// When the FIN is acknowledged, it counts no more how old it was: time goes on.
func TestTimeGoesOnWhenAFinIsAcknowledged(t *testing.T) {
	sc := connected()
	sc.Net.MSL, sc.Peer[A].GiveUp = 3, 2
	p := newPlay(t, sc)
	p.do(A, Close)
	p.deliver(B, finA)
	p.ticks(2)
	p.cannot("the FIN is R ticks old", Tick, A, "")
	p.deliver(A, "<SEQ=301><ACK=102><CTL=ACK>")
	p.can("it is acknowledged", Tick, A, "")
}

// A peer whose window is shut and that answers is not given up (RFC 9293 §3.8.6.1, MUST-37): what waits gets no older after
// an answer, until it is sent again.
func TestAPeerThatAnswersIsNotGivenUp(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 1
	sc.Peer[A].GiveUp = 2
	sc.Peer[B].TCP.RcvBuf, sc.Peer[B].TCP.MSS, sc.Peer[B].TCP.ManualReceive = 1, 1, true
	p := newPlay(t, sc)
	p.do(A, Send, Send)
	p.deliver(B, octet1)
	p.deliver(A, ack1)
	age := func(claim string, want uint8) {
		t.Helper()
		w := p.sys.Unpack(p.s)
		if got := w.Peer[A].Age; got != want {
			t.Errorf("%s: age %d, want %d", claim, got, want)
		}
	}
	p.do(A, Retransmit)
	p.ticks(1)
	age("a probe was sent a tick ago", 1)
	p.do(A, Retransmit)
	p.deliver(B, octet2)
	p.deliver(A, ack1)
	age("it is answered", 0)
	p.ticks(3)
	age("nothing was sent again since", 0)
	p.do(A, Retransmit)
	p.ticks(2)
	age("nobody answers the next probe", 2)
	p.can("so B may be given up", GiveUp, A, "")
}
