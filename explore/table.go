package explore

// The table of visited states is split by the top bits of the hash into shards that grow one by one, each owned
// by one worker while states are being inserted. The number of shards does not depend on the number of workers.
const (
	shardBits  = 6
	shardCount = 1 << shardBits
	minSlots   = 32
)

// slot is one place of a shard: the tag (the low half of the hash) in the high half, and the id of a state plus one in
// the low half. Zero is an empty place.
type slot uint64

func newSlot(hash uint64, id uint32) slot { return slot(hash<<32 | uint64(id+1)) }

func (x slot) id() uint32             { return uint32(x) - 1 }
func (x slot) matches(h uint64) bool  { return uint32(x>>32) == uint32(h) }
func shardOf(hash uint64) (index int) { return int(hash >> (64 - shardBits)) }

// shard is an open-addressing hash table with linear probing. A state's home is in proportion to its tag, so
// the tag alone says where a slot belongs in a larger table: growing reads no state, and writes in order.
type shard struct {
	slots   []slot
	used    int
	touched slot     // unused; the compiler would leave out a read whose value is not stored
	_       [24]byte // so that no two shards are on one cache line
}

func (t *shard) home(hash uint64) int {
	return int(uint64(uint32(hash)) * uint64(len(t.slots)) >> 32)
}

// next is the place to probe after i.
func (t *shard) next(i int) int {
	if i++; i < len(t.slots) {
		return i
	}
	return 0
}

// reserve makes room for n more states at a load of at most three quarters, and reports whether the budget
// allows it.
func (t *shard) reserve(n int, b *budget) bool {
	if 4*(t.used+n) <= 3*len(t.slots) {
		return true
	}
	size := max(minSlots, len(t.slots)+len(t.slots)/2, 4*(t.used+n)/3+1)
	if !b.take(8 * uint64(size)) {
		return false
	}
	old := t.slots
	t.slots = make([]slot, size)
	hint(t.slots, 8*size*shardCount) // the shards are of about the same size
	for _, x := range old {
		if x != 0 {
			t.place(x)
		}
	}
	b.give(8 * uint64(len(old)))
	b.freed.Add(8 * uint64(len(old)))
	return true
}

// place puts x, which is not in the table, into the first empty place at or after its home.
func (t *shard) place(x slot) int {
	i := t.home(uint64(x >> 32))
	for t.slots[i] != 0 {
		i = t.next(i)
	}
	t.slots[i] = x
	return i
}
