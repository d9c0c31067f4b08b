package explore

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	noState  = ^uint32(0)    // the parent of an initial state
	maxIDs   = 1<<32 - 1<<27 // leaves room above for the provisional numbers of one batch's candidates
	fewFirst = 8             // how many terminal states a Result shows
)

var errTimeout = errors.New("timeout")

// search is the state of one run of the checker.  A state's number is its place in the order of discovery.
type search[S comparable, A any] struct {
	stepper[S, A]
	o     Options[S, A]
	hash  hasher[S]
	store store[S]
	mem   budget

	count  uint32   // states found
	next   uint32   // the first state that is not expanded
	levels []uint32 // the number of the first state of each level
	counts counts[S]
	never  []found[S] // per invariant, the first state that violates it
	seen   []found[S] // per witness, the first state that satisfies it

	begun, reported time.Time
	before          time.Duration // spent by the runs that this one resumes
	reason          string        // what ended the search early
	err             error         // if that is an error
	journal         *journal[S]

	workers []*worker[S, A]
	pool    *pool // nil with one worker
	chunks  []chunk[S]
	batch   batch[S]
	buffers uint64 // bytes of them that mem counts
}

// found is the first state of some kind; its number is noState as long as there is none.
type found[S comparable] struct {
	id    uint32
	state S
}

// worker is what one goroutine needs for itself.
type worker[S comparable, A any] struct {
	successors[S]
	actions []A
	never   []found[S] // as in search, of the states that this worker has looked at
	seen    []found[S]
}

func newSearch[S comparable, A any](sys System[S, A], o Options[S, A]) *search[S, A] {
	o.setDefaults()
	s := &search[S, A]{
		stepper: newStepper(sys, &o), o: o, hash: newHasher[S](o.tune.mask, o.Store == Compact),
		never: nobody[S](len(o.Always)), seen: nobody[S](len(o.Sometimes)),
		chunks: make([]chunk[S], (o.tune.batch+o.tune.chunk-1)/o.tune.chunk),
	}
	s.mem.limit = o.MaxMem
	s.store = newExact[S](&s.mem)
	if o.Store == Compact {
		s.store = newCompact(&s.hash, &s.mem)
	}
	for range o.Workers {
		s.workers = append(s.workers, &worker[S, A]{never: nobody[S](len(o.Always)), seen: nobody[S](len(o.Sometimes))})
	}
	return s
}

// nobody is n states that are not found.
func nobody[S comparable](n int) []found[S] { return slices.Repeat([]found[S]{{id: noState}}, n) }

// run searches until there is nothing left or something ends it, and leaves the reason for that in s.reason.
func (s *search[S, A]) run(ctx context.Context) {
	s.begun = time.Now()
	s.reported = s.begun
	if s.o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.o.Timeout, errTimeout)
		defer cancel()
	}
	if s.o.Workers > 1 {
		s.pool = newPool(s.o.Workers)
		defer s.pool.close()
	}
	s.bindPhases(ctx)
	if s.reason = s.start(); s.reason == "" {
		s.reason = s.allLevels(ctx)
	} else if s.next < s.count {
		s.levels = append(s.levels, s.next)
	}
	if s.journal != nil {
		s.journal.close()
	}
}

// start puts the initial states, or those that the directory holds, into the store.
func (s *search[S, A]) start() (reason string) {
	for k := range shardCount {
		if !s.store.room(k) {
			return ReasonMemory
		}
	}
	if !s.hash.plain && (s.o.Store != Exact || s.o.Dir != "") {
		return s.fail(errNotPlain)
	}
	if s.o.Dir != "" {
		if err := s.openJournal(); err != nil {
			return s.fail(err)
		}
	}
	return s.initial()
}

// fail ends a search for an error.
func (s *search[S, A]) fail(err error) (reason string) {
	s.err = err
	return err.Error()
}

// allLevels expands level after level.
func (s *search[S, A]) allLevels(ctx context.Context) (reason string) {
	for s.next < s.count {
		lo, hi := s.next, s.count
		s.levels = append(s.levels, lo)
		if s.o.MaxDepth > 0 && len(s.levels) > s.o.MaxDepth {
			return s.leave(ctx, lo, hi)
		}
		if s.violated() && !s.o.KeepGoing {
			return ""
		}
		if reason = s.expandLevel(ctx, lo, hi); reason == "" {
			reason = s.checkpoint()
		}
		if reason != "" {
			if s.count > hi {
				s.levels = append(s.levels, hi)
			}
			return reason
		}
	}
	return ""
}

// initial puts the initial states into the store.
func (s *search[S, A]) initial() (reason string) {
	c := &s.chunks[0]
	c.reset()
	for _, x := range s.sys.Init() {
		c.states = append(c.states, x)
		c.meta = append(c.meta, candidate{print: s.hash.sum(&x), parent: noState})
	}
	if len(c.states) == 0 {
		return "no initial state"
	}
	if s.count == 0 {
		if reason = s.commit(c); reason != "" {
			return reason
		}
	}
	for _, w := range s.workers {
		// Filled with a state that is known, the cache needs no mark for an empty place.
		w.recent = slices.Repeat([]S{c.states[0]}, recentStates[S]())
	}
	s.mergeFirst()
	if reason = s.checkpoint(); reason != "" {
		return reason
	}
	return s.full()
}

// inspect asks the predicates that no earlier state has answered of the fresh candidates of c.
func (s *search[S, A]) inspect(w *worker[S, A], c *chunk[S]) {
	if len(s.never)+len(s.seen) == 0 {
		return
	}
	id := c.first
	for i := range c.meta {
		if c.meta[i].place == 0 {
			continue
		}
		x := &c.states[i]
		for j := range s.never {
			if s.never[j].id == noState && w.never[j].id == noState && !s.o.Always[j].Holds(*x) {
				w.never[j] = found[S]{id, *x}
			}
		}
		for j := range s.seen {
			if s.seen[j].id == noState && w.seen[j].id == noState && s.o.Sometimes[j].Holds(*x) {
				w.seen[j] = found[S]{id, *x}
			}
		}
		id++
	}
}

// mergeFirst takes over what the workers found in a batch: of several finds, the one with the least number.
func (s *search[S, A]) mergeFirst() {
	merge := func(into, from []found[S]) {
		for i := range into {
			if from[i].id < into[i].id {
				into[i] = from[i]
			}
		}
	}
	for _, w := range s.workers {
		merge(s.never, w.never)
		merge(s.seen, w.seen)
	}
}

// level is how many steps away state id is.
func (s *search[S, A]) level(id uint32) int {
	level, first := slices.BinarySearch(s.levels, id)
	if !first {
		level--
	}
	return max(level, 0)
}

// expandLevel expands the states lo … hi-1.
func (s *search[S, A]) expandLevel(ctx context.Context, lo, hi uint32) (reason string) {
	for lo < hi {
		n := s.batchSize(hi - lo)
		if reason = s.expandBatch(ctx, lo, lo+n); reason != "" {
			return reason
		}
		lo += n
		s.store.pass(lo)
		s.mem.collect()
		s.report()
		if reason = s.full(); reason != "" {
			return reason
		}
	}
	return ""
}

// full is the reason to take no more states, if there is one.
func (s *search[S, A]) full() (reason string) {
	switch {
	case s.o.MaxStates > 0 && uint64(s.count) > s.o.MaxStates:
		return "max states"
	case s.count > maxIDs:
		return "no numbers left for states"
	default:
		return ""
	}
}

// batchSize is the number of states to expand next, of the n that are left in the level.  It shrinks on the way
// to MaxStates, so that the search ends with the very state that exceeds it.
func (s *search[S, A]) batchSize(n uint32) uint32 {
	n = min(n, uint32(s.o.tune.batch))
	if s.o.MaxStates > 0 {
		left := s.o.MaxStates - uint64(s.count)
		n = uint32(min(uint64(n), max(1, left/64)))
	}
	return n
}

// leave accounts for the states lo … hi-1, which are at MaxDepth: those without an action are terminal, and
// nothing was cut off there.
func (s *search[S, A]) leave(ctx context.Context, lo, hi uint32) (reason string) {
	w := s.workers[0]
	for ; lo < hi; lo = min(lo+1024, hi) {
		if ctx.Err() != nil {
			return ended(ctx)
		}
		w.from = s.store.load(w.from[:0], lo, min(lo+1024, hi))
		for i := range w.from {
			w.actions = s.enabled(w.actions[:0], &s.counts, &w.from[i], true)
		}
	}
	return ""
}

func (s *search[S, A]) violated() bool {
	return slices.ContainsFunc(s.never, func(f found[S]) bool { return f.id != noState })
}

// ended is the reason that a done context gives for the end of a search.
func ended(ctx context.Context) string {
	cause := context.Cause(ctx)
	if errors.Is(cause, errTimeout) {
		return cause.Error()
	}
	return "interrupted: " + cause.Error()
}

// report calls Progress if it is time to.
func (s *search[S, A]) report() {
	if s.o.Progress == nil || time.Since(s.reported) < s.o.ProgressEvery {
		return
	}
	s.reported = time.Now()
	s.o.Progress(Progress{
		Distinct: uint64(s.count), Generated: s.counts.generated, Depth: len(s.levels) - 1,
		Frontier: uint64(s.count - s.next), Elapsed: s.elapsed(), MemBytes: s.mem.used.Load(),
		Left: guessLeft(s.sizes(s.next)),
	})
}

func (s *search[S, A]) elapsed() time.Duration { return s.before + time.Since(s.begun) }
