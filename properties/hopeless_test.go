package properties

import (
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
//   - Of what eventually happens: it follows on no run from here on which nothing happens but what must, by the
//     question's fairness. A run that goes on so is fair, and never gets there.
func (w *watch) hopeless(m moment) string {
	q := w.asked.Live
	if q == nil || q.Within > 0 || q.From.Holds != nil && m.waits == 0 {
		return ""
	}
	rest := &after{System: w.sys, from: m.State}
	if q.From.Holds != nil {
		rest.class = q.Fair.class(w.sys)
	}
	there := explore.Predicate[netfake.State]{Name: "not there", Holds: func(s netfake.State) bool { return !q.To.Holds(w.sys, s) }}
	r := explore.Run(context.Background(), rest, explore.Options[netfake.State, netfake.Action]{
		Always: []explore.Predicate[netfake.State]{there}, Cut: netfake.CutOff, MaxStates: hopelessStates, Workers: 1})
	if r.Verdict == explore.Verified {
		return q.String()
	}
	return ""
}

// after is a system from one of its states on; if class is set, with those actions only that must happen.
type after struct {
	*netfake.System
	from  netfake.State
	class func(netfake.State, netfake.Action) explore.Class
}

func (r *after) Init() []netfake.State { return []netfake.State{r.from} }

func (r *after) Actions(dst []netfake.Action, s netfake.State) []netfake.Action {
	n := len(dst)
	dst = r.System.Actions(dst, s)
	if r.class == nil {
		return dst
	}
	kept := dst[:n]
	for _, a := range dst[n:] {
		if r.class(s, a) != 0 {
			kept = append(kept, a)
		}
	}
	return kept
}
