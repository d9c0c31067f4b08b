package model

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// pair is two endpoints and what is under way to each of them.
type pair struct {
	c     Config
	t     [2]TCB
	net   [2][]Segment
	ghost [2]Ghost // the incarnation of each end; the label of what it sends
	fins  [2]int   // FINs taken by each end since its last change of incarnation
	clock uint32
}

// happen draws what happens next: a call, a timeout, or a segment that arrives, stays, or is lost.
func (p *pair) happen(s source) error {
	p.clock += uint32(s(2))
	i := int(s(2))
	if n := len(p.net[i]); n > 0 && s(3) != 0 {
		k := int(s(uint64(n)))
		seg := p.net[i][k]
		fate := s(8)
		if fate != 0 { // 0: it arrives, and a copy stays
			p.net[i] = append(p.net[i][:k:k], p.net[i][k+1:]...)
		}
		if fate == 1 {
			return nil // lost
		}
		return p.step(i, Event{Kind: SegmentArrives, Seg: seg}, s)
	}
	kinds := []EventKind{OpenPassive, OpenActive, OpenActive, Send, Send, Receive, Close, Abort,
		RetransmissionTimeout, RetransmissionTimeout, RetransmissionTimeout, UserTimeout, TimeWaitTimeout}
	kind := kinds[s(uint64(len(kinds)))]
	if (kind == Abort || kind == UserTimeout) && s(4) != 0 {
		kind = RetransmissionTimeout
	}
	return p.step(i, Event{Kind: kind, Remote: true, N: uint32(s(6))}, s)
}

func (p *pair) step(i int, e Event, s source) error {
	before := p.t[i]
	e.Iss, e.Now = Seq(s(4))*0x3fffffff+Seq(s(8)), p.clock
	after, o := Step(p.c, before, e)
	p.t[i] = after
	if before.State == Closed || before.State <= Listen && after.State > Listen {
		p.ghost[i]++
	}
	for _, seg := range o.Sent() {
		seg.Ghost = p.ghost[i]
		if len(p.net[1-i]) < 12 {
			p.net[1-i] = append(p.net[1-i], seg)
		}
	}
	return p.check(i, before, o)
}

// check is what holds of every reachable endpoint, whatever its peer and the network do.
func (p *pair) check(i int, before TCB, o Output) error {
	t := p.t[i]
	same := before.State >= SynReceived && t.State >= SynReceived && !before.Is(Reopened) &&
		(before.State != TimeWait || t.State == TimeWait)
	switch {
	case t.State == Closed && t != (TCB{}):
		return fmt.Errorf("CLOSED has no TCB")
	case t.State >= SynSent && !(t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)):
		return fmt.Errorf("ISS =< SND.UNA =< SND.NXT")
	case same && !(before.Snd.Una.AtMost(t.Snd.Una) && before.Snd.Nxt.AtMost(t.Snd.Nxt)):
		return fmt.Errorf("SND.UNA and SND.NXT never go back")
	case same && !before.Rcv.Nxt.AtMost(t.Rcv.Nxt):
		return fmt.Errorf("RCV.NXT never goes back")
	case same && t.State != TimeWait &&
		!(before.Rcv.Nxt + Seq(before.Rcv.Wnd)).AtMost(t.Rcv.Nxt+Seq(t.Rcv.Wnd)):
		return fmt.Errorf("the window is never taken back (§3.10.7.4, seventh)")
	case t.State.CanReceive() && t.Rcv.Wnd+t.Unread != p.c.RcvBuf:
		return fmt.Errorf("the window is what the buffer has room for")
	case t.State == FinWait2 && !t.FinAcked(), t.State == TimeWait && t.Snd.Una != t.Snd.Nxt:
		return fmt.Errorf("in %v the FIN is acknowledged", t.State)
	case t.Is(FinSent) && t.Unsent > 0:
		return fmt.Errorf("nothing waits behind a FIN")
	case t.Held[0].empty() && !t.Held[1].empty():
		return fmt.Errorf("what is held comes first")
	case t.Held[0] != (Held{}) && (t.State > FinWait2 || t.State < SynReceived):
		return fmt.Errorf("nothing is held in %v", t.State)
	}
	if !same {
		p.fins[i] = 0
	}
	for _, h := range o.Taken() {
		if h.Flags&FIN != 0 {
			p.fins[i]++
		}
	}
	if p.fins[i] > 1 {
		return fmt.Errorf("a FIN is taken once")
	}
	return nil
}

func checkReachable(t *rapid.T) { reach(t, fromRapid(t), 60) }

func reach(t reporter, s source, steps int) {
	c := s.config(false)
	c.RcvBuf, c.MSS, c.Handshake = uint32(s(12)), uint16(s(4)+1), ThreeSegments
	runOf(t, s, c, steps)
}

func checkRunOf(t reporter, s source, c Config) { runOf(t, s, c, 150) }

func runOf(t reporter, s source, c Config, steps int) {
	p := pair{c: c}
	for range steps {
		before := p
		if err := p.happen(s); err != nil {
			t.Fatalf("%v\nconfig %+v\nbefore %+v\nafter  %+v", err, p.c, before.t, p.t)
		}
	}
}

// TestInvariants: long random runs of two endpoints over a network that loses, delays and doubles.
func TestInvariants(t *testing.T) {
	for i := range uint64(6000) {
		reach(t, fromSeed(i), 120)
	}
}

// TestRunsReachAllStates: the runs of TestInvariants are not idle.
func TestRunsReachAllStates(t *testing.T) {
	var seen [NumStates]int
	for i := range uint64(1000) {
		s := fromSeed(i)
		p := pair{c: base()}
		for range 120 {
			if p.happen(s) != nil {
				break
			}
			seen[p.t[0].State]++
		}
	}
	for s, n := range seen {
		if n == 0 {
			t.Errorf("%v is never reached", State(s))
		}
	}
}

func TestReachable(t *testing.T) { rapid.Check(t, checkReachable) }
func FuzzReachable(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkReachable)) }
