package claims

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// question is asked of each reachable state, or of each step that can be taken from one.
type question struct {
	name  string
	state func(w *netfake.World) bool
	step  func(st *netfake.Transition) bool
}

// condition is the question for a search. Without one there is no condition. One about steps asks every step that is
// possible in a state, and so sees whatever a reduction leaves out.
func (q question) condition() properties.Condition {
	switch {
	case q.state != nil:
		return properties.OnWorld(q.name, q.state)
	case q.step != nil:
		return properties.OnState(q.name, func(sys *netfake.System, s netfake.State) bool {
			_, ok := q.shownBy(sys, s)
			return ok
		})
	}
	return properties.Condition{Name: q.name}
}

// not is the invariant that a search refutes by reaching what is asked for.
func (q question) not() properties.Invariant { return q.condition().Not("never: " + q.name) }

// shownBy finds the step from s that is asked for.
func (q question) shownBy(sys *netfake.System, s netfake.State) (netfake.Action, bool) {
	if q.step == nil {
		return netfake.Action{}, false
	}
	for t := range sys.Transitions(s) {
		if q.step(t) {
			return t.Action, true
		}
	}
	return netfake.Action{}, false
}

// by reports whether the step is one of endpoint me.
func by(st *netfake.Transition, me int) bool { return st.Stepped && st.Peer == me }

// arrived reports whether it is one in which a segment came to it.
func arrived(st *netfake.Transition, me int) bool {
	return by(st, me) && st.Event.Kind == model.SegmentArrives
}

// arrow is one change of state.
type arrow [2]model.State

// leaves asks for a step in which endpoint me changes its state by none of the arrows.
func leaves(me int, arrows ...arrow) question {
	return question{name: netfake.PeerName(me) + " goes another way", step: func(st *netfake.Transition) bool {
		if !by(st, me) || st.Before.State == st.After.State {
			return false
		}
		for _, a := range arrows {
			if st.Before.State == a[0] && st.After.State == a[1] {
				return false
			}
		}
		return true
	}}
}

// goes asks for a step in which endpoint me takes that arrow.
func goes(me int, from, to model.State) question {
	return question{name: netfake.PeerName(me) + " goes from " + from.String() + " to " + to.String(), step: func(st *netfake.Transition) bool {
		return by(st, me) && st.Before.State == from && st.After.State == to
	}}
}

// states asks for a state in which A and B are in these.
func states(inA, inB model.State) question {
	return question{name: "A " + inA.String() + " and B " + inB.String(), state: func(w *netfake.World) bool {
		return w.Peer[a].State() == inA && w.Peer[b].State() == inB
	}}
}
