package capture

import "github.com/tcpcheck/tcpcheck/model"

// sending is what matters of a segment for the question which states send it.
type sending struct {
	t       model.Segment
	newText bool // numbers that its sender has not used before
	current bool // it bears the latest acknowledgment
	tookFin bool // which covers the peer's FIN
	finSeen bool // there is a FIN of the peer's to cover
	beyond  bool // it acknowledges more than the peer's SYN, which SYN-RECEIVED does not
}

func (x *side) sendingOf(t model.Segment, y *side) sending {
	s := sending{t: t, finSeen: y.finSeen}
	s.newText = t.Len > 0 && (!x.seen && x.fresh || x.seen && x.nxt.Less(t.TextSeq()+model.Seq(t.Len)))
	s.current = t.Has(model.ACK) && !t.Has(model.RST) && (!x.acks || x.ackMax.AtMost(t.Ack))
	s.tookFin = t.Has(model.ACK) && y.finSeen && y.fin.Less(t.Ack)
	s.beyond = s.current && !t.Has(model.SYN) && y.synSeen && !y.synText && (y.far || (y.iss + 1).Less(t.Ack))
	s.beyond = s.beyond || s.current && !t.Has(model.SYN) && !y.synSeen && x.synAck && x.acks && x.ackMin.Less(t.Ack)
	return s
}

// after is the states in which an endpoint can be that was in one of from and sent s.
func (s sending) after(from States) (to States) {
	from.each(func(st model.State) {
		if s.current && s.finSeen && st >= model.Established && finTaken.Has(st) != s.tookFin {
			return // RCV.NXT tells whether the FIN has been taken
		}
		if s.beyond && st == model.SynReceived {
			return
		}
		to |= s.from(st)
	})
	return to
}

// from is one line of each paragraph of §3.10 that sends: what can be sent in st, and the
// state after it.
func (s sending) from(st model.State) States {
	syn, rst, fin := s.t.Has(model.SYN), s.t.Has(model.RST), s.t.Has(model.FIN)
	ack := s.t.Has(model.ACK)
	text := s.t.Len > 0
	switch st {
	case model.Closed:
		if rst {
			return setOf(st) // §3.10.7.1: answers what is for no connection
		}
		if syn && !ack {
			return setOf(model.SynSent) // §3.10.1: active OPEN
		}
	case model.Listen:
		if rst && !ack {
			return setOf(st) // §3.10.7.2: an ACK is reset
		}
		if syn && !ack {
			return setOf(model.SynSent)
		}
	case model.SynSent:
		if rst || syn && !ack {
			return setOf(st) // §3.10.7.3: a bad ACK is reset; §3.10.8: the SYN again
		}
	case model.SynReceived:
		switch {
		case rst:
			return setOf(st, model.Closed, model.Listen) // a bad ACK; ABORT
		case syn, ack && !text && !fin:
			return setOf(st)
		case fin && !s.newText:
			return setOf(model.FinWait1) // §3.10.4: CLOSE with nothing to send
		}
	case model.Established, model.CloseWait:
		switch {
		case rst:
			return setOf(model.Closed) // §3.10.5
		case syn:
		case fin && st == model.Established:
			return setOf(model.FinWait1)
		case fin:
			return setOf(model.LastAck)
		default:
			return setOf(st)
		}
	case model.FinWait1, model.Closing, model.LastAck:
		switch {
		case rst:
			return setOf(model.Closed)
		case !syn && !s.newText:
			return setOf(st) // text and FIN only again
		case syn && ack && st != model.LastAck:
			return setOf(st) // §3.10.4: CLOSE came in SYN-RECEIVED, whose SYN is still unacknowledged
		}
	case model.FinWait2, model.TimeWait:
		switch {
		case rst:
			return setOf(model.Closed)
		case !syn && !text && !fin:
			return setOf(st) // all is acknowledged: only ACKs are left to send
		}
	}
	return 0
}
