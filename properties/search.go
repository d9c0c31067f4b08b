package properties

import (
	"context"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// What a search of joint states is given, and what it returns.
type (
	Options = explore.Options[netfake.State, netfake.Action]
	Result  = explore.Result[netfake.State, netfake.Action]
	Graph   = explore.Graph[netfake.State, netfake.Action]
)

// Search searches a system with those of the given reductions that are sound for its scenario, and returns which ones
// it used. It is the only place that decides between a reduced and an unreduced search. The runs in the result are
// runs of sys itself. If one of them cannot be turned into such a run, Search repeats everything without reductions,
// and keeps nothing on disk. A graph is returned only by an exact search without reductions.
func Search(ctx context.Context, sys *netfake.System, use netfake.Reductions, o Options) (*Result, *Graph, netfake.Reductions) {
	reduced := sys.Reduced(use)
	if used := reduced.Reductions(); used != netfake.NoReductions {
		r := Explore(ctx, reduced, o)
		if unfoldAll(reduced, sys, r) == nil {
			return r, nil, used
		}
		o = Unkept(o)
	}
	r, g := explore.RunGraph(ctx, sys, o)
	return r, g, netfake.NoReductions
}

// Explore searches a system of joint states that may be another one than netfake.System. It has explore.Run compiled once:
// each package that calls explore.Run itself, also by an inlined function, compiles the whole search again.
//
//go:noinline
func Explore(ctx context.Context, sys explore.System[netfake.State, netfake.Action], o Options) *Result {
	return explore.Run(ctx, sys, o)
}

// Unkept returns the options for a search that leaves no files behind.
func Unkept(o Options) Options {
	o.Dir, o.Storage, o.Engine, o.Resume, o.Identity = "", nil, nil, false, nil
	if o.Store == explore.Disk {
		o.Store = explore.Compact
	}
	return o
}

func unfoldAll(reduced *netfake.Reduced, sys *netfake.System, r *Result) (err error) {
	for i := range r.Violations {
		if r.Violations[i].Path, err = Unfold(reduced, sys, r.Violations[i].Path); err != nil {
			return err
		}
	}
	for i := range r.Witnesses {
		if !r.Witnesses[i].Found {
			continue
		}
		if r.Witnesses[i].Path, err = Unfold(reduced, sys, r.Witnesses[i].Path); err != nil {
			return err
		}
	}
	return nil
}

// Unfold turns a run of a reduced system into one of the system itself; see netfake.System.Unfold.
func Unfold(reduced *netfake.Reduced, sys *netfake.System, run Run) (Run, error) {
	if reduced.Reductions() == netfake.NoReductions {
		return run, nil
	}
	var states []netfake.State
	for _, hop := range run {
		states = append(states, hop.State)
	}
	actions, err := reduced.Unfold(states)
	if err != nil {
		return nil, err
	}
	s := sys.Init()[0]
	unfolded := Run{{State: s}}
	for _, a := range actions {
		s = sys.Step(s, a)
		unfolded = append(unfolded, explore.Hop[netfake.State, netfake.Action]{Action: a, State: s})
	}
	return unfolded, nil
}
