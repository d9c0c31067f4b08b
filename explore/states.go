package explore

import (
	"reflect"
	"unsafe"
)

// blockStates is how many neighbouring states are packed together.
const blockStates = 64

// leastPacked is the size in bytes from which a state is worth packing.
const leastPacked = 48

// states is a growing array of states. Small states are stored as they are. Of large states, every sixty-fourth is
// stored as it is, and the others are packed as their difference from it. A joint state of about 250 bytes then
// takes about 40.
type states[S comparable] struct {
	whole arena[S]
	packs bool

	n      uint32
	starts arena[uint16] // where in its block each packed state begins
	blocks []uint64      // where in the pages each block begins
	pages  pages
}

func newStates[S comparable]() states[S] {
	size := int(unsafe.Sizeof(*new(S)))
	// A block must fit into 16 bits.
	packs := plainBytes(reflect.TypeFor[S]()) && size >= leastPacked && blockStates*packedMost(size) < 1<<16
	return states[S]{whole: newArena[S](), packs: packs, starts: newArena[uint16]()}
}

// room makes room for n states, if they are stored as they are. It reports false if the budget does not allow that.
func (a *states[S]) room(n uint32, b *budget) bool {
	if a.packs {
		return true
	}
	if !a.whole.reserve(n, b) {
		return false
	}
	a.n = n
	return true
}

// put appends a state. It reports false if the budget does not allow that.
func (a *states[S]) put(x *S, b *budget) bool {
	id := a.n
	if !a.packs {
		if !a.whole.reserve(id+1, b) {
			return false
		}
		*a.whole.at(id) = *x
		a.n++
		return true
	}
	if id%blockStates > 0 {
		*a.starts.at(id) = uint16(a.pages.end - a.blocks[id/blockStates])
		a.pages.pack(bytesOf(x), bytesOf(a.whole.at(id/blockStates)))
		a.n++
		return true
	}
	most := blockStates * packedMost(int(unsafe.Sizeof(*x)))
	if !a.whole.reserve(id/blockStates+1, b) || !a.starts.reserve(id+blockStates, b) || !a.pages.reserve(most, b) {
		return false
	}
	*a.whole.at(id / blockStates) = *x
	a.blocks = append(a.blocks, a.pages.end)
	a.n++
	return true
}

// record is the packed form of state id, followed by the rest of its page.
func (a *states[S]) record(id uint32) []byte {
	return a.pages.from(a.blocks[id/blockStates] + uint64(*a.starts.at(id)))
}

func (a *states[S]) get(id uint32) S {
	if !a.packs {
		return *a.whole.at(id)
	}
	x := *a.whole.at(id / blockStates)
	if id%blockStates != 0 && applyDelta(bytesOf(&x), a.record(id)) < 0 {
		panic("BUG: a packed state is not one")
	}
	return x
}

// equal reports whether state id is x. To unpack the state first takes half the time of a comparison in place.
func (a *states[S]) equal(id uint32, x *S) bool {
	if !a.packs {
		return *a.whole.at(id) == *x
	}
	return a.get(id) == *x
}
