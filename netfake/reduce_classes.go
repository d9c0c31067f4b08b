package netfake

import (
	"encoding/binary"
	"slices"
	"sync"
)

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
