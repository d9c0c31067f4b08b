package netfake

import (
	"fmt"
	"slices"
	"strings"
)

// Reductions is a set of ways to make the space smaller. Each maps a state to one that stands for all the
// states that behave as it does, so that no answer and no shortest length changes (docs/DESIGN.md, Reductions).
type Reductions uint8

// The reductions. DeadMessages drops from a set the segments that can do nothing any more. EquivalentMessages puts one segment in
// the place of all that can do just the same, as long as they live. Symmetry puts one state in the place of two in
// which A and B have changed places, where nothing but a name tells them apart.
const (
	DeadMessages Reductions = 1 << iota
	EquivalentMessages
	Symmetry
	NoReductions  Reductions = 0
	AllReductions            = DeadMessages | EquivalentMessages | Symmetry
)

// ReductionNames name the reductions, in order of their bits.
var ReductionNames = []string{"dead-messages", "equivalent-messages", "symmetry"}

// String lists the reductions, as "dead-messages,equivalent-messages", or says "none".
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

// Reduced is a system with the states put together that behave alike. Its states are states of the system, one for
// each class. It has no classes of fairness: a representative renames the segments that those are of, so what happens
// eventually can be asked of the system alone.
type Reduced struct {
	sys      *System
	quotient *quotient // what the reductions know of the wire, or nil
	mirrors  bool      // A and B may change places
}

// Reduced puts together the states that reductions name, as far as they are sound for the scenario; Reductions tells
// which those are. Unfold turns its runs into runs of sys. What is asked of a state is the same for the states that are
// put together, if it cannot see the reductions (properties.Condition); of a step nothing is, but what it leaves behind.
func (sys *System) Reduced(r Reductions) *Reduced { return sys.ReducedBy(r, nil) }

// Label is what who searches a reduced system wants to tell the arrival of a segment by. It is given what the endpoint
// went through, and must depend on nothing else. It is not asked where nothing happened.
type Label func(h *Happening) uint32

// ReducedBy is Reduced, but takes segments for alike only if their arrivals have the same labels.
func (sys *System) ReducedBy(r Reductions, label Label) *Reduced {
	reduced := &Reduced{sys: sys, mirrors: r&Symmetry != 0 && sys.symmetric()}
	r &= DeadMessages | EquivalentMessages
	if sys.sc.Net.Bag {
		r &^= DeadMessages // in a bag a delivery takes a segment away, and that is a step
	}
	if r == 0 || sys.clockMatters() {
		return reduced
	}
	if ls, ok := sys.locals(reduced.mirrors, label); ok {
		reduced.quotient = newQuotient(sys, ls, r)
	}
	return reduced
}

// Reductions returns the reductions that are in force.
func (r *Reduced) Reductions() (in Reductions) {
	if r.quotient != nil {
		in = r.quotient.on
	}
	if r.mirrors {
		in |= Symmetry
	}
	return in
}

// Init returns the representative of the initial state.
func (r *Reduced) Init() []State { return []State{r.canon(r.sys.init)} }

// Representative returns the state that stands for s, a state of the system.
func (r *Reduced) Representative(s State) State { return r.canon(s) }

// Actions appends what can happen in s, which is a state of the system too.
func (r *Reduced) Actions(dst []Action, s State) []Action { return r.sys.Actions(dst, s) }

// Step returns the representative of what comes of an action.
func (r *Reduced) Step(s State, a Action) State { return r.canon(r.sys.Step(s, a)) }

// Expand appends what comes of each of the actions: Step of all of them, in less time.
func (r *Reduced) Expand(dst []State, s *State, actions []Action) []State {
	n := len(dst)
	dst = r.sys.Expand(dst, s, actions)
	for i := n; i < len(dst); i++ {
		dst[i] = r.canon(dst[i])
	}
	return dst
}

// canon is the state that stands for s. One that was cut off is otherwise the state before, and has its wire.
func (r *Reduced) canon(s State) State {
	if r.mirrors {
		s = forgetOpener(s)
	}
	if r.quotient != nil {
		r.quotient.canon(&s)
	}
	if r.mirrors {
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
func (r *Reduced) Unfold(run []State) ([]Action, error) {
	s := r.sys.init
	if len(run) == 0 || r.canon(s) != run[0] {
		return nil, fmt.Errorf("unfold: the run does not begin in the initial state")
	}
	var actions []Action
	for i, want := range run[1:] {
		enabled := r.sys.Actions(nil, s)
		k := slices.IndexFunc(enabled, func(a Action) bool { return r.canon(r.sys.Step(s, a)) == want })
		if k < 0 {
			return nil, fmt.Errorf("unfold: step %d of %d is beyond a bound of the unreduced system", i+1, len(run)-1)
		}
		actions = append(actions, enabled[k])
		s = r.sys.Step(s, enabled[k])
	}
	return actions, nil
}
