package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The last three steps of RFC 9293 §3.10.7.4: urgent data, data and FIN, and what is sent then.

// takes: the segment came to the sixth step in a state in which data is accepted.
func (s *Step) takes() bool { return s.end == through && s.state.CanReceive() }

// inOrder: what the window leaves begins at RCV.NXT.
func (s *Step) inOrder() bool { return s.cut.Seq == s.Before.Rcv.Nxt }

// early: what the window leaves begins later.
func (s *Step) early() bool {
	return s.takes() && s.Before.Rcv.Nxt.Less(s.cut.Seq) && s.Before.Rcv.Nxt == s.After.Rcv.Nxt && s.Output.NText == 0
}

// hasPiece: the window leaves data or a FIN.
func (s *Step) hasPiece() bool { return s.cut.Len > 0 || s.cut.Has(model.FIN) }

// twin finds what was held with the number of the segment.
func (s *Step) twin() (h model.Held, ok bool) {
	for _, h := range s.Before.Held {
		if h.Seq == s.cut.Seq && (h.Len > 0 || h.Flags&model.FIN != 0) {
			return h, true
		}
	}
	return h, false
}

// acknowledges: the last segment that was sent acknowledges everything that was accepted.
func (s *Step) acknowledges() bool {
	n := s.Output.NSegs
	return n > 0 && s.Output.Segs[n-1].Has(model.ACK) && s.Output.Segs[n-1].Ack == s.After.Rcv.Nxt
}

var (
	deaf      = in(model.CloseWait, model.Closing, model.LastAck, model.TimeWait)
	attentive = slices.Concat(synReceived, receiving)
)

var textClauses = slices.Concat([]Clause{
	arrive(attentive, "urgent", "3.10.7.4 sixth", "urgent data ahead is reported", "EP-OT-6 MUST-30,MUST-31,MUST-32",
		func(s *Step) bool {
			return s.takes() && s.has(model.URG) && s.told(model.UrgentData) && !s.Before.Is(model.UrgentSignalled)
		}),
	arrive(attentive, "urgent-known", "3.10.7.4 sixth", "urgent data ahead is not reported a second time", "EP-OT-6",
		func(s *Step) bool {
			return s.takes() && s.has(model.URG) && s.Before.Is(model.UrgentSignalled) && !s.told(model.UrgentData)
		}),
	arrive(attentive, "urgent-past", "3.10.7.4 sixth", "an urgent pointer at data that was delivered is not reported", "EP-OT-6",
		func(s *Step) bool {
			return s.takes() && s.has(model.URG) && !s.Before.Is(model.UrgentSignalled) && !s.told(model.UrgentData)
		}),
	arrive(attentive, "urgent-over", "3.8.5", "the urgent data was delivered", "EP-OT-6",
		func(s *Step) bool {
			return s.takes() && s.Before.Is(model.UrgentSignalled) && s.Output.Delivered > 0 && !s.After.Is(model.UrgentSignalled)
		}),
	arrive(deaf, "urgent-after-fin", "3.10.7.4 sixth", "urgent data after the peer's FIN is ignored", "EP-OT-6",
		func(s *Step) bool { return s.end == through && s.has(model.URG) && !s.told(model.UrgentData) }),
}, arriveEach(receiving, "text", "3.10.7.4 seventh", "data in order is accepted and acknowledged", "EP-OT-7 U-HALFCLOSE@FIN-WAIT-2",
	func(s *Step) bool {
		return s.takes() && s.inOrder() && s.cut.Len > 0 && s.octets() >= int(s.cut.Len) && s.acknowledges()
	}), []Clause{
	arrive(synReceived, "text-opens", "3.10.7.4 fifth, seventh", "data on the ACK that opens the connection is accepted", "EP-OT-7 EP-OT-5b",
		func(s *Step) bool {
			return s.opens() && s.takes() && s.inOrder() && s.cut.Len > 0 && s.octets() >= int(s.cut.Len) && held(&s.Before) == 0
		}),
	arrive(synReceived, "text-of-syn", "3.5, 3.10.7.4 seventh", "data that came on the SYN is accepted when the ACK opens the connection", "U-DATASYN",
		func(s *Step) bool {
			return s.opens() && s.Before.Held[0].Len > 0 && s.octets() > 0
		}),
	arrive(synReceived, "text-of-syn-cut", "3.10.7.4 seventh", "data that came on the SYN is accepted as far as the window goes", "U-DATASYN",
		func(s *Step) bool {
			h := s.Before.Held[0]
			return s.opens() && h.Seq == s.Before.Rcv.Nxt && uint32(h.Len) > s.Before.Rcv.Wnd && s.octets() < int(h.Len) && !s.fin()
		}),
	arrive(receiving, "text-given", "3.10.7.4 seventh", "the user waits for data and gets it; the window stays", "EP-OT-7 EP-R-5 SHLD-14",
		func(s *Step) bool {
			return s.takes() && s.octets() > 0 && int(s.Output.Delivered) == s.octets() && s.After.Rcv.Wnd == s.Before.Rcv.Wnd
		}),
	arrive(attentive, "text-unread", "3.10.7.4 seventh", "the user does not wait for data: it is kept, and the window shrinks", "P-MANUAL EP-OT-7",
		func(s *Step) bool {
			return s.takes() && s.octets() > int(s.Output.Delivered) && s.After.Rcv.Wnd < s.Before.Rcv.Wnd
		}),
	arrive(attentive, "text-push", "3.10.7.4 seventh", "PSH is reported", "EP-OT-7",
		func(s *Step) bool { return s.takes() && s.octets() > 0 && s.told(model.Pushed) }),
}, arriveEach(receiving, "early-held", "3.10.7.4 first, SHLD-31", "data out of order is held, and the gap is reported by an ACK", "SHLD-31 MAY-13 H1",
	func(s *Step) bool { return s.early() && held(&s.After) > held(&s.Before) && s.acknowledges() }), []Clause{
	arrive(synReceived, "early-held/SYN-RECEIVED", "3.10.7.4 first, SHLD-31", "SYN-RECEIVED: data out of order on the ACK that opens the connection is held", "SHLD-31",
		func(s *Step) bool { return s.opens() && s.early() && held(&s.After) > held(&s.Before) }),
	arrive(attentive, "early-dropped", "3.10.7.4 first", "data out of order is dropped, if the policy says so", "P-ORDER",
		func(s *Step) bool {
			return s.early() && s.hasPiece() && s.Config.DropOutOfOrder && s.After.Held == s.Before.Held
		}),
	arrive(attentive, "early-silent", "3.10.7.4 seventh, MAY-13", "the gap is not reported, if the policy says so", "P-ORDER MAY-13",
		func(s *Step) bool { return s.early() && s.hasPiece() && s.Config.SilentOutOfOrder && s.silent() }),
	arrive(attentive, "early-no-place", "3.10.7.4 first", "no more pieces can be held: the last one is dropped", "SHLD-31",
		func(s *Step) bool {
			_, twin := s.twin()
			return s.early() && s.hasPiece() && !twin && held(&s.Before) == model.MaxHeld && held(&s.After) == model.MaxHeld && !s.Config.DropOutOfOrder
		}),
	arrive(attentive, "early-longer", "3.10.7.4 first", "of two pieces that begin at the same number the longer one is held", "SHLD-31",
		func(s *Step) bool {
			h, twin := s.twin()
			return s.early() && twin && s.cut.Len > h.Len && s.After.Held != s.Before.Held
		}),
	arrive(attentive, "early-again", "3.10.7.4 first", "a piece that is held already changes nothing", "SHLD-31",
		func(s *Step) bool {
			_, twin := s.twin()
			return s.early() && s.hasPiece() && twin && s.After.Held == s.Before.Held && !s.Config.DropOutOfOrder
		}),
	arrive(receiving, "gap-filled", "3.10.7.4 seventh, SHLD-31", "data that fills the gap is accepted with what was held behind it", "SHLD-31 EP-OT-7 H1",
		func(s *Step) bool {
			return s.takes() && s.inOrder() && s.cut.Len > 0 && s.octets() > int(s.cut.Len) && held(&s.Before) > held(&s.After)
		}),
	arrive(receiving, "gap-overlap", "3.10.7.4 seventh", "of held data only the part that has not arrived since is accepted", "SHLD-31",
		func(s *Step) bool {
			h := s.Before.Held[0]
			return s.takes() && s.inOrder() && s.octets() > int(s.cut.Len) && h.Len > 0 && h.Seq.Less(s.cut.Seq+model.Seq(s.cut.Len))
		}),
	arrive(receiving, "gap-covered", "3.10.7.4 seventh", "held data has arrived again as a whole, and is dropped", "SHLD-31",
		func(s *Step) bool {
			return s.takes() && s.inOrder() && s.cut.Len > 0 && s.octets() == int(s.cut.Len) && held(&s.After) < held(&s.Before) && !s.fin()
		}),
}, arriveEach(deaf, "text-after-fin", "3.10.7.4 seventh", "data after the peer's FIN is ignored", "EP-OT-7",
	func(s *Step) bool { return s.end == through && s.cut.Len > 0 && s.Output.NText == 0 }), []Clause{
	arrive(synReceived, "text-unopened", "3.10.7.4 fifth", "data of a segment with an unacceptable ACK is not accepted", "A5",
		func(s *Step) bool {
			return s.wrongAck && s.end == through && s.cut.Len > 0 && s.octets() == 0
		}),
	arrive(attentive, "half-duplex", "3.6.1", "data after a half-duplex CLOSE is answered by a RST, and the user is informed", "MAY-1 SHLD-3 P-HALF-DUPLEX",
		func(s *Step) bool {
			return s.takes() && s.Config.HalfDuplexClose && s.Output.NSegs == 1 && s.Output.Segs[0].Flags == model.RST && s.told(model.ConnectionReset) && !s.became(model.TimeWait)
		}),
	arrive(attentive, "half-duplex-waits", "3.6.1, 3.5.2", "the issuer of that RST enters TIME-WAIT, if the policy says so", "A1 P-HALF-DUPLEX",
		func(s *Step) bool {
			return s.takes() && s.Config.HalfDuplexClose && s.Output.NSegs == 1 && s.Output.Segs[0].Flags == model.RST && s.became(model.TimeWait) && s.restarts()
		}),
})

// finIn: a FIN was accepted, reported and acknowledged.
func (s *Step) finIn() bool {
	return s.end == through && s.fin() && s.told(model.ConnectionClosing) && s.acknowledges()
}

// secondFin: a FIN with the number after the first begins at RCV.NXT.
func (s *Step) secondFin() bool {
	return s.end == through && s.cut.Has(model.FIN) && s.inOrder() && s.cut.Len == 0
}

// finCounted: RCV.NXT passed it, and the user was informed.
func (s *Step) finCounted() bool {
	return s.secondFin() && s.finIn() && s.stays() && s.After.Rcv.Nxt == s.Before.Rcv.Nxt+1
}

// finIgnored: it was only acknowledged.
func (s *Step) finIgnored() bool { return s.secondFin() && s.challenged() && s.Output.Signals == 0 }

// finOutOfTurn: a FIN does not begin at RCV.NXT, or data before it is no longer accepted.
func (s *Step) finOutOfTurn() bool {
	return s.end == through && s.cut.Has(model.FIN) && !s.secondFin() && s.After.Rcv == s.Before.Rcv && s.Output.Signals == 0
}

var finClauses = slices.Concat([]Clause{
	arrive(synReceived, "fin/SYN-RECEIVED", "3.10.7.4 eighth", "SYN-RECEIVED: a FIN on the ACK that opens the connection leads to CLOSE-WAIT", "EP-OT-8b MUST-12",
		func(s *Step) bool { return s.opens() && s.finIn() && s.became(model.CloseWait) }),
	arrive(synReceived, "fin-closing/SYN-RECEIVED", "3.10.7.4 eighth", "SYN-RECEIVED with a CLOSE that waits: such a FIN leads to CLOSING", "EP-OT-8c EP-C-4",
		func(s *Step) bool { return s.opens() && s.finIn() && s.became(model.Closing) }),
	arrive(in(model.Established), "fin/ESTABLISHED", "3.10.7.4 eighth", "ESTABLISHED: a FIN in order leads to CLOSE-WAIT, and is reported and acknowledged", "EP-OT-8b MUST-12",
		func(s *Step) bool { return s.finIn() && s.became(model.CloseWait) }),
	arrive(in(model.FinWait1), "fin-closing/FIN-WAIT-1", "3.10.7.4 eighth", "FIN-WAIT-1: a FIN leads to CLOSING while ours is not acknowledged", "EP-OT-8c",
		func(s *Step) bool { return s.finIn() && !s.finAcked && s.became(model.Closing) }),
	arrive(in(model.FinWait1), "fin-time-wait/FIN-WAIT-1", "3.10.7.4 eighth", "FIN-WAIT-1: a FIN that acknowledges ours leads to TIME-WAIT", "EP-OT-8c MUST-13",
		func(s *Step) bool { return s.finIn() && s.finAcked && s.became(model.TimeWait) && s.restarts() }),
	arrive(in(model.FinWait2), "fin/FIN-WAIT-2", "3.10.7.4 eighth", "FIN-WAIT-2: a FIN leads to TIME-WAIT", "EP-OT-8d MUST-13",
		func(s *Step) bool { return s.finIn() && s.became(model.TimeWait) && s.restarts() }),
}, arriveEach(in(model.CloseWait, model.LastAck), "fin-second", "3.10.7.4 eighth", "a second FIN, at RCV.NXT, is counted, reported and acknowledged", "EP-OT-8e P-SECOND-FIN",
	(*Step).finCounted), []Clause{
	arrive(in(model.Closing), "fin-second/CLOSING", "3.10.7.4 eighth", "CLOSING: a second FIN is counted if it acknowledges our FIN; TIME-WAIT", "EP-OT-8e",
		func(s *Step) bool { return s.secondFin() && s.finIn() && s.became(model.TimeWait) }),
	arrive(timeWait, "fin-second/TIME-WAIT", "3.10.7.4 eighth", "TIME-WAIT: a second FIN is counted, and restarts the wait", "EP-OT-8f P-SECOND-FIN",
		func(s *Step) bool { return s.finCounted() && s.restarts() }),
	arrive(timeWait, "fin-second-never/TIME-WAIT", "3.10.7.4 eighth", "TIME-WAIT: a second FIN does not restart the wait, if the policy says so", "A6",
		func(s *Step) bool { return s.secondFin() && !s.restarts() }),
	arrive(deaf, "fin-second-ignored", "3.10.7.4 eighth", "a second FIN is not counted, if the policy says so", "P-SECOND-FIN",
		(*Step).finIgnored),
	arrive(in(model.CloseWait, model.LastAck), "fin-out-of-turn", "3.10.7.4 first, eighth", "a FIN that does not begin at RCV.NXT is not processed", "EP-OT-8g",
		(*Step).finOutOfTurn),
	arrive(timeWait, "fin-out-of-turn/TIME-WAIT", "3.10.7.4 first, eighth", "TIME-WAIT: a FIN that does not begin at RCV.NXT does not restart the wait", "EP-OT-8g",
		func(s *Step) bool { return s.finOutOfTurn() && !s.inOrder() && !s.restarts() }),
	arrive(attentive, "fin-early", "3.10.7.4 eighth", "a FIN out of order is held until what precedes it has arrived", "SHLD-31 EP-OT-8b",
		func(s *Step) bool {
			return s.early() && s.cut.Has(model.FIN) && s.After.Held != s.Before.Held && s.After.State == s.state
		}),
	arrive(attentive, "fin-held", "3.10.7.4 eighth", "a held FIN is accepted after the data that fills the gap", "SHLD-31 EP-OT-8b",
		func(s *Step) bool { return s.end == through && s.fin() && !s.cut.Has(model.FIN) }),
	arrive(attentive, "fin-text", "3.10.7.4 seventh, eighth, MUST-58", "data and FIN of one segment are accepted, and acknowledged by one ACK", "MUST-58 MUST-59",
		func(s *Step) bool {
			return s.finIn() && s.cut.Has(model.FIN) && s.cut.Len > 0 && s.Output.NSegs == 1
		}),
	arrive(connected, "answer-alone", "3.10.7.4, MUST-58", "everything to be acknowledged is acknowledged by one empty ACK", "MUST-58 MUST-59",
		func(s *Step) bool {
			return s.finished() && s.sentOnly(model.ACK) && s.Output.Segs[0].Len == 0 && s.acknowledges()
		}),
	arrive(connected, "answer-with-text", "3.10.7.4 seventh, MUST-58", "the acknowledgment is sent with data that may be sent now", "MUST-58",
		func(s *Step) bool {
			return s.finished() && s.hasPiece() && s.sent(hasText) && s.acknowledges()
		}),
	arrive(connected, "answer-none", "3.10.7.4", "nothing is to be acknowledged: nothing is sent", "MUST-58",
		func(s *Step) bool { return s.finished() && s.silent() }),
	arrive(in(model.SynReceived, model.FinWait1, model.Closing), "fin-goes-out", "3.10.4", "our FIN is sent, since the data before it has been sent", "EP-C-4 EP-C-5 U-CLOSESIMPLEX",
		func(s *Step) bool {
			return s.finished() && !s.Before.Is(model.FinSent) && s.After.Is(model.FinSent) && s.finOut()
		}),
	arrive(in(model.CloseWait), "fin-goes-out/CLOSE-WAIT", "3.10.4", "CLOSE-WAIT: our FIN is sent after the data, and leads to LAST-ACK", "EP-C-7",
		func(s *Step) bool { return s.end == through && s.became(model.LastAck) && s.finOut() }),
})
