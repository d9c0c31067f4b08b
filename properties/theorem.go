package properties

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Theorem is a claim, the scenario in which it is asked, and the answer that is expected.
type Theorem struct {
	Name     string
	Claim    string   // one sentence without its full stop, and without the premises in Needs
	Needs    []string // the premises that it rests on, by name: Statement says them
	Said     []string // premises that it rests on as well, and that the claim itself says
	Open     []string // premises of which nothing is known: the search without them was not finished
	Long     bool     // not in the default set
	Scenario func() netfake.Scenario
	Always   []Invariant
	Live     *Live // asked instead of Always, if not nil
	Expect   explore.Verdict
	Witness  Condition // a reachable state without which the theorem would say nothing
	Variants []Variant
	Sources  []string

	// Check, if not nil, stands in for the search: a property of the model itself. It gets an empty scenario in which a
	// variant has set what it changes, such as the mutant of A.
	Check func(ctx context.Context, changed netfake.Scenario) Outcome
}

// Variant is the theorem's question with one thing changed, and the answer to that.
type Variant struct {
	Name   string
	Change Change
	Expect explore.Verdict

	witness Condition
}

// Run is a shortest run to a state of interest.
type Run = explore.Path[netfake.State, netfake.Action]

// Outcome is what was found out about a theorem, or about one of its variants.
type Outcome struct {
	Name      string // of the theorem, or theorem/variant
	Verdict   explore.Verdict
	Expected  explore.Verdict
	Witness   string // its name
	Witnessed bool   // found, or not asked for
	Violated  string // the invariant that does not hold
	Part      string // which part of it, if its name does not say that
	Run       Run    // to the state in which it does not hold
	Reason    string // why an Unknown ended, or what was cut off
	Distinct  uint64
	Generated uint64
	Depth     int
	Levels    []uint64 // states found per level
	Terminals uint64   // states in which nothing more can happen
	Loops     uint64   // states from which everything leads back to themselves
	Cuts      []explore.Cut
	MemBytes  uint64 // of the search's tables
	Elapsed   time.Duration
	Reduced   netfake.Reductions // the reductions that were used

	System *netfake.System // what Run is a run of; it is not reduced

	// Live is the answer to the theorem's Live; Run is then the stem of its lasso, and Why says how that refutes it.
	Live     *LiveAnswer
	Why      string
	Fairness string // what it presumes to happen again and again
}

// AsExpected reports whether the answer is the expected one, and not a vacuous one.
func (o Outcome) AsExpected() bool { return o.Verdict == o.Expected && o.Witnessed }

// Loop is the number of steps after Run that happen again and again.
func (o Outcome) Loop() int {
	if o.Live == nil {
		return 0
	}
	return len(o.Live.Run.Loop)
}

// Whole is Run with those steps, once.
func (o Outcome) Whole() Run {
	if o.Live == nil {
		return o.Run
	}
	return o.Live.Run.Unroll(1)
}

// Settings are the limits of a search.
type Settings struct {
	Workers   int
	MaxStates uint64
	MaxMem    uint64
	Timeout   time.Duration
	Progress  func(explore.Progress)
	Without   netfake.Reductions // reductions that are not used; the zero value uses all that are sound

	// Graph, if not nil, gets what each search has seen, as a graph.
	Graph func(*netfake.System, *Result, *Graph)
}

// fewOpen is how many premises of which nothing is known are said in a statement; more are only counted.
const fewOpen = 4

// Statement is the claim with the premises that it needs, and with those of which nothing is known.
func (th Theorem) Statement() string {
	text := Provided(th.Claim, th.Needs)
	switch open := PremiseTexts(th.Open); {
	case len(open) == 0:
	case len(open) <= fewOpen:
		text += " It is not known whether it also needs that " + strings.Join(open, "; ") + "."
	default:
		text += fmt.Sprintf(" Of %d further premises it is not known whether they are needed; docs/PREMISES.md lists them.", len(th.Open))
	}
	return text
}

// Premises tells what the theorem's scenario lets happen.
func (th Theorem) Premises() []string {
	if th.Scenario == nil {
		return nil
	}
	sc := th.Scenario()
	lines := sc.Premises()
	if th.Live != nil && th.Live.Premise(&sc) != "" {
		lines = append(lines, th.Live.Premise(&sc))
	}
	return lines
}

// Prove answers the theorem itself.
func (th Theorem) Prove(ctx context.Context, set Settings) (Outcome, error) {
	o, err := th.answer(ctx, th.Asks(), set)
	o.Name, o.Expected = th.Name, th.Expect
	return o, err
}

// Vary answers one variant of the theorem.
func (th Theorem) Vary(ctx context.Context, v Variant, set Settings) (Outcome, error) {
	o, err := th.answer(ctx, th.Varied(v), set)
	o.Name, o.Expected = th.Name+"/"+v.Name, v.Expect
	return o, err
}

// Varied is the question of a variant.
func (th Theorem) Varied(v Variant) Question {
	q := th.Asks()
	q.Witness = v.witness
	v.Change(&q)
	return q
}

func (th Theorem) answer(ctx context.Context, q Question, set Settings) (Outcome, error) {
	if th.Check == nil {
		return q.Answer(ctx, set)
	}
	o := th.Check(ctx, q.Scenario)
	o.Witnessed = true
	return o, nil
}

// Mutate answers the theorem with a mutant of the model, and expects the answer of the model itself: an
// outcome that is not as expected means that the theorem notices the mutant.
func (th Theorem) Mutate(ctx context.Context, m model.Mutant, set Settings) (Outcome, error) {
	return th.Vary(ctx, Variant{Name: "mutant " + m.String(), Change: mutant(m), Expect: th.Expect, witness: th.Witness}, set)
}

// search exhausts a scenario, looking for a state in which an invariant does not hold.
func search(ctx context.Context, sc netfake.Scenario, always []Invariant, witness Condition, set Settings) (Outcome, error) {
	sys, err := netfake.New(sc)
	if err != nil {
		return Outcome{}, err
	}
	use := netfake.AllReductions &^ set.Without & witness.PreservedBy()
	opt := set.options()
	for _, c := range always {
		use &= c.PreservedBy()
		opt.Always = append(opt.Always, c.Predicate(sys))
	}
	if witness.Asked() {
		opt.Sometimes = append(opt.Sometimes, witness.Predicate(sys))
	}
	if set.Graph != nil {
		use = netfake.NoReductions // a graph shows every state
	}
	r, g, used := Search(ctx, sys, use, opt)
	if set.Graph != nil {
		set.Graph(sys, r, g)
	}
	o := Outcome{
		Verdict: r.Verdict, Witness: witness.Name, Witnessed: len(r.Missing()) == 0, Reason: r.Reason,
		Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Elapsed: r.Elapsed, System: sys, Reduced: used,
		Levels: r.Levels, Terminals: r.Terminals, Loops: r.Loops, Cuts: r.Cuts, MemBytes: r.MemBytes,
	}
	if r.Verdict == explore.Violated { // the violation is evidence enough that the theorem is not vacuous
		o.Violated, o.Run, o.Witnessed = r.Violations[0].Name, r.Violations[0].Path, true
		o.Part = Part(always, o.Violated, sys, o.Run.Last())
	}
	for _, c := range r.Cuts {
		if o.Reason != "" {
			o.Reason += ", "
		}
		o.Reason += c.Name
	}
	return o, nil
}

func (set Settings) options() Options {
	return Options{
		Cut: netfake.CutOff, Workers: set.Workers, MaxStates: set.MaxStates, MaxMem: set.MaxMem,
		Timeout: set.Timeout, Progress: set.Progress,
	}
}

// ByName finds a theorem.
func ByName(name string) (Theorem, bool) {
	for _, th := range Theorems() {
		if th.Name == name {
			return th, true
		}
	}
	return Theorem{}, false
}
