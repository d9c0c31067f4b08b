package explore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

func TestMinitcpLosesSyncInTenSteps(t *testing.T) {
	// The other checkers report the same length for the shortest run.
	sys := minitcp.System{Wire: 3, Opens: 2, Numbers: 2}
	var first *explore.Result[minitcp.State, minitcp.Action]
	for _, workers := range []int{1, 2, 3, 8} {
		r := explore.Run(t.Context(), miniSystem(sys), miniOptions{
			Workers:   workers,
			Always:    []explore.Predicate[minitcp.State]{{Name: "SYNC", Holds: minitcp.InSync}},
			Sometimes: []explore.Predicate[minitcp.State]{{Name: "both ESTABLISHED", Holds: minitcp.BothEstablished}},
		})
		if r.Verdict != explore.Violated || len(r.Violations) != 1 || r.Violations[0].Path.Steps() != 10 {
			t.Fatalf("%v with %v, want one violation in 10 steps", r.Verdict, r.Violations)
		}
		p := r.Violations[0].Path
		if err := explore.Replay(miniSystem(sys), p); err != nil {
			t.Error(err)
		}
		if minitcp.InSync(p.Last()) {
			t.Error("the run ends in a state that is in sync")
		}
		if !r.Witnesses[0].Found || len(r.Missing()) != 0 {
			t.Error("the run to ESTABLISHED was not found on the way")
		}
		if first == nil {
			first = r
		}
		if r.Distinct != first.Distinct || r.Generated != first.Generated || !equalPaths(p, first.Violations[0].Path) {
			t.Errorf("%d workers: another run, or another count, than with one", workers)
		}
	}
}

func equalPaths[S, A comparable](p, q explore.Path[S, A]) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

func TestKeepGoingFindsTheShortestRunToEachViolation(t *testing.T) {
	r := explore.Run(t.Context(), chainSystem(chain{9}), chainOptions{
		Always:    []explore.Predicate[int]{below(7), below(3), below(10)},
		KeepGoing: true,
	})
	got := map[string]int{}
	for _, v := range r.Violations {
		got[v.Name] = v.Path.Steps()
	}
	if len(got) != 2 || got["below 7"] != 7 || got["below 3"] != 3 || r.Distinct != 10 {
		t.Errorf("%v in %d states", got, r.Distinct)
	}
}

func TestOnlyTheFirstViolationIsReported(t *testing.T) {
	not := func(n uint64) explore.Predicate[uint64] {
		return explore.Predicate[uint64]{Name: fmt.Sprint("not ", n), Holds: func(s uint64) bool { return s != n }}
	}
	always := []explore.Predicate[uint64]{not(13), not(9), not(11)} // all of them three steps away
	r := explore.Run(t.Context(), treeSystem(tree{}), treeOptions{Always: always})
	if len(r.Violations) != 1 || r.Violations[0].Name != "not 9" {
		t.Errorf("%+v", r.Violations)
	}
	r = explore.Run(t.Context(), treeSystem(tree{}), treeOptions{Always: always, KeepGoing: true, MaxDepth: 5})
	if len(r.Violations) != 3 {
		t.Errorf("%+v", r.Violations)
	}
}

func TestSearchEndsWithTheLevelOfTheFirstViolation(t *testing.T) {
	bad := explore.Predicate[uint64]{Name: "not 9", Holds: func(s uint64) bool { return s != 9 }}
	r := explore.Run(t.Context(), treeSystem(tree{}), treeOptions{Always: []explore.Predicate[uint64]{bad}})
	// 9 is three steps away, the second of eight states there.
	if r.Distinct != 15 || r.Generated != 14 || r.Depth != 3 || r.Violations[0].Path.Last() != 9 {
		t.Errorf("%d distinct, %d generated, depth %d", r.Distinct, r.Generated, r.Depth)
	}
}

func TestWitnessThatIsNotThereIsMissing(t *testing.T) {
	r := explore.Run(t.Context(), chainSystem(chain{9}), chainOptions{Sometimes: []explore.Predicate[int]{
		{Name: "seven", Holds: func(s int) bool { return s == 7 }},
		{Name: "eleven", Holds: func(s int) bool { return s == 11 }},
	}})
	if w := r.Witnesses[0]; !w.Found || w.Path.Steps() != 7 {
		t.Errorf("seven: %+v", w)
	}
	if got := strings.Join(r.Missing(), ","); got != "eleven" || r.Witnesses[1].Found {
		t.Errorf("missing: %s", got)
	}
	if r.Verdict != explore.Verified {
		t.Errorf("a missing witness made the verdict %v", r.Verdict)
	}
}

func TestTerminalStatesAreCountedAndShown(t *testing.T) {
	m := maze{starts: []int{0}, edges: [][]int{{1, 2, 3, 4}, {}, {2}, {3, 1}, {}}}
	r := explore.Run(t.Context(), mazeSystem(m), mazeOptions{})
	if r.Terminals != 2 || len(r.TerminalStates) != 2 || r.TerminalStates[0] != 1 || r.TerminalStates[1] != 4 {
		t.Errorf("%d terminal states, %v", r.Terminals, r.TerminalStates)
	}
	if r.Loops != 1 {
		t.Errorf("%d states lead only to themselves, want 1", r.Loops)
	}
}

func TestReplayRefusesWhatIsNotARun(t *testing.T) {
	type path = explore.Path[int, string]
	for complaint, p := range map[string]path{
		"empty":          {},
		"not an initial": {{State: 1}},
		"not enabled":    {{State: 0}, {Action: "jump", State: 1}},
		"leads to 1":     {{State: 0}, {Action: "count", State: 2}},
	} {
		if err := explore.Replay(chainSystem(chain{9}), p); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("replay of %v: %v, want %q", p, err, complaint)
		}
	}
	good := path{{State: 0}, {Action: "count", State: 1}}
	if err := explore.Replay(chainSystem(chain{9}), good); err != nil {
		t.Error(err)
	}
}
