package explore

import "unsafe"

// A table of fingerprints is kept in order: what is probed for is either found, or a larger one or an empty place is
// met in its stead. So it can be filled to the brim, and grows by reading and writing from left to right.
const (
	printBytes = 20      // what an entry takes: the fingerprint, and the tag of its parent
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
	_    [32]byte // each on cache lines of its own
}

// printArrays are the places of a shard; homes is how many of them are some entry's home.
type printArrays struct {
	hi, lo []uint64
	parent []uint32
	homes  int
	memory []byte // where they are
}

// newPrintArrays makes places, or reports that there is no memory for them.
func newPrintArrays(homes int, b *budget) (a printArrays, ok bool) {
	n := homes + tailPlaces
	if !b.take(uint64(n * printBytes)) {
		return a, false
	}
	a = printArrays{homes: homes, memory: allocate(n * printBytes)}
	if a.memory == nil {
		b.give(uint64(n * printBytes))
		return a, false
	}
	at := unsafe.Pointer(&a.memory[0])
	a.hi = unsafe.Slice((*uint64)(at), n)
	a.lo = unsafe.Slice((*uint64)(unsafe.Add(at, 8*n)), n)
	a.parent = unsafe.Slice((*uint32)(unsafe.Add(at, 16*n)), n)
	return a, true
}

// home is in proportion to what the fingerprint has below the bits that chose the shard.
func (t *prints) home(hi uint64) int {
	return int(hi << shardBits >> 32 * uint64(t.homes) >> 32)
}

// find returns where p is, or where it would have to be inserted.
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

// reserve makes room for n more entries, as far as the budget allows, and reports whether it did.
func (t *prints) reserve(n int, b *budget) bool {
	for 32*(t.used+n) > fullPer32*t.homes {
		if !t.grow(b) {
			return false
		}
	}
	return true
}

// grow goes to the next size, as far as the budget allows, and reports whether it did.
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

// drop gives the memory back.
func (a *printArrays) drop(b *budget) {
	if a.memory != nil {
		b.give(uint64(len(a.memory)))
		free(a.memory)
	}
	*a = printArrays{}
}

// fill takes the entries of another table, and reports whether they fit.
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

// insert puts p where find said, and reports whether that could be done: at the end of a crowded shard it cannot.
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

// add inserts p unless it is there, and reports whether it was not, and whether the budget allowed it.
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

// tagged yields the entries whose tag is given. Their homes may be several, so that there may be an empty place before
// the last of them.
func (t *prints) tagged(tag uint32, yield func(p print)) {
	last := t.home(uint64(tag)<<32 | 1<<32 - 1)
	for i := t.home(uint64(tag) << 32); i < len(t.hi) && uint32(t.hi[i]>>32) <= tag && (i <= last || t.hi[i] != 0); i++ {
		if t.hi[i] != 0 && uint32(t.hi[i]>>32) == tag {
			yield(print{t.hi[i], t.lo[i]})
		}
	}
}
