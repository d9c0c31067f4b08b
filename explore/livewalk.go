package explore

import "slices"

// watched is what a breadth-first walk of the graph together with a monitor of one bit has met.  A place is twice a
// node plus the bit.  It takes up to 16 bytes a node.
type watched struct {
	parent []uint32 // of each place, or unmet, or noState for a start
	order  []uint32 // the places, in the order in which they were met
}

// unmet marks a place that was not reached.  There are less than 2^32-2 places.
const unmet = noState - 1

// watch walks through all runs.  The monitor gives the bit at a node from the bit before it.
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

// pending lists the nodes that are met with the bit on, in the order of the walk.
func (w *watched) pending() (nodes []uint32) {
	for _, place := range w.order {
		if place&1 == 1 {
			nodes = append(nodes, place/2)
		}
	}
	return nodes
}

// stem is a shortest run to a place.  Since is its last step that turned the bit on.
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

// trail is a shortest way from a node along edges that may be taken, to one that is a goal and may be taken.  It
// reports false if there is none.
func (w *web) trail(from uint32, may, goal func(e uint32) bool) (edges []uint32, ok bool) {
	by := map[uint32]uint32{} // the edge that a node was met by
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

// fairParts gives those nodes of one part which some fair run can visit for ever, staying within the part, parts of
// their own, and all others part 0.  Each is strongly connected, and every class that is enabled in it is taken in
// it, so a run that goes round all its edges is fair.
//
// It is the test of emptiness of a Streett automaton (Emerson and Lei 1987): a component in which a class is enabled
// that is never taken inside cannot be where a fair run stays, unless the run leaves out the states that enable the
// class; without them it falls apart, and its components are tested in turn.  O((V+E) * classes).
func (l *Live[S, A]) fairParts(nodes, part []uint32) {
	f := l.finder()
	enabled, taken := newStamps(len(l.number)), newStamps(len(l.number))
	fresh := uint32(1) // the last part that was given
	todo := [][]uint32{nodes}
	for len(todo) > 0 {
		nodes := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		f.components(nodes, part, func(members []uint32) {
			fresh++
			for _, v := range members {
				part[v] = fresh
			}
			loops := l.tally(members, part, enabled.anew(), taken.anew())
			starved := func(v uint32) bool {
				for e := l.first[v]; e < l.first[v+1]; e++ {
					if c := l.class[e]; c != 0 && !taken.has(c) {
						return true
					}
				}
				return false
			}
			if loops && !enabled.beyond(taken) {
				return // fair
			}
			var rest []uint32
			for _, v := range members {
				part[v] = 0
				if loops && !starved(v) {
					rest = append(rest, v)
				}
			}
			fresh++
			for _, v := range rest {
				part[v] = fresh
			}
			if len(rest) > 0 {
				todo = append(todo, rest)
			}
		})
	}
}

// tally finds out which classes are enabled in the members of a part and which are taken inside, and whether any edge
// is inside.
func (w *web) tally(members, part []uint32, enabled, taken *stamps) (loops bool) {
	p := part[members[0]]
	for _, v := range members {
		for e := w.first[v]; e < w.first[v+1]; e++ {
			enabled.add(w.class[e])
			if part[w.to[e]] == p {
				loops = true
				taken.add(w.class[e])
			}
		}
	}
	return loops
}

// stamps is a set of classes that is emptied at no cost.
type stamps struct {
	at  []uint32
	now uint32
	all []uint32 // its members
}

func newStamps(classes int) *stamps { return &stamps{at: make([]uint32, classes+1)} }

func (s *stamps) anew() *stamps {
	s.now++
	s.all = s.all[:0]
	return s
}

func (s *stamps) has(c uint32) bool { return s.at[c] == s.now }

// add takes a class in, unless it is 0, which promises nothing.
func (s *stamps) add(c uint32) {
	if c != 0 && !s.has(c) {
		s.at[c] = s.now
		s.all = append(s.all, c)
	}
}

// beyond reports whether s has a class that other has not.
func (s *stamps) beyond(other *stamps) bool {
	return slices.ContainsFunc(s.all, func(c uint32) bool { return !other.has(c) })
}

// fairLoop is a walk from v back to it inside its part, which takes every class that it enables: it goes to the
// nearest edge of a class that is still owed until there is none, and back.  Short, but not the shortest.
func (w *web) fairLoop(v uint32, part []uint32) (edges []uint32) {
	inside := func(e uint32) bool { return part[w.to[e]] == part[v] }
	owed, taken := map[uint32]bool{}, map[uint32]bool{0: true}
	arrive := func(u uint32) {
		for e := w.first[u]; e < w.first[u+1]; e++ {
			if !taken[w.class[e]] {
				owed[w.class[e]] = true
			}
		}
	}
	arrive(v)
	for at := v; len(owed) > 0 || at != v || len(edges) == 0; {
		goal := func(e uint32) bool { return w.to[e] == v }
		if len(owed) > 0 {
			goal = func(e uint32) bool { return owed[w.class[e]] }
		}
		way, ok := w.trail(at, inside, goal)
		if !ok {
			panic("BUG: a part of the graph is not fair")
		}
		for _, e := range way {
			taken[w.class[e]] = true
			delete(owed, w.class[e])
			at = w.to[e]
			arrive(at)
		}
		edges = append(edges, way...)
	}
	return edges
}
