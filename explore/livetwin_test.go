package explore_test

import (
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

// fairMaze is a maze with promises: each action has a class, class[s][a]; owed[s] are the classes that are owed in s
// although they may not be enabled there; and shut is the set of states, a bit for each, of which a bound took an action
// away.
type fairMaze struct {
	maze
	class [][]explore.Class
	owed  [][]explore.Class
	shut  int
}

func (m fairMaze) promises() explore.Promises[int, int] {
	return explore.Promises[int, int]{
		Class: func(s, a int) explore.Class { return m.class[s][a] },
		Owed: func(dst []explore.Class, s int) []explore.Class {
			if m.owed == nil {
				return dst
			}
			return append(dst, m.owed[s]...)
		},
		Open: func(s int) string {
			if in(m.shut, s) {
				return "shut"
			}
			return ""
		},
	}
}

func drawFairMaze(t *rapid.T) fairMaze {
	n := rapid.IntRange(1, 6).Draw(t, "states")
	m := fairMaze{maze: maze{starts: rapid.SliceOfN(rapid.IntRange(0, n-1), 1, 2).Draw(t, "starts")}}
	owes := rapid.Bool().Draw(t, "owes")
	classes := func(name string, least, most int) (list []explore.Class) {
		for _, c := range rapid.SliceOfN(rapid.IntRange(0, 3), least, most).Draw(t, name) {
			list = append(list, explore.Class(c))
		}
		return list
	}
	for range n {
		to := rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 3).Draw(t, "edges")
		m.edges, m.class = append(m.edges, to), append(m.class, classes("class", len(to), len(to)))
		var owed []explore.Class
		if owes {
			for _, c := range classes("owed", 0, 2) {
				owed = append(owed, c+1) // the fourth of them is never enabled
			}
		}
		m.owed = append(m.owed, owed)
	}
	return m
}

// seen is what a search saw of a maze, and the twin of explore.Live: each of its methods is a sentence of the section
// Liveness in docs/DESIGN.md, carried out in the plainest way there is. Sets of states have a bit for each.
type seen struct {
	fairMaze
	found int // the states that were found
	open  int // those of which not all that can happen is known; of the unexpanded ones the edges are missing
}

// wander searches the maze: a state of the wall is not expanded, nor one that is so many steps away, if depth is not 0.
func (m fairMaze) wander(wall, depth int) seen {
	v := seen{fairMaze: m}
	v.edges = make([][]int, len(m.edges))
	level := m.start()
	for steps := 0; level&^v.found != 0; steps++ {
		level &^= v.found
		v.found |= level
		next := 0
		for s := range m.edges {
			switch {
			case !in(level, s):
			case in(wall, s), depth > 0 && steps == depth && len(m.edges[s]) > 0:
				v.open |= 1 << s
			default:
				v.edges[s] = m.edges[s]
				for _, w := range m.edges[s] {
					next |= 1 << w
				}
			}
		}
		level = next
	}
	v.open |= v.found & m.shut
	return v
}

func (m fairMaze) start() (set int) {
	for _, s := range m.starts {
		set |= 1 << s
	}
	return set
}

func in(set, s int) bool { return set>>s&1 == 1 }

// onward is the set of states that can be reached from a set without leaving another.
func (v seen) onward(from, within int) int {
	from &= within
	for {
		more := from
		for s, to := range v.edges {
			for _, w := range to {
				if in(from, s) && in(within, w) {
					more |= 1 << w
				}
			}
		}
		if more == from {
			return from
		}
		from = more
	}
}

const everything = -1

// A class is enabled in a state if an action of that class is. Class 0 promises nothing.
func (v seen) enabled(s int) map[explore.Class]bool {
	list := map[explore.Class]bool{}
	for i := range v.edges[s] {
		list[v.class[s][i]] = true
	}
	delete(list, 0)
	return list
}

// A class is owed only where a state in which it is enabled can still be reached. An open state counts as one from which
// any class can be reached.
func (v seen) due(s int) map[explore.Class]bool {
	list := v.enabled(s)
	if v.owed == nil {
		return list
	}
	ahead := v.onward(1<<s, everything)
	for _, c := range v.owed[s] {
		for w := range v.edges {
			if in(ahead, w) && (in(v.open, w) || v.enabled(w)[c]) {
				list[c] = true
			}
		}
	}
	return list
}

// A run that stops is fair if no class is enabled or owed in its last state. A fair run is never taken to stop in an open
// state.
func (v seen) mayStop(s int) bool { return !in(v.open, s) && len(v.due(s)) == 0 }

// A run without end is fair if each class that is enabled or owed in infinitely many of its states is taken infinitely
// often. These are the states that it visits infinitely often; a fair run is never taken to go round through open ones.
func (v seen) mayStay(set int) bool {
	due, taken := map[explore.Class]bool{}, map[explore.Class]bool{}
	moves := false
	for s, to := range v.edges {
		if !in(set, s) {
			continue
		}
		if in(v.open, s) || v.onward(1<<s, set) != set {
			return false
		}
		for c := range v.due(s) {
			due[c] = true
		}
		for i, w := range to {
			if in(set, w) {
				moves, taken[v.class[s][i]] = true, true
			}
		}
	}
	for c := range due {
		if !taken[c] {
			return false
		}
	}
	return moves
}

// fairEnd reports whether a fair run can stop or stay in a set.
func (v seen) fairEnd(within int) bool {
	for s := range v.edges {
		if in(within, s) && v.mayStop(s) {
			return true
		}
	}
	for set := 1; set < 1<<len(v.edges); set++ {
		if set&^within == 0 && v.mayStay(set) {
			return true
		}
	}
	return false
}

// From every reachable state a q-state can still be reached. An open state counts as one that may reach q.
func (v seen) possible(q int) bool {
	for s := range v.edges {
		if in(v.found, s) && v.onward(1<<s, everything)&(q|v.open) == 0 {
			return false
		}
	}
	return true
}

// waiting are the states that are met from a p-state on before q.
func (v seen) waiting(p, q int) int { return v.onward(v.found&p, ^q) }

// On every fair run each p-state is, or is followed by, a q-state.
func (v seen) leadsTo(p, q int) bool { return !v.fairEnd(v.waiting(p, q)) }

// ticks is the largest number of ticks that are taken from a p-state up to q. All counts up to one more than there are
// states are tried: a run with more ticks than states ticks twice in one state, and can do so forever.
func (v seen) ticks(p, q int, tick explore.Class) int {
	most, n := 0, len(v.edges)
	at := v.found & p &^ q // where a run can be after so many ticks, before q
	for count := 0; ; count++ {
		after := 0
		for reach, before := at, 0; reach != before; at = reach {
			before = reach
			for s, to := range v.edges {
				for i, w := range to {
					switch {
					case !in(before, s):
					case v.class[s][i] == tick:
						after |= 1 << w
						most = max(most, count+1)
					case !in(q, w):
						reach |= 1 << w
					}
				}
			}
		}
		at = after &^ q
		if at == 0 {
			return most
		}
		if count > n {
			return explore.Unbounded
		}
	}
}
