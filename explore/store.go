package explore

// store holds the states that a search in memory has found, the queue of those not yet expanded, and their parents.
// States are numbered in the order of discovery. Every method is called for many states at a time.
type store[S comparable] interface {
	// load appends the states lo … hi-1 to dst. They are of the level in hand or were found in it.
	load(dst []S, lo, hi uint32) []S
	// parentRef returns the parent reference that is stored with the successors of x, which has number id.
	parentRef(id uint32, x *S) uint32
	// lookUp appends those successors in w that are not stored yet to c. Several workers call it at once.
	lookUp(w *successors[S], c *chunk[S])

	// reserve grows shard k so that one insertion succeeds. It reports false if the budget does not allow that.
	reserve(k int) bool
	// commit stores the fresh candidates of c in order and marks them, and reports whether the budget allowed it.
	// It is insert, settle and keep in one, for a chunk that one goroutine handles.
	commit(c *chunk[S]) bool
	// insert puts the candidates of shard k into the table and marks those that are fresh. One goroutine inserts
	// into each shard, all of them at once.
	insert(k int, b *batch[S]) bool
	// room makes room for n states in all, where settle needs it. It reports false if the budget does not allow that.
	room(n uint32) bool
	// settle gives the fresh candidates of c their numbers, from c.first on; several chunks at once. It stores what has
	// its place by its number.
	settle(c *chunk[S])
	// keep stores the rest of the fresh candidates of c, whose place depends on those before; chunk after chunk.
	keep(c *chunk[S]) bool
	// release frees what is needed only for the states before lo: these are expanded.
	release(lo uint32)

	// close frees all memory.
	close()

	// ancestors returns what is known of each state of a run of so many steps to x, which has number id.
	ancestors(id uint32, x S, steps int) []layer[S]
}

// layer reports whether a state may be the one at some place of a run.
type layer[S comparable] func(x *S) bool

// print is a fingerprint of 128 bits.
type print struct{ hi, lo uint64 }
