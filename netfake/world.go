package netfake

import "github.com/tcpcheck/tcpcheck/model"

// World is an unpacked joint state. It is for steps, invariants and readers.
type World struct {
	Peer   [2]Peer
	Faults Fault
	Clock  int // ticks since the start, if something reads them
	Cut    Cut
	Losses int // what is left of the budgets of a bag
	Dups   int
	wire   [MaxWire]code
	n      int
	hidden bool // the wire is missing
}

// Peer is one endpoint with its user, and the ghosts that observe it.
type Peer struct {
	TCB             model.TCB
	Inc             uint8     // the present incarnation, or the last one; 0: none yet
	RemoteInc       uint8     // the incarnation whose SYN set IRS, or NoOne
	Sent            uint8     // octets that the user SENT in this incarnation
	Got             uint8     // octets accepted in this incarnation
	Taken           uint8     // octets of this incarnation that the other side has accepted
	Actives         uint8     // active OPENs left
	Passive         uint8     // passive OPENs left
	Accepts         uint8     // SYNs that a listener may still answer
	Crashes         uint8     // crashes left
	Timer           uint8     // ticks left in TIME-WAIT or FIN-WAIT-2, of the quiet time in CLOSED, or elsewhere until the retransmission timer must have fired
	Age             uint8     // ticks since the oldest unacknowledged SYN or data was first sent, or first sent again after an answer
	FinAge          uint8     // the same for our FIN
	FinAckAge       uint8     // 1 + ticks since the other side first acknowledged our FIN, while no such ACK has arrived; 0: it did not yet
	LastCloseNormal bool      // the last incarnation ended with a normal close, or there was no incarnation
	Answered        bool      // the peer's window is or was zero, the peer has answered, and nothing was retransmitted since: the ages do not grow
	Had             uint8     // one bit for each incarnation of the other side: an earlier incarnation of this side accepted octets from it
	ISNFloor        model.Seq // the first number above all numbers that this side has used
}

// State returns the endpoint's state.
func (p *Peer) State() model.State { return p.TCB.State }

// Wire returns the packets that can still be delivered. It panics for a World without its wire.
func (w *World) Wire(sys *System) []Packet {
	if w.hidden {
		panic("BUG: a question that does not get the wire reads it")
	}
	ps := make([]Packet, w.n)
	for i := range ps {
		ps[i] = sys.decode(w.wire[i])
	}
	return ps
}
