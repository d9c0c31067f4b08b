package properties

import (
	"cmp"
	"context"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// A finite run refutes a question about what happens eventually if nothing that must still happen can bring it about.
// This file searches what can follow the end of a run.

// hopelessStates is how many states are searched for a way on; if there are more, nothing is said.
const hopelessStates = 20_000

// hopeless names the question if the run that ended in m refutes it: what is waited for cannot follow any more.
//
//   - Of what is always possible: it follows on no run from here.
//   - Of what eventually happens: it follows on no run from here on which nothing happens but what has to, by the
//     question's fairness. A run that goes on so is fair, and never gets there.
func (w *watch) hopeless(m moment) string {
	q := w.asked.Live
	if q == nil || q.Within > 0 || q.From.Asked() && m.waits == 0 {
		return ""
	}
	rest := &after{System: w.sys, from: m.State, all: !q.From.Asked()}
	open := netfake.CutOff
	if !rest.all {
		rest.promises = q.Fair.promises(w.sys)
		open = func(s netfake.State) string { return cmp.Or(netfake.CutOff(s), rest.promises.Open(s)) }
	}
	there := explore.Predicate[netfake.State]{Name: "not there", Holds: func(s netfake.State) bool { return !q.To.Holds(w.sys, s) }}
	r := explore.Run(context.Background(), rest, explore.Options[netfake.State, netfake.Action]{
		Always: []explore.Predicate[netfake.State]{there}, Cut: open, MaxStates: hopelessStates, Workers: 1})
	if r.Verdict == explore.Verified {
		return q.String()
	}
	return ""
}

// after is a system from one of its states on; with all its actions, or with those that have to happen.
type after struct {
	*netfake.System
	from     netfake.State
	all      bool
	promises explore.Promises[netfake.State, netfake.Action]
}

func (r *after) Init() []netfake.State { return []netfake.State{r.from} }

func (r *after) Actions(dst []netfake.Action, s netfake.State) []netfake.Action {
	n := len(dst)
	dst = r.System.Actions(dst, s)
	if r.all {
		return dst
	}
	kept := dst[:n]
	for _, a := range dst[n:] {
		if r.hasTo(s, a) {
			kept = append(kept, a)
		}
	}
	return kept
}

// hasTo reports whether an action has to happen. A loss does not; but where a timer must not be held back for ever by what
// is under way, losses make room for it.
func (r *after) hasTo(s netfake.State, a netfake.Action) bool {
	if r.promises.Owed != nil && a.Kind == netfake.Lose {
		return true
	}
	return r.promises.Class != nil && r.promises.Class(s, a) != 0
}
