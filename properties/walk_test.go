package properties

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// property asks a question of random runs. The scenario is drawn as well, so that the runs go beyond the bounds of
// any search.
type property struct {
	name  string
	draw  func(t *rapid.T) Question // the least draw is the question of the theorem itself
	least func(t *rapid.T) Question // that question; what is found in a larger scenario is looked for there again
	steps int                       // how long a run may become
	live  bool                      // it asks what can follow the end of a run
	allow allow                     // a premise of the property that no scenario can say; nil: everything may happen

	tally *tally // what the runs did; it may be nil
}

// allow says what may happen in a state, of what the scenario lets happen.
type allow func(sys *netfake.System, s netfake.State, a netfake.Action) bool

// tally counts what the runs of a property did, and keeps the last one that failed: rapid ends with the shortest.
type tally struct {
	runs, steps int
	witnessed   int // runs on which the question's witness was met
	full, cut   int // runs that became as long as they may, and that hit a bound of the model's numbers or of its wire
	found       int // the number of the first run that failed; 0: none did
	first       int // its length
	last        failure
}

// shrinkRuns is how many runs rapid may take to make one that failed smaller: it tries every bit of every draw, and the
// last bits help little.
const shrinkRuns = 1500

// spent reports whether rapid has taken as many.
func (n *tally) spent() bool { return n.found > 0 && n.runs > n.found+shrinkRuns }

// failure is a run in which something does not hold.
type failure struct {
	asked    Question
	watch    *watch
	run      moments
	violated string
}

// moments is a run with what the question remembers of it.
type moments = explore.Path[moment, netfake.Action]

// check takes one run, and fails t where the question's answer is no.
func (p property) check(t *rapid.T) {
	if p.tally != nil && p.tally.spent() {
		return
	}
	w, err := newWatch(p.draw(t), p.allow)
	if err != nil {
		t.Fatal(err)
	}
	bias := drawBias(t, w.asked.Scenario.Net.MSL)
	run := moments{{State: w.Init()[0]}}
	var moves moments
	violated, witnessed := "", false
	for run.Steps() < p.steps && violated == "" {
		if moves = w.moves(moves[:0], run.Last()); len(moves) == 0 {
			break
		}
		hop := moves[bias.pick(t, w.sys, run.Last().State, moves)]
		if hop.Action.Kind == netfake.Tick {
			bias.tick++
		}
		run = append(run, hop)
		violated = w.broken(hop.State)
		witnessed = witnessed || w.witness(hop.State)
	}
	if violated == "" {
		violated = w.hopeless(run.Last())
	}
	p.count(w, run, violated, witnessed)
	if violated != "" {
		t.Logf("%v", &failure{w.asked, w, run, violated}) // it is drawn only if rapid shows it
		t.Fatalf("%s: %s does not hold after %d steps", p.name, violated, run.Steps())
	}
}

func (p property) count(w *watch, run moments, violated string, witnessed bool) {
	if p.tally == nil {
		return
	}
	p.tally.runs++
	p.tally.steps += run.Steps()
	if witnessed {
		p.tally.witnessed++
	}
	if run.Steps() == p.steps {
		p.tally.full++
	}
	if cutOff(run.Last()) != "" {
		p.tally.cut++
	}
	if violated == "" {
		return
	}
	if p.tally.found == 0 {
		p.tally.found, p.tally.first = p.tally.runs, run.Steps()
	}
	p.tally.last = failure{w.asked, w, run, violated}
}

// moment is a state with what a question about later states remembers of the run to it.
type moment struct {
	netfake.State
	waits uint64 // 0: nothing is waited for; else 1 + the ticks since the wait began
}

// watch is a scenario as a transition system of moments, with the question that is asked of them.
type watch struct {
	asked Question
	sys   *netfake.System
	allow allow
}

func newWatch(q Question, may allow) (*watch, error) {
	sys, err := netfake.New(q.Scenario)
	if err != nil {
		return nil, err
	}
	return &watch{q, sys, may}, nil
}

func (w *watch) Init() []moment { return []moment{w.note(moment{}, w.sys.Init()[0], false)} }

func (w *watch) Actions(dst []netfake.Action, m moment) []netfake.Action {
	n := len(dst)
	dst = w.sys.Actions(dst, m.State)
	if w.allow == nil {
		return dst
	}
	kept := dst[:n]
	for _, a := range dst[n:] {
		if w.allow(w.sys, m.State, a) {
			kept = append(kept, a)
		}
	}
	return kept
}

func (w *watch) Step(m moment, a netfake.Action) moment {
	return w.note(m, w.sys.Step(m.State, a), a.Kind == netfake.Tick)
}

// moves appends what can happen in m and changes anything: one more copy of what is known does not.
func (w *watch) moves(dst moments, m moment) moments {
	for _, a := range w.Actions(nil, m) {
		if next := w.Step(m, a); next != m {
			dst = append(dst, explore.Hop[moment, netfake.Action]{Action: a, State: next})
		}
	}
	return dst
}

// note is the moment in which a run comes to s.
func (w *watch) note(before moment, s netfake.State, tick bool) moment {
	m := moment{State: s}
	q := w.asked.Live
	if q == nil || !q.From.Asked() {
		return m
	}
	if m.waits = before.waits; m.waits > 0 && tick {
		m.waits++
	}
	switch there := q.To.Holds(w.sys, s); {
	case there && !q.late(m):
		m.waits = 0
	case !there && m.waits == 0 && q.From.Holds(w.sys, s):
		m.waits = 1
	}
	return m
}

// late reports whether more ticks have passed than the question allows.
func (q *Live) late(m moment) bool { return q.Within > 0 && int(m.waits)-1 > q.Within }

// broken names what does not hold in a moment; it is empty if all does.
func (w *watch) broken(m moment) string {
	if q := w.asked.Live; q != nil {
		if q.late(m) {
			return q.String()
		}
		return ""
	}
	for _, c := range w.asked.Always {
		if !c.Holds(w.sys, m.State) {
			return c.Name
		}
	}
	return ""
}

// witness reports whether m is what without which a run says little: that the theorem's witness is met, or that something is waited for.
func (w *watch) witness(m moment) bool {
	if w.asked.Live != nil && w.asked.Live.From.Asked() {
		return m.waits > 0
	}
	return w.asked.Witness.Asked() && w.asked.Witness.Holds(w.sys, m.State)
}

// key is what an action does, whatever the state.
func (w *watch) key(m moment, a netfake.Action) netfake.ActionKey { return w.sys.Key(m.State, a) }

func cutOff(m moment) string { return netfake.CutOff(m.State) }

// actions are those of a run.
func actions(run moments) netfake.Run { return netfake.Run{Actions: run.Actions()} }

// String is the failure as a ladder, with the steps that it needs.
func (f *failure) String() string {
	short := *f
	short.run = f.shrink()
	drawn, err := short.draw()
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("\nThe scenario:\n%s\n\n%s", f.premises(), drawn)
}
