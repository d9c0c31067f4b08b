package netfake

import (
	"fmt"
	"hash/fnv"
	"slices"
)

// Transition is one step of a run: what was done, the joint states before and after it, and what happened to the
// endpoint that took the step.
type Transition struct {
	Happening
	Action   Action
	N        int   // the number of the step, from 1
	Tick     int   // ticks that passed before it
	From, To World // the joint states
	State    State // To, packed
}

// Arrival reports whether the step is about a segment that the network held: it arrives, or is lost.
func (t *Transition) Arrival() bool {
	switch t.Action.Kind {
	case Deliver, DeliverKeep, Inject, Lose:
		return true
	}
	return false
}

// Side is whose step it is: that of the endpoint, or of the one to which the segment goes.
func (t *Transition) Side() int {
	if t.Arrival() {
		return t.Packet.Dst
	}
	return int(t.Action.Peer)
}

// NewFaults are the faults that the step brought about.
func (t *Transition) NewFaults() Fault { return t.To.Faults &^ t.From.Faults }

// Replay carries out the actions, one after the other, from the first state on. An error names the first step that is
// not possible there.
func (sys *System) Replay(run []Action) ([]Transition, error) {
	s := sys.Init()[0]
	list := make([]Transition, 0, len(run))
	w, tick := sys.Unpack(s), 0
	var enabled []Action
	for i, a := range run {
		if enabled = sys.Actions(enabled[:0], s); !slices.Contains(enabled, a) {
			return nil, fmt.Errorf("step %d: %v cannot happen there", i+1, a)
		}
		list = append(list, Transition{Action: a, N: i + 1, Tick: tick, From: w})
		t := &list[i]
		s = sys.stepFrom(&s, &w, a, &t.Happening)
		w = sys.Unpack(s)
		t.To, t.State = w, s
		if a.Kind == Tick {
			tick++
		}
	}
	return list, nil
}

// Fingerprint is a hash of the state, the same in every run of the program and on every machine.
func (s State) Fingerprint() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d", s)
	return h.Sum64()
}
