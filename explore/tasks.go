package explore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
)

// A search on disk goes from step to step. A step is a set of tasks: each expands some partitions of a level into a run file,
// or merges one partition of all run files into the next level. The driver plans a step, an [Engine] carries out its tasks,
// and the driver commits the results by replacing the manifest.
//
// A task reads only files that the manifest lists, and writes only files with names of their own. What it writes does not
// depend on other tasks of its step. So any task can be carried out anywhere, in any order, several times or several
// times at once, and each complete result serves as well as any other.

// Task is one task of a step of a search with [Disk].
type Task struct {
	Search     string `json:"search"`     // which search it is
	Generation int    `json:"generation"` // how often a driver has begun or resumed it
	Step       int    `json:"step"`
	Kind       string `json:"kind"` // begin, expand, count or merge
	From       int    `json:"from"` // the first partition
	To         int    `json:"to"`   // the one after the last
}

// The kinds of tasks.
const (
	taskBegin  = "begin"  // writes the initial states as a run
	taskExpand = "expand" // writes the successors of a level as a run
	taskCount  = "count"  // only counts what can happen in the states of a level: its depth is Options.MaxDepth
	taskMerge  = "merge"
)

// Done is the result of a task. It consists of names and counts, and can be sent as JSON.
type Done struct {
	Task   Task             `json:"task"`
	Counts savedCounts      `json:"counts"`
	Run    runFile          `json:"run"`
	Merged *mergedPartition `json:"merged,omitempty"`
}

// Engine carries out the tasks of a search with [Disk], in other processes or on other hosts, each by [TaskRunner.Do].
type Engine interface {
	// Do carries out each task at least once, and returns a result for each, in their order. It may report results as they
	// come in, in any order, for the progress.
	Do(ctx context.Context, tasks []Task, report func(Done)) ([]Done, error)
}

// ErrStale says that a task is of a step that is over. Its result is not needed.
var ErrStale = errors.New("the task is of a step that is over")

// TaskRunner carries out tasks of one search. Its options must have the search's Storage, Identity and predicates, and
// functions that do the same as those of the driver.
type TaskRunner[S comparable, A any] struct {
	stepper[S, A]
	o     Options[S, A]
	files Storage
	tell  func(expanded, generated, found uint64) // what was done; it may be nil

	idle chan *taskWorker[S, A]
	all  []*taskWorker[S, A]
	seen *seen
	mu   sync.Mutex
	plan *manifest // the one that was read last
}

// NewTaskRunner prepares to carry out as many tasks at once as Options.Workers says, in Options.MaxMem.
func NewTaskRunner[S comparable, A any](sys System[S, A], o Options[S, A]) (*TaskRunner[S, A], error) {
	o.setDefaults()
	if h := newHasher[S](0, true); !h.plain {
		return nil, errNotPlain
	}
	mem := o.MaxMem
	if mem == 0 {
		mem = diskMemory
	}
	r := &TaskRunner[S, A]{stepper: newStepper(sys, &o), o: o, files: o.Storage, idle: make(chan *taskWorker[S, A], o.Workers)}
	ok := true
	if r.seen = newSeen(min(mem/4, mostKnown)); r.seen == nil {
		ok = false
	}
	for range o.Workers {
		w := newTaskWorker[S, A](mem/4*3/uint64(o.Workers), o.tune.batch)
		if w == nil {
			ok = false
			break
		}
		r.all = append(r.all, w)
		r.idle <- w
	}
	if !ok {
		r.Close()
		return nil, errNoMemory
	}
	return r, nil
}

var errNoMemory = errors.New(ReasonMemory)

// Close frees the memory. No task may be under way.
func (r *TaskRunner[S, A]) Close() {
	for _, w := range r.all {
		w.close()
	}
	r.seen.close()
}

// AtOnce is how many tasks can be under way at once.
func (r *TaskRunner[S, A]) AtOnce() int { return cap(r.idle) }

func (r *TaskRunner[S, A]) bytes() (n uint64) {
	for _, w := range r.all {
		n += w.bytes()
	}
	return n + uint64(len(r.seen.memory.bytes))
}

// Do carries out a task. It waits while as many others are under way as there may be. The error is [ErrStale] if the result
// is not needed any more, and a [*MismatchError] if the task is of another search than the options.
func (r *TaskRunner[S, A]) Do(ctx context.Context, t Task) (Done, error) {
	m, err := r.planOf(ctx, t)
	if err != nil {
		return Done{}, err
	}
	select {
	case w := <-r.idle:
		defer func() { r.idle <- w }()
		d, err := r.do(ctx, t, m, w)
		if damaged := new(DamagedError); errors.As(err, &damaged) {
			if m, _, e := loadManifest(ctx, r.files); e == nil && !m.plans(t) {
				err = ErrStale // its files are gone because they are not needed
			}
		}
		return d, err
	case <-ctx.Done():
		return Done{}, ctx.Err()
	}
}

// Check returns a [*MismatchError] if the storage holds another search than the options.
func (r *TaskRunner[S, A]) Check(ctx context.Context) error {
	_, _, err := readManifest(ctx, r.files, r.o.identity())
	return err
}

// planOf returns the manifest that a task is of.
func (r *TaskRunner[S, A]) planOf(ctx context.Context, t Task) (*manifest, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.plan == nil || !r.plan.plans(t) {
		m, _, err := readManifest(ctx, r.files, r.o.identity())
		if err != nil {
			return nil, err
		}
		if !m.plans(t) {
			return nil, ErrStale
		}
		r.use(m)
	}
	return r.plan, nil
}

// use takes over a manifest. What was seen in another search is forgotten.
func (r *TaskRunner[S, A]) use(m *manifest) {
	if r.plan != nil && r.plan.Disk.Search != m.Disk.Search {
		r.seen.clear()
	}
	r.plan = m
}

// plans reports whether a task is of the step that the manifest plans.
func (m *manifest) plans(t Task) bool {
	return m.Disk != nil && t.Search == m.Disk.Search && t.Generation == m.Disk.Generation && t.Step == m.Disk.Step
}

func (r *TaskRunner[S, A]) do(ctx context.Context, t Task, m *manifest, w *taskWorker[S, A]) (d Done, err error) {
	attempt := newAttempt()
	name := func(kind string) string { return fileName(kind, t, attempt) }
	d.Task = t
	if t.Kind == taskMerge {
		d.Merged, err = r.merge(ctx, t, m, name)
		return d, err
	}
	j := &expansion[S, A]{stepper: &r.stepper, ctx: ctx, files: r.files, leaf: t.Kind == taskCount, seen: r.seen, worker: w,
		out: runWriter{bits: m.Disk.bits(), out: output{ctx: ctx, files: r.files, name: name("run")}}}
	j.told = func(expanded, generated uint64) { r.report(expanded, generated, 0) }
	states := uint64(0)
	if n := len(m.Levels); n > 0 {
		states = m.Levels[n-1] / uint64(m.Disk.Partitions) * uint64(t.To-t.From)
	}
	w.begin(states)
	if d.Run, err = j.run(t, m); err != nil {
		r.seen.clear() // it may have states of a damaged file
	}
	j.counts.save(&d.Counts)
	return d, err
}

// run expands the partitions of a task.
func (j *expansion[S, A]) run(t Task, m *manifest) (f runFile, err error) {
	if t.Kind == taskBegin {
		for _, x := range j.sys.Init() {
			j.worker.add(printOf(&x), print{}, &x)
		}
	}
	for part := t.From; part < t.To && t.Kind != taskBegin; part++ {
		if err = j.partition(m.Disk.States[part], m.Disk.Prints[part]); err != nil {
			break
		}
	}
	if err == nil {
		err = j.out.spill(j.ctx, &j.worker.sorter)
	}
	if err == nil {
		err = j.ctx.Err()
	}
	if err != nil {
		j.out.out.close()
		return f, err
	}
	return j.out.finish()
}

// merge merges a partition. Predicates that an earlier level has answered are not asked.
func (r *TaskRunner[S, A]) merge(ctx context.Context, t Task, m *manifest, name func(string) string) (*mergedPartition, error) {
	j := &merging[S]{ctx: ctx, files: r.files, bits: m.Disk.bits(), part: t.From, runs: m.Disk.Merging.Runs,
		visited: m.Disk.Visited[t.From], name: name, level: uint32(len(m.Levels)),
		always: unanswered(r.o.Always, m.Violations), sometimes: unanswered(r.o.Sometimes, m.Witnesses),
		told: func(n uint64) { r.report(0, 0, n) }}
	p, err := j.mergePartition()
	return &p, err
}

func (r *TaskRunner[S, A]) report(expanded, generated, found uint64) {
	if r.tell != nil {
		r.tell(expanded, generated, found)
	}
}

// fileName is the name of a file that an attempt of a task writes.
func fileName(kind string, t Task, attempt string) string {
	return fmt.Sprintf("%s-%06d-%04d-%d-%s", kind, t.Step, t.From, t.Generation, attempt)
}

// TaskFile returns a new name for a file in which an engine keeps the result of a task.
func TaskFile(t Task) string { return fileName("task", t, newAttempt()) }

// newAttempt is a name that no other attempt has. The generator is seeded by the system; nobody has to be unable to guess
// the name, and crypto/rand would bring math/big into every program.
func newAttempt() string { return fmt.Sprintf("%016x", rand.Uint64()) }
