package twin

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Side is one endpoint with its user, and what only an observer knows.
type Side struct {
	TCB model.TCB

	Active, Passive, Accepts, Crashes int  // what the user may still do, and the SYNs that a listener still answers
	Clean                             bool // the last connection ended by a normal close, or there was none

	Inc, PeerInc      uint8     // the present incarnation (0: none yet), and that of the peer (NoOne: none)
	Sent, Got, Theirs int       // octets that the user SENT; that it took; of ours that the other side took
	Has, Had          uint16    // from which incarnations it took data, and from which its earlier incarnations did
	Used              model.Seq // the first number above all used

	Quiet      int // when the host hears and opens again
	WaitEnds   int // when TIME-WAIT may end
	OrphanEnds int // when FIN-WAIT-2 may be given up
	ResendsAt  int // when the retransmission timer is due, or never
	TextSince  int // since when the text (or the SYN) that is unacknowledged counts as unanswered, or never
	FinSince   int // the same of the FIN
	FinHeard   int // when the other side first took that FIN, or never

	Spared bool // the peer's window is or was shut, and it has answered all that was sent: neither counts on
}

// use takes note of a number, so that Fresh ones are above it.
func (s *Side) use(n model.Seq) {
	if s.Used.Less(n) {
		s.Used = n
	}
}

// begin is a new incarnation, which knows no peer yet.
func (s *Side) begin() {
	s.Inc++
	s.PeerInc, s.Clean = netfake.NoOne, false
	s.Sent, s.Got, s.Theirs = 0, 0, 0
	s.Had, s.Has = s.Had|s.Has, 0
}

// forget: without a connection there is no peer, and nothing waits.
func (s *Side) forget() {
	if s.TCB.State <= model.Listen {
		s.PeerInc, s.TextSince, s.FinSince, s.FinHeard, s.Spared = netfake.NoOne, never, never, never, false
	}
	if s.TCB.State == model.Closed {
		s.Accepts = 0
	}
}

// remember notes since when the text (or the SYN), and the FIN, wait for their ACK. When some of the text is
// acknowledged the rest counts from then. An answer of a peer whose window is shut, or was, takes back all that counted
// so far; it counts again from the next thing that is sent (MUST-37).
func (s *Side) remember(was *model.TCB, out *model.Output, now int) {
	t := &s.TCB
	fin := finWaits(t)
	text := t.Snd.Nxt.From(t.Snd.Una)
	if fin {
		text--
	}
	switch {
	case text == 0:
		s.TextSince = never
	case s.TextSince == never || t.Snd.Una != was.Snd.Una || t.Iss != was.Iss:
		s.TextSince = now
	}
	switch {
	case !fin:
		s.FinSince, s.FinHeard = never, never
	case s.FinSince == never:
		s.FinSince = now
	}
	sent := false
	for _, seg := range out.Sent() {
		sent = sent || seg.Span() > 0
	}
	if out.Answered || s.Spared {
		s.countAnew(now)
	}
	s.Spared = (out.Answered || s.Spared) && !sent && t.Snd.Una != t.Snd.Nxt
}

// countAnew lets what is unacknowledged count from now.
func (s *Side) countAnew(now int) {
	if s.TextSince != never {
		s.TextSince = now
	}
	if s.FinSince != never {
		s.FinSince = now
	}
}

// waits reports whether something is unacknowledged, or waits to be sent.
func (s *Side) waits() bool {
	t := &s.TCB
	return t.Snd.Una != t.Snd.Nxt || t.Unsent > 0 && t.State.Synchronized() && t.State != model.TimeWait
}

// finWaits reports whether a FIN was sent and is not acknowledged.
func finWaits(t *model.TCB) bool { return t.Is(model.FinSent) && t.Snd.Una != t.Snd.Nxt }
