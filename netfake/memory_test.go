package netfake

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is remembered is what Step gives: in every state of a walk, of the system and of the reduced one, the first time
// and again, and when there is no room to remember anything.
func TestExpandIsEveryStep(t *testing.T) {
	remembered := int64(0)
	rapid.Check(t, func(t *rapid.T) {
		draw := drawReducible // which mostly leaves out clocks that are read
		if rapid.Bool().Draw(t, "any scenario") {
			draw = drawScenario
		}
		sys, err := New(draw(t))
		if err != nil {
			t.Fatal(err)
		}
		reduced := sys.Reduced(Reductions(rapid.IntRange(0, int(AllReductions)).Draw(t, "reductions")))
		if rapid.IntRange(0, 3).Draw(t, "room") == 0 {
			sys.memory.room.Store(40)
			reduced.memory.room.Store(40)
		}
		walk(t, sys, func(s State, _ *Action) {
			checkExpand(t, sys, s)
			checkExpand(t, reduced, reduced.Representative(s))
		})
		remembered += maxRemembered - sys.memory.room.Load()
	})
	if remembered == 0 {
		t.Error("nothing was remembered")
	}
}

type expander interface {
	Actions([]Action, State) []Action
	Step(State, Action) State
	Expand([]State, *State, []Action) []State
}

func checkExpand(t *rapid.T, sys expander, s State) {
	actions := sys.Actions(nil, s)
	var want []State
	for _, a := range actions {
		want = append(want, sys.Step(s, a))
	}
	for range 2 {
		from := s
		if got := sys.Expand(nil, &from, actions); !slices.Equal(got, want) || from != s {
			t.Fatalf("of %v in %+v Expand makes %+v, Step %+v", actions, s, got, want)
		}
	}
}

// Expand allocates nothing for what is remembered, and nothing where there is no room to remember.
func TestExpandAllocatesNothing(t *testing.T) {
	for _, room := range []int64{maxRemembered, 0, 30} {
		sys, s := busy(t)
		sys.memory.room.Store(room)
		actions := sys.Actions(nil, s)
		next := make([]State, 0, len(actions))
		if n := testing.AllocsPerRun(10, func() { next = sys.Expand(next[:0], &s, actions) }); n != 0 {
			t.Errorf("with room for %d, Expand allocates %v times", room, n)
		}
	}
}
