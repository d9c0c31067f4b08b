package explore

import "unsafe"

// memory is zeroed bytes outside the heap, or none.
type memory struct {
	bytes  []byte
	mapped []byte // what has to be given back: it may begin before bytes
}

// outside makes a slice of n zero elements, whose type has no pointers, outside the heap. Its memory is none if the
// system has none left.
func outside[T any](n int) (s []T, m memory) {
	if m = allocate(max(1, n*int(unsafe.Sizeof(*new(T))))); m.bytes == nil {
		return nil, m
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&m.bytes[0])), n), m
}

// hugeFrom is how many bytes of a table are worth huge pages.
const hugeFrom = 4 << 20

// hint asks for huge pages where s is, which is a part of a table of the given size in bytes.
func hint[T any](s []T, table int) {
	if table >= hugeFrom {
		adviseHuge(unsafe.Pointer(&s[0]), uintptr(len(s))*unsafe.Sizeof(s[0]))
	}
}
