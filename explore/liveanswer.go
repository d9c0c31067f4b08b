package explore

import "fmt"

// Flaw says what is wrong with a run that is a counterexample.
type Flaw uint8

// The flaws. Lost: from some state of the run the goal can no longer be reached. Never: the run is fair, and the
// goal does not come. Late: the goal comes, but after more ticks than the limit.
const (
	NoFlaw Flaw = iota
	Lost
	Never
	Late
)

// Unbounded is the value of Answer.Ticks if no number of ticks is the largest.
const Unbounded = -1

// Answer is the outcome of a question about what happens eventually.
type Answer[S comparable, A any] struct {
	Verdict Verdict
	// Reason says why the verdict is only Unknown or Bounded.
	Reason string
	// Premise counts the reachable states in which the premise of a response holds. If it is 0, a response that
	// holds says nothing. For AlwaysPossible it counts the states in which the goal holds.
	Premise uint64
	// If the verdict is Violated, Run is a counterexample, and Flaw says what is wrong with it.
	Flaw Flaw
	Run  Lasso[S, A]
	// If the question asked for it and the goal always comes, Ticks is the largest number of ticks before the goal,
	// or Unbounded; Run is then a run with this number of ticks. If the graph is incomplete, the true number may be
	// larger.
	Ticks int
}

// Lasso is an infinite run: first its stem, then its loop, repeated forever. If the loop is empty, the run ends with
// the stem: nothing more has to happen, or nothing more has to be shown.
type Lasso[S comparable, A any] struct {
	Stem  Path[S, A]
	Since int         // the step of the stem after which the goal is lost, or waited for
	Loop  []Hop[S, A] // from the last state of the stem back to it
}

// Unroll returns the lasso as a finite run with n repetitions of the loop.  [Replay] can check it.
func (l Lasso[S, A]) Unroll(n int) Path[S, A] {
	p := append(Path[S, A]{}, l.Stem...)
	for range n {
		p = append(p, l.Loop...)
	}
	return p
}

// conclude sets the verdict of an answer, with or without a counterexample.
func (l *Live[S, A]) conclude(a *Answer[S, A], violated bool) {
	a.Verdict, a.Reason = verdict(violated, l.stop != "", l.cut != ""), ""
	switch a.Verdict {
	case Unknown:
		a.Reason = l.stop
	case Bounded:
		a.Reason = l.cut
	}
}

// ends reports whether nothing can happen in v. Of an open state we do not know.
func (l *Live[S, A]) ends(v uint32) bool { return l.first[v] == l.first[v+1] && !l.open[v] }

// rests reports whether a fair run may stop forever in v, which is not open. It may stop if no class of fairness is
// enabled or owed there.
func (l *Live[S, A]) rests(v uint32) bool {
	if len(l.owing(v)) > 0 {
		return false
	}
	for e := l.first[v]; e < l.first[v+1]; e++ {
		if l.class[e] != 0 {
			return false
		}
	}
	return true
}

// holding evaluates a predicate in each node.
func (l *Live[S, A]) holding(p Predicate[S]) (holds []bool, count uint64) {
	holds = make([]bool, l.nodes())
	for n := range l.g.Nodes() {
		if p.Holds(n.State) {
			holds[n.ID] = true
			count++
		}
	}
	return holds, count
}

// path is the run along edges from node v.
func (l *Live[S, A]) path(v uint32, edges []uint32) Path[S, A] {
	p := Path[S, A]{{State: l.g.Node(int(v)).State}}
	return append(p, l.hops(v, edges)...)
}

// hops are the steps along edges from node v.
func (l *Live[S, A]) hops(v uint32, edges []uint32) (hops []Hop[S, A]) {
	from := l.g.Node(int(v)).State
	for _, e := range edges {
		hop := l.hop(from, e)
		hops = append(hops, hop)
		from = hop.State
	}
	return hops
}

// hop finds the action of an edge. An edge stores only the class of its action, so hop returns the first action of
// that class that leads to the same state.
func (l *Live[S, A]) hop(from S, e uint32) Hop[S, A] {
	to := l.g.Node(int(l.to[e])).State
	for _, a := range l.sys.Actions(nil, from) {
		if l.sys.Step(from, a) == to && l.classOf(from, a) == l.class[e] {
			return Hop[S, A]{Action: a, State: to}
		}
	}
	panic(fmt.Sprintf("explore: the system is not a function of its state: %v led to %v, and no longer does", from, to))
}
