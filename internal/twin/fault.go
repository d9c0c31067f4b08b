package twin

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// seen is one step of an endpoint, as an observer sees it who knows every incarnation. The endpoint's new incarnation,
// if the step began one, has its number already; what it took in the step is not yet counted.
type seen struct {
	me      int
	was, is *model.TCB
	out     *model.Output
	kind    model.EventKind
	cause   *Letter // what arrived, or nil
}

// observe finds the faults of a step (docs/DESIGN.md, Ghosts and faults).
func observe(s *State, o *seen) (f netfake.Fault) {
	f = silentEnd(o)
	if o.cause != nil {
		f |= taken(s, o) | resets(s, o) | foreignAck(s, o)
		if !o.cause.Seg.Has(model.RST) {
			f |= ghostConnection(s, o)
		}
	}
	me, other := &s.Side[o.me], &s.Side[1-o.me]
	if o.out.Signals&model.CloseOK != 0 && me.PeerInc == other.Inc && me.Theirs < me.Sent {
		f |= netfake.LostOctet
	}
	return f
}

// taken looks at the data and the FIN that were taken: whose they are, and whether they are the next of theirs.
func taken(s *State, o *seen) (f netfake.Fault) {
	me, other := &s.Side[o.me], &s.Side[1-o.me]
	got, theirs := me.Got, other.Theirs
	for _, piece := range o.out.Taken() {
		from, to := incarnations(piece.Ghost)
		foreign := from != me.PeerInc || to != me.Inc && to != netfake.NoOne
		got += int(piece.Len)
		switch {
		case piece.Flags&model.FIN != 0 && foreign:
			f |= netfake.ForeignFin
		case piece.Flags&model.FIN != 0:
			if from == other.Inc && got != other.Sent {
				f |= netfake.LostOctet // the user is told that the peer is done, and was not given all
			}
		case foreign, to == netfake.NoOne && me.Had&(1<<from) != 0: // sent to nobody, it was the first one's that took it
			f |= netfake.ForeignData
		}
		if piece.Flags&model.FIN == 0 && from == other.Inc && other.TCB.State > model.Listen {
			if piece.Seq != other.TCB.Iss+1+model.Seq(theirs) {
				f |= netfake.WrongOctet
			}
			theirs += int(piece.Len)
		}
	}
	return f
}

// resets looks at what a RST or a SYN ended, or set back.
func resets(s *State, o *seen) (f netfake.Fault) {
	was, is := o.was.State, o.is.State
	foreign := o.cause.For != s.Side[o.me].Inc
	if was == is {
		return 0
	}
	if o.cause.Seg.Has(model.RST) {
		if foreign {
			f |= netfake.ForeignReset
		}
		switch was {
		case model.LastAck:
			f |= netfake.LastAckReset
		case model.TimeWait:
			f |= netfake.TimeWaitReset
		}
		return f
	}
	ended := is <= model.Listen || is == model.TimeWait && o.out.Signals&model.ConnectionReset != 0
	if o.cause.Seg.Has(model.SYN) && foreign && was >= model.SynReceived && ended {
		f |= netfake.ForeignReset
	}
	return f
}

// foreignAck looks at whose ACK moved SND.UNA. In SYN-SENT it is not known yet who the peer is.
func foreignAck(s *State, o *seen) netfake.Fault {
	me := &s.Side[o.me]
	foreign := o.cause.For != me.Inc || o.cause.From != me.PeerInc && o.is.State != model.SynSent
	if o.out.UnaMoved && foreign {
		return netfake.ForeignAck
	}
	return 0
}

// ghostConnection: an endpoint becomes synchronized with an incarnation that is not asking and did not confirm.
func ghostConnection(s *State, o *seen) netfake.Fault {
	me, other := &s.Side[o.me], &s.Side[1-o.me]
	if o.was.State.Synchronized() || !o.is.State.Synchronized() || o.is.State == model.TimeWait {
		return 0
	}
	confirmed := o.cause.For == me.Inc && o.cause.From == me.PeerInc
	asking := me.PeerInc == other.Inc && other.TCB.State > model.Listen
	if confirmed || asking {
		return 0
	}
	return netfake.GhostConnection
}

// silentEnd: a synchronized connection is over, the user did not ask for that, and was not told.
func silentEnd(o *seen) netfake.Fault {
	const told = model.ConnectionReset | model.ConnectionRefused | model.TimedOut | model.CloseOK
	over := o.was.State.Synchronized() && o.was.State != model.TimeWait && !o.is.State.Synchronized()
	if over && o.kind != model.Abort && o.out.Signals&told == 0 {
		return netfake.SilentEnd
	}
	return 0
}
