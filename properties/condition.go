package properties

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Condition is a named question about a joint state. Which reductions cannot change its answer follows from how it was
// made, since that decides what of a state the question is given: OnState, OnWorld, Symmetric, never.
type Condition struct {
	Name    string
	Meaning string // what it means that it does not hold; empty if the name says it
	// Part tells which part of it does not hold in a state, if that is more than the name says; it may be nil.
	Part func(sys *netfake.System, s netfake.State) string

	holds func(sys *netfake.System, s netfake.State) bool
	blind netfake.Reductions
}

// Invariant must hold in every reachable state.
type Invariant = Condition

// OnState is a question that may read everything, also the wire. No reduction is used where it is asked.
func OnState(name string, holds func(sys *netfake.System, s netfake.State) bool) Condition {
	return Condition{Name: name, holds: holds}
}

// OnWorld is a question about the two endpoints and what is left of the budgets. It does not get the wire, and so
// cannot see the reductions of the wire.
func OnWorld(name string, holds func(w *netfake.World) bool) Condition {
	return Condition{Name: name, blind: netfake.DeadMessages | netfake.EquivalentMessages, holds: func(sys *netfake.System, s netfake.State) bool {
		w := sys.Wireless(&s)
		return holds(&w)
	}}
}

// Symmetric is a question that holds if it holds both as A and B stand and with the two in each other's place. It
// does not get the wire, nor what names the two apart: the numbers of both count from one base, and who opened the
// connection is forgotten. So no reduction can change its answer.
func Symmetric(name string, holds func(w *netfake.World) bool) Condition {
	return Condition{Name: name, blind: netfake.AllReductions, holds: func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unnamed(s)
		if !holds(&w) {
			return false
		}
		w.Peer[a], w.Peer[b] = w.Peer[b], w.Peer[a]
		return holds(&w)
	}}
}

// never is the invariant that no fault of the given kind has happened. It is given the faults alone, which no
// reduction changes.
func never(f netfake.Fault) Invariant {
	return Invariant{Name: "no-" + f.String(), Meaning: f.Meaning(), blind: netfake.AllReductions, holds: func(_ *netfake.System, s netfake.State) bool { return s.Faults()&f == 0 }}
}

// nevers is one invariant for each of the faults.
func nevers(fs ...netfake.Fault) (all []Invariant) {
	for _, f := range fs {
		all = append(all, never(f))
	}
	return all
}

// Not is the opposite question. It sees as little.
func (c Condition) Not(name string) Condition {
	holds := c.holds
	return Condition{Name: name, blind: c.blind, holds: func(sys *netfake.System, s netfake.State) bool { return !holds(sys, s) }}
}

// Asked reports whether there is a question at all; the zero Condition asks none.
func (c Condition) Asked() bool { return c.holds != nil }

// Holds answers the question for a state of sys.
func (c Condition) Holds(sys *netfake.System, s netfake.State) bool { return c.holds(sys, s) }

// PreservedBy returns the reductions that cannot change the answer: it is the same for a state and for the one that stands
// for it. The others are not used where the condition is asked. No question at all sees nothing.
func (c Condition) PreservedBy() netfake.Reductions {
	if !c.Asked() {
		return netfake.AllReductions
	}
	return c.blind
}

// Predicate is the question for a search of sys.
func (c Condition) Predicate(sys *netfake.System) explore.Predicate[netfake.State] {
	return explore.Predicate[netfake.State]{Name: c.Name, Holds: func(s netfake.State) bool { return c.holds(sys, s) }}
}

// eachWay asks a question of A about B and of B about A.
func eachWay(name string, holds func(p, q *netfake.Peer) bool) Condition {
	return Symmetric(name, func(w *netfake.World) bool { return holds(&w.Peer[a], &w.Peer[b]) })
}

// explained is a question for eachWay, with what it means that the answer is no, and what there is to say of the side
// for which it is.
func explained(name, meaning string, holds func(p, q *netfake.Peer) bool, tell func(p, q *netfake.Peer) string) Condition {
	c := eachWay(name, holds)
	c.Meaning = meaning
	c.Part = func(sys *netfake.System, s netfake.State) string {
		w := sys.Unpack(s)
		var parts []string
		for me := range w.Peer {
			if p, q := &w.Peer[me], &w.Peer[1-me]; !holds(p, q) {
				names := strings.NewReplacer("{p}", netfake.PeerName(me), "{q}", netfake.PeerName(1-me))
				parts = append(parts, names.Replace(tell(p, q)))
			}
		}
		return strings.Join(parts, "; ")
	}
	return c
}

// Part tells which part of the named condition does not hold in a state; it is empty where the name says it all.
func Part(list []Condition, name string, sys *netfake.System, s netfake.State) string {
	for _, c := range list {
		if c.Name == name && c.Part != nil {
			return c.Part(sys, s)
		}
	}
	return ""
}
