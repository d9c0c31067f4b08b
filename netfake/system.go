package netfake

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// System is a scenario as a transition system: Init, Actions and Step are what a checker
// needs. It is read-only after New, and safe for concurrent use.
type System struct {
	numbers
	sc           Scenario
	plainWindows bool
	unaddressed  bool   // data may be sent to no incarnation: it is that one's which takes it first
	attacks      []code // what arrives without being on the wire: the attacker's segments, then the leftovers
	leftovers    int    // where those begin
	init         State
	unnamed      *System // the same scenario with one base for both, or nil in that one itself
}

// New checks the scenario and makes its system.
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
	sys.unnamed = &unnamed
	return sys, nil
}

// old is a packet of an earlier incarnation, sent just before the start.
func old(p Packet) Packet {
	p.Inc, p.To, p.Age = Before, staleTo(p.Seg), 0
	return p
}

// inject adds a packet to those that arrive without being on the wire.
func (sys *System) inject(w *World, p Packet) {
	c, ok := sys.encode(p)
	if !ok {
		w.Cut = CutNumbers
	}
	sys.attacks = append(sys.attacks, c)
}

// raiseUsed counts the numbers of old segments among those that each side used before.
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

// windowsAreConstant reports whether every segment that an endpoint can get announces the same
// window as every other, so that it cannot matter which of them set SND.WND: SND.WL1 and
// SND.WL2 need not be stored. Who opens with one segment has heard no window, and assumes one.
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

// dataToNoOne reports whether data may be sent to no incarnation, because its sender knows none yet.
func (sys *System) dataToNoOne() bool {
	for i := range sys.sc.Peer {
		if c := &sys.sc.Peer[i].TCP; c.DataOnSyn || c.Handshake == model.OneSegment {
			return true
		}
	}
	return slices.ContainsFunc(slices.Concat(sys.sc.Stale, sys.sc.Leftover), func(p Packet) bool { return p.Seg.Len > 0 && staleTo(p.Seg) == NoOne })
}

// staleTo is whom an old segment was sent to: a SYN, to no one in particular.
func staleTo(s model.Segment) uint8 {
	if s.Has(model.SYN) && !s.Has(model.ACK) {
		return NoOne
	}
	return Before
}

// startPeer sets up one endpoint and what its user may still do.
func (sys *System) startPeer(w *World, me int) {
	h, p := &sys.sc.Peer[me], &w.Peer[me]
	*p = Peer{RemoteInc: NoOne, Actives: uint8(h.User.Active), Passive: uint8(h.User.Passive),
		Crashes: uint8(h.User.Crashes), ISNFloor: h.Base, LastCloseNormal: true}
	if sys.sc.Start != StartEstablished {
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

// Actions appends everything that can happen in s, in a fixed order.
func (sys *System) Actions(dst []Action, s State) []Action {
	if s.cut != NotCut {
		return dst
	}
	w := sys.Unpack(s)
	if sys.timed() && sys.mayTick(&w) {
		dst = append(dst, Action{Kind: Tick})
	}
	dst = sys.netActions(dst, &w)
	for i := range w.Peer {
		dst = sys.peerActions(dst, &w, i)
	}
	return dst
}

func (sys *System) timed() bool { return sys.sc.timed() }

// mayTick: the world is not at its end, if it has one, and time does not have to wait.
func (sys *System) mayTick(w *World) bool { return !sys.atEnd(w) && !sys.mustWait(w) }

// atEnd reports whether all the ticks have passed that may.
func (sys *System) atEnd(w *World) bool { return sys.sc.Net.Ticks > 0 && w.Clock >= sys.sc.Net.Ticks }

// mustWait: time stands still while something must still happen in this tick: an endpoint that has tried for GiveUp ticks
// gives up, the first ACK of a FIN arrives where that is presumed, and a wire that may not lose at will delivers before
// the segment is too old.
func (sys *System) mustWait(w *World) bool {
	for i := range w.Peer {
		if r := sys.sc.Peer[i].GiveUp; r > 0 && int(max(w.Peer[i].Age, w.Peer[i].FinAge)) >= r {
			return true
		}
		if sys.sc.Net.FirstAck && int(w.Peer[i].FinAckAge) >= sys.sc.Net.MSL {
			return true
		}
	}
	if sys.sc.Net.Bag && sys.sc.Net.Losses != Unlimited {
		for _, c := range w.wire[:w.n] {
			if c.age() >= sys.sc.Net.MSL-1 {
				return true
			}
		}
	}
	return false
}

// netActions: each packet may be delivered, and in a bag lost or delivered with a copy left.
func (sys *System) netActions(dst []Action, w *World) []Action {
	net := &sys.sc.Net
	var seen [2]bool // in order: only the first packet of each direction can arrive
	for i, c := range w.wire[:w.n] {
		a := Action{Peer: uint8(c.dst()), Index: uint8(i)}
		if net.Bag && i > 0 && !net.InOrder && w.wire[i-1] == c {
			continue // another copy of the same
		}
		if net.Bag && (net.Losses == Unlimited || w.Losses > 0) {
			a.Kind = Lose
			dst = append(dst, a)
		}
		if net.InOrder && seen[c.dst()] {
			continue
		}
		seen[c.dst()] = true
		n := sys.choices(w, c)
		for k := range n {
			a.Kind, a.Choice = Deliver, uint8(k)
			dst = append(dst, a)
			if net.Bag && (net.Dups == Unlimited || w.Dups > 0) {
				a.Kind = DeliverKeep
				dst = append(dst, a)
			}
		}
	}
	for i, c := range sys.attacks {
		if i == sys.leftovers && !sys.leftoversLive(w) {
			break
		}
		for k := range sys.choices(w, c) {
			dst = append(dst, Action{Kind: Inject, Peer: uint8(c.dst()), Index: uint8(i), Choice: uint8(k)})
		}
	}
	return dst
}

// leftoversLive reports whether what earlier incarnations left can still arrive: it was sent just before the start.
func (sys *System) leftoversLive(w *World) bool { return !sys.timed() || w.Clock < sys.sc.Net.MSL }

// choices is how many initial numbers the arrival of c may lead to.
func (sys *System) choices(w *World, c code) int {
	t := w.Peer[c.dst()].State()
	if c.is(model.SYN) && (t == model.Listen || t == model.TimeWait) {
		return sys.isnChoices(c.dst())
	}
	return 1
}

func (sys *System) isnChoices(me int) int {
	if isn := &sys.sc.Peer[me].Isn; isn.Policy == Arbitrary {
		return len(isn.Choices)
	}
	return 1
}

// peerActions: what the user and the timers of one endpoint may do.
func (sys *System) peerActions(dst []Action, w *World, me int) []Action {
	h, p := &sys.sc.Peer[me], &w.Peer[me]
	add := func(k ActionKind) { dst = append(dst, Action{Kind: k, Peer: uint8(me)}) }
	s := p.State()
	mayOpen := !(s == model.Closed && p.Timer > 0) && (p.LastCloseNormal || !h.User.ReopenOnlyAfterNormalClose)
	talks := h.talks(p)
	mayTakeOver := s == model.TimeWait && h.Reuse.On && int(p.Timer) <= max(h.TimeWait-h.Reuse.After, 0)
	if p.Actives > 0 && ((s == model.Closed || s == model.Listen) && mayOpen || mayTakeOver) {
		for k := range sys.isnChoices(me) {
			dst = append(dst, Action{Kind: OpenActive, Peer: uint8(me), Choice: uint8(k)})
		}
	}
	if p.Passive > 0 && s == model.Closed && mayOpen {
		add(OpenPassive)
	}
	if s >= model.SynSent {
		if talks && int(p.Sent) < h.User.Octets && !p.TCB.Is(model.CloseAsked) && s <= model.CloseWait && s != model.FinWait1 && s != model.FinWait2 {
			add(Send)
		}
		if p.TCB.Unread > 0 && s <= model.CloseWait {
			add(Receive)
		}
	}
	mayClose := h.User.Close && s.Synchronized() || h.User.CloseBeforeEstablished && s != model.Closed
	mayClose = mayClose && !(h.User.ClosesSecond && s != model.CloseWait)
	if mayClose && talks && !p.TCB.Is(model.CloseAsked) && s <= model.CloseWait {
		add(Close)
	}
	if h.User.Abort && s != model.Closed {
		add(Abort)
	}
	if p.Crashes > 0 && s != model.Closed {
		add(Crash)
	}
	if h.timerRuns(p) && !(sys.sc.Net.NoPrematureRetransmission && w.n > 0) {
		add(Retransmit)
	}
	orphan := s == model.FinWait2 && h.FinWait2 > 0 && p.Timer == 0
	if pending(p) && (h.User.UserTimeout || h.GiveUp > 0 && int(max(p.Age, p.FinAge)) >= h.GiveUp) || orphan {
		add(GiveUp)
	}
	if s == model.TimeWait && (p.Timer == 0 || !sys.timed()) {
		add(EndTimeWait)
	}
	return dst
}

// pending reports whether something is unacknowledged, or waits to be sent.
func pending(p *Peer) bool {
	s := p.State()
	return p.TCB.Unacked() || p.TCB.Unsent > 0 && s > model.SynReceived && s != model.TimeWait
}

// timerRuns reports whether the retransmission timer has something to send again, or to probe with. On a patient wire it
// goes off only when nothing is under way.
func (h *Host) timerRuns(p *Peer) bool {
	return pending(p) && h.mayRetransmit(p) || h.TCP.KeepAlive && p.TCB.Idle()
}

// talks reports whether the user SENDs and CLOSEs in its present incarnation.
func (h *Host) talks(p *Peer) bool {
	return h.User.ActiveIncarnations == 0 || int(p.Inc) <= h.User.ActiveIncarnations
}

// mayRetransmit: what is unacknowledged is sent again for less than GiveUp ticks. A FIN can be
// as old as that while the text before it is younger: then both are given up.
func (h *Host) mayRetransmit(p *Peer) bool {
	return h.GiveUp == 0 || int(max(p.Age, p.FinAge)) < h.GiveUp
}

// textUnacked reports whether a SYN or text, not only a FIN, is unacknowledged.
func textUnacked(t *model.TCB) bool {
	end := t.Snd.Nxt
	if t.Is(model.FinSent) {
		end--
	}
	return t.Unacked() && t.Snd.Una.Less(end)
}
