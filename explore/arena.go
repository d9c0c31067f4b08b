package explore

import (
	"math/bits"
	"unsafe"
)

// pageBytes is the size of an arena's page, if an element is smaller than that. Most searches are small. For them, to
// clear a larger page would take more time than the whole search.
const pageBytes = 1 << 17

// arena is a growing array whose elements never move, so growing copies nothing and leaves no garbage.
type arena[T any] struct {
	pages [][]T
	shift uint
	mask  uint32
	gone  int   // pages released
	spare [][]T // those of them that are not in use
}

func newArena[T any]() arena[T] {
	var zero T
	perPage := max(1, pageBytes/max(1, unsafe.Sizeof(zero)))
	shift := uint(bits.Len64(uint64(perPage)) - 1)
	return arena[T]{shift: shift, mask: 1<<shift - 1}
}

func (a *arena[T]) at(id uint32) *T { return &a.pages[id>>a.shift][id&a.mask] }

// reserve makes room for n elements, as far as the budget allows, and reports whether it did.
func (a *arena[T]) reserve(n uint32, b *budget) bool {
	var zero T
	for uint64(len(a.pages))<<a.shift < uint64(n) {
		if k := len(a.spare); k > 0 {
			a.pages = append(a.pages, a.spare[k-1])
			a.spare = a.spare[:k-1]
			continue
		}
		if !b.take(uint64(unsafe.Sizeof(zero)) << a.shift) {
			return false
		}
		page := make([]T, 1<<a.shift)
		hint(page, len(a.pages)*pageBytes)
		a.pages = append(a.pages, page)
	}
	return true
}

// release frees the elements before number id.
func (a *arena[T]) release(id uint32, b *budget) {
	var zero T
	for ; a.gone < int(id>>a.shift); a.gone++ {
		a.spare = append(a.spare, a.pages[a.gone])
		a.pages[a.gone] = nil
	}
	a.spare = dropSpare(a.spare, len(a.pages)-a.gone, uint64(unsafe.Sizeof(zero))<<a.shift, b)
}

// dropSpare frees the spare pages, if there are many compared with the pages in use.
func dropSpare[T any](spare [][]T, inUse int, size uint64, b *budget) [][]T {
	keep := inUse/4 + 4
	for len(spare) > keep {
		last := len(spare) - 1
		spare[last] = nil
		spare = spare[:last]
		b.give(size)
		b.freed.Add(size)
	}
	return spare
}
