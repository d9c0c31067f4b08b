package explore

import "unsafe"

// A table of fingerprints is sorted. A probe ends at the fingerprint, at a larger one, or at an empty place. So the
// table can be filled nearly completely, and it grows by reading and writing from left to right.
const (
	printBytes = 20      // the size of an entry: the fingerprint, and the tag of its parent
	tailPlaces = 64      // places past the last home, so that nothing wraps around
	fullPer32  = 28      // a shard grows when it is fuller than 28/32,
	growShare  = 8       // by one eighth
	minPrints  = 32      // entries
	noParent   = noState // the tag of an initial state's parent
)

// prints is one shard of the table. An entry without a high half is empty.
type prints struct {
	printArrays
	used int
	_    [32]byte // so that no two shards are on one cache line
}

// printArrays are the places of a shard. homes is how many of them can be the home of an entry.
type printArrays struct {
	hi, lo []uint64
	parent []uint32
	homes  int
	memory memory // where they are
}

// newPrintArrays makes places. It reports false if there is no memory for them.
func newPrintArrays(homes int, b *budget) (a printArrays, ok bool) {
	n := homes + tailPlaces
	if !b.take(uint64(n * printBytes)) {
		return a, false
	}
	a = printArrays{homes: homes, memory: allocate(n * printBytes)}
	if a.memory.bytes == nil {
		b.give(uint64(n * printBytes))
		return a, false
	}
	at := unsafe.Pointer(&a.memory.bytes[0])
	a.hi = unsafe.Slice((*uint64)(at), n)
	a.lo = unsafe.Slice((*uint64)(unsafe.Add(at, 8*n)), n)
	a.parent = unsafe.Slice((*uint32)(unsafe.Add(at, 16*n)), n)
	return a, true
}

// home is in proportion to the value of the fingerprint below the bits that chose the shard.
func (t *prints) home(hi uint64) int {
	return int(hi << shardBits >> 32 * uint64(t.homes) >> 32)
}

// find returns the place of p, or the place where it must be inserted.
func (t *prints) find(p print) (at int, found bool) {
	at = t.home(p.hi)
	for at < len(t.hi) && t.hi[at] != 0 && t.hi[at] < p.hi {
		at++
	}
	for at < len(t.hi) && t.hi[at] == p.hi && t.lo[at] < p.lo {
		at++
	}
	return at, at < len(t.hi) && t.hi[at] == p.hi && t.lo[at] == p.lo
}

// reserve makes room for n more entries. It reports false if the budget does not allow that.
func (t *prints) reserve(n int, b *budget) bool {
	for 32*(t.used+n) > fullPer32*t.homes {
		if !t.grow(b) {
			return false
		}
	}
	return true
}

// grow changes to the next size. It reports false if the budget does not allow that.
func (t *prints) grow(b *budget) bool {
	homes := t.homes
	for {
		homes += max(homes/growShare, minPrints)
		places, ok := newPrintArrays(homes, b)
		if !ok {
			return false
		}
		bigger := prints{printArrays: places, used: t.used}
		if bigger.fill(t) {
			t.drop(b)
			*t = bigger
			return true
		}
		bigger.drop(b) // too crowded at the end
	}
}

// drop frees the memory.
func (a *printArrays) drop(b *budget) {
	b.give(uint64(len(a.memory.bytes)))
	a.memory.free()
	*a = printArrays{}
}

// fill copies the entries of another table, and reports whether they fit.
func (t *prints) fill(from *prints) bool {
	next := 0
	for i, hi := range from.hi {
		if hi == 0 {
			continue
		}
		at := max(next, t.home(hi))
		if at >= len(t.hi) {
			return false
		}
		t.hi[at], t.lo[at], t.parent[at] = hi, from.lo[i], from.parent[i]
		next = at + 1
	}
	return true
}

// insert puts p at the place that find returned. It reports false if there is no place left at the end of the shard.
func (t *prints) insert(at int, p print, parent uint32) bool {
	end := at
	for end < len(t.hi) && t.hi[end] != 0 {
		end++
	}
	if end == len(t.hi) {
		return false
	}
	copy(t.hi[at+1:end+1], t.hi[at:end])
	copy(t.lo[at+1:end+1], t.lo[at:end])
	copy(t.parent[at+1:end+1], t.parent[at:end])
	t.hi[at], t.lo[at], t.parent[at] = p.hi, p.lo, parent
	t.used++
	return true
}

// add inserts p unless the table has it. It reports whether p is new, and whether the budget allowed the insertion.
func (t *prints) add(p print, parent uint32, b *budget) (fresh, ok bool) {
	for {
		at, found := t.find(p)
		if found {
			return false, true
		}
		if t.insert(at, p, parent) {
			return true, true
		}
		if !t.grow(b) {
			return false, false
		}
	}
}

// tagged yields the entries with the given tag. They may have several homes, so there may be an empty place between
// two of them.
func (t *prints) tagged(tag uint32, yield func(p print)) {
	last := t.home(uint64(tag)<<32 | 1<<32 - 1)
	for i := t.home(uint64(tag) << 32); i < len(t.hi) && uint32(t.hi[i]>>32) <= tag && (i <= last || t.hi[i] != 0); i++ {
		if t.hi[i] != 0 && uint32(t.hi[i]>>32) == tag {
			yield(print{t.hi[i], t.lo[i]})
		}
	}
}
