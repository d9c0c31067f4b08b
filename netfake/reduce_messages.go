package netfake

import "github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"

// quotient puts a canonical wire in the place of every wire that behaves like it.
type quotient struct {
	on      Reductions
	side    [2]*local
	bag     bool
	ordered bool
	classes *equivalence.Quotient
}

func newQuotient(sys *System, ls *locals, r Reductions) *quotient {
	net := &sys.sc.Net
	ends := [2]*equivalence.Endpoint{&ls.side[A].Endpoint, &ls.side[B].Endpoint}
	return &quotient{on: r, side: ls.side, bag: net.Bag, ordered: net.InOrder,
		classes: equivalence.New(ends, net.MSL, net.Bag, r&DeadMessages != 0)}
}

// canon rewrites the wire of s.
func (q *quotient) canon(s *State) {
	t := q.classes.Of(q.places(s))
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
		if class[i] == equivalence.Dropped || q.on&EquivalentMessages != 0 && !q.bag && q.outlived(t, &wire, i, class[:]) {
			continue
		}
		if q.on&EquivalentMessages != 0 {
			c = q.side[c.dst()].segment(int(class[i])) | c&ageMask
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
func (q *quotient) outlived(t *equivalence.Classes, wire *[MaxWire]code, i int, class []uint16) bool {
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
func (q *quotient) class(t *equivalence.Classes, c code, age int) uint16 {
	side := c.dst()
	i, ok := q.side[side].known[c&^ageMask]
	if !ok {
		panic("BUG: a segment that no endpoint sends")
	}
	return q.classes.For(t, side, age, i)
}

// places finds the states of the two endpoints.
func (q *quotient) places(s *State) (at [2]int32) {
	for i := range at {
		n, ok := q.side[i].at[s.peer[i].unobserved()]
		if !ok {
			panic("BUG: a state that no endpoint comes to")
		}
		at[i] = n
	}
	return at
}
