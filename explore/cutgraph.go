package explore

import "slices"

// Around returns the part of g whose nodes are at most radius steps, forwards or backwards, from a node for which
// center holds.
func Around[S, A any](g *Graph[S, A], center func(Node[S]) bool, radius int) *Graph[S, A] {
	distance := make([]int, g.Len()) // plus one; 0: far away
	for n := range g.Nodes() {
		if center(n) {
			distance[n.ID] = 1
		}
	}
	// Edges are not stored. They are computed in the order of their nodes, so one pass over all of them for each
	// step of the radius costs less than an index.
	for r := 1; r <= radius; r++ {
		var next []int
		for e := range g.Edges() {
			for _, end := range [][2]int{{e.From, e.To}, {e.To, e.From}} {
				if distance[end[0]] == r && distance[end[1]] == 0 {
					next = append(next, end[1])
				}
			}
		}
		for _, id := range next {
			distance[id] = r + 1
		}
	}
	return sub(g, func(id int) bool { return distance[id] > 0 })
}

// Along returns the part of g that consists of the nodes of a run and of their direct neighbours, forwards and
// backwards. path has the numbers of the nodes of the run; see [Graph.Find].
func Along[S, A any](g *Graph[S, A], path []int) *Graph[S, A] {
	on := make([]bool, g.Len())
	for _, id := range path {
		on[id] = true
	}
	return Around(g, func(n Node[S]) bool { return on[n.ID] }, 1)
}

// Find returns the numbers of the given states in g, with -1 for each state that g does not have.
func Find[S comparable, A any](g *Graph[S, A], states []S) []int {
	ids := slices.Repeat([]int{-1}, len(states))
	at := map[S][]int{}
	for i, s := range states {
		at[s] = append(at[s], i)
	}
	for n := range g.Nodes() {
		for _, i := range at[n.State] {
			ids[i] = n.ID
		}
	}
	return ids
}

// sub is g without the nodes that are not kept. The other nodes get new numbers, and their Origin is the old number.
// A node is open if one of its edges was removed.
func sub[S, A any](g *Graph[S, A], keep func(id int) bool) *Graph[S, A] {
	var nodes []Node[S]
	number := make([]int, g.Len()) // plus one
	for n := range g.Nodes() {
		if keep(n.ID) {
			n.ID, n.Origin = len(nodes), n.ID
			nodes = append(nodes, n)
			number[n.Origin] = n.ID + 1
		}
	}
	var edges []Edge[A]
	for e := range g.Edges() {
		from, to := number[e.From]-1, number[e.To]-1
		switch {
		case from >= 0 && to >= 0:
			e.From, e.To = from, to
			edges = append(edges, e)
		case from >= 0:
			nodes[from].Open = true
		case to >= 0:
			nodes[to].Open = true
		}
	}
	return &Graph[S, A]{
		nodes: len(nodes),
		node:  func(i int) Node[S] { return nodes[i] },
		edges: slices.Values(edges),
	}
}
