package netfake

import (
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
)

// The classes of fairness of actions other than deliveries. The class of a delivery is the code of the segment, whose
// highest bit is set.
const (
	fairTick uint64 = 1 + iota
	fairRetransmit
	fairGiveUp = fairRetransmit + 2
	fairWait   = fairGiveUp + 2
)

// FairTick is the class of a tick.
const FairTick = fairTick

// ghostMask are the ghosts in a code.
const ghostMask = code(255)

// Fairness returns the class of an action that is enabled in s. What is enabled infinitely often happens infinitely
// often. It returns 0 for an action that never has to happen. The classes are:
//
//   - A delivery: one class for each destination and content. A segment that is sent again and again arrives
//     eventually (a fair-lossy link). The ghosts and the age are not part of the content, because the network cannot
//     see them.
//   - The timers, one class for each timer and endpoint: retransmission, the user timeout when it is due, the end of
//     TIME-WAIT.
//   - The tick: time passes.
//
// Users, crashes, losses, attackers, and a user timeout that may strike at any time have class 0.
func (sys *System) Fairness(s State, a Action) uint64 {
	switch me := uint64(a.Peer); a.Kind {
	case Tick:
		return fairTick
	case Deliver, DeliverKeep:
		return uint64(s.wire[a.Index] &^ (ageMask | ghostMask))
	case Retransmit:
		return fairRetransmit + me
	case GiveUp:
		if sys.mustGiveUp(&s, a.Peer) || sys.orphaned(&s, a.Peer) {
			return fairGiveUp + me
		}
		return 0
	case EndTimeWait:
		return fairWait + me
	case Lose, Inject, OpenActive, OpenPassive, Send, Receive, Close, Abort, Crash:
		return 0
	default:
		panic("BUG: unhandled " + a.Kind.String())
	}
}

// Owed appends the classes of fairness that count as enabled in s although Network.NoPrematureRetransmission delays
// their action: those of the retransmission timers that are due. This delays a timer, but must not stop it forever.
func (sys *System) Owed(dst []uint64, s State) []uint64 {
	if !sys.sc.Net.NoPrematureRetransmission || s.cut != NotCut {
		return dst
	}
	w := sys.Unpack(s)
	for i := range w.Peer {
		if w.n > 0 && sys.sc.Peer[i].mayResend(&w.Peer[i]) {
			dst = append(dst, fairRetransmit+uint64(i))
		}
	}
	return dst
}

// TimeEnds returns the name of the bound Network.Ticks if only this bound keeps time from passing in s; otherwise "".
// What happens after such a state is not known.
func (sys *System) TimeEnds(s State) string {
	if !sys.timed() || sys.sc.Net.Ticks == 0 || s.cut != NotCut {
		return ""
	}
	if w := sys.Unpack(s); !sys.atEnd(&w) || sys.mustWait(&w, sys.roomy(&w)) {
		return ""
	}
	return "end of time after " + prose.Count(sys.sc.Net.Ticks, "tick")
}

// mustGiveUp reports whether an endpoint has retransmitted for as long as it may. No tick passes before it gives up.
func (sys *System) mustGiveUp(s *State, me uint8) bool {
	c, r := &s.peer[me], sys.sc.Peer[me].GiveUp
	return r > 0 && int(max(c.ages>>4, c.ages&15)) >= r
}

// orphaned reports whether an endpoint has waited in FIN-WAIT-2 for as long as its host allows.
func (sys *System) orphaned(s *State, me uint8) bool {
	c := &s.peer[me]
	h := &sys.sc.Peer[me]
	return model.State(c.state) == model.FinWait2 && h.FinWait2 > 0 && int(c.timer) <= h.lateness()
}
