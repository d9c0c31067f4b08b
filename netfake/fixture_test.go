package netfake

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// pair is TwoHosts with numbers that are used again.
func pair() Scenario {
	sc := TwoHosts()
	sc.Both(func(h *Host) { h.Isn = SameNumbers() })
	return sc
}

// calling is pair with an A that opens once and a B that listens once.
func calling() Scenario {
	sc := pair()
	sc.Peer[A].User.Active = 1
	sc.Peer[B].User.Passive = 1
	return sc
}

// connected is pair with a connection in place, over which A may send two octets and both may close.
func connected() Scenario {
	sc := pair()
	sc.Start = StartEstablished
	sc.Peer[A].User = User{Octets: 2, Close: true}
	sc.Peer[B].User = User{Close: true}
	return sc
}

// onBag is connected on a wire that delivers each copy once, and does nothing worse.
func onBag() Scenario {
	sc := connected()
	sc.Net.Bag = true
	return sc
}

// to is a packet of a scenario file.
func to(dst int, seg model.Segment) Packet { return Packet{Dst: dst, Seg: seg} }

// play is a run of a scenario, driven by hand.
type play struct {
	testing.TB
	sys *System
	s   State
}

func newPlay(t testing.TB, sc Scenario) *play {
	t.Helper()
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return &play{t, sys, sys.Init()[0]}
}

// find looks for an enabled action; a packet is named as the RFC's figures print it.
func (p *play) find(k ActionKind, peer int, segment string) (Action, bool) {
	w := p.sys.Unpack(p.s)
	wire := w.Wire(p.sys)
	for _, a := range p.sys.Actions(nil, p.s) {
		if a.Kind != k || int(a.Peer) != peer {
			continue
		}
		switch k {
		case Deliver, DeliverKeep, Lose:
			if wire[a.Index].Seg.String() != segment {
				continue
			}
		}
		return a, true
	}
	return Action{}, false
}

func (p *play) take(k ActionKind, peer int, segment string) {
	p.Helper()
	a, ok := p.find(k, peer, segment)
	if !ok {
		w := p.sys.Unpack(p.s)
		p.Fatalf("%v %s at %s is not enabled; the wire is %v, the states are %v and %v", k, segment, PeerName(peer),
			w.Wire(p.sys), w.Peer[A].State(), w.Peer[B].State())
	}
	p.s = p.sys.Step(p.s, a)
}

// do carries out what a user, a timer or the clock does; each kind in turn.
func (p *play) do(peer int, kinds ...ActionKind) {
	p.Helper()
	for _, k := range kinds {
		p.take(k, peer, "")
	}
}

// deliver delivers segments to an endpoint, in the given order.
func (p *play) deliver(dst int, segments ...string) {
	p.Helper()
	for _, s := range segments {
		p.take(Deliver, dst, s)
	}
}

func (p *play) ticks(n int) {
	p.Helper()
	for range n {
		p.take(Tick, A, "")
	}
}

// can and cannot claim that an action is enabled, or that it is not.
func (p *play) can(claim string, k ActionKind, peer int, segment string) {
	p.Helper()
	if _, ok := p.find(k, peer, segment); !ok {
		p.Errorf("%s: %v %s at %s is not enabled", claim, k, segment, PeerName(peer))
	}
}

func (p *play) cannot(claim string, k ActionKind, peer int, segment string) {
	p.Helper()
	if _, ok := p.find(k, peer, segment); ok {
		p.Errorf("%s: %v %s at %s is enabled", claim, k, segment, PeerName(peer))
	}
}

// states claims the states of the two endpoints.
func (p *play) states(claim string, a, b model.State) {
	p.Helper()
	w := p.sys.Unpack(p.s)
	if w.Peer[A].State() != a || w.Peer[B].State() != b {
		p.Errorf("%s: got %v and %v, want %v and %v", claim, w.Peer[A].State(), w.Peer[B].State(), a, b)
	}
}

// faults claims which faults have been seen so far.
func (p *play) faults(claim string, want Fault) {
	p.Helper()
	if got := p.s.Faults(); got != want {
		p.Errorf("%s: got the faults %v, want %v", claim, faultNames(got), faultNames(want))
	}
}

func faultNames(f Fault) (names []string) {
	for i, n := range FaultNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}
