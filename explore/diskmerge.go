package explore

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"unsafe"
)

// merging is the work of merging one partition of a level.
type merging[S comparable] struct {
	dir                       string
	part                      int
	runs                      []string   // of successors, sorted
	visited                   []savedRun // the largest first
	states, prints, compacted string     // names of the files to be written
	hasty                     bool
	level                     uint32
	always, sometimes         []Predicate[S] // those without Holds are not asked
	told                      func(states uint64)
}

// merged is what comes of it: the partition of the next level, and all that is visited.
type merged[S comparable] struct {
	n                     uint64
	states, prints        savedFile
	visited               []savedRun
	violations, witnesses []found[S]
}

// mergePartition takes the runs together, takes away what was visited, and writes what is left: a partition of the next level.
func mergePartition[S comparable](ctx context.Context, j merging[S]) (out merged[S], err error) {
	out.violations, out.witnesses = noneFound[S](len(j.always)), noneFound[S](len(j.sometimes))
	out.visited = slices.Clone(j.visited)
	if len(j.runs) == 0 {
		return out, nil
	}
	in, err := openRuns(j.dir, j.runs)
	defer in.close()
	if err != nil {
		return out, err
	}
	old, err := openVisited(j.dir, j.visited)
	defer old.close()
	if err != nil {
		return out, err
	}
	states := &output{name: filepath.Join(j.dir, j.states)}
	prints := &output{name: filepath.Join(j.dir, j.prints)}
	err = mergeInto(ctx, &j, &out, in, old, states, prints)
	if e := states.close(j.hasty); err == nil {
		err = e
	}
	if e := prints.close(j.hasty); err == nil {
		err = e
	}
	if err != nil {
		return out, err
	}
	out.states, out.prints = states.savedFile, prints.savedFile
	if out.n > 0 {
		out.visited = append(out.visited, savedRun{j.prints, true, prints.savedFile})
	}
	return out, compactVisited(ctx, &j, &out)
}

func mergeInto[S comparable](ctx context.Context, j *merging[S], out *merged[S], in *runs, old *visited, states, prints *output) error {
	var last print
	for n := 1; in.next(); n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := in.least()
		if r.p != last {
			last = r.p
			seen, err := old.has(r.p)
			if err != nil {
				return err
			}
			if !seen {
				if err := take(j, out, r, states, prints); err != nil {
					return err
				}
			}
		}
		var x S
		if err := in.skip(int(unsafe.Sizeof(x))); err != nil {
			return err
		}
	}
	j.told(out.n % 1024)
	return old.drain()
}

// take writes a new state, and asks the predicates of it.
func take[S comparable](j *merging[S], out *merged[S], r *run, states, prints *output) error {
	var x S
	rec, err := r.in.peek(2*printSize + packedMost(int(unsafe.Sizeof(x))))
	if err != nil {
		return err
	}
	n := applyDelta(bytesOf(&x), rec[2*printSize:])
	if n < 0 || printOf(&x) != r.p {
		return r.in.damaged("what follows is not a packed state")
	}
	if err := cmp.Or(prints.write(rec[:2*printSize]), states.write(rec[2*printSize:2*printSize+n])); err != nil {
		return err
	}
	j.inspect(out, &x)
	if out.n++; out.n%1024 == 0 {
		j.told(1024)
	}
	return nil
}

// inspect asks the predicates of a new state.
func (j *merging[S]) inspect(out *merged[S], x *S) {
	for i, p := range j.always {
		if p.Holds != nil && out.violations[i].id == noState && !p.Holds(*x) {
			out.violations[i] = found[S]{j.level, *x}
		}
	}
	for i, p := range j.sometimes {
		if p.Holds != nil && out.witnesses[i].id == noState && p.Holds(*x) {
			out.witnesses[i] = found[S]{j.level, *x}
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
	if r.in.left == 0 {
		return false, nil
	}
	rec, err := r.in.peek(2 * printSize)
	if err != nil || len(rec) < 2*printSize {
		return false, cmp.Or(err, r.in.damaged("it is too short"))
	}
	r.p, r.parent = getPrint(rec), getPrint(rec[printSize:])
	return true, nil
}

// runs is a heap of runs, the one with the least record at the top.
type runs struct{ heap []*run }

func openRuns(dir string, names []string) (*runs, error) {
	h := &runs{}
	for _, name := range names {
		in, err := open(filepath.Join(dir, name), nil)
		if err != nil {
			return h, err
		}
		r := &run{in: in}
		h.heap = append(h.heap, r)
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

// skip goes past the least record, whose state has so many bytes.
func (h *runs) skip(size int) error {
	r := h.heap[0]
	rec, err := r.in.peek(2*printSize + packedMost(size))
	if err != nil {
		return err
	}
	n := packedLen(rec[2*printSize:], size)
	if n < 0 {
		return r.in.damaged("what follows is not a packed state")
	}
	if err := r.in.skip(2*printSize + n); err != nil {
		return err
	}
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

// visited is what was visited before: sorted files that are read side by side.
type visited struct{ files []*visitedFile }

type visitedFile struct {
	in   *input
	size int
	p    print
	end  bool
}

func openVisited(dir string, list []savedRun) (*visited, error) {
	v := &visited{}
	for _, r := range list {
		in, err := open(filepath.Join(dir, r.Name), &r.savedFile)
		if err != nil {
			return v, err
		}
		f := &visitedFile{in: in, size: int(recordBytes(r.Parents))}
		v.files = append(v.files, f)
		if err := f.next(); err != nil {
			return v, err
		}
	}
	return v, nil
}

// next reads a fingerprint into f.p.
func (f *visitedFile) next() error {
	if f.end = f.in.left == 0; f.end {
		return nil
	}
	rec, err := f.in.peek(f.size)
	if err != nil || len(rec) < f.size {
		return cmp.Or(err, f.in.damaged("it is too short"))
	}
	f.p = getPrint(rec)
	return f.in.skip(f.size)
}

// has reports whether p was visited; it is asked in ascending order.
func (v *visited) has(p print) (seen bool, err error) {
	for _, f := range v.files {
		for !f.end && f.p.less(p) {
			if err := f.next(); err != nil {
				return false, err
			}
		}
		seen = seen || !f.end && f.p == p
	}
	return seen, nil
}

// drain reads what is left, so that all checksums are compared.
func (v *visited) drain() error {
	_, err := v.has(print{^uint64(0), ^uint64(0)})
	return err
}

func (v *visited) close() {
	for _, f := range v.files {
		f.in.close()
	}
}

// compactVisited merges the last of the visited files into one, if there are many or the last is nearly as large as
// the one before: so there are few, and each fingerprint is written a few times.
func compactVisited[S comparable](ctx context.Context, j *merging[S], out *merged[S]) error {
	list := out.visited
	keep := len(list)
	sum := int64(0)
	for keep > 0 && (sum == 0 || list[keep-1].records() <= 2*sum) {
		keep--
		sum += list[keep].records()
	}
	if len(list)-keep < 3 {
		return nil
	}
	old, err := openVisited(j.dir, list[keep:])
	defer old.close()
	if err != nil {
		return err
	}
	w := &output{name: filepath.Join(j.dir, j.compacted)}
	err = old.writeTo(ctx, w)
	if e := w.close(j.hasty); err == nil {
		err = e
	}
	out.visited = append(slices.Clone(list[:keep]), savedRun{j.compacted, false, w.savedFile})
	return err
}

// writeTo writes all fingerprints in order.  No two files have the same.
func (v *visited) writeTo(ctx context.Context, w *output) error {
	var buf []byte
	for n := 1; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var least *visitedFile
		for _, f := range v.files {
			if !f.end && (least == nil || f.p.less(least.p)) {
				least = f
			}
		}
		if least == nil {
			return nil
		}
		buf = appendPrint(buf[:0], least.p)
		if err := cmp.Or(w.write(buf), least.next()); err != nil {
			return err
		}
	}
}
