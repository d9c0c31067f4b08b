// Package equivalence finds out which messages between two endpoints do the same, so that one can stand for all of
// them. It knows no TCP: a state, a message and an effect are numbers. It is given each endpoint alone, as a graph in
// which every message may arrive in every state, and refines the classes of the messages until two of a class have the
// same effect wherever they may still arrive, and draw answers of the same classes (partition refinement, as for the
// quotient by a bisimulation).
package equivalence

import "sync/atomic"

// Endpoint is an endpoint seen alone: its states, and the messages towards it. What the messages are does not matter
// here; of a class the least stands for all.
type Endpoint struct {
	States   []State
	Messages []uint64
}

// State is what may become of a state of an endpoint.
type State struct {
	Next   []int32     // by its user and its timers, without a tick
	Tick   int32       // when a tick passes, or Nowhere
	Arrive [][]Outcome // for each message
}

// Outcome is one thing that a message may do to an endpoint, and what is sent in answer. The effect is all that it does
// but the answer; two outcomes with the same effect lead to the same state.
type Outcome struct {
	Effect, To int32
	Sends      []int32 // messages towards the other endpoint
}

const (
	Nowhere  = -1         // the state after a step that cannot be taken
	NoEffect = 0          // the effect of what does nothing
	Dropped  = ^uint16(0) // in place of a message that does nothing any more
)

// Quotient has the classes of messages for each pair of states of two endpoints. What it knows of a pair it works out when it
// first meets the pair. It is safe for concurrent use.
type Quotient struct {
	ends    [2]*Endpoint
	drop    bool
	bag     bool
	life    int // the most ticks that a message has left; 0 without a clock
	levels  int // life+1 with a clock, for 0 to life ticks left; else 1, for ever
	futures [2][]futures
	pairs   []atomic.Pointer[Classes]
}

// Classes says for a pair of states which message stands for which: by side, ticks left, and message.
type Classes struct{ of [2][][]uint16 }

// New prepares the quotient. Messages live for so many ticks, or for ever if that is 0. In a bag two equal answers are
// not one. If drop is set, Dropped stands for what does nothing.
func New(ends [2]*Endpoint, ticks int, bag, drop bool) *Quotient {
	q := &Quotient{ends: ends, drop: drop, bag: bag, levels: max(ticks, 1), life: max(ticks-1, 0)}
	for i, e := range ends {
		q.futures[i] = make([]futures, len(e.States))
	}
	q.pairs = make([]atomic.Pointer[Classes], len(ends[0].States)*len(ends[1].States))
	return q
}

// Of returns the classes for a pair of states.
func (q *Quotient) Of(at [2]int32) *Classes {
	p := &q.pairs[int(at[0])*len(q.ends[1].States)+int(at[1])]
	t := p.Load()
	if t == nil {
		t = q.refine(at)
		p.Store(t) // two workers that meet the pair at once store the same
	}
	return t
}

// Row returns for each message towards a side, if it is that old, the message that stands for it; or Dropped.
func (q *Quotient) Row(t *Classes, side, age int) []uint16 { return t.of[side][q.level(age)] }

// level is how many ticks a message of that age has left.
func (q *Quotient) level(age int) int {
	if q.levels == 1 {
		return 0
	}
	return q.life - age
}
