package netfake

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"
)

// Reductions is a set of ways to make the space smaller. Each one maps a state to a state that represents all states
// with the same behaviour. So no answer changes, and no shortest length does (docs/DESIGN.md, Reductions).
type Reductions uint8

// The reductions. DeadMessages removes segments that can no longer have an effect from a network that is a set.
// EquivalentMessages replaces all segments that have the same effect, as long as they live, by one of them. Symmetry
// replaces two states in which A and B are exchanged by one of them, if only the names of A and B differ.
const (
	DeadMessages Reductions = 1 << iota
	EquivalentMessages
	Symmetry
	NoReductions  Reductions = 0
	AllReductions            = DeadMessages | EquivalentMessages | Symmetry
)

// ReductionNames has the names of the reductions, in the order of their bits.
var ReductionNames = []string{"dead-messages", "equivalent-messages", "symmetry"}

// String lists the names of the reductions, for example "dead-messages,equivalent-messages", or returns "none".
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

// Limits of what is computed in advance. A scenario beyond them is searched without the reductions.
const (
	maxLocal      = 2048    // states of one endpoint
	maxLocalSteps = 200_000 // about a tenth of a second
	maxPairs      = 1 << 20
)

// Reduced is a system in which states that behave alike are one state. Its states are states of the unreduced
// system, one for each class of equivalent states. It has no classes of fairness, because such a state has other
// segment numbers than the states that it represents, and the classes depend on these numbers. So ask the unreduced
// system what happens eventually.
type Reduced struct {
	sys      *System
	quotient *quotient // the equivalence of segments, or nil
	mirrors  bool      // A and B may be exchanged
	memory   *memory
}

// Reduced returns the system with those of the given reductions that are sound for the scenario; Reduced.Reductions
// returns which they are. Reduced.Unfold turns runs of the result into runs of sys. A question about a state has
// the same answer for all states with the same representative, if it cannot see the reductions
// (properties.Condition). This does not apply to questions about a step, except for what the step leaves in the
// state.
func (sys *System) Reduced(r Reductions) *Reduced { return sys.ReducedBy(r, nil) }

// Label returns a number for the arrival of a segment. In a reduced system, arrivals with different labels are kept
// apart. A Label receives what happened to the endpoint, and must depend on nothing else. It is not called if
// nothing happened.
type Label func(h *Happening) uint32

// ReducedBy does what Reduced does, but treats segments as equivalent only if their arrivals have the same labels.
func (sys *System) ReducedBy(r Reductions, label Label) *Reduced {
	reduced := &Reduced{sys: sys, mirrors: r&Symmetry != 0 && sys.symmetric()}
	reduced.memory = newMemory(sys, reduced)
	r &= DeadMessages | EquivalentMessages
	if sys.sc.Net.Bag {
		r &^= DeadMessages // in a bag a delivery removes the segment, so it changes the state
	}
	if r == 0 || sys.clockMatters() {
		return reduced
	}
	if ls, ok := sys.locals(reduced.mirrors, label); ok {
		reduced.quotient = newQuotient(sys, ls, r)
	}
	return reduced
}

// Reductions returns the reductions that are in effect.
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
func (r *Reduced) Init() []State { return []State{r.Representative(r.sys.init)} }

// Representative returns the state of the reduced system that represents s, a state of the unreduced system.
func (r *Reduced) Representative(s State) State {
	r.canon(&s)
	return s
}

// Actions appends what can happen in s, which is a state of the system too.
func (r *Reduced) Actions(dst []Action, s State) []Action { return r.sys.Actions(dst, s) }

// Step returns the representative of the state after an action.
func (r *Reduced) Step(s State, a Action) State { return r.Representative(r.sys.Step(s, a)) }

// Expand appends what comes of each of the actions: Step of all of them, in less time.
func (r *Reduced) Expand(dst []State, s *State, actions []Action) []State {
	return r.memory.expand(dst, s, actions)
}

// canon replaces s by its representative. A state that was cut off is the state before the step with a mark, and keeps
// the wire of that state.
func (r *Reduced) canon(s *State) {
	var at [2]int32
	if r.quotient != nil {
		for i := range at {
			at[i] = r.place(i, s.peer[i])
		}
	}
	r.canonAt(s, at)
}

// canonAt does the same if the places of the endpoints are known; see place.
func (r *Reduced) canonAt(s *State, at [2]int32) {
	if r.mirrors {
		forgetOpener(s)
	}
	if r.quotient != nil {
		r.quotient.canon(s, at)
	}
	if r.mirrors {
		first(s)
	}
}

// merging returns the classes of the segments for endpoints at the given places, if one segment can stand for several. Otherwise it returns nil.
func (r *Reduced) merging(at [2]int32) *equivalence.Classes {
	if r.quotient == nil || !r.quotient.merges() {
		return nil
	}
	return r.quotient.classes.Of(at)
}

// place is the number of an endpoint's state in the quotient.
func (r *Reduced) place(side int, c peerCode) int32 {
	if r.mirrors {
		c.forgetOpener()
	}
	return r.quotient.place(side, c)
}

// ParseReductions returns the reduction with a name of ReductionNames, or all of them for "all".
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

// Unfold turns a run of a reduced system, given as its states from the first one on, into a run of the unreduced
// system with the same length. At each step it takes the first action that leads to a state whose representative is
// the next state of the given run. The representative of the last state is the last given state; so everything that
// the reductions do not hide holds in both. Unfold fails if the unreduced system cannot hold the run, because dead
// segments can fill its wire.
func (r *Reduced) Unfold(run []State) ([]Action, error) {
	s := r.sys.init
	if len(run) == 0 || r.Representative(s) != run[0] {
		return nil, fmt.Errorf("unfold: the run does not begin in the initial state")
	}
	var actions []Action
	for i, want := range run[1:] {
		enabled := r.sys.Actions(nil, s)
		k := slices.IndexFunc(enabled, func(a Action) bool { return r.Step(s, a) == want })
		if k < 0 {
			return nil, fmt.Errorf("unfold: step %d of %d is beyond a bound of the unreduced system", i+1, len(run)-1)
		}
		actions = append(actions, enabled[k])
		s = r.sys.Step(s, enabled[k])
	}
	return actions, nil
}
