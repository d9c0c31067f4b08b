package explore

import (
	"cmp"
	"context"
	"slices"
)

// visited are the fingerprints of all states that were found before: sorted files that are read side by side.
type visited struct{ files []*visitedFile }

type visitedFile struct {
	in   *input
	size int
	p    print
	end  bool
}

func openVisited(ctx context.Context, files Storage, list []visitedRun) (*visited, error) {
	v := &visited{}
	for _, r := range list {
		in, err := openFile(ctx, files, r.storedFile)
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
	if f.end = f.in.done(); f.end {
		return nil
	}
	rec, err := f.in.peek(f.size)
	if err != nil {
		return err
	}
	if len(rec) < f.size {
		return f.in.damaged("it is too short")
	}
	f.p = getPrint(rec)
	f.in.at += f.size
	return nil
}

// has reports whether p was visited; it is asked in ascending order.
func (v *visited) has(p print) (seen bool, err error) {
	for _, f := range v.files {
		for !f.end && f.p.less(p) {
			f.pass(p)
			if err := f.next(); err != nil {
				return false, err
			}
		}
		seen = seen || !f.end && f.p == p
	}
	return seen, nil
}

// pass goes past those fingerprints in the block that are less than p by their first halves.
func (f *visitedFile) pass(p print) {
	b := f.in.block[f.in.at:f.in.n]
	n := 0
	for n+f.size <= len(b) && getPrint(b[n:]).hi < p.hi {
		n += f.size
	}
	f.in.at += n
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
func (j *merging[S]) compactVisited(list []visitedRun) ([]visitedRun, error) {
	keep := len(list)
	sum := int64(0)
	for keep > 0 && (sum == 0 || list[keep-1].records() <= 2*sum) {
		keep--
		sum += list[keep].records()
	}
	if len(list)-keep < 3 {
		return list, nil
	}
	old, err := openVisited(j.ctx, j.files, list[keep:])
	defer old.close()
	if err != nil {
		return nil, err
	}
	w := &output{ctx: j.ctx, files: j.files, name: j.name("visited"), durable: true}
	err = old.writeTo(w)
	err = cmp.Or(err, j.ctx.Err())
	if e := w.close(); err == nil {
		err = e
	}
	return append(slices.Clone(list[:keep]), visitedRun{false, w.storedFile}), err
}

// writeTo writes all fingerprints in order. No two files have the same.
func (v *visited) writeTo(w *output) error {
	var buf [printSize]byte
	for n := 1; ; n++ {
		if n%1024 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
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
		if err := cmp.Or(w.write(appendPrint(buf[:0], least.p)), least.next()); err != nil {
			return err
		}
	}
}
