package explore

import (
	"context"
	"fmt"
	"time"
)

// Worker is a [TaskRunner] of any system: a process that carries out tasks, and drives the search if nobody else does.
type Worker interface {
	Do(ctx context.Context, t Task) (Done, error)
	Drive(ctx context.Context, l Limits, e Engine, progress func(Progress)) (Outcome, error)
	AtOnce() int
}

// Away has another process drive a search; see [Options].
type Away func(ctx context.Context, l Limits, progress func(Progress)) (Outcome, error)

// Limits are those of the [Options] with the same names that may differ whenever a search is resumed.
type Limits struct {
	MaxStates uint64 `json:"maxStates"`
	MaxDepth  int    `json:"maxDepth"`
	KeepGoing bool   `json:"keepGoing"`
}

// Outcome is how a search ended that another process has driven, as far as its storage does not say it.
type Outcome struct {
	Reason   string      `json:"reason"`   // as in [Result]
	Distinct uint64      `json:"distinct"` // the states that were in the storage then
	Counts   savedCounts `json:"counts"`
}

// driverMemory is the most memory in bytes of a driver that gives tasks to an engine: it does small ones itself.
const driverMemory = 64 << 20

// Drive continues the search in the storage to its end, and has the engine carry out the tasks. It is a new generation: a driver
// before it commits nothing more.
func (r *TaskRunner[S, A]) Drive(ctx context.Context, l Limits, e Engine, progress func(Progress)) (Outcome, error) {
	o := r.o
	o.Store, o.Resume, o.Engine, o.Progress = Disk, true, e, progress
	o.MaxStates, o.MaxDepth, o.KeepGoing = l.MaxStates, l.MaxDepth, l.KeepGoing
	if o.MaxMem == 0 || o.MaxMem > driverMemory {
		o.MaxMem = driverMemory
	}
	in := newDisk(r.sys, o)
	res := searchLevels(ctx, in)
	out := Outcome{Reason: res.Reason, Distinct: res.Distinct}
	in.counts.save(&out.Counts)
	return out, res.Err
}

// away has another process drive the search, and takes over what the storage has at the end.
func (d *disk[S, A]) away(ctx context.Context) (reason string) {
	if err := d.mayBegin(ctx); err != nil {
		return d.fail(err)
	}
	progress := d.o.Progress
	if progress == nil {
		progress = func(Progress) {}
	}
	out, err := d.o.Away(ctx, Limits{d.o.MaxStates, d.o.MaxDepth, d.o.KeepGoing}, progress)
	m, version, e := readManifest(context.WithoutCancel(ctx), d.files, d.o.identity())
	if e == nil {
		e = d.take(m, version)
	}
	d.begun = time.Now() // the manifest has the time
	d.bytes = m.bytes()
	switch {
	case e != nil:
		return d.fail(e)
	case ctx.Err() != nil:
		return ended(ctx)
	case err != nil:
		return d.fail(err)
	case out.Distinct != m.Distinct:
		return d.fail(fmt.Errorf("%s has %d states, and the search ended with %d: %w", d.files, m.Distinct, out.Distinct, ErrReplaced))
	}
	d.counts = counts[S]{}
	if err := d.counts.load(&out.Counts); err != nil {
		return d.fail(err)
	}
	return out.Reason
}

// mayBegin begins the search that another process will drive, or looks whether it is the one that is there.
func (d *disk[S, A]) mayBegin(ctx context.Context) error {
	if !d.o.Resume {
		return d.open(ctx)
	}
	_, _, err := readManifest(ctx, d.files, d.o.identity())
	return err
}
