package netfake

import (
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
)

// Transition is one step of a run: the action, the joint states before and after it, and what happened to the
// endpoint that took the step.
type Transition struct {
	Happening
	Action   Action
	N        int   // the number of the step, from 1
	Tick     int   // ticks that passed before it
	From, To World // the joint states
	State    State // To, packed
}

// Arrival reports whether the step is about a segment on the wire: the segment arrives, or is lost.
func (t *Transition) Arrival() bool {
	switch t.Action.Kind {
	case Deliver, DeliverKeep, Inject, Lose:
		return true
	}
	return false
}

// Side returns the endpoint of the step: the one that took it, or the one to which the segment goes.
func (t *Transition) Side() int {
	if t.Arrival() {
		return t.Packet.Dst
	}
	return int(t.Action.Peer)
}

// NewFaults returns the faults that the step caused.
func (t *Transition) NewFaults() Fault { return t.To.Faults &^ t.From.Faults }

// Transitions yields the steps that are possible in s, each as step 1 after tick 0. A Transition is valid until the
// next one is yielded.
func (sys *System) Transitions(s State) iter.Seq[*Transition] {
	return func(yield func(*Transition) bool) {
		t := Transition{N: 1, From: sys.Unpack(s)}
		for _, t.Action = range sys.Actions(nil, s) {
			t.Happening = Happening{Sent: t.Sent[:0]}
			sys.take(&s, &t)
			if !yield(&t) {
				return
			}
		}
	}
}

// take carries out the action of t in s, which is t.From packed.
func (sys *System) take(s *State, t *Transition) {
	w := t.From
	t.State = sys.stepFrom(s, &w, t.Action, &t.Happening)
	t.To = sys.Unpack(t.State)
}

// Run is a run, given as its actions. It may be a lasso: then the last Loop actions lead back to the state before
// them, and repeat forever.
type Run struct {
	Actions []Action `json:"actions"`
	Loop    int      `json:"loop,omitempty"` // 0: the run ends
}

// Stem returns the number of steps before the loop.
func (r Run) Stem() int { return len(r.Actions) - r.Loop }

// Replay carries out the actions one after the other, from the first state. It returns an error that names the first
// step that is not possible, or says that the loop does not lead back.
func (sys *System) Replay(run Run) ([]Transition, error) {
	if run.Loop < 0 || run.Stem() < 0 {
		return nil, fmt.Errorf("a loop of %d steps in a run of %d", run.Loop, len(run.Actions))
	}
	s := sys.Init()[0]
	list := make([]Transition, 0, len(run.Actions))
	w, tick := sys.Unpack(s), 0
	var enabled []Action
	var again State // the one before the loop
	for i, a := range run.Actions {
		if i == run.Stem() {
			again = s
		}
		if enabled = sys.Actions(enabled[:0], s); !slices.Contains(enabled, a) {
			return nil, fmt.Errorf("step %d: %v is not possible there", i+1, a)
		}
		list = append(list, Transition{Action: a, N: i + 1, Tick: tick, From: w})
		t := &list[i]
		sys.take(&s, t)
		s, w = t.State, t.To
		if a.Kind == Tick {
			tick++
		}
	}
	if run.Loop > 0 && s != again {
		return nil, fmt.Errorf("the last %d of %d steps do not lead back to the state before them", run.Loop, len(list))
	}
	return list, nil
}

// MustReplay is Replay for a run that was found in this system. It panics if Replay returns an error.
func (sys *System) MustReplay(run Run) []Transition {
	list, err := sys.Replay(run)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return list
}

// Fingerprint returns a hash of the state. It is the same in every run of the program and on every computer.
func (s State) Fingerprint() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d", s)
	return h.Sum64()
}
