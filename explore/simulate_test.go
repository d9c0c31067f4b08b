package explore_test

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type simOptions = explore.SimOptions[int, int]

// simFacts are what walks and their twin must agree on.
type simFacts struct {
	Walks, Steps, Generated, Terminals, Loops, Full, Cut int
	Longest                                              int
	Violated                                             string
	Path                                                 []int
	Met                                                  []int // steps of the first run to each witness, or -1
	Distinct                                             int   // exactly
}

// simTwin takes the walks one after another, and remembers all.
func simTwin(m maze, o simOptions) (f simFacts) {
	visited := map[int]bool{}
	for range o.Sometimes {
		f.Met = append(f.Met, -1)
	}
	for n := uint64(0); n < o.Runs && f.Violated == ""; n++ {
		rng := rand.NewPCG(explore.Mix(o.Seed), explore.Mix(o.Seed^explore.Mix(n+1)))
		below := func(k int) int { hi, _ := bits.Mul64(rng.Uint64(), uint64(k)); return int(hi) }
		weights := slices.Repeat([]int{1}, 64)
		if o.Kind != nil && n%4 != 0 {
			for k := range weights {
				weights[k] = []int{0, 1, 1, 4}[rng.Uint64()>>62]
			}
		}
		path := []int{m.starts[below(len(m.starts))]}
		f.Walks++
		for end := ""; end == ""; {
			s := path[len(path)-1]
			visited[s] = true
			for i, p := range o.Sometimes {
				if f.Met[i] < 0 && p.Holds(s) {
					f.Met[i] = len(path) - 1
				}
			}
			for _, p := range o.Always {
				if f.Violated == "" && !p.Holds(s) {
					f.Violated, f.Path, end = p.Name, path, "violation"
				}
			}
			switch {
			case end != "":
			case o.Cut(s) != "":
				f.Cut, end = f.Cut+1, "cut"
			case len(path)-1 == o.Steps:
				f.Full, end = f.Full+1, "length"
			case len(m.edges[s]) == 0:
				f.Terminals, end = f.Terminals+1, "terminal"
			default:
				left := m.Actions(nil, s)
				for len(left) > 0 && path[len(path)-1] == s {
					i := simChoice(left, o.Kind, weights, below)
					f.Generated++
					if to := m.edges[s][left[i]]; to != s {
						path = append(path, to)
						f.Steps++
					}
					left[i] = left[len(left)-1]
					left = left[:len(left)-1]
				}
				if path[len(path)-1] == s {
					f.Loops, end = f.Loops+1, "loop"
				}
			}
		}
		f.Longest = max(f.Longest, len(path)-1)
	}
	f.Distinct = len(visited)
	return f
}

// simChoice draws as a walk does, from a bowl with as many balls for each action as it has weight.
func simChoice(left []int, kind func(int) uint8, weights []int, below func(int) int) int {
	var bowl []int
	for i, a := range left {
		if kind != nil {
			bowl = append(bowl, slices.Repeat([]int{i}, weights[kind(a)])...)
		}
	}
	if len(bowl) == 0 {
		return below(len(left))
	}
	return bowl[below(len(bowl))]
}

func factsOf(t *rapid.T, m maze, r *explore.SimResult[int, int]) simFacts {
	f := simFacts{Walks: int(r.Walks), Steps: int(r.Steps), Generated: int(r.Generated), Terminals: int(r.Terminals),
		Loops: int(r.Loops), Full: int(r.Full), Longest: r.Longest, Distinct: int(r.Distinct)}
	for _, c := range r.Cuts {
		f.Cut += int(c.States)
	}
	for _, w := range r.Witnesses {
		steps := -1
		if w.Found {
			steps = w.Path.Steps()
			if err := explore.Replay(mazeSystem(m), w.Path); err != nil {
				t.Fatal(err)
			}
		}
		f.Met = append(f.Met, steps)
	}
	if v := r.Violation; v != nil {
		f.Violated = v.Name
		for _, hop := range v.Path {
			f.Path = append(f.Path, hop.State)
		}
		if err := explore.Replay(mazeSystem(m), v.Path); err != nil {
			t.Fatal(err)
		}
		if r.Verdict != explore.Violated || v.Walk != r.Walks-1 {
			t.Fatalf("%v in walk %d of %d", r.Verdict, v.Walk, r.Walks)
		}
	} else if r.Verdict != explore.Unknown {
		t.Fatalf("walks that found nothing say %v", r.Verdict)
	}
	return f
}

func drawSim(t *rapid.T) simOptions {
	o := drawOptions(t)
	sim := simOptions{Always: o.Always, Sometimes: o.Sometimes, Cut: o.Cut,
		Seed: rapid.Uint64().Draw(t, "seed"), Runs: uint64(rapid.SampledFrom([]int{1, 5, 300, 700}).Draw(t, "runs")),
		Steps: rapid.SampledFrom([]int{1, 3, 20}).Draw(t, "steps")}
	if rapid.Bool().Draw(t, "swarm") {
		sim.Kind = func(a int) uint8 { return uint8(a) % 3 }
	}
	return sim
}

func checkSimTwin(t *rapid.T) {
	m, o := drawMaze(t), drawSim(t)
	want := simTwin(m, o)
	for _, workers := range []int{1, 2, 3} {
		o.Workers = workers
		got := factsOf(t, m, explore.Simulate(t.Context(), mazeSystem(m), o))
		if math.Abs(float64(got.Distinct-want.Distinct)) > 1+float64(want.Distinct)/20 {
			t.Fatalf("%d states are taken for %d", want.Distinct, got.Distinct)
		}
		got.Distinct = want.Distinct
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d workers do not walk as the twin does (-twin +walks):\n%s", workers, diff)
		}
	}
}

func TestWalksDoWhatTheirTwinDoes(t *testing.T) { rapid.Check(t, checkSimTwin) }

func FuzzWalksDoWhatTheirTwinDoes(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkSimTwin)) }

// Everything in a SimResult but the time is the same for any number of workers, also where a batch is
// abandoned because of a violation in the midst of it.
func TestNumberOfWorkersDoesNotShowInTheWalks(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 2, Numbers: 2})
	for seed := range uint64(3) {
		want := ""
		for _, workers := range []int{1, 2, 3, 8} {
			r := explore.Simulate(t.Context(), sys, explore.SimOptions[minitcp.State, minitcp.Action]{
				Always:    []explore.Predicate[minitcp.State]{{Name: "SYNC", Holds: minitcp.InSync}},
				Sometimes: []explore.Predicate[minitcp.State]{{Name: "both ESTABLISHED", Holds: minitcp.BothEstablished}},
				Seed:      seed, Runs: 200_000, Steps: 30, Workers: workers,
			})
			if r.Violation == nil {
				t.Fatalf("seed %d: nothing found", seed)
			}
			r.Elapsed = 0
			got := fmt.Sprintf("%+v %+v", *r, *r.Violation)
			got = strings.ReplaceAll(got, fmt.Sprintf("%p", r.Violation), "")
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("seed %d: %d workers find something else than one:\n%s\n%s", seed, workers, want, got)
			}
		}
	}
}

// The walks of a seed are the same tomorrow, or a seed in a report would be worth nothing.
func TestWalksOfASeedStayTheSame(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 2, Numbers: 2})
	r := explore.Simulate(t.Context(), sys, explore.SimOptions[minitcp.State, minitcp.Action]{Seed: 1, Runs: 100, Steps: 50})
	got := fmt.Sprintln(r.Walks, r.Steps, r.Generated, r.Longest, r.Distinct, r.Terminals, r.Loops, r.Full)
	if want := "100 1718 1955 31 941 100 0 0\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// lock is a system that opens only to a number of the same actions in a row, among others that set it back: even walks
// hardly ever get there.
type lock struct{ length, others int }

func (lock) Init() []int { return []int{0} }

func (l lock) Actions(dst []int, s int) []int {
	for a := range 1 + l.others {
		dst = append(dst, a)
	}
	return dst
}

func (l lock) Step(s, a int) int {
	if a == 0 {
		return s + 1
	}
	return max(s-a, 0)
}

func TestASwarmGoesWhereEvenWalksDoNot(t *testing.T) {
	l := lock{length: 30, others: 3}
	o := simOptions{
		Always: []explore.Predicate[int]{{Name: "shut", Holds: func(s int) bool { return s < l.length }}},
		Seed:   1, Runs: 2000, Steps: 200,
	}
	if r := explore.Simulate(t.Context(), explore.System[int, int](l), o); r.Violation != nil {
		t.Errorf("even walks open the lock, in walk %d", r.Violation.Walk)
	}
	o.Kind = func(a int) uint8 { return uint8(a) }
	r := explore.Simulate(t.Context(), explore.System[int, int](l), o)
	if r.Violation == nil || r.Violation.Walk > 100 {
		t.Errorf("a swarm does not open the lock: %+v", r)
	}
}

// A fault planted deep in a system of 2^64 states is found, and the run made a shortest one.
func TestADeepFaultIsFound(t *testing.T) {
	sys := explore.System[wide, int](counters{digits: 6, base: 1 << 10})
	bad := func(s wide) bool { return s[0] >= 90 && s[4]+30 < s[0] }
	r := explore.Simulate(t.Context(), sys, explore.SimOptions[wide, int]{
		Always: []explore.Predicate[wide]{{Name: "even", Holds: func(s wide) bool { return !bad(s) }}},
		Kind:   func(a int) uint8 { return uint8(a) }, Seed: 3, Runs: 1000, Steps: 1000,
	})
	if r.Violation == nil {
		t.Fatal("nothing found")
	}
	short := explore.Shrink(t.Context(), sys, r.Violation.Path, explore.ShrinkOptions[wide, int, int]{
		Shows: bad, Same: explore.SameAction[wide, int], Around: 100})
	if err := explore.Replay(sys, short.Path); err != nil || short.Path.Steps() != 90 || !short.Minimal {
		t.Errorf("%d steps became %d in %d replays, want 90: %v", r.Violation.Path.Steps(), short.Path.Steps(), short.Replays, err)
	}
}

func TestWalksEndInTime(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 2, Numbers: 2})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for want, o := range map[string]explore.SimOptions[minitcp.State, minitcp.Action]{
		"timeout": {Timeout: 20 * time.Millisecond},
		"":        {Runs: 10, Steps: 10},
	} {
		r := explore.Simulate(t.Context(), sys, o)
		if r.Reason != want || r.Verdict != explore.Unknown || r.Walks == 0 || r.Elapsed > 10*time.Second {
			t.Errorf("ended by %q with %v after %d walks, want %q", r.Reason, r.Verdict, r.Walks, want)
		}
	}
	if r := explore.Simulate(ctx, sys, explore.SimOptions[minitcp.State, minitcp.Action]{}); !strings.HasPrefix(r.Reason, "interrupted") || r.Walks != 0 {
		t.Errorf("interrupted before it began: %+v", r)
	}
	if r := explore.Simulate(t.Context(), mazeSystem(maze{}), simOptions{}); r.Reason != "no initial state" || r.Verdict != explore.Unknown {
		t.Errorf("nowhere to begin: %+v", r)
	}
}

// fork has two initial states: from 0 a chain leads to an end, from -1 a walk goes on for ever.
type fork struct{}

func (fork) Init() []int { return []int{0, -1} }

func (fork) Actions(dst []int, s int) []int { return append(dst, 0) }

func (fork) Step(s, a int) int {
	if s < 0 {
		return s - 1
	}
	return s + 1
}

// A walk that would never end is given up when one before it finds something, or the time is over.
func TestEndlessWalksEnd(t *testing.T) {
	o := simOptions{
		Always: []explore.Predicate[int]{{Name: "below 1000", Holds: func(s int) bool { return s < 1000 }}},
		Steps:  1 << 60, Timeout: 30 * time.Millisecond,
	}
	found, waited := 0, 0
	for o.Seed = range 8 {
		short := o
		short.Runs, short.Steps = 1, 2000
		limit := o
		first := explore.Simulate(t.Context(), explore.System[int, int](fork{}), short)
		if first.Violation != nil {
			limit.Timeout = time.Minute // never reached
		}
		r := explore.Simulate(t.Context(), explore.System[int, int](fork{}), limit)
		switch {
		case first.Violation != nil && r.Violation != nil && r.Violation.Walk == 0 && r.Walks == 1 && r.Steps == 1000:
			found++
		case first.Violation == nil && r.Steps > 1000 && r.Elapsed < time.Minute:
			waited++
		default:
			t.Errorf("seed %d: %+v", o.Seed, r)
		}
	}
	if found == 0 || waited == 0 {
		t.Errorf("%d seeds begin with a walk that ends, %d with one that does not: too few to tell", found, waited)
	}
}

func TestProgressOfWalksIsTold(t *testing.T) {
	calls := uint64(0)
	explore.Simulate(t.Context(), miniSystem(minitcp.System{Wire: 2, Opens: 2, Numbers: 2}), explore.SimOptions[minitcp.State, minitcp.Action]{
		Runs: 2000, Steps: 50, ProgressEvery: time.Nanosecond,
		Progress: func(p explore.SimProgress) {
			if p.Walks <= calls || p.Steps < p.Walks || p.Distinct == 0 {
				t.Errorf("after %d walks: %+v", calls, p)
			}
			calls = p.Walks
		},
	})
	if calls < 1000 {
		t.Errorf("the last that was told were %d walks", calls)
	}
}

// A step allocates nothing: long walks cost as many allocations as short ones.
func TestStepsOfAWalkAllocateNothing(t *testing.T) {
	sys := explore.System[wide, int](counters{digits: 6, base: 1 << 30})
	allocs := func(steps int) float64 {
		return testing.AllocsPerRun(5, func() {
			explore.Simulate(t.Context(), sys, explore.SimOptions[wide, int]{Runs: 10, Steps: steps, Workers: 1,
				Always:    []explore.Predicate[wide]{{Name: "small", Holds: func(s wide) bool { return s[0] < 1<<29 }}},
				Sometimes: []explore.Predicate[wide]{{Name: "never", Holds: func(s wide) bool { return s[0] > 1<<29 }}},
				Kind:      func(a int) uint8 { return uint8(a) }})
		})
	}
	if short, long := allocs(10), allocs(5000); long > short {
		t.Errorf("%.0f allocations for 100 steps, %.0f for 50,000", short, long)
	}
}

// The estimate is within five standard errors, from few states to many.
func TestSketchEstimatesHowManyStatesThereAre(t *testing.T) {
	for _, n := range []int{0, 1, 10, 500, 5_000, 12_000, 100_000, 1_000_000} {
		states := make([][5]uint64, n)
		for i := range states {
			states[i] = [5]uint64{uint64(i), 7, 0, uint64(i % 3)}
		}
		got := explore.Sketched(append(states, states...))
		if math.Abs(float64(got)-float64(n)) > 5*0.0163*float64(n)+0.5 {
			t.Errorf("%d states are taken for %d", n, got)
		}
	}
	if got := explore.Sketched([]string{"a", "b", "a", "c"}); got != 3 {
		t.Errorf("3 strings are taken for %d", got)
	}
	if got := explore.Sketched([][11]byte{{10: 1}, {10: 2}, {10: 1}, {0: 1}}); got != 3 {
		t.Errorf("3 arrays of an odd size are taken for %d", got)
	}
}

func BenchmarkWalks(b *testing.B) {
	sys := miniSystem(minitcp.System{Wire: 3, Opens: 3, Numbers: 3})
	for range b.N {
		r := explore.Simulate(b.Context(), sys, explore.SimOptions[minitcp.State, minitcp.Action]{Runs: 20_000, Steps: 100, Workers: 1})
		b.ReportMetric(float64(r.Steps)/r.Elapsed.Seconds(), "steps/s")
	}
}
