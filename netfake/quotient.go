package netfake

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
)

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

// futures is what one endpoint can still come to, by the ticks that pass until then. The last is without a limit.
type futures struct {
	once   sync.Once
	within []future
}

// future is what an endpoint can come to within some ticks, and the first guess at the classes of the segments
// that it may get: whether each has the same effect in every one of these states.
type future struct {
	peers []int32
	guess []int // 0: it has none in any
}

func (q *quotient) future(side int, at int32) []future {
	f := &q.futures[side][at]
	f.once.Do(func() {
		l := q.side[side]
		for _, peers := range l.reach(at, q.life) {
			fu := future{peers: peers}
			var keys []string
			for k := range l.wire {
				keys = append(keys, l.effects(peers, k))
			}
			fu.guess = number(keys)
			f.within = append(f.within, fu)
		}
	})
	return f.within
}

// reach lists the states that the endpoint can come to from one of them within 0, 1, … life ticks, and in the
// end without a limit.
func (l *local) reach(from int32, life int) (within [][]int32) {
	seen := make([]bool, len(l.peers))
	var all, late []int32 // all that were reached; those of them whose tick was not yet taken
	add := func(i int32) {
		if i != nowhere && !seen[i] {
			seen[i] = true
			all, late = append(all, i), append(late, i)
		}
	}
	add(from)
	for ticks := 0; ticks <= life+1; ticks++ {
		done := 0
		for endless := ticks > life; done < len(late); done++ {
			n := &l.nodes[late[done]]
			for _, to := range n.next {
				add(to)
			}
			for _, outs := range n.arrive {
				for _, o := range outs {
					add(o.to)
				}
			}
			if endless {
				add(n.tick)
			}
		}
		within = append(within, slices.Clone(all))
		last := late
		late = nil
		for _, i := range last {
			add(l.nodes[i].tick)
		}
	}
	return within
}

// effects is a key for what segment k does in each of the states; it is empty for what does nothing in any.
func (l *local) effects(peers []int32, k int) string {
	var key []byte
	none := true
	for _, i := range peers {
		key = append(key, byte(len(l.nodes[i].arrive[k])))
		for _, o := range l.nodes[i].arrive[k] {
			none = none && o.effect == noEffect
			key = binary.LittleEndian.AppendUint32(key, uint32(o.effect))
		}
	}
	if none {
		return ""
	}
	return string(key)
}

// number numbers keys from 1 in the order in which they occur; the empty one is 0.
func number(keys []string) (ns []int) {
	seen := map[string]int{"": 0}
	for _, k := range keys {
		n, ok := seen[k]
		if !ok {
			n = len(seen)
			seen[k] = n
		}
		ns = append(ns, n)
	}
	return ns
}

// refine works out the classes of a pair: the coarsest in which two segments of a class have the same effect
// wherever they may still arrive, and draw answers of the same classes. An answer may live on after what it
// answers, so its class is the one for ever.
func (q *quotient) refine(at [2]int32) *classes {
	var fu [2][]future
	var ever [2][]int
	for i := range fu {
		fu[i] = q.future(i, at[i])
		ever[i] = fu[i][len(fu[i])-1].guess
	}
	for split := true; split; {
		split = false
		for i := range ever {
			finer := q.split(i, fu[i][len(fu[i])-1].peers, ever[i], ever[1-i])
			split = split || !slices.Equal(finer, ever[i])
			ever[i] = finer
		}
	}
	t := &classes{}
	for i := range t.of {
		for h := range q.levels {
			f := &fu[i][h]
			t.of[i] = append(t.of[i], q.representatives(i, q.split(i, f.peers, f.guess, ever[1-i])))
		}
	}
	return t
}

// split divides the classes of the segments towards a side by what they draw in answer.
func (q *quotient) split(side int, peers []int32, class, answers []int) []int {
	keys := make([]string, len(class))
	var key []byte
	var sent []int
	for k := range class {
		key = key[:0]
		silent := true
		for _, i := range peers {
			for _, o := range q.side[side].nodes[i].arrive[k] {
				sent = q.heard(sent[:0], o.sends, answers)
				silent = silent && len(sent) == 0
				key = append(key, byte(len(sent)))
				for _, c := range sent {
					key = binary.LittleEndian.AppendUint16(key, uint16(c))
				}
			}
		}
		if class[k] != 0 || !silent {
			keys[k] = string(binary.LittleEndian.AppendUint32(key, uint32(class[k])))
		}
	}
	return number(keys)
}

// heard lists the classes of what is sent, in order; of a set each class once, and none that will be dropped.
func (q *quotient) heard(to []int, sends []int32, class []int) []int {
	for _, k := range sends {
		if c := class[k]; q.on&DeadMessages == 0 || c != 0 {
			to = append(to, c)
		}
	}
	slices.Sort(to)
	if !q.bag {
		to = slices.Compact(to)
	}
	return to
}

// representatives puts the least of each class in the place of all, and drops the class of those that do nothing.
// The least is the same one way and the other, if the two sides are alike.
func (q *quotient) representatives(side int, class []int) []uint16 {
	wire := q.side[side].wire
	least := map[int]int{}
	for k, c := range class {
		if old, ok := least[c]; !ok || wire[k] < wire[old] {
			least[c] = k
		}
	}
	reps := make([]uint16, len(class))
	for k, c := range class {
		reps[k] = uint16(least[c])
		if c == 0 && q.on&DeadMessages != 0 {
			reps[k] = dropped
		}
	}
	return reps
}
