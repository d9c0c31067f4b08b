package netfake

// put puts a packet on the wire.
func (sys *System) put(w *World, p Packet) {
	c, ok := sys.encode(p)
	if !ok {
		w.Cut = CutNumbers
		return
	}
	if w.n, ok = sys.add(&w.wire, w.n, c); !ok {
		w.Cut = CutWire
	}
}

// add puts a segment on a wire with n segments. In a set, a segment that is sent again has age 0 again. In a bag, it is
// one more copy. It returns the new number of segments, and false if there is no room.
func (sys *System) add(wire *[MaxWire]code, n int, c code) (int, bool) {
	if !sys.sc.Net.Bag {
		for i := range n {
			if wire[i]&^ageMask == c&^ageMask {
				if wire[i].age() > c.age() {
					n = removeFrom(wire, i, n)
					break
				}
				return n, true
			}
		}
	}
	if n == MaxWire {
		return n, false
	}
	i := n
	for i > 0 && sys.before(c, wire[i-1]) {
		wire[i] = wire[i-1]
		i--
	}
	wire[i] = c
	return n + 1, true
}

// before is the canonical order: from high to low, or only by direction if the order of sending matters.
func (sys *System) before(a, b code) bool {
	if sys.sc.Net.InOrder {
		return a.dst() > b.dst()
	}
	return a > b
}

func (w *World) remove(i int) { w.n = removeFrom(&w.wire, i, w.n) }

// removeFrom removes segment i from a wire with n segments, and returns how many are left.
func removeFrom(wire *[MaxWire]code, i, n int) int {
	copy(wire[i:], wire[i+1:n])
	n--
	wire[n] = 0
	return n
}
