package explore

import "slices"

// AlwaysPossible asks whether, from every reachable state, a state in which p holds can still be reached (AG EF p).
// Fairness has no effect here, because the question is not what has to happen.
//
// A counterexample is a shortest run to a state from which no p-state can be reached (Since), and then the way into a
// dead end or a loop. The loop takes an action of each class that is enabled on it; actions of class 0 need not be
// in it.
//
// An open state may lead anywhere, so it counts as a state from which p can be reached. A state that reaches neither
// a p-state nor an open state has only expanded successors. So it stays a counterexample, whatever was not searched.
// But in an incomplete graph nothing is verified.
func (l *Live[S, A]) AlwaysPossible(p Predicate[S]) Answer[S, A] {
	var a Answer[S, A]
	can, n := l.holding(p)
	a.Premise = n
	for v := range can {
		can[v] = can[v] || l.open[v]
	}
	part := make([]uint32, l.nodes())
	bottom := l.reaching(can, part)
	walk := l.watch(func(v uint32, _ bool) bool { return !can[v] })
	for _, place := range walk.order {
		if place&1 == 0 {
			continue
		}
		start, edges, since := l.stem(walk, place)
		a.Flaw, a.Run.Since = Lost, since
		end := place / 2
		if !bottom[end] {
			anywhere := func(uint32) bool { return true }
			way, _ := l.trail(end, anywhere, func(e uint32) bool { return bottom[l.to[e]] })
			edges = append(edges, way...)
			end = l.to[edges[len(edges)-1]]
		}
		l.draw(&a, start, edges, end, part, l.ends(end))
		break
	}
	l.conclude(&a, a.Flaw != NoFlaw)
	return a
}

// reaching extends can to all states that reach a state in which it holds. It gives each component of the graph a
// part, and returns which nodes are in a component that cannot be left.
func (l *Live[S, A]) reaching(can []bool, part []uint32) (bottom []bool) {
	bottom = make([]bool, l.nodes())
	all := make([]uint32, l.nodes())
	for v := range all {
		all[v] = uint32(v)
	}
	fresh := uint32(0)
	l.finder().components(all, part, func(members []uint32) {
		fresh++
		for _, v := range members {
			part[v] = fresh
		}
		reaches, leaves := false, false
		for _, v := range members {
			reaches = reaches || can[v]
			for e := l.first[v]; e < l.first[v+1]; e++ {
				reaches = reaches || can[l.to[e]]
				leaves = leaves || part[l.to[e]] != fresh
			}
		}
		for _, v := range members {
			can[v], bottom[v] = reaches, !leaves
		}
	})
	return bottom
}

// draw makes a lasso from a stem that ends at a node, and a fair loop in that node's part.
func (l *Live[S, A]) draw(a *Answer[S, A], start uint32, stem []uint32, end uint32, part []uint32, stays bool) {
	a.Run.Stem = l.path(start, stem)
	if !stays {
		a.Run.Loop = l.hops(end, l.fairLoop(end, part))
	}
}

// LeadsTo asks whether, on every fair run, each state in which p holds is a state in which q holds, or is followed by
// one. A fair run may stop in any state in which no class of fairness is enabled or owed.
//
// A counterexample is a shortest run to a state in which a fair run may stop, or to a fair loop, that has a p-state
// (Since) and no q-state after it. In the states where it stops or loops, every enabled action is known. So it
// stays a counterexample, whatever was not searched. Without a counterexample, nothing is verified unless the graph
// is complete.
func (l *Live[S, A]) LeadsTo(p, q Predicate[S]) Answer[S, A] {
	r := l.respond(p, q)
	return r.answer
}

// response is the state of the work on a question of LeadsTo.
type response[S comparable, A any] struct {
	answer Answer[S, A]
	p, q   []bool
	walk   *watched
	nodes  []uint32 // those in which q is waited for
}

func (l *Live[S, A]) respond(p, q Predicate[S]) (r response[S, A]) {
	a := &r.answer
	r.p, a.Premise = l.holding(p)
	r.q, _ = l.holding(q)
	r.walk = l.watch(func(v uint32, waiting bool) bool { return !r.q[v] && (waiting || r.p[v]) })
	r.nodes = r.walk.pending()
	known := slices.DeleteFunc(slices.Clone(r.nodes), func(v uint32) bool { return l.open[v] })
	part := l.parted(known)
	l.fairParts(known, part)
	for _, v := range known {
		stays := l.rests(v)
		if part[v] == 0 && !stays {
			continue
		}
		start, edges, since := l.stem(r.walk, 2*v+1)
		a.Flaw, a.Run.Since = Never, since
		l.draw(a, start, edges, v, part, stays)
		break
	}
	l.conclude(a, a.Flaw != NoFlaw)
	return r
}

// parted puts the given nodes into part 1.
func (l *Live[S, A]) parted(nodes []uint32) []uint32 {
	part := make([]uint32, l.nodes())
	for _, v := range nodes {
		part[v] = 1
	}
	return part
}

// LeadsToWithin asks the question of LeadsTo, and also whether at most limit actions of class tick are taken between
// a p-state and the next q-state. With a negative limit it asks whether there is any limit. It finds the largest
// number of such actions.
//
// The bound is asked of all runs, fair or not. This is not stronger than to ask it of the fair runs, because every
// finite run can be continued as a fair run. Fairness is needed so that time does not stop. If tick is a class of
// fairness, a run is not fair if it acts forever while a tick is possible but never taken. A run on which ticks
// become impossible forever, or which stops, before q comes, is a counterexample of LeadsTo.
//
// If there is no largest number, the loop of the counterexample has a tick, and can be taken any number of times. It
// need not be fair: the run may leave it and reach q, but arbitrarily late.
func (l *Live[S, A]) LeadsToWithin(p, q Predicate[S], tick Class, limit int) Answer[S, A] {
	r := l.respond(p, q)
	a := &r.answer
	if a.Flaw != NoFlaw {
		return *a
	}
	t := timing{web: &l.web, q: r.q, part: l.parted(r.nodes), wait: make([]int32, l.nodes())}
	if c, occurs := l.number[tick]; occurs {
		t.tick = c
	} else {
		t.tick = noState // no edge has it
	}
	t.measure(r.nodes)
	worst, at := int32(-1), uint32(0)
	for _, v := range r.nodes {
		if t.wait[v] == Unbounded {
			l.drawEndless(&r, &t, v)
			return *a
		}
		if r.p[v] && t.wait[v] > worst {
			worst, at = t.wait[v], v
		}
	}
	if worst < 0 { // q is never waited for
		l.conclude(a, false)
		return *a
	}
	a.Ticks = int(worst)
	start, edges, _ := l.stem(r.walk, 2*at+1)
	a.Run.Since = len(edges)
	a.Run.Stem = l.path(start, append(edges, t.slowest(at)...))
	if limit >= 0 && a.Ticks > limit {
		a.Flaw = Late
	}
	l.conclude(a, a.Flaw != NoFlaw)
	return *a
}

// drawEndless answers that there is no largest number of ticks. Its lasso is a loop through v that has a tick.
func (l *Live[S, A]) drawEndless(r *response[S, A], t *timing, v uint32) {
	a := &r.answer
	a.Flaw, a.Ticks = Late, Unbounded
	start, edges, since := l.stem(r.walk, 2*v+1)
	inside := func(e uint32) bool { return t.part[l.to[e]] == t.part[v] }
	loop, _ := l.trail(v, inside, func(e uint32) bool { return l.class[e] == t.tick })
	if end := l.to[loop[len(loop)-1]]; end != v {
		back, _ := l.trail(end, inside, func(e uint32) bool { return l.to[e] == v })
		loop = append(loop, back...)
	}
	a.Run.Stem, a.Run.Since, a.Run.Loop = l.path(start, edges), since, l.hops(v, loop)
	l.conclude(a, true)
}

// timing measures the longest wait for q, in ticks.
type timing struct {
	*web
	tick uint32 // the class of a tick
	q    []bool
	part []uint32 // 1 where q is waited for; then by component
	wait []int32  // the largest number of ticks from a node to q, or Unbounded if a loop in its component has a tick
}

// measure finds the longest waits. In a component without a tick inside, all nodes have the same wait: the largest
// over the edges that leave the component. The components to which these edges lead were measured before.
func (t *timing) measure(nodes []uint32) {
	fresh := uint32(1)
	t.finder().components(nodes, t.part, func(members []uint32) {
		fresh++
		for _, v := range members {
			t.part[v] = fresh
		}
		most := int32(0)
		for _, v := range members {
			for e := t.first[v]; e < t.first[v+1] && most != Unbounded; e++ {
				if t.part[t.to[e]] != fresh {
					most = max(most, t.cost(e)+t.after(e))
				} else if t.class[e] == t.tick {
					most = Unbounded
				}
			}
		}
		for _, v := range members {
			t.wait[v] = most
		}
	})
}

func (t *timing) cost(e uint32) int32 {
	if t.class[e] == t.tick {
		return 1
	}
	return 0
}

// after is the longest wait from an edge on, as far as it is bounded.
func (t *timing) after(e uint32) int32 {
	if to := t.to[e]; !t.q[to] {
		return max(0, t.wait[to])
	}
	return 0
}

// slowest is a run from v to q with the longest wait. If an open state hides q, the run ends with the last tick.
func (t *timing) slowest(v uint32) []uint32 {
	loses := func(e uint32) bool { return t.cost(e)+t.after(e) == t.wait[t.source(e)] }
	edges, ok := t.trail(v, loses, func(e uint32) bool { return t.q[t.to[e]] })
	if !ok && t.wait[v] > 0 {
		edges, _ = t.trail(v, loses, func(e uint32) bool { return t.after(e) == 0 })
	}
	return edges
}
