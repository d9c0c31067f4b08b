package explore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// killed is the key of how many bytes a task may write before it ends, in its context.
type killed struct{}

// tornStorage ends a task while it writes, and leaves what it has written.
type tornStorage struct{ explore.Storage }

func (s tornStorage) Create(ctx context.Context, name string, durable bool) (io.WriteCloser, error) {
	w, err := s.Storage.Create(ctx, name, durable)
	if left, ok := ctx.Value(killed{}).(*int); ok && err == nil {
		return tornWriter{w, left}, nil
	}
	return w, err
}

type tornWriter struct {
	io.WriteCloser
	left *int
}

var errKilled = errors.New("killed")

func (w tornWriter) Write(b []byte) (int, error) {
	n := min(len(b), *w.left)
	*w.left -= n
	k, err := w.WriteCloser.Write(b[:n])
	if err == nil && n < len(b) {
		err = errKilled
	}
	return k, err
}

// roughEngine carries out each task twice and more, in any order and at once, in two processes as it were. It ends some half-way,
// and returns any of the results.
type roughEngine[S comparable, A any] struct {
	runners [2]*explore.TaskRunner[S, A]
	seed    uint64
	between func(tasks []explore.Task, all []explore.Done) // called when a step is done; it may be nil
}

func newRough[S comparable, A any](t interface{ Fatal(...any) }, sys explore.System[S, A], o explore.Options[S, A]) *roughEngine[S, A] {
	e := &roughEngine[S, A]{}
	for i := range e.runners {
		var err error
		if e.runners[i], err = explore.NewTaskRunner(sys, o); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (e *roughEngine[S, A]) close() {
	for _, r := range e.runners {
		r.Close()
	}
}

func (e *roughEngine[S, A]) Do(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]explore.Done, error) {
	e.seed++
	rng := rand.New(rand.NewPCG(e.seed, 1))
	results := make([][]explore.Done, len(tasks))
	var failed error
	var mu sync.Mutex
	var all sync.WaitGroup
	busy := make(chan bool, 3)
	for _, n := range rng.Perm(3 * len(tasks)) {
		i, attempt := n/3, n%3
		ctx := ctx
		if attempt == 2 { // the one that is killed
			left := rng.IntN(100)
			ctx = context.WithValue(ctx, killed{}, &left)
		}
		runner := e.runners[rng.IntN(2)]
		busy <- true
		all.Add(1)
		go func() {
			defer func() { <-busy; all.Done() }()
			d, err := runner.Do(ctx, tasks[i])
			text, _ := json.Marshal(d)
			mu.Lock()
			defer mu.Unlock()
			var sent explore.Done
			if err = errors.Join(err, json.Unmarshal(text, &sent)); err == nil {
				results[i] = append(results[i], sent)
			} else if attempt != 2 {
				failed = err
			}
		}()
	}
	all.Wait()
	var list []explore.Done
	for _, r := range results {
		if len(r) == 0 {
			return nil, failed
		}
		list = append(list, r[rng.IntN(len(r))])
		report(list[len(list)-1])
	}
	if e.between != nil {
		e.between(tasks, list)
	}
	return list, failed
}

// Tasks that are done twice, at once, in any order, and half, give the levels that a search in memory finds: the same states with
// the same parents.
func TestTasksMayBeDoneTwiceAndHalf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, o := drawMaze(t), drawOptions(t)
		sys, wide := wideSystem(wideMaze{m}), widen(o)
		wide.Workers = 1
		want := explore.Run(t.Context(), sys, wide)
		wide.Workers = 2
		dir := newDir(t)
		defer os.RemoveAll(filepath.Dir(dir))
		wide.Store, wide.MaxMem, wide.Partitions = explore.Disk, 1<<19, rapid.SampledFrom([]int{2, 4}).Draw(t, "partitions")
		r := runRough(t, sys, wide, dir)
		if diff := cmp.Diff(told(sys, want, false), told(sys, r, false)); diff != "" {
			t.Fatalf("(-in memory +by tasks):\n%s", diff)
		}
	})
}

func runRough[S comparable, A any](t interface {
	Fatal(...any)
	Context() context.Context
}, sys explore.System[S, A], o explore.Options[S, A], dir string) *explore.Result[S, A] {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	o.Storage = tornStorage{explore.HastyDir(dir)}
	o = explore.Small(o)
	e := newRough(t, sys, o)
	defer e.close()
	o.Engine = e
	return explore.Run(t.Context(), sys, o)
}

// A driver that another one has replaced commits nothing more, and the other one's search is whole.
func TestOldDriverIsFenced(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	files := explore.HastyDir(t.TempDir())
	o := explore.Small(miniOptions{Store: explore.Disk, Storage: files, Workers: 1, MaxMem: 1 << 19, Partitions: 4})
	e := newRough(t, sys, o)
	defer e.close()
	steps := 0
	e.between = func([]explore.Task, []explore.Done) {
		if steps++; steps != 9 {
			return
		}
		second := o
		second.Resume = true
		if r := explore.Run(t.Context(), sys, second); r.Verdict != explore.Verified || r.Distinct != 5307 {
			t.Errorf("the second driver: %v with %d states, %v", r.Verdict, r.Distinct, r.Err)
		}
	}
	first := o
	first.Engine = e
	if r := explore.Run(t.Context(), sys, first); !errors.Is(r.Err, explore.ErrReplaced) || r.Verdict != explore.Unknown {
		t.Errorf("the first driver: %v, %v", r.Verdict, r.Err)
	}
	got, err := explore.LevelHashes(t.Context(), files)
	if diff := cmp.Diff(hashesInMemory(sys), got); err != nil || diff != "" {
		t.Errorf("%v (-in memory +on disk):\n%s", err, diff)
	}
	third := o
	third.Resume = true
	if r := explore.Run(t.Context(), sys, third); r.Verdict != explore.Verified || r.Distinct != 5307 {
		t.Errorf("resumed after both: %v with %d states, %v", r.Verdict, r.Distinct, r.Err)
	}
}

// A worker whose task was ended half-way, with successors that it had not written yet, begins the next search in the same place
// with nothing of it.
func TestNothingOfAnEndedTaskIsLeft(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 2})
	dir := t.TempDir()
	o := explore.Small(miniOptions{Store: explore.Disk, Storage: openedStorage{explore.HastyDir(dir)}, Workers: 1, MaxMem: 1 << 19, Partitions: 4})
	e := newRough(t, sys, o)
	defer e.close()
	for search := range 2 {
		ctx, interrupt := context.WithCancel(t.Context())
		o.Engine = e.once()
		if search == 0 {
			steps := 0
			o.Engine = engineFunc(func(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]explore.Done, error) {
				if steps++; steps < 21 || tasks[0].Kind != "expand" {
					return e.once().Do(ctx, tasks, report)
				}
				for i := range e.runners {
					ends, end := context.WithCancel(t.Context())
					if _, err := e.runners[i].Do(context.WithValue(ends, opened{}, end), tasks[0]); !errors.Is(err, context.Canceled) {
						t.Errorf("a task that is ended when it opens its first file: %v", err)
					}
				}
				interrupt()
				return nil, ctx.Err()
			})
		}
		r := explore.Run(ctx, sys, o)
		interrupt()
		if search == 0 && r.Verdict != explore.Unknown {
			t.Fatal(r.Verdict, r.Err)
		}
		if search == 1 {
			got, err := explore.LevelHashes(t.Context(), o.Storage)
			if diff := cmp.Diff(hashesInMemory(sys), got); err != nil || diff != "" {
				t.Errorf("%v, %v (-in memory +on disk):\n%s", r.Err, err, diff)
			}
			return
		}
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		for _, name := range files {
			err = errors.Join(err, os.Remove(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// opened is the key of what to call when a task has opened a file, in its context.
type opened struct{}

type openedStorage struct{ explore.Storage }

func (s openedStorage) Open(ctx context.Context, name string, offset int64) (explore.StoredFile, error) {
	if then, ok := ctx.Value(opened{}).(context.CancelFunc); ok {
		defer then()
	}
	return s.Storage.Open(ctx, name, offset)
}

type engineFunc func(context.Context, []explore.Task, func(explore.Done)) ([]explore.Done, error)

func (f engineFunc) Do(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]explore.Done, error) {
	return f(ctx, tasks, report)
}

// Of several parents the least comes first in a run.
func TestRunsAreInTheOrderOfFingerprintsAndParents(t *testing.T) {
	sorted := [][2][2]uint64{{{1, 1}, {9, 9}}, {{1, 2}, {1, 5}}, {{1, 2}, {2, 1}}, {{1, 2}, {2, 3}}, {{1, 3}, {0, 0}}, {{2, 0}, {0, 0}}}
	rapid.Check(t, func(t *rapid.T) {
		if got := explore.Sorted(rapid.Permutation(sorted).Draw(t, "pairs")); !slices.Equal(got, sorted) {
			t.Fatalf("%v, want %v", got, sorted)
		}
	})
}

// A task of a step that is over, and one of another search, are refused.
func TestTasksOfAnotherStepOrSearchAreRefused(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 1, Opens: 1, Numbers: 1})
	files := explore.HastyDir(t.TempDir())
	o := explore.Small(miniOptions{Store: explore.Disk, Storage: files, Workers: 1, MaxMem: 1 << 19, Partitions: 2, Identity: []string{"msl = 2"}})
	e := newRough(t, sys, o)
	defer e.close()
	other := o
	other.Identity = []string{"msl = 3"}
	stranger, err := explore.NewTaskRunner(sys, other)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	late, err := explore.NewTaskRunner(sys, o)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	var last explore.Task
	e.between = func(tasks []explore.Task, _ []explore.Done) {
		var mismatch *explore.MismatchError
		if _, err := stranger.Do(t.Context(), tasks[0]); !errors.As(err, &mismatch) || !strings.Contains(err.Error(), "here:  msl = 3") {
			t.Errorf("a task of another search: %v", err)
		}
		if _, err := late.Do(t.Context(), last); !errors.Is(err, explore.ErrStale) {
			t.Errorf("a task of a step that is over: %v", err)
		}
		last = tasks[0]
	}
	o.Engine = e
	if r := explore.Run(t.Context(), sys, o); r.Verdict != explore.Verified || r.Distinct != 571 {
		t.Errorf("%v with %d states, %v", r.Verdict, r.Distinct, r.Err)
	}
}

// A run file that is altered, cut or removed between the step that writes it and the one that reads it ends the search with a line
// that names it.
func TestDamagedRunFileIsNamed(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	for how, damage := range map[string]func(name string, b []byte) error{
		"its checksum is not what":  func(name string, b []byte) error { b[len(b)/3] ^= 4; return os.WriteFile(name, b, 0o666) },
		"the checksum of its index": func(name string, b []byte) error { b[len(b)-1] ^= 4; return os.WriteFile(name, b, 0o666) },
		"and should have":           func(name string, b []byte) error { return os.Truncate(name, int64(len(b)/2)) },
		"it is missing":             func(name string, b []byte) error { return os.Remove(name) },
	} {
		dir := t.TempDir()
		o := explore.Small(miniOptions{Store: explore.Disk, Storage: explore.HastyDir(dir), Workers: 1, MaxMem: 1 << 19, Partitions: 4})
		e := newRough(t, sys, o)
		victim := ""
		steps := 0
		e.between = func(_ []explore.Task, all []explore.Done) {
			if steps++; steps != 7 { // of the fourth level's expansions
				return
			}
			victim = all[2].Run.Name
			name := filepath.Join(dir, victim)
			b, err := os.ReadFile(name)
			if err = errors.Join(err, damage(name, b)); err != nil {
				t.Fatal(err)
			}
		}
		o.Engine = e
		r := explore.Run(t.Context(), sys, o)
		if text := fmt.Sprint(r.Err); r.Verdict != explore.Unknown || !strings.Contains(text, victim) || !strings.Contains(text, how) || strings.Contains(text, "\n") {
			t.Errorf("%v, %v; want a line with %q and %q", r.Verdict, r.Err, victim, how)
		}
		o.Engine, o.Resume = nil, true
		if r := explore.Run(t.Context(), sys, o); r.Verdict != explore.Verified || r.Distinct != 5307 {
			t.Errorf("resumed: %v with %d states, %v", r.Verdict, r.Distinct, r.Err)
		}
		e.close()
	}
}
