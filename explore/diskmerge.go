package explore

import (
	"cmp"
	"context"
	"slices"
	"unsafe"
)

// merging is the work of merging one partition of a level.
type merging[S comparable] struct {
	ctx               context.Context
	files             Storage
	bits, part        int
	runs              []runFile
	visited           []visitedRun // the largest first
	name              func(kind string) string
	level             uint32
	always, sometimes []Predicate[S] // those without Holds are not asked
	told              func(found uint64)

	n                     uint64
	states, prints        output
	violations, witnesses []found[S]
	x                     S // what goes through an interface is on the heap: so one for all
}

// mergedPartition is the result: a partition of the next level, and all visited states.
type mergedPartition struct {
	Count      uint64       `json:"count"`
	States     storedFile   `json:"states"`
	Prints     storedFile   `json:"prints"`
	Visited    []visitedRun `json:"visited"`
	Violations []savedState `json:"violations,omitempty"`
	Witnesses  []savedState `json:"witnesses,omitempty"`
}

// visitedRun is a sorted file of fingerprints, and whether those of the parents are in it as well.
type visitedRun struct {
	Parents bool `json:"parents"`
	storedFile
}

func (r visitedRun) records() int64 { return r.Bytes / recordBytes(r.Parents) }

// mergePartition merges the runs, leaves out the visited states, and writes the rest: a partition of the next level.
func (j *merging[S]) mergePartition() (out mergedPartition, err error) {
	j.violations, j.witnesses = noneFound[S](len(j.always)), noneFound[S](len(j.sometimes))
	in, err := j.openRuns()
	defer in.close()
	if err != nil {
		return out, err
	}
	if !in.next() {
		return mergedPartition{Visited: j.visited, Violations: saveFound(j.violations), Witnesses: saveFound(j.witnesses)}, nil
	}
	old, err := openVisited(j.ctx, j.files, j.visited)
	defer old.close()
	if err != nil {
		return out, err
	}
	j.states = output{ctx: j.ctx, files: j.files, name: j.name("states"), durable: true}
	j.prints = output{ctx: j.ctx, files: j.files, name: j.name("prints"), durable: true}
	err = cmp.Or(j.mergeInto(in, old), j.ctx.Err()) // what is not complete must not be closed as if it were
	if e := j.states.close(); err == nil {
		err = e
	}
	if e := j.prints.close(); err == nil {
		err = e
	}
	if err != nil {
		return out, err
	}
	out = mergedPartition{Count: j.n, States: j.states.storedFile, Prints: j.prints.storedFile, Visited: slices.Clone(j.visited),
		Violations: saveFound(j.violations), Witnesses: saveFound(j.witnesses)}
	if j.n > 0 {
		out.Visited = append(out.Visited, visitedRun{true, out.Prints})
	}
	out.Visited, err = j.compactVisited(out.Visited)
	return out, err
}

func (j *merging[S]) mergeInto(in *runs, old *visited) error {
	size := int(unsafe.Sizeof(j.x))
	var last print
	for n := 1; in.next(); n++ {
		if n%1024 == 0 && j.ctx.Err() != nil {
			return j.ctx.Err()
		}
		r := in.least()
		rec, err := r.in.peek(2*printSize + packedMost(size))
		if err != nil {
			return err
		}
		bytes := packedLen(rec[2*printSize:], size)
		if bytes < 0 {
			return r.in.damaged("what follows is not a packed state")
		}
		if r.p != last {
			last = r.p
			seen, err := old.has(r.p)
			if err != nil {
				return err
			}
			if !seen {
				if err := j.take(r, rec[:2*printSize+bytes]); err != nil {
					return err
				}
			}
		}
		if err := in.skip(2*printSize + bytes); err != nil {
			return err
		}
	}
	j.told(j.n % 1024)
	return old.drain()
}

// take writes a new state, and asks the predicates of it.
func (j *merging[S]) take(r *run, rec []byte) error {
	j.x = *new(S)
	if n := applyDelta(bytesOf(&j.x), rec[2*printSize:]); n < 0 || printOf(&j.x) != r.p {
		return r.in.damaged("what follows is not a packed state")
	}
	if err := cmp.Or(j.prints.write(rec[:2*printSize]), j.states.write(rec[2*printSize:])); err != nil {
		return err
	}
	inspectState(j.always, j.violations, &j.x, j.level, false)
	inspectState(j.sometimes, j.witnesses, &j.x, j.level, true)
	if j.n++; j.n%1024 == 0 {
		j.told(1024)
	}
	return nil
}

// inspectState asks predicates of a new state, and notes the first one for which the answer is the wanted one.
func inspectState[S comparable](list []Predicate[S], answers []found[S], x *S, level uint32, want bool) {
	for i, p := range list {
		if p.Holds != nil && answers[i].id == noState && p.Holds(*x) == want {
			answers[i] = found[S]{level, *x}
		}
	}
}

// run is a sorted file that is being merged: p and parent are those of its next record.
type run struct {
	in        *input
	p, parent print
}

// load reads the head of the next record, and reports whether there is one.
func (r *run) load() (more bool, err error) {
	if r.in.done() {
		return false, nil
	}
	rec, err := r.in.peek(2 * printSize)
	if err != nil {
		return false, err
	}
	if len(rec) < 2*printSize {
		return false, r.in.damaged("it is too short")
	}
	r.p, r.parent = getPrint(rec), getPrint(rec[printSize:])
	return true, nil
}

// runs is a heap of runs, the one with the least record at the top.
type runs struct{ heap []*run }

// openRuns opens the partition in every run file.
func (j *merging[S]) openRuns() (*runs, error) {
	h := &runs{}
	for _, f := range j.runs {
		list, err := openRun(j.ctx, j.files, f, j.part, j.bits)
		for _, in := range list {
			h.heap = append(h.heap, &run{in: in})
		}
		if err != nil {
			return h, err
		}
	}
	for _, r := range h.heap {
		if _, err := r.load(); err != nil {
			return h, err
		}
	}
	for i := len(h.heap)/2 - 1; i >= 0; i-- {
		h.sink(i)
	}
	return h, nil
}

func (h *runs) next() bool  { return len(h.heap) > 0 }
func (h *runs) least() *run { return h.heap[0] }

// skip goes past the least record, which has so many bytes.
func (h *runs) skip(n int) error {
	r := h.heap[0]
	r.in.at += n
	more, err := r.load()
	if err != nil {
		return err
	}
	if !more {
		r.in.close()
		h.heap[0] = h.heap[len(h.heap)-1]
		h.heap = h.heap[:len(h.heap)-1]
	}
	h.sink(0)
	return nil
}

func (h *runs) sink(i int) {
	before := func(a, b int) bool {
		x, y := h.heap[a], h.heap[b]
		return x.p.less(y.p) || x.p == y.p && x.parent.less(y.parent)
	}
	for {
		least := i
		for _, c := range [2]int{2*i + 1, 2*i + 2} {
			if c < len(h.heap) && before(c, least) {
				least = c
			}
		}
		if least == i {
			return
		}
		h.heap[i], h.heap[least] = h.heap[least], h.heap[i]
		i = least
	}
}

func (h *runs) close() {
	for _, r := range h.heap {
		r.in.close()
	}
}
