package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Fault is a set of things that should not happen, seen with the help of the ghosts.
type Fault uint16

// The faults. "Foreign" is what was sent to another incarnation than the one that took it, or
// by another than the one that it is connected with: by one of the past, or by the attacker.
// Of a RST only the first counts, since it may rightly come from whoever is there now.
const (
	ForeignData     Fault = 1 << iota // foreign text was taken
	ForeignFin                        // a foreign FIN was taken
	ForeignAck                        // a foreign ACK moved SND.UNA
	ForeignReset                      // a foreign RST or SYN ended the connection, or set it back
	GhostConnection                   // synchronized with an incarnation that does not ask for it and did not confirm
	WrongOctet                        // an octet was taken twice, or out of order
	LostOctet                         // a normal close was signalled, and not every octet was taken
	SilentEnd                         // a synchronized connection ended by the other side or the network, and the user was not told
	LastAckReset                      // a RST ended LAST-ACK
	TimeWaitReset                     // a RST ended TIME-WAIT
	NumFaults       = iota
)

// FaultNames name the faults, in order of their bits.
var FaultNames = [NumFaults]string{
	"foreign-data", "foreign-fin", "foreign-ack", "foreign-reset", "ghost-connection",
	"wrong-octet", "lost-octet", "silent-end", "last-ack-reset", "time-wait-reset",
}

// observation is one step of an endpoint as an observer sees it who knows all ghosts.
type observation struct {
	before *model.TCB
	out    *model.Output
	event  *model.Event
	pkt    Packet
}

// observe finds the faults of a step that endpoint me has just taken.
func (sys *System) observe(w *World, me int, o *observation) (f Fault) {
	f = sys.observeEnd(w, me, o)
	if o.event.Kind == model.SegmentArrives {
		f |= sys.observeText(w, me, o) | sys.observeControl(w, me, o)
	}
	if o.out.Signals&model.CloseOK != 0 && !sys.allTaken(w, me) {
		f |= LostOctet
	}
	return f
}

// observeText looks at what was taken: whose it is, and whether it is the next of theirs.
func (sys *System) observeText(w *World, me int, o *observation) (f Fault) {
	p, q := &w.Peer[me], &w.Peer[1-me]
	next := q.Taken
	for _, h := range o.out.Taken() {
		inc, to := ghosts(h.Ghost)
		foreign := inc != p.PeerInc || to != p.Inc && to != NoOne
		if h.Flags&model.FIN != 0 {
			if foreign {
				f |= ForeignFin
			} else if inc == q.Inc && p.Got+uint8(textLen(o.out)) != q.Sent {
				f |= LostOctet // told that the peer is done, but not given all that it sent
			}
			continue
		}
		if foreign {
			f |= ForeignData
		}
		if inc == q.Inc && q.State() >= model.SynSent {
			if h.Seq != q.TCB.Iss+1+model.Seq(next) {
				f |= WrongOctet
			}
			next += uint8(h.Len)
		}
	}
	return f
}

func textLen(out *model.Output) (n uint16) {
	for _, h := range out.Taken() {
		n += h.Len
	}
	return n
}

// observeControl looks at what the ACK, the SYN and the RST of a segment did.
func (sys *System) observeControl(w *World, me int, o *observation) (f Fault) {
	p, q := &w.Peer[me], &w.Peer[1-me]
	was, is := o.before.State, p.State()
	mine := o.pkt.To == p.Inc
	if o.pkt.Seg.Has(model.RST) {
		if was != is {
			if !mine {
				f |= ForeignReset
			}
			if was == model.LastAck {
				f |= LastAckReset
			}
			if was == model.TimeWait {
				f |= TimeWaitReset
			}
		}
		return f
	}
	ended := is < model.SynSent || is == model.TimeWait && o.out.Signals&model.ConnectionReset != 0 // as the policies say
	if o.pkt.Seg.Has(model.SYN) && !mine && was != is && was >= model.SynReceived && ended {
		f |= ForeignReset
	}
	if o.out.UnaMoved && (!mine || o.pkt.Inc != p.PeerInc && is != model.SynSent) {
		f |= ForeignAck
	}
	if !was.Synchronized() && is.Synchronized() && is != model.TimeWait {
		confirmed := mine && o.pkt.Inc == p.PeerInc
		asking := p.PeerInc == q.Inc && q.State() != model.Closed && q.State() != model.Listen
		if !confirmed && !asking {
			f |= GhostConnection
		}
	}
	return f
}

// observeEnd looks for a connection that ended without a word to its user.
func (sys *System) observeEnd(w *World, me int, o *observation) Fault {
	was, is := o.before.State, w.Peer[me].State()
	if !was.Synchronized() || is.Synchronized() || was == model.TimeWait || o.event.Kind == model.Abort {
		return 0
	}
	const told = model.ConnectionReset | model.ConnectionRefused | model.TimedOut | model.CloseOK
	if o.out.Signals&told == 0 {
		return SilentEnd
	}
	return 0
}

// allTaken reports whether the peer has taken every octet that endpoint me sent. If the peer
// has gone on to another incarnation nobody knows any more.
func (sys *System) allTaken(w *World, me int) bool {
	p := &w.Peer[me]
	return p.Taken >= p.Sent || p.PeerInc != w.Peer[1-me].Inc
}
