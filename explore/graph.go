package explore

import (
	"context"
	"iter"
	"slices"
)

// Graph is a directed graph with labels of any type: the states that a search found, or a fold of them.
// Its order is fixed: nodes by discovery, edges by node and then by action.
type Graph[S, A any] struct {
	nodes int
	node  func(i int) Node[S]
	edges iter.Seq[Edge[A]]
}

// Node is one node of a graph.
type Node[S any] struct {
	ID      int
	State   S
	Depth   int  // steps from the initial states
	Initial bool // it is, or contains, an initial state
	Open    bool // it is, or contains, a state that was not expanded, so edges may be missing
	Size    int  // how many states it stands for
	Origin  int  // in a part of another graph: its number there
}

// Edge is one edge of a graph.
type Edge[A any] struct {
	From, To int
	Action   A
	Count    int // how many transitions it stands for
}

// Len returns the number of nodes.
func (g *Graph[S, A]) Len() int { return g.nodes }

// Node returns node i; they are numbered from zero.
func (g *Graph[S, A]) Node(i int) Node[S] { return g.node(i) }

// Nodes yields the nodes in order.
func (g *Graph[S, A]) Nodes() iter.Seq[Node[S]] {
	return func(yield func(Node[S]) bool) {
		for i := range g.nodes {
			if !yield(g.node(i)) {
				return
			}
		}
	}
}

// Edges yields the edges in order.  There may be several between two nodes.
func (g *Graph[S, A]) Edges() iter.Seq[Edge[A]] { return g.edges }

// RunGraph is [Run], and returns the graph of what it found as well.  The graph keeps the tables of the search
// alive, and no edges: it computes them when asked.
func RunGraph[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) (*Result[S, A], *Graph[S, A]) {
	s := newSearch(sys, o)
	s.run(ctx)
	g := &Graph[S, A]{nodes: int(s.count), node: s.graphNode, edges: s.graphEdges}
	return s.result(), g
}

func (s *search[S, A]) graphNode(i int) Node[S] {
	id := uint32(i)
	x := *s.states.at(id)
	level, exact := slices.BinarySearch(s.levels, id)
	if !exact {
		level--
	}
	return Node[S]{
		ID: i, State: x, Depth: level, Initial: *s.parents.at(id) == noState,
		Open: id >= s.next && s.open(x) || s.cutName(x) != "", Size: 1,
	}
}

// open reports whether x has an action; a state that was not reached for expansion is not open without one.
func (s *search[S, A]) open(x S) bool { return len(s.sys.Actions(nil, x)) > 0 }

func (s *search[S, A]) graphEdges(yield func(Edge[A]) bool) {
	var actions []A
	for id := range s.next {
		x := *s.states.at(id)
		if s.cutName(x) != "" {
			continue
		}
		actions = s.sys.Actions(actions[:0], x)
		for _, a := range actions {
			to := s.sys.Step(x, a)
			if !yield(Edge[A]{From: int(id), To: int(s.number(&to)), Action: a, Count: 1}) {
				return
			}
		}
	}
}

// number finds a state that the search has found.
func (s *search[S, A]) number(x *S) uint32 {
	hash := s.hash.sum(x)
	t := &s.table[shardOf(hash)]
	for i := t.home(hash); t.slots[i] != 0; i = t.next(i) {
		// A batch that was dropped leaves provisional numbers behind, all of them too large.
		if id := t.slots[i].id(); t.slots[i].matches(hash) && id < s.count && *s.states.at(id) == *x {
			return id
		}
	}
	panic("explore: the system is not a function of its state: an expanded state has a new successor")
}
