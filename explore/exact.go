package explore

// exact is the store that keeps whole states and compares them. So no collision can hide a state.
type exact[S comparable] struct {
	states  states[S]
	parents arena[uint32]
	table   [shardCount]shard
	mem     *budget
	count   uint32
}

func newExact[S comparable](mem *budget) *exact[S] {
	return &exact[S]{states: newStates[S](), parents: newArena[uint32](), mem: mem}
}

func (e *exact[S]) load(dst []S, lo, hi uint32) []S {
	for id := lo; id < hi; id++ {
		dst = append(dst, e.states.get(id))
	}
	return dst
}

func (e *exact[S]) parentRef(id uint32, _ *S) uint32 { return id }
func (e *exact[S]) release(uint32)                   {}
func (e *exact[S]) close()                           {} // the graph is kept
func (e *exact[S]) reserve(k int) bool               { return e.table[k].reserve(1, e.mem) }

func (e *exact[S]) lookUp(w *successors[S], c *chunk[S]) {
	// The lookups do not depend on each other. So the processor waits for many of them at the same time.
	w.probes = w.probes[:0]
	for i := range w.meta {
		hash := w.meta[i].print.hi
		t := &e.table[shardOf(hash)]
		w.probes = append(w.probes, t.slots[t.home(hash)])
	}
	for i := range w.meta {
		if !e.visited(w.meta[i].print.hi, &w.states[i], w.probes[i]) {
			c.states = append(c.states, w.states[i])
			c.meta = append(c.meta, w.meta[i])
		}
	}
}

// visited reports whether the table has state x. probe is the slot at the home of x.
func (e *exact[S]) visited(hash uint64, x *S, probe slot) bool {
	if probe == 0 {
		return false
	}
	if probe.matches(hash) && e.states.equal(probe.id(), x) {
		return true
	}
	t := &e.table[shardOf(hash)]
	for i := t.next(t.home(hash)); ; i = t.next(i) {
		probe := t.slots[i]
		if probe == 0 {
			return false
		}
		if probe.matches(hash) && e.states.equal(probe.id(), x) {
			return true
		}
	}
}

func (e *exact[S]) commit(c *chunk[S]) bool {
	if !e.parents.reserve(e.count+uint32(len(c.meta)), e.mem) {
		return false
	}
	for i := range c.meta {
		m, x := &c.meta[i], &c.states[i]
		t := &e.table[shardOf(m.print.hi)]
		if !t.reserve(1, e.mem) {
			return false
		}
		place := e.claim(t, m.print.hi, x, e.count, nil)
		if place == 0 {
			continue
		}
		if !e.states.put(x, e.mem) {
			t.slots[place-1] = 0 // it was claimed last, so no probe has gone past it
			t.used--
			return false
		}
		m.place = place
		*e.parents.at(e.count) = m.parent
		e.count++
	}
	return true
}

// claim gives x the number id in t, unless t has it already. It returns one plus the place taken, or zero.
// Numbers from those of the states up are candidates of b.
func (e *exact[S]) claim(t *shard, hash uint64, x *S, id uint32, b *batch[S]) uint32 {
	i := t.home(hash)
	for ; t.slots[i] != 0; i = t.next(i) {
		if !t.slots[i].matches(hash) {
			continue
		}
		if known := t.slots[i].id(); known < e.count {
			if e.states.equal(known, x) {
				return 0
			}
		} else if *b.candidate(known) == *x {
			return 0
		}
	}
	t.slots[i] = newSlot(hash, id)
	t.used++
	return uint32(i) + 1
}

func (e *exact[S]) insert(k int, b *batch[S]) bool {
	t := &e.table[k]
	if !t.reserve(b.inShard(k), e.mem) {
		return false
	}
	// As in lookUp, the processor waits for many places at the same time.
	var touched slot
	for i := range b.chunks {
		c := &b.chunks[i]
		for _, j := range c.shard(k) {
			touched |= t.slots[t.home(c.meta[j].print.hi)]
		}
	}
	t.touched = touched
	for i := range b.chunks {
		c := &b.chunks[i]
		for _, j := range c.shard(k) {
			c.meta[j].place = e.claim(t, c.meta[j].print.hi, &c.states[j], b.number(i, j), b)
		}
	}
	return true
}

func (e *exact[S]) room(n uint32) bool {
	return e.parents.reserve(n, e.mem) && e.states.room(n, e.mem)
}

func (e *exact[S]) settle(c *chunk[S]) {
	id := c.first
	for i := range c.meta {
		m := &c.meta[i]
		if m.place == 0 {
			continue
		}
		e.table[shardOf(m.print.hi)].slots[m.place-1] = newSlot(m.print.hi, id)
		*e.parents.at(id) = m.parent
		if !e.states.packs {
			*e.states.whole.at(id) = c.states[i]
		}
		id++
	}
}

func (e *exact[S]) keep(c *chunk[S]) bool {
	if e.states.packs {
		for i := range c.meta {
			if c.meta[i].place != 0 && !e.states.put(&c.states[i], e.mem) {
				return false
			}
		}
	}
	e.count = c.first + c.fresh()
	return true
}

func (e *exact[S]) ancestors(id uint32, _ S, steps int) []layer[S] {
	way := make([]layer[S], steps+1)
	for ; id != noState; id = *e.parents.at(id) {
		x := e.states.get(id)
		way[steps] = func(y *S) bool { return *y == x }
		steps--
	}
	return way
}

// number returns the number of a state that the search has found.
func (e *exact[S]) number(hash uint64, x *S) uint32 {
	id, ok := e.find(hash, x)
	if !ok {
		panic("explore: the system is not a function of its state: an expanded state has a new successor")
	}
	return id
}

// find returns the number of a state, if the search has found it.
func (e *exact[S]) find(hash uint64, x *S) (id uint32, ok bool) {
	t := &e.table[shardOf(hash)]
	for i := t.home(hash); t.slots[i] != 0; i = t.next(i) {
		// A batch that was dropped leaves provisional numbers in the table. They are larger than any number of a state.
		if id := t.slots[i].id(); t.slots[i].matches(hash) && id < e.count && e.states.equal(id, x) {
			return id, true
		}
	}
	return 0, false
}
