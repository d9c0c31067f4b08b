package netfake

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
)

func integer(t *rapid.T, label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(t, label)
}

// seldom is true once in n times.
func seldom(t *rapid.T, label string, n int) bool { return integer(t, label, 1, n) == n }

// chooser draws from rapid.
func chooser(t *rapid.T) Choose {
	return func(what string, low, high int) int { return integer(t, what, low, high) }
}

func drawScenario(t *rapid.T) Scenario { return Draw(chooser(t)) }

// drawAction draws from the enabled actions; those that end or lose things less often.
func drawAction(t *rapid.T, as []Action) Action {
	mild := slices.Clone(as)
	mild = slices.DeleteFunc(mild, func(a Action) bool {
		switch a.Kind {
		case Abort, Crash, GiveUp, Lose, Close, Tick, Inject:
			return true
		}
		return false
	})
	if len(mild) > 0 && !seldom(t, "harsh", 4) {
		as = mild
	}
	return as[integer(t, "action", 0, len(as)-1)]
}

// walk shows each state of a random run, and the action that led to it; the first has none.
func walk(t *rapid.T, sys transitions, show func(s State, a *Action)) {
	s := sys.Init()[0]
	show(s, nil)
	for range integer(t, "steps", 1, 120) {
		as := sys.Actions(nil, s)
		if len(as) == 0 {
			return
		}
		a := drawAction(t, as)
		s = sys.Step(s, a)
		show(s, &a)
	}
}

// often checks a property in n hundred runs, without TCPCHECK_LONG in half as many: most random runs
// get nowhere.
func often(t *testing.T, n int, check func(*rapid.T)) {
	if !golden.Long() {
		n = (n + 1) / 2
	}
	for range n {
		rapid.Check(t, check)
	}
}

// until checks a property in n hundred runs, and then in more until done: what a few draws leave out by chance is
// drawn for again, up to a hundred times as often.
func until(t *testing.T, n int, done func() bool, check func(*rapid.T)) {
	for round := 0; round < n || round < 100*n && !done(); round++ {
		rapid.Check(t, check)
	}
}

func drawSystem(t *rapid.T) *System {
	sys, err := New(drawScenario(t))
	if err != nil {
		t.Fatal(err)
	}
	return sys
}

// The walks of the tests get somewhere: every kind of action and every state of an endpoint occurs in them.
func TestWalksReachEverything(t *testing.T) {
	var kinds [EndTimeWait + 1]int
	var states [model.NumStates]int
	all := func() bool { return !slices.Contains(kinds[:], 0) && !slices.Contains(states[:], 0) }
	until(t, 10, all, func(t *rapid.T) {
		sys := drawSystem(t)
		walk(t, sys, func(s State, a *Action) {
			if a != nil {
				kinds[a.Kind]++
			}
			w := sys.Unpack(s)
			for i := range w.Peer {
				states[w.Peer[i].State()]++
			}
		})
	})
	for k, n := range kinds {
		if n == 0 {
			t.Errorf("no walk has the action %v", ActionKind(k))
		}
	}
	for s, n := range states {
		if n == 0 {
			t.Errorf("no walk reaches %v", model.State(s))
		}
	}
}
