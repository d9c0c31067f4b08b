package explore_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

var allStores = []explore.Store{explore.Exact, explore.Compact, explore.Disk}

// checkDamage ends a search early, damages one of its files, and goes on: that gives an error, or what an undamaged
// search gives. A state that is not one makes the maze panic, as it does the machine.
func checkDamage(t *rapid.T) {
	m, o := drawMaze(t), drawOptions(t)
	sys, wide := wideSystem(wideMaze{m}), widen(o)
	wide.Workers = rapid.IntRange(1, 2).Draw(t, "workers")
	want := explore.Run(t.Context(), sys, wide)
	wide.Store, wide.Dir = rapid.SampledFrom(allStores).Draw(t, "store"), newDir(t)
	defer os.RemoveAll(filepath.Dir(wide.Dir))
	wide.MaxStates = uint64(rapid.IntRange(1, 80).Draw(t, "max states"))
	explore.Run(t.Context(), sys, explore.Small(wide))

	files, err := os.ReadDir(wide.Dir)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(wide.Dir, files[rapid.IntRange(0, len(files)-1).Draw(t, "file")].Name())
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := rapid.IntRange(0, max(len(b)-1, 0)).Draw(t, "at")
	switch how := rapid.SampledFrom([]string{"flip", "flip", "flip", "cut", "gone", "more"}).Draw(t, "how"); {
	case how == "gone":
		err = os.Remove(name)
	case how == "more":
		err = os.WriteFile(name, append(b, byte(at)), 0o666)
	case how == "cut":
		err = os.WriteFile(name, b[:at], 0o666)
	case len(b) > 0:
		b[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		err = os.WriteFile(name, b, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	wide.Resume, wide.MaxStates = true, 0
	r := explore.Run(t.Context(), sys, explore.Small(wide))
	if r.Err != nil {
		// A violation that was found before stands.
		if r.Verdict != explore.Unknown && r.Verdict != explore.Violated || len(r.Violations) > 0 && want.Verdict != explore.Violated {
			t.Fatalf("%s: %v in spite of %v", name, r.Verdict, r.Err)
		}
		for _, v := range r.Violations {
			if err := explore.Replay(sys, v.Path); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	exact := wide.Store != explore.Disk
	if diff := cmp.Diff(told(sys, want, exact), told(sys, r, exact)); diff != "" {
		t.Fatalf("%s (-undamaged +damaged):\n%s", name, diff)
	}
}

func TestDamageIsNoticedOrDoesNoHarm(t *testing.T) { rapid.Check(t, checkDamage) }

func FuzzDamagedDirectory(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkDamage)) }

// What bounded or ended a search leaves no trace in it: resumed without the bound, it ends as one that had none.
func TestBoundsLeaveNoTraceInAKeptSearch(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 1, Opens: 1, Numbers: 1}) // 571 states
	sync := explore.Predicate[minitcp.State]{Name: "SYNC", Holds: minitcp.InSync}
	early := explore.Predicate[minitcp.State]{Name: "start", Holds: func(s minitcp.State) bool { return s == sys.Init()[0] }}
	plain := explore.Small(miniOptions{Always: []explore.Predicate[minitcp.State]{sync, early}, Workers: 1, KeepGoing: true,
		Ends: func(s minitcp.State) string { return fmt.Sprint(s) }})
	full := func(r *explore.Result[minitcp.State, minitcp.Action]) string {
		return fmt.Sprintln(told(sys, r, false), len(r.TerminalStates), r.Terminals)
	}
	want := full(explore.Run(t.Context(), sys, plain))
	for _, store := range allStores {
		for bound, bind := range map[string]func(*miniOptions){
			"none":       func(*miniOptions) {},
			"max depth":  func(o *miniOptions) { o.MaxDepth = 4 },
			"max states": func(o *miniOptions) { o.MaxStates = 200 },
			"violation":  func(o *miniOptions) { o.KeepGoing = false },
			"a timeout":  func(o *miniOptions) { o.Timeout = time.Millisecond },
		} {
			if store == explore.Disk && (bound == "violation" || bound == "a timeout") {
				continue // that takes longer
			}
			kept := plain
			kept.Store, kept.Dir = store, filepath.Join(t.TempDir(), "search")
			bounded := kept
			bind(&bounded)
			explore.Run(t.Context(), sys, bounded)
			kept.Resume = true
			if diff := cmp.Diff(want, full(explore.Run(t.Context(), sys, kept))); diff != "" {
				t.Errorf("%v, %s (-at once +resumed):\n%s", store, bound, diff)
			}
		}
	}
}

// A search that is over, or that goes on within bounds that it has passed already, has its runs as before.
func TestResumedWithinBoundsThatArePassed(t *testing.T) {
	sys := chainOfRooms(64)
	for _, store := range allStores {
		o := explore.Small(wideOptions{Store: store, Dir: filepath.Join(t.TempDir(), "search"), Workers: 1,
			Always: []explore.Predicate[room]{{Name: "below 9", Holds: func(r room) bool { return r.number() < 9 }}}})
		first := explore.Run(t.Context(), sys, o)
		o.Resume = true
		for bound, bind := range map[string]func(*wideOptions){
			"max states": func(o *wideOptions) { o.MaxStates = 2 },
			"memory":     func(o *wideOptions) { o.MaxMem = 1 << 10 },
		} {
			p := o
			bind(&p)
			r := explore.Run(t.Context(), sys, p)
			if r.Err != nil && r.Verdict == explore.Unknown || r.Reason == explore.ReasonMemory && r.Distinct == 0 {
				continue // it does not fit
			}
			if r.Verdict != explore.Violated || r.Violations[0].Path.Steps() != 9 || !cmp.Equal(r.Levels, first.Levels) {
				t.Errorf("%v, %s: %v, %v, levels %v, want %v", store, bound, r.Verdict, r.Err, r.Levels, first.Levels)
			}
		}
	}
}

// chainOfRooms counts up to a number.
func chainOfRooms(n int) wideSystem {
	m := maze{starts: []int{0}}
	for i := range n {
		m.edges = append(m.edges, []int{min(i+1, n-1)})
	}
	return wideMaze{m}
}

// However small the levels of a search are, it ends when it should.
func TestSearchOnDiskEndsWhenItsContextDoes(t *testing.T) {
	sys := chainOfRooms(20_000)
	ctx, cancel := context.WithCancel(t.Context())
	o := explore.Small(wideOptions{Store: explore.Disk, Dir: filepath.Join(t.TempDir(), "search"), Workers: 2,
		ProgressEvery: time.Millisecond, Progress: func(p explore.Progress) {
			if p.Depth > 3 && p.MemBytes > 0 {
				cancel()
			}
		}})
	done := make(chan *explore.Result[room, int])
	go func() { done <- explore.Run(ctx, sys, o) }()
	select {
	case r := <-done:
		if !strings.HasPrefix(r.Reason, "interrupted") || r.Err != nil {
			t.Errorf("%s, %v, after %d levels", r.Reason, r.Err, len(r.Levels))
		}
	case <-time.After(5 * time.Minute):
		t.Fatal("an interrupt is not noticed")
	}
	cancel()
}

func TestPanicOfASystemReachesTheCallerFromDisk(t *testing.T) {
	defer func() {
		if r := recover(); !strings.Contains(fmt.Sprint(r), "index out of range") {
			t.Errorf("recovered %v", r)
		}
	}()
	m := maze{starts: []int{0}, edges: [][]int{{1, 2}, {0}, {7}}}
	explore.Run(t.Context(), wideSystem(wideMaze{m}), wideOptions{Store: explore.Disk, Dir: filepath.Join(t.TempDir(), "search"), Workers: 2})
}

// A search that is killed again and again ends as one that was not.
func TestKilledSearchGoesOn(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	o := explore.Small(miniOptions{Always: []explore.Predicate[minitcp.State]{{Name: "SYNC", Holds: minitcp.InSync}}, KeepGoing: true})
	if dir := os.Getenv("EXPLORE_TEST_DIR"); dir != "" { // the one that is killed
		o.Store, _ = explore.StoreByName(os.Getenv("EXPLORE_TEST_STORE"))
		_, err := explore.Identity(t.Context(), explore.DirStorage(dir))
		o.Dir, o.Resume = dir, err == nil
		if r := explore.Run(t.Context(), sys, o); r.Err != nil {
			t.Fatal(r.Err)
		}
		return
	}
	want := told(sys, explore.Run(t.Context(), sys, o), false)
	all := 0
	for _, o.Store = range allStores {
		o.Dir = filepath.Join(t.TempDir(), "search")
		kills := 0
		for after := 4 * time.Millisecond; ; after += after / 2 {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilledSearchGoesOn$")
			cmd.Env = append(os.Environ(), "EXPLORE_TEST_DIR="+o.Dir, "EXPLORE_TEST_STORE="+o.Store.String())
			out, err := cmd.CombinedOutput()
			late := ctx.Err() != nil
			cancel()
			if err == nil {
				break
			}
			if kills++; !late {
				t.Fatalf("%v, after %d kills: %v\n%s", o.Store, kills, err, out)
			}
		}
		o.Resume = true
		r := explore.Run(t.Context(), sys, o)
		t.Logf("%v: killed %d times", o.Store, kills)
		if diff := cmp.Diff(want, told(sys, r, false)); diff != "" {
			t.Errorf("%v, %d kills (-at once +killed):\n%s", o.Store, kills, diff)
		}
		o.Resume = false
		all += kills
	}
	if all == 0 {
		t.Error("nothing was killed")
	}
}

// Whoever keeps something of his own beside a search does not lose it.
func TestFilesOfOthersStay(t *testing.T) {
	sys := chainOfRooms(9)
	o := explore.Small(wideOptions{Store: explore.Disk, Dir: filepath.Join(t.TempDir(), "search"), MaxStates: 4})
	explore.Run(t.Context(), sys, o)
	note := filepath.Join(o.Dir, "notes.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	o.Resume, o.MaxStates = true, 0
	if r := explore.Run(t.Context(), sys, o); r.Err != nil || r.Verdict != explore.Verified {
		t.Error(r.Verdict, r.Err)
	}
	if _, err := os.Stat(note); err != nil {
		t.Error(err)
	}
}

// great is a state that is larger than a page of packed ones takes.
type great [2048]uint64

type greatChain struct{}

func (greatChain) Init() []great { return make([]great, 1) }
func (greatChain) Step(s great, _ int) great {
	n := s[0] + 1
	for i := range s {
		s[i] = n * (uint64(i)*0x9e3779b97f4a7c15 + 1)
	}
	return s
}
func (greatChain) Actions(dst []int, s great) []int {
	if s[0] == 100 {
		return dst
	}
	return append(dst, 0)
}

func TestGreatStatesAreSearchedInEveryStore(t *testing.T) {
	for _, store := range allStores {
		o := explore.Small(explore.Options[great, int]{Store: store, Workers: 1})
		if store == explore.Disk {
			o.Dir = filepath.Join(t.TempDir(), "search")
		}
		if r := explore.Run(t.Context(), explore.System[great, int](greatChain{}), o); r.Verdict != explore.Verified || r.Distinct != 101 {
			t.Errorf("%v: %v with %d states, %v", store, r.Verdict, r.Distinct, r.Err)
		}
	}
}

// A violation that is found just when the directory cannot be written any more is told all the same, with its run.
func TestViolationOutlivesItsDirectory(t *testing.T) {
	for _, store := range allStores {
		o := explore.Small(wideOptions{Store: store, Dir: filepath.Join(t.TempDir(), "search"), Workers: 1})
		o.Always = []explore.Predicate[room]{{Name: "below 9", Holds: func(r room) bool {
			if r.number() == 9 && store != explore.Disk {
				os.RemoveAll(o.Dir)
			}
			return r.number() < 9
		}}}
		r := explore.Run(t.Context(), chainOfRooms(64), o)
		if r.Verdict != explore.Violated || r.Violations[0].Path.Steps() != 9 || len(r.Levels) != 10 {
			t.Errorf("%v: %v, %v, levels %v", store, r.Verdict, r.Err, r.Levels)
		}
		if store != explore.Disk && r.Err == nil {
			t.Errorf("%v: nothing is said of the directory", store)
		}
	}
}
