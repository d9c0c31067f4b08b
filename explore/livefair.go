package explore

import "slices"

// fairParts splits one part of the graph. Nodes that a fair run can visit forever without leaving the part get new
// parts; all other nodes get part 0. Each new part is strongly connected, and has an edge of every class that is
// enabled or owed in it. So a run that repeats all its edges is fair.
//
// This is the emptiness test for Streett automata (Emerson and Lei 1987). If a class is enabled in a component, but
// no edge inside has that class, then a fair run cannot stay in the component, unless it avoids the states that
// enable the class. Without these states the component falls apart, and its parts are tested in turn.
// O((V+E) * classes).
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
				return slices.ContainsFunc(l.owing(v), func(c uint32) bool { return !taken.has(c) })
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

// tally finds out which classes are enabled or owed in the members of a part, which classes the edges inside it have,
// and whether there is such an edge.
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
		for _, c := range w.owing(v) {
			enabled.add(c)
		}
	}
	return loops
}

// stamps is a set of classes that is cleared in O(1).
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

// add adds a class, unless it is 0, for which there is no promise.
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

// fairLoop is a walk from v back to v inside its part. It has an action of each class that is enabled or owed on it:
// it goes to the nearest edge of a class that is still missing, until none is, and then back. The walk is short, but
// not always the shortest.
func (w *web) fairLoop(v uint32, part []uint32) (edges []uint32) {
	inside := func(e uint32) bool { return part[w.to[e]] == part[v] }
	owed, taken := map[uint32]bool{}, map[uint32]bool{0: true}
	arrive := func(u uint32) {
		for e := w.first[u]; e < w.first[u+1]; e++ {
			if !taken[w.class[e]] {
				owed[w.class[e]] = true
			}
		}
		for _, c := range w.owing(u) {
			if !taken[c] {
				owed[c] = true
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
