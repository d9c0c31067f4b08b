package explore

import "unsafe"

// outside makes a slice of n zero elements, whose type has no pointers, outside the heap. Its memory is nil if the
// system has none left.
func outside[T any](n int) (s []T, memory []byte) {
	if memory = allocate(max(1, n*int(unsafe.Sizeof(*new(T))))); memory == nil {
		return nil, nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&memory[0])), n), memory
}
