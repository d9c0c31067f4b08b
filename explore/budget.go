package explore

import (
	"runtime"
	"sync/atomic"
)

// budget accounts for the memory of a search.
type budget struct {
	limit uint64 // none if zero
	used  atomic.Uint64
	peak  atomic.Uint64 // the most that was used at any time
	freed atomic.Uint64 // bytes dropped since the last collection
}

// take reports whether n bytes more are within the limit, and if so counts them.
func (b *budget) take(n uint64) bool {
	used := b.used.Add(n)
	if b.limit != 0 && used > b.limit {
		b.give(n)
		return false
	}
	for {
		peak := b.peak.Load()
		if used <= peak || b.peak.CompareAndSwap(peak, used) {
			return true
		}
	}
}

func (b *budget) give(n uint64) { b.used.Add(-n) }

// collect runs the garbage collector if a large part of the heap consists of tables that were replaced by larger
// ones. Otherwise the collector would wait until they are as large as all memory in use.
func (b *budget) collect() {
	const least = 32 << 20
	if f := b.freed.Load(); f > least && f > b.used.Load()/32 {
		runtime.GC()
		b.freed.Store(0)
	}
}
