package explore

import (
	"math/rand/v2"
	"testing"
)

// walkBlocks is a walk through states that differ in one word from one to the next.
func walkBlocks(n int) []block {
	r := rand.New(rand.NewPCG(1, 2))
	xs := make([]block, n)
	for i := 1; i < n; i++ {
		xs[i] = xs[i-1]
		xs[i][r.IntN(len(xs[i]))] = r.Uint64N(1 << 16)
	}
	return xs
}

func BenchmarkPackedStates(b *testing.B) {
	xs := walkBlocks(1 << 14)
	b.Run("put", func(b *testing.B) {
		b.ReportAllocs()
		var mem budget
		a := newStates[block]()
		for i := range b.N {
			if i%len(xs) == 0 {
				mem, a = budget{}, newStates[block]()
			}
			a.put(&xs[i%len(xs)], &mem)
		}
		b.ReportMetric(float64(a.pages.end)/float64(a.n), "packed-bytes/state")
	})
	var mem budget
	a, q := newStates[block](), newQueue[block]()
	for i := range xs {
		a.put(&xs[i], &mem)
		q.put(&xs[i], &mem)
	}
	b.Run("equal", func(b *testing.B) {
		for i := range b.N {
			if j := i * 7919 % len(xs); !a.equal(uint32(j), &xs[j]) {
				b.Fatal("a state is not itself")
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		for i := range b.N {
			a.get(uint32(i * 7919 % len(xs)))
		}
	})
	b.Run("queue", func(b *testing.B) {
		var dst []block
		for range b.N {
			dst = q.load(dst[:0], 0, uint32(len(xs)))
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(xs)), "ns/state")
	})
}

func BenchmarkPrints(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	ps := make([]print, 1<<20)
	for i := range ps {
		ps[i] = print{r.Uint64()>>shardBits | 1, r.Uint64()}
	}
	fill := func(b *testing.B) *prints {
		var t prints
		var mem budget
		for i := range ps {
			if !t.reserve(1, &mem) {
				b.Fatal("no memory")
			}
			t.add(ps[i], 0, &mem)
		}
		return &t
	}
	b.Run("add", func(b *testing.B) {
		for range b.N {
			fill(b)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(ps)), "ns/state")
	})
	t := fill(b)
	b.Run("find", func(b *testing.B) {
		for i := range b.N {
			if _, found := t.find(ps[i*7919%len(ps)]); !found {
				b.Fatal("a fingerprint is lost")
			}
		}
		b.ReportMetric(float64(len(t.hi)*printBytes)/float64(t.used), "bytes/state")
	})
	b.Run("hash", func(b *testing.B) {
		x := block{}
		for i := range b.N {
			x[0] = uint64(i)
			printOf(&x)
		}
	})
}
