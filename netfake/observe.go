package netfake

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Fault is a set of events that should not happen. The ghosts make them visible.
type Fault uint16

// The faults. Something is "foreign" if it was sent to another incarnation than the one that took it, or by another
// incarnation than the one that it is connected with: an earlier incarnation, or the attacker. Of a RST only the
// first part counts, since whoever is there now may send it. Data that was sent to no incarnation, as on a SYN,
// belongs to the first one that takes it.
const (
	ForeignData     Fault = 1 << iota // foreign data was taken
	ForeignFin                        // a foreign FIN was taken
	ForeignAck                        // a foreign ACK moved SND.UNA
	ForeignReset                      // a foreign RST or SYN ended the connection, or took it back to an earlier state
	GhostConnection                   // synchronized with an incarnation that does not ask for the connection and did not confirm it
	WrongOctet                        // an octet was taken twice, or out of order
	LostOctet                         // a normal close was signalled, although not every octet was taken
	SilentEnd                         // the other side or the network ended a synchronized connection, and the user was not informed
	LastAckReset                      // a RST ended LAST-ACK
	TimeWaitReset                     // a RST ended TIME-WAIT
	NumFaults       = iota
)

// FaultNames has the names of the faults, in the order of their bits.
var FaultNames = [NumFaults]string{
	"foreign-data", "foreign-fin", "foreign-ack", "foreign-reset", "ghost-connection",
	"wrong-octet", "lost-octet", "silent-end", "last-ack-reset", "time-wait-reset",
}

// faultMeanings say what it means that one has happened, in the same order.
var faultMeanings = [NumFaults]string{
	"data was accepted that was sent to, or by, another incarnation, or that an earlier one had already received",
	"a FIN was accepted that was sent to, or by, another incarnation",
	"an ACK that was sent to, or by, another incarnation moved SND.UNA",
	"a RST or SYN for, or from, another incarnation ended the connection or set it back",
	"an endpoint is synchronized with an incarnation that does not ask for the connection and did not confirm it",
	"an octet was accepted twice, or before the one that precedes it",
	"the user was told of a normal close, although not every octet was received",
	"a synchronized connection ended, and its user was not informed",
	"a RST ended LAST-ACK: the peer's normal close became a reset",
	"a RST ended TIME-WAIT before its time",
}

// Meaning says in words what has happened if the fault f, a single one, is recorded.
func (f Fault) Meaning() string { return faultMeanings[bits.TrailingZeros16(uint16(f))] }

// Names returns the names of the faults in the set, in the order of their bits.
func (f Fault) Names() []string {
	list := []string{}
	for i, name := range FaultNames {
		if f>>i&1 != 0 {
			list = append(list, name)
		}
	}
	return list
}

// String returns the names, separated by commas.
func (f Fault) String() string { return strings.Join(f.Names(), ", ") }

// ParseFault returns the fault with the given name.
func ParseFault(name string) (Fault, error) {
	if i := slices.Index(FaultNames[:], name); i >= 0 {
		return 1 << i, nil
	}
	return 0, fmt.Errorf("found %q, expected one of %s", name, strings.Join(FaultNames[:], ", "))
}

// faults finds the faults of a step. There are none if nothing happened.
func (v *view) faults(o *other) (f Fault) {
	if *v == (view{}) {
		return 0
	}
	f = v.faultsOfEnd()
	if v.event == model.SegmentArrives {
		f |= v.faultsOfData(o) | v.faultsOfReset() | v.faultsOfAck() | v.faultsOfOpening(o)
	}
	if v.signals&model.CloseOK != 0 && !v.allTaken(o) {
		f |= LostOctet
	}
	return f
}

// faultsOfData checks the data that was accepted: whose it is, and whether it is the next octet of that sender.
func (v *view) faultsOfData(o *other) (f Fault) {
	next := o.taken
	for _, h := range v.pieces() {
		inc, to := ghosts(h.Ghost)
		foreign := inc != v.peer || to != v.mine && to != NoOne
		if h.Flags&model.FIN != 0 {
			if foreign {
				f |= ForeignFin
			} else if inc == o.inc && v.got+v.octets() != o.sent {
				f |= LostOctet // the user was informed of the end, but did not get all octets
			}
			continue
		}
		if foreign || to == NoOne && v.had>>inc&1 != 0 {
			f |= ForeignData
		}
		if inc == o.inc && o.state >= model.SynSent {
			if h.Seq != o.iss+1+model.Seq(next) {
				f |= WrongOctet
			}
			next += uint8(h.Len)
		}
	}
	return f
}

// toMe reports whether the segment was sent to this incarnation.
func (v *view) toMe() bool { return v.meant == v.mine }

// faultsOfReset looks for a connection that a RST or a SYN ended, or took back to an earlier state.
func (v *view) faultsOfReset() (f Fault) {
	if v.was == v.is {
		return 0
	}
	if v.control&model.RST != 0 {
		if !v.toMe() {
			f |= ForeignReset
		}
		if v.was == model.LastAck {
			f |= LastAckReset
		}
		if v.was == model.TimeWait {
			f |= TimeWaitReset
		}
		return f
	}
	ended := v.is < model.SynSent || v.is == model.TimeWait && v.signals&model.ConnectionReset != 0 // depends on the policies
	if v.control&model.SYN != 0 && !v.toMe() && v.was >= model.SynReceived && ended {
		f |= ForeignReset
	}
	return f
}

// faultsOfAck looks for an ACK that moved SND.UNA although it was sent to another incarnation, or by another one.
func (v *view) faultsOfAck() Fault {
	if v.acked && (!v.toMe() || v.from != v.peer && v.is != model.SynSent) {
		return ForeignAck
	}
	return 0
}

// faultsOfOpening looks for a connection with an incarnation that does not ask for it and did not confirm it.
func (v *view) faultsOfOpening(o *other) Fault {
	if v.control&model.RST != 0 || v.was.Synchronized() || !v.is.Synchronized() || v.is == model.TimeWait {
		return 0
	}
	confirmed := v.toMe() && v.from == v.peer
	asking := v.peer == o.inc && o.state != model.Closed && o.state != model.Listen
	if confirmed || asking {
		return 0
	}
	return GhostConnection
}

// faultsOfEnd looks for a connection that ended without a signal to its user.
func (v *view) faultsOfEnd() Fault {
	if !v.was.Synchronized() || v.is.Synchronized() || v.was == model.TimeWait || v.event == model.Abort {
		return 0
	}
	const told = model.ConnectionReset | model.ConnectionRefused | model.TimedOut | model.CloseOK
	if v.signals&told == 0 {
		return SilentEnd
	}
	return 0
}

// allTaken reports whether the peer has accepted every octet that the endpoint sent. If the peer has begun another
// incarnation, that is not known any more.
func (v *view) allTaken(o *other) bool { return o.mineTaken >= v.sent || v.peer != o.inc }
