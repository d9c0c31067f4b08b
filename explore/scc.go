package explore

import "slices"

// web is a graph in arrays: the edges of node v are first[v] … first[v+1]-1. It takes 4 bytes a node and 8 an edge.
type web struct {
	debts
	first []uint32
	to    []uint32
	class []uint32 // of each edge: its fairness class, numbered from 1, or 0
}

func (w *web) nodes() uint32 { return uint32(len(w.first) - 1) }

// source returns the node that edge e leaves.
func (w *web) source(e uint32) uint32 {
	i, _ := slices.BinarySearch(w.first, e+1) // the first node whose edges begin after e
	return uint32(i - 1)
}

// finder finds strongly connected components. For each node it takes 4 bytes for low, at most 4 for the stack, and at
// most 12 for the calls.
type finder struct {
	*web
	low   []uint32 // 0: not visited; during the visit, the least number on the stack that is reachable; after it, closed
	stack []uint32 // visited nodes whose component is not complete, roots excepted
	calls []call
}

// call is an unfinished visit of a node, and the edge to look at next.
type call struct {
	node, edge uint32
	lowered    bool // it reaches a node that was visited before it, so it is not a root
}

// closed is the number of each node of a complete component. It is larger than any number on the stack.
const closed = ^uint32(0)

func (w *web) finder() *finder { return &finder{web: w, low: make([]uint32, w.nodes())} }

// components calls each with every strongly connected component of a subgraph: the given nodes, which all have the
// same part. A component comes after all components that it leads to. The slice is valid during the call. each may
// change the part of the members.
//
// This is Tarjan's algorithm (1972) in the form of Pearce (2016), which stores one number for each node. Recursion
// would be as deep as the longest path, which can have a million states, so there is an explicit stack. O(V+E).
func (f *finder) components(nodes, part []uint32, each func(members []uint32)) {
	if len(nodes) == 0 {
		return
	}
	for _, v := range nodes {
		f.low[v] = 0
	}
	p, index := part[nodes[0]], uint32(1)
	for _, root := range nodes {
		if f.low[root] != 0 {
			continue
		}
		index = f.visit(root, index)
		for len(f.calls) > 0 {
			c := &f.calls[len(f.calls)-1]
			if c.edge == f.first[c.node+1] {
				index = f.leave(*c, index, each)
				continue
			}
			to := f.to[c.edge]
			switch {
			case part[to] != p: // not in the subgraph, or complete, and each has changed its part
			case f.low[to] == 0:
				index = f.visit(to, index)
				continue // the edge is looked at again when the visit is finished
			case f.low[to] < f.low[c.node]:
				f.low[c.node], c.lowered = f.low[to], true
			}
			c.edge++
		}
	}
}

func (f *finder) visit(v, index uint32) uint32 {
	f.low[v] = index
	f.calls = append(f.calls, call{node: v, edge: f.first[v]})
	return index + 1
}

// leave ends the visit of a node. If the node is the root of a component, the component is complete.
func (f *finder) leave(c call, index uint32, each func([]uint32)) uint32 {
	f.calls = f.calls[:len(f.calls)-1]
	f.stack = append(f.stack, c.node)
	if c.lowered {
		return index
	}
	from := len(f.stack) - 1
	for from > 0 && f.low[f.stack[from-1]] >= f.low[c.node] {
		from--
	}
	members := f.stack[from:]
	for _, v := range members {
		f.low[v] = closed
	}
	f.stack = f.stack[:from]
	each(members)
	return index - uint32(len(members))
}
