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

// canon rewrites the wire of s, whose endpoints are at the given places.
func (q *quotient) canon(s *State, at [2]int32) {
	t := q.classes.Of(at)
	wire := s.wire
	left, lo := 0, 0
	for lo < MaxWire && wire[lo] != 0 {
		hi := lo + 1 // a set has the segments to B first
		for q.merges() && hi < MaxWire && wire[hi] != 0 && wire[hi].dst() == wire[lo].dst() {
			hi++
		}
		left = q.replace(&s.wire, left, t, wire[lo:hi])
		lo = hi
	}
	clear(s.wire[left:lo])
}

// merges reports whether one segment of a set can stand for several.
func (q *quotient) merges() bool { return !q.bag && q.on&EquivalentMessages != 0 }

// replace appends to a wire that holds n what stands for the segments of a list, all of which go to the same side. It
// returns how many there are then. The youngest come first: one that can do all that another can, and lives as long or
// longer, stands for both.
func (q *quotient) replace(wire *[MaxWire]code, n int, t *equivalence.Classes, list []code) int {
	var number, kept [MaxWire]int32
	oldest, keeps := 0, 0
	side := list[0].dst()
	for i, c := range list {
		number[i], oldest = q.known[side].number(c&^ageMask), max(oldest, c.age())
	}
	for age := 0; age <= oldest; age++ {
		row := q.classes.Row(t, side, age)
		for i, c := range list {
			if c.age() != age {
				continue
			}
			class := row[number[i]]
			if class == equivalence.Dropped || hasClass(kept[:keeps], row, class) {
				continue
			}
			kept[keeps] = number[i]
			keeps++
			if q.on&EquivalentMessages != 0 {
				c = q.side[side].segment(int(class)) | c&ageMask
			}
			k := n
			for ; !q.ordered && k > 0 && c > wire[k-1]; k-- {
				wire[k] = wire[k-1]
			}
			wire[k] = c
			n++
		}
	}
	return n
}

// hasClass reports whether one of the segments is of a class. The row has the classes of all.
func hasClass(segments []int32, row []uint16, class uint16) bool {
	for _, k := range segments {
		if row[k] == class {
			return true
		}
	}
	return false
}

// put adds a segment of age 0 to a canonical set that holds n, while the endpoints stay in their states, and keeps the
// set canonical: the others need not be compared with each other again. It returns how many there are then. There must
// be room.
func (q *quotient) put(wire *[MaxWire]code, n int, t *equivalence.Classes, c code) int {
	side := c.dst()
	k := q.known[side].number(c)
	class := q.classes.Row(t, side, 0)[k]
	if class == equivalence.Dropped {
		return n
	}
	c = q.side[side].segment(int(class))
	for i := 0; i < n; i++ {
		x := wire[i]
		if x == c {
			return n
		}
		if x.dst() != side || x.age() == 0 {
			continue
		}
		if r := q.classes.Row(t, side, x.age())[k]; r != equivalence.Dropped && q.side[side].segment(int(r)) == x&^ageMask {
			n = removeFrom(wire, i, n) // it is outlived
			i--
		}
	}
	i := n
	for ; i > 0 && c > wire[i-1]; i-- {
		wire[i] = wire[i-1]
	}
	wire[i] = c
	return n + 1
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
