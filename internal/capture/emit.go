package capture

import "github.com/tcpcheck/tcpcheck/model"

// sending has what is needed of a segment to decide which states send it.
type sending struct {
	t       model.Segment
	newText bool // data that its sender has not sent before
	current bool // it carries the latest acknowledgment
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

// after returns the possible states of an endpoint after it sent s in one of the states from.
func (s sending) after(from States) (to States) {
	from.each(func(st model.State) {
		if s.current && s.finSeen && st >= model.Established && finTaken.Has(st) != s.tookFin {
			return // the acknowledgment shows whether the FIN was received
		}
		if s.beyond && st == model.SynReceived {
			return
		}
		to |= s.from(st)
	})
	return to
}

// from returns the states after s is sent in st, or none if st does not send it. Each line is a paragraph of §3.10.
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
			return setOf(st) // only retransmitted data and FIN
		case syn && ack && st != model.LastAck:
			return setOf(st) // §3.10.4: CLOSE came in SYN-RECEIVED, whose SYN is still unacknowledged
		}
	case model.FinWait2, model.TimeWait:
		switch {
		case rst:
			return setOf(model.Closed)
		case !syn && !text && !fin:
			return setOf(st) // everything is acknowledged: only ACKs are sent
		}
	}
	return 0
}
