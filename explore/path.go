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

// path rebuilds the run to a state that was found.  Only parents are stored: the action of a hop is the first one of
// the parent that leads to the child.
func (s *search[S, A]) path(f found[S]) (p Path[S, A]) {
	s.store.ways(f.id, f.state, s.level(f.id), func(chain []link[S]) (more bool) {
		p = follow(s.sys, chain, &s.hash)
		return p == nil
	})
	if p == nil {
		panic(fmt.Sprintf("explore: the system is not a function of its state: nothing leads to %v any more", f.state))
	}
	return p
}

// follow tries a chain out, which begins at its end, and returns the run that it stands for, or nil.
func follow[S comparable, A any](sys System[S, A], chain []link[S], h *hasher[S]) (p Path[S, A]) {
	for i := len(chain) - 1; i >= 0; i-- {
		hop, ok := hopTo(sys, p, chain[i], h)
		if !ok {
			return nil
		}
		p = append(p, hop)
	}
	return p
}

// hopTo is the first step after p that leads to a link, or the first initial state that does if p is empty.
func hopTo[S comparable, A any](sys System[S, A], p Path[S, A], to link[S], h *hasher[S]) (Hop[S, A], bool) {
	if len(p) == 0 {
		for _, x := range sys.Init() {
			if to.is(&x, h) {
				return Hop[S, A]{State: x}, true
			}
		}
		return Hop[S, A]{}, false
	}
	from := p.Last()
	for _, a := range sys.Actions(nil, from) {
		if x := sys.Step(from, a); to.is(&x, h) {
			return Hop[S, A]{Action: a, State: x}, true
		}
	}
	return Hop[S, A]{}, false
}
