package explore

import (
	"context"
	"slices"
	"time"
)

const (
	noState  = ^uint32(0)    // the parent of an initial state
	maxIDs   = 1<<32 - 1<<27 // the numbers above are for the provisional numbers of a batch
	fewFirst = 8             // how many terminal states a Result shows
)

// search is the [space] in memory. A state's number is its place in the order of discovery.
type search[S comparable, A any] struct {
	common[S, A]
	hash  hasher[S]
	store store[S]
	mem   budget

	count  uint32   // states found
	next   uint32   // the first state that is not expanded
	levels []uint32 // the number of the first state of each level; the last one is the current level

	reported time.Time
	journal  *journal[S]

	workers []*worker[S, A]
	pool    *pool // nil with one worker
	chunks  []chunk[S]
	batch   batch[S]
	buffers uint64 // their bytes that mem has counted
}

// worker is what one goroutine needs for itself.
type worker[S comparable, A any] struct {
	successors[S]
	actions    []A
	violations []found[S] // as in search, among the states that this worker has inspected
	witnesses  []found[S]
}

func newSearch[S comparable, A any](sys System[S, A], o Options[S, A]) *search[S, A] {
	s := &search[S, A]{common: newCommon(sys, o)}
	o = s.o
	s.hash, s.mem.limit = newHasher[S](o.tune.mask, o.Store == Compact), o.MaxMem
	s.chunks = make([]chunk[S], (o.tune.batch+o.tune.chunk-1)/o.tune.chunk)
	s.store = newExact[S](&s.mem)
	if o.Store == Compact {
		s.store = newCompact(&s.hash, &s.mem)
	}
	for range o.Workers {
		s.workers = append(s.workers, &worker[S, A]{violations: noneFound[S](len(o.Always)), witnesses: noneFound[S](len(o.Sometimes))})
	}
	return s
}

func (s *search[S, A]) begin(ctx context.Context) (reason string) {
	s.reported = s.begun
	if s.o.Workers > 1 {
		s.pool = newPool(s.o.Workers)
	}
	s.bindPhases(ctx)
	reason = s.start()
	if s.next < s.count {
		s.levels = append(s.levels, s.next)
	}
	return reason
}

func (s *search[S, A]) close() {
	if s.pool != nil {
		s.pool.close()
	}
	if s.journal != nil {
		s.journal.close()
	}
	s.store.close()
}

// start stores the initial states, or the states from the directory.
func (s *search[S, A]) start() (reason string) {
	for k := range shardCount {
		if !s.store.reserve(k) {
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

func (s *search[S, A]) level(ctx context.Context, leaf bool) (reason string) {
	lo, hi := s.next, s.count
	if leaf {
		return s.leave(ctx, lo, hi)
	}
	reason = s.expandOrLocate(ctx, lo, hi)
	if s.count > hi {
		s.levels = append(s.levels, hi)
	}
	if reason == "" {
		reason = s.checkpoint()
	}
	return reason
}

// expandOrLocate expands a level. If the system panics, it finds the state in which it does.
func (s *search[S, A]) expandOrLocate(ctx context.Context, lo, hi uint32) (reason string) {
	defer func() {
		if r := recover(); r != nil {
			s.locate(lo, hi, r)
		}
	}()
	return s.expandLevel(ctx, lo, hi)
}

func (s *search[S, A]) waiting() uint64 { return uint64(s.count - s.next) }

func (s *search[S, A]) sizes() []uint64 { return s.sizesUntil(s.count) }

func (s *search[S, A]) ancestors(f found[S]) ([]layer[S], error) {
	return s.store.ancestors(f.id, f.state, s.depth(f.id)), nil
}

func (s *search[S, A]) used(r *Result[S, A]) {
	r.MemBytes, r.PeakBytes = s.mem.used.Load(), s.mem.peak.Load()
}

// initial stores the initial states.
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
		// The cache is filled with a known state, so it needs no mark for an empty place.
		w.recent = slices.Repeat([]S{c.states[0]}, recentStates[S]())
	}
	s.mergeFirst()
	if reason = s.checkpoint(); reason != "" {
		return reason
	}
	return s.full()
}

// inspect evaluates the predicates that have no answer yet in the fresh candidates of c.
func (s *search[S, A]) inspect(w *worker[S, A], c *chunk[S]) {
	if len(s.violations)+len(s.witnesses) == 0 {
		return
	}
	id := c.first
	for i := range c.meta {
		if c.meta[i].place == 0 {
			continue
		}
		x := &c.states[i]
		for j := range s.violations {
			if s.violations[j].id == noState && w.violations[j].id == noState && !s.o.Always[j].Holds(*x) {
				w.violations[j] = found[S]{id, *x}
			}
		}
		for j := range s.witnesses {
			if s.witnesses[j].id == noState && w.witnesses[j].id == noState && s.o.Sometimes[j].Holds(*x) {
				w.witnesses[j] = found[S]{id, *x}
			}
		}
		id++
	}
}

// mergeFirst merges what the workers found in a batch: of several states, the one with the least number counts.
func (s *search[S, A]) mergeFirst() {
	merge := func(into, from []found[S]) {
		for i := range into {
			if from[i].id < into[i].id {
				into[i] = from[i]
			}
		}
	}
	for _, w := range s.workers {
		merge(s.violations, w.violations)
		merge(s.witnesses, w.witnesses)
	}
}

// depth is the distance of state id from the initial states, in steps.
func (s *search[S, A]) depth(id uint32) int {
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
		s.store.release(lo)
		s.mem.collect()
		s.report()
		if reason = s.full(); reason != "" {
			return reason
		}
	}
	return ""
}

// full returns why no more states can be stored, or "".
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

// batchSize is the number of states to expand next, out of n that are left in the level. Near MaxStates it shrinks,
// so that the search ends exactly with the state that exceeds the limit.
func (s *search[S, A]) batchSize(n uint32) uint32 {
	n = min(n, uint32(s.o.tune.batch))
	if s.o.MaxStates > 0 {
		left := s.o.MaxStates - uint64(s.count)
		n = uint32(min(uint64(n), max(1, left/64)))
	}
	return n
}

// leave counts the states lo … hi-1, which are at MaxDepth. A state without an action is terminal, and nothing was cut
// off there.
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

// report calls Progress if it is due.
func (s *search[S, A]) report() {
	if s.o.Progress == nil || time.Since(s.reported) < s.o.ProgressEvery {
		return
	}
	s.reported = time.Now()
	s.o.Progress(Progress{
		Distinct: uint64(s.count), Generated: s.counts.generated, Depth: len(s.levels) - 1,
		Frontier: s.waiting(), Elapsed: s.elapsed(), MemBytes: s.mem.used.Load(),
		Left: guessLeft(s.sizesUntil(s.next)),
	})
}
