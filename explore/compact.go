package explore

// compact is the store that keeps a fingerprint of 128 bits of each state and 32 bits of its parent's, and whole
// states only as long as they wait to be expanded.
type compact[S comparable] struct {
	table [shardCount]prints
	queue queue[S]
	hash  *hasher[S]
	mem   *budget
}

func newCompact[S comparable](hash *hasher[S], mem *budget) *compact[S] {
	return &compact[S]{queue: newQueue[S](), hash: hash, mem: mem}
}

func (e *compact[S]) load(dst []S, lo, hi uint32) []S { return e.queue.load(dst, lo, hi) }

func (e *compact[S]) parentRef(_ uint32, x *S) uint32 { return e.hash.sum(x).tag() }
func (e *compact[S]) release(lo uint32)               { e.queue.release(lo, e.mem) }
func (e *compact[S]) reserve(k int) bool              { return e.table[k].reserve(1, e.mem) }

func (e *compact[S]) close() {
	for i := range e.table {
		e.table[i].drop(e.mem)
	}
}

func (e *compact[S]) lookUp(w *successors[S], c *chunk[S]) {
	// Read all places first: then the processor waits for many of them at the same time.
	w.glances = w.glances[:0]
	for i := range w.meta {
		p := w.meta[i].print
		t := &e.table[shardOf(p.hi)]
		w.glances = append(w.glances, t.hi[t.home(p.hi)])
	}
	for i := range w.meta {
		p := w.meta[i].print
		if w.glances[i] != 0 && w.glances[i] <= p.hi {
			if _, found := e.table[shardOf(p.hi)].find(p); found {
				continue
			}
		}
		c.states = append(c.states, w.states[i])
		c.meta = append(c.meta, w.meta[i])
	}
}

func (e *compact[S]) commit(c *chunk[S]) bool {
	for i := range c.meta {
		m := &c.meta[i]
		t := &e.table[shardOf(m.print.hi)]
		if !t.reserve(1, e.mem) {
			return false
		}
		fresh, ok := t.add(m.print, m.parent, e.mem)
		if !ok {
			return false
		}
		if fresh {
			if !e.queue.put(&c.states[i], e.mem) {
				return false
			}
			m.place = 1
		}
	}
	return true
}

func (e *compact[S]) insert(k int, b *batch[S]) bool {
	t := &e.table[k]
	if !t.reserve(b.inShard(k), e.mem) {
		return false
	}
	for i := range b.chunks {
		c := &b.chunks[i]
		for _, j := range c.shard(k) {
			m := &c.meta[j]
			fresh, ok := t.add(m.print, m.parent, e.mem)
			if !ok {
				return false
			}
			if fresh {
				m.place = 1
			}
		}
	}
	return true
}

func (e *compact[S]) room(uint32) bool { return true }
func (e *compact[S]) settle(*chunk[S]) {}

func (e *compact[S]) keep(c *chunk[S]) bool {
	for i := range c.meta {
		if c.meta[i].place != 0 && !e.queue.put(&c.states[i], e.mem) {
			return false
		}
	}
	return true
}

// ancestors finds the parents by their tags. A few of many states have the same tag. So several states may be
// possible at one place of the run, although only one of them is the parent.
func (e *compact[S]) ancestors(_ uint32, x S, steps int) []layer[S] {
	way := make([]layer[S], steps+1)
	at := map[print]bool{e.hash.sum(&x): true}
	for ; steps >= 0; steps-- {
		here := at
		way[steps] = func(y *S) bool { return here[e.hash.sum(y)] }
		at = map[print]bool{}
		for p := range here {
			e.addParents(at, p)
		}
	}
	return way
}

// addParents adds the states that have the tag of p's parent.
func (e *compact[S]) addParents(to map[print]bool, p print) {
	t := &e.table[shardOf(p.hi)]
	i, _ := t.find(p)
	if tag := t.parent[i]; tag != noParent {
		e.table[shardOf(uint64(tag)<<32)].tagged(tag, func(q print) { to[q] = true })
	}
}
