package explore

import (
	"context"
	"iter"
)

// Graph is a directed graph whose nodes and edges have labels of any type: the states that a search found, or a fold
// of such a graph. Its order is fixed: nodes in the order of discovery, edges by node and then by action.
type Graph[S, A any] struct {
	nodes int
	node  func(i int) Node[S]
	edges iter.Seq[Edge[A]]
	find  func(x S) (i int, ok bool) // nil if the nodes are not states
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

// OpenNodes counts the open nodes. If it returns 0, the graph is complete.
func (g *Graph[S, A]) OpenNodes() (n int) {
	for v := range g.Nodes() {
		if v.Open {
			n++
		}
	}
	return n
}

// Len returns the number of nodes.
func (g *Graph[S, A]) Len() int { return g.nodes }

// Node returns node i; they are numbered from zero.
func (g *Graph[S, A]) Node(i int) Node[S] { return g.node(i) }

// Find returns the number of the node whose state is x, if a search found that state.
func (g *Graph[S, A]) Find(x S) (i int, ok bool) {
	if g.find == nil {
		return 0, false
	}
	return g.find(x)
}

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

// Edges yields the edges in order. There can be several edges between two nodes.
func (g *Graph[S, A]) Edges() iter.Seq[Edge[A]] { return g.edges }

// RunGraph does what [Run] does, and also returns the graph of the states that it found. The graph keeps the tables
// of the search in memory, but no edges: it computes them on demand. Only an [Exact] search has a graph; with any
// other store it is nil.
func RunGraph[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) (*Result[S, A], *Graph[S, A]) {
	if o.Store != Exact {
		return Run(ctx, sys, o), nil
	}
	s := newSearch(sys, o)
	r := searchLevels(ctx, s)
	kept := keptGraph[S, A]{s, s.store.(*exact[S])}
	return r, &Graph[S, A]{nodes: int(s.count), node: kept.node, edges: kept.edges, find: kept.find}
}

// keptGraph is the graph in the tables of a search.
type keptGraph[S comparable, A any] struct {
	search *search[S, A]
	store  *exact[S]
}

func (g keptGraph[S, A]) node(i int) Node[S] {
	id := uint32(i)
	x := g.store.states.get(id)
	return Node[S]{
		ID: i, State: x, Depth: g.search.depth(id), Initial: *g.store.parents.at(id) == noState,
		Open: id >= g.search.next && g.search.open(x) || g.search.cutName(x) != "", Size: 1,
	}
}

func (g keptGraph[S, A]) find(x S) (int, bool) {
	id, ok := g.store.find(g.search.hash.sum(&x).hi, &x)
	return int(id), ok
}

// open reports whether x has an action. A state that was not expanded, and has no action, is not open.
func (s *search[S, A]) open(x S) bool { return len(s.sys.Actions(nil, x)) > 0 }

func (g keptGraph[S, A]) edges(yield func(Edge[A]) bool) {
	s := g.search
	var actions []A
	var next []S
	for id := range s.next {
		x := g.store.states.get(id)
		if s.cutName(x) != "" {
			continue
		}
		actions = s.sys.Actions(actions[:0], x)
		next = s.step(next[:0], &x, actions)
		for i, a := range actions {
			to := g.store.number(s.hash.sum(&next[i]).hi, &next[i])
			if !yield(Edge[A]{From: int(id), To: int(to), Action: a, Count: 1}) {
				return
			}
		}
	}
}
