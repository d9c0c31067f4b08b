package netfake

import (
	"testing"

	"pgregory.net/rapid"
)

// successors are the states that s leads to, cut ones left out, with the number of those.
func successors(sys *System, s State) (next map[State]bool, cuts int) {
	next = map[State]bool{}
	for _, a := range sys.Actions(nil, s) {
		if t := sys.Step(s, a); t.cut == NotCut {
			next[t] = true
		} else {
			cuts++
		}
	}
	return next, cuts
}

// checkBisimulation compares what a state leads to with what its representative leads to. A step back to the
// representative counts for nothing: to deliver a segment that does nothing is no progress.
func checkBisimulation(t *rapid.T, raw, reduced *System, s State) {
	c := reduced.canon(s)
	if reduced.canon(c) != c {
		t.Fatalf("a representative is represented by another:\n%+v\n%+v", c, reduced.canon(c))
	}
	if c.faults != s.faults || c.peer != s.peer {
		t.Fatal("a representative has other endpoints or other faults")
	}
	of, cuts := successors(raw, s)
	rep, repCuts := successors(reduced, c)
	if cuts > 0 || repCuts > 0 {
		return // the encoding ended the run: what would have come is not known
	}
	want := map[State]bool{}
	for n := range of {
		want[reduced.canon(n)] = true
	}
	delete(want, c)
	delete(rep, c)
	for n := range want {
		if !rep[n] {
			t.Fatalf("%v: the state leads to what its representative does not lead to", reduced.Reductions())
		}
	}
	for n := range rep {
		if !want[n] {
			t.Fatalf("%v: the representative leads to what the state does not lead to", reduced.Reductions())
		}
	}
}

// Each reduction, and all together, is a bisimulation: in random runs of random scenarios a state and its
// representative lead to the same representatives.
func TestReductionsAreBisimulations(t *testing.T) {
	inForce := 0
	often(t, 10, func(t *rapid.T) {
		raw := drawSystem(t)
		var reduced []*System
		for r := NoReductions + 1; r <= AllReductions; r++ {
			if sys := raw.Reduced(r); sys.Reductions() == r {
				reduced = append(reduced, sys)
			}
		}
		inForce += len(reduced)
		walk(t, raw, func(s State, _ *Action) {
			for _, sys := range reduced {
				if s.cut == NotCut {
					checkBisimulation(t, raw, sys, s)
				}
			}
		})
	})
	t.Logf("%d reduced systems", inForce)
	if inForce == 0 {
		t.Error("no reduction was in force")
	}
}
