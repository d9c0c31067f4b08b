package explore

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Class is a number for a kind of action to which fairness applies. If an action of a class is enabled infinitely
// often on a run, then the run takes actions of that class infinitely often (strong fairness). Class 0 has no such
// promise.
type Class uint64

// Promises are the assumptions about the runs of a system when the question is what must happen. Each function may
// be nil.
type Promises[S comparable, A any] struct {
	// Class returns the class of an action that is enabled in s. If it is nil, there is no fairness.
	Class func(s S, a A) Class
	// Owed appends the classes (never 0) that count as enabled in s although the system delays their actions there.
	// A class is owed only if a state in which it is enabled, or an open state, can still be reached. So every
	// finite run can be continued as a fair run. At most 8 different classes can be owed.
	Owed func(dst []Class, s S) []Class
	// Open returns the name of a bound that took an action away from s, or "". Such a state is open, although it was
	// expanded.
	Open func(s S) string
}

// Live is the graph that a search found, in a form that can answer questions about what must, or can, happen
// eventually. It needs 6 bytes for each node and 8 for each edge, and while it answers a question about 60 for each
// node.  [Options.MaxMem] does not include this memory, and [Options.Timeout] does not limit the time of an answer.
type Live[S comparable, A any] struct {
	web
	sys    System[S, A]
	g      *Graph[S, A]
	pledge Promises[S, A]
	number map[Class]uint32 // the classes that occur, numbered from 1
	open   []bool           // by node: edges are, or may be, missing
	starts []uint32
	stop   string // what ended the search early
	cut    string // what a bound of the search or the system cut off
}

// NewLive prepares what [RunGraph] found in sys. g must be the whole graph of the search and not a fold, and sys must
// be the system that was searched. If ctx ends the preparation, the answers are Unknown. It returns an error only
// if the graph is too large, or if too many classes are owed.
func NewLive[S comparable, A any](ctx context.Context, sys System[S, A], r *Result[S, A], g *Graph[S, A], p Promises[S, A]) (*Live[S, A], error) {
	if g.Len() >= math.MaxInt32 {
		return nil, fmt.Errorf("liveness: %d states, expected less than 2^31", g.Len())
	}
	l := &Live[S, A]{sys: sys, g: g, pledge: p, number: map[Class]uint32{}, stop: r.Reason}
	var bounds []string
	for _, c := range r.Cuts {
		bounds = append(bounds, c.Name)
	}
	l.open = make([]bool, g.Len())
	for n := range g.Nodes() {
		l.open[n.ID] = n.Open
		if n.Initial {
			l.starts = append(l.starts, uint32(n.ID))
		}
		if n.Open && l.stop == "" && len(r.Cuts) == 0 {
			l.stop = "the search ended at a violation"
		}
		if p.Open == nil {
			continue
		}
		if name := p.Open(n.State); name != "" {
			l.open[n.ID] = true
			if !slices.Contains(bounds, name) {
				bounds = append(bounds, name)
			}
		}
	}
	l.cut = strings.Join(bounds, ", ")
	if err := l.layOut(ctx, r.Generated); err != nil {
		return nil, err
	}
	return l, l.layDebts()
}

// layOut stores the edges, in one pass over them.
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
	if l.pledge.Class == nil {
		return 0
	}
	c := l.pledge.Class(s, a)
	if c == 0 {
		return 0
	}
	return l.numberOf(c)
}

func (l *Live[S, A]) numberOf(c Class) uint32 {
	i, known := l.number[c]
	if !known {
		i = uint32(len(l.number) + 1)
		l.number[c] = i
	}
	return i
}
