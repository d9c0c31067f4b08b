package explore_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type mazeShrink = explore.ShrinkOptions[int, int, int]

// without is the run from start by the actions but those of one stretch; an action that is not there, or that leads
// nowhere, is skipped. It ends where it first shows.
func (m maze) without(start int, actions []int, from, to int, shows func(int) bool) (steps int, shown bool) {
	s := start
	for i, a := range actions {
		if shows(s) {
			return steps, true
		}
		if i >= from && i < to || a >= len(m.edges[s]) || m.edges[s][a] == s {
			continue
		}
		s = m.edges[s][a]
		steps++
	}
	return steps, shows(s)
}

// distance is how many steps a shortest run from start to a state that shows takes.
func (m maze) distance(start int, shows func(int) bool) int {
	level, seen := []int{start}, map[int]bool{start: true}
	for d := 0; ; d++ {
		if slices.ContainsFunc(level, shows) {
			return d
		}
		var next []int
		for _, s := range level {
			for _, to := range m.edges[s] {
				if !seen[to] {
					seen[to] = true
					next = append(next, to)
				}
			}
		}
		level = next
	}
}

func checkShrink(t *rapid.T) {
	m := drawMaze(t)
	goal := rapid.IntRange(0, len(m.edges)-1).Draw(t, "goal")
	shows := func(s int) bool { return s == goal }
	r := explore.Simulate(t.Context(), mazeSystem(m), simOptions{
		Always: []explore.Predicate[int]{{Name: "not there", Holds: func(s int) bool { return !shows(s) }}},
		Seed:   rapid.Uint64().Draw(t, "seed"), Runs: 50, Steps: 60, Workers: 1,
	})
	if r.Violation == nil {
		return
	}
	run := r.Violation.Path
	for _, around := range []int{0, 5, 1000} {
		o := mazeShrink{Shows: shows, Same: explore.SameAction[int, int], Around: around}
		got := explore.Shrink(t.Context(), mazeSystem(m), run, o)
		if diff := cmp.Diff(got, explore.Shrink(t.Context(), mazeSystem(m), run, o)); diff != "" {
			t.Fatalf("the second time another run (-first +second):\n%s", diff)
		}
		checkShrunk(t, m, run, got, shows)
		if best := m.distance(run[0].State, shows); got.Path.Steps() < best || around == 1000 && got.Path.Steps() > best {
			t.Fatalf("%d steps became %d where %d are enough, looking at %d states", run.Steps(), got.Path.Steps(), best, around)
		}
	}
}

// checkShrunk holds what Shrink made of a run against what it promises.
func checkShrunk(t *rapid.T, m maze, run explore.Path[int, int], got explore.Shrunk[int, int], shows func(int) bool) {
	if err := explore.Replay(mazeSystem(m), got.Path); err != nil {
		t.Fatal(err)
	}
	if !shows(got.Path.Last()) || got.Path.Steps() > run.Steps() || got.Path[0].State != run[0].State || !got.Minimal {
		t.Fatalf("%v became %+v", run, got)
	}
	actions := got.Path.Actions()
	for i := range actions {
		if steps, shown := m.without(run[0].State, actions, i, i+1, shows); shown && steps < len(actions) {
			t.Fatalf("%v can do without step %d", got.Path, i+1)
		}
	}
}

func TestShrunkRunsAreMinimal(t *testing.T) { rapid.Check(t, checkShrink) }

func FuzzShrunkRunsAreMinimal(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkShrink)) }

// The shortest run to the loss of synchronization has ten steps, as other checkers say, too. What random walks find
// becomes that, or a little more: shrinking does not search the whole space.
func TestShrunkRunsOfMinitcpAreAlmostShortest(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 2, Numbers: 2})
	for seed := range uint64(5) {
		r := explore.Simulate(t.Context(), sys, explore.SimOptions[minitcp.State, minitcp.Action]{
			Always: []explore.Predicate[minitcp.State]{{Name: "SYNC", Holds: minitcp.InSync}},
			Seed:   seed, Runs: 500_000, Steps: 60,
		})
		if r.Violation == nil {
			t.Fatalf("seed %d: nothing found in %d steps", seed, r.Steps)
		}
		short := explore.Shrink(t.Context(), sys, r.Violation.Path, explore.ShrinkOptions[minitcp.State, minitcp.Action, minitcp.Action]{
			Shows: func(s minitcp.State) bool { return !minitcp.InSync(s) },
			Same:  explore.SameAction[minitcp.State, minitcp.Action], Around: 1000})
		if err := explore.Replay(sys, short.Path); err != nil {
			t.Error(err)
		}
		if n := short.Path.Steps(); n < 10 || n > 12 {
			t.Errorf("seed %d: %d steps became %d in %d replays, want 10 to 12", seed, r.Violation.Path.Steps(), n, short.Replays)
		}
	}
}

func TestShrinkKeepsWhatItCannotShrink(t *testing.T) {
	m := maze{starts: []int{0}, edges: [][]int{{1}, {2}, {0, 3}, {}}}
	run := explore.Path[int, int]{{State: 0}, {State: 1}, {State: 2}, {Action: 1, State: 3}}
	at := func(n int) mazeShrink {
		return mazeShrink{Shows: func(s int) bool { return s == n }, Same: explore.SameAction[int, int], Around: 10}
	}
	if got := explore.Shrink(t.Context(), mazeSystem(m), run, at(3)); len(got.Path) != 4 || !got.Minimal {
		t.Errorf("a shortest run became %+v", got)
	}
	if got := explore.Shrink(t.Context(), mazeSystem(m), run, at(1)); len(got.Path) != 2 {
		t.Errorf("a run that shows it early became %+v", got)
	}
	if got := explore.Shrink(t.Context(), mazeSystem(m), run, at(9)); len(got.Path) != 4 || got.Minimal {
		t.Errorf("a run that does not show it became %+v", got)
	}
	if got := explore.Shrink(t.Context(), mazeSystem(m), nil, at(9)); got.Path != nil {
		t.Errorf("no run became %+v", got)
	}
	circle := explore.Path[int, int]{{State: 0}, {State: 1}, {State: 2}, {State: 0}, {State: 1}, {State: 2}, {Action: 1, State: 3}}
	if got := explore.Shrink(t.Context(), mazeSystem(m), circle, at(3)); len(got.Path) != 4 {
		t.Errorf("a run in a circle became %+v", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if got := explore.Shrink(ctx, mazeSystem(m), circle, at(3)); len(got.Path) != 7 || got.Minimal {
		t.Errorf("interrupted before it began, a run became %+v", got)
	}
}

// No step is taken from a state that hit a bound, though there is one.
func TestShrinkStopsAtABound(t *testing.T) {
	m := maze{starts: []int{0}, edges: [][]int{{1, 2}, {3}, {4}, {}, {5}, {3}}}
	run := explore.Path[int, int]{{State: 0}, {Action: 1, State: 2}, {State: 4}, {State: 5}, {State: 3}}
	o := mazeShrink{Shows: func(s int) bool { return s == 3 }, Same: explore.SameAction[int, int], Around: 10}
	if got := explore.Shrink(t.Context(), mazeSystem(m), run, o); got.Path.Steps() != 2 {
		t.Errorf("there is a way by 1: %+v", got)
	}
	o.Cut = func(s int) string { return map[int]string{1: "wall"}[s] }
	if got := explore.Shrink(t.Context(), mazeSystem(m), run, o); got.Path.Steps() != 4 {
		t.Errorf("1 is a bound: %+v", got)
	}
}
