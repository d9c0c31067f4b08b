package explore

import (
	"context"
	"maps"
	"math/bits"
	"slices"
	"unsafe"
)

// candidate is a successor that was not in the table when its parent was expanded. The slice of states has its state
// at the same index.
type candidate struct {
	print  print  // its fingerprint, or a hash in the high half
	parent uint32 // as the store names it
	place  uint32 // not zero once it is stored; it stays zero if an equal candidate came first
}

// chunk is the result of expanding a few neighbouring states. It does not depend on which worker expanded them.
type chunk[S comparable] struct {
	states []S
	meta   []candidate

	order []uint32               // candidates by shard, and in order within a shard
	start [shardCount + 1]uint32 // where each shard's part of order begins
	first uint32                 // the number that the first fresh candidate gets

	counts[S]
}

// counts are the numbers that are counted while states are expanded.
type counts[S comparable] struct {
	generated, terminals, loops uint64
	firstTerminals              []S
	cuts                        []Cut
	ends                        map[string]uint64
}

func (c *counts[S]) reset() {
	clear(c.ends)
	*c = counts[S]{firstTerminals: c.firstTerminals[:0], cuts: c.cuts[:0], ends: c.ends}
}

// add adds the counts of another expansion.
func (c *counts[S]) add(d *counts[S]) {
	c.generated += d.generated
	c.terminals += d.terminals
	c.loops += d.loops
	for i := range d.firstTerminals {
		c.firstTerminals = appendFew(c.firstTerminals, &d.firstTerminals[i])
	}
	for _, cut := range d.cuts {
		c.cuts = addCut(c.cuts, cut.Name, cut.States)
	}
	for name, n := range d.ends {
		c.end(name, n)
	}
}

// clone is a copy that can be added to.
func (c *counts[S]) clone() counts[S] {
	d := *c
	d.firstTerminals, d.cuts, d.ends = slices.Clone(c.firstTerminals), slices.Clone(c.cuts), maps.Clone(c.ends)
	return d
}

func (c *counts[S]) end(name string, n uint64) {
	if c.ends == nil {
		c.ends = map[string]uint64{}
	}
	c.ends[name] += n
}

func (c *chunk[S]) reset() {
	c.states, c.meta, c.order = c.states[:0], c.meta[:0], c.order[:0]
	c.start, c.first = [shardCount + 1]uint32{}, 0
	c.counts.reset()
}

// fresh counts the candidates that were stored.
func (c *chunk[S]) fresh() (n uint32) {
	for i := range c.meta {
		if c.meta[i].place != 0 {
			n++
		}
	}
	return n
}

// successors is the memory of a worker for the states of a chunk and their successors.
type successors[S comparable] struct {
	from    []S
	states  []S
	meta    []candidate // one for each of states
	probes  []slot      // the first slot at which each of states is looked up
	glances []uint64    // the same in a table of fingerprints
	recent  []S         // a cache, by hash, of states that are stored, or are candidates already
}

// recentBytes is the size of a worker's cache of recent states. It fits into a part of the processor's cache.
const recentBytes = 256 << 10

func recentStates[S any]() int {
	var zero S
	n := max(64, recentBytes/max(1, unsafe.Sizeof(zero)))
	return 1 << (bits.Len(uint(n)) - 1)
}

// expandChunk fills c with the candidates of the states lo … hi-1. It reads the store, and does not write to it.
func (s *search[S, A]) expandChunk(w *worker[S, A], c *chunk[S], lo, hi uint32) {
	c.reset()
	w.states, w.meta = w.states[:0], w.meta[:0]
	w.from = s.store.load(w.from[:0], lo, hi)
	for i := range w.from {
		x := &w.from[i]
		w.actions = s.enabled(w.actions[:0], &c.counts, x, false)
		if n := len(w.actions); n > 0 && s.successors(w, x, s.store.parentRef(lo+uint32(i), x)) == n {
			c.loops++
		}
	}
	s.store.lookUp(&w.successors, c)
}

// successors appends the successors of x that may be new, and returns how many successors are x itself.
func (s *search[S, A]) successors(w *worker[S, A], x *S, parent uint32) (same int) {
	n := len(w.states)
	w.states = s.step(w.states, x, w.actions)
	mask := uint64(len(w.recent) - 1)
	for i := n; i < len(w.states); i++ {
		to := &w.states[i]
		if *to == *x {
			same++
			continue
		}
		// A state in the cache is stored, or it is a candidate of this chunk or of an earlier one.
		print := s.hash.sum(to)
		known := &w.recent[print.hi>>8&mask]
		if *known == *to {
			continue
		}
		*known = *to
		w.meta = append(w.meta, candidate{print: print, parent: parent})
		if n != i {
			w.states[n] = *to
		}
		n++
	}
	w.states = w.states[:n]
	return same
}

// expandBatch expands the states lo … hi-1 and gives numbers to the states that it finds.
func (s *search[S, A]) expandBatch(ctx context.Context, lo, hi uint32) (reason string) {
	if s.pool != nil && int(hi-lo) >= s.o.tune.direct {
		reason = s.expandInParallel(ctx, lo, hi)
	} else {
		reason = s.expandDirectly(ctx, lo, hi)
	}
	s.mergeFirst()
	if reason == "" && !s.accountBuffers() {
		reason = ReasonMemory
	}
	return reason
}

// expandDirectly expands the batch in one goroutine, chunk by chunk.
func (s *search[S, A]) expandDirectly(ctx context.Context, lo, hi uint32) (reason string) {
	c := &s.chunks[0]
	for lo < hi {
		if ctx.Err() != nil {
			return ended(ctx)
		}
		n := min(hi-lo, uint32(s.o.tune.chunk))
		s.expandChunk(s.workers[0], c, lo, lo+n)
		if reason = s.commit(c); reason != "" {
			return reason
		}
		s.counts.add(&c.counts)
		lo += n
		s.next = lo
		if s.count > maxIDs {
			return s.full()
		}
	}
	return ""
}

// commit stores the fresh candidates of c and inspects them.
func (s *search[S, A]) commit(c *chunk[S]) (reason string) {
	c.first = s.count
	done := s.store.commit(c)
	s.count += c.fresh()
	s.inspect(s.workers[0], c)
	if !done {
		return ReasonMemory
	}
	return s.record(c)
}

// appendFew appends x if the list is still short.
func appendFew[S any](list []S, x *S) []S {
	if len(list) < fewFirst {
		list = append(list, *x)
	}
	return list
}

// addCut counts n states under name. There are only a few bounds, so a list is fast enough.
func addCut(cuts []Cut, name string, n uint64) []Cut {
	for i := range cuts {
		if cuts[i].Name == name {
			cuts[i].States += n
			return cuts
		}
	}
	return append(cuts, Cut{Name: name, States: n})
}

// candidateBytes is the size of a candidate.
const candidateBytes = 24
