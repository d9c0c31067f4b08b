package explore

import (
	"context"
	"fmt"
	"math"
)

// Class names a kind of action that fairness speaks of.  No run may have an action of a class enabled again and
// again for ever and yet take actions of that class only finitely often (strong fairness).  Class 0 promises nothing.
type Class uint64

// Live is the graph that a search found, laid out for questions about what must, or can, happen at last.  It takes
// 5 bytes a node and 8 an edge, and a question, while it is answered, about 60 a node.  [Options.MaxMem] does not
// count them.
type Live[S comparable, A any] struct {
	web
	sys    System[S, A]
	g      *Graph[S, A]
	fair   func(S, A) Class
	number map[Class]uint32 // the classes that occur, numbered from 1
	open   []bool           // by node: not expanded, so that edges are missing
	starts []uint32
	stop   string // what ended the search early
	cut    string // what a bound of the search or the system cut off
}

// NewLive lays out what [RunGraph] found in sys: it must be the whole of a search, not a fold, and sys the system that
// was searched.  The function fair gives the class of an action in a state in which it is enabled; without it nothing
// is promised.  If ctx ends it, the answers will know; there is an error only if the graph is too large.
func NewLive[S comparable, A any](ctx context.Context, sys System[S, A], r *Result[S, A], g *Graph[S, A], fair func(S, A) Class) (*Live[S, A], error) {
	if g.Len() >= math.MaxInt32 {
		return nil, fmt.Errorf("liveness: %d states, expected less than 2^31", g.Len())
	}
	l := &Live[S, A]{sys: sys, g: g, fair: fair, number: map[Class]uint32{}, stop: r.Reason}
	for _, c := range r.Cuts {
		if l.cut != "" {
			l.cut += ", "
		}
		l.cut += c.Name
	}
	l.open = make([]bool, g.Len())
	for n := range g.Nodes() {
		l.open[n.ID] = n.Open
		if n.Initial {
			l.starts = append(l.starts, uint32(n.ID))
		}
		if n.Open && l.stop == "" && l.cut == "" {
			l.stop = "the search ended at a violation"
		}
	}
	return l, l.layOut(ctx, r.Generated)
}

// layOut goes through the edges once.
func (l *Live[S, A]) layOut(ctx context.Context, edges uint64) error {
	n := uint32(l.g.Len())
	l.first = make([]uint32, 1, n+1)
	l.to, l.class = make([]uint32, 0, edges), make([]uint32, 0, edges)
	from := -1
	var state S
	for e := range l.g.Edges() {
		if len(l.to) == math.MaxUint32-1 {
			return fmt.Errorf("liveness: expected less than 2^32 transitions")
		}
		if e.From != from {
			if ctx.Err() != nil {
				break
			}
			from, state = e.From, l.g.Node(e.From).State
			for len(l.first) <= from {
				l.first = append(l.first, uint32(len(l.to)))
			}
		}
		l.to = append(l.to, uint32(e.To))
		l.class = append(l.class, l.classOf(state, e.Action))
	}
	known := n
	if ctx.Err() != nil {
		l.stop = ended(ctx)
		known = uint32(from + 1)
	}
	for uint32(len(l.first)) <= n {
		l.first = append(l.first, uint32(len(l.to)))
	}
	for v := known; v < n; v++ {
		l.open[v] = true
	}
	return nil
}

func (l *Live[S, A]) classOf(s S, a A) uint32 {
	if l.fair == nil {
		return 0
	}
	c := l.fair(s, a)
	if c == 0 {
		return 0
	}
	i, known := l.number[c]
	if !known {
		i = uint32(len(l.number) + 1)
		l.number[c] = i
	}
	return i
}

// Flaw says in which way a run refutes what was asked.
type Flaw uint8

// The flaws.  Lost: from a state on the goal cannot be reached any more.  Never: the run is fair, or can do nothing
// more, and the goal does not come.  Late: the goal comes, but after more ticks than allowed.
const (
	NoFlaw Flaw = iota
	Lost
	Never
	Late
)

// Unbounded is the number of ticks where there is no largest.
const Unbounded = -1

// Answer is the outcome of a question about what happens at last.
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
// stem, because nothing more can happen or nothing more need be shown.
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
