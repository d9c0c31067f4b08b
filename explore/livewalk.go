package explore

import "slices"

// watched is the result of a breadth-first walk through the product of the graph and a monitor of one bit. A place is
// twice the number of a node, plus the bit. It takes up to 16 bytes a node.
type watched struct {
	parent []uint32 // of each place, or unmet, or noState for a start
	order  []uint32 // the places, in the order in which they were reached
}

// unmet marks a place that was not reached. There are less than 2^32-2 places.
const unmet = noState - 1

// watch walks through all runs. The monitor computes the bit at a node from the bit at the node before it.
func (l *Live[S, A]) watch(monitor func(v uint32, before bool) bool) *watched {
	w := &watched{parent: slices.Repeat([]uint32{unmet}, int(2*l.nodes()))}
	meet := func(v, from uint32) {
		place := 2 * v
		if monitor(v, from != noState && from&1 == 1) {
			place++
		}
		if w.parent[place] == unmet {
			w.parent[place] = from
			w.order = append(w.order, place)
		}
	}
	for _, v := range l.starts {
		meet(v, noState)
	}
	for i := 0; i < len(w.order); i++ {
		place := w.order[i]
		for e := l.first[place/2]; e < l.first[place/2+1]; e++ {
			meet(l.to[e], place)
		}
	}
	return w
}

// pending lists the nodes that are reached with the bit set, in the order of the walk.
func (w *watched) pending() (nodes []uint32) {
	for _, place := range w.order {
		if place&1 == 1 {
			nodes = append(nodes, place/2)
		}
	}
	return nodes
}

// stem is a shortest run to a place. Since is the last step that set the bit.
func (l *Live[S, A]) stem(w *watched, place uint32) (start uint32, edges []uint32, since int) {
	var places []uint32
	for p := place; p != noState; p = w.parent[p] {
		places = append(places, p)
	}
	slices.Reverse(places)
	for i, p := range places {
		if p&1 == 1 && (i == 0 || places[i-1]&1 == 0) {
			since = i
		}
		if i > 0 {
			edges = append(edges, l.edge(places[i-1]/2, p/2))
		}
	}
	return places[0] / 2, edges, since
}

// edge is the first edge from one node to another.
func (w *web) edge(from, to uint32) uint32 {
	e := w.first[from]
	for w.to[e] != to {
		e++
	}
	return e
}

// trail is a shortest path from a node along edges that may be taken, whose last edge is a goal. It reports false if
// there is none.
func (w *web) trail(from uint32, may, goal func(e uint32) bool) (edges []uint32, ok bool) {
	by := map[uint32]uint32{} // the edge by which a node was reached
	queue := []uint32{from}
	for i := 0; i < len(queue); i++ {
		for e := w.first[queue[i]]; e < w.first[queue[i]+1]; e++ {
			if !may(e) {
				continue
			}
			if goal(e) {
				edges = append(edges, e)
				for v := queue[i]; v != from; v = w.source(by[v]) {
					edges = append(edges, by[v])
				}
				slices.Reverse(edges)
				return edges, true
			}
			to := w.to[e]
			if _, known := by[to]; known || to == from {
				continue
			}
			by[to] = e
			queue = append(queue, to)
		}
	}
	return nil, false
}
