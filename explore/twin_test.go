package explore_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/exploretest"
)

// maze is a finite graph as a system: the action is which edge to take.
type maze struct {
	starts []int
	edges  [][]int
}

func (m maze) Init() []int { return m.starts }

func (m maze) Actions(dst []int, s int) []int {
	for i := range m.edges[s] {
		dst = append(dst, i)
	}
	return dst
}

func (m maze) Step(s, a int) int { return m.edges[s][a] }

type (
	mazeOptions = explore.Options[int, int]
	mazeSystem  = explore.System[int, int]
)

// facts are what a search and its twin must agree on.
type facts struct {
	Order     []int
	Depths    []int
	Generated int
	Terminals int
	Loops     int
	Cut       int
	Violated  map[string]int // steps to each invariant that is violated
	Met       map[string]int // steps to each witness
}

// twin is the search as anyone would write it: one queue, one map, and no thought of speed.
func twin(m maze, o mazeOptions) facts {
	f := facts{Violated: map[string]int{}, Met: map[string]int{}}
	depth := map[int]int{}
	find := func(s, d int) {
		if _, known := depth[s]; known {
			return
		}
		depth[s] = d
		f.Order = append(f.Order, s)
		f.Depths = append(f.Depths, d)
		for _, p := range o.Always {
			if _, known := f.Violated[p.Name]; !known && !p.Holds(s) && (o.KeepGoing || len(f.Violated) == 0) {
				f.Violated[p.Name] = d
			}
		}
		for _, p := range o.Sometimes {
			if _, known := f.Met[p.Name]; !known && p.Holds(s) {
				f.Met[p.Name] = d
			}
		}
	}
	for _, s := range m.starts {
		find(s, 0)
	}
	for i := 0; i < len(f.Order); i++ {
		s := f.Order[i]
		d := depth[s]
		stop := false
		for _, steps := range f.Violated {
			stop = stop || !o.KeepGoing && steps <= d
		}
		atMost := o.MaxDepth > 0 && d == o.MaxDepth
		switch next := m.edges[s]; {
		case stop && !atMost:
		case o.Cut(s) != "" || atMost && len(next) > 0:
			f.Cut++
		case len(next) == 0:
			f.Terminals++
		default:
			f.Generated += len(next)
			if !slices.ContainsFunc(next, func(to int) bool { return to != s }) {
				f.Loops++
			}
			for _, to := range next {
				find(to, d+1)
			}
		}
	}
	return f
}

// searched is the same from the search under test, whose paths must be runs.
func searched(t *rapid.T, m maze, o mazeOptions) facts {
	r, g := explore.RunGraph(t.Context(), mazeSystem(m), o)
	f := facts{
		Generated: int(r.Generated), Terminals: int(r.Terminals), Loops: int(r.Loops),
		Violated: map[string]int{}, Met: map[string]int{},
	}
	for n := range g.Nodes() {
		f.Order = append(f.Order, n.State)
		f.Depths = append(f.Depths, n.Depth)
	}
	for _, c := range r.Cuts {
		f.Cut += int(c.States)
	}
	replayed := func(p explore.Path[int, int]) int {
		if err := explore.Replay(mazeSystem(m), p); err != nil {
			t.Fatal(err)
		}
		return p.Steps()
	}
	for _, v := range r.Violations {
		f.Violated[v.Name] = replayed(v.Path)
	}
	for _, w := range r.Witnesses {
		if w.Found {
			f.Met[w.Name] = replayed(w.Path)
		}
	}
	return f
}

func drawMaze(t *rapid.T) maze {
	n := rapid.IntRange(1, 80).Draw(t, "n")
	state := rapid.IntRange(0, n-1)
	return maze{
		starts: rapid.SliceOfN(state, 1, 3).Draw(t, "starts"),
		edges:  rapid.SliceOfN(rapid.SliceOfN(state, 0, 4), n, n).Draw(t, "edges"),
	}
}

func drawOptions(t *rapid.T) mazeOptions {
	set := func(name string) func(int) bool {
		members := rapid.SliceOfN(rapid.IntRange(0, 80), 0, 3).Draw(t, name)
		return func(s int) bool { return slices.Contains(members, s) }
	}
	not := func(f func(int) bool) func(int) bool { return func(s int) bool { return !f(s) } }
	cut := set("cut")
	return mazeOptions{
		Always:    []explore.Predicate[int]{{Name: "a", Holds: not(set("bad a"))}, {Name: "b", Holds: not(set("bad b"))}},
		Sometimes: []explore.Predicate[int]{{Name: "w", Holds: set("good")}},
		Cut: func(s int) string {
			if cut(s) {
				return "wall"
			}
			return ""
		},
		MaxDepth:  rapid.SampledFrom([]int{0, 0, 1, 2, 5}).Draw(t, "max depth"),
		KeepGoing: rapid.Bool().Draw(t, "keep going"),
	}
}

func checkTwin(t *rapid.T) {
	m, o := drawMaze(t), drawOptions(t)
	want := twin(m, o)
	for _, workers := range []int{1, 2, 3, 8} {
		o.Workers = workers
		if diff := cmp.Diff(want, searched(t, m, explore.Small(o))); diff != "" {
			t.Fatalf("%d workers do not do what the twin does (-twin +search):\n%s", workers, diff)
		}
		if diff := cmp.Diff(want, searched(t, m, explore.Colliding(o))); diff != "" {
			t.Fatalf("%d workers do not when hashes collide (-twin +search):\n%s", workers, diff)
		}
	}
	exploretest.Contract(t, mazeSystem(m), want.Order)
}

func TestSearchDoesWhatItsTwinDoes(t *testing.T) { rapid.Check(t, checkTwin) }

func FuzzSearchDoesWhatItsTwinDoes(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkTwin)) }

// checkSame compares everything in a Result that does not speak of time or memory.
func checkSame(t *rapid.T) {
	m, o := drawMaze(t), drawOptions(t)
	o.MaxStates = uint64(rapid.IntRange(0, 60).Draw(t, "max states"))
	var want string
	for _, workers := range []int{1, 2, 3, 8} {
		o.Workers = workers
		r := explore.Run(t.Context(), mazeSystem(m), explore.Small(o))
		r.Elapsed, r.MemBytes, r.PeakBytes, r.BytesPerState = 0, 0, 0, 0
		got := fmt.Sprintf("%+v", *r)
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%d workers find something else than one (-one +many):\n%s", workers, diff)
		}
	}
}

func TestNumberOfWorkersDoesNotShowInTheResult(t *testing.T) { rapid.Check(t, checkSame) }
