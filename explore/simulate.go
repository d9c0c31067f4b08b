package explore

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// SimOptions says how to take random walks through a system, and what to look for.
//
// Random walks work where no exhaustive search does: in systems too large for any table, and hundreds of steps deep.
// They prove nothing. A uniform walk draws from all enabled actions, so it spends most of its steps on the most
// frequent kind, and hardly ever does one thing ten times in a row; see Kind.
type SimOptions[S comparable, A any] struct {
	Always    []Predicate[S]   // the invariants, as in [Options]
	Sometimes []Predicate[S]   // the witnesses, as in [Options]
	Cut       func(s S) string // as in [Options]: a walk ends in such a state

	// Seed and the number of a walk determine all its choices.
	Seed uint64
	// Runs is the maximum number of walks. If it is zero, only Timeout ends the walks.
	Runs uint64
	// Steps is the maximum length of a walk; 1000 if it is not positive.
	Steps int
	// Timeout ends the walks. No limit if zero.
	Timeout time.Duration
	// Workers is the number of goroutines that walk; GOMAXPROCS if it is not positive.
	Workers int

	// Kind, if set, makes a swarm of the walks. For each walk about a quarter of the kinds of action is drawn and
	// left out, and another quarter is four times as likely. An action that is left out is taken nevertheless if no
	// other is possible. A walk that never loses a segment, or that does little else, reaches states that a thousand
	// uniform walks do not reach, if these states need many actions of one kind or none of another. States that need
	// a few actions of every kind are found later by a swarm. Therefore every fourth walk of a swarm is uniform.
	// Kinds are taken modulo 64. (Holzmann, Joshi and Groce, "Swarm Verification Techniques", 2011; Groce, Zhang,
	// Eide, Chen and Regehr, "Swarm Testing", 2012.)
	Kind func(A) uint8

	// Progress, if set, is called every ProgressEvery, or every second, by the goroutine that called [Simulate].
	Progress      func(SimProgress)
	ProgressEvery time.Duration
}

// SimProgress is what running walks report about themselves.
type SimProgress struct {
	Walks, Steps, Distinct uint64
	Elapsed                time.Duration
}

// SimResult is the outcome of random walks. It does not depend on the number of workers, unless the clock or
// the context ended them.
type SimResult[S comparable, A any] struct {
	// Verdict is [Violated] or [Unknown], because walks cannot rule anything out.
	Verdict Verdict
	Reason  string // what ended the walks before Runs of them ("timeout", …); empty if nothing did
	Seed    uint64

	Walks     uint64 // how many were taken, with the one to the violation
	Steps     uint64 // in all of them; a step leads to another state
	Generated uint64 // successors computed: the steps, and what turned out to lead nowhere else
	Longest   int    // steps of the longest walk
	// Distinct estimates the number of different states that were visited, with a HyperLogLog of 4096 registers; its
	// standard error is 1.6 percent. If states have padding, strings or floats, the hash differs from one process to
	// another, and so does the estimate.
	Distinct uint64

	// How the walks ended: each walk that was not interrupted ended in one of these ways, or with the violation.
	Terminals uint64 // in a state without an action
	Loops     uint64 // in a state all of whose actions lead back to itself
	Full      uint64 // after SimOptions.Steps steps
	Cuts      []Cut  // in a state that hit a bound, by name

	Violation *SimViolation[S, A] // that of the least walk; nil if there is none
	Witnesses []Witness[S, A]     // one for each of SimOptions.Sometimes; the run is the first found, not a shortest

	Elapsed time.Duration
}

// SimViolation is a violated invariant, and the walk to a state in which it does not hold.
type SimViolation[S comparable, A any] struct {
	Name string
	Walk uint64 // counted from 0
	Path Path[S, A]
}

// simBatch is how many walks are taken between two points of synchronization. The walks after a violation in the
// same batch count for nothing, so that the result is the same for any number of workers.
const simBatch = 256

// Simulate takes random walks through sys with the options o, until one of them violates an invariant.
func Simulate[S comparable, A any](ctx context.Context, sys System[S, A], o SimOptions[S, A]) *SimResult[S, A] {
	s := newSimulation(sys, o)
	if s.o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.o.Timeout, errTimeout)
		defer cancel()
	}
	s.run(ctx)
	s.r.Distinct = s.seen.estimate()
	s.r.Elapsed = time.Since(s.begun)
	return s.r
}

type simulation[S comparable, A any] struct {
	o       SimOptions[S, A]
	walkers []*walker[S, A]
	r       *SimResult[S, A]
	seen    sketch

	lo       uint64 // the first walk of the batch
	outcomes []outcome
	met      []int        // for each walk of the batch and each witness: the steps to it, or -1
	least    atomic.Int64 // of the batch's walks that ended in a violation

	begun, reported time.Time
}

func newSimulation[S comparable, A any](sys System[S, A], o SimOptions[S, A]) *simulation[S, A] {
	workers := Options[S, A]{Workers: o.Workers, ProgressEvery: o.ProgressEvery}
	workers.setDefaults()
	o.Workers, o.ProgressEvery = workers.Workers, workers.ProgressEvery
	if o.Steps <= 0 {
		o.Steps = 1000
	}
	s := &simulation[S, A]{o: o, r: &SimResult[S, A]{Seed: o.Seed}, begun: time.Now()}
	s.reported = s.begun
	for _, p := range o.Sometimes {
		s.r.Witnesses = append(s.r.Witnesses, Witness[S, A]{Name: p.Name})
	}
	s.outcomes = make([]outcome, simBatch)
	s.met = make([]int, simBatch*len(o.Sometimes))
	hash := newSketchHasher[S]()
	for range o.Workers {
		s.walkers = append(s.walkers, newWalker(sys, &s.o, hash))
	}
	return s
}

func (s *simulation[S, A]) run(ctx context.Context) {
	if len(s.walkers[0].starts) == 0 {
		s.r.Reason = "no initial state"
		return
	}
	p := newPool(s.o.Workers)
	defer p.close()
	work := func(worker, item int) {
		w := s.walkers[worker]
		s.outcomes[item] = w.walk(ctx, s.lo+uint64(item), s.metBy(item), &s.least, int64(item))
		if s.outcomes[item].end == byViolation {
			lower(&s.least, int64(item))
		}
	}
	for s.o.Runs == 0 || s.lo < s.o.Runs {
		n := simBatch
		if s.o.Runs > 0 {
			n = int(min(simBatch, s.o.Runs-s.lo))
		}
		s.least.Store(math.MaxInt64)
		p.each(n, work)
		if s.merge(ctx, n) {
			return
		}
		s.lo += uint64(n)
		s.report()
	}
}

// lower makes x at most n.
func lower(x *atomic.Int64, n int64) {
	for old := x.Load(); n < old && !x.CompareAndSwap(old, n); old = x.Load() {
	}
}

func (s *simulation[S, A]) metBy(item int) []int {
	n := len(s.o.Sometimes)
	return s.met[item*n : item*n+n]
}

// merge adds up the first n outcomes in order, and reports whether the walks are over.
func (s *simulation[S, A]) merge(ctx context.Context, n int) (over bool) {
	last := min(int64(n-1), s.least.Load())
	if s.least.Load() < int64(n) && ctx.Err() == nil { // what the workers saw includes walks that do not count
		for _, w := range s.walkers {
			w.seen = sketch{}
		}
		for i := range last + 1 {
			s.walkers[0].walk(ctx, s.lo+uint64(i), s.metBy(int(i)), &s.least, i)
		}
	}
	for _, w := range s.walkers {
		s.seen.merge(&w.seen)
	}
	for i := range last + 1 {
		s.add(int(i))
	}
	if s.least.Load() < int64(n) {
		return true
	}
	if ctx.Err() != nil {
		s.r.Reason = ended(ctx)
		return true
	}
	return false
}

// add counts one walk of the batch, and makes the runs that it is the first to show.
func (s *simulation[S, A]) add(item int) {
	x, r := &s.outcomes[item], s.r
	if x.end == notBegun {
		return
	}
	r.Walks++
	r.Steps += uint64(x.steps)
	r.Generated += x.generated
	r.Longest = max(r.Longest, x.steps)
	for i, steps := range s.metBy(item) {
		if steps >= 0 && !r.Witnesses[i].Found {
			r.Witnesses[i].Found = true
			r.Witnesses[i].Path = s.again(item, steps)
		}
	}
	switch x.end {
	case byTerminal:
		r.Terminals++
	case byLoop:
		r.Loops++
	case byLength:
		r.Full++
	case byCut:
		r.Cuts = addCut(r.Cuts, x.cut, 1)
		slices.SortFunc(r.Cuts, func(a, b Cut) int { return strings.Compare(a.Name, b.Name) })
	case byViolation:
		r.Verdict = Violated
		r.Violation = &SimViolation[S, A]{Name: s.o.Always[x.violated].Name, Walk: s.lo + uint64(item), Path: s.again(item, x.steps)}
	}
}

// again takes a walk once more, and keeps its first steps.
func (s *simulation[S, A]) again(item, steps int) Path[S, A] {
	w := s.walkers[0]
	kept := Path[S, A]{}
	w.keep, w.keepTo = &kept, steps
	w.walk(context.Background(), s.lo+uint64(item), make([]int, len(s.o.Sometimes)), &s.least, int64(item))
	w.keep = nil
	return kept
}

func (s *simulation[S, A]) report() {
	if s.o.Progress == nil || time.Since(s.reported) < s.o.ProgressEvery {
		return
	}
	s.reported = time.Now()
	s.o.Progress(SimProgress{Walks: s.r.Walks, Steps: s.r.Steps, Distinct: s.seen.estimate(), Elapsed: time.Since(s.begun)})
}
