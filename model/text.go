package model

// The sixth, seventh and eighth steps of RFC 9293 §3.10.7.4: urgent pointer, text and FIN.

// checkUrg, sixth: the user hears once of urgent data ahead of what it has consumed.
func (m *machine) checkUrg() {
	if !m.seg.Has(URG) || !m.t.State.CanReceive() {
		return
	}
	m.t.Rcv.Up = m.t.Rcv.Up.Max(m.e.Seg.TextSeq() + Seq(m.seg.Up))
	if m.consumed().Less(m.t.Rcv.Up) && !m.t.Is(UrgentSignalled) {
		m.t.Marks |= UrgentSignalled
		m.o.Signals |= UrgentData
	}
}

// consumed is the number of the next octet that the user will be given.
func (m *machine) consumed() Seq { return m.t.Rcv.Nxt - Seq(m.t.Unread) }

// processText, seventh: text that begins at RCV.NXT is taken, with what was held behind it;
// text that begins later is held (SHLD-31); a peer that has sent its FIN sends no more.
func (m *machine) processText() {
	s := &m.seg
	if m.t.State.CanReceive() && m.t.Held[0].Seq == m.t.Rcv.Nxt && !m.t.Held[0].empty() {
		m.takeHeld() // what came on the SYN has waited for ESTABLISHED
		m.trim()
	}
	if !m.t.State.CanReceive() && !(m.c.Mutant == TextAfterFin && m.t.State == CloseWait) {
		if s.Len > 0 || s.Seq != m.t.Rcv.Nxt && m.c.Mutant != LateFinOutOfOrder {
			s.Flags &^= FIN // not in order, since what is before it is not taken here, now or later
		}
		s.Len = 0
		return
	}
	again := m.c.Mutant == OldTextAgain && s.Seq.Less(m.t.Rcv.Nxt)
	if s.Seq != m.t.Rcv.Nxt && m.c.Mutant != TextOutOfOrder && !again {
		m.holdSegment()
		return
	}
	if s.Len > 0 {
		if m.c.HalfDuplexClose && m.t.Is(CloseAsked) {
			m.resetForLostText()
			return
		}
		if !m.take(Held{Seq: s.Seq, Len: s.Len, Flags: s.Flags & PSH, Ghost: s.Ghost}) {
			s.Flags &^= FIN
		}
		s.Seq, s.Len = m.t.Rcv.Nxt, 0
	}
	if !s.Has(FIN) { // nothing follows a FIN, whatever is held
		m.takeHeld()
	}
}

// holdSegment puts a segment out of order aside; its FIN waits with it. The sender is told
// what is missing (MAY-13), unless the policy is to keep silent.
func (m *machine) holdSegment() {
	s := &m.seg
	if s.Len > 0 || s.Has(FIN) {
		if !m.c.SilentOutOfOrder {
			m.ackDue = true
		}
		if !m.c.DropOutOfOrder {
			m.hold(Held{Seq: s.Seq, Len: s.Len, Flags: s.Flags & (FIN | PSH), Ghost: s.Ghost})
		}
	}
	s.Len = 0
	if m.c.Mutant != FinOutOfOrder {
		s.Flags &^= FIN
	}
}

// hold inserts a piece in order of its number. Of two that begin together the longer is kept
// (the FIN counted); a piece that finds no room is dropped.
func (m *machine) hold(h Held) {
	if h.empty() {
		return
	}
	for i := range m.t.Held {
		old := m.t.Held[i]
		switch {
		case old.empty():
			m.t.Held[i] = h
			return
		case old.Seq == h.Seq:
			if old.span() < h.span() {
				m.t.Held[i] = h
			}
			return
		case h.Seq.Less(old.Seq):
			m.t.Held[i], h = h, old
		}
	}
}

func (h Held) span() uint32 {
	n := uint32(h.Len)
	if h.Flags&FIN != 0 {
		n++
	}
	return n
}

// takeHeld takes what was held and is now in order. A FIN among it ends the stream.
func (m *machine) takeHeld() {
	for !m.t.Held[0].empty() && m.t.Held[0].Seq.AtMost(m.t.Rcv.Nxt) {
		h := m.t.Held[0]
		copy(m.t.Held[:], m.t.Held[1:])
		m.t.Held[MaxHeld-1] = Held{}
		old := m.t.Rcv.Nxt.From(h.Seq)
		if old >= h.span() {
			continue
		}
		cut := min(old, uint32(h.Len))
		h.Seq, h.Len = h.Seq+Seq(cut), h.Len-uint16(cut)
		fin := h.Flags & FIN
		h.Flags &^= FIN
		if whole := h.Len == 0 || m.take(h); whole && fin != 0 {
			m.takeFin(h.Ghost)
			return
		}
	}
}

// take accepts text in order: RCV.NXT passes it, the window shrinks by it until the user has
// it. It reports whether there was room for the whole.
func (m *machine) take(h Held) (whole bool) {
	whole = uint32(h.Len) <= m.t.Rcv.Wnd
	h.Len = uint16(min(uint32(h.Len), m.t.Rcv.Wnd))
	if h.Len == 0 {
		return whole
	}
	n := uint32(h.Len)
	m.t.Rcv.Nxt += Seq(n)
	m.t.Rcv.Wnd -= n
	m.t.Unread = sum(m.t.Unread, n)
	m.took(h)
	m.ackDue = true
	if h.Flags&PSH != 0 {
		m.o.Signals |= Pushed
	}
	m.deliver()
	return whole
}

func (m *machine) took(h Held) {
	if int(m.o.NText) < len(m.o.Text) {
		m.o.Text[m.o.NText] = h
		m.o.NText++
	}
}

// deliver hands the user what it has asked for; an ordinary user always asks.
func (m *machine) deliver() {
	n := m.t.Unread
	if m.c.ManualReceive {
		n = min(n, m.t.Wanted)
		m.t.Wanted -= n
	}
	m.t.Unread -= n
	m.t.Rcv.Wnd = sum(m.t.Rcv.Wnd, n)
	m.o.Delivered += n
	if m.t.Rcv.Up.AtMost(m.consumed()) {
		m.t.Rcv.Up = m.consumed()
		m.t.Marks &^= UrgentSignalled
	}
}

// checkFin, eighth: a FIN in order ends what the peer sends.
func (m *machine) checkFin() {
	if !m.seg.Has(FIN) || m.t.State < SynReceived {
		return
	}
	m.takeFin(m.seg.Ghost)
}

// takeFin passes RCV.NXT over the FIN, tells the user, and goes where each state goes.
func (m *machine) takeFin(g Ghost) {
	if m.c.Mutant != FinNotAcked {
		m.ackDue = true
	}
	again := !m.t.State.CanReceive() && m.t.State != SynReceived
	switch m.t.State {
	case SynReceived, Established:
		m.enter(CloseWait) // the peer is done; our user is not yet
	case FinWait1:
		// Both have sent FIN; ours may have been acknowledged by this very segment.
		if m.t.FinAcked() {
			m.enterTimeWait()
		} else {
			m.enter(Closing)
		}
	case FinWait2:
		m.enterTimeWait() // the peer is done too: wait out the old duplicates
	case CloseWait, Closing, LastAck, TimeWait:
		// A second FIN, with the number after the first. No peer that follows the RFC sends one; the text counts it
		// as it counts the first, and stays in the state.
		if m.t.State == TimeWait && m.c.TimeWaitRestart != RestartNever {
			m.o.Timer = StartTimer
		}
		if m.c.SecondFin == IgnoreSecondFin {
			return
		}
	case Closed, Listen, SynSent:
		panic("BUG: takeFin in " + m.t.State.String())
	}
	m.o.Signals |= ConnectionClosing
	fin := Held{Seq: m.t.Rcv.Nxt, Flags: FIN, Ghost: g}
	if m.c.Mutant != FinNotCounted {
		m.t.Rcv.Nxt++
	}
	if m.t.Unread == 0 {
		m.t.Rcv.Up = m.t.Rcv.Nxt
	} else if again {
		m.t.Rcv.Up++ // as far from RCV.NXT as it was
	}
	m.t.Held = [MaxHeld]Held{}
	m.t.Wanted = 0
	m.took(fin)
}

// resetForLostText is the half-duplex close (SHLD-3): the user closed and will read no more,
// so text that it has not read, or that comes now, is reset.
func (m *machine) resetForLostText() {
	m.sendSegment(Segment{Seq: m.t.Snd.Nxt, Flags: RST})
	m.o.Signals |= ConnectionReset
	m.seg.Len, m.seg.Flags, m.ackDue = 0, 0, false
	m.endByOwnRst()
}
