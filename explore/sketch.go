package explore

import (
	"math"
	"math/bits"
	"reflect"
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

// merge adds to k all hashes that other was given.
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

// newSketchHasher hashes states for a sketch. It hashes their bytes, if equal states have equal bytes. Then the same
// walks give the same estimate in every process.
func newSketchHasher[S comparable]() hasher[S] {
	return newHasher[S](^uint64(0), plainBytes(reflect.TypeFor[S]()))
}
