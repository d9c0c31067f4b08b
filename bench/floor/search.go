package main

import (
	"sync"
	"sync/atomic"
)

// count is what a search found.
type count struct {
	distinct, generated uint64
	depth               int
}

// firstSlots is the size of the first table. It grows fourfold, between levels.
const firstSlots = 1 << 16

// share is how many states a worker takes at a time.
const share = 256

// search visits every reachable state, level by level.
func search(b bounds, workers int) count {
	t := newTable(firstSlots)
	level := []uint64{pack(first(b))}
	t.insert(level[0])
	c := count{distinct: 1}
	for {
		// Room for eight fresh states of each expanded one. More than that on average would fill the table,
		// and no level of minitcp comes near it past the first few, where the table is almost empty.
		if c.distinct+uint64(len(level))*8 > t.size()*3/4 {
			t = t.grown()
		}
		next, generated := expand(b, t, level, workers)
		c.generated += generated
		if len(next) == 0 {
			return c
		}
		c.distinct += uint64(len(next))
		c.depth++
		level = next
	}
}

// expand inserts the successors of a level and returns the fresh ones, in no particular order.
func expand(b bounds, t *table, level []uint64, workers int) (next []uint64, generated uint64) {
	fresh := make([][]uint64, workers)
	var taken atomic.Int64
	var total atomic.Uint64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			var out, buf []uint64
			var n uint64
			for {
				lo := taken.Add(share) - share
				if lo >= int64(len(level)) {
					break
				}
				for _, v := range level[lo:min(lo+share, int64(len(level)))] {
					s := unpack(v)
					buf = b.successors(buf[:0], &s)
					n += uint64(len(buf))
					for _, x := range buf {
						if t.insert(x) {
							out = append(out, x)
						}
					}
				}
			}
			fresh[w] = out
			total.Add(n)
		})
	}
	wg.Wait()
	next = fresh[0]
	for _, out := range fresh[1:] {
		next = append(next, out...)
	}
	return next, total.Load()
}

// table is a set of words without zero.
type table struct{ slots []uint64 }

func newTable(size int) *table { return &table{make([]uint64, size)} }

func (t *table) size() uint64 { return uint64(len(t.slots)) }

func (t *table) grown() *table {
	g := newTable(4 * len(t.slots))
	for _, v := range t.slots {
		if v != 0 {
			g.insert(v)
		}
	}
	return g
}

// insert reports whether v is new.
func (t *table) insert(v uint64) bool {
	mask := t.size() - 1
	for i := mix(v) & mask; ; i = (i + 1) & mask {
		x := atomic.LoadUint64(&t.slots[i])
		if x == 0 && atomic.CompareAndSwapUint64(&t.slots[i], 0, v) {
			return true
		}
		if x == 0 {
			x = atomic.LoadUint64(&t.slots[i]) // another worker was first
		}
		if x == v {
			return false
		}
	}
}

// mix spreads the bits of a word: two rounds of multiplication and xor-shift.
func mix(x uint64) uint64 {
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	x ^= x >> 32
	x *= 0xd6e8feb86659fd93
	return x ^ x>>32
}
