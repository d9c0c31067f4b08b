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
	steps int                       // how long a run may become
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
	w, err := newWatch(p.draw(t), p.allow)
	if err != nil {
		t.Fatal(err)
	}
	bias := drawBias(t)
	run := moments{{State: w.Init()[0]}}
	var as []netfake.Action
	violated, witnessed := "", false
	// A step that changes nothing, such as one more copy of what is known, does not count, but makes a run no longer without end.
	for tried := 0; tried < 4*p.steps && run.Steps() < p.steps && violated == ""; tried++ {
		if as = w.Actions(as[:0], run.Last()); len(as) == 0 {
			break
		}
		a := bias.pick(t, w.sys, run.Last().State, as)
		if next := w.Step(run.Last(), a); next != run.Last() {
			run = append(run, explore.Hop[moment, netfake.Action]{Action: a, State: next})
			violated = w.broken(next)
			witnessed = witnessed || w.witness(next)
		}
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

// bias says how often which kind of action is drawn. Even chances spend most steps on whatever there is most of, and
// what must happen several times in a row hardly ever does; see explore.SimOptions.Kind.
type bias struct {
	mood int
	kind [64]uint8 // weights by Action.Class
}

// The moods of a run.
const (
	even  = iota // the same chance for everything but what ends a connection
	eager        // old segments first; few ticks and timers, and little that ends a connection
	swarm        // some kinds of actions often and others not at all, drawn for the run
	moods
)

func drawBias(t *rapid.T) (b bias) {
	b.mood = rapid.IntRange(0, moods-1).Draw(t, "mood")
	if b.mood == swarm {
		for i := range b.kind {
			b.kind[i] = 1
		}
		for _, c := range rapid.SliceOfN(dice(64), 4, 12).Draw(t, "often") {
			b.kind[c] = 4
		}
		for _, c := range rapid.SliceOfN(dice(64), 0, 12).Draw(t, "never") {
			b.kind[c] = 0
		}
	}
	return b
}

// pick draws one of the enabled actions.
func (b *bias) pick(t *rapid.T, sys *netfake.System, s netfake.State, as []netfake.Action) netfake.Action {
	if len(as) == 1 {
		return as[0]
	}
	var w netfake.World
	var wire []netfake.Packet
	if b.mood == eager {
		w = sys.Unpack(s)
		wire = w.Wire(sys)
	}
	var weights [512]int
	total := 0
	for i, a := range as {
		weights[i] = b.weight(&w, wire, a)
		total += weights[i]
	}
	if total == 0 { // the run leaves out all that can happen here
		for i := range as {
			weights[i] = 1
		}
		total = len(as)
	}
	n := dice(total).Draw(t, "step")
	for i := range as {
		if n -= weights[i]; n < 0 {
			return as[i]
		}
	}
	panic("BUG: the weights do not add up")
}

func (b *bias) weight(w *netfake.World, wire []netfake.Packet, a netfake.Action) int {
	switch b.mood {
	case even:
		if ends(a.Kind) {
			return 1
		}
		return 3
	case swarm:
		return int(b.kind[a.Class()])
	}
	switch a.Kind {
	case netfake.Deliver, netfake.DeliverKeep:
		if p := wire[a.Index]; p.Inc != w.Peer[1-p.Dst].Inc {
			return 12
		}
		return 6
	case netfake.Tick, netfake.Retransmit, netfake.Lose:
		return 1
	}
	if ends(a.Kind) {
		return 1
	}
	return 4
}

// ends reports whether an action ends a connection at once.
func ends(k netfake.ActionKind) bool {
	return k == netfake.Abort || k == netfake.Crash || k == netfake.GiveUp
}

var allDice [4096]*rapid.Generator[int]

// dice is an even draw of 0 to n-1.
func dice(n int) *rapid.Generator[int] {
	if allDice[n] == nil {
		faces := make([]int, n)
		for i := range faces {
			faces[i] = i
		}
		allDice[n] = rapid.SampledFrom(faces)
	}
	return allDice[n]
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

// note is the moment in which a run comes to s.
func (w *watch) note(before moment, s netfake.State, tick bool) moment {
	m := moment{State: s}
	q := w.asked.Live
	switch {
	case q == nil || q.From.Holds == nil || q.To.Holds(w.sys, s):
	case before.waits > 0 && tick:
		m.waits = before.waits + 1
	case before.waits > 0:
		m.waits = before.waits
	case q.From.Holds(w.sys, s):
		m.waits = 1
	}
	return m
}

// broken names what does not hold in a moment; it is empty if all does.
func (w *watch) broken(m moment) string {
	if q := w.asked.Live; q != nil {
		if q.Within > 0 && int(m.waits)-1 > q.Within {
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
	if w.asked.Live != nil && w.asked.Live.From.Holds != nil {
		return m.waits > 0
	}
	return w.asked.Witness.Holds != nil && w.asked.Witness.Holds(w.sys, m.State)
}

// key is what an action does, whatever the state.
func (w *watch) key(m moment, a netfake.Action) netfake.ActionKey { return w.sys.Key(m.State, a) }

func cutOff(m moment) string { return netfake.CutOff(m.State) }

// actions are those of a run.
func actions(run moments) (as []netfake.Action) {
	for _, hop := range run[1:] {
		as = append(as, hop.Action)
	}
	return as
}

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
