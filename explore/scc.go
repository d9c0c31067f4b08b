package explore

import "slices"

// web is a graph laid out for walking: the edges of node v are first[v] … first[v+1]-1.  It takes 4 bytes a node
// and 8 an edge.
type web struct {
	debts
	first []uint32
	to    []uint32
	class []uint32 // of each edge: its fairness class, numbered from 1, or 0
}

func (w *web) nodes() uint32 { return uint32(len(w.first) - 1) }

// source finds the node that edge e leaves.
func (w *web) source(e uint32) uint32 {
	i, _ := slices.BinarySearch(w.first, e+1) // the first node whose edges begin after e
	return uint32(i - 1)
}

// finder finds strongly connected components. Its memory is 4 bytes a node for low, and at most 4 for the stack and
// 12 for the calls.
type finder struct {
	*web
	low   []uint32 // 0: not visited; then the least number on the stack that is reached; then closed
	stack []uint32 // visited nodes whose component is not complete, roots excepted
	calls []call
}

// call is a visit of a node that has come as far as an edge.
type call struct {
	node, edge uint32
	lowered    bool // reaches a node visited before it: it is no root
}

// closed is the number of the nodes of a complete component: larger than any on the stack.
const closed = ^uint32(0)

func (w *web) finder() *finder { return &finder{web: w, low: make([]uint32, w.nodes())} }

// components calls each with every strongly connected component of the part of the graph that has nodes, and in
// which part is the same as at the first of them. A component comes after all those that it leads to. The slice
// is valid during the call; each may give the members another part.
//
// This is Tarjan's algorithm (1972) in the form of Pearce (2016), which stores one number a node, with the
// recursion made a stack of our own: a run of a million states is as deep as that. O(V+E).
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
			case part[to] != p: // outside, or already complete and given another part
			case f.low[to] == 0:
				index = f.visit(to, index)
				continue // and look at the edge again when it is done
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

// leave ends the visit of a node. If it is the root of a component, that is complete.
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
