package explore

import (
	"reflect"
	"unsafe"
)

// blockStates is how many neighbouring states are packed against the first of them.
const blockStates = 64

// leastPacked is the size in bytes from which a state is worth packing.
const leastPacked = 48

// states is a growing array of states.  Small ones are kept as they are.  Of large ones every sixty-fourth is, and
// the others are packed against it: a joint state of some 250 bytes then takes about 40, and is compared in place.
type states[S comparable] struct {
	whole arena[S]
	packs bool

	n      uint32
	starts arena[uint16] // where in its block each packed state begins
	blocks []uint64      // where in the pages each block begins
	pages  [][]byte
	end    uint64 // where in the pages the next packed state begins
	gone   int
	spare  [][]byte
}

// Pages of packed states; no block lies on two of them.
const (
	packedShift = 20
	packedPage  = 1 << packedShift
)

func newStates[S comparable]() states[S] {
	var zero S
	size := int(unsafe.Sizeof(zero))
	// A block must fit into 16 bits.
	packs := plainBytes(reflect.TypeFor[S]()) && size >= leastPacked && blockStates*packedMost(size) < 1<<16
	return states[S]{whole: newArena[S](), packs: packs, starts: newArena[uint16]()}
}

// put appends a state, as far as the budget allows, and reports whether it did.
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
	if id%blockStates == 0 {
		if !a.whole.reserve(id/blockStates+1, b) || !a.starts.reserve(id+blockStates, b) || !a.roomForBlock(b) {
			return false
		}
		*a.whole.at(id / blockStates) = *x
		a.blocks = append(a.blocks, a.end)
		a.n++
		return true
	}
	page := a.pages[a.end>>packedShift]
	at := a.end & (packedPage - 1)
	*a.starts.at(id) = uint16(a.end - a.blocks[id/blockStates])
	rec := appendDelta(page[:at:packedPage], bytesOf(x), bytesOf(a.whole.at(id/blockStates)))
	a.end += uint64(len(rec)) - at
	a.n++
	return true
}

// roomForBlock makes sure that the next block lies on one page.
func (a *states[S]) roomForBlock(b *budget) bool {
	var zero S
	most := uint64(blockStates * packedMost(int(unsafe.Sizeof(zero))))
	if len(a.pages) > 0 && a.end+most <= uint64(len(a.pages))<<packedShift {
		return true
	}
	a.end = uint64(len(a.pages)) << packedShift
	if k := len(a.spare); k > 0 {
		a.pages = append(a.pages, a.spare[k-1])
		a.spare = a.spare[:k-1]
		return true
	}
	if !b.take(packedPage) {
		return false
	}
	a.pages = append(a.pages, make([]byte, packedPage))
	return true
}

// record is the packed form of state id, with what follows it on its page.
func (a *states[S]) record(id uint32) []byte {
	at := a.blocks[id/blockStates] + uint64(*a.starts.at(id))
	return a.pages[at>>packedShift][at&(packedPage-1):]
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

// equal reports whether state id is x.
func (a *states[S]) equal(id uint32, x *S) bool {
	if !a.packs {
		return *a.whole.at(id) == *x
	}
	first := a.whole.at(id / blockStates)
	if id%blockStates == 0 {
		return *first == *x
	}
	return equalDelta(bytesOf(x), bytesOf(first), a.record(id))
}

// release gives up the states before number id.
func (a *states[S]) release(id uint32) {
	if !a.packs {
		a.whole.release(id)
		return
	}
	a.whole.release(id / blockStates)
	a.starts.release(id)
	if int(id/blockStates) >= len(a.blocks) {
		return
	}
	for ; a.gone < int(a.blocks[id/blockStates]>>packedShift); a.gone++ {
		a.spare = append(a.spare, a.pages[a.gone])
		a.pages[a.gone] = nil
	}
}
