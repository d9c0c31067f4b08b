package netfake

// put sends a packet: into the set, where sending the same again makes it young again, or
// into the bag, where it is one more copy.
func (sys *System) put(w *World, p Packet) {
	c, ok := sys.encode(p)
	if !ok {
		w.Cut = CutNumbers
		return
	}
	if !sys.sc.Net.Bag {
		for i := range w.n {
			if w.wire[i]&^ageMask == c&^ageMask {
				if w.wire[i].age() > c.age() {
					w.remove(i)
					break
				}
				return
			}
		}
	}
	if w.n == MaxWire {
		w.Cut = CutWire
		return
	}
	i := w.n
	for i > 0 && sys.before(c, w.wire[i-1]) {
		w.wire[i] = w.wire[i-1]
		i--
	}
	w.wire[i] = c
	w.n++
}

// before is the canonical order: downwards, or by direction alone where the order of sending counts.
func (sys *System) before(a, b code) bool {
	if sys.sc.Net.InOrder {
		return a.dst() > b.dst()
	}
	return a > b
}

func (w *World) remove(i int) {
	copy(w.wire[i:], w.wire[i+1:w.n])
	w.n--
	w.wire[w.n] = 0
}
