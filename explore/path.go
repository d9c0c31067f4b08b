package explore

import (
	"fmt"
	"reflect"
	"slices"
)

// Hop is one state of a run and the action that led to it.
type Hop[S comparable, A any] struct {
	Action A // the zero value in the first hop
	State  S
}

// Path is a run: an initial state, then one hop for each step.
type Path[S comparable, A any] []Hop[S, A]

// Steps returns the number of actions in the run.
func (p Path[S, A]) Steps() int { return max(0, len(p)-1) }

// Last returns the state in which the run ends.
func (p Path[S, A]) Last() S { return p[len(p)-1].State }

// Replay checks that a path is a run of sys: it starts in an initial state, each action is enabled where it is
// taken, and each step gives the state that the path says.
func Replay[S comparable, A any](sys System[S, A], p Path[S, A]) error {
	if len(p) == 0 {
		return fmt.Errorf("replay: the path is empty")
	}
	if !slices.Contains(sys.Init(), p[0].State) {
		return fmt.Errorf("replay: step 0: %v is not an initial state", p[0].State)
	}
	for i, hop := range p[1:] {
		from := p[i].State
		enabled := func(a A) bool { return reflect.DeepEqual(a, hop.Action) }
		if !slices.ContainsFunc(sys.Actions(nil, from), enabled) {
			return fmt.Errorf("replay: step %d: %v is not enabled in %v", i+1, hop.Action, from)
		}
		if got := sys.Step(from, hop.Action); got != hop.State {
			return fmt.Errorf("replay: step %d: %v leads to %v, not to %v", i+1, hop.Action, got, hop.State)
		}
	}
	return nil
}

// path rebuilds the run to state id.  Only the parents are stored: the action of a hop is the first one of the
// parent that leads to the child.
func (s *search[S, A]) path(id uint32) Path[S, A] {
	var ids []uint32
	for ; id != noState; id = *s.parents.at(id) {
		ids = append(ids, id)
	}
	slices.Reverse(ids)
	p := Path[S, A]{{State: *s.states.at(ids[0])}}
	for _, id := range ids[1:] {
		from, to := p.Last(), *s.states.at(id)
		leads := func(a A) bool { return s.sys.Step(from, a) == to }
		actions := s.sys.Actions(nil, from)
		i := slices.IndexFunc(actions, leads)
		if i < 0 {
			panic(fmt.Sprintf("explore: the system is not a function of its state: %v led to %v, and no longer does", from, to))
		}
		p = append(p, Hop[S, A]{Action: actions[i], State: to})
	}
	return p
}
