package explore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
)

// The search on disk is delayed duplicate detection (Stern and Dill 1998; Korf 2004). Fingerprints are divided into
// partitions by their top bits. A level is expanded into sorted runs, and then, partition by partition, the runs are merged
// with each other and with what was visited before; what is left is the next level.
//
// Of several parents the one with the least fingerprint is kept, whoever found it first: so the result depends on no
// order.
const (
	defaultPartitions = 16
	mostPartitions    = 1 << 12
	diskMemory        = 1 << 30 // bytes to work in, if MaxMem does not say
)

// disk is the [space] in files. It is the driver of the search: it plans each step, has its tasks carried out, and commits
// their results. The current level is the last of levels.
type disk[S comparable, A any] struct {
	common[S, A]
	files   Storage
	saved   savedDisk
	levels  []uint64
	version string // of the manifest
	plan    *manifest

	lock   *os.File // of a directory
	runner *TaskRunner[S, A]
	pool   *pool
	bytes  uint64 // on disk

	distinct, generated, expanded atomic.Uint64 // for the progress
}

func newDisk[S comparable, A any](sys System[S, A], o Options[S, A]) *disk[S, A] {
	return &disk[S, A]{common: newCommon(sys, o), files: o.Storage}
}

func (d *disk[S, A]) begin(ctx context.Context) (reason string) {
	if h := newHasher[S](0, true); !h.plain {
		return d.fail(errNotPlain)
	}
	if err := d.place(); err != nil {
		return d.fail(err)
	}
	if d.o.Away != nil {
		return d.away(ctx)
	}
	if err := d.open(ctx); err != nil {
		return d.fail(err)
	}
	o := d.o
	o.Storage = d.files
	var err error
	if d.runner, err = NewTaskRunner(d.sys, o); errors.Is(err, errNoMemory) {
		return ReasonMemory
	} else if err != nil {
		return d.fail(err)
	}
	d.runner.use(d.plan)
	d.runner.tell = func(expanded, generated, found uint64) {
		d.expanded.Add(expanded)
		d.generated.Add(generated)
		d.distinct.Add(found)
	}
	d.pool = newPool(d.o.Workers)
	if len(d.levels) == 0 {
		return d.after(ctx, d.first(ctx))
	}
	return d.after(ctx, nil)
}

// place makes the directory, if the search has no other storage, and locks it.
func (d *disk[S, A]) place() (err error) {
	switch n := d.o.Partitions; {
	case n != 0 && (n < 2 || n > mostPartitions || n&(n-1) != 0):
		return fmt.Errorf("explore: %d partitions, expected a power of two from 2 to %d", n, mostPartitions)
	case d.files != nil:
		return nil
	case d.o.Dir == "":
		return errors.New("explore: a search on disk needs a directory")
	}
	d.files = &dirStorage{d.o.Dir, d.o.tune.noSync}
	d.lock, err = lockDir(d.o.Dir, d.o.Resume)
	return err
}

func (d *disk[S, A]) close() {
	if d.pool != nil {
		d.pool.close()
	}
	if d.runner != nil {
		d.runner.Close()
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
	case errors.Is(err, ErrStale): // a task of its own: another driver has begun a step
		return d.fail(fmt.Errorf("%s: %w", d.files, ErrReplaced))
	case err != nil:
		return d.fail(err)
	case d.o.MaxStates > 0 && d.distinct.Load() > d.o.MaxStates && d.waiting() > 0:
		return "max states"
	}
	return ""
}

// waiting is the size of the current level. It is zero before there is a level, and if another process drives the search.
func (d *disk[S, A]) waiting() uint64 {
	if len(d.levels) == 0 || d.o.Away != nil {
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

// first makes the level of the initial states.
func (d *disk[S, A]) first(ctx context.Context) error {
	if len(d.sys.Init()) == 0 {
		return errors.New("no initial state")
	}
	return d.merge(ctx, d.counts.clone(), taskBegin, 1)
}

// expand expands the last level, and merges the successors into the next. A leaf has none.
func (d *disk[S, A]) expand(ctx context.Context, leaf bool) error {
	d.expanded.Store(0)
	if !leaf {
		return d.merge(ctx, d.counts.clone(), taskExpand, d.shares())
	}
	sum := d.counts.clone()
	_, err := d.runs(ctx, &sum, taskCount, d.shares())
	if err == nil {
		d.counts = sum
	}
	d.generated.Store(d.counts.generated)
	return err
}

// shares is the number of tasks to expand a level by. The fewer, the fewer states two of them find.
func (d *disk[S, A]) shares() int {
	switch {
	case d.o.tune.everyTask:
		return d.saved.Partitions
	case d.small(taskExpand):
		return 1
	case d.o.Engine != nil: // a task of an engine costs too much for fewer states
		return int(min(uint64(d.saved.Partitions), d.waiting()/fewStates))
	}
	return min(d.o.Workers, d.saved.Partitions)
}

// runs has the last level expanded, adds what was counted to sum, and returns the run files.
func (d *disk[S, A]) runs(ctx context.Context, sum *counts[S], kind string, shares int) (list []runFile, err error) {
	var tasks []Task
	for i := range shares {
		tasks = append(tasks, d.task(kind, i*d.saved.Partitions/shares, (i+1)*d.saved.Partitions/shares))
	}
	all, err := d.do(ctx, tasks)
	if err != nil {
		return nil, err
	}
	for i := range all {
		var c counts[S]
		if err := c.load(&all[i].Counts); err != nil {
			return nil, err
		}
		sum.add(&c)
		if all[i].Run.Spills > 0 {
			list = append(list, all[i].Run)
		}
	}
	return list, nil
}

// merge has the current level expanded and merged into the next, and commits each of the two steps.
func (d *disk[S, A]) merge(ctx context.Context, sum counts[S], kind string, shares int) error {
	list, err := d.runs(ctx, &sum, kind, shares)
	if err != nil {
		d.generated.Store(d.counts.generated)
		return err
	}
	d.saved.Merging = &savedExpansion{Runs: list}
	sum.save(&d.saved.Merging.savedCounts)
	if err := d.commit(ctx); err != nil {
		return err
	}
	var tasks []Task
	for part := range d.saved.Partitions {
		tasks = append(tasks, d.task(taskMerge, part, part+1))
	}
	all, err := d.do(ctx, tasks)
	if err != nil {
		return err
	}
	next, n := d.saved, uint64(0)
	next.Merging, next.States, next.Prints, next.Visited = nil, nil, nil, nil
	if len(d.levels) > 0 {
		if next.Earlier, err = d.listLevel(ctx); err != nil {
			return err
		}
	}
	for i := range all {
		p := all[i].Merged
		if p == nil {
			return fmt.Errorf("BUG: the result of %+v is not that of a merge", all[i].Task)
		}
		n += p.Count
		next.States = append(next.States, p.States)
		next.Prints = append(next.Prints, p.Prints)
		next.Visited = append(next.Visited, p.Visited)
		if err := errors.Join(keepFirst(d.violations, p.Violations), keepFirst(d.witnesses, p.Witnesses)); err != nil {
			return err
		}
	}
	d.saved, d.levels, d.counts = next, append(slices.Clone(d.levels), n), sum
	return d.commit(ctx)
}

// unanswered leaves out the predicates that an earlier level has answered.
func unanswered[S comparable](list []Predicate[S], answers []savedState) []Predicate[S] {
	list = slices.Clone(list)
	for i := range list {
		if i < len(answers) && answers[i].Found {
			list[i].Holds = nil
		}
	}
	return list
}

// keepFirst takes over what a partition found. Partitions come in the order of their fingerprints.
func keepFirst[S comparable](into []found[S], saved []savedState) error {
	from := noneFound[S](len(into))
	if err := loadFound(from, saved); err != nil {
		return err
	}
	for i := range into {
		if into[i].id == noState {
			into[i] = from[i]
		}
	}
	return nil
}

func (d *disk[S, A]) sum() (n uint64) {
	for _, size := range d.levels {
		n += size
	}
	return n
}

func (d *disk[S, A]) used(r *Result[S, A]) {
	r.DiskBytes = d.bytes
	if d.runner != nil {
		r.MemBytes, r.PeakBytes = d.runner.bytes(), d.runner.bytes()
	}
}

// ancestors goes back from parent to parent through the files of the levels.
func (d *disk[S, A]) ancestors(f found[S]) ([]layer[S], error) {
	way := make([]layer[S], f.id+1)
	p := printOf(&f.state)
	for level := int(f.id); level >= 0; level-- {
		here := p
		way[level] = func(x *S) bool { return printOf(x) == here }
		list, err := d.saved.levelPrints(context.Background(), d.files, level)
		if err != nil {
			return nil, err
		}
		if p, err = parentOf(context.Background(), d.files, list[partitionOf(p, d.saved.bits())], p); err != nil {
			return nil, err
		}
	}
	return way, nil
}
