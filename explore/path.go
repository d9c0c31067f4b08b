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

// Path is a run: an initial state, and then one hop for each step.
type Path[S comparable, A any] []Hop[S, A]

// Steps returns the number of actions in the run.
func (p Path[S, A]) Steps() int { return max(0, len(p)-1) }

// Actions returns the actions of the run, without its states.
func (p Path[S, A]) Actions() []A {
	var list []A
	for _, hop := range p[min(1, len(p)):] {
		list = append(list, hop.Action)
	}
	return list
}

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

// follow finds the first run to x whose states fit the layers of way. Actions are not stored: the action of a hop is
// the first one that leads from the parent to the child.
func follow[S comparable, A any](sys System[S, A], way []layer[S], x S) Path[S, A] {
	type place struct {
		depth int
		state S
	}
	var p Path[S, A]
	tried := map[place]bool{}
	var walk func(hop Hop[S, A]) (there bool)
	walk = func(hop Hop[S, A]) bool {
		at := place{len(p), hop.State}
		if !way[at.depth](&hop.State) || tried[at] {
			return false
		}
		tried[at] = true
		p = append(p, hop)
		if len(p) == len(way) {
			return true
		}
		for _, a := range sys.Actions(nil, hop.State) {
			if walk(Hop[S, A]{Action: a, State: sys.Step(hop.State, a)}) {
				return true
			}
		}
		p = p[:at.depth]
		return false
	}
	for _, first := range sys.Init() {
		if walk(Hop[S, A]{State: first}) {
			return p
		}
	}
	panic(fmt.Sprintf("explore: the system is not a function of its state: nothing leads to %v any more", x))
}
