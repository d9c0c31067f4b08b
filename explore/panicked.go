package explore

import (
	"fmt"
	"strings"
)

// Panicked is what a search panics with when Actions or Step of the system panics: it names the state, and a shortest run
// that leads there. A search on disk panics with the value alone.
type Panicked[S comparable, A any] struct {
	Value  any        // of the panic
	Run    Path[S, A] // to the state
	Action string     // the action of Step; empty: Actions panicked
}

func (p *Panicked[S, A]) Error() string {
	var b strings.Builder
	where := "Actions"
	if p.Action != "" {
		where = "Step by " + p.Action
	}
	fmt.Fprintf(&b, "explore: %s panics after %d steps: %v\n", where, p.Run.Steps(), p.Value)
	_ = WriteRun(&b, p.Run, RunStyle[S, A]{})
	return b.String()
}

// locate finds the state of the current level in which the system panics. It is called after a panic. If no state
// panics when it is expanded again, the system is not a function of its state, and the first panic is raised again.
func (s *search[S, A]) locate(lo, hi uint32, value any) {
	var states []S
	for ; lo < hi; lo++ {
		states = s.store.load(states[:0], lo, lo+1)
		action, again := panicsIn(s.sys, states[0])
		if again == nil {
			continue
		}
		p := &Panicked[S, A]{Value: again, Action: action}
		if way, err := s.ancestors(found[S]{lo, states[0]}); err == nil {
			p.Run = follow(s.sys, way, states[0])
		}
		panic(p)
	}
	panic(value)
}

// panicsIn returns the value with which Actions or Step panics in a state, and the action. It returns nil if there is
// no panic.
func panicsIn[S comparable, A any](sys System[S, A], x S) (action string, value any) {
	defer func() { value = recover() }()
	for _, a := range sys.Actions(nil, x) {
		action = fmt.Sprint(a)
		sys.Step(x, a)
	}
	return "", nil
}
