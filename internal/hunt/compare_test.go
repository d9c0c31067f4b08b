package hunt

import (
	"fmt"
	"maps"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// wireFull is the name of the one bound that reductions may keep a search away from.
var wireFull = netfake.CutWire.String()

// everyWay searches the same system in each store with each number of workers: every count must be the same.
func (t *trial) everyWay(sys transitions, in netfake.Reductions, want answers) {
	ways := t.ways()
	if t.OneWay {
		t.turn++
		ways = ways[t.turn%len(ways):][:1]
	}
	for _, w := range ways {
		got := t.search(sys, in, w.store, w.workers)
		name := fmt.Sprintf("reduced by %v, store %v, %d workers", in, w.store, w.workers)
		if got.Err != nil {
			t.differ("%s: %v", name, got.Err)
			continue
		}
		if !maps.Equal(got.steps, want.steps) {
			t.differ("%s: found %v, the first search %v", name, got.steps, want.steps)
		}
		if g, w := counts(got), counts(want); g != w {
			t.differ("%s: %s, the first search %s", name, g, w)
		}
	}
}

// way is one way to search.
type way struct {
	store   explore.Store
	workers int
}

// ways lists every way but the first, with which they are compared.
func (h *Hunt) ways() (list []way) {
	for _, store := range []explore.Store{explore.Exact, explore.Compact, explore.Disk} {
		for _, n := range h.Workers {
			first := store == explore.Exact && n == 1
			if !first && (store != explore.Disk || h.Dir != "") {
				list = append(list, way{store, n})
			}
		}
	}
	return list
}

// represent holds the states of a reduced search against the representatives of all states. A bound that cuts
// off makes them say nothing.
func (t *trial) represent(reduced *netfake.Reduced, whole, few answers) {
	if len(whole.Cuts) > 0 || len(few.Cuts) > 0 || t.ctx.Err() != nil {
		return
	}
	depth := map[netfake.State]int{}
	for n := range whole.graph.Nodes() { // by depth, so that the first is the nearest
		if s := reduced.Representative(n.State); depth[s] == 0 {
			depth[s] = n.Depth + 1
		}
	}
	for n := range few.graph.Nodes() {
		if d := depth[n.State]; d != n.Depth+1 {
			t.differ("reduced by %v: a state is found after %d steps, and stands for one that is found after %d (-1: for none)", reduced.Reductions(), n.Depth, d-1)
			return
		}
	}
	if few.graph.Len() != len(depth) {
		t.differ("reduced by %v: %d states are found, and there are %d representatives", reduced.Reductions(), few.graph.Len(), len(depth))
	}
}

// counts is what a search counted, in words.
func counts(a answers) string {
	return fmt.Sprintf("%v %q, levels %v, %d successors, %d ends, %d loops, cut off by %v",
		a.Verdict, a.Reason, a.Levels, a.Generated, a.Terminals, a.Loops, a.Cuts)
}

// compare holds what a reduced search found against what the whole one found.
//
// Where the wire is full the whole search misses what comes after, and the reduced one, which has dropped segments
// from the wire, need not: it may find more, and sooner, and may be VERIFIED where the whole is BOUNDED. What the
// whole search has found it must find as well. Everywhere else both must find the same in as many steps.
func (t *trial) compare(in netfake.Reductions, whole, few answers) {
	isWire := func(c explore.Cut) bool { return c.Name == wireFull }
	full := slices.ContainsFunc(whole.Cuts, isWire)
	for _, name := range t.asked(in) {
		w, inWhole := whole.steps[name]
		f, inFew := few.steps[name]
		switch {
		case inWhole == inFew && w == f:
		case full && !inWhole, full && inFew && f < w:
		default:
			t.differ("reduced by %v: %s %s, without %s", in, name, after(f, inFew), after(w, inWhole))
		}
	}
	if !full && cutNames(whole) != cutNames(few) || full && slices.ContainsFunc(few.Cuts, isWire) && few.Verdict == explore.Verified {
		t.differ("reduced by %v: cut off by [%s], without by [%s]", in, cutNames(few), cutNames(whole))
	}
	if !full && few.Reason != whole.Reason {
		t.differ("reduced by %v: ended by %q", in, few.Reason)
	}
}

func after(n int, found bool) string {
	if !found {
		return "is not found"
	}
	return fmt.Sprintf("is found after %d steps", n)
}

func cutNames(a answers) (names string) {
	for _, c := range a.Cuts {
		names += c.Name + ";"
	}
	return names
}

// asked names what is asked where reductions are in force.
func (t *trial) asked(in netfake.Reductions) (names []string) {
	for _, c := range t.Always {
		if in&^c.PreservedBy() == 0 {
			names = append(names, "invariant "+c.Name)
		}
	}
	for _, c := range t.Sometimes {
		if in&^c.PreservedBy() == 0 {
			names = append(names, "witness "+c.Name)
		}
	}
	return names
}

// unfold turns each run to a violation into one of the whole system, and looks at where that ends.
func (t *trial) unfold(reduced *netfake.Reduced, few, whole answers) {
	for _, v := range few.Violations {
		run, err := properties.Unfold(reduced, t.sys, v.Path)
		if err != nil {
			if !slices.ContainsFunc(whole.Cuts, func(c explore.Cut) bool { return c.Name == wireFull }) {
				t.differ("reduced by %v: the run to %s: %v", reduced.Reductions(), v.Name, err)
			}
			continue
		}
		for _, c := range t.Always {
			if c.Name == v.Name && c.Holds(t.sys, run.Last()) {
				t.differ("reduced by %v: %s holds at the end of the unfolded run", reduced.Reductions(), v.Name)
			}
		}
	}
}
