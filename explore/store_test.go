package explore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// wideMaze is a maze whose states are large enough to be packed, and differ in most bytes.
type wideMaze struct{ maze }

type room [9]uint64

func roomOf(s int) (r room) {
	for i := range r {
		r[i] = uint64(s+1) * (uint64(i)*0x9e3779b97f4a7c15 + 1)
	}
	return r
}

func (r room) number() int { return int(r[0]) - 1 }

func (m wideMaze) Init() (rooms []room) {
	for _, s := range m.starts {
		rooms = append(rooms, roomOf(s))
	}
	return rooms
}

func (m wideMaze) Actions(dst []int, s room) []int { return m.maze.Actions(dst, s.number()) }
func (m wideMaze) Step(s room, a int) room         { return roomOf(m.maze.Step(s.number(), a)) }

type (
	wideOptions = explore.Options[room, int]
	wideSystem  = explore.System[room, int]
)

func widen(o mazeOptions) (w wideOptions) {
	all := func(list []explore.Predicate[int]) (wide []explore.Predicate[room]) {
		for _, p := range list {
			wide = append(wide, explore.Predicate[room]{Name: p.Name, Holds: func(r room) bool { return p.Holds(r.number()) }})
		}
		return wide
	}
	return wideOptions{Always: all(o.Always), Sometimes: all(o.Sometimes), MaxDepth: o.MaxDepth, KeepGoing: o.KeepGoing,
		Cut:  func(r room) string { return o.Cut(r.number()) },
		Ends: func(r room) string { return fmt.Sprint(r.number() % 3) }}
}

// told is everything in a result that does not speak of time, of memory, or of the order within a level.
func told[S comparable, A any](sys explore.System[S, A], r *explore.Result[S, A], runs bool) string {
	var b strings.Builder
	fmt.Fprintln(&b, r.Verdict, r.Reason, r.Err, r.Distinct, r.Generated, r.Depth, r.Levels, r.Terminals, r.Loops, r.Cuts, r.Ends)
	path := func(p explore.Path[S, A]) {
		if err := explore.Replay(sys, p); err != nil {
			fmt.Fprintln(&b, err)
		}
		fmt.Fprintln(&b, p.Steps())
		if runs {
			fmt.Fprintln(&b, p)
		}
	}
	for _, v := range r.Violations {
		if runs || len(r.Violations) > 1 { // which of several that fail at the same depth is the first is a matter of order
			fmt.Fprintln(&b, v.Name)
		}
		path(v.Path)
	}
	for _, w := range r.Witnesses {
		fmt.Fprintln(&b, w.Name, w.Found)
		if w.Found {
			path(w.Path)
		}
	}
	return b.String()
}

// Every store, with any number of workers, finds what an exact search of small states finds: the same counts, the
// same runs (on disk: runs of the same length).
func TestStoresFindTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, o := drawMaze(t), drawOptions(t)
		wide, sys := widen(o), wideSystem(wideMaze{m})
		wide.Workers = 1
		want, onDisk := map[bool]string{}, ""
		exact := explore.Run(t.Context(), sys, wide)
		for _, runs := range []bool{false, true} {
			want[runs] = told(sys, exact, runs)
		}
		plain := explore.Run(t.Context(), mazeSystem(m), o)
		if plain.Distinct != exact.Distinct || plain.Generated != exact.Generated || !cmp.Equal(plain.Levels, exact.Levels) {
			t.Fatalf("packed: %+v\nnot packed: %+v", exact, plain)
		}
		for _, wide.Store = range []explore.Store{explore.Exact, explore.Compact} {
			for _, wide.Workers = range []int{1, 3} {
				for i, x := range []wideOptions{explore.Small(wide), explore.Colliding(wide)} {
					r := explore.Run(t.Context(), sys, x)
					// Where many states have the same tag, another of the shortest runs may be found.
					runs := wide.Store == explore.Exact || i == 0
					if diff := cmp.Diff(want[runs], told(sys, r, runs)); diff != "" {
						t.Fatalf("%v, %d workers, options %d (-exact +this):\n%s", wide.Store, wide.Workers, i, diff)
					}
				}
			}
		}
		if rapid.IntRange(0, 3).Draw(t, "on disk as well") > 0 {
			return // that takes longer
		}
		for _, wide.Workers = range []int{1, 3} {
			wide.Store, wide.Dir = explore.Disk, newDir(t)
			defer os.RemoveAll(filepath.Dir(wide.Dir))
			r := explore.Run(t.Context(), sys, explore.Small(wide))
			if diff := cmp.Diff(want[false], told(sys, r, false)); diff != "" {
				t.Fatalf("disk, %d workers (-exact +disk):\n%s", wide.Workers, diff)
			}
			paths := told(sys, r, true)
			if wide.Workers > 1 && paths != onDisk {
				t.Fatalf("%d workers find another run on disk than one:\n%s\n%s", wide.Workers, paths, onDisk)
			}
			onDisk = paths
		}
	})
}

// newDir names a directory that does not exist, in one that does.
func newDir(t *rapid.T) string {
	top, err := os.MkdirTemp("", "explore")
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(top, "search")
}

// A search that is ended again and again, and resumed with another number of workers, ends as one that was not.
func TestResumedSearchEndsAsIfNothingHadHappened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, o := drawMaze(t), drawOptions(t)
		sys := wideSystem(wideMaze{m})
		stores := []explore.Store{explore.Exact, explore.Compact, explore.Disk}
		for _, store := range stores[:rapid.SampledFrom([]int{2, 2, 2, 3}).Draw(t, "stores")] {
			wide := widen(o)
			wide.Workers = 1
			want := explore.Run(t.Context(), sys, wide)
			wide.Store, wide.Dir = store, newDir(t)
			defer os.RemoveAll(filepath.Dir(wide.Dir))
			wide.MaxStates = uint64(rapid.IntRange(1, 60).Draw(t, "max states"))
			r := explore.Run(t.Context(), sys, explore.Small(wide))
			wide.Resume = true
			for i := 0; r.Reason == "max states"; i++ {
				wide.MaxStates += uint64(rapid.IntRange(1, 60).Draw(t, "more"))
				wide.Workers = 1 + i%3
				r = explore.Run(t.Context(), sys, explore.Small(wide))
			}
			if diff := cmp.Diff(told(sys, want, store != explore.Disk), told(sys, r, store != explore.Disk)); diff != "" {
				t.Fatalf("%v (-at once +resumed):\n%s", store, diff)
			}
			if diff := cmp.Diff(told(sys, r, true), told(sys, explore.Run(t.Context(), sys, explore.Small(wide)), true)); diff != "" {
				t.Fatalf("%v (-its end +resumed after it):\n%s", store, diff)
			}
		}
	})
}

func TestDirectoryOfAnotherSearchIsRefusedWithTheDifference(t *testing.T) {
	dir := t.TempDir()
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	o := miniOptions{Dir: filepath.Join(dir, "search"), Identity: []string{"msl = 2", "opens = 1"}, MaxStates: 100}
	if r := explore.Run(t.Context(), sys, o); r.Reason != "max states" || r.Err != nil {
		t.Fatal(r.Reason, r.Err)
	}
	if r := explore.Run(t.Context(), sys, o); r.Err == nil || !strings.Contains(r.Err.Error(), "not empty") || r.Verdict != explore.Unknown {
		t.Errorf("a directory that is in use is written again: %v", r.Err)
	}
	o.Resume, o.MaxStates = true, 0
	for _, c := range []struct {
		change func(*miniOptions)
		want   []string
	}{
		{func(o *miniOptions) { o.Identity = []string{"msl = 3", "opens = 1"} }, []string{"there: msl = 2", "here:  msl = 3"}},
		{func(o *miniOptions) { o.Store = explore.Compact }, []string{"there: store: exact", "here:  store: compact"}},
		{func(o *miniOptions) {
			o.Always = []explore.Predicate[minitcp.State]{{Name: "SYNC", Holds: minitcp.InSync}}
		}, []string{"here:  always: SYNC"}},
	} {
		p := o
		c.change(&p)
		r := explore.Run(t.Context(), sys, p)
		var other *explore.MismatchError
		if !errors.As(r.Err, &other) || r.Verdict != explore.Unknown {
			t.Fatalf("%v, %v", r.Verdict, r.Err)
		}
		for _, line := range c.want {
			if !strings.Contains(r.Err.Error(), line) || strings.Contains(r.Err.Error(), "opens") {
				t.Errorf("%q does not tell just %q", r.Err, c.want)
			}
		}
	}
	if r := explore.Run(t.Context(), sys, o); r.Verdict != explore.Verified || r.Distinct != 5307 {
		t.Errorf("%v with %d states", r.Verdict, r.Distinct)
	}
}

// Whatever is damaged in the files of a search is noticed, and nothing panics.
func TestDamagedDirectoryIsRefused(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	for name, damage := range map[string]func(b []byte) []byte{
		"a bit":      func(b []byte) []byte { b[len(b)/3] ^= 4; return b },
		"cut":        func(b []byte) []byte { return b[:len(b)/2] },
		"cut by one": func(b []byte) []byte { return b[:len(b)-1] },
		"empty":      func([]byte) []byte { return nil },
		"a number": func(b []byte) []byte { // nothing but the checksum of the manifest tells
			return regexp.MustCompile(`"terminals": \d+`).ReplaceAll(b, []byte(`"terminals": 77`))
		},
	} {
		for _, file := range []string{"states", "manifest.json"} {
			t.Run(file+" "+name, func(t *testing.T) {
				o := miniOptions{Dir: filepath.Join(t.TempDir(), "search"), MaxDepth: 12}
				explore.Run(t.Context(), sys, o)
				path := filepath.Join(o.Dir, file)
				b, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				damaged := damage(slices.Clone(b))
				if bytes.Equal(damaged, b) {
					return // a number of the manifest
				}
				if err := os.WriteFile(path, damaged, 0o666); err != nil {
					t.Fatal(err)
				}
				o.Resume, o.MaxDepth = true, 0
				r := explore.Run(t.Context(), sys, o)
				if file == "manifest.json" && name == "a bit" && r.Err == nil && r.Distinct == 5307 {
					return // a bit in a number that does no harm
				}
				if r.Err == nil || r.Verdict != explore.Unknown {
					t.Errorf("%v, error %v", r.Verdict, r.Err)
				}
			})
		}
	}
}

// What follows the last complete level in the file does not count: that is what a killed search leaves behind.
func TestWhatAKilledSearchLeavesBehindIsIgnored(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	o := miniOptions{Dir: filepath.Join(t.TempDir(), "search"), MaxDepth: 9}
	explore.Run(t.Context(), sys, o)
	f, err := os.OpenFile(filepath.Join(o.Dir, "states"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "half of a level")
	f.Close()
	o.Resume, o.MaxDepth = true, 0
	if r := explore.Run(t.Context(), sys, o); r.Verdict != explore.Verified || r.Distinct != 5307 {
		t.Errorf("%v with %d states, %v", r.Verdict, r.Distinct, r.Err)
	}
}

func TestInterruptedSearchGoesOn(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 2, Numbers: 1})
	for _, store := range []explore.Store{explore.Exact, explore.Compact} {
		ctx, cancel := context.WithCancel(t.Context())
		o := explore.Small(miniOptions{Store: store, Dir: filepath.Join(t.TempDir(), "search"), Workers: 2, ProgressEvery: 1,
			Progress: func(p explore.Progress) {
				if p.Distinct > 10_000 {
					cancel()
				}
			}})
		r := explore.Run(ctx, sys, o)
		cancel()
		if r.Verdict != explore.Unknown || !strings.HasPrefix(r.Reason, "interrupted") || r.Distinct < 10_000 {
			t.Fatalf("%v: %v, %s, %d states", store, r.Verdict, r.Reason, r.Distinct)
		}
		o.Resume, o.Progress = true, nil
		if r := explore.Run(t.Context(), sys, o); r.Verdict != explore.Verified || r.Distinct != 67_399 {
			t.Errorf("%v: %v with %d states, %v", store, r.Verdict, r.Distinct, r.Err)
		}
	}
}

func TestStateWithPaddingHasNoFingerprint(t *testing.T) {
	type padded struct {
		A uint8
		B uint32
	}
	o := explore.Options[padded, int]{Store: explore.Compact}
	r := explore.Run(t.Context(), explore.System[padded, int](still[padded]{}), o)
	if r.Err == nil || r.Verdict != explore.Unknown {
		t.Errorf("%v, %v", r.Verdict, r.Err)
	}
}

// still is a system in which nothing happens.
type still[S comparable] struct{}

func (still[S]) Init() []S                    { return make([]S, 1) }
func (still[S]) Actions(dst []int, _ S) []int { return dst }
func (still[S]) Step(s S, _ int) S            { return s }

func TestMissProbabilityGrowsWithThePairs(t *testing.T) {
	r := explore.Run(t.Context(), miniSystem(minitcp.System{Wire: 1, Opens: 1, Numbers: 1}), miniOptions{Store: explore.Compact})
	const pairs = 571 * 570 / 2
	if want := pairs / 3.402823669209385e38; r.MissProbability < want*0.999 || r.MissProbability > want*1.001 {
		t.Errorf("%g, want %g", r.MissProbability, want)
	}
	if r := explore.Run(t.Context(), miniSystem(minitcp.System{Wire: 1, Opens: 1, Numbers: 1}), miniOptions{}); r.MissProbability != 0 {
		t.Errorf("an exact search may have missed something: %g", r.MissProbability)
	}
}
