package explore

import "unsafe"

// outside makes a slice of n elements, all zero and none of them a pointer, outside the heap.  It panics as make does
// if there is no memory.
func outside[T any](n int) (s []T, memory []byte) {
	memory = allocate(max(1, n*int(unsafe.Sizeof(*new(T)))))
	if memory == nil {
		panic("explore: out of memory")
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[0])), n), memory
}
