package explore

// commit numbers the fresh candidates of c in order, one by one, and reports whether the budget allowed it.
func (s *search[S, A]) commit(c *chunk[S]) bool {
	if !s.makeRoom(s.count + uint32(len(c.meta))) {
		return false
	}
	for i := range c.meta {
		m, x := &c.meta[i], &c.states[i]
		t := &s.table[shardOf(m.hash)]
		if !t.reserve(1, &s.mem) {
			return false
		}
		if place := s.claim(t, m.hash, x, s.count, nil); place != 0 {
			s.store(s.workers[0], s.count, m.parent, x)
			s.count++
		}
	}
	return true
}

// makeRoom lets states and parents be written up to number n.
func (s *search[S, A]) makeRoom(n uint32) bool {
	return s.states.reserve(n, &s.mem) && s.parents.reserve(n, &s.mem)
}

// claim gives x the number id in t, unless t has it already.  It returns one plus the place taken, or zero.
// Numbers from those of the states up are candidates of b.
func (s *search[S, A]) claim(t *shard, hash uint64, x *S, id uint32, b *batch) uint32 {
	i := t.home(hash)
	for ; t.slots[i] != 0; i = t.next(i) {
		if !t.slots[i].matches(hash) {
			continue
		}
		var other *S
		if known := t.slots[i].id(); known < s.count {
			other = s.states.at(known)
		} else {
			chunk, item := b.candidate(known)
			other = &s.chunks[chunk].states[item]
		}
		if *other == *x {
			return 0
		}
	}
	t.slots[i] = newSlot(hash, id)
	t.used++
	return uint32(i) + 1
}

// store writes a fresh state and checks the predicates that no earlier state has answered.
func (s *search[S, A]) store(w *worker[S, A], id, parent uint32, x *S) {
	*s.states.at(id) = *x
	*s.parents.at(id) = parent
	for i := range s.o.Always {
		if s.never[i] == noState && w.never[i] == noState && !s.o.Always[i].Holds(*x) {
			w.never[i] = id
		}
	}
	for i := range s.o.Sometimes {
		if s.seen[i] == noState && w.seen[i] == noState && s.o.Sometimes[i].Holds(*x) {
			w.seen[i] = id
		}
	}
}

// mergeFirst takes over what the workers found in a batch: of several finds, the one with the least number.
func (s *search[S, A]) mergeFirst() {
	merge := func(into, from []uint32) {
		for i := range into {
			into[i] = min(into[i], from[i])
		}
	}
	for _, w := range s.workers {
		merge(s.never, w.never)
		merge(s.seen, w.seen)
	}
}
