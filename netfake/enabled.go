package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Actions appends every action that is possible in s, in a fixed order.
func (sys *System) Actions(dst []Action, s State) []Action {
	if s.cut != NotCut {
		return dst
	}
	w := sys.Unpack(s)
	if sys.timed() && sys.mayTick(&w, sys.roomy(&w)) {
		dst = append(dst, Action{Kind: Tick})
	}
	dst = sys.netActions(dst, &w)
	for i := range w.Peer {
		dst = sys.peerActions(dst, &w, i)
	}
	return dst
}

// mayTick reports whether a tick may pass: the last tick of the scenario has not passed, and time does not have to
// wait. roomy says that retransmission timers may fire.
func (sys *System) mayTick(w *World, roomy bool) bool {
	return !sys.atEnd(w) && !sys.mustWait(w, roomy)
}

// atEnd reports whether all ticks that the scenario allows have passed.
func (sys *System) atEnd(w *World) bool { return sys.sc.Net.Ticks > 0 && w.Clock >= sys.sc.Net.Ticks }

// mustWait reports whether something must still happen in this tick, so that time has to wait: an endpoint that has
// tried for GiveUp ticks gives up; a timer that may not be later fires; with FirstAck, the first ACK of a FIN
// arrives; and a bag with limited losses delivers a segment before it is too old.
func (sys *System) mustWait(w *World, roomy bool) bool {
	for i := range w.Peer {
		if sys.sc.Peer[i].overdue(&w.Peer[i], roomy) {
			return true
		}
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

// roomy reports whether a retransmission timer may fire. With NoPrematureRetransmission it may fire only if nothing is
// on the wire.
func (sys *System) roomy(w *World) bool { return !sys.sc.Net.NoPrematureRetransmission || w.n == 0 }

// netActions appends the actions of the network. Each packet may be delivered. In a bag, it may also be lost, or be
// delivered while a copy stays on the wire.
func (sys *System) netActions(dst []Action, w *World) []Action {
	net := &sys.sc.Net
	var seen [2]bool // if InOrder is set, only the first packet of each direction can arrive
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

// leftoversLive reports whether segments of Leftover can still arrive: they were sent just before the start.
func (sys *System) leftoversLive(w *World) bool { return !sys.timed() || w.Clock < sys.sc.Net.MSL }

// choices is how many initial numbers are possible if the arrival of c needs one.
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

// peerActions appends what the user and the timers of one endpoint may do.
func (sys *System) peerActions(dst []Action, w *World, me int) []Action {
	h, p := &sys.sc.Peer[me], &w.Peer[me]
	add := func(k ActionKind) { dst = append(dst, Action{Kind: k, Peer: uint8(me)}) }
	s := p.State()
	mayOpen := !(s == model.Closed && p.Timer > 0) && (p.LastCloseNormal || !h.User.ReopenOnlyAfterNormalClose)
	talks := h.talks(p)
	mayTakeOver := s == model.TimeWait && h.Reuse.On && int(p.Timer) <= max(h.TimeWait-h.Reuse.After, 0)+h.lateness()
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
	if h.mayResend(p) && sys.roomy(w) {
		add(Retransmit)
	}
	orphan := s == model.FinWait2 && h.FinWait2 > 0 && h.due(p)
	if pending(p) && (h.User.UserTimeout || h.GiveUp > 0 && int(max(p.Age, p.FinAge)) >= h.GiveUp) || orphan {
		add(GiveUp)
	}
	if s == model.TimeWait && (h.due(p) || !sys.timed()) {
		add(EndTimeWait)
	}
	return dst
}

// pending reports whether something is unacknowledged or waits to be sent.
func pending(p *Peer) bool {
	s := p.State()
	return p.TCB.Unacked() || p.TCB.Unsent > 0 && s > model.SynReceived && s != model.TimeWait
}

// mayResend reports whether the retransmission timer may fire: there is something to retransmit, and the timer is due
// if it has a time; or there is something to probe with. roomy is not checked here.
func (h *Host) mayResend(p *Peer) bool {
	due := h.RTO == 0 || !retransmits(p.State()) || h.due(p)
	return pending(p) && h.mayRetransmit(p) && due || h.TCP.KeepAlive && p.TCB.Idle()
}

// talks reports whether the user SENDs and CLOSEs in its present incarnation.
func (h *Host) talks(p *Peer) bool {
	return h.User.ActiveIncarnations == 0 || int(p.Inc) <= h.User.ActiveIncarnations
}

// mayRetransmit reports whether unacknowledged data, a SYN or a FIN may be retransmitted: all of it is younger than
// GiveUp ticks. A FIN can reach that age while the data before it is younger. Then both are given up.
func (h *Host) mayRetransmit(p *Peer) bool {
	return h.GiveUp == 0 || int(max(p.Age, p.FinAge)) < h.GiveUp
}

// textUnacked reports whether a SYN or data, not only a FIN, is unacknowledged.
func textUnacked(t *model.TCB) bool {
	end := t.Snd.Nxt
	if t.Is(model.FinSent) {
		end--
	}
	return t.Unacked() && t.Snd.Una.Less(end)
}
