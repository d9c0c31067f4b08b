package properties

import (
	"context"
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Question is what a theorem, a variant of one or somebody else asks, apart from the answer that it must have: it can
// be changed before it is answered.
type Question struct {
	netfake.Scenario
	Always  []Condition
	Live    *Live     // asked instead of Always, if not nil
	Witness Condition // a reachable state without which the answer would say nothing
}

// Find is the question of a theorem by its name, or of a variant by theorem/variant. Only those that are searched have
// one. An error says what is not there.
func Find(name string) (Question, error) {
	of, variant, varied := strings.Cut(name, "/")
	th, ok := ByName(of)
	if !ok || th.Scenario == nil {
		return Question{}, fmt.Errorf("no theorem %q with a scenario", of)
	}
	if !varied {
		return th.Asks(), nil
	}
	for _, v := range th.Variants {
		if v.Name == variant {
			return th.Varied(v), nil
		}
	}
	return Question{}, fmt.Errorf("theorem %s has no variant %q", of, variant)
}

// Asks is what the theorem itself asks. A theorem that is a check of the model has an empty scenario.
func (th Theorem) Asks() Question {
	q := Question{Always: th.Always, Witness: th.Witness}
	if th.Scenario != nil {
		q.Scenario = th.Scenario()
	}
	if th.Live != nil {
		live := *th.Live
		q.Live = &live
	}
	return q
}

// Change is one thing that is other than in a question: in its scenario, or in what is asked.
type Change func(*Question)

// of is a scenario with the change.
func (c Change) of(sc netfake.Scenario) netfake.Scenario {
	q := Question{Scenario: sc}
	c(&q)
	return q.Scenario
}

// Answer searches the scenario.
func (q Question) Answer(ctx context.Context, set Settings) (Outcome, error) {
	if q.Live != nil {
		return searchLive(ctx, q.Scenario, *q.Live, set)
	}
	return search(ctx, q.Scenario, q.Always, q.Witness, set)
}

// Actions is the run that was found, by its actions.
func (o Outcome) Actions() netfake.Run {
	return netfake.Run{Actions: o.Whole().Actions(), Loop: o.Loop()}
}

// Premises returns what the search let happen, and the fairness that it assumed.
func (o Outcome) Premises() []string {
	if o.System == nil {
		return nil
	}
	sc := o.System.Scenario()
	lines := sc.Premises()
	if o.Fairness != "" {
		lines = append(lines, o.Fairness)
	}
	return lines
}
