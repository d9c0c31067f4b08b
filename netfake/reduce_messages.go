package netfake

import (
	"math/bits"

	"github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"
)

// quotient puts a canonical wire in the place of every wire that behaves like it.
type quotient struct {
	on      Reductions
	side    [2]*local
	known   [2]codeTable // the numbers of the segments towards each side
	bag     bool
	ordered bool
	classes *equivalence.Quotient
}

func newQuotient(sys *System, ls *locals, r Reductions) *quotient {
	net := &sys.sc.Net
	ends := [2]*equivalence.Endpoint{&ls.side[A].Endpoint, &ls.side[B].Endpoint}
	return &quotient{on: r, side: ls.side, known: [2]codeTable{newCodeTable(ls.side[A].known), newCodeTable(ls.side[B].known)},
		bag: net.Bag, ordered: net.InOrder, classes: equivalence.New(ends, net.MSL, net.Bag, r&DeadMessages != 0)}
}

// numbered is a segment of a wire, its number among those towards its side, its class, and its age.
type numbered struct {
	code
	number int32
	class  uint16
	age    uint8
}

// canon rewrites the wire of s, whose endpoints are at the given places.
func (q *quotient) canon(s *State, at [2]int32) {
	t := q.classes.Of(at)
	var segs [MaxWire]numbered
	n, toB := 0, 0
	for ; n < MaxWire && s.wire[n] != 0; n++ {
		c := s.wire[n]
		side, age := c.dst(), c.age()
		k := q.known[side].number(c &^ ageMask)
		segs[n] = numbered{c, k, q.classes.Row(t, side, age)[k], uint8(age)}
		toB += side
	}
	left := 0
	for i := range n {
		c, side := segs[i].code, segs[i].dst()
		if segs[i].class == equivalence.Dropped {
			continue
		}
		if q.on&EquivalentMessages != 0 {
			if !q.bag { // a set has the segments to B first
				alike, at := segs[:toB], i
				if side == A {
					alike, at = segs[toB:n], i-toB
				}
				if outlived(alike, at, q.classes.Row(t, side, int(segs[i].age))) {
					continue
				}
			}
			c = q.side[side].segment(int(segs[i].class)) | c&ageMask
		}
		k := left
		for ; !q.ordered && k > 0 && c > s.wire[k-1]; k-- {
			s.wire[k] = s.wire[k-1]
		}
		s.wire[k] = c
		left++
	}
	clear(s.wire[left:n])
}

// outlived reports whether the set holds another segment to the same side that can do all that segment i can, and lives
// longer, or as long and stands before it. The row has the classes of segments as old as segment i.
func outlived(segs []numbered, i int, row []uint16) bool {
	x := &segs[i]
	for j := range segs {
		switch y := &segs[j]; {
		case y.age > x.age:
		case y.age < x.age:
			if row[y.number] == x.class {
				return true
			}
		case j < i && y.class == x.class:
			return true
		}
	}
	return false
}

// place is the number of a state of an endpoint.
func (q *quotient) place(side int, c peerCode) int32 {
	n, ok := q.side[side].at[c.unobserved()]
	if !ok {
		panic("BUG: a state that no endpoint comes to")
	}
	return n
}

// codeTable is a map from codes to numbers that is quick to read: every segment of every state is looked up.
type codeTable struct {
	slots []codeSlot // open addressing
	shift uint
}

type codeSlot struct {
	code
	number int32
}

func newCodeTable(known map[code]int32) codeTable {
	size := bits.Len(uint(2*len(known) + 1))
	t := codeTable{slots: make([]codeSlot, 1<<size), shift: uint(64 - size)}
	for c, k := range known {
		i := t.home(c)
		for t.slots[i].code != 0 {
			i = (i + 1) & (len(t.slots) - 1)
		}
		t.slots[i] = codeSlot{c, k}
	}
	return t
}

func (t *codeTable) home(c code) int { return int(uint64(c) * 0x9e3779b97f4a7c15 >> t.shift) }

func (t *codeTable) number(c code) int32 {
	for i := t.home(c); ; i = (i + 1) & (len(t.slots) - 1) {
		switch t.slots[i].code {
		case c:
			return t.slots[i].number
		case 0:
			panic("BUG: a segment that no endpoint sends")
		}
	}
}
