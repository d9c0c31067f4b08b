package explore

import "slices"

// Fold merges the nodes of g that have the same key, and then the edges that have the same ends and the same label.
// Nodes and edges keep the order in which the first of each came in g. An edge from a node to itself is dropped if
// its label is empty.
func Fold[S, A any](g *Graph[S, A], key func(S) string, label func(A) string) *Graph[string, string] {
	var nodes []Node[string]
	byKey := map[string]int{}
	folded := make([]int, g.Len())
	for n := range g.Nodes() {
		k := key(n.State)
		i, known := byKey[k]
		if !known {
			i = len(nodes)
			byKey[k] = i
			nodes = append(nodes, Node[string]{ID: i, State: k, Depth: n.Depth})
		}
		folded[n.ID] = i
		nodes[i].Size += n.Size
		nodes[i].Initial = nodes[i].Initial || n.Initial
		nodes[i].Open = nodes[i].Open || n.Open
	}

	type ends struct {
		from, to int
		label    string
	}
	var edges []Edge[string]
	byEnds := map[ends]int{}
	for e := range g.Edges() {
		at := ends{folded[e.From], folded[e.To], label(e.Action)}
		if at.from == at.to && at.label == "" {
			continue
		}
		i, known := byEnds[at]
		if !known {
			i = len(edges)
			byEnds[at] = i
			edges = append(edges, Edge[string]{From: at.from, To: at.to, Action: at.label})
		}
		edges[i].Count += e.Count
	}
	// The states of a node are not neighbours in g, so neither are the edges that leave it.
	slices.SortStableFunc(edges, func(a, b Edge[string]) int { return a.From - b.From })
	return &Graph[string, string]{
		nodes: len(nodes),
		node:  func(i int) Node[string] { return nodes[i] },
		edges: slices.Values(edges),
	}
}
