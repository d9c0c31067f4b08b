package explore

import (
	"context"
	"math/bits"
	"unsafe"
)

// candidate is a successor that was not in the table when its parent was expanded.  Its state is in the slice
// that runs beside.
type candidate struct {
	hash   uint64
	parent uint32
	place  uint32 // once inserted: one plus its place in the shard; zero if another candidate came first
}

// chunk is what expanding a few neighbouring states gave.  Nothing in it depends on who expanded them.
type chunk[S comparable] struct {
	states []S
	meta   []candidate

	order []uint32               // candidates by shard, and in order within a shard
	start [shardCount + 1]uint32 // where each shard's part of order begins
	first uint32                 // the number that the first fresh candidate gets

	generated, terminals, loops uint64
	firstTerminals              []uint32
	cuts                        []Cut
}

func (c *chunk[S]) reset() {
	*c = chunk[S]{
		states: c.states[:0], meta: c.meta[:0], order: c.order[:0],
		firstTerminals: c.firstTerminals[:0], cuts: c.cuts[:0],
	}
}

// recentBytes is the size of a worker's cache of recent states: a part of what the processor caches for it.
const recentBytes = 256 << 10

func recentStates[S any]() int {
	var zero S
	n := max(64, recentBytes/max(1, unsafe.Sizeof(zero)))
	return 1 << (bits.Len(uint(n)) - 1)
}

// expandChunk fills c with the candidates that the states lo … hi-1 give.  It reads the tables and writes none.
//
// Successors are made, then looked up, all of them at once: the lookups do not depend on each other, so the
// processor waits for many of them at a time.
func (s *search[S, A]) expandChunk(w *worker[S, A], c *chunk[S], lo, hi uint32) {
	c.reset()
	w.next, w.meta = w.next[:0], w.meta[:0]
	for id := lo; id < hi; id++ {
		x := *s.states.at(id)
		if name := s.cutName(x); name != "" {
			c.cuts = addCut(c.cuts, name, 1)
			continue
		}
		w.actions = s.sys.Actions(w.actions[:0], x)
		if len(w.actions) == 0 {
			c.terminals++
			c.firstTerminals = appendFew(c.firstTerminals, id)
			continue
		}
		c.generated += uint64(len(w.actions))
		if s.successors(w, x, id) == len(w.actions) {
			c.loops++
		}
	}
	s.lookUp(w, c)
}

// successors appends those successors of x, which has number id, that may be new, and returns how many are x.
func (s *search[S, A]) successors(w *worker[S, A], x S, id uint32) (same int) {
	mask := uint64(len(w.recent) - 1)
	for _, a := range w.actions {
		n := len(w.next)
		w.next = append(w.next, s.sys.Step(x, a))
		to := &w.next[n]
		if *to == x {
			same++
			w.next = w.next[:n]
			continue
		}
		// A state in the cache is visited, or a candidate of this chunk or of one before it.
		hash := s.hash.sum(to)
		known := &w.recent[hash>>8&mask]
		if *known == *to {
			w.next = w.next[:n]
			continue
		}
		*known = *to
		w.meta = append(w.meta, candidate{hash: hash, parent: id})
	}
	return same
}

// lookUp moves the successors that are not visited to c.
func (s *search[S, A]) lookUp(w *worker[S, A], c *chunk[S]) {
	w.probes = w.probes[:0]
	for i := range w.meta {
		t := &s.table[shardOf(w.meta[i].hash)]
		w.probes = append(w.probes, t.slots[t.home(w.meta[i].hash)])
	}
	for i := range w.meta {
		if !s.visited(w.meta[i].hash, &w.next[i], w.probes[i]) {
			c.states = append(c.states, w.next[i])
			c.meta = append(c.meta, w.meta[i])
		}
	}
}

// visited reports whether the table has state x; probe is the slot at its home.
func (s *search[S, A]) visited(hash uint64, x *S, probe slot) bool {
	if probe == 0 {
		return false
	}
	if probe.matches(hash) && *s.states.at(probe.id()) == *x {
		return true
	}
	t := &s.table[shardOf(hash)]
	for i := t.next(t.home(hash)); ; i = t.next(i) {
		probe := t.slots[i]
		if probe == 0 {
			return false
		}
		if probe.matches(hash) && *s.states.at(probe.id()) == *x {
			return true
		}
	}
}

// expandBatch expands the states lo … hi-1 and numbers what it finds.
func (s *search[S, A]) expandBatch(ctx context.Context, lo, hi uint32) (reason string) {
	if s.pool != nil && int(hi-lo) >= s.o.tune.direct {
		reason = s.expandInParallel(ctx, lo, hi)
	} else {
		reason = s.expandDirectly(ctx, lo, hi)
	}
	s.mergeFirst()
	if reason == "" && !s.accountBuffers() {
		reason = "memory"
	}
	return reason
}

// expandDirectly is the batch done by one goroutine, chunk by chunk.
func (s *search[S, A]) expandDirectly(ctx context.Context, lo, hi uint32) (reason string) {
	c := &s.chunks[0]
	for lo < hi {
		if ctx.Err() != nil {
			return ended(ctx)
		}
		n := min(hi-lo, uint32(s.o.tune.chunk))
		s.expandChunk(s.workers[0], c, lo, lo+n)
		if !s.commit(c) {
			return "memory"
		}
		s.tally(c)
		lo += n
		s.next = lo
		if s.count > maxIDs {
			return s.full()
		}
	}
	return ""
}

// tally adds up what the expansion of c counted.
func (s *search[S, A]) tally(c *chunk[S]) {
	s.generated += c.generated
	s.terminals += c.terminals
	s.loops += c.loops
	for _, id := range c.firstTerminals {
		s.firstTerminals = appendFew(s.firstTerminals, id)
	}
	for _, cut := range c.cuts {
		s.cuts = addCut(s.cuts, cut.Name, cut.States)
	}
}

// appendFew appends id if the list is still short.
func appendFew(list []uint32, id uint32) []uint32 {
	if len(list) < fewFirst {
		list = append(list, id)
	}
	return list
}

// addCut counts n states under name.  There are a handful of bounds, so a list does.
func addCut(cuts []Cut, name string, n uint64) []Cut {
	for i := range cuts {
		if cuts[i].Name == name {
			cuts[i].States += n
			return cuts
		}
	}
	return append(cuts, Cut{Name: name, States: n})
}
