package explore

import "context"

// ShrinkOptions says what a run shows, and how to recognize its actions in other states.
type ShrinkOptions[S comparable, A any, K comparable] struct {
	// Shows reports whether a run that ends in s still shows what the run is kept for, for example a violation.
	Shows func(s S) bool
	// Same returns a key that says what the action a means in s. When steps are left out, the later steps happen in
	// other states, where the same thing may be a different action: for example, the number of a segment on the wire
	// has changed. Shrink then takes the first action with the same key. See [SameAction].
	Same func(s S, a A) K
	// Cut is the function of [Options]: no step is taken from a state that hit a bound.
	Cut func(s S) string
	// Around is the number of states to search around each state of the run for a shorter way; none if zero.
	Around int
}

// SameAction is a ShrinkOptions.Same for actions whose meaning is the same in every state.
func SameAction[S any, A comparable](_ S, a A) A { return a }

// Shrunk is the result of Shrink.
type Shrunk[S comparable, A any] struct {
	Path    Path[S, A]
	Replays int // runs that were tried
	// Minimal says that Shrink finished: no single step can be left out, and there is no shorter way within Around
	// states of any state of the run. The shortest run of the system may still be shorter.
	Minimal bool
}

// Shrink shortens a run, as long as ctx allows, so that it still shows the same. It leaves out steps, first many at
// a time and then few (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002); a later
// step that is then no longer possible is left out, too. Then it looks for shortcuts: breadth first, from each state
// of the run to a later one, or to any state that shows the same. It repeats both until neither helps.
//
// The result begins with the same state as the run, and is a run of sys. If the run does not show what it is kept
// for, the result is the run itself. If ctx does not end it, the result is the same each time.
func Shrink[S comparable, A any, K comparable](ctx context.Context, sys System[S, A], run Path[S, A], o ShrinkOptions[S, A, K]) Shrunk[S, A] {
	s := &shrinker[S, A, K]{ctx: ctx, sys: sys, o: o, run: run}
	if len(run) == 0 || !s.cutAtFirst() {
		return Shrunk[S, A]{Path: run}
	}
	for {
		s.leaveOut()
		if ctx.Err() != nil || o.Around <= 0 || !s.shortcut() {
			break
		}
	}
	return Shrunk[S, A]{Path: s.run, Replays: s.replays, Minimal: ctx.Err() == nil}
}

type shrinker[S comparable, A any, K comparable] struct {
	ctx     context.Context
	sys     System[S, A]
	o       ShrinkOptions[S, A, K]
	run     Path[S, A] // the shortest so far; only its last state shows
	keys    []K        // of its steps
	replays int
	actions []A
	try     Path[S, A]
}

// cutAtFirst ends the run at the first state for which Shows is true, and reports whether there is one.
func (s *shrinker[S, A, K]) cutAtFirst() bool {
	for i := range s.run {
		if s.o.Shows(s.run[i].State) {
			s.set(s.run[:i+1])
			return true
		}
	}
	return false
}

func (s *shrinker[S, A, K]) set(run Path[S, A]) {
	s.run = append(Path[S, A]{}, run...)
	s.keys = s.keys[:0]
	for i, hop := range s.run[1:] {
		s.keys = append(s.keys, s.o.Same(s.run[i].State, hop.Action))
	}
}

// leaveOut tries to leave out each stretch of the run.
func (s *shrinker[S, A, K]) leaveOut() {
	LeaveOut(s.ctx, func() int { return len(s.keys) }, s.without)
}

// LeaveOut shortens a list. It tries to leave out stretches, from half the length of the list down to single
// elements, until no single element can be left out, or until ctx ends. length returns the present number of
// elements. without tries to leave out the elements from … to-1, and reports whether the list is now shorter.
func LeaveOut(ctx context.Context, length func() int, without func(from, to int) bool) {
	for size := max(1, length()/2); length() > 0; {
		helped := false
		for from := 0; from < length(); {
			if ctx.Err() != nil {
				return
			}
			if without(from, min(from+size, length())) {
				helped = true
			} else {
				from += size
			}
		}
		switch {
		case size > 1:
			size = max(1, min(size/2, length()/2))
		case !helped:
			return
		}
	}
}

// without replays the run without the steps from … to-1. The result replaces the run if it is shorter and Shows is true
// at its end.
func (s *shrinker[S, A, K]) without(from, to int) bool {
	s.replays++
	s.try = append(s.try[:0], s.run[:from+1]...)
	for _, k := range s.keys[to:] {
		hop, ok := s.again(s.try.Last(), k)
		if !ok {
			continue
		}
		if s.try = append(s.try, hop); s.o.Shows(hop.State) {
			break
		}
	}
	if len(s.try) >= len(s.run) || !s.o.Shows(s.try.Last()) {
		return false
	}
	s.set(s.try)
	return true
}

// again takes the action with the same key, if it is enabled and leads to another state.
func (s *shrinker[S, A, K]) again(at S, k K) (hop Hop[S, A], ok bool) {
	if !s.enabled(at) {
		return hop, false
	}
	for _, a := range s.actions {
		if s.o.Same(at, a) == k {
			to := s.sys.Step(at, a)
			return Hop[S, A]{Action: a, State: to}, to != at
		}
	}
	return hop, false
}

// enabled sets s.actions to the actions that can be taken in state at, and reports whether there are any.
func (s *shrinker[S, A, K]) enabled(at S) bool {
	s.actions = s.actions[:0]
	if s.o.Cut == nil || s.o.Cut(at) == "" {
		s.actions = s.sys.Actions(s.actions, at)
	}
	return len(s.actions) > 0
}

// shortcut replaces a stretch of the run by a shorter one, and reports whether it found one. Of the shortcuts that
// begin in one state, it takes the one that saves most steps.
func (s *shrinker[S, A, K]) shortcut() bool {
	for from := range len(s.run) - 1 {
		if s.ctx.Err() != nil {
			return false
		}
		way, to, ok := s.around(from)
		if !ok {
			continue
		}
		run := append(append(Path[S, A]{}, s.run[:from+1]...), way...)
		s.set(append(run, s.run[to+1:]...))
		return true
	}
	return false
}

// origin says how a search reached a state.
type origin[A any] struct {
	from  int // its place in the search
	depth int
	act   A
}

// around searches the states near state number from of the run, and returns the path that saves most steps. It leads
// to state number to of the run; if that is the last one, it may lead to another state for which Shows is true.
func (s *shrinker[S, A, K]) around(from int) (way Path[S, A], to int, ok bool) {
	place := map[S]int{}
	for i := from; i < len(s.run); i++ {
		place[s.run[i].State] = i
	}
	start, last := s.run[from].State, len(s.run)-1
	states, how := []S{start}, []origin[A]{{from: -1}}
	known := map[S]bool{start: true}
	to = place[start] // which is later than from if the run goes in a circle
	best, saved := 0, to-from
	for i := 0; i < len(states) && len(states) < s.o.Around && how[i].depth+1+saved < last-from; i++ {
		s.enabled(states[i])
		for _, a := range s.actions {
			next := s.sys.Step(states[i], a)
			if known[next] {
				continue
			}
			known[next] = true
			states, how = append(states, next), append(how, origin[A]{i, how[i].depth + 1, a})
			at, onRun := place[next]
			if s.o.Shows(next) {
				at, onRun = last, true
			}
			if gain := at - from - how[i].depth - 1; onRun && gain > saved {
				best, saved, to = len(states)-1, gain, at
			}
		}
	}
	for i := best; how[i].from >= 0; i = how[i].from {
		way = append(Path[S, A]{{Action: how[i].act, State: states[i]}}, way...)
	}
	return way, to, saved > 0
}
