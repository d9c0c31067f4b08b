package explore

import (
	"context"
	"math/bits"
	"math/rand/v2"
	"sync/atomic"
)

// walker is the memory of a goroutine that takes walks.
type walker[S comparable, A any] struct {
	sys     System[S, A]
	o       *SimOptions[S, A]
	hash    hasher[S]
	starts  []S
	rng     *rand.PCG
	weights [kinds]uint8
	actions []A
	seen    sketch

	keep   *Path[S, A] // if set, gets the walk's first keepTo steps, and the walk ends there
	keepTo int
}

// kinds is how many kinds of action are distinguished.
const kinds = 64

// outcome is how a walk ended.
type outcome struct {
	end       ending
	steps     int
	generated uint64
	violated  int    // by violation: which of the invariants
	cut       string // by a cut: the bound
}

type ending uint8

const (
	notBegun ending = iota // or stopped, because an earlier walk ended in a violation
	byTerminal
	byLoop
	byLength
	byCut
	byViolation
	byInterrupt
)

func newWalker[S comparable, A any](sys System[S, A], o *SimOptions[S, A], hash hasher[S]) *walker[S, A] {
	return &walker[S, A]{sys: sys, o: o, hash: hash, starts: sys.Init(), rng: rand.NewPCG(0, 0)}
}

// walk takes walk number n, and sets met to the number of steps to each witness, or -1. It stops when an earlier walk
// of the batch, one with a number below item, has ended in a violation.
func (w *walker[S, A]) walk(ctx context.Context, n uint64, met []int, least *atomic.Int64, item int64) (x outcome) {
	const between = 256 // steps between two checks of the clock and of the other workers' results
	if least.Load() < item || ctx.Err() != nil {
		return x
	}
	for i := range met {
		met[i] = -1
	}
	w.begin(n)
	s := w.starts[w.below(len(w.starts))]
	w.take(*new(A), s)
	for x.end = w.look(s, &x, met); x.end == 0; x.end = w.look(s, &x, met) {
		if x.steps%between == between-1 {
			if ctx.Err() != nil {
				x.end = byInterrupt
				return x
			}
			if least.Load() < item {
				return outcome{}
			}
		}
		if x.end = w.step(&s, &x); x.end != 0 {
			break
		}
	}
	return x
}

// begin makes the choices of walk n follow from the seed and n alone.
func (w *walker[S, A]) begin(n uint64) {
	w.rng.Seed(mix(w.o.Seed), mix(w.o.Seed^mix(n+1)))
	if w.o.Kind == nil {
		return
	}
	for k := range w.weights {
		w.weights[k] = 1
		if n%4 != 0 {
			w.weights[k] = [...]uint8{0, 1, 1, 4}[w.rng.Uint64()>>62]
		}
	}
}

// look checks the current state of the walk, and reports whether the walk ends there.
func (w *walker[S, A]) look(s S, x *outcome, met []int) ending {
	w.seen.add(w.hash.sum(&s).hi)
	for i := range met {
		if met[i] < 0 && w.o.Sometimes[i].Holds(s) {
			met[i] = x.steps
		}
	}
	for i := range w.o.Always {
		if !w.o.Always[i].Holds(s) {
			x.violated = i
			return byViolation
		}
	}
	if w.o.Cut != nil {
		if x.cut = w.o.Cut(s); x.cut != "" {
			return byCut
		}
	}
	if x.steps >= w.o.Steps || w.keep != nil && x.steps >= w.keepTo {
		return byLength
	}
	return 0
}

// step goes on to another state. If an action leads back to the same state, it is put aside, and another is drawn.
func (w *walker[S, A]) step(s *S, x *outcome) ending {
	w.actions = w.sys.Actions(w.actions[:0], *s)
	if len(w.actions) == 0 {
		return byTerminal
	}
	for len(w.actions) > 0 {
		i := w.choose()
		a := w.actions[i]
		to := w.sys.Step(*s, a)
		x.generated++
		if to != *s {
			*s = to
			x.steps++
			w.take(a, to)
			return 0
		}
		last := len(w.actions) - 1
		w.actions[i] = w.actions[last]
		w.actions = w.actions[:last]
	}
	return byLoop
}

func (w *walker[S, A]) take(a A, to S) {
	if w.keep != nil {
		*w.keep = append(*w.keep, Hop[S, A]{Action: a, State: to})
	}
}

// choose draws one of the actions, each with the weight of its kind.
func (w *walker[S, A]) choose() int {
	if w.o.Kind == nil {
		return w.below(len(w.actions))
	}
	sum := 0
	for _, a := range w.actions {
		sum += w.weight(a)
	}
	if sum == 0 { // only actions that this walk avoids are left
		return w.below(len(w.actions))
	}
	left := w.below(sum)
	i := 0
	for left >= w.weight(w.actions[i]) {
		left -= w.weight(w.actions[i])
		i++
	}
	return i
}

func (w *walker[S, A]) weight(a A) int { return int(w.weights[w.o.Kind(a)%kinds]) }

// below draws a number from 0 to n-1 (Lemire's multiplication, whose bias is below 2^-32 for the n that occur).
func (w *walker[S, A]) below(n int) int {
	hi, _ := bits.Mul64(w.rng.Uint64(), uint64(n))
	return int(hi)
}

// mix is the finalizer of SplitMix64 (Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
