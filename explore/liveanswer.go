package explore

import "fmt"

// Flaw says in which way a run refutes what was asked.
type Flaw uint8

// The flaws.  Lost: from a state on the goal cannot be reached any more.  Never: the run is fair, and the goal does not
// come.  Late: the goal comes, but after more ticks than allowed.
const (
	NoFlaw Flaw = iota
	Lost
	Never
	Late
)

// Unbounded is the number of ticks where there is no largest.
const Unbounded = -1

// Answer is the outcome of a question about what happens eventually.
type Answer[S comparable, A any] struct {
	Verdict Verdict
	// Reason says why the answer is no more than Unknown or Bounded.
	Reason string
	// Premise counts the reachable states in which the premise of a response holds; without any, a response that
	// holds says nothing.  For AlwaysPossible it counts those in which the goal holds.
	Premise uint64
	// Flaw and Run refute, if the verdict is Violated.
	Flaw Flaw
	Run  Lasso[S, A]
	// Ticks is the largest number of ticks before the goal, or Unbounded, if that was asked and the goal always
	// comes; Run is then a run with so many.  If the graph is incomplete there may be more.
	Ticks int
}

// Lasso is a run that goes on for ever: its stem, and then its loop again and again.  Without a loop it ends with the
// stem, because nothing more has to happen or nothing more need be shown.
type Lasso[S comparable, A any] struct {
	Stem  Path[S, A]
	Since int         // the step of the stem after which the goal is lost, or waited for
	Loop  []Hop[S, A] // from the last state of the stem back to it
}

// Unroll is the lasso as a run with the loop taken n times; [Replay] can check it.
func (l Lasso[S, A]) Unroll(n int) Path[S, A] {
	p := append(Path[S, A]{}, l.Stem...)
	for range n {
		p = append(p, l.Loop...)
	}
	return p
}

// conclude is the verdict of a question in which nothing was found, or something was.
func (l *Live[S, A]) conclude(a *Answer[S, A], violated bool) {
	a.Verdict, a.Reason = verdict(violated, l.stop != "", l.cut != ""), ""
	switch a.Verdict {
	case Unknown:
		a.Reason = l.stop
	case Bounded:
		a.Reason = l.cut
	}
}

// ends reports whether nothing can happen in v.  Of an open state we do not know.
func (l *Live[S, A]) ends(v uint32) bool { return l.first[v] == l.first[v+1] && !l.open[v] }

// rests reports whether a fair run may stop for ever in v, which is not open: nothing that is promised is enabled or owed
// there.
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

// holding evaluates a predicate in every node.
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

// hop finds an action of an edge.  Only its class is stored: the first one that leads there and has that class.
func (l *Live[S, A]) hop(from S, e uint32) Hop[S, A] {
	to := l.g.Node(int(l.to[e])).State
	for _, a := range l.sys.Actions(nil, from) {
		if l.sys.Step(from, a) == to && l.classOf(from, a) == l.class[e] {
			return Hop[S, A]{Action: a, State: to}
		}
	}
	panic(fmt.Sprintf("explore: the system is not a function of its state: %v led to %v, and no longer does", from, to))
}
