package explore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
)

func ExampleWriteRun() {
	r := explore.Run(context.Background(), jugs{}, explore.Options[litres, string]{
		Always: []explore.Predicate[litres]{{Name: "never four litres", Holds: func(s litres) bool { return s.large != 4 }}},
	})
	_ = explore.WriteRun(os.Stdout, r.Violations[0].Path[:4], explore.RunStyle[litres, string]{})
	// Output:
	//    0.                           {small:0 large:0}
	//    1.  fill large               large: 5
	//    2.  large to small           small: 3, large: 2
	//    3.  empty small              small: 0
}

func ExampleWriteDiff() {
	run := func(actions ...string) explore.Path[litres, string] {
		p := explore.Path[litres, string]{{}}
		for _, a := range actions {
			p = append(p, explore.Hop[litres, string]{Action: a, State: jugs{}.Step(p.Last(), a)})
		}
		return p
	}
	_ = explore.WriteDiff(os.Stdout, run("fill small", "fill large"), run("fill small", "small to large", "fill small"), explore.RunStyle[litres, string]{})
	// Output:
	//      0.                           {small:0 large:0}
	//      1.  fill small               small: 3
	// -    2.  fill large               large: 5
	// +    2.  small to large           small: 0, large: 3
	// +    3.  fill small               small: 3
}

// breaks is jugs, and Step panics where the large jug holds four litres.
type breaks struct{ jugs }

func (b breaks) Step(s litres, a string) litres {
	if s.large == 4 && a == "fill large" {
		panic("too heavy")
	}
	return b.jugs.Step(s, a)
}

// A panic of the system names the state, the action, and a shortest run to the state, with any number of workers and in both
// stores in memory.
func TestPanicsNameTheState(t *testing.T) {
	for _, o := range []explore.Options[litres, string]{{Workers: 1}, {Workers: 3}, {Workers: 2, Store: explore.Compact}} {
		err := func() (err error) {
			defer func() { err, _ = recover().(error) }()
			explore.Run(context.Background(), explore.System[litres, string](breaks{}), o)
			return nil
		}()
		var p *explore.Panicked[litres, string]
		if !errors.As(err, &p) {
			t.Fatalf("want a *Panicked, got %v", err)
		}
		if p.Run.Last() != (litres{3, 4}) || p.Action != "fill large" || p.Run.Steps() != 6 || fmt.Sprint(p.Value) != "too heavy" {
			t.Errorf("got %v by %q after %d steps: %v", p.Run.Last(), p.Action, p.Run.Steps(), p.Value)
		}
		if text := err.Error(); !strings.Contains(text, "Step by fill large panics after 6 steps: too heavy") || !strings.Contains(text, "large to small") {
			t.Errorf("the text has the run, got %s", text)
		}
	}
}
