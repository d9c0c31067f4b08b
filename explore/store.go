package explore

// store is the set of the states found, the queue of those not yet expanded, and what it takes to find the way back.
// States are numbered in the order of discovery.  Every method is called for many states at a time.
type store[S comparable] interface {
	// load appends the states lo … hi-1, all of the level in hand or found in it, to dst.
	load(dst []S, lo, hi uint32) []S
	// name is what the successors of x, which has number id, keep of it as their parent.
	name(id uint32, x *S) uint32
	// lookUp moves those of the successors in w that are not yet stored to c.  Several workers do so at once.
	lookUp(w *successors[S], c *chunk[S])

	// room makes sure that shard k has a place.
	room(k int) bool
	// commit stores the fresh candidates of c in order and marks them, and reports whether the budget allowed it.
	// It is what insert, settle and keep are together, done by one goroutine for one chunk.
	commit(c *chunk[S]) bool
	// insert puts the candidates of shard k into the table and marks those that are fresh.  Each shard is inserted
	// by one goroutine, all of them at once.
	insert(k int, b *batch[S]) bool
	// settle gives the fresh candidates of c their numbers, from c.first on; several chunks at once.
	settle(c *chunk[S])
	// keep stores the fresh candidates of c; chunk after chunk.
	keep(c *chunk[S]) bool
	// pass says that the states before lo are expanded.
	pass(lo uint32)

	// close gives all memory back.
	close()

	// way tells, for each state of a run of so many steps to x, which has number id, what is known of it.
	way(id uint32, x S, steps int) []layer[S]
}

// layer says of a state whether it may be the one at some place of a run.
type layer[S comparable] func(x *S) bool

// print is a fingerprint of 128 bits.
type print struct{ hi, lo uint64 }
