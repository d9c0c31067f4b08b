package twin

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Action is one thing that can happen: to whom, to which letter of State.Wire (or of the attacker's list), and which
// initial number the generator shows if one is asked for.
type Action struct {
	Kind   netfake.ActionKind
	Side   int
	Letter int
	Draw   int
}

// Enabled appends everything that can happen in s.
func (w *World) Enabled(dst []Action, s *State) []Action {
	if w.mayTick(s) {
		dst = append(dst, Action{Kind: netfake.Tick})
	}
	dst = w.arrivals(dst, s)
	for me := range s.Side {
		dst = w.userMay(dst, s, me)
		dst = w.timersMay(dst, s, me)
	}
	return dst
}

// mayTick: the world is not at its end, nobody is overdue to give up or to hear the first ACK of a FIN, and no letter
// would be lost that must not be.
func (w *World) mayTick(s *State) bool {
	net := &w.sc.Net
	for me := range s.Side {
		if w.exhausted(s, me) || w.tardy(s, me) || net.FirstAck && s.Side[me].FinHeard != never && s.Now >= s.Side[me].FinHeard+net.MSL-1 {
			return false
		}
	}
	if net.Ticks > 0 && s.Now >= net.Ticks {
		return false
	}
	for i := range s.Wire {
		if net.Bag && net.Losses >= 0 && s.Now >= s.Wire[i].Sent+net.MSL-1 {
			return false
		}
	}
	return w.timed()
}

// arrivals: what is on the wire can be delivered, and lost or delivered twice where that is allowed; the attacker can
// send each of his segments, and what earlier incarnations left can arrive.
func (w *World) arrivals(dst []Action, s *State) []Action {
	net := &w.sc.Net
	for i := range s.Wire {
		to, place := s.Wire[i].To, 0
		for j := range s.Wire[:i] {
			if s.Wire[j].To == to {
				place++
			}
		}
		if !net.InOrder && s.has(s.Wire[:i], &s.Wire[i]) {
			continue // another copy of the same: which of them is taken does not matter
		}
		if net.Bag && net.Losses != 0 && (s.Losses != 0) {
			dst = append(dst, Action{Kind: netfake.Lose, Side: to, Letter: i})
		}
		if net.InOrder && place > 0 {
			continue
		}
		for k := range w.draws(s, to, &s.Wire[i].Seg) {
			dst = append(dst, Action{Kind: netfake.Deliver, Side: to, Letter: i, Draw: k})
			if net.Bag && s.Dups != 0 {
				dst = append(dst, Action{Kind: netfake.DeliverKeep, Side: to, Letter: i, Draw: k})
			}
		}
	}
	for i := range w.attacks {
		if i >= w.leftovers && w.timed() && s.Now >= net.MSL {
			break // what earlier incarnations left was sent just before the start, and is too old
		}
		to := w.attacks[i].To
		for k := range w.draws(s, to, &w.attacks[i].Seg) {
			dst = append(dst, Action{Kind: netfake.Inject, Side: to, Letter: i, Draw: k})
		}
	}
	return dst
}

func (s *State) has(list []Letter, l *Letter) bool {
	return slices.Contains(list, *l)
}

// draws is how many numbers the generator may show when the segment arrives.
func (w *World) draws(s *State, me int, seg *model.Segment) int {
	if st := s.Side[me].TCB.State; seg.Has(model.SYN) && (st == model.Listen || st == model.TimeWait) {
		return w.numbers(me)
	}
	return 1
}

func (w *World) numbers(me int) int {
	if isn := &w.sc.Peer[me].Isn; isn.Policy == netfake.Arbitrary {
		return len(isn.Choices)
	}
	return 1
}

// userMay lists what the user of an endpoint may do, and whether its host may crash.
func (w *World) userMay(dst []Action, s *State, me int) []Action {
	side, u := &s.Side[me], &w.sc.Peer[me].User
	st := side.TCB.State
	at := func(k netfake.ActionKind) { dst = append(dst, Action{Kind: k, Side: me}) }
	open := st != model.Closed
	mayOpen := (side.Clean || !u.ReopenOnlyAfterNormalClose) && !w.quiet(s, me)
	if side.Active > 0 && (mayOpen && (!open || st == model.Listen) || w.takesOver(s, me)) {
		for k := range w.numbers(me) {
			dst = append(dst, Action{Kind: netfake.OpenActive, Side: me, Draw: k})
		}
	}
	if side.Passive > 0 && mayOpen && !open {
		at(netfake.OpenPassive)
	}
	talks := w.talks(me, side.Inc) && !side.TCB.Is(model.CloseAsked)
	switch st {
	case model.SynSent, model.SynReceived, model.Established, model.CloseWait:
		if talks && side.Sent < u.Octets {
			at(netfake.Send)
		}
	}
	switch st {
	case model.Established, model.FinWait1, model.FinWait2, model.CloseWait, model.SynReceived, model.SynSent:
		if side.TCB.Unread > 0 {
			at(netfake.Receive)
		}
	}
	switch st {
	case model.Listen, model.SynSent, model.SynReceived:
		if talks && u.CloseBeforeEstablished && !u.ClosesSecond {
			at(netfake.Close)
		}
	case model.Established, model.CloseWait:
		if talks && (u.Close || u.CloseBeforeEstablished) && (!u.ClosesSecond || st == model.CloseWait) {
			at(netfake.Close)
		}
	}
	if open && u.Abort {
		at(netfake.Abort)
	}
	if open && side.Crashes > 0 {
		at(netfake.Crash)
	}
	return dst
}

// talks reports whether the user SENDs and CLOSEs in that incarnation.
func (w *World) talks(me int, inc uint8) bool {
	n := w.sc.Peer[me].User.ActiveIncarnations
	return n == 0 || int(inc) <= n
}

// quiet reports whether the host keeps quiet, after a crash or a connection.
func (w *World) quiet(s *State, me int) bool {
	return s.Side[me].TCB.State == model.Closed && s.Now < s.Side[me].Quiet
}

// takesOver reports whether an active OPEN may end TIME-WAIT and begin in its place.
func (w *World) takesOver(s *State, me int) bool {
	h, side := &w.sc.Peer[me], &s.Side[me]
	began := side.WaitEnds - h.TimeWait
	return side.TCB.State == model.TimeWait && h.Reuse.On && (!w.timed() || s.Now >= began+min(h.Reuse.After, h.TimeWait))
}

// exhausted reports whether R is set and something has been unacknowledged for so long.
func (w *World) exhausted(s *State, me int) bool {
	r := w.sc.Peer[me].GiveUp
	late := func(since int) bool { return since != never && s.Now >= since+r }
	return r > 0 && (late(s.Side[me].TextSince) || late(s.Side[me].FinSince))
}

// lets reports whether the wire lets the retransmission timer fire.
func (w *World) lets(s *State) bool { return !w.sc.Net.NoPrematureRetransmission || len(s.Wire) == 0 }

// tardy reports whether a timer of a host whose timers are never late by more than some ticks has to fire now.
func (w *World) tardy(s *State, me int) bool {
	h, side := &w.sc.Peer[me], &s.Side[me]
	late := func(due int) bool { return h.TimersWithin > 0 && s.Now >= due+h.TimersWithin-1 }
	switch side.TCB.State {
	case model.TimeWait:
		return late(side.WaitEnds)
	case model.FinWait2:
		return h.FinWait2 > 0 && late(side.OrphanEnds)
	}
	return side.ResendsAt != never && late(side.ResendsAt) && side.waits() && w.lets(s)
}

// timersMay: what is unacknowledged is sent again, and given up; a shut window is probed; TIME-WAIT ends.
func (w *World) timersMay(dst []Action, s *State, me int) []Action {
	h, side := &w.sc.Peer[me], &s.Side[me]
	st := side.TCB.State
	at := func(k netfake.ActionKind) { dst = append(dst, Action{Kind: k, Side: me}) }
	waits := side.waits()
	idle := !waits && (st == model.Established || st == model.FinWait2 || st == model.CloseWait)
	resends := waits && !w.exhausted(s, me) && (side.ResendsAt == never || s.Now >= side.ResendsAt)
	if (resends || idle && h.TCP.KeepAlive) && w.lets(s) {
		at(netfake.Retransmit)
	}
	orphan := st == model.FinWait2 && h.FinWait2 > 0 && (!w.timed() || s.Now >= side.OrphanEnds)
	if waits && (h.User.UserTimeout || w.exhausted(s, me)) || orphan {
		at(netfake.GiveUp)
	}
	if st == model.TimeWait && (!w.timed() || s.Now >= side.WaitEnds) {
		at(netfake.EndTimeWait)
	}
	return dst
}

// Tell says in words what an action of s is.
func (w *World) Tell(s *State, act Action) string {
	name := netfake.PeerName(act.Side)
	draw := ""
	if w.numbers(act.Side) > 1 {
		draw = fmt.Sprintf(", initial number %d", act.Draw)
	}
	switch act.Kind {
	case netfake.Tick:
		return "a tick passes"
	case netfake.Deliver:
		return fmt.Sprintf("%s arrives at %s%s", w.letterIn(s, act), name, draw)
	case netfake.DeliverKeep:
		return fmt.Sprintf("%s arrives at %s, and a copy stays on the wire%s", w.letterIn(s, act), name, draw)
	case netfake.Lose:
		return fmt.Sprintf("%s to %s is lost", w.letterIn(s, act), name)
	case netfake.Inject:
		if act.Letter >= w.leftovers {
			return fmt.Sprintf("the old %s arrives at %s%s", w.attacks[act.Letter].Seg, name, draw)
		}
		return fmt.Sprintf("the attacker's %s arrives at %s%s", w.attacks[act.Letter].Seg, name, draw)
	}
	return fmt.Sprintf("%s: %v%s", name, act.Kind, draw)
}

func (w *World) letterIn(s *State, act Action) string { return s.Wire[act.Letter].Seg.String() }
