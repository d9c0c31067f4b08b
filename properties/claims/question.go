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
	step  func(st *step) bool
}

// step is a transition, for which there are shorter questions.
type step struct{ *netfake.Transition }

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
		if q.step(&step{t}) {
			return t.Action, true
		}
	}
	return netfake.Action{}, false
}

// by reports whether the step is one of endpoint me, and something came to it as a segment if arrived is asked for.
func (st *step) by(me int) bool { return st.Stepped && st.Peer == me }

func (st *step) arrived(me int) bool {
	return st.by(me) && st.Event.Kind == model.SegmentArrives
}

// from and to are the states of the endpoint that took the step.
func (st *step) from() model.State { return st.Before.State }
func (st *step) to() model.State   { return st.After.State }

// arrow is one change of state.
type arrow [2]model.State

// leaves asks for a step in which endpoint me changes its state by none of the arrows.
func leaves(me int, arrows ...arrow) question {
	return question{name: netfake.PeerName(me) + " goes another way", step: func(st *step) bool {
		if !st.by(me) || st.from() == st.to() {
			return false
		}
		for _, a := range arrows {
			if st.from() == a[0] && st.to() == a[1] {
				return false
			}
		}
		return true
	}}
}

// goes asks for a step in which endpoint me takes that arrow.
func goes(me int, from, to model.State) question {
	return question{name: netfake.PeerName(me) + " goes from " + from.String() + " to " + to.String(), step: func(st *step) bool {
		return st.by(me) && st.from() == from && st.to() == to
	}}
}

// states asks for a state in which A and B are in these.
func states(inA, inB model.State) question {
	return question{name: "A " + inA.String() + " and B " + inB.String(), state: func(w *netfake.World) bool {
		return w.Peer[a].State() == inA && w.Peer[b].State() == inB
	}}
}
