package properties

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Premise is one thing that a question excludes. Relax lets it happen, and the same search then tells whether the answer
// rests on the premise. It works on any Question: of a theorem, of a bound, of a mitigation or of a guarantee.
type Premise struct {
	Name string // as tables and flags have it; of one side: A-… and B-…
	Text string // as a sentence says it after "if", like "A does not crash"
	Both string // said once where the premise is needed of A and of B; empty: each is said

	// CoveredBy names premises that exclude what this one excludes, and more. A sentence that names one of them need not
	// name this one.
	CoveredBy []string

	// Relax changes the question so that what is excluded can happen. It leaves a question alone that does not
	// exclude it.
	Relax Change
}

// Cell is what was found of one question with one premise relaxed.
type Cell struct {
	Premise  string
	Answer   Conclusion // to the question without the premise: if it Fails, the premise is needed; if it Holds, it is not
	Verdict  explore.Verdict
	Steps    int // of the shortest run that refutes it, where the premise is needed; of a lasso to its loop
	Loop     int // steps that follow again and again
	Violated string
	Reason   string // why it is open
	Distinct uint64 // states that were seen
}

// Needed reports whether the answer rests on the premise.
func (c Cell) Needed() bool { return c.Answer == Fails }

// Need says in words whether the premise is needed.
func (c Cell) Need() string {
	return map[Conclusion]string{Open: "open", Holds: "not needed", Fails: "needed"}[c.Answer]
}

// RelaxedStates is how many states a search of a relaxed question sees unless it is told otherwise.
const RelaxedStates = 100_000

// Without is the question without the premise. It reports false where the question does not exclude what the premise
// excludes, or where the scenario that comes of it cannot be encoded.
func (q Question) Without(p Premise) (Question, bool) {
	relaxed := q.clone()
	p.Relax(&relaxed)
	if reflect.DeepEqual(relaxed.Scenario, q.Scenario) && sameLive(relaxed.Live, q.Live) {
		return q, false
	}
	_, err := netfake.New(relaxed.Scenario)
	return relaxed, err == nil
}

// clone shares nothing with q that Relax could change.
func (q Question) clone() Question {
	sc := &q.Scenario
	sc.Stale, sc.Leftover, sc.Attacker = slices.Clone(sc.Stale), slices.Clone(sc.Leftover), slices.Clone(sc.Attacker)
	for i := range sc.Peer {
		sc.Peer[i].Isn.Choices = slices.Clone(sc.Peer[i].Isn.Choices)
	}
	if q.Live != nil {
		live := *q.Live
		q.Live = &live
	}
	return q
}

// sameLive reports whether two questions about what happens eventually are the same, their conditions by name.
func sameLive(x, y *Live) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.From.Name == y.From.Name && x.To.Name == y.To.Name && x.Within == y.Within && x.Fair == y.Fair
}

// Relaxed searches the question without the premise. The outcome is what the search found, with the run that refutes
// the question if there is one. It reports false where the premise does not apply to the question.
func (q Question) Relaxed(ctx context.Context, p Premise, set Settings) (Cell, Outcome, bool, error) {
	relaxed, applies := q.Without(p)
	if !applies {
		return Cell{}, Outcome{}, false, nil
	}
	if set.MaxStates == 0 {
		set.MaxStates = RelaxedStates
	}
	o, err := relaxed.Answer(ctx, set)
	if err != nil {
		return Cell{}, Outcome{}, false, fmt.Errorf("without %s: %w", p.Name, err)
	}
	c := Cell{Premise: p.Name, Verdict: o.Verdict, Violated: o.Violated, Reason: o.Reason, Distinct: o.Distinct}
	switch c.Answer = o.Conclusion(); c.Answer {
	case Fails:
		c.Steps, c.Loop = o.Run.Steps(), o.Loop()
	case Vacuous:
		c.Answer, c.Reason = Open, "the witness is not reached"
	}
	return c, o, true, nil
}

// Cells searches the question without each of the premises that apply to it, in their order.
func (q Question) Cells(ctx context.Context, list []Premise, set Settings) (cells []Cell, err error) {
	for _, p := range list {
		if ctx.Err() != nil {
			return cells, ctx.Err()
		}
		c, _, applies, err := q.Relaxed(ctx, p, set)
		if err != nil {
			return cells, err
		}
		if applies {
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// NeededOf lists the names of the premises that are needed.
func NeededOf(cells []Cell) (names []string) {
	for _, c := range cells {
		if c.Needed() {
			names = append(names, c.Premise)
		}
	}
	return names
}

// PremiseByName finds a premise of the catalogue.
func PremiseByName(name string) (Premise, bool) {
	for _, p := range Premises() {
		if p.Name == name {
			return p, true
		}
	}
	return Premise{}, false
}

// Provided says a claim with the premises that it needs, by their names in the catalogue: a sentence with a full stop.
func Provided(claim string, needs []string) string {
	texts := PremiseTexts(needs)
	if len(texts) == 0 {
		return claim + "."
	}
	return claim + ", provided that " + strings.Join(texts, "; ") + "."
}

// PremiseTexts says premises, by their names in the catalogue. Those that are the same for A and B, and those about
// policies, are one text each.
func PremiseTexts(needs []string) (texts []string) {
	var values []string
	for _, name := range needs {
		p, ok := PremiseByName(name)
		if !ok {
			panic("BUG: no premise " + name)
		}
		text := p.Text
		if value, ok := strings.CutPrefix(text, noHostHas); ok {
			values = append(values, value)
			continue
		}
		if side, what, _ := strings.Cut(name, "-"); p.Both != "" && slices.Contains(needs, otherSide(side)+"-"+what) {
			text = p.Both
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	if n := len(values); n > 1 {
		texts = append(texts, noHostHas+strings.Join(values[:n-1], ", ")+" or "+values[n-1])
	} else if n == 1 {
		texts = append(texts, noHostHas+values[0])
	}
	return texts
}

func otherSide(side string) string {
	if side == netfake.PeerName(a) {
		return netfake.PeerName(b)
	}
	return netfake.PeerName(a)
}
