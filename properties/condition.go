package properties

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Condition is a named question about a joint state. The constructor (OnState, OnWorld, Symmetric, never) decides
// which part of the state the question can read, and so which reductions cannot change its answer.
type Condition struct {
	Name    string
	Meaning string // what it means that it does not hold; empty if the name says it
	// Part says which part of the condition does not hold in a state, if the name does not say it. It may be nil.
	Part func(sys *netfake.System, s netfake.State) string

	holds func(sys *netfake.System, s netfake.State) bool
	blind netfake.Reductions
}

// Invariant is a condition that must hold in every reachable state.
type Invariant = Condition

// OnState returns a question that may read everything, including the wire. It is asked only without reductions.
func OnState(name string, holds func(sys *netfake.System, s netfake.State) bool) Condition {
	return Condition{Name: name, holds: holds}
}

// OnWorld returns a question about the two endpoints and the rest of the budgets. It cannot read the wire, so the
// reductions of the wire cannot change its answer.
func OnWorld(name string, holds func(w *netfake.World) bool) Condition {
	return Condition{Name: name, blind: netfake.DeadMessages | netfake.EquivalentMessages, holds: func(sys *netfake.System, s netfake.State) bool {
		w := sys.Wireless(&s)
		return holds(&w)
	}}
}

// Symmetric returns a question that holds if it holds both for A and B as they are and with the two exchanged. It
// cannot read the wire, or anything that distinguishes A from B by name: the numbers of both count from one base, and
// who opened the connection is forgotten. So no reduction can change its answer.
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

// Not returns the opposite question. It reads the same part of the state.
func (c Condition) Not(name string) Condition {
	holds := c.holds
	return Condition{Name: name, blind: c.blind, holds: func(sys *netfake.System, s netfake.State) bool { return !holds(sys, s) }}
}

// Asked reports whether there is a question. The zero Condition has none.
func (c Condition) Asked() bool { return c.holds != nil }

// Holds answers the question for a state of sys.
func (c Condition) Holds(sys *netfake.System, s netfake.State) bool { return c.holds(sys, s) }

// PreservedBy returns the reductions that cannot change the answer, because it is the same for a state and for its
// representative. The other reductions are not used if the condition is asked. For the zero Condition it returns
// all of them.
func (c Condition) PreservedBy() netfake.Reductions {
	if !c.Asked() {
		return netfake.AllReductions
	}
	return c.blind
}

// Predicate returns the question for a search of sys.
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

// Part says which part of the named condition does not hold in a state. It is empty if the name already says
// everything.
func Part(list []Condition, name string, sys *netfake.System, s netfake.State) string {
	for _, c := range list {
		if c.Name == name && c.Part != nil {
			return c.Part(sys, s)
		}
	}
	return ""
}
