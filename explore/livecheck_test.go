package explore_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

type answer = explore.Answer[int, int]

func liveOf(t rapid.TB, m fairMaze, o mazeOptions) (*explore.Live[int, int], *explore.Result[int, int]) {
	t.Helper()
	r, g := explore.RunGraph(context.Background(), mazeSystem(m.maze), o)
	l, err := explore.NewLive(context.Background(), mazeSystem(m.maze), r, g, m.promises())
	if err != nil {
		t.Fatal(err)
	}
	return l, r
}

// oneOf is the predicate of being in a set of states, a bit for each.
func oneOf(set int) explore.Predicate[int] {
	return explore.Predicate[int]{Name: fmt.Sprintf("in %b", set), Holds: func(s int) bool { return in(set, s) }}
}

// checkLiveness compares the answers with those of the twin, on whole searches and on those that were cut off, and checks
// every run that comes with them.
func checkLiveness(t *rapid.T) {
	m := drawFairMaze(t)
	last := 1<<len(m.edges) - 1
	state := rapid.IntRange(0, last)
	p, q := state.Draw(t, "p"), state.Draw(t, "q")
	wall, depth := 0, 0
	if rapid.Bool().Draw(t, "incomplete") {
		wall, depth, m.shut = state.Draw(t, "wall"), rapid.IntRange(0, 4).Draw(t, "depth"), state.Draw(t, "shut")
	}
	v := m.wander(wall, depth)
	l, r := liveOf(t, m, mazeOptions{MaxDepth: depth, Cut: wallIn(wall)})
	if int(r.Distinct) != count(v.found) {
		t.Fatalf("the search found %d states, the twin %b", r.Distinct, v.found)
	}
	verdict := func(holds bool) explore.Verdict {
		switch {
		case !holds:
			return explore.Violated
		case v.open != 0:
			return explore.Bounded
		}
		return explore.Verified
	}
	expect := func(a answer, holds bool) {
		t.Helper()
		if a.Verdict != verdict(holds) {
			t.Fatalf("got %v, want %v", a, verdict(holds))
		}
		if a.Flaw != explore.NoFlaw {
			checkRun(t, v, a.Run)
		}
	}
	a := l.AlwaysPossible(oneOf(q))
	expect(a, v.possible(q))
	checkLost(t, v, a, q)
	a = l.LeadsTo(oneOf(p), oneOf(q))
	expect(a, v.leadsTo(p, q))
	checkNever(t, v, a, p, q)
	checkBound(t, v, l, p, q, expect)
}

// checkBound asks for a bound on ticks: for none, for the largest number there is, and for one less.
func checkBound(t *rapid.T, v seen, l *explore.Live[int, int], p, q int, expect func(answer, bool)) {
	const tick = 1
	comes, worst := v.leadsTo(p, q), v.ticks(p, q, tick)
	a := l.LeadsToWithin(oneOf(p), oneOf(q), tick, explore.Unbounded)
	expect(a, comes && worst != explore.Unbounded)
	if !comes {
		checkNever(t, v, a, p, q)
		return
	}
	if a.Ticks != worst || (worst == explore.Unbounded) != (a.Flaw == explore.Late) {
		t.Fatalf("within: %v, want %d ticks", a, worst)
	}
	checkWorst(t, v, a, p, q, tick)
	if worst > 0 {
		expect(l.LeadsToWithin(oneOf(p), oneOf(q), tick, worst), true)
		a := l.LeadsToWithin(oneOf(p), oneOf(q), tick, worst-1)
		expect(a, false)
		if a.Flaw != explore.Late {
			t.Fatalf("within %d: %v", worst-1, a)
		}
	}
}

func TestLivenessAgreesWithItsTwin(t *testing.T) { rapid.Check(t, checkLiveness) }

func FuzzLivenessAgreesWithItsTwin(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkLiveness)) }

// checkFuture: whatever has happened, the run can go on, or stop, fairly. So nothing is true because no run is fair.
func checkFuture(t *rapid.T) {
	m := drawFairMaze(t)
	v := m.wander(0, 0)
	l, _ := liveOf(t, m, mazeOptions{})
	for s := range m.edges {
		if !in(v.found, s) {
			continue
		}
		if a := l.LeadsTo(oneOf(1<<s), oneOf(0)); a.Verdict != explore.Violated {
			t.Fatalf("no fair run through state %d: %v", s, a)
		}
		if !v.fairEnd(v.onward(1<<s, everything)) {
			t.Fatalf("the twin knows no fair run through state %d", s)
		}
	}
}

func TestWhateverHasHappenedCanGoOnFairly(t *testing.T) { rapid.Check(t, checkFuture) }

func wallIn(set int) func(int) string {
	return func(s int) string {
		if in(set, s) {
			return "wall"
		}
		return ""
	}
}

func count(set int) (n int) {
	for ; set != 0; set &= set - 1 {
		n++
	}
	return n
}

// checkRun checks the parts of a counterexample that all questions share: it is a run, its loop is a loop, and Since is
// a step of it.
func checkRun(t rapid.TB, v seen, l explore.Lasso[int, int]) {
	t.Helper()
	if err := explore.Replay(mazeSystem(maze{v.starts, v.edges}), l.Unroll(2)); err != nil {
		t.Fatal(err)
	}
	if l.Since < 0 || l.Since > l.Stem.Steps() {
		t.Fatalf("since step %d of %d", l.Since, l.Stem.Steps())
	}
	if n := len(l.Loop); n > 0 && l.Loop[n-1].State != l.Stem.Last() {
		t.Fatalf("the loop ends in %d, not in %d", l.Loop[n-1].State, l.Stem.Last())
	}
}

// checkLoop checks that a loop takes every class that is due on it, and meets no open state.
func checkLoop(t rapid.TB, v seen, l explore.Lasso[int, int]) {
	t.Helper()
	at := l.Stem.Last()
	due, taken := map[explore.Class]bool{}, map[explore.Class]bool{}
	for _, hop := range l.Loop {
		if in(v.open, at) {
			t.Fatalf("the loop goes through the open state %d", at)
		}
		taken[v.class[at][hop.Action]] = true
		for c := range v.due(at) {
			due[c] = true
		}
		at = hop.State
	}
	for c := range due {
		if !taken[c] {
			t.Fatalf("class %d is due in the loop and not taken", c)
		}
	}
}

// checkLost checks that the goal is lost at Since, and that the run then comes to what it is stuck in.
func checkLost(t rapid.TB, v seen, a answer, q int) {
	t.Helper()
	if a.Flaw != explore.Lost {
		return
	}
	if lost := a.Run.Stem[a.Run.Since].State; v.onward(1<<lost, everything)&(q|v.open) != 0 {
		t.Fatalf("from %d the goal can be reached", lost)
	}
	checkLoop(t, v, a.Run)
	if end := a.Run.Stem.Last(); len(a.Run.Loop) == 0 && len(v.edges[end]) > 0 {
		t.Fatalf("the run ends in %d, where something can happen", end)
	}
}

// checkNever checks that a run is fair, and meets p and never q after it.
func checkNever(t rapid.TB, v seen, a answer, p, q int) {
	t.Helper()
	if a.Flaw != explore.Never {
		return
	}
	checkLoop(t, v, a.Run)
	if end := a.Run.Stem.Last(); len(a.Run.Loop) == 0 && !v.mayStop(end) {
		t.Fatalf("the run stops in %d, where something has to happen", end)
	}
	for _, hop := range a.Run.Unroll(1)[a.Run.Since:] {
		if in(q, hop.State) {
			t.Fatalf("the goal comes in state %d", hop.State)
		}
	}
	if !in(p, a.Run.Stem[a.Run.Since].State) {
		t.Fatal("the wait begins where the premise does not hold")
	}
}

// checkWorst checks the run with the most ticks: it has so many, and no goal before the last of them.
func checkWorst(t rapid.TB, v seen, a answer, p, q int, tick explore.Class) {
	t.Helper()
	if len(a.Run.Stem) == 0 {
		return // the goal was never waited for
	}
	checkRun(t, v, a.Run)
	n, at := 0, a.Run.Stem[a.Run.Since].State
	if !in(p, at) {
		t.Fatal("the wait begins where the premise does not hold")
	}
	for _, hop := range a.Run.Unroll(1)[a.Run.Since+1:] {
		if in(q, at) {
			t.Fatal("the goal comes before the end")
		}
		if v.class[at][hop.Action] == tick {
			n++
		}
		at = hop.State
	}
	if a.Ticks == explore.Unbounded {
		if n == 0 || len(a.Run.Loop) == 0 {
			t.Fatalf("a loop of %d steps with %d ticks", len(a.Run.Loop), n)
		}
	} else if n != a.Ticks || !in(q, at) && v.open == 0 {
		t.Fatalf("%d ticks, want %d, and then the goal", n, a.Ticks)
	}
}
