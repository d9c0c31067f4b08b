package explore

import (
	"encoding/binary"
	"math"
	"math/bits"
	"reflect"
	"unsafe"
)

// sketch estimates how many different hashes it was given: a HyperLogLog (Flajolet, Fusy, Gandouet and Meunier
// 2007), with linear counting while it is sparse.
type sketch [1 << sketchBits]uint8

const sketchBits = 12

func (k *sketch) add(hash uint64) {
	i := hash >> (64 - sketchBits)
	rank := uint8(bits.LeadingZeros64(hash<<sketchBits|1<<(sketchBits-1))) + 1
	if rank > k[i] {
		k[i] = rank
	}
}

// merge makes k what it would be had it been given what other was given, too.
func (k *sketch) merge(other *sketch) {
	for i, rank := range other {
		k[i] = max(k[i], rank)
	}
}

func (k *sketch) estimate() uint64 {
	const m = float64(len(k))
	sum, zeros := 0.0, 0
	for _, rank := range k {
		sum += math.Ldexp(1, -int(rank))
		if rank == 0 {
			zeros++
		}
	}
	n := 0.7213 / (1 + 1.079/m) * m * m / sum
	if n <= 2.5*m && zeros > 0 {
		n = m * math.Log(m/float64(zeros))
	}
	return uint64(math.Round(n))
}

// simHasher hashes states for a sketch: by their bytes, if these tell states apart, so that the same
// walks give the same estimate in every process.
type simHasher[S comparable] struct {
	plain bool
	other hasher[S]
}

func newSimHasher[S comparable]() simHasher[S] {
	return simHasher[S]{plainBytes(reflect.TypeFor[S]()), newHasher[S](^uint64(0))}
}

func (h *simHasher[S]) sum(s *S) uint64 {
	if !h.plain {
		return h.other.sum(s)
	}
	return hashBytes(unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s)))
}

// hashBytes folds eight bytes at a time by a wide multiplication.  It need not resist anybody.
func hashBytes(b []byte) uint64 {
	h := uint64(len(b)) ^ 0x2545f4914f6cdd1d
	for ; len(b) >= 8; b = b[8:] {
		h = fold(h ^ binary.LittleEndian.Uint64(b))
	}
	if len(b) > 0 {
		var tail [8]byte
		copy(tail[:], b)
		h = fold(h ^ binary.LittleEndian.Uint64(tail[:]))
	}
	return mix(h)
}

func fold(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
