package explore

import (
	"bytes"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// near draws two states of n bytes that differ in a few.
func near(t *rapid.T, n int) (s, ref []byte) {
	ref = rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "reference")
	s = bytes.Clone(ref)
	for i, b := range rapid.MapOf(rapid.IntRange(0, n-1), rapid.Byte()).Draw(t, "changes") {
		s[i] = b
	}
	return s, ref
}

func TestPackedStateIsUnpacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 260).Draw(t, "size")
		s, ref := near(t, n)
		rec := appendDelta([]byte("before"), s, ref)[6:]
		if len(rec) > packedMost(n) {
			t.Errorf("%d bytes, which is more than %d", len(rec), packedMost(n))
		}
		got := bytes.Clone(ref)
		if used := applyDelta(got, append(bytes.Clone(rec), 1, 2, 3)); used != len(rec) || !bytes.Equal(got, s) {
			t.Fatalf("%d of %d bytes give %x, want %x", used, len(rec), got, s)
		}
		for cut := range rec {
			if applyDelta(bytes.Clone(ref), rec[:cut]) >= 0 {
				t.Fatalf("%d of %d bytes are enough", cut, len(rec))
			}
		}
	})
}

func FuzzUnpackingTakesAnyBytes(f *testing.F) {
	f.Add(uint16(9), []byte{3, 1, 7, 1, 9})
	f.Fuzz(func(t *testing.T, size uint16, rec []byte) {
		s := make([]byte, size%300+1)
		if used := applyDelta(s, rec); used > len(rec) {
			t.Errorf("%d of %d bytes", used, len(rec))
		}
	})
}

// block is a state that is large enough to be packed.
type block [9]uint64

func drawBlocks(t *rapid.T) []block {
	n := rapid.IntRange(1, 400).Draw(t, "states")
	xs := make([]block, n)
	for i := range xs {
		if i > 0 {
			xs[i] = xs[i-1]
		}
		xs[i][rapid.IntRange(0, 8).Draw(t, "word")] = rapid.Uint64().Draw(t, "value")
	}
	return xs
}

func TestStatesAreWhatWasPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := drawBlocks(t)
		a := newStates[block]()
		if !a.packs {
			t.Fatal("states of 72 bytes are not packed")
		}
		var b budget
		for i := range xs {
			if !a.put(&xs[i], &b) {
				t.Fatal("a budget without a limit refused")
			}
		}
		for i := range xs {
			id := uint32(i)
			if a.get(id) != xs[i] || !a.equal(id, &xs[i]) {
				t.Fatalf("state %d is not what was put", i)
			}
			if a.equal(id, &xs[0]) != (xs[i] == xs[0]) {
				t.Fatalf("state %d is not rightly compared", i)
			}
		}
	})
}

func TestQueueGivesWhatWasPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := drawBlocks(t)
		q, b := newQueue[block](), budget{}
		for i := range xs {
			if !q.put(&xs[i], &b) {
				t.Fatal("a budget without a limit refused")
			}
		}
		gone := rapid.IntRange(0, len(xs)).Draw(t, "released")
		q.release(uint32(gone), &b)
		lo := rapid.IntRange(gone, len(xs)).Draw(t, "lo")
		hi := rapid.IntRange(lo, len(xs)).Draw(t, "hi")
		if got := q.load(nil, uint32(lo), uint32(hi)); !slices.Equal(got, xs[lo:hi]) {
			t.Fatalf("states %d to %d are not what was put", lo, hi)
		}
	})
}

// A queue of fixed length takes no more memory however much goes through it.
func TestReleasedPagesAreUsedAgain(t *testing.T) {
	q, b := newQueue[block](), budget{}
	x := block{}
	used := uint64(0)
	for i := range uint32(400_000) {
		x[i%9] = uint64(i) * 0x9e3779b97f4a7c15
		if !q.put(&x, &b) {
			t.Fatal("a budget without a limit refused")
		}
		if i > 1000 {
			q.release(i-1000, &b)
		}
		if i == 100_000 {
			used = b.used.Load()
		}
	}
	if got := b.used.Load(); got > used {
		t.Errorf("%d bytes, and %d in the end", used, got)
	}
}

func TestPrintsAreFoundHoweverTheTableGrew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SampledFrom([]uint64{^uint64(0), 0x7, 0xff00_0000_0000_0000, 0x03ff_ffff_0000_0000}).Draw(t, "bits")
		his := rapid.SliceOfN(rapid.Uint64(), 1, 400).Draw(t, "prints")
		var s prints
		var b budget
		if !s.reserve(1, &b) {
			t.Fatal("a budget without a limit refused")
		}
		twin := map[print]uint32{}
		for i, hi := range his {
			p := print{hi&bits>>shardBits | 1, hi % 3} // all of shard 0
			_, known := twin[p]
			if !s.reserve(1, &b) {
				t.Fatal("a budget without a limit refused")
			}
			fresh, ok := s.add(p, uint32(i), &b)
			if !ok || fresh == known {
				t.Fatalf("%x: fresh %v, known %v", p, fresh, known)
			}
			if fresh {
				twin[p] = uint32(i)
			}
		}
		if s.used != len(twin) {
			t.Errorf("%d entries, want %d", s.used, len(twin))
		}
		last, entries := print{}, 0
		for i, hi := range s.hi {
			if hi == 0 {
				continue
			}
			p := print{hi, s.lo[i]}
			if entries++; !last.less(p) {
				t.Fatalf("%x after %x", p, last)
			}
			last = p
			if parent, known := twin[p]; !known || parent != s.parent[i] {
				t.Fatalf("%x with parent %d, want %d", p, s.parent[i], parent)
			}
			if at, found := s.find(p); !found || at != i {
				t.Fatalf("%x is at %d, found at %d", p, i, at)
			}
			seen := false
			s.tagged(p.tag(), func(q print) { seen = seen || p == q })
			if !seen {
				t.Fatalf("%x is not among those of its tag", p)
			}
		}
		if entries != len(twin) {
			t.Errorf("%d entries, want %d", entries, len(twin))
		}
	})
}
