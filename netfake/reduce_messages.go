package netfake

import "sync/atomic"

// quotient puts a canonical wire in the place of every wire that behaves like it. What it knows of a pair of
// endpoint states it works out when it first meets the pair.
type quotient struct {
	on      Reductions
	side    [2]*local
	bag     bool
	ordered bool
	life    int // the most ticks that a segment has left; 0 without a clock
	levels  int // life+1 with a clock, for 0 to life ticks left; else 1, for ever
	futures [2][]futures
	pairs   []atomic.Pointer[classes]
}

// dropped is the class of the segments that are taken off the wire.
const dropped = ^uint16(0)

// classes says for a pair of endpoint states which segment stands for which: by side, ticks left, and segment.
type classes struct{ of [2][][]uint16 }

func newQuotient(sys *System, ls *locals, r Reductions) *quotient {
	q := &quotient{on: r, side: ls.side, bag: sys.sc.Net.Bag, ordered: sys.sc.Net.InOrder, levels: 1}
	if sys.timed() {
		q.life = sys.sc.Net.MSL - 1
		q.levels = sys.sc.Net.MSL
	}
	for i, l := range q.side {
		q.futures[i] = make([]futures, len(l.peers))
	}
	q.pairs = make([]atomic.Pointer[classes], len(q.side[A].peers)*len(q.side[B].peers))
	return q
}

// canon rewrites the wire of s.
func (q *quotient) canon(s *State) {
	t := q.classes(s)
	wire, n := s.wire, 0
	s.wire = [MaxWire]code{}
	var class [MaxWire]uint16
	for i := range wire {
		if wire[i] == 0 {
			break
		}
		class[i] = q.class(t, wire[i], wire[i].age())
	}
	for i, c := range wire {
		if c == 0 {
			break
		}
		if class[i] == dropped || q.on&EquivalentMessages != 0 && !q.bag && q.outlived(t, &wire, i, class[:]) {
			continue
		}
		if q.on&EquivalentMessages != 0 {
			c = q.side[c.dst()].wire[class[i]] | c&ageMask
		}
		k := n
		for ; !q.ordered && k > 0 && c > s.wire[k-1]; k-- {
			s.wire[k] = s.wire[k-1]
		}
		s.wire[k] = c
		n++
	}
}

// outlived reports whether the set holds another segment that can do all that segment i can, and lives longer,
// or as long and stands before it.
func (q *quotient) outlived(t *classes, wire *[MaxWire]code, i int, class []uint16) bool {
	c := wire[i]
	for j, d := range wire {
		if d == 0 {
			break
		}
		if d.dst() != c.dst() || j == i || d.age() > c.age() {
			continue
		}
		if d.age() == c.age() {
			if j < i && class[j] == class[i] {
				return true
			}
		} else if q.class(t, d, c.age()) == class[i] {
			return true
		}
	}
	return false
}

// class is the class of c if it is as old as age says.
func (q *quotient) class(t *classes, c code, age int) uint16 {
	side := c.dst()
	i, ok := q.side[side].known[c&^ageMask]
	if !ok {
		panic("BUG: a segment that no endpoint sends")
	}
	return t.of[side][q.level(age)][i]
}

// level is how many ticks a segment of that age has left.
func (q *quotient) level(age int) int {
	if q.levels == 1 {
		return 0
	}
	return q.life - age
}

// classes finds what is known of the pair of endpoint states in s, or works it out.
func (q *quotient) classes(s *State) *classes {
	var at [2]int32
	for i := range at {
		c := s.peer[i].unobserved()
		n, ok := q.side[i].at[c]
		if !ok {
			panic("BUG: a state that no endpoint comes to")
		}
		at[i] = n
	}
	p := &q.pairs[int(at[A])*len(q.side[B].peers)+int(at[B])]
	t := p.Load()
	if t == nil {
		t = q.refine(at)
		p.Store(t) // two workers that meet the pair at once store the same
	}
	return t
}
