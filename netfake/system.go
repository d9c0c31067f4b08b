package netfake

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// System is a scenario as a transition system: Init, Actions and Step are what a checker needs. It does not change
// after New, and is safe for concurrent use.
type System struct {
	numbers
	sc           Scenario
	plainWindows bool
	unaddressed  bool   // data may be sent to no incarnation; it then belongs to the first one that accepts it
	attacks      []code // segments that arrive without being on the wire: the attacker's, then the leftovers
	leftovers    int    // the index of the first leftover
	init         State
	unnamed      *System // the same scenario with one base for both sides; nil in that system itself
	memory       *memory
}

// New checks the scenario and returns its system.
func New(sc Scenario) (*System, error) {
	if err := sc.check(); err != nil {
		return nil, err
	}
	sys := &System{sc: sc, numbers: numbers{base: [2]model.Seq{sc.Peer[A].Base, sc.Peer[B].Base}}}
	sys.plainWindows, sys.unaddressed = sys.windowsAreConstant(), sys.dataToNoOne()
	var w World
	for i := range w.Peer {
		sys.startPeer(&w, i)
	}
	if sc.Net.Bag {
		w.Losses, w.Dups = max(sc.Net.Losses, 0), max(sc.Net.Dups, 0)
	}
	for _, p := range sc.Stale {
		sys.put(&w, old(p))
	}
	sys.raiseUsed(&w)
	for _, p := range sc.Attacker {
		p.Inc, p.To = Attacker, Attacker
		sys.inject(&w, p)
	}
	sys.leftovers = len(sys.attacks)
	for _, p := range sc.Leftover {
		sys.inject(&w, old(p))
	}
	sys.init = sys.pack(&w)
	unnamed := *sys
	unnamed.base[B] = unnamed.base[A]
	sys.unnamed, sys.memory = &unnamed, newMemory(sys, nil)
	return sys, nil
}

// old makes a packet of an earlier incarnation, sent just before the start.
func old(p Packet) Packet {
	p.Inc, p.To, p.Age = Before, staleTo(p.Seg), 0
	return p
}

// inject adds a packet to those that can arrive without being on the wire.
func (sys *System) inject(w *World, p Packet) {
	c, ok := sys.encode(p)
	if !ok {
		w.Cut = CutNumbers
	}
	sys.attacks = append(sys.attacks, c)
}

// raiseUsed makes the sequence numbers of old segments count as used by their sender.
func (sys *System) raiseUsed(w *World) {
	for _, p := range slices.Concat(sys.sc.Stale, sys.sc.Leftover) {
		me, you := &w.Peer[1-p.Dst], &w.Peer[p.Dst]
		me.ISNFloor = me.ISNFloor.Max(p.Seg.End())
		if p.Seg.Has(model.ACK) {
			you.ISNFloor = you.ISNFloor.Max(p.Seg.Ack)
		}
	}
}

// Scenario returns the scenario of the system.
func (sys *System) Scenario() Scenario { return sys.sc }

// windowsAreConstant reports whether all segments that an endpoint can get have the same window.
// Then it does not matter which of them has set SND.WND, and SND.WL1 and SND.WL2 need not be stored.
// An endpoint that opens with one segment has received no window yet, and assumes one.
func (sys *System) windowsAreConstant() bool {
	for i, h := range sys.sc.Peer {
		if h.TCP.ManualReceive || h.TCP.NoWndFromSynAck || h.TCP.Handshake == model.OneSegment || h.TCP.Mutant != model.None {
			return false
		}
		for _, ps := range [][]Packet{sys.sc.Stale, sys.sc.Leftover, sys.sc.Attacker} {
			for _, p := range ps {
				if p.Dst != i && uint32(p.Seg.Wnd) != h.TCP.RcvBuf {
					return false
				}
			}
		}
	}
	return true
}

// dataToNoOne reports whether data may be sent to no incarnation, because the sender does not know one yet.
func (sys *System) dataToNoOne() bool {
	for i := range sys.sc.Peer {
		if c := &sys.sc.Peer[i].TCP; c.DataOnSyn || c.Handshake == model.OneSegment {
			return true
		}
	}
	return slices.ContainsFunc(slices.Concat(sys.sc.Stale, sys.sc.Leftover), func(p Packet) bool { return p.Seg.Len > 0 && staleTo(p.Seg) == NoOne })
}

// staleTo is the incarnation that an old segment was sent to. For a SYN it is NoOne.
func staleTo(s model.Segment) uint8 {
	if s.Has(model.SYN) && !s.Has(model.ACK) {
		return NoOne
	}
	return Before
}

// startPeer sets the initial state of one endpoint and the budgets of its user.
func (sys *System) startPeer(w *World, me int) {
	h, p := &sys.sc.Peer[me], &w.Peer[me]
	*p = Peer{RemoteInc: NoOne, Actives: uint8(h.User.Active), Passive: uint8(h.User.Passive),
		Crashes: uint8(h.User.Crashes), ISNFloor: h.Base, LastCloseNormal: true}
	if sys.sc.Start != StartEstablished {
		sys.listen(p, me)
		return
	}
	you := &sys.sc.Peer[1-me]
	p.Inc, p.RemoteInc, p.ISNFloor, p.LastCloseNormal = 1, 1, h.Base+1, false
	t := &p.TCB
	t.State, t.Iss, t.Irs, t.MSS = model.Established, h.Base, you.Base, you.TCP.MSS
	t.Snd.Una, t.Snd.Nxt, t.Snd.Wl2 = h.Base+1, h.Base+1, h.Base+1
	t.Snd.Wnd, t.Snd.MaxWnd, t.Snd.Wl1 = you.TCP.RcvBuf, you.TCP.RcvBuf, you.Base+1
	t.Rcv.Nxt, t.Rcv.Up, t.Rcv.Wnd = you.Base+1, you.Base+1, h.TCP.RcvBuf
	if me == B {
		t.Marks |= model.Passive
	} else {
		t.Marks |= model.RemoteKnown
	}
	if h.TCP.Timestamps && you.TCP.Timestamps {
		t.Marks |= model.TSOK
		t.TS = model.TimestampVars{Recent: uint32(you.TimestampOffset), LastAckSent: you.Base + 1}
	}
}

// Init returns the one initial state.
func (sys *System) Init() []State { return []State{sys.init} }

func (sys *System) timed() bool { return sys.sc.timed() }
