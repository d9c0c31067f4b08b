package explore_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
)

// chain counts up from zero to its end, or without one.
type chain struct{ end int }

func (c chain) Init() []int { return []int{0} }

func (c chain) Actions(dst []string, s int) []string {
	if c.end > 0 && s == c.end {
		return dst
	}
	return append(dst, "count")
}

func (c chain) Step(s int, _ string) int { return s + 1 }

// tree doubles at every step, so that its levels are wide, and never ends.
type tree struct{}

func (tree) Init() []uint64                          { return []uint64{1} }
func (tree) Actions(dst []uint64, _ uint64) []uint64 { return append(dst, 0, 1) }
func (tree) Step(s, a uint64) uint64                 { return 2*s + a }

type (
	chainOptions = explore.Options[int, string]
	chainSystem  = explore.System[int, string]
	treeOptions  = explore.Options[uint64, uint64]
	treeSystem   = explore.System[uint64, uint64]
)

func below(n int) explore.Predicate[int] {
	return explore.Predicate[int]{Name: fmt.Sprintf("below %d", n), Holds: func(s int) bool { return s < n }}
}

func wallAt(n int) func(int) string {
	return func(s int) string {
		if s == n {
			return "wall"
		}
		return ""
	}
}

func TestVerdictClaimsNoMoreThanWasSeen(t *testing.T) {
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for claim, c := range map[string]struct {
		ctx     context.Context
		end     int
		o       chainOptions
		verdict explore.Verdict
		reason  string
	}{
		"all was seen": {end: 9, o: chainOptions{Always: []explore.Predicate[int]{below(10)}}, verdict: explore.Verified},

		"a violation":                 {end: 9, o: chainOptions{Always: []explore.Predicate[int]{below(9)}}, verdict: explore.Violated},
		"a violation beside a cut":    {end: 9, o: chainOptions{Always: []explore.Predicate[int]{below(4)}, Cut: wallAt(0)}, verdict: explore.Bounded},
		"a violation in a cut state":  {end: 9, o: chainOptions{Always: []explore.Predicate[int]{below(4)}, Cut: wallAt(4)}, verdict: explore.Violated},
		"a violation, then max depth": {end: 9, o: chainOptions{Always: []explore.Predicate[int]{below(4)}, MaxDepth: 4}, verdict: explore.Violated},
		"a violation, then max states": {end: 9, verdict: explore.Violated, reason: "max states",
			o: chainOptions{Always: []explore.Predicate[int]{below(4)}, MaxStates: 6, KeepGoing: true}},

		"a cut":                           {end: 9, o: chainOptions{Cut: wallAt(5)}, verdict: explore.Bounded},
		"a cut where nothing follows":     {end: 9, o: chainOptions{Cut: wallAt(9)}, verdict: explore.Bounded},
		"a cut that is out of reach":      {end: 9, o: chainOptions{Cut: wallAt(10)}, verdict: explore.Verified},
		"max depth":                       {end: 9, o: chainOptions{MaxDepth: 8}, verdict: explore.Bounded},
		"max depth where nothing follows": {end: 9, o: chainOptions{MaxDepth: 9}, verdict: explore.Verified},
		"max states":                      {end: 9, o: chainOptions{MaxStates: 9}, verdict: explore.Unknown, reason: "max states"},
		"max states after a cut": {end: 9, verdict: explore.Unknown, reason: "max states",
			o: chainOptions{MaxStates: 3, MaxDepth: 5}},
		"just as many states as allowed": {end: 9, o: chainOptions{MaxStates: 10}, verdict: explore.Verified},
		"no memory at all":               {end: 9, o: chainOptions{MaxMem: 1}, verdict: explore.Unknown, reason: "memory"},
		"a timeout":                      {o: chainOptions{Timeout: time.Millisecond}, verdict: explore.Unknown, reason: "timeout"},
		"a context that is done":         {ctx: done, end: 9, verdict: explore.Unknown, reason: "interrupted: context canceled"},
	} {
		for _, workers := range []int{1, 2} {
			if c.ctx == nil {
				c.ctx = t.Context()
			}
			c.o.Workers = workers
			r := explore.Run(c.ctx, chainSystem(chain{c.end}), c.o)
			if r.Verdict != c.verdict || r.Reason != c.reason {
				t.Errorf("%s: %v because of %q, want %v because of %q", claim, r.Verdict, r.Reason, c.verdict, c.reason)
			}
		}
	}
}

func TestNothingToSeeVerifiesNothing(t *testing.T) {
	r := explore.Run(t.Context(), mazeSystem(maze{}), mazeOptions{})
	if r.Verdict != explore.Unknown || r.Reason != "no initial state" {
		t.Errorf("a system without an initial state is %v because of %q", r.Verdict, r.Reason)
	}
}

func TestVerdictsPrintAsAReportNamesThem(t *testing.T) {
	all := []explore.Verdict{explore.Unknown, explore.Bounded, explore.Violated, explore.Verified}
	if got := fmt.Sprint(all); got != "[UNKNOWN BOUNDED VIOLATED VERIFIED]" {
		t.Error(got)
	}
}

func TestBoundsAreNamedAndCounted(t *testing.T) {
	r := explore.Run(t.Context(), treeSystem(tree{}), treeOptions{
		MaxDepth: 3,
		Cut: func(s uint64) string {
			return map[uint64]string{4: "wire full", 5: "numbers spent", 6: "wire full"}[s]
		},
	})
	want := "[{max depth 2} {numbers spent 1} {wire full 2}]"
	if got := fmt.Sprint(r.Cuts); got != want || r.Verdict != explore.Bounded {
		t.Errorf("%v with %v, want BOUNDED with %v", r.Verdict, got, want)
	}
}

func TestMaxStatesIsPassedByOneStateAtMost(t *testing.T) {
	for _, limit := range []uint64{1, 2, 100, 5_000, 100_000} {
		for _, workers := range []int{1, 2} {
			r := explore.Run(t.Context(), treeSystem(tree{}), treeOptions{MaxStates: limit, Workers: workers})
			if r.Distinct <= limit || r.Distinct > limit+2 || r.Verdict != explore.Unknown {
				t.Errorf("%d workers, limit %d: %v with %d states", workers, limit, r.Verdict, r.Distinct)
			}
		}
	}
}

func TestMemoryStaysWithinTheLimit(t *testing.T) {
	for _, workers := range []int{1, 2} {
		const limit = 24 << 20
		r := explore.Run(t.Context(), treeSystem(tree{}), treeOptions{MaxMem: limit, Workers: workers})
		if r.Verdict != explore.Unknown || r.Reason != "memory" {
			t.Errorf("%d workers: %v because of %q", workers, r.Verdict, r.Reason)
		}
		if r.MemBytes > limit || r.Distinct < limit/64 {
			t.Errorf("%d workers: %d states in %d bytes, of %d allowed", workers, r.Distinct, r.MemBytes, limit)
		}
	}
}

// grid is a square of states, entered at a corner.
type grid struct{ side uint32 }

func (g grid) Init() [][2]uint32 { return [][2]uint32{{}} }

func (g grid) Actions(dst []int, s [2]uint32) []int {
	for i := range s {
		if s[i]+1 < g.side {
			dst = append(dst, i)
		}
	}
	return dst
}

func (g grid) Step(s [2]uint32, a int) [2]uint32 {
	s[a]++
	return s
}

func TestNoStateIsLostWhereMemoryEnds(t *testing.T) {
	for _, workers := range []int{1, 2} {
		verified, unknown := 0, 0
		for limit := uint64(1 << 18); verified < 60; limit += 500 {
			o := explore.Options[[2]uint32, int]{Workers: workers, MaxMem: limit}
			if checkWithin(t, explore.Colliding(o)) == explore.Verified {
				verified++
			} else {
				unknown++
			}
		}
		if unknown < 60 {
			t.Errorf("%d workers: only %d limits were too small", workers, unknown)
		}
	}
}

// checkWithin searches a grid within a limit of memory: it sees all of it, or says that it did not, and the
// graph of what it saw is right.
func checkWithin(t *testing.T, o explore.Options[[2]uint32, int]) explore.Verdict {
	t.Helper()
	g40 := grid{40}
	r, g := explore.RunGraph(t.Context(), explore.System[[2]uint32, int](g40), o)
	saw := r.Verdict == explore.Verified && r.Distinct == 40*40 && r.Generated == 2*40*39
	gaveUp := r.Verdict == explore.Unknown && r.Reason == "memory" && r.MemBytes <= o.MaxMem
	if !saw && !gaveUp {
		t.Fatalf("limit %d: %v %s with %d states in %d bytes", o.MaxMem, r.Verdict, r.Reason, r.Distinct, r.MemBytes)
	}
	for e := range g.Edges() {
		if to := g.Node(e.To).State; to != g40.Step(g.Node(e.From).State, e.Action) {
			t.Fatalf("limit %d: edge %+v leads to %v", o.MaxMem, e, to)
		}
	}
	return r.Verdict
}

// fat is a state of four kilobytes, so that a few hundred of them fill a page.
type fat [512]uint64

// fatGrid is grid with such states.
type fatGrid struct{ grid }

func (g fatGrid) Init() []fat { return []fat{{}} }

func (g fatGrid) Actions(dst []int, s fat) []int {
	return g.grid.Actions(dst, [2]uint32{uint32(s[0]), uint32(s[1])})
}

func (g fatGrid) Step(s fat, a int) fat {
	s[a]++
	return s
}

func TestNoStateIsLostWhereThereIsNoPageForIt(t *testing.T) {
	for _, workers := range []int{1, 2} {
		answers := map[string]int{}
		for limit := uint64(2 << 20); limit < 16<<20; limit += 256 << 10 {
			o := explore.Small(explore.Options[fat, int]{Workers: workers, MaxMem: limit})
			r := explore.Run(t.Context(), explore.System[fat, int](fatGrid{grid{40}}), o)
			if r.Verdict == explore.Verified && r.Distinct != 40*40 {
				t.Errorf("limit %d: VERIFIED with %d states", limit, r.Distinct)
			}
			answers[r.Verdict.String()+r.Reason]++
		}
		if len(answers) != 2 || answers["VERIFIED"] < 5 || answers["UNKNOWNmemory"] < 5 {
			t.Errorf("%d workers: %v", workers, answers)
		}
	}
}

func TestMoreInitialStatesThanAllowed(t *testing.T) {
	m := maze{starts: []int{0, 1, 2}, edges: [][]int{{}, {}, {}}}
	r := explore.Run(t.Context(), mazeSystem(m), mazeOptions{MaxStates: 2})
	if r.Verdict != explore.Unknown || r.Reason != "max states" || r.Terminals != 0 {
		t.Errorf("%v because of %q, with %d states expanded", r.Verdict, r.Reason, r.Terminals)
	}
}

func TestSearchEndsWhenItsContextDoes(t *testing.T) {
	for _, workers := range []int{1, 2} {
		ctx, cancel := context.WithCancelCause(t.Context())
		r := explore.Run(ctx, treeSystem(tree{}), treeOptions{
			Workers:       workers,
			ProgressEvery: 5 * time.Millisecond,
			Progress: func(p explore.Progress) {
				if p.Distinct > 20_000 {
					cancel(fmt.Errorf("the user had enough"))
				}
			},
		})
		if r.Verdict != explore.Unknown || !strings.Contains(r.Reason, "the user had enough") {
			t.Errorf("%d workers: %v because of %q", workers, r.Verdict, r.Reason)
		}
	}
}

func TestProgressAddsUp(t *testing.T) {
	calls := 0
	explore.Run(t.Context(), chainSystem(chain{9}), chainOptions{
		ProgressEvery: 1,
		Progress: func(p explore.Progress) {
			// After k levels the chain has k+1 states, the last of them not expanded.
			calls++
			if int(p.Distinct) != p.Depth+2 && p.Depth < 9 || p.Frontier > 1 || p.MemBytes == 0 {
				t.Errorf("call %d: %+v", calls, p)
			}
		},
	})
	if calls == 0 {
		t.Error("no progress was reported")
	}
}

func TestPanicOfASystemReachesTheCaller(t *testing.T) {
	for _, workers := range []int{1, 2} {
		func() {
			defer func() {
				if r := recover(); !strings.Contains(fmt.Sprint(r), "BUG: a state too far") {
					t.Errorf("%d workers: recovered %v", workers, r)
				}
			}()
			explore.Run(t.Context(), treeSystem(tree{}), treeOptions{Workers: workers,
				Always: []explore.Predicate[uint64]{{Name: "near", Holds: func(s uint64) bool {
					if s == 50_000 {
						panic("BUG: a state too far")
					}
					return true
				}}}})
		}()
	}
}
