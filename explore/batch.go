package explore

import (
	"context"
	"math/bits"
	"sync/atomic"
)

// batch is the parallel expansion of many states, in three phases with all workers waiting between them:
//
//  1. expand: chunks of states give candidates, while nobody writes the tables;
//  2. insert: each shard takes its candidates in the order of chunks and positions, so of equal candidates the
//     one that a sequential search would have met first wins;
//  3. settle: the winners get their numbers in that same order, and move to the arenas.
//
// Between 2 and 3 a slot holds a provisional number: that of the chunk and of the candidate in it.
type batch struct {
	lo, hi uint32
	base   uint32      // states found before the batch
	shift  uint        // a provisional number is base + chunk<<shift + position
	inUse  int         // chunks of the batch
	refuse atomic.Bool // the budget did not allow a table to grow

	// The work of the phases.  They are made once: a closure for each batch would be an allocation for each.
	expand, insert, settle func(worker, item int)
}

// candidate tells chunk and position from a provisional number.
func (b *batch) candidate(id uint32) (chunk, item uint32) {
	n := id - b.base
	return n >> b.shift, n & (1<<b.shift - 1)
}

func (s *search[S, A]) bindPhases(ctx context.Context) {
	b := &s.batch
	size := uint32(s.o.tune.chunk)
	b.expand = func(worker, item int) {
		if ctx.Err() != nil {
			return
		}
		lo := b.lo + uint32(item)*size
		c := &s.chunks[item]
		s.expandChunk(s.workers[worker], c, lo, min(lo+size, b.hi))
		c.sortByShard()
	}
	b.insert = func(_, item int) { s.insertShard(item) }
	b.settle = func(worker, item int) { s.settleChunk(s.workers[worker], &s.chunks[item]) }
}

// expandInParallel does the batch lo … hi-1.  A batch that is interrupted, or for which there is no memory, is
// dropped as a whole.
func (s *search[S, A]) expandInParallel(ctx context.Context, lo, hi uint32) (reason string) {
	b := &s.batch
	b.lo, b.hi, b.base = lo, hi, s.count
	size := s.o.tune.chunk
	chunks := s.chunks[:(int(hi-lo)+size-1)/size]
	s.pool.each(len(chunks), b.expand)
	if ctx.Err() != nil {
		return ended(ctx)
	}
	most := 1
	for i := range chunks {
		most = max(most, len(chunks[i].meta))
	}
	b.shift = uint(bits.Len(uint(most - 1)))
	if uint64(len(chunks))<<b.shift > 1<<27-2 {
		return "too many successors for one batch"
	}
	b.inUse = len(chunks)
	s.pool.each(shardCount, b.insert)
	if b.refuse.Load() {
		return "memory"
	}
	fresh := s.count
	for i := range chunks {
		chunks[i].first = fresh
		fresh += chunks[i].fresh()
	}
	if !s.makeRoom(fresh) {
		return "memory"
	}
	s.pool.each(len(chunks), b.settle)
	s.count, s.next = fresh, hi
	for i := range chunks {
		s.tally(&chunks[i])
	}
	return ""
}

// sortByShard lists the candidates of c by shard, keeping their order within each.
func (c *chunk[S]) sortByShard() {
	for i := range c.meta {
		c.start[shardOf(c.meta[i].hash)+1]++
	}
	for k := range shardCount {
		c.start[k+1] += c.start[k]
	}
	if cap(c.order) < len(c.meta) {
		c.order = make([]uint32, 0, cap(c.meta))
	}
	c.order = c.order[:len(c.meta)]
	at := c.start
	for i := range c.meta {
		k := shardOf(c.meta[i].hash)
		c.order[at[k]] = uint32(i)
		at[k]++
	}
}

// fresh counts the candidates that were inserted.
func (c *chunk[S]) fresh() (n uint32) {
	for i := range c.meta {
		if c.meta[i].place != 0 {
			n++
		}
	}
	return n
}

// insertShard puts the candidates that belong to shard k into it.
func (s *search[S, A]) insertShard(k int) {
	b, t := &s.batch, &s.table[k]
	chunks := s.chunks[:b.inUse]
	need := 0
	for i := range chunks {
		need += int(chunks[i].start[k+1] - chunks[i].start[k])
	}
	if !t.reserve(need, &s.mem) {
		b.refuse.Store(true)
		return
	}
	for i := range chunks {
		c := &chunks[i]
		for _, j := range c.order[c.start[k]:c.start[k+1]] {
			id := b.base + uint32(i)<<b.shift + j
			c.meta[j].place = s.claim(t, c.meta[j].hash, &c.states[j], id, b)
		}
	}
}

// settleChunk gives the inserted candidates of c their numbers.
func (s *search[S, A]) settleChunk(w *worker[S, A], c *chunk[S]) {
	id := c.first
	for i := range c.meta {
		m := &c.meta[i]
		if m.place == 0 {
			continue
		}
		s.table[shardOf(m.hash)].slots[m.place-1] = newSlot(m.hash, id)
		s.store(w, id, m.parent, &c.states[i])
		id++
	}
}
