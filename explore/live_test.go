package explore_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
)

// Named cases: each claim with a graph that shows it. Class 1 is a tick.
func TestLivenessOfKnownGraphs(t *testing.T) {
	type question func(*explore.Live[int, int]) answer
	leads := func(p, q int) question {
		return func(l *explore.Live[int, int]) answer { return l.LeadsTo(oneOf(1<<p), oneOf(1<<q)) }
	}
	within := func(p, q, k int) question {
		return func(l *explore.Live[int, int]) answer { return l.LeadsToWithin(oneOf(1<<p), oneOf(1<<q), 1, k) }
	}
	possible := func(q int) question {
		return func(l *explore.Live[int, int]) answer { return l.AlwaysPossible(oneOf(1 << q)) }
	}
	for _, c := range []struct {
		claim string
		edges [][]int
		class [][]explore.Class
		o     mazeOptions
		ask   question
		want  string
	}{
		{"a fair exit is taken", [][]int{{0, 1}, {}}, [][]explore.Class{{0, 2}, {}}, mazeOptions{}, leads(0, 1), "VERIFIED 0 0/0"},
		{"an exit that nothing forces is not", [][]int{{0, 1}, {}}, [][]explore.Class{{2, 0}, {}}, mazeOptions{}, leads(0, 1), "VIOLATED 2 0/1"},
		{"nor is it where nothing else is enabled: a run may rest", [][]int{{1}, {}}, [][]explore.Class{{0}, {}}, mazeOptions{}, leads(0, 1), "VIOLATED 2 0/0"},
		{"an exit of a class that is taken elsewhere need not be", [][]int{{0, 1}, {}}, [][]explore.Class{{2, 2}, {}}, mazeOptions{}, leads(0, 1), "VIOLATED 2 0/1"},
		{"an exit enabled now and then is taken: fairness is strong", [][]int{{1}, {0, 2}, {}}, [][]explore.Class{{3}, {0, 2}, {}}, mazeOptions{}, leads(0, 2), "VERIFIED 0 0/0"},
		{"but a run may rest where it is not enabled", [][]int{{1}, {0, 2}, {}}, [][]explore.Class{{0}, {0, 2}, {}}, mazeOptions{}, leads(0, 2), "VIOLATED 2 0/0"},
		{"the part of a component that avoids the exit is fair", [][]int{{1}, {1, 2}, {1, 3}, {}}, [][]explore.Class{{3}, {3, 0}, {0, 2}, {}}, mazeOptions{}, leads(0, 3), "VIOLATED 2 1/1"},
		{"a dead end is a fair run", [][]int{{1, 2}, {}, {}}, [][]explore.Class{{2, 3}, {}, {}}, mazeOptions{}, leads(0, 2), "VIOLATED 2 1/0"},
		{"a run that meets the goal first is done", [][]int{{1}, {2}, {2}}, [][]explore.Class{{2}, {0}, {0}}, mazeOptions{}, leads(0, 1), "VERIFIED 0 0/0"},
		{"and waits again if the premise comes back", [][]int{{1}, {0, 2}, {2}}, [][]explore.Class{{0}, {0, 0}, {2}}, mazeOptions{}, leads(2, 1), "VIOLATED 2 2/1"},
		{"what was cut off might refute", [][]int{{0, 1}, {0}}, [][]explore.Class{{0, 2}, {0}}, mazeOptions{Cut: wallAt(1)}, leads(0, 1), "BOUNDED 0 0/0"},
		{"a loop that was seen stands beside a cut", [][]int{{0, 1}, {0}}, [][]explore.Class{{2, 0}, {0}}, mazeOptions{Cut: wallAt(1)}, leads(0, 1), "VIOLATED 2 0/1"},
		{"a cut state is no dead end", [][]int{{1}, {1}, {}}, [][]explore.Class{{2}, {0}, {}}, mazeOptions{Cut: wallAt(1)}, leads(0, 2), "BOUNDED 0 0/0"},
		{"an ended search says nothing", [][]int{{1}, {2}, {3}, {}}, [][]explore.Class{{2}, {2}, {2}, {}}, mazeOptions{MaxStates: 2}, leads(0, 3), "UNKNOWN 0 0/0"},
		{"nor one that a violation ended", [][]int{{1}, {2}, {3}, {}}, [][]explore.Class{{2}, {2}, {2}, {}}, mazeOptions{Always: []explore.Predicate[int]{below(1)}}, leads(0, 3), "UNKNOWN 0 0/0"},

		{"possible though nothing forces it", [][]int{{0, 1}, {}}, [][]explore.Class{{2, 0}, {}}, mazeOptions{}, possible(1), "VERIFIED 0 0/0"},
		{"a goal that is left for ever is lost", [][]int{{1}, {2}, {1}}, [][]explore.Class{{0}, {0}, {0}}, mazeOptions{}, possible(0), "VIOLATED 1 1/2"},
		{"lost before the dead end", [][]int{{0, 1}, {2}, {}}, [][]explore.Class{{0, 0}, {0}, {}}, mazeOptions{}, possible(0), "VIOLATED 1 2/0"},
		{"an open state may lead anywhere", [][]int{{1}, {0}}, [][]explore.Class{{0}, {0}}, mazeOptions{Cut: wallAt(1)}, possible(5), "BOUNDED 0 0/0"},
		{"but a state that leads only to itself does not", [][]int{{1, 2}, {0}, {2}}, [][]explore.Class{{0, 0}, {0}, {0}}, mazeOptions{Cut: wallAt(1)}, possible(5), "VIOLATED 1 1/1"},

		{"the slower of two ways counts", [][]int{{1, 3}, {2}, {3}, {}}, [][]explore.Class{{1, 0}, {1}, {1}, {}}, mazeOptions{}, within(0, 3, 3), "VERIFIED 0 3/0 3 ticks"},
		{"and one tick less is too little", [][]int{{1, 3}, {2}, {3}, {}}, [][]explore.Class{{1, 0}, {1}, {1}, {}}, mazeOptions{}, within(0, 3, 2), "VIOLATED 3 3/0 3 ticks"},
		{"a tick that can be repeated, though the run leaves it", [][]int{{0, 1}, {}}, [][]explore.Class{{1, 2}, {}}, mazeOptions{}, within(0, 1, 9), "VIOLATED 3 0/1 -1 ticks"},
		{"acting for ever while a tick is due is not fair", [][]int{{0, 1}, {}}, [][]explore.Class{{0, 1}, {}}, mazeOptions{}, within(0, 1, 1), "VERIFIED 0 1/0 1 ticks"},
		{"time that cannot go on refutes", [][]int{{0}, {}}, [][]explore.Class{{2}, {}}, mazeOptions{}, within(0, 1, 9), "VIOLATED 2 0/1"},
		{"beyond a cut it may be slower", [][]int{{1, 2}, {2}, {3}, {}}, [][]explore.Class{{1, 1}, {1}, {1}, {}}, mazeOptions{Cut: wallAt(2)}, within(0, 3, 3), "BOUNDED 0 2/0 2 ticks"},
		{"but a run that is too long is too long", [][]int{{1, 2}, {2}, {3}, {}}, [][]explore.Class{{1, 1}, {1}, {1}, {}}, mazeOptions{Cut: wallAt(2)}, within(0, 3, 1), "VIOLATED 3 2/0 2 ticks"},
	} {
		l, _ := liveOf(t, fairMaze{maze: maze{[]int{0}, c.edges}, class: c.class}, c.o)
		a := c.ask(l)
		got := fmt.Sprintf("%v %d %d/%d", a.Verdict, a.Flaw, a.Run.Stem.Steps(), len(a.Run.Loop))
		if strings.Contains(c.want, "ticks") {
			got += fmt.Sprintf(" %d ticks", a.Ticks)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.claim, got, c.want)
		}
		if (a.Verdict == explore.Unknown || a.Verdict == explore.Bounded) != (a.Reason != "") {
			t.Errorf("%s: reason %q", c.claim, a.Reason)
		}
	}
}

// What is owed though it is not enabled, and what a bound took away.
func TestOwedClassesAndOpenStates(t *testing.T) {
	type classes = []explore.Class
	for _, c := range []struct {
		claim string
		edges [][]int
		class []classes
		owed  []classes
		shut  int
		want  string
	}{
		{"a loop that starves what it owes is not fair", [][]int{{0, 1}, {2}, {}}, []classes{{2, 0}, {3}, {}}, []classes{{3}, nil, nil}, 0, "VERIFIED 0/0"},
		{"without the debt it is", [][]int{{0, 1}, {2}, {}}, []classes{{2, 0}, {3}, {}}, nil, 0, "VIOLATED 0/1"},
		{"a fair loop takes what is owed on it", [][]int{{0, 1}, {0}, {}}, []classes{{2, 0}, {3}, {}}, []classes{{3}, nil, nil}, 0, "VIOLATED 0/3"},
		{"nor may a run rest where something is owed", [][]int{{1}, {2}, {}}, []classes{{0}, {3}, {}}, []classes{{3}, nil, nil}, 0, "VERIFIED 0/0"},
		{"what can never be enabled again is not owed", [][]int{{0, 1}, {1}, {}}, []classes{{2, 0}, {2}, {}}, []classes{{3}, nil, nil}, 0, "VIOLATED 0/1"},
		{"what an open state may enable is owed", [][]int{{0, 1}, {1}, {}}, []classes{{2, 0}, {2}, {}}, []classes{{3}, nil, nil}, 1 << 1, "BOUNDED 0/0"},
		{"no run stays in an open state", [][]int{{0}, {}, {}}, []classes{{2}, nil, nil}, nil, 1 << 0, "BOUNDED 0/0"},
		{"nor stops in one", [][]int{{1}, {}, {}}, []classes{{2}, nil, nil}, nil, 1 << 1, "BOUNDED 0/0"},
		{"but it may go through one", [][]int{{1}, {1}, {}}, []classes{{2}, {2}, nil}, nil, 1 << 0, "VIOLATED 1/1"},
	} {
		l, _ := liveOf(t, fairMaze{maze{[]int{0}, c.edges}, c.class, c.owed, c.shut}, mazeOptions{})
		a := l.LeadsTo(oneOf(1<<0), oneOf(1<<2))
		if got := fmt.Sprintf("%v %d/%d", a.Verdict, a.Run.Stem.Steps(), len(a.Run.Loop)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.claim, got, c.want)
		}
		if a.Verdict == explore.Bounded && a.Reason != "shut" {
			t.Errorf("%s: reason %q", c.claim, a.Reason)
		}
	}
}

func TestTooManyOwedClasses(t *testing.T) {
	m := fairMaze{maze: maze{[]int{0}, [][]int{{0}}}, class: [][]explore.Class{{0}}, owed: [][]explore.Class{{1, 2, 3, 4, 5, 6, 7, 8, 9}}}
	r, g := explore.RunGraph(t.Context(), mazeSystem(m.maze), mazeOptions{})
	if _, err := explore.NewLive(t.Context(), mazeSystem(m.maze), r, g, m.promises()); err == nil || !strings.Contains(err.Error(), "more than 8 classes") {
		t.Error(err)
	}
}

func TestLivenessOfAnInterruptedLayoutIsUnknown(t *testing.T) {
	m := fairMaze{maze: maze{[]int{0}, [][]int{{1}, {0}}}, class: [][]explore.Class{{0}, {0}}}
	r, g := explore.RunGraph(t.Context(), mazeSystem(m.maze), mazeOptions{})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	l, err := explore.NewLive(ctx, mazeSystem(m.maze), r, g, m.promises())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []answer{l.AlwaysPossible(oneOf(0)), l.LeadsTo(oneOf(1), oneOf(0)), l.LeadsTo(oneOf(1), oneOf(4))} {
		if a.Verdict != explore.Unknown || !strings.Contains(a.Reason, "interrupted") {
			t.Errorf("%v %q", a.Verdict, a.Reason)
		}
	}
}
