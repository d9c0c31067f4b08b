package explore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// bits is how many top bits of a fingerprint name its partition.
func (s *savedDisk) bits() int { return bits.TrailingZeros(uint(s.Partitions)) }

// open begins a search, or takes over the one that is in the storage. Either is a generation of its own: whoever was the
// driver before cannot commit any more.
func (d *disk[S, A]) open(ctx context.Context) error {
	if !d.o.Resume {
		if err := mustBeNew(ctx, d.files); err != nil {
			return err
		}
		n := d.o.Partitions
		if n == 0 {
			n = defaultPartitions
		}
		d.saved = savedDisk{Search: newAttempt(), Generation: 1, Partitions: n, Visited: make([][]visitedRun, n)}
		if err := d.put(ctx); err != nil {
			return err
		}
		return d.sweep(ctx)
	}
	m, version, err := readManifest(ctx, d.files, d.o.identity())
	if err != nil {
		return err
	}
	if err := d.take(m, version); err != nil {
		return err
	}
	d.saved.Generation++
	d.saved.Step++
	d.saved.Merging = nil // its runs may not have been safe
	if err := d.put(ctx); err != nil {
		return err
	}
	return d.sweep(ctx)
}

// take takes over what a manifest says.
func (d *disk[S, A]) take(m *manifest, version string) error {
	if m.Disk == nil || !m.Disk.complete(len(m.Levels)) {
		return fmt.Errorf("%s: the manifest does not tell which files are valid", d.files)
	}
	d.saved, d.levels, d.before, d.version = *m.Disk, m.Levels, m.Elapsed, version
	d.distinct.Store(m.Distinct)
	d.generated.Store(m.Generated)
	return errors.Join(d.counts.load(&m.savedCounts), loadFound(d.violations, m.Violations), loadFound(d.witnesses, m.Witnesses))
}

// complete reports whether all lists have the lengths that they must have.
func (s *savedDisk) complete(levels int) bool {
	n := s.Partitions
	return n >= 2 && n&(n-1) == 0 && len(s.Visited) == n && len(s.Earlier) == max(levels-1, 0) &&
		(levels == 0 || len(s.States) == n && len(s.Prints) == n)
}

// commit makes the current plan the next step, and removes the files that it does not need.
func (d *disk[S, A]) commit(ctx context.Context) error {
	before := d.plan.Disk.working()
	d.saved.Step++
	if err := d.put(ctx); err != nil {
		return err
	}
	now := d.saved.working()
	var gone []string
	for name := range before {
		if _, kept := now[name]; !kept {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return d.files.Remove(ctx, gone)
}

// put replaces the manifest.
func (d *disk[S, A]) put(ctx context.Context) error {
	saved := d.saved
	m := &manifest{Identity: d.o.identity(), Distinct: d.sum(), Levels: d.levels,
		Violations: saveFound(d.violations), Witnesses: saveFound(d.witnesses), Elapsed: d.elapsed(), Disk: &saved}
	d.counts.save(&m.savedCounts)
	data, err := m.seal()
	if err != nil {
		return err
	}
	version, err := d.files.PutManifest(context.WithoutCancel(ctx), data, d.version)
	if err != nil {
		return fmt.Errorf("%s: %w", d.files, err)
	}
	d.version = version
	d.distinct.Store(m.Distinct)
	d.generated.Store(d.counts.generated)
	if saved.Merging != nil {
		d.generated.Store(saved.Merging.Generated)
	}
	d.bytes = m.bytes()
	d.plan = m
	if d.runner != nil {
		d.runner.use(m)
	}
	return nil
}

// working are the files that the plan lists until a later step has replaced them, with their sizes. The fingerprints of each
// level stay as long as the search.
func (s *savedDisk) working() map[string]int64 {
	all := map[string]int64{}
	for _, f := range s.States {
		all[f.Name] = f.Bytes
	}
	for _, list := range s.Visited {
		for _, f := range list {
			if !f.Parents { // otherwise it is a file of a level
				all[f.Name] = f.Bytes
			}
		}
	}
	if s.Merging != nil {
		for _, f := range s.Merging.Runs {
			all[f.Name] = f.Bytes
		}
	}
	delete(all, "") // of what is empty there is no file
	return all
}

// bytes is the size of all files of the search.
func (m *manifest) bytes() uint64 {
	sum := 2 * printSize * m.Distinct
	for _, n := range m.Disk.working() {
		sum += uint64(n)
	}
	for _, f := range m.Disk.Earlier {
		sum += uint64(f.Bytes)
	}
	return sum
}

// ownFile is a name of a file that a search makes besides its manifest. Those of tasks have the generation before the last dash.
var ownFile = regexp.MustCompile(`^(?:states|manifest\.json\.new|(?:run|states|prints|visited|level|task)-[0-9]+-[0-9]+-([0-9]+)-[0-9a-f]+)$`)

// sweep removes what attempts of earlier generations have left behind.
func (d *disk[S, A]) sweep(ctx context.Context) error {
	files, err := d.files.List(ctx)
	if err != nil {
		return err
	}
	kept := d.saved.working()
	for level := range d.levels {
		prints, err := d.saved.levelPrints(ctx, d.files, level)
		if err != nil {
			return err
		}
		for _, f := range prints {
			kept[f.Name] = f.Bytes
		}
	}
	for _, f := range d.saved.Earlier {
		kept[f.Name] = f.Bytes
	}
	return d.files.Remove(ctx, slices.DeleteFunc(files, func(name string) bool {
		parts := ownFile.FindStringSubmatch(name)
		if parts == nil || parts[1] == "" {
			return true
		}
		_, keep := kept[name]
		generation, err := strconv.Atoi(parts[1])
		return keep || err != nil || generation >= d.saved.Generation
	}))
}

// mustBeNew refuses a storage that holds anything but what a search leaves behind that is ended before it has a manifest.
func mustBeNew(ctx context.Context, files Storage) error {
	names, err := files.List(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && slices.ContainsFunc(names, func(name string) bool { return !ownFile.MatchString(name) }) {
		err = fmt.Errorf("%s is not empty: expected a new directory, or a search to be resumed", files)
	}
	return err
}

func (d *disk[S, A]) task(kind string, from, to int) Task {
	return Task{d.saved.Search, d.saved.Generation, d.saved.Step, kind, from, to}
}

// A step is small if fewer states are to be expanded, or fewer bytes to be merged.
const fewStates, fewBytes = 1 << 13, 4 << 20

// small reports whether a step is so small that the driver does it itself.
func (d *disk[S, A]) small(kind string) bool {
	if d.o.tune.everyTask {
		return false
	}
	if kind != taskMerge {
		return d.waiting() < fewStates
	}
	n := int64(0)
	for _, f := range d.saved.Merging.Runs {
		n += f.Bytes
	}
	for _, list := range d.saved.Visited {
		for _, f := range list {
			n += f.Bytes
		}
	}
	return n < fewBytes
}

// do has the tasks of a step carried out, and meanwhile reports. The results are in the order of the tasks.
func (d *disk[S, A]) do(ctx context.Context, tasks []Task) (all []Done, err error) {
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		if d.o.Engine == nil || d.small(tasks[0].Kind) {
			all, err = d.doHere(ctx, tasks)
		} else {
			all, err = d.o.Engine.Do(ctx, tasks, d.count)
		}
	}()
	tick := time.NewTicker(max(d.o.ProgressEvery, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case failure := <-done:
			if failure != nil {
				panic(failure)
			}
			if err == nil {
				err = answered(tasks, all)
			}
			return all, err
		case <-tick.C:
			d.report()
		}
	}
}

// answered checks that each task has its result.
func answered(tasks []Task, all []Done) error {
	if len(all) != len(tasks) {
		return fmt.Errorf("%d results of %d tasks", len(all), len(tasks))
	}
	for i := range tasks {
		if all[i].Task != tasks[i] {
			return fmt.Errorf("a result of %+v, expected one of %+v", all[i].Task, tasks[i])
		}
	}
	return nil
}

// count counts a result that an engine reports, for the progress.
func (d *disk[S, A]) count(r Done) {
	if r.Merged != nil {
		d.distinct.Add(r.Merged.Count)
		return
	}
	d.expanded.Add(d.waiting() * uint64(r.Task.To-r.Task.From) / uint64(d.saved.Partitions))
	d.generated.Add(r.Counts.Generated)
}

// doHere carries out tasks by goroutines of this process.
func (d *disk[S, A]) doHere(ctx context.Context, tasks []Task) ([]Done, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	all := make([]Done, len(tasks))
	d.pool.each(len(tasks), func(_, i int) {
		if ctx.Err() != nil {
			return
		}
		var err error
		if all[i], err = d.runner.Do(ctx, tasks[i]); err != nil {
			cancel(err) // what others fail with then is of no interest
		}
	})
	return all, context.Cause(ctx)
}

func (d *disk[S, A]) report() {
	if d.o.Progress == nil || len(d.levels) == 0 {
		return
	}
	n := len(d.levels)
	d.o.Progress(Progress{
		Distinct: d.distinct.Load(), Generated: d.generated.Load(), Depth: n - 1, Elapsed: d.elapsed(),
		Frontier: d.levels[n-1] - min(d.levels[n-1], d.expanded.Load()), MemBytes: d.runner.bytes(), DiskBytes: d.bytes,
		Left: guessLeft(append(slices.Clone(d.levels), 0)),
	})
}
