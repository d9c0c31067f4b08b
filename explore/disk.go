package explore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"
)

// The search on disk is delayed duplicate detection (Stern and Dill 1998; Korf 2004).  Fingerprints are divided into
// partitions by their top bits.  A level is expanded partition by partition into sorted runs, and then, partition by
// partition, the runs are merged with each other and with what was visited before; what is left is the next level.
// [expandPartition] and [mergePartition] know of nothing but files, so that they can be run anywhere.
//
// Of several parents the one with the least fingerprint is kept, whoever found it first: so the result depends on no
// order.
const (
	partitionBits = 4
	partitions    = 1 << partitionBits
	diskMemory    = 1 << 30 // bytes to sort in, if MaxMem does not say
)

// savedLevel is what the manifest of a search on disk says of its files.
type savedLevel struct {
	States  []savedFile   `json:"states"`  // per partition: the states of the last level
	Prints  [][]savedFile `json:"prints"`  // per level and partition: fingerprints and those of the parents
	Visited [][]savedRun  `json:"visited"` // per partition: all fingerprints
}

// savedRun is a sorted file of fingerprints: its name, and whether those of the parents are in it as well.
type savedRun struct {
	Name    string `json:"name"`
	Parents bool   `json:"parents"`
	savedFile
}

func (r savedRun) records() int64 { return r.Bytes / recordBytes(r.Parents) }

func statesName(level, part int) string { return fmt.Sprintf("level-%04d-%02d.states", level, part) }
func printsName(level, part int) string { return fmt.Sprintf("level-%04d-%02d.prints", level, part) }

// disk is the [space] in files.  The level in hand is the last of levels.
type disk[S comparable, A any] struct {
	common[S, A]
	saved  savedLevel
	levels []uint64

	lock    *os.File // of the directory
	workers []*diskWorker[S, A]
	pool    *pool
	bytes   uint64 // on disk

	distinct, generated, expanded atomic.Uint64 // for the progress
}

func newDisk[S comparable, A any](sys System[S, A], o Options[S, A]) *disk[S, A] {
	return &disk[S, A]{common: newCommon(sys, o)}
}

func (d *disk[S, A]) begin(ctx context.Context) (reason string) {
	if h := newHasher[S](0, true); !h.plain {
		return d.fail(errNotPlain)
	}
	if d.o.Dir == "" {
		return d.fail(errors.New("explore: a search on disk needs a directory"))
	}
	var err error
	if d.lock, err = lockDir(d.o.Dir, d.o.Resume); err != nil {
		return d.fail(err)
	}
	if err := d.open(); err != nil {
		return d.fail(err)
	}
	mem := d.o.MaxMem
	if mem == 0 {
		mem = diskMemory
	}
	for range d.o.Workers {
		w := newDiskWorker[S, A](mem/uint64(d.o.Workers), d.o.tune.batch)
		if w == nil {
			return ReasonMemory
		}
		d.workers = append(d.workers, w)
	}
	d.pool = newPool(d.o.Workers)
	if len(d.levels) == 0 {
		return d.after(ctx, d.first(ctx))
	}
	return d.after(ctx, nil)
}

func (d *disk[S, A]) close() {
	if d.pool != nil {
		d.pool.close()
	}
	for _, w := range d.workers {
		w.close()
	}
	if d.lock != nil {
		d.lock.Close()
	}
}

func (d *disk[S, A]) level(ctx context.Context, leaf bool) (reason string) {
	if ctx.Err() != nil { // small levels do not ask
		return ended(ctx)
	}
	return d.after(ctx, d.expand(ctx, leaf))
}

// after is the reason to end the search after a step that gave err: an interrupt, an error, or a limit.
func (d *disk[S, A]) after(ctx context.Context, err error) (reason string) {
	switch {
	case err != nil && ctx.Err() != nil:
		return ended(ctx)
	case err != nil:
		return d.fail(err)
	case d.o.MaxStates > 0 && d.distinct.Load() > d.o.MaxStates && d.waiting() > 0:
		return "max states"
	}
	return ""
}

// waiting is the size of the level in hand; none before there is one.
func (d *disk[S, A]) waiting() uint64 {
	if len(d.levels) == 0 {
		return 0
	}
	return d.levels[len(d.levels)-1]
}

func (d *disk[S, A]) sizes() []uint64 {
	n := len(d.levels)
	if n > 1 && d.levels[n-1] == 0 {
		n--
	}
	return slices.Clone(d.levels[:n])
}

// open takes over the search that is in the directory, if there should be one.
func (d *disk[S, A]) open() error {
	if !d.o.Resume {
		return nil
	}
	m, err := readManifest(d.o.Dir, d.o.identity())
	if err != nil {
		return err
	}
	if m.Disk == nil || len(m.Levels) == 0 || len(m.Disk.Prints) < len(m.Levels) {
		return fmt.Errorf("%s: the manifest does not tell which files are valid", d.o.Dir)
	}
	d.saved, d.levels, d.before = *m.Disk, m.Levels, m.Elapsed
	d.distinct.Store(m.Distinct)
	if err := errors.Join(d.counts.load(m), loadFound(d.violations, m.Violations), loadFound(d.witnesses, m.Witnesses)); err != nil {
		return err
	}
	d.generated.Store(d.counts.generated)
	return d.tidy()
}

// first makes the level of the initial states.
func (d *disk[S, A]) first(ctx context.Context) error {
	w := d.workers[0]
	for _, x := range d.sys.Init() {
		w.add(printOf(&x), print{}, &x)
	}
	if w.sorter.n() == 0 {
		return errors.New("no initial state")
	}
	runs, err := w.sorter.flush(ctx, d.o.Dir, "initial")
	if err != nil {
		return err
	}
	d.saved.Visited = make([][]savedRun, partitions)
	return d.merge(ctx, runs)
}

// expand expands the last level, and merges what comes of it into the next.  At a leaf nothing comes of it.
func (d *disk[S, A]) expand(ctx context.Context, leaf bool) error {
	level := len(d.levels) - 1
	outs := make([]expanded[S], partitions)
	d.expanded.Store(0)
	err := d.parallel(ctx, func(ctx context.Context, worker, part int) (err error) {
		outs[part], err = expandPartition(ctx, expansion[S, A]{
			stepper: &d.stepper, leaf: leaf, dir: d.o.Dir, part: part,
			states: diskFile{filepath.Join(d.o.Dir, statesName(level, part)), d.saved.States[part]},
			prints: diskFile{filepath.Join(d.o.Dir, printsName(level, part)), d.saved.Prints[level][part]},
			told:   func(states, generated uint64) { d.expanded.Add(states); d.generated.Add(generated) },
		}, d.workers[worker])
		return err
	})
	runs := make([][]string, partitions)
	sum := d.counts.clone()
	for i := range outs {
		sum.add(&outs[i].counts)
		for part, names := range outs[i].runs {
			runs[part] = append(runs[part], names...)
		}
	}
	if err != nil {
		d.generated.Store(d.counts.generated)
		return errors.Join(err, d.tidy())
	}
	d.counts = sum
	if leaf {
		return nil
	}
	return d.merge(ctx, runs)
}

// merge makes the next level of the runs for each partition, and commits it.
func (d *disk[S, A]) merge(ctx context.Context, runs [][]string) error {
	level := len(d.levels)
	outs := make([]merged[S], partitions)
	err := d.parallel(ctx, func(ctx context.Context, _, part int) (err error) {
		outs[part], err = mergePartition(ctx, merging[S]{
			dir: d.o.Dir, part: part, runs: runs[part], visited: d.saved.Visited[part], hasty: d.o.tune.noSync,
			states: statesName(level, part), prints: printsName(level, part), compacted: fmt.Sprintf("visited-%04d-%02d", level, part),
			level: uint32(level), always: unanswered(d.o.Always, d.violations), sometimes: unanswered(d.o.Sometimes, d.witnesses),
			told: func(states uint64) { d.distinct.Add(states) },
		})
		return err
	})
	if err != nil {
		return errors.Join(err, d.tidy())
	}
	next := savedLevel{Prints: append(slices.Clone(d.saved.Prints), nil)}
	n := uint64(0)
	for part := range outs {
		out := &outs[part]
		n += out.n
		next.States = append(next.States, out.states)
		next.Prints[level] = append(next.Prints[level], out.prints)
		next.Visited = append(next.Visited, out.visited)
		keepFirst(d.violations, out.violations)
		keepFirst(d.witnesses, out.witnesses)
	}
	d.saved, d.levels = next, append(d.levels, n)
	if err := d.commit(); err != nil {
		return err
	}
	return d.tidy()
}

// unanswered leaves out the predicates that an earlier level has answered.
func unanswered[S comparable](list []Predicate[S], answers []found[S]) []Predicate[S] {
	list = slices.Clone(list)
	for i := range list {
		if answers[i].id != noState {
			list[i].Holds = nil
		}
	}
	return list
}

// keepFirst takes over what a partition found.  Partitions come in the order of their fingerprints.
func keepFirst[S comparable](into, from []found[S]) {
	for i := range into {
		if into[i].id == noState {
			into[i] = from[i]
		}
	}
}

func (d *disk[S, A]) commit() error {
	m := &manifest{Identity: d.o.identity(), Distinct: d.sum(), Levels: d.levels,
		Violations: saveFound(d.violations), Witnesses: saveFound(d.witnesses), Elapsed: d.elapsed(), Disk: &d.saved}
	d.counts.save(m)
	return m.write(d.o.Dir, d.o.tune.noSync)
}

// tidy removes those of its files that the manifest does not speak of.
func (d *disk[S, A]) tidy() error {
	keep := map[string]bool{manifestName: true}
	d.bytes = 0
	want := func(name string, f savedFile) {
		keep[name] = true
		d.bytes += uint64(f.Bytes)
	}
	for part, f := range d.saved.States {
		want(statesName(len(d.levels)-1, part), f)
	}
	for level, files := range d.saved.Prints {
		for part, f := range files {
			want(printsName(level, part), f)
		}
	}
	for _, runs := range d.saved.Visited {
		for _, r := range runs {
			if !r.Parents {
				want(r.Name, r.savedFile)
			}
		}
	}
	files, err := os.ReadDir(d.o.Dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		if !keep[f.Name()] && ownFile.MatchString(f.Name()) {
			if err := os.Remove(filepath.Join(d.o.Dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// parallel calls work for each partition, in order, by all workers, and meanwhile reports.
func (d *disk[S, A]) parallel(ctx context.Context, work func(ctx context.Context, worker, part int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var failed atomic.Pointer[error]
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		d.pool.each(partitions, func(worker, part int) {
			if failed.Load() != nil {
				return
			}
			if err := work(ctx, worker, part); err != nil {
				failed.CompareAndSwap(nil, &err)
				cancel() // what others fail with then is of no interest
			}
		})
	}()
	tick := time.NewTicker(max(d.o.ProgressEvery, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case failure := <-done:
			if failure != nil {
				panic(failure)
			}
			if err := failed.Load(); err != nil {
				return *err
			}
			return nil
		case <-tick.C:
			d.report()
		}
	}
}

func (d *disk[S, A]) report() {
	if d.o.Progress == nil || len(d.levels) == 0 {
		return
	}
	n := len(d.levels)
	d.o.Progress(Progress{
		Distinct: d.distinct.Load(), Generated: d.generated.Load(), Depth: n - 1, Elapsed: d.elapsed(),
		Frontier: d.levels[n-1] - min(d.levels[n-1], d.expanded.Load()), MemBytes: d.memory(), DiskBytes: d.bytes,
		Left: guessLeft(append(slices.Clone(d.levels), 0)),
	})
}

func (d *disk[S, A]) memory() (n uint64) {
	for _, w := range d.workers {
		n += w.bytes()
	}
	return n
}

func (d *disk[S, A]) sum() (n uint64) {
	for _, size := range d.levels {
		n += size
	}
	return n
}

func (d *disk[S, A]) used(r *Result[S, A]) {
	r.MemBytes, r.PeakBytes, r.DiskBytes = d.memory(), d.memory(), d.bytes
}

// ancestors goes back from parent to parent through the files of the levels.
func (d *disk[S, A]) ancestors(f found[S]) ([]layer[S], error) {
	way := make([]layer[S], f.id+1)
	p := printOf(&f.state)
	for level := int(f.id); level >= 0; level-- {
		here, part := p, partitionOf(p)
		way[level] = func(x *S) bool { return printOf(x) == here }
		parent, err := parentOf(filepath.Join(d.o.Dir, printsName(level, part)), d.saved.Prints[level][part], p)
		if err != nil {
			return nil, err
		}
		p = parent
	}
	return way, nil
}
