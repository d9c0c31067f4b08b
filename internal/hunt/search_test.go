// Package hunt is tests only. It looks for a scenario in which two searches that must agree do not: one of the whole space and one that
// a reduction made smaller, one in each store of states, one with any number of workers.
//
// It compares the verdict, and for each invariant and each witness whether it was found and after how many steps. More
// than that, a reduced search must find a representative of each state of the whole space, and no other state, as many
// steps from the beginning. It knows nothing of TCP, and proves nothing: it finds what the proofs overlook.
package hunt

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Hunt is what is compared, and how much of it.
type Hunt struct {
	MaxStates uint64 // a whole space with more states than this is left out
	Workers   []int
	OneWay    bool // search each system in one other way besides the first, in turn, and not in every
	turn      int
	Always    []properties.Invariant
	Sometimes []properties.Condition
	Dir       string // where searches on disk write; what is in it is removed
}

// New is the whole hunt: every invariant and every witness of a theorem, and 1, 2 and 4 workers. A search on disk
// takes far longer than one in memory: without a directory there is none.
func New(maxStates uint64, dir string) *Hunt {
	h := &Hunt{MaxStates: maxStates, Dir: dir, Always: properties.Invariants(), Workers: []int{1, 2, 4}}
	seen := map[string]bool{"": true}
	for _, th := range properties.Theorems() {
		if w := th.Witness; !seen[w.Name] {
			seen[w.Name] = true
			h.Sometimes = append(h.Sometimes, w)
		}
	}
	return h
}

// Scenario is the scenario with that number of all that a seed gives.
func Scenario(seed, number uint64) netfake.Scenario {
	rng := rand.New(rand.NewPCG(seed, number))
	return netfake.DrawSmall(func(_ string, low, high int) int { return low + rng.IntN(high-low+1) })
}

// Report is what came of one scenario.
type Report struct {
	Finished    bool // the whole space was small enough, so that there was something to compare
	Cut         bool // a bound of the encoding held the whole search back
	States      uint64
	Violations  int
	Searches    int
	Reduced     []netfake.Reductions // each set of reductions that was in force
	Differences []string
}

// Try searches a scenario in every way, and reports where the answers differ.
func (h *Hunt) Try(ctx context.Context, sc netfake.Scenario) (Report, error) {
	sys, err := netfake.New(sc)
	if err != nil {
		return Report{}, err
	}
	t := &trial{Hunt: h, ctx: ctx, sys: sys}
	if !t.fits() {
		return t.Report, ctx.Err()
	}
	whole := t.search(sys, netfake.NoReductions, explore.Exact, 1)
	t.States, t.Violations, t.Cut = whole.Distinct, len(whole.Violations), len(whole.Cuts) > 0
	t.Finished = true
	t.everyWay(sys, netfake.NoReductions, whole)
	for use := netfake.NoReductions + 1; use <= netfake.AllReductions; use++ {
		reduced := sys.Reduced(use)
		in := reduced.Reductions()
		if in == netfake.NoReductions || slices.Contains(t.Reduced, in) {
			continue
		}
		t.Reduced = append(t.Reduced, in)
		few := t.search(reduced, in, explore.Exact, 1)
		t.compare(in, whole, few)
		t.represent(reduced, whole, few)
		t.unfold(reduced, few, whole)
		t.everyWay(reduced, in, few)
	}
	return t.Report, ctx.Err()
}

// trial is one scenario being tried.
type trial struct {
	*Hunt
	Report
	ctx context.Context
	sys *netfake.System
}

type (
	result      = explore.Result[netfake.State, netfake.Action]
	transitions = explore.System[netfake.State, netfake.Action]
)

// answers is what a search found out: for each invariant that does not hold, and each witness, the shortest length.
type answers struct {
	*result
	graph *explore.Graph[netfake.State, netfake.Action] // of a search in the first way
	steps map[string]int
}

// fits reports whether the whole space is small enough. Nothing is asked of it yet, which saves most of the time.
func (t *trial) fits() bool {
	r := explore.Run(t.ctx, t.sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff, Workers: 1, MaxStates: t.MaxStates})
	return r.Reason == ""
}

// search asks all that cannot see the reductions.
func (t *trial) search(sys transitions, in netfake.Reductions, store explore.Store, workers int) answers {
	t.Searches++
	o := explore.Fine(explore.Options[netfake.State, netfake.Action]{
		Cut: netfake.CutOff, KeepGoing: true, Store: store, Workers: workers,
	})
	for _, c := range t.Always {
		if in&^c.PreservedBy() == 0 {
			o.Always = append(o.Always, c.Predicate(t.sys))
		}
	}
	for _, c := range t.Sometimes {
		if in&^c.PreservedBy() == 0 {
			o.Sometimes = append(o.Sometimes, c.Predicate(t.sys))
		}
	}
	if store == explore.Disk {
		dir, err := os.MkdirTemp(t.Dir, "hunt")
		if err != nil {
			return answers{result: &result{Err: err}}
		}
		defer os.RemoveAll(dir)
		o.Dir, o.Identity = dir, []string{"hunt"}
	}
	a := answers{steps: map[string]int{}}
	if store == explore.Exact && workers == 1 {
		a.result, a.graph = explore.RunGraph(t.ctx, sys, o)
	} else {
		a.result = explore.Run(t.ctx, sys, o)
	}
	for _, v := range a.Violations {
		a.steps["invariant "+v.Name] = v.Path.Steps()
	}
	for _, w := range a.Witnesses {
		if w.Found {
			a.steps["witness "+w.Name] = w.Path.Steps()
		}
	}
	return a
}

func (t *trial) differ(format string, args ...any) {
	if t.ctx.Err() == nil { // what was interrupted says nothing
		t.Differences = append(t.Differences, fmt.Sprintf(format, args...))
	}
}
