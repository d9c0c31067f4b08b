package explore

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"unsafe"
)

// diskWorker is the memory that one goroutine expands with.  Nearly all of it is outside the heap, so that the garbage
// collector does not take it for a reason to wait.
type diskWorker[S comparable, A any] struct {
	actions []A
	next    []S
	sorter  sorter
	known   []print // a cache, by their low halves, of fingerprints that this worker has come to before
	memory  [][]byte
}

// mostKnown is the most bytes of a worker's cache: more would not hold more of what comes again.
const mostKnown = 256 << 20

// newDiskWorker plans with so many bytes of memory, but to sort no fewer than least successors.  It is nil if the system
// does not have them.
func newDiskWorker[S comparable, A any](mem uint64, least int) *diskWorker[S, A] {
	w := &diskWorker[S, A]{}
	n := 1 << 8
	for uint64(n)*printSize*2 <= min(mem/4, mostKnown) {
		n *= 2
	}
	var m [4][]byte
	w.known, m[0] = outside[print](n)
	size := int(unsafe.Sizeof(*new(S)))
	// A successor takes its entry, its place in the order, and some third of its state.  An eighth is left for files.
	packed := size/3 + 8
	each := int(unsafe.Sizeof(entry{})+unsafe.Sizeof(ranked{})) + packed
	most := max(least, int((mem-min(mem, uint64(n)*printSize))*7/8)/each)
	w.sorter.entries, m[1] = outside[entry](most)
	w.sorter.order, m[2] = outside[ranked](most)
	w.sorter.packed, m[3] = outside[byte](most*packed + packedMost(size))
	w.memory = m[:]
	if slices.ContainsFunc(w.memory, func(b []byte) bool { return b == nil }) {
		w.close()
		return nil
	}
	w.sorter.entries, w.sorter.order, w.sorter.packed = w.sorter.entries[:0], w.sorter.order[:0], w.sorter.packed[:0]
	w.sorter.room = packedMost(size)
	return w
}

func (w *diskWorker[S, A]) bytes() (n uint64) {
	for _, m := range w.memory {
		n += uint64(len(m))
	}
	return n
}

func (w *diskWorker[S, A]) close() {
	for _, m := range w.memory {
		if m != nil {
			free(m)
		}
	}
	*w = diskWorker[S, A]{}
}

// add takes a successor, unless the worker has met it before.  States are expanded in the order of their
// fingerprints: then it was met in an earlier level, or with a parent that has a lesser one.
func (w *diskWorker[S, A]) add(p, parent print, x *S) {
	known := &w.known[p.lo&uint64(len(w.known)-1)]
	if *known == p {
		return
	}
	*known = p
	var zero S
	w.sorter.add(p, parent, bytesOf(x), bytesOf(&zero))
}

// expansion is the work of expanding one partition of a level.
type expansion[S comparable, A any] struct {
	*stepper[S, A]
	leaf           bool // only count what is there
	dir            string
	part           int
	states, prints diskFile
	told           func(states, generated uint64)
}

// expanded is what comes of it: for each partition, sorted runs of successors.
type expanded[S comparable] struct {
	counts[S]
	runs [partitions][]string
}

// expandPartition expands the states of a partition and writes their successors into runs without doubles.
func expandPartition[S comparable, A any](ctx context.Context, j expansion[S, A], w *diskWorker[S, A]) (out expanded[S], err error) {
	states, err := open(j.states.name, &j.states.savedFile)
	if err != nil {
		return out, err
	}
	defer states.close()
	prints, err := open(j.prints.name, &j.prints.savedFile)
	if err != nil {
		return out, err
	}
	defer prints.close()
	spill := 0
	write := func() error {
		runs, err := w.sorter.flush(ctx, j.dir, fmt.Sprintf("run-%02d-%d", j.part, spill))
		spill++
		for part := range runs {
			out.runs[part] = append(out.runs[part], runs[part]...)
		}
		return err
	}
	told := uint64(0)
	x := new(S) // one for all: what goes through an interface is on the heap
	for n := uint64(1); states.left > 0; n++ {
		if n%256 == 0 {
			if ctx.Err() != nil {
				return out, ctx.Err()
			}
			j.told(256, out.generated-told)
			told = out.generated
		}
		me, err := nextState(states, prints, x)
		if err != nil {
			return out, err
		}
		j.expand(w, &out.counts, me, x)
		if w.sorter.full() {
			if err := write(); err != nil {
				return out, err
			}
		}
	}
	j.told(0, out.generated-told)
	return out, write()
}

// expand takes the successors of x.
func (j *expansion[S, A]) expand(w *diskWorker[S, A], c *counts[S], me print, x *S) {
	w.actions = j.enabled(w.actions[:0], c, x, j.leaf)
	w.next = j.step(w.next[:0], x, w.actions)
	same := 0
	for i := range w.next {
		to := &w.next[i]
		if *to == *x {
			same++
			continue
		}
		w.add(printOf(to), me, to)
	}
	if same > 0 && same == len(w.actions) {
		c.loops++
	}
}

// nextState reads a state and its fingerprint.
func nextState[S comparable](states, prints *input, x *S) (me print, err error) {
	rec, err := prints.peek(2 * printSize)
	if err != nil || len(rec) < 2*printSize {
		return me, cmp.Or(err, prints.damaged("it is too short"))
	}
	me = getPrint(rec)
	if err := prints.skip(2 * printSize); err != nil {
		return me, err
	}
	packed, err := states.peek(packedMost(int(unsafe.Sizeof(*x))))
	if err != nil {
		return me, err
	}
	*x = *new(S)
	n := applyDelta(bytesOf(x), packed)
	if n < 0 {
		return me, states.damaged("what follows is not a packed state")
	}
	if printOf(x) != me {
		return me, states.damaged("a state is not the one that was written") // nothing is asked of such a state
	}
	return me, states.skip(n)
}

// sorter collects records, and writes them in order.  Its slices do not grow past the room that they begin with.
type sorter struct {
	entries []entry
	packed  []byte
	room    int // bytes that one packed state can take
	order   []ranked
	buf     []byte
}

// entry is a fingerprint, that of the parent, and where the packed state begins.
type entry struct {
	p, parent print
	at        uint64
}

// ranked is an entry by the half of its fingerprint that nearly always decides.
type ranked struct {
	hi uint64
	at uint32
}

func (s *sorter) n() int { return len(s.entries) }

// full reports whether there may be no room for the successors of another state.  If one should have more than that,
// the slices move to the heap.
func (s *sorter) full() bool {
	many := min(256, cap(s.entries)/16)
	return len(s.entries)+many >= cap(s.entries) || len(s.packed)+many*s.room >= cap(s.packed)
}

func (s *sorter) add(p, parent print, x, zero []byte) {
	s.entries = append(s.entries, entry{p, parent, uint64(len(s.packed))})
	s.packed = appendDelta(s.packed, x, zero)
}

// state is the packed state of entry i.
func (s *sorter) state(i uint32) []byte {
	if int(i)+1 < len(s.entries) {
		return s.packed[s.entries[i].at:s.entries[i+1].at]
	}
	return s.packed[s.entries[i].at:]
}

// sort puts the entries in order: first by the top byte of their fingerprints, which takes no comparing, and then those
// that share it, between which it looks whether the context is done.
func (s *sorter) sort(ctx context.Context) error {
	var start [257]int // of the entries with each top byte
	for i := range s.entries {
		start[s.entries[i].p.hi>>56+1]++
	}
	for b := range 256 {
		start[b+1] += start[b]
	}
	s.order = slices.Grow(s.order[:0], len(s.entries))[:len(s.entries)]
	at := start
	for i := range s.entries {
		hi := s.entries[i].p.hi
		s.order[at[hi>>56]] = ranked{hi, uint32(i)}
		at[hi>>56]++
	}
	for b := range 256 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		slices.SortFunc(s.order[start[b]:start[b+1]], s.compare)
	}
	return nil
}

func (s *sorter) compare(a, b ranked) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	x, y := &s.entries[a.at], &s.entries[b.at]
	return cmp.Or(cmp.Compare(x.p.lo, y.p.lo), cmp.Compare(x.parent.hi, y.parent.hi), cmp.Compare(x.parent.lo, y.parent.lo))
}

// flush writes a run for each partition that there is something for, and empties the sorter.
func (s *sorter) flush(ctx context.Context, dir, name string) (runs [][]string, err error) {
	if err := s.sort(ctx); err != nil {
		return nil, err
	}
	runs = make([][]string, partitions)
	out, part, last := &output{}, -1, print{}
	for _, r := range s.order {
		e := &s.entries[r.at]
		if e.p == last {
			continue // with a parent that has a greater fingerprint
		}
		last = e.p
		if p := partitionOf(e.p); p != part {
			if err := cmp.Or(out.close(true), ctx.Err()); err != nil {
				return nil, err
			}
			part = p
			run := fmt.Sprintf("%s-%02d", name, part)
			out = &output{name: filepath.Join(dir, run)}
			runs[part] = []string{run}
		}
		s.buf = appendPrint(appendPrint(s.buf[:0], e.p), e.parent)
		s.buf = append(s.buf, s.state(r.at)...)
		if err := out.write(s.buf); err != nil {
			out.close(true)
			return nil, err
		}
	}
	s.entries, s.packed = s.entries[:0], s.packed[:0]
	return runs, out.close(true)
}
