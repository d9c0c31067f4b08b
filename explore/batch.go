package explore

import (
	"context"
	"math/bits"
	"sync/atomic"
)

// batch is the parallel expansion of many states, in phases with all workers waiting between them:
//
//  1. expand: the workers compute the candidates of each chunk of states; nothing is written to the store;
//  2. insert: each shard takes its candidates in the order of chunks and positions. So of equal candidates,
//     the first one that a sequential search would have found wins;
//  3. settle: the winners get their numbers in the same order;
//
// then the winners are stored, one by one, and
//
//  4. inspect: the predicates are evaluated in them.
//
// Between 2 and 3, the table of an exact search holds provisional numbers. Such a number consists of the number of a
// chunk and of the position of a candidate in it.
type batch[S comparable] struct {
	lo, hi uint32
	base   uint32      // states found before the batch
	shift  uint        // a provisional number is base + chunk<<shift + position
	chunks []chunk[S]  // those of the batch
	refuse atomic.Bool // the budget did not allow a table to grow

	// The work of the phases. These closures are made once, because a new one for each batch would be allocated.
	expand, insert, settle, inspect func(worker, item int)
}

// number is the provisional number of candidate j of chunk i.
func (b *batch[S]) number(i int, j uint32) uint32 { return b.base + uint32(i)<<b.shift + j }

// candidate returns the candidate that has a provisional number.
func (b *batch[S]) candidate(id uint32) *S {
	n := id - b.base
	return &b.chunks[n>>b.shift].states[n&(1<<b.shift-1)]
}

// inShard counts the candidates of shard k.
func (b *batch[S]) inShard(k int) (n int) {
	for i := range b.chunks {
		n += len(b.chunks[i].shard(k))
	}
	return n
}

func (s *search[S, A]) bindPhases(ctx context.Context) {
	b := &s.batch
	size := uint32(s.o.tune.chunk)
	b.expand = func(worker, item int) {
		if ctx.Err() != nil {
			return
		}
		lo := b.lo + uint32(item)*size
		c := &b.chunks[item]
		s.expandChunk(s.workers[worker], c, lo, min(lo+size, b.hi))
		c.sortByShard()
	}
	b.insert = func(_, item int) {
		if !s.store.insert(item, b) {
			b.refuse.Store(true)
		}
	}
	b.settle = func(_, item int) { s.store.settle(&b.chunks[item]) }
	b.inspect = func(worker, item int) { s.inspect(s.workers[worker], &b.chunks[item]) }
}

// expandInParallel expands the batch lo … hi-1. If the batch is interrupted, or there is not enough memory for it,
// the whole batch is dropped.
func (s *search[S, A]) expandInParallel(ctx context.Context, lo, hi uint32) (reason string) {
	b := &s.batch
	size := s.o.tune.chunk
	b.lo, b.hi, b.base = lo, hi, s.count
	b.chunks = s.chunks[:(int(hi-lo)+size-1)/size]
	s.pool.each(len(b.chunks), b.expand)
	if ctx.Err() != nil {
		return ended(ctx)
	}
	most := 1
	for i := range b.chunks {
		most = max(most, len(b.chunks[i].meta))
	}
	b.shift = uint(bits.Len(uint(most - 1)))
	if uint64(len(b.chunks))<<b.shift > 1<<27-2 {
		return "too many successors for one batch"
	}
	s.pool.each(shardCount, b.insert)
	if b.refuse.Load() {
		return ReasonMemory
	}
	fresh := s.count
	for i := range b.chunks {
		b.chunks[i].first = fresh
		fresh += b.chunks[i].fresh()
	}
	if !s.store.room(fresh) {
		return ReasonMemory
	}
	s.pool.each(len(b.chunks), b.settle)
	for i := range b.chunks {
		if !s.store.keep(&b.chunks[i]) {
			return ReasonMemory
		}
	}
	s.count, s.next = fresh, hi
	s.pool.each(len(b.chunks), b.inspect)
	for i := range b.chunks {
		s.counts.add(&b.chunks[i].counts)
		if reason = s.record(&b.chunks[i]); reason != "" {
			return reason
		}
	}
	return ""
}

// sortByShard lists the candidates of c by shard, keeping their order within each.
func (c *chunk[S]) sortByShard() {
	for i := range c.meta {
		c.start[shardOf(c.meta[i].print.hi)+1]++
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
		k := shardOf(c.meta[i].print.hi)
		c.order[at[k]] = uint32(i)
		at[k]++
	}
}

// shard lists the candidates of c that belong to shard k.
func (c *chunk[S]) shard(k int) []uint32 { return c.order[c.start[k]:c.start[k+1]] }
