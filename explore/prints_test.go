package explore

import (
	"context"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// The homes of the entries with one tag may be two, with an empty place between them.
func TestEveryEntryIsFoundByItsTag(t *testing.T) {
	var table prints
	var mem budget
	defer table.drop(&mem)
	r := rand.New(rand.NewPCG(1, 2))
	list := make([]print, 300_000)
	for i := range list {
		list[i] = print{r.Uint64()>>shardBits | 1, r.Uint64()}
		if !table.reserve(1, &mem) {
			t.Fatal("no memory")
		}
		table.add(list[i], 0, &mem)
	}
	for _, p := range list {
		found := false
		table.tagged(p.tag(), func(q print) { found = found || q == p })
		if !found {
			t.Fatalf("%x is not found by its tag", p)
		}
	}
}

func TestSorterKeepsToItsMemory(t *testing.T) {
	const limit = 8 << 20
	r := rand.New(rand.NewPCG(1, 2))
	w := newTaskWorker[block, int](limit, 1)
	defer w.close()
	for x := (block{}); !w.sorter.full(); {
		for i := range x {
			x[i] = r.Uint64() // nothing that packing could leave out
		}
		w.add(printOf(&x), print{}, &x)
	}
	if err := w.sorter.sort(t.Context()); err != nil {
		t.Fatal(err)
	}
	if cap(w.sorter.entries) > 0 && &w.sorter.entries[:1][0] != (*entry)(unsafe.Pointer(&w.memory[1].bytes[0])) ||
		&w.sorter.packed[:1][0] != &w.memory[3].bytes[0] {
		t.Error("it has moved to the heap")
	}
	if n := w.bytes(); n > limit || n < limit/2 {
		t.Errorf("%d bytes, of %d allowed", n, limit)
	}
	w.close()
}

// A sorter puts its entries in order, those with one fingerprint by that of their parent, and ends when its context does.
func TestSorterSortsUntilItIsInterrupted(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var s sorter
	for range 20_000 {
		e := entry{p: print{r.Uint64N(4)<<62 | r.Uint64N(50), r.Uint64N(3)}, parent: print{r.Uint64N(9), r.Uint64N(9)}}
		s.entries = append(s.entries, e)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.sort(done); err != context.Canceled {
		t.Errorf("interrupted: %v", err)
	}
	if err := s.sort(t.Context()); err != nil || len(s.order) != len(s.entries) {
		t.Fatalf("%v, %d of %d", err, len(s.order), len(s.entries))
	}
	for i, o := range s.order[1:] {
		x, y := &s.entries[s.order[i].at], &s.entries[o.at]
		if y.p.less(x.p) || y.p == x.p && y.parent.less(x.parent) {
			t.Fatalf("%v with parent %v comes after %v with parent %v", y.p, y.parent, x.p, x.parent)
		}
	}
}
