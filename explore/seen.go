package explore

import "sync/atomic"

// seen is a cache of fingerprints that all tasks of a process share. It holds only what the manifest has made a fact: states
// that were expanded, and so belong to a level that is complete. A task may therefore forget a successor that is in it,
// whichever attempt of whichever task has put it there.
//
// The halves of an entry are read and written one by one. The second is the exclusive or of both halves of the fingerprint:
// so halves of two fingerprints are taken for a third only if that agrees with them in 128 bits.
type seen struct {
	places []seenPlace
	memory memory
}

type seenPlace struct{ hi, both atomic.Uint64 }

// newSeen makes a cache of about so many bytes. It is nil if the system does not have them.
func newSeen(bytes uint64) *seen {
	n := 1 << 8
	for uint64(n)*2*printSize <= bytes {
		n *= 2
	}
	c := &seen{}
	if c.places, c.memory = outside[seenPlace](n); c.memory.bytes == nil {
		return nil
	}
	return c
}

func (c *seen) place(p print) *seenPlace { return &c.places[p.lo&uint64(len(c.places)-1)] }

func (c *seen) add(p print) {
	at := c.place(p)
	at.hi.Store(p.hi)
	at.both.Store(p.hi ^ p.lo)
}

func (c *seen) has(p print) bool {
	at := c.place(p)
	return at.hi.Load() == p.hi && at.both.Load() == p.hi^p.lo
}

func (c *seen) clear() {
	for i := range c.places {
		c.places[i].hi.Store(0)
		c.places[i].both.Store(0)
	}
}

func (c *seen) close() {
	if c != nil {
		c.memory.free()
		c.places = nil
	}
}
