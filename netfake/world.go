package netfake

import "github.com/tcpcheck/tcpcheck/model"

// World is a joint state unpacked, for stepping, for invariants and for people.
type World struct {
	Peer   [2]Peer
	Faults Fault
	Clock  int // ticks since the start, where something reads them
	Cut    Cut
	Losses int // what is left of the budgets of a bag
	Dups   int
	wire   [MaxWire]code
	n      int
	hidden bool // the wire is left out
}

// Peer is one endpoint, its user and the ghosts that observe it.
type Peer struct {
	TCB             model.TCB
	Inc             uint8     // the present incarnation, or the last one; 0: none yet
	RemoteInc       uint8     // whose SYN set IRS, or NoOne
	Sent            uint8     // octets that the user SENT in this incarnation
	Got             uint8     // octets accepted in this incarnation
	Taken           uint8     // octets of this incarnation that the other side has accepted
	Actives         uint8     // active OPENs left
	Passive         uint8     // passive OPENs left
	Accepts         uint8     // SYNs that a listener may still answer
	Crashes         uint8     // crashes left
	Timer           uint8     // ticks left in TIME-WAIT or FIN-WAIT-2, or of the quiet time in CLOSED
	Age             uint8     // ticks since the oldest unacknowledged SYN or text was first sent, or first again after an answer
	FinAge          uint8     // the same of our FIN
	FinAckAge       uint8     // 1 + ticks since the other side first acknowledged our FIN, which we have not heard; 0: it did not
	LastCloseNormal bool      // the last incarnation ended by a normal close, or there was none
	Answered        bool      // the peer's window is or was shut, it has answered, and nothing was sent again since: the ages stand still
	Had             uint8     // of each incarnation of the other side a bit: an earlier one of this side accepted octets from it
	ISNFloor        model.Seq // the first number above all that this side has used
}

// State returns the endpoint's state.
func (p *Peer) State() model.State { return p.TCB.State }

// Wire decodes the packets that can still be delivered. It panics in a world without its wire.
func (w *World) Wire(sys *System) []Packet {
	if w.hidden {
		panic("BUG: a question that does not get the wire asks for it")
	}
	ps := make([]Packet, w.n)
	for i := range ps {
		ps[i] = sys.decode(w.wire[i])
	}
	return ps
}
