package explore

import (
	"context"
	"math/bits"
	"slices"
	"unsafe"
)

// taskWorker is the memory that one goroutine needs to carry out tasks. Nearly all of it is outside the heap: otherwise the garbage
// collector would let the heap grow to twice its size.
type taskWorker[S comparable, A any] struct {
	actions  []A
	next     []S
	prints   []print
	gathered []gathered[S]
	sorter   sorter
	known    []print // room for a cache, by their low halves, of fingerprints that the task has come to
	touched  uint64  // unused; the compiler would leave out a read whose value is not stored
	mask     uint64  // of the part of it that the task uses
	memory   [4]memory
}

// mostKnown is the most bytes of a worker's cache: more would not hold more of what comes again.
const mostKnown = 256 << 20

// newTaskWorker plans with so many bytes of memory, but to sort no fewer than least successors. It is nil if the system
// does not have them.
func newTaskWorker[S comparable, A any](mem uint64, least int) *taskWorker[S, A] {
	w := &taskWorker[S, A]{}
	n := 1 << 8
	for uint64(n)*printSize*2 <= min(mem/4, mostKnown) {
		n *= 2
	}
	m := &w.memory
	w.known, m[0] = outside[print](n)
	size := int(unsafe.Sizeof(*new(S)))
	// A successor takes its entry, its place in the order, and some third of its state. An eighth is left for files.
	packed := size/3 + 8
	each := int(unsafe.Sizeof(entry{})+unsafe.Sizeof(ranked{})) + packed
	most := max(least, int((mem-min(mem, uint64(n)*printSize))*7/8)/each)
	w.sorter.entries, m[1] = outside[entry](most)
	w.sorter.order, m[2] = outside[ranked](most)
	w.sorter.packed, m[3] = outside[byte](most*packed + packedMost(size))
	if slices.ContainsFunc(m[:], func(m memory) bool { return m.bytes == nil }) {
		w.close()
		return nil
	}
	w.sorter.order = w.sorter.order[:0]
	w.sorter.empty()
	w.sorter.room = packedMost(size)
	return w
}

func (w *taskWorker[S, A]) bytes() (n uint64) {
	for _, m := range w.memory {
		n += uint64(len(m.bytes))
	}
	return n
}

func (w *taskWorker[S, A]) close() {
	for i := range w.memory {
		w.memory[i].free()
	}
	*w = taskWorker[S, A]{}
}

// begin forgets everything of earlier tasks. The cache is as large as a task that expands so many states needs, so that small
// tasks do not have to clear all of it.
func (w *taskWorker[S, A]) begin(states uint64) {
	n := min(len(w.known), max(1<<8, 1<<bits.Len64(8*states)))
	w.mask = uint64(n - 1)
	clear(w.known[:n])
	w.sorter.empty()
	w.forget()
}

// forget empties the list of states whose successors are not looked up yet.
func (w *taskWorker[S, A]) forget() {
	w.next, w.prints, w.gathered = w.next[:0], w.prints[:0], w.gathered[:0]
}

// add takes a successor, unless the task has met it before. States are expanded in the order of their fingerprints: then
// it was met with a parent that has a lesser one.
func (w *taskWorker[S, A]) add(p, parent print, x *S) {
	known := &w.known[p.lo&w.mask]
	if *known == p {
		return
	}
	*known = p
	var zero S
	w.sorter.add(p, parent, bytesOf(x), bytesOf(&zero))
}

// expansion is the work of expanding some partitions of a level.
type expansion[S comparable, A any] struct {
	*stepper[S, A]
	ctx    context.Context
	files  Storage
	leaf   bool // only count what is there
	seen   *seen
	worker *taskWorker[S, A]
	out    runWriter
	told   func(expanded, generated uint64)

	counts counts[S]
	noted  uint64 // successors that were reported
	x      S      // what goes through an interface is on the heap: so one for all
}

// partition expands the states of a partition.
func (j *expansion[S, A]) partition(states, prints storedFile) error {
	in, err := openFile(j.ctx, j.files, states)
	if err != nil {
		return err
	}
	defer in.close()
	names, err := openFile(j.ctx, j.files, prints)
	if err != nil {
		return err
	}
	defer names.close()
	n := uint64(0)
	for ; !names.done(); n++ {
		if n%256 == 255 {
			if j.ctx.Err() != nil {
				return j.ctx.Err()
			}
			j.tell(256)
		}
		me, err := nextState(in, names, &j.x)
		if err != nil {
			return err
		}
		j.expand(me)
		if j.worker.sorter.full() {
			if err := j.out.spill(j.ctx, &j.worker.sorter); err != nil {
				return err
			}
		}
	}
	j.lookUp()
	if !in.done() {
		return in.damaged("it has more states than fingerprints")
	}
	j.tell(n % 256)
	return nil
}

func (j *expansion[S, A]) tell(expanded uint64) {
	j.told(expanded, j.counts.generated-j.noted)
	j.noted = j.counts.generated
}

// mostGathered is how many successors are looked up together, or a few more.
const mostGathered = 48

// gathered is an expanded state whose successors are looked up together with those of other states.
type gathered[S comparable] struct {
	me      print
	x       S
	actions int
	end     int // of its successors
}

// expand takes the successors of the state in hand.
func (j *expansion[S, A]) expand(me print) {
	w := j.worker
	w.actions = j.enabled(w.actions[:0], &j.counts, &j.x, j.leaf)
	from := len(w.next)
	w.next = j.step(w.next, &j.x, w.actions)
	for i := from; i < len(w.next); i++ {
		w.prints = append(w.prints, printOf(&w.next[i]))
	}
	w.gathered = append(w.gathered, gathered[S]{me, j.x, len(w.actions), len(w.next)})
	if len(w.next) >= mostGathered {
		j.lookUp()
	}
}

// lookUp takes those of the gathered successors that may be new.
func (j *expansion[S, A]) lookUp() {
	w := j.worker
	// Read all places first: then the processor waits for many of them at the same time.
	for _, p := range w.prints {
		w.touched ^= j.seen.place(p).hi.Load() ^ w.known[p.lo&w.mask].hi
	}
	for i := range w.gathered {
		w.touched ^= j.seen.place(w.gathered[i].me).hi.Load()
	}
	at := 0
	for i := range w.gathered {
		g := &w.gathered[i]
		j.seen.add(g.me)
		same := 0
		for ; at < g.end; at++ {
			switch p := w.prints[at]; {
			case p == g.me && w.next[at] == g.x:
				same++
			case !j.seen.has(p):
				w.add(p, g.me, &w.next[at])
			}
		}
		if same > 0 && same == g.actions {
			j.counts.loops++
		}
	}
	w.forget()
}

// nextState reads a state and its fingerprint.
func nextState[S comparable](states, prints *input, x *S) (me print, err error) {
	rec, err := prints.peek(2 * printSize)
	if err != nil {
		return me, err
	}
	if len(rec) < 2*printSize {
		return me, prints.damaged("it is too short")
	}
	me = getPrint(rec)
	prints.at += 2 * printSize
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
	states.at += n
	return me, nil
}
