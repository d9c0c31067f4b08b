package netfake

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// ActionKind is a kind of action.
type ActionKind uint8

// The kinds, in the order in which Actions lists them.
const (
	Tick ActionKind = iota
	Deliver
	DeliverKeep // bag: delivered, and a copy stays on the wire
	Lose
	Inject
	OpenActive
	OpenPassive
	Send
	Receive
	Close
	Abort
	Crash
	Retransmit
	GiveUp
	EndTimeWait
)

var actionNames = [...]string{"tick", "deliver", "deliver and keep", "lose", "inject", "active OPEN",
	"passive OPEN", "SEND", "RECEIVE", "CLOSE", "ABORT", "crash", "retransmission timeout", "user timeout", "TIME-WAIT timeout"}

func (k ActionKind) String() string { return actionNames[k] }

// Action is one thing that happens. Peer is the endpoint it happens to, Index is the packet on the wire (or of the
// attacker), and Choice is the initial number that the generator yields if one is needed.
type Action struct {
	Kind   ActionKind
	Peer   uint8
	Index  uint8
	Choice uint8
}

// String describes the action without the state in which it happens.
func (a Action) String() string {
	switch a.Kind {
	case Tick:
		return "tick"
	case Deliver, DeliverKeep, Lose, Inject:
		return fmt.Sprintf("%s #%d to %s /%d", a.Kind, a.Index, PeerName(int(a.Peer)), a.Choice)
	}
	return fmt.Sprintf("%s at %s /%d", a.Kind, PeerName(int(a.Peer)), a.Choice)
}

// ActionKey says what an action does, whatever the state. An Index changes when another packet comes or goes; an
// ActionKey does not. It does not include the age of the packet.
type ActionKey struct {
	Kind         ActionKind
	Peer, Choice uint8
	packet       code
}

// Key returns what the action a does in state s. With it the action can be found again in another state.
func (sys *System) Key(s State, a Action) ActionKey {
	k := ActionKey{Kind: a.Kind, Peer: a.Peer, Choice: a.Choice}
	switch a.Kind {
	case Deliver, DeliverKeep, Lose:
		k.packet = s.wire[a.Index] &^ ageMask
	case Inject:
		k.packet = sys.attacks[a.Index]
	}
	return k
}

// Class returns a small number for the kind of the action and its endpoint. It is for searches that prefer some
// kinds of action to others.
func (a Action) Class() uint8 { return uint8(a.Kind)*2 + a.Peer }

// Passed says what an action passes between the world and an endpoint, without numbers: the kind of the action, the
// endpoint, and the control bits of the segment, if there is one.
type Passed struct {
	Kind ActionKind
	Peer uint8
	CTL  model.Flags
}

// Passed returns what the action a passes in state s.
func (sys *System) Passed(s *State, a Action) Passed {
	p := Passed{Kind: a.Kind, Peer: a.Peer}
	switch a.Kind {
	case Deliver, DeliverKeep, Lose:
		p.CTL = model.Flags(s.wire[a.Index]>>codeFlags) & codeFlagSet
	case Inject:
		p.CTL = model.Flags(sys.attacks[a.Index]>>codeFlags) & codeFlagSet
	}
	return p
}
