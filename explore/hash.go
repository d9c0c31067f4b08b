package explore

import (
	"hash/maphash"
	"reflect"

	"github.com/zeebo/xxh3"
)

// hasher hashes states: into 64 bits with a seed that differs from run to run, so that no result can depend on the
// seed; or into a fingerprint of 128 bits, for a search that stores nothing else of a state.
type hasher[S comparable] struct {
	seed   maphash.Seed
	plain  bool // equal states are equal bytes, so the bytes can be hashed without looking at the type
	prints bool
	mask   uint64
}

func newHasher[S comparable](mask uint64, prints bool) hasher[S] {
	return hasher[S]{seed: maphash.MakeSeed(), plain: plainBytes(reflect.TypeFor[S]()), prints: prints, mask: mask}
}

func (h *hasher[S]) sum(s *S) print {
	switch {
	case h.prints:
		p := printOf(s)
		if p.hi &= h.mask; p.hi == 0 {
			p.hi = 1
		}
		return p
	case h.plain:
		return print{hi: h.mask & maphash.Bytes(h.seed, bytesOf(s))}
	}
	return print{hi: h.mask & maphash.Comparable(h.seed, *s)}
}

// printOf is the fingerprint of a state of plain bytes (XXH3). Its seed is fixed: fingerprints go into files.
func printOf[S any](s *S) print {
	h := xxh3.Hash128(bytesOf(s))
	p := print{h.Hi, h.Lo}
	if p.tag() == noState || p.hi == 0 {
		p.hi ^= 1 << 63 // these two values have a special meaning
	}
	return p
}

// tag is the part of a parent's fingerprint that is stored with a child.
func (p print) tag() uint32 { return uint32(p.hi >> 32) }

// less is the order of fingerprints, on every machine.
func (p print) less(q print) bool { return p.hi < q.hi || p.hi == q.hi && p.lo < q.lo }

// plainBytes reports whether two values of type t are equal exactly if their bytes are equal. Then t has no padding
// and no blank field (== skips both), no float (0 == -0), and nothing that refers to other memory.
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
