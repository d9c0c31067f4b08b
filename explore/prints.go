package explore

import "sync"

// A table of fingerprints is kept in order: what is probed for is either found, or a larger one or an empty place is
// met in its stead.  So it can be filled to the brim, and grows by reading and writing from left to right.
const (
	printBytes = 20      // what an entry takes: the fingerprint, and the tag of its parent
	tailPlaces = 64      // places past the last home, so that nothing wraps around
	fullPer32  = 31      // a shard grows when it is fuller than 31/32,
	growShare  = 20      // by one twentieth
	minPrints  = 32      // entries
	noParent   = noState // the tag of an initial state's parent
)

// prints is one shard of the table.  An entry without a high half is empty.
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
func (t *prints) reserve(n int, pool *printPool, b *budget) bool {
	for 32*(t.used+n) > fullPer32*t.homes {
		if !t.grow(pool, b) {
			return false
		}
	}
	return true
}

// grow goes to the next size.  All shards have the same sizes, one after the other, so that the places that one
// leaves are those that another needs.
func (t *prints) grow(pool *printPool, b *budget) bool {
	homes := t.homes
	for {
		homes += max(homes/growShare, minPrints)
		places, ok := pool.get(homes, b)
		if !ok {
			return false
		}
		bigger := prints{printArrays: places, used: t.used}
		if bigger.fill(t) {
			pool.put(t.printArrays, b)
			*t = bigger
			return true
		}
		pool.put(places, b) // too crowded at the end
	}
}

// printPool keeps places that a shard has left for the next that comes to their size.
type printPool struct {
	mutex sync.Mutex
	left  []printArrays // of the size that was left last
}

func (p *printPool) get(homes int, b *budget) (a printArrays, ok bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if k := len(p.left); k > 0 && p.left[k-1].homes == homes {
		a, p.left = p.left[k-1], p.left[:k-1]
		clear(a.hi)
		return a, true
	}
	if !b.take(printBytes * uint64(homes+tailPlaces)) {
		return a, false
	}
	return printArrays{make([]uint64, homes+tailPlaces), make([]uint64, homes+tailPlaces), make([]uint32, homes+tailPlaces), homes}, true
}

func (p *printPool) put(a printArrays, b *budget) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.left) > 0 && p.left[0].homes != a.homes {
		for i := range p.left {
			p.drop(p.left[i], b)
		}
		p.left = p.left[:0]
	}
	if len(p.left) < 2 {
		p.left = append(p.left, a)
		return
	}
	p.drop(a, b)
}

func (p *printPool) drop(a printArrays, b *budget) {
	b.give(printBytes * uint64(len(a.hi)))
	b.freed.Add(printBytes * uint64(len(a.hi)))
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
func (t *prints) add(p print, parent uint32, pool *printPool, b *budget) (fresh, ok bool) {
	for {
		at, found := t.find(p)
		if found {
			return false, true
		}
		if t.insert(at, p, parent) {
			return true, true
		}
		if !t.grow(pool, b) {
			return false, false
		}
	}
}

// tagged yields the entries whose tag is given.  Their homes may be several, so that there may be an empty place before
// the last of them.
func (t *prints) tagged(tag uint32, yield func(p print)) {
	last := t.home(uint64(tag)<<32 | 1<<32 - 1)
	for i := t.home(uint64(tag) << 32); i < len(t.hi) && uint32(t.hi[i]>>32) <= tag && (i <= last || t.hi[i] != 0); i++ {
		if t.hi[i] != 0 && uint32(t.hi[i]>>32) == tag {
			yield(print{t.hi[i], t.lo[i]})
		}
	}
}
