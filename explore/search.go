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

// search is the state of one run of the checker.  A state's number is its place in the order of discovery; states,
// parents and the table speak of states by that number.
type search[S comparable, A any] struct {
	sys  System[S, A]
	o    Options[S, A]
	hash hasher[S]

	count   uint32 // states found
	next    uint32 // the first state that is not expanded
	states  arena[S]
	parents arena[uint32]
	table   [shardCount]shard
	mem     budget

	levels []uint32 // the number of the first state of each level

	generated, terminals, loops uint64
	firstTerminals              []uint32
	cuts                        []Cut
	never                       []uint32 // per invariant, the first state that violates it, or noState
	seen                        []uint32 // per witness, the first state that satisfies it, or noState

	begun, reported time.Time
	reason          string // what ended the search early

	workers []*worker[S, A]
	pool    *pool // nil with one worker
	chunks  []chunk[S]
	batch   batch
	buffers uint64 // bytes of them that mem counts
}

// worker is what one goroutine needs for itself.
type worker[S comparable, A any] struct {
	actions []A
	next    []S         // the successors of the states of a chunk
	meta    []candidate // one for each of next
	probes  []slot      // the first slot that each of next meets
	recent  []S         // a cache, by hash, of states known to need no more attention
	never   []uint32    // as in search, of the states that this worker has stored
	seen    []uint32
}

func newSearch[S comparable, A any](sys System[S, A], o Options[S, A]) *search[S, A] {
	o.setDefaults()
	s := &search[S, A]{
		sys: sys, o: o, hash: newHasher[S](o.tune.mask),
		states: newArena[S](), parents: newArena[uint32](),
		never: nobody(len(o.Always)), seen: nobody(len(o.Sometimes)),
		chunks: make([]chunk[S], (o.tune.batch+o.tune.chunk-1)/o.tune.chunk),
	}
	s.mem.limit = o.MaxMem
	for range o.Workers {
		s.workers = append(s.workers, &worker[S, A]{
			never: nobody(len(o.Always)), seen: nobody(len(o.Sometimes)),
		})
	}
	return s
}

// nobody is a slice of n times noState.
func nobody(n int) []uint32 { return slices.Repeat([]uint32{noState}, n) }

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
	if s.reason = s.initial(); s.reason != "" {
		return
	}
	for lo, hi := uint32(0), s.count; lo < hi; lo, hi = hi, s.count {
		s.levels = append(s.levels, lo)
		if s.o.MaxDepth > 0 && len(s.levels) > s.o.MaxDepth {
			s.reason = s.leave(ctx, lo, hi)
			return
		}
		if s.violated() && !s.o.KeepGoing {
			return
		}
		if s.reason = s.level(ctx, lo, hi); s.reason != "" {
			if s.count > hi {
				s.levels = append(s.levels, hi)
			}
			return
		}
	}
}

// initial puts the initial states into the tables.
func (s *search[S, A]) initial() (reason string) {
	for i := range s.table {
		if !s.table[i].reserve(1, &s.mem) {
			return "memory"
		}
	}
	c := &s.chunks[0]
	c.reset()
	for _, x := range s.sys.Init() {
		c.states = append(c.states, x)
		c.meta = append(c.meta, candidate{parent: noState})
	}
	for i := range c.meta {
		c.meta[i].hash = s.hash.sum(&c.states[i])
	}
	if len(c.states) == 0 {
		return "no initial state"
	}
	if !s.commit(c) {
		return "memory"
	}
	for _, w := range s.workers {
		// Filled with a state that is known, the cache needs no mark for an empty place.
		w.recent = slices.Repeat([]S{c.states[0]}, recentStates[S]())
	}
	s.mergeFirst()
	return s.full()
}

// level expands the states lo … hi-1.
func (s *search[S, A]) level(ctx context.Context, lo, hi uint32) (reason string) {
	for lo < hi {
		n := s.batchSize(hi - lo)
		if reason = s.expandBatch(ctx, lo, lo+n); reason != "" {
			return reason
		}
		lo += n
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
	for id := lo; id < hi; id++ {
		if id%1024 == 0 && ctx.Err() != nil {
			return ended(ctx)
		}
		x := *s.states.at(id)
		w.actions = s.sys.Actions(w.actions[:0], x)
		switch name := s.cutName(x); {
		case name != "":
			s.cuts = addCut(s.cuts, name, 1)
		case len(w.actions) > 0:
			s.cuts = addCut(s.cuts, CutMaxDepth, 1)
		default:
			s.terminals++
			s.firstTerminals = appendFew(s.firstTerminals, id)
		}
	}
	return ""
}

func (s *search[S, A]) cutName(x S) string {
	if s.o.Cut == nil {
		return ""
	}
	return s.o.Cut(x)
}

func (s *search[S, A]) violated() bool {
	return slices.ContainsFunc(s.never, func(id uint32) bool { return id != noState })
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
		Distinct: uint64(s.count), Generated: s.generated, Depth: len(s.levels) - 1,
		Frontier: uint64(s.count - s.next), Elapsed: time.Since(s.begun), MemBytes: s.mem.used.Load(),
	})
}
