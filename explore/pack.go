package explore

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unsafe"
)

// Neighbours in the order of discovery differ in few bytes. A packed state is the difference from a reference: a bit
// for each word of eight bytes, set if the word differs; then, for each word that differs, a bit for each of its
// bytes, and the bytes that differ, each as the exclusive or of the two. Equal states have equal differences from
// the same reference.

// bytesOf is the memory of a state, which must be of plain bytes.
func bytesOf[S any](s *S) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s))
}

// packedMost is the most bytes that a packed state of n bytes can take.
func packedMost(n int) int { return mapBytes(n) + (n+7)/8 + n }

func mapBytes(n int) int { return (n + 63) / 64 }

// word is the i-th byte and the seven bytes after it, or fewer at the end.
func word(b []byte, i int) (x uint64) {
	if i+8 <= len(b) {
		return binary.LittleEndian.Uint64(b[i:])
	}
	for j, c := range b[i:] {
		x |= uint64(c) << (8 * j)
	}
	return x
}

// appendDelta appends the difference of s from ref. Both have the same size.
func appendDelta(dst, s, ref []byte) []byte {
	at := len(dst)
	dst = slices.Grow(dst, packedMost(len(s)))
	rec := dst[at : at+packedMost(len(s))]
	n := mapBytes(len(s))
	clear(rec[:n])
	for i := 0; i < len(s); i += 8 {
		x := word(s, i) ^ word(ref, i)
		if x == 0 {
			continue
		}
		rec[i>>6] |= 1 << (i >> 3 & 7)
		mask := n
		rec[mask] = 0
		n++
		for x != 0 {
			j := bits.TrailingZeros64(x) >> 3
			rec[mask] |= 1 << j
			rec[n] = byte(x >> (8 * j))
			n++
			x &^= 0xff << (8 * j)
		}
	}
	return dst[:at+n]
}

// applyDelta changes s from the reference into the state that rec encodes. It returns how many bytes of rec it has
// used, or a negative number if rec is not a packed state.
func applyDelta(s, rec []byte) int {
	maps := mapBytes(len(s))
	if len(rec) < maps {
		return -1
	}
	n := maps
	for i := range maps {
		for words := rec[i]; words != 0; words &= words - 1 {
			at := i<<6 + bits.TrailingZeros8(words)<<3
			if n >= len(rec) {
				return -1
			}
			mask := rec[n]
			n++
			for ; mask != 0; mask &= mask - 1 {
				j := at + bits.TrailingZeros8(mask)
				if n >= len(rec) || j >= len(s) {
					return -1
				}
				s[j] ^= rec[n]
				n++
			}
		}
	}
	return n
}

// packedLen is the length of the packed state of n bytes at the start of rec, or negative if there is none.
func packedLen(rec []byte, n int) int {
	maps := mapBytes(n)
	if len(rec) < maps {
		return -1
	}
	at := maps
	for i := range maps {
		for words := bits.OnesCount8(rec[i]); words > 0; words-- {
			if at >= len(rec) {
				return -1
			}
			at += 1 + bits.OnesCount8(rec[at])
		}
	}
	if at > len(rec) {
		return -1
	}
	return at
}
