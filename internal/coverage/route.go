package coverage

import "github.com/tcpcheck/tcpcheck/model"

// ending is what ends the processing of a segment in the eight steps of §3.10.7.4.
type ending uint8

const (
	none         ending = iota // not such a segment
	reopening                  // a SYN opens a new incarnation
	oldSyn                     // RFC 6191: a SYN that is not new
	untimed                    // RFC 7323: the timestamp is missing
	oldTimestamp               // RFC 7323: PAWS
	repeatedSyn                // the SYN,ACK is sent again
	outside                    // first: unacceptable
	asReset                    // second
	compartment                // third
	asSyn                      // fourth
	withoutAck                 // fifth: no ACK
	ackTooOld                  // fifth: RFC 5961
	ackOfGhost                 // fifth: of what lies before our SYN
	notItsTurn                 // fifth: out of order in SYN-RECEIVED
	badAck                     // fifth: not of our SYN
	unsentAck                  // fifth: of what was never sent
	notOurFin                  // fifth: CLOSING, and not of our FIN
	lastAck                    // fifth: the connection is over
	through                    // all eight
)

// route is how a segment goes through the eight steps: a second reading of them, which does
// nothing and only says how far the segment comes.
type route struct {
	end      ending
	cut      model.Segment // the segment as the window leaves it
	shut     bool          // accepted at a zero window, without its data (MUST-66)
	lostSyn  bool          // the window cut off its SYN,
	lostHead bool          // its first data or its FIN, which came before,
	lostTail bool          // its last data,
	lostFin  bool          // its FIN, which lies beyond
	wrongAck bool          // the ACK in SYN-RECEIVED is not of our SYN
	byTime   bool          // RFC 6191 decided by timestamps
	una      model.Seq     // SND.UNA after the fifth step
	state    model.State   // after the fifth step
	finAcked bool          // our FIN is acknowledged after the fifth step
}

func follow(c *model.Config, t *model.TCB, seg model.Segment) (r route) {
	r.cut, r.state, r.una = seg, t.State, t.Snd.Una
	if r.end = r.before(c, t, seg); r.end != none {
		return r
	}
	switch {
	case acceptable(c, t, seg):
		r.trim(t, seg)
	case t.Rcv.Wnd == 0 && seg.Seq == t.Rcv.Nxt && !seg.Has(model.SYN):
		r.shut = true
		r.cut.Len, r.cut.Flags = 0, seg.Flags&^(model.FIN|model.PSH)
	default:
		r.end = outside
		return r
	}
	syn := r.cut.Has(model.SYN) || c.Attacks.ChallengesSyn() && t.State.Synchronized() && seg.Has(model.SYN)
	switch {
	case seg.Has(model.RST):
		r.end = asReset
	case seg.Opts&model.OtherCompartment != 0:
		r.end = compartment
	case syn:
		r.end = asSyn
	case !seg.Has(model.ACK):
		r.end = withoutAck
	default:
		r.end = r.fifth(c, t, seg)
	}
	return r
}

// before is what comes before the first step: RFC 6191, RFC 7323, and the repeated SYN.
func (r *route) before(c *model.Config, t *model.TCB, seg model.Segment) ending {
	lone := seg.Flags&(model.SYN|model.ACK|model.RST|model.FIN) == model.SYN
	if t.State == model.TimeWait && lone && seg.Opts&model.OtherCompartment == 0 {
		later := int32(seg.Seq-t.Rcv.Nxt) >= 0 && !(c.ReopenAbove == model.AboveRcvNxt && seg.Seq == t.Rcv.Nxt)
		had, has := t.Is(model.TSOK), c.Timestamps && seg.Opts&model.OptTimestamps != 0
		r.byTime = has && (!had || seg.TSVal != t.TS.Recent)
		newer := later
		if r.byTime {
			newer = !had || int32(seg.TSVal-t.TS.Recent) > 0
		}
		switch {
		case c.Reopen == model.ReopenAnySyn, c.Reopen == model.ReopenLaterSyn && later, c.Reopen == model.ReopenRFC6191 && newer:
			return reopening
		case c.Reopen == model.ReopenRFC6191:
			return oldSyn
		}
	}
	if t.Is(model.TSOK) && !seg.Has(model.RST) {
		switch {
		case seg.Opts&model.OptTimestamps == 0:
			return untimed
		case int32(seg.TSVal-t.TS.Recent) < 0:
			return oldTimestamp
		}
	}
	if c.DupSyn == model.DupSynSynAck && t.State == model.SynReceived && seg.Seq == t.Irs && seg.Flags&(model.SYN|model.ACK|model.RST) == model.SYN {
		return repeatedSyn
	}
	return none
}

// acceptable is Table 6, by the distance of the first and of the last number from RCV.NXT.
func acceptable(c *model.Config, t *model.TCB, seg model.Segment) bool {
	n, wnd, first := seg.Span(), t.Rcv.Wnd, uint32(seg.Seq-t.Rcv.Nxt)
	switch {
	case oneBefore(c, t, seg):
		return true
	case n == 0:
		return first < wnd || wnd == 0 && first == 0
	}
	return first < wnd || first+n-1 < wnd
}

func oneBefore(c *model.Config, t *model.TCB, seg model.Segment) bool {
	return c.SeqCheck == model.SeqOneBefore && seg.Seq+1 == t.Rcv.Nxt && !seg.Has(model.RST)
}

// trim says what of the segment the window leaves, by where each part lies from RCV.NXT on.
func (r *route) trim(t *model.TCB, seg model.Segment) {
	at, wnd := int64(int32(seg.Seq-t.Rcv.Nxt)), int64(t.Rcv.Wnd)
	text := at
	if seg.Has(model.SYN) {
		text++
	}
	end := text + int64(seg.Len) // the number of a FIN
	if seg.Has(model.SYN) && at < 0 {
		r.lostSyn = true
		r.cut.Flags &^= model.SYN
	}
	from, to := max(text, min(0, end)), end
	if at >= 0 {
		from = text
	}
	r.lostHead = at < 0 && from > text
	if seg.Has(model.FIN) && end < 0 {
		r.lostHead = true
		r.cut.Flags &^= model.FIN
	}
	if seg.Has(model.FIN) && end >= wnd && end >= 0 {
		r.lostFin = true
		r.cut.Flags &^= model.FIN
	}
	if to > wnd && to > from {
		r.lostTail = true
		to = max(from, wnd)
	}
	r.cut.Len = uint16(to - from)
	if at < 0 {
		r.cut.Seq = t.Rcv.Nxt + model.Seq(from)
		if r.lostHead && seg.Has(model.FIN) && end < 0 {
			r.cut.Seq++
		}
	}
}

// ghostAck: of what SND.UNA has left behind, did the ACK leave behind more than ever was sent?
func ghostAck(t *model.TCB, ack model.Seq) bool {
	sent := t.Snd.Una - t.Iss // our SYN and what followed it, acknowledged
	return !t.Is(model.IssFar) && uint32(sent) <= t.Snd.MaxWnd && (sent == 0 && ack == t.Iss || ack.Less(t.Snd.Una) && uint32(t.Snd.Una-ack) >= uint32(sent))
}

// fifth is what the ACK does to SND.UNA and the state.
func (r *route) fifth(c *model.Config, t *model.TCB, seg model.Segment) ending {
	ack := seg.Ack
	if c.AckRange != model.AnyOldAck && t.State.Synchronized() {
		low := t.Snd.Una - model.Seq(t.Snd.MaxWnd)
		if uint32(ack-low) > uint32(t.Snd.Nxt-low) {
			return ackTooOld
		}
		if c.AckRange == model.SentAck && ghostAck(t, ack) {
			return ackOfGhost
		}
	}
	if t.State == model.TimeWait {
		if t.Snd.Nxt.Less(ack) {
			return unsentAck
		}
		return through
	}
	if t.State == model.SynReceived && c.ConfirmInOrder && t.Rcv.Nxt.Less(r.cut.Seq) {
		return notItsTurn
	}
	if t.State == model.SynReceived {
		if !t.Snd.Una.Less(ack) || t.Snd.Nxt.Less(ack) {
			r.wrongAck = true
			if c.GoOnAfterBadAck {
				return through
			}
			return badAck
		}
		r.state = model.Established
		if t.Is(model.CloseAsked) {
			r.state = model.FinWait1
		}
	} else if t.Snd.Nxt.Less(ack) {
		return unsentAck
	}
	r.una = t.Snd.Una.Max(ack)
	r.finAcked = t.Is(model.FinSent) && r.una == t.Snd.Nxt
	if !r.finAcked {
		if t.State == model.Closing {
			return notOurFin
		}
		return through
	}
	switch t.State {
	case model.FinWait1:
		r.state = model.FinWait2
	case model.Closing:
		r.state = model.TimeWait
	case model.LastAck:
		return lastAck
	}
	return through
}
