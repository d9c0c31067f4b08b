package explore_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

// fairMaze is a maze of which each action has a class: class[s][a].
type fairMaze struct {
	maze
	class [][]explore.Class
}

func (m fairMaze) of(s, a int) explore.Class { return m.class[s][a] }

func drawFairMaze(t *rapid.T) fairMaze {
	n := rapid.IntRange(1, 6).Draw(t, "states")
	m := fairMaze{maze: maze{starts: rapid.SliceOfN(rapid.IntRange(0, n-1), 1, 2).Draw(t, "starts")}}
	for range n {
		to := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 3).Draw(t, "edges")
		var class []explore.Class
		for range to {
			class = append(class, explore.Class(rapid.IntRange(0, 3).Draw(t, "class")))
		}
		m.edges, m.class = append(m.edges, to), append(m.class, class)
	}
	return m
}

type answer = explore.Answer[int, int]

func liveOf(t rapid.TB, m fairMaze, o mazeOptions) *explore.Live[int, int] {
	t.Helper()
	r, g := explore.RunGraph(context.Background(), mazeSystem(m.maze), o)
	l, err := explore.NewLive(context.Background(), mazeSystem(m.maze), r, g, explore.Promises[int, int]{Class: m.of})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// oneOf is the predicate of being in a set of states, a bit for each.
func oneOf(set int) explore.Predicate[int] {
	return explore.Predicate[int]{Name: fmt.Sprintf("in %b", set), Holds: func(s int) bool { return set>>s&1 == 1 }}
}

func in(set, s int) bool { return set>>s&1 == 1 }

// reachable is the set of states that can be reached from a set without leaving another.
func (m fairMaze) reachable(from, within int) int {
	from &= within
	for {
		more := from
		for s, to := range m.edges {
			for _, w := range to {
				if in(from, s) && in(within, w) {
					more |= 1 << w
				}
			}
		}
		if more == from {
			return from
		}
		from = more
	}
}

func (m fairMaze) start() (set int) {
	for _, s := range m.starts {
		set |= 1 << s
	}
	return set
}

const everything = -1

// Twin of AlwaysPossible: from each reachable state on its own, is the goal in reach?
func (m fairMaze) possible(goal int) bool {
	all := m.reachable(m.start(), everything)
	for s := range m.edges {
		if in(all, s) && m.reachable(1<<s, everything)&goal == 0 {
			return false
		}
	}
	return true
}

// waiting are the states that can be reached with p seen and q not seen since.
func (m fairMaze) waiting(p, q int) int {
	return m.reachable(m.reachable(m.start(), everything)&p&^q, ^q)
}

// Twin of LeadsTo: tries every set of states as that which a run visits again and again.
func (m fairMaze) leadsTo(p, q int) bool {
	wait := m.waiting(p, q)
	for s := range m.edges {
		if in(wait, s) && len(m.edges[s]) == 0 {
			return false
		}
	}
	for set := 1; set < 1<<len(m.edges); set++ {
		if set&^wait == 0 && m.fairWithin(set) {
			return false
		}
	}
	return true
}

// fairWithin reports whether a run can visit exactly the states of a set again and again and be fair.
func (m fairMaze) fairWithin(set int) bool {
	enabled, taken, moves := map[explore.Class]bool{}, map[explore.Class]bool{0: true}, false
	for s, to := range m.edges {
		if !in(set, s) {
			continue
		}
		if m.reachable(1<<s, set) != set {
			return false
		}
		for i, w := range to {
			enabled[m.class[s][i]] = true
			if in(set, w) {
				taken[m.class[s][i]], moves = true, true
			}
		}
	}
	for c := range enabled {
		if !taken[c] {
			return false
		}
	}
	return moves
}

// Twin of the measure of LeadsToWithin: all counts up to one more than there are states; a run with more ticks than
// states ticks twice in one state, and can do so for ever.
func (m fairMaze) ticks(p, q int, tick explore.Class) int {
	type place struct{ s, n int }
	n, worst := len(m.edges), 0
	seen := map[place]bool{}
	var todo []place
	reach := func(at place) {
		worst = max(worst, at.n)
		if !seen[at] && at.n <= n && !in(q, at.s) {
			seen[at] = true
			todo = append(todo, at)
		}
	}
	all := m.reachable(m.start(), everything)
	for s := range n {
		if in(all&p, s) {
			reach(place{s, 0})
		}
	}
	for len(todo) > 0 {
		at := todo[0]
		todo = todo[1:]
		for i, w := range m.edges[at.s] {
			next := place{w, at.n}
			if m.class[at.s][i] == tick {
				next.n++
			}
			reach(next)
		}
	}
	if worst > n {
		return explore.Unbounded
	}
	return worst
}

// checkRun checks the parts of a counterexample that all questions share: it is a run, its loop is a loop, and Since is
// a step of it.
func checkRun(t rapid.TB, m fairMaze, l explore.Lasso[int, int]) {
	t.Helper()
	if err := explore.Replay(mazeSystem(m.maze), l.Unroll(2)); err != nil {
		t.Fatal(err)
	}
	if l.Since < 0 || l.Since > l.Stem.Steps() {
		t.Fatalf("since step %d of %d", l.Since, l.Stem.Steps())
	}
	if n := len(l.Loop); n > 0 && l.Loop[n-1].State != l.Stem.Last() {
		t.Fatalf("the loop ends in %d, not in %d", l.Loop[n-1].State, l.Stem.Last())
	}
}

// checkFair checks that the loop is fair, and that a run without a loop can do nothing more.
func checkFair(t rapid.TB, m fairMaze, l explore.Lasso[int, int]) {
	t.Helper()
	at := l.Stem.Last()
	if len(l.Loop) == 0 {
		if len(m.edges[at]) > 0 {
			t.Fatalf("the run ends in %d, where something can happen", at)
		}
		return
	}
	enabled, taken := map[explore.Class]bool{}, map[explore.Class]bool{0: true}
	for _, hop := range l.Loop {
		taken[m.class[at][hop.Action]] = true
		for _, c := range m.class[at] {
			enabled[c] = true
		}
		at = hop.State
	}
	for c := range enabled {
		if !taken[c] {
			t.Fatalf("class %d is enabled in the loop and not taken", c)
		}
	}
}

// without checks that no state of a run from a step on is in a set.
func without(t rapid.TB, p explore.Path[int, int], from, set int) {
	t.Helper()
	for _, hop := range p[from:] {
		if in(set, hop.State) {
			t.Fatalf("state %d, after step %d", hop.State, from)
		}
	}
}

// checkLiveness compares the answers with those of the twins, and checks every run that comes with them.
func checkLiveness(t *rapid.T) {
	m := drawFairMaze(t)
	l := liveOf(t, m, mazeOptions{})
	last := 1<<len(m.edges) - 1
	p, q := rapid.IntRange(0, last).Draw(t, "p"), rapid.IntRange(0, last).Draw(t, "q")

	a := l.AlwaysPossible(oneOf(q))
	if holds := m.possible(q); holds != (a.Verdict == explore.Verified) || !holds && a.Verdict != explore.Violated {
		t.Fatalf("possible: %v, want %v", a, holds)
	}
	if a.Flaw == explore.Lost {
		checkRun(t, m, a.Run)
		checkFair(t, m, a.Run)
		if lost := a.Run.Stem[a.Run.Since].State; m.reachable(1<<lost, everything)&q != 0 {
			t.Fatalf("from %d the goal can be reached", lost)
		}
	}

	a = l.LeadsTo(oneOf(p), oneOf(q))
	if holds := m.leadsTo(p, q); holds != (a.Verdict == explore.Verified) || !holds && a.Verdict != explore.Violated {
		t.Fatalf("leads to: %v, want %v", a, holds)
	}
	checkNever(t, m, a, p, q)

	const tick = 1
	a = l.LeadsToWithin(oneOf(p), oneOf(q), tick, explore.Unbounded)
	worst := m.ticks(p, q, tick)
	switch holds := m.leadsTo(p, q); {
	case !holds:
		if a.Flaw != explore.Never {
			t.Fatalf("within: %v, want it never to come", a)
		}
		checkNever(t, m, a, p, q)
	case a.Ticks != worst || (worst == explore.Unbounded) != (a.Flaw == explore.Late):
		t.Fatalf("within: %v, want %d ticks", a, worst)
	default:
		checkWorst(t, m, a, p, q, tick)
	}
	if worst > 0 && m.leadsTo(p, q) {
		if b := l.LeadsToWithin(oneOf(p), oneOf(q), tick, worst); b.Verdict != explore.Verified {
			t.Fatalf("within %d: %v", worst, b)
		}
		if b := l.LeadsToWithin(oneOf(p), oneOf(q), tick, worst-1); b.Verdict != explore.Violated || b.Flaw != explore.Late {
			t.Fatalf("within %d: %v", worst-1, b)
		}
	}
}

func TestLivenessAgreesWithItsTwins(t *testing.T) { rapid.Check(t, checkLiveness) }

func FuzzLivenessAgreesWithItsTwins(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkLiveness)) }

func checkNever(t rapid.TB, m fairMaze, a answer, p, q int) {
	t.Helper()
	if a.Flaw != explore.Never {
		return
	}
	checkRun(t, m, a.Run)
	checkFair(t, m, a.Run)
	without(t, a.Run.Unroll(1), a.Run.Since, q)
	if !in(p, a.Run.Stem[a.Run.Since].State) {
		t.Fatal("the wait begins where the premise does not hold")
	}
}

// checkWorst checks the run with the most ticks: it has so many, and no goal before the last of them.
func checkWorst(t rapid.TB, m fairMaze, a answer, p, q int, tick explore.Class) {
	t.Helper()
	if len(a.Run.Stem) == 0 {
		return // the goal was never waited for
	}
	checkRun(t, m, a.Run)
	n, at := 0, a.Run.Stem[a.Run.Since].State
	if !in(p, at) {
		t.Fatal("the wait begins where the premise does not hold")
	}
	for _, hop := range a.Run.Unroll(1)[a.Run.Since+1:] {
		if in(q, at) {
			t.Fatal("the goal comes before the end")
		}
		if m.class[at][hop.Action] == tick {
			n++
		}
		at = hop.State
	}
	if a.Ticks == explore.Unbounded {
		if n == 0 || len(a.Run.Loop) == 0 {
			t.Fatalf("a loop of %d steps with %d ticks", len(a.Run.Loop), n)
		}
	} else if n != a.Ticks || !in(q, at) {
		t.Fatalf("%d ticks, want %d, and then the goal", n, a.Ticks)
	}
}

// On a part of a graph nothing is verified, and what is refuted is refuted on the whole.
func TestLivenessOfAnIncompleteSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawFairMaze(t)
		last := 1<<len(m.edges) - 1
		p, q := rapid.IntRange(0, last).Draw(t, "p"), rapid.IntRange(0, last).Draw(t, "q")
		wall := rapid.IntRange(0, last).Draw(t, "wall")
		o := mazeOptions{MaxDepth: rapid.IntRange(0, 4).Draw(t, "depth"), Cut: func(s int) string {
			if in(wall, s) {
				return "wall"
			}
			return ""
		}}
		r, g := explore.RunGraph(t.Context(), mazeSystem(m.maze), o)
		l, err := explore.NewLive(t.Context(), mazeSystem(m.maze), r, g, explore.Promises[int, int]{Class: m.of})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			a     answer
			holds bool
		}{
			{l.AlwaysPossible(oneOf(q)), m.possible(q)},
			{l.LeadsTo(oneOf(p), oneOf(q)), m.leadsTo(p, q)},
			{l.LeadsToWithin(oneOf(p), oneOf(q), 1, 1), m.leadsTo(p, q) && m.ticks(p, q, 1) != explore.Unbounded && m.ticks(p, q, 1) <= 1},
		} {
			if c.a.Verdict == explore.Violated && c.holds {
				t.Fatalf("%v, and yet it holds", c.a)
			}
			if c.a.Verdict == explore.Verified && r.Verdict != explore.Verified {
				t.Fatalf("%v of a search that is %v", c.a, r.Verdict)
			}
			if c.a.Verdict != explore.Violated && c.a.Verdict != r.Verdict {
				t.Fatalf("%v, want %v", c.a, r.Verdict)
			}
			if c.a.Flaw != explore.NoFlaw {
				checkRun(t, m, c.a.Run)
			}
		}
	})
}
