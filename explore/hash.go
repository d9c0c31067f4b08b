package explore

import (
	"hash/maphash"
	"reflect"
	"unsafe"
)

// hasher hashes states.  The seed differs from run to run: no result may depend on it.
type hasher[S comparable] struct {
	seed  maphash.Seed
	plain bool // equal states are equal bytes, so the bytes can be hashed without looking at the type
	mask  uint64
}

func newHasher[S comparable](mask uint64) hasher[S] {
	return hasher[S]{seed: maphash.MakeSeed(), plain: plainBytes(reflect.TypeFor[S]()), mask: mask}
}

func (h *hasher[S]) sum(s *S) uint64 {
	if h.plain {
		return h.mask & maphash.Bytes(h.seed, unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s)))
	}
	return h.mask & maphash.Comparable(h.seed, *s)
}

// plainBytes reports whether two values of type t are equal just if their bytes are: there is no padding, no
// blank field (== skips both), no float (0 == -0), and nothing that refers to other memory.
func plainBytes(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	case reflect.Array:
		return t.Size() > 0 && plainBytes(t.Elem())
	case reflect.Struct:
		end := uintptr(0)
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Name == "_" || f.Offset != end || !plainBytes(f.Type) {
				return false
			}
			end += f.Type.Size()
		}
		return end > 0 && end == t.Size()
	default:
		return false
	}
}
