package netfake

import (
	"fmt"
	"slices"
	"strings"
)

// Reductions is a set of ways to make the space smaller. Each maps a state to one that stands for all the
// states that behave as it does, so that no answer and no shortest length changes (docs/DESIGN.md, Reductions).
type Reductions uint8

// The reductions. Dead drops from a set the segments that can do nothing any more. Alike puts one segment in
// the place of all that can do just the same, as long as they live. Mirror puts one state in the place of two in
// which A and B have changed places, where nothing but a name tells them apart.
const (
	Dead Reductions = 1 << iota
	Alike
	Mirror
	NoReductions  Reductions = 0
	AllReductions            = Dead | Alike | Mirror
)

// ReductionNames name the reductions, in order of their bits.
var ReductionNames = []string{"dead", "alike", "mirror"}

// String lists the reductions, as "dead,alike", or says "none".
func (r Reductions) String() string {
	var names []string
	for i, n := range ReductionNames {
		if r&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, ",")
}

// Limits of what is worked out in advance; a scenario beyond them is searched without the reductions.
const (
	maxLocal      = 2048    // states of one endpoint
	maxLocalSteps = 200_000 // about a tenth of a second
	maxPairs      = 1 << 20
)

// Reduced is the same system with the states that reductions name put together, as far as they are sound for
// its scenario; Reductions tells which those are. Its states are states of sys, one for each class, and Unfold
// turns its runs into runs of sys.
func (sys *System) Reduced(r Reductions) *System {
	reduced := *sys
	reduced.quotient, reduced.mirrors = nil, r&Mirror != 0 && sys.symmetric()
	r &= Dead | Alike
	if sys.sc.Net.Bag {
		r &^= Dead // in a bag a delivery takes a segment away, and that is a step
	}
	if r == 0 || sys.clockMatters() {
		return &reduced
	}
	if ls, ok := reduced.locals(); ok {
		reduced.quotient = newQuotient(sys, ls, r)
	}
	return &reduced
}

// Reductions returns the reductions that are in force.
func (sys *System) Reductions() (r Reductions) {
	if sys.quotient != nil {
		r = sys.quotient.on
	}
	if sys.mirrors {
		r |= Mirror
	}
	return r
}

// canon is the state that stands for s. One that was cut off is otherwise the state before, and has its wire.
func (sys *System) canon(s State) State {
	if sys.mirrors {
		s = forgetOpener(s)
	}
	if sys.quotient != nil {
		sys.quotient.canon(&s)
	}
	if sys.mirrors {
		s = first(s)
	}
	return s
}

// ParseReductions reads a name of ReductionNames, or "all".
func ParseReductions(name string) (Reductions, error) {
	if name == "all" {
		return AllReductions, nil
	}
	i := slices.Index(ReductionNames, name)
	if i < 0 {
		return 0, fmt.Errorf("found %q, expected all, %s", name, strings.Join(ReductionNames, ", "))
	}
	return 1 << i, nil
}

// Unfold turns a run of a reduced system, given as its states from the first on, into one of the system that it
// is a reduction of, of the same length: at each step the first action that leads to a state for which the next
// one stands. The representative of the last state is the last one given, so what the reductions do not hide
// holds in both. It fails if the unreduced system cannot hold the run: dead segments may fill its wire.
func (sys *System) Unfold(run []State) ([]Action, error) {
	raw := *sys
	raw.quotient, raw.mirrors = nil, false
	s := raw.init
	if len(run) == 0 || sys.canon(s) != run[0] {
		return nil, fmt.Errorf("unfold: the run does not begin in the initial state")
	}
	var actions []Action
	for i, want := range run[1:] {
		enabled := raw.Actions(nil, s)
		k := slices.IndexFunc(enabled, func(a Action) bool { return sys.canon(raw.Step(s, a)) == want })
		if k < 0 {
			return nil, fmt.Errorf("unfold: step %d of %d is beyond a bound of the unreduced system", i+1, len(run)-1)
		}
		actions = append(actions, enabled[k])
		s = raw.Step(s, enabled[k])
	}
	return actions, nil
}
