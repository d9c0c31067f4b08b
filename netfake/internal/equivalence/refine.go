package equivalence

import (
	"encoding/binary"
	"slices"
	"sync"
)

// futures is what an endpoint can still come to, by the ticks that pass until then. The last is without a limit.
type futures struct {
	once   sync.Once
	within []future
}

// future is the states that an endpoint can come to within some ticks, and the first guess at the classes of its messages:
// two are in one class if they have the same effect in every one of these states.
type future struct {
	states []int32
	guess  []int // 0: it has no effect in any
}

func (q *Quotient) future(side int, at int32) []future {
	f := &q.futures[side][at]
	f.once.Do(func() {
		e := q.ends[side]
		for _, states := range e.reach(at, q.life) {
			fu := future{states: states}
			var keys []string
			for k := range e.Messages {
				keys = append(keys, e.effects(states, k))
			}
			fu.guess = number(keys)
			f.within = append(f.within, fu)
		}
	})
	return f.within
}

// reach lists the states that the endpoint can come to from one of them within 0, 1, … life ticks, and in the
// end without a limit.
func (e *Endpoint) reach(from int32, life int) (within [][]int32) {
	seen := make([]bool, len(e.States))
	var all, late []int32 // all that were reached; those of them whose tick was not yet taken
	add := func(i int32) {
		if i != Nowhere && !seen[i] {
			seen[i] = true
			all, late = append(all, i), append(late, i)
		}
	}
	add(from)
	for ticks := 0; ticks <= life+1; ticks++ {
		done := 0
		for endless := ticks > life; done < len(late); done++ {
			n := &e.States[late[done]]
			for _, to := range n.Next {
				add(to)
			}
			for _, outs := range n.Arrive {
				for _, o := range outs {
					add(o.To)
				}
			}
			if endless {
				add(n.Tick)
			}
		}
		within = append(within, slices.Clone(all))
		last := late
		late = nil
		for _, i := range last {
			add(e.States[i].Tick)
		}
	}
	return within
}

// effects is a key for what message k does in each of the states; it is empty for what does nothing in any.
func (e *Endpoint) effects(states []int32, k int) string {
	var key []byte
	none := true
	for _, i := range states {
		key = append(key, byte(len(e.States[i].Arrive[k])))
		for _, o := range e.States[i].Arrive[k] {
			none = none && o.Effect == NoEffect
			key = binary.LittleEndian.AppendUint32(key, uint32(o.Effect))
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

// refine works out the classes of a pair: the coarsest in which two messages of a class have the same effect
// wherever they may still arrive, and draw answers of the same classes. An answer may live on after what it
// answers, so its class is the one for ever.
func (q *Quotient) refine(at [2]int32) *Classes {
	var fu [2][]future
	var ever [2][]int
	for i := range fu {
		fu[i] = q.future(i, at[i])
		ever[i] = fu[i][len(fu[i])-1].guess
	}
	for split := true; split; {
		split = false
		for i := range ever {
			finer := q.split(i, fu[i][len(fu[i])-1].states, ever[i], ever[1-i])
			split = split || !slices.Equal(finer, ever[i])
			ever[i] = finer
		}
	}
	t := &Classes{}
	for i := range t.of {
		for h := range q.levels {
			f := &fu[i][h]
			t.of[i] = append(t.of[i], q.representatives(i, q.split(i, f.states, f.guess, ever[1-i])))
		}
	}
	return t
}

// split divides the classes of the messages towards a side by what they draw in answer.
func (q *Quotient) split(side int, states []int32, class, answers []int) []int {
	keys := make([]string, len(class))
	sizes := make([]int, len(class)+1)
	for _, c := range class {
		sizes[c]++
	}
	var key []byte
	var sent []int
	for k := range class {
		key = key[:0]
		if class[k] != 0 && sizes[class[k]] == 1 { // what is alone in its class cannot be divided
			keys[k] = string(binary.LittleEndian.AppendUint32(key, uint32(class[k])))
			continue
		}
		silent := true
		for _, i := range states {
			for _, o := range q.ends[side].States[i].Arrive[k] {
				sent = q.heard(sent[:0], o.Sends, answers)
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
func (q *Quotient) heard(to []int, sends []int32, class []int) []int {
	for _, k := range sends {
		if c := class[k]; !q.drop || c != 0 {
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
func (q *Quotient) representatives(side int, class []int) []uint16 {
	messages := q.ends[side].Messages
	least := map[int]int{}
	for k, c := range class {
		if old, ok := least[c]; !ok || messages[k] < messages[old] {
			least[c] = k
		}
	}
	reps := make([]uint16, len(class))
	for k, c := range class {
		reps[k] = uint16(least[c])
		if c == 0 && q.drop {
			reps[k] = Dropped
		}
	}
	return reps
}
