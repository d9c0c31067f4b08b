package explore

import (
	"reflect"
	"unsafe"
)

// queue holds the states that wait to be expanded. They are read in the order in which they were put. Small states
// are stored as they are. Large states are packed: each as its difference from the one before, and every
// sixty-fourth as its difference from zero. A joint state of about 250 bytes then takes about 28.
type queue[S comparable] struct {
	whole arena[S] // if the states are not packed
	packs bool

	n      uint32
	last   S
	blocks arena[uint64] // where in the pages each block begins
	pages  pages
}

func newQueue[S comparable]() queue[S] {
	size := int(unsafe.Sizeof(*new(S)))
	// A block must fit onto a page.
	packs := plainBytes(reflect.TypeFor[S]()) && size >= leastPacked && blockStates*packedMost(size) <= pageSize
	return queue[S]{whole: newArena[S](), blocks: newArena[uint64](), packs: packs}
}

// put appends a state. It reports false if the budget does not allow that.
func (q *queue[S]) put(x *S, b *budget) bool {
	if !q.packs {
		if !q.whole.reserve(q.n+1, b) {
			return false
		}
		*q.whole.at(q.n) = *x
		q.n++
		return true
	}
	if q.n%blockStates == 0 {
		if !q.blocks.reserve(q.n/blockStates+1, b) || !q.pages.reserve(blockStates*packedMost(int(unsafe.Sizeof(*x))), b) {
			return false
		}
		*q.blocks.at(q.n / blockStates) = q.pages.end
		q.last = *new(S)
	}
	q.pages.pack(bytesOf(x), bytesOf(&q.last))
	q.last = *x
	q.n++
	return true
}

// load appends the states lo … hi-1 to dst.
func (q *queue[S]) load(dst []S, lo, hi uint32) []S {
	if !q.packs {
		for id := lo; id < hi; id++ {
			dst = append(dst, *q.whole.at(id))
		}
		return dst
	}
	var x S
	var rec []byte
	for id := lo / blockStates * blockStates; id < hi; id++ {
		if id%blockStates == 0 {
			x, rec = *new(S), q.pages.from(*q.blocks.at(id / blockStates))
		}
		n := applyDelta(bytesOf(&x), rec)
		if n < 0 {
			panic("BUG: a packed state is not one")
		}
		rec = rec[n:]
		if id >= lo {
			dst = append(dst, x)
		}
	}
	return dst
}

// release frees the states before number id.
func (q *queue[S]) release(id uint32, b *budget) {
	if !q.packs {
		q.whole.release(id, b)
		return
	}
	q.blocks.release(id/blockStates, b)
	if id/blockStates*blockStates < q.n {
		q.pages.release(*q.blocks.at(id / blockStates), b)
	}
}
