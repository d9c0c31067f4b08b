package netfake

import "fmt"

// ActionKind is one kind of thing that can happen in the joint world.
type ActionKind uint8

// The kinds, in the order in which Actions lists them.
const (
	Tick ActionKind = iota
	Deliver
	DeliverKeep // bag: delivered, and a copy stays behind
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

// Action is one thing that happens: to whom, to which packet on the wire (or of the
// attacker's), and which initial number the generator yields if one is asked for.
type Action struct {
	Kind   ActionKind
	Peer   uint8
	Index  uint8
	Choice uint8
}

// String describes the action without the state that it happens in; see System.Describe.
func (a Action) String() string {
	switch a.Kind {
	case Tick:
		return "tick"
	case Deliver, DeliverKeep, Lose, Inject:
		return fmt.Sprintf("%s #%d to %s /%d", a.Kind, a.Index, PeerName(int(a.Peer)), a.Choice)
	}
	return fmt.Sprintf("%s at %s /%d", a.Kind, PeerName(int(a.Peer)), a.Choice)
}
