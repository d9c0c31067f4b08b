package properties

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// found is what rapid found where a property fails.
type found struct {
	failure
	draws   int // runs until the first that failed
	first   int // steps of that
	byRapid int // steps of the run that rapid made of it
	took    time.Duration
}

// around is how many states are searched for a shortcut around each state of a run.
const around = 2000

// seek lets rapid draw at most so many runs of a property that is expected to fail. Rapid makes the scenario and the run
// smaller, and explore.Shrink makes the run that is left shorter. If it is then longer than enough, it is looked for once
// more, in the least of the property's scenarios.
func seek(tb testing.TB, p property, draws, enough int) (f found, ok bool) {
	tb.Helper()
	begun := time.Now()
	defer rapidFlags(tb, draws, !p.live)() // rapid shortens no run whose last state alone is asked about
	if f, ok = p.once(tb); !ok {
		return f, false
	}
	if p.least != nil && f.run.Steps() > enough {
		p.draw = p.least
		if g, ok := p.once(tb); ok && g.run.Steps() < f.run.Steps() {
			f.failure = g.failure
		}
	}
	f.took = time.Since(begun)
	return f, true
}

// once draws until a run fails, and shortens it.
func (p property) once(tb testing.TB) (f found, ok bool) {
	p.tally = &tally{}
	rapid.Check(&silent{name: tb.Name()}, p.check)
	if p.tally.found == 0 {
		return found{draws: p.tally.runs}, false
	}
	f = found{failure: p.tally.last, draws: p.tally.found, first: p.tally.first, byRapid: p.tally.last.run.Steps()}
	f.run = f.shrink()
	return f, true
}

// finds reports in which of at most so many runs the property is found to fail; 0: in none.
func (p property) finds(tb testing.TB, draws int) int {
	tb.Helper()
	defer rapidFlags(tb, draws, false)()
	p.tally = &tally{}
	rapid.Check(&silent{name: tb.Name()}, p.check)
	return p.tally.found
}

// rapidFlags lets rapid draw so many runs, the same each time unless other seeds are asked for, and returns what sets its
// flags back.
func rapidFlags(tb testing.TB, draws int, shrinks bool) (back func()) {
	tb.Helper()
	change := map[string]string{"checks": fmt.Sprint(draws), "nofailfile": "true", "shrinktime": "5m"} // no clock decides
	if !shrinks {
		change["shrinktime"] = "1ns"
	}
	if flag.Lookup("rapid.seed").Value.String() == "0" {
		change["seed"] = "1"
	}
	old := map[string]string{}
	for name, value := range change {
		old[name] = flag.Lookup("rapid." + name).Value.String()
		if err := flag.Set("rapid."+name, value); err != nil {
			tb.Fatal(err)
		}
	}
	return func() {
		for name, value := range old {
			flag.Set("rapid."+name, value)
		}
	}
}

// shrink leaves steps of the run out as long as the same still does not hold.
func (f *failure) shrink() moments {
	o := explore.ShrinkOptions[moment, netfake.Action, netfake.ActionKey]{
		Shows: func(m moment) bool { return f.watch.broken(m) == f.violated }, Same: f.watch.key, Cut: cutOff, Around: around}
	if q := f.watch.asked.Live; q != nil && q.Within == 0 {
		known := map[moment]bool{}
		o.Shows = func(m moment) bool {
			lost, ok := known[m]
			if !ok {
				lost = f.watch.hopeless(m) != ""
				known[m] = lost
			}
			return lost
		}
		o.Around = 0
	}
	return explore.Shrink(context.Background(), f.watch, f.run, o).Path
}

// draw draws the run as a ladder.
func (f *failure) draw() (string, error) {
	var b bytes.Buffer
	err := ladder.Write(&b, f.watch.sys, f.watch.sys.MustReplay(actions(f.run)), ladder.Options{Violated: f.violated})
	return b.String(), err
}

// tell draws what was found.
func (f *found) tell(t testing.TB) {
	t.Helper()
	drawn, err := f.draw()
	if err != nil {
		t.Fatal(err)
	}
	how := fmt.Sprintf("an exhaustive search shows it, in %d steps", f.run.Steps())
	if f.draws > 0 {
		how = fmt.Sprintf("random run %d showed it, after %d steps, which became %d; %.2f s", f.draws, f.first, f.run.Steps(), f.took.Seconds())
	}
	t.Logf("%s\n\nThe scenario:\n%s\n\n%s", how, f.premises(), drawn)
}

// failure carries a run out that refutes the question.
func (q Question) failure(t testing.TB, list []netfake.Action) failure {
	t.Helper()
	w, err := newWatch(q, nil)
	if err != nil {
		t.Fatal(err)
	}
	run := moments{{State: w.Init()[0]}}
	for _, a := range list {
		run = append(run, explore.Hop[moment, netfake.Action]{Action: a, State: w.Step(run.Last(), a)})
	}
	return failure{q, w, run, w.broken(run.Last())}
}

// premises tells what the drawn scenario lets happen, a line for each.
func (f *failure) premises() string {
	return "  " + strings.Join(f.asked.Scenario.Premises(), "\n  ")
}

// silent is a test that may fail without a word: what is looked for is the failure.
type silent struct {
	name   string
	failed bool
}

func (s *silent) Helper()               {}
func (s *silent) Name() string          { return s.name }
func (s *silent) Logf(string, ...any)   {}
func (s *silent) Log(...any)            {}
func (s *silent) Skipf(string, ...any)  {}
func (s *silent) Skip(...any)           {}
func (s *silent) SkipNow()              {}
func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Error(...any)          { s.failed = true }
func (s *silent) Fatalf(string, ...any) { s.failed = true }
func (s *silent) Fatal(...any)          { s.failed = true }
func (s *silent) FailNow()              { s.failed = true }
func (s *silent) Fail()                 { s.failed = true }
func (s *silent) Failed() bool          { return s.failed }

// shortest is the length of the shortest run that refutes a theorem or variant, which exhaustive search finds: as
// TestTheorems has pinned it, or else searched here.
func (e *entry) shortest(t testing.TB, p pins) int {
	t.Helper()
	var verdict string
	var distinct, generated, depth, run int
	if _, err := fmt.Sscanf(p[countsFile][e.name], "%s distinct %d generated %d depth %d run %d", &verdict, &distinct, &generated, &depth, &run); err == nil && verdict == "VIOLATED" {
		return run
	}
	o, err := e.asked.Answer(context.Background(), Settings{})
	if err != nil || o.Verdict != explore.Violated {
		t.Fatalf("%s: the search says %v, want VIOLATED; %v", e.name, o.Verdict, err)
	}
	return o.Run.Steps()
}

// isShort claims that the run is at most two steps longer than the shortest: that of the theorem, or, where what the run
// shows takes longer in the drawn scenario, than any run of that.
func (f *found) isShort(t testing.TB, shortest int) {
	t.Helper()
	steps := f.run.Steps()
	if steps <= shortest+2 {
		return
	}
	holds := explore.Predicate[moment]{Name: f.violated, Holds: func(m moment) bool { return f.watch.broken(m) == "" }}
	r := explore.Run(context.Background(), f.watch, explore.Options[moment, netfake.Action]{
		Always: []explore.Predicate[moment]{holds}, Cut: cutOff, MaxDepth: steps - 3, MaxStates: 1_000_000})
	switch {
	case r.Verdict == explore.Violated:
		t.Errorf("the run has %d steps; the shortest of its scenario has %d, and that of the theorem %d", steps, r.Violations[0].Path.Steps(), shortest)
	case r.Verdict == explore.Unknown:
		t.Errorf("the run has %d steps, the shortest of the theorem %d; that of the scenario is not known", steps, shortest)
	}
}
