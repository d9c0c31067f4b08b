package model

// The sixth, seventh and eighth steps of RFC 9293 §3.10.7.4: urgent pointer, data and FIN.

// checkUrg: §3.10.7.4, sixth.
func (m *machine) checkUrg() {
	// §3.10.7.4, sixth, SYN-RECEIVED and CLOSE-WAIT to TIME-WAIT: URG is ignored, since after a
	// FIN nothing urgent can follow.
	if !m.seg.Has(URG) || !m.t.State.CanReceive() {
		return
	}
	// §3.10.7.4, sixth, ESTABLISHED to FIN-WAIT-2: RCV.UP only moves forward. The user is told
	// once that urgent data lies ahead of what it has consumed.
	m.t.Rcv.Up = m.t.Rcv.Up.Max(m.e.Seg.TextSeq() + Seq(m.seg.Up))
	if m.consumed().Less(m.t.Rcv.Up) && !m.t.Is(UrgentSignalled) {
		m.t.Marks |= UrgentSignalled
		m.o.Signals |= UrgentData
	}
}

// consumed is the number of the next octet that the user will be given.
func (m *machine) consumed() Seq { return m.t.Rcv.Nxt - Seq(m.t.Unread) }

// processText: §3.10.7.4, seventh.
func (m *machine) processText() {
	s := &m.seg
	if m.t.State.CanReceive() && m.t.Held[0].Seq == m.t.Rcv.Nxt && !m.t.Held[0].empty() {
		m.takeHeld() // what came on the SYN waited for ESTABLISHED (§3.10.7.2, third)
		m.trim()
	}
	// §3.10.7.4, seventh, CLOSE-WAIT to TIME-WAIT: data is ignored, since none follows a FIN.
	if !m.t.State.CanReceive() {
		if s.Len > 0 || s.Seq != m.t.Rcv.Nxt {
			s.Flags &^= FIN // not in order: what precedes it is never taken in these states
		}
		s.Len = 0
		return
	}
	// §3.10.7.4, first, SHLD-31: a segment that begins after RCV.NXT is held.
	if s.Seq != m.t.Rcv.Nxt {
		m.holdSegment()
		return
	}
	// §3.10.7.4, seventh, ESTABLISHED to FIN-WAIT-2: data at RCV.NXT is taken, as far as there
	// is room, and what was held behind it.
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

// holdSegment keeps a segment out of order for later, with its FIN. An ACK tells the sender
// what is missing (§3.10.7.4, seventh, MAY-13), unless the policy is to keep silent.
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
	s.Flags &^= FIN
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

// take accepts data in order (§3.10.7.4, seventh): RCV.NXT advances over it, and the window
// shrinks by as much until the user has it, so that RCV.NXT+RCV.WND never goes back. An ACK is
// due. It reports whether there was room for all of the data.
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

// checkFin: §3.10.7.4, eighth. In CLOSED, LISTEN and SYN-SENT a FIN is not processed, since its
// number cannot be checked.
func (m *machine) checkFin() {
	if !m.seg.Has(FIN) || m.t.State < SynReceived {
		return
	}
	m.takeFin(m.seg.Ghost)
}

// takeFin: §3.10.7.4, eighth. The FIN is acknowledged, RCV.NXT advances over it, the user is
// told that the peer closes, and pending RECEIVEs end. Then each state goes its own way.
func (m *machine) takeFin(g Ghost) {
	m.ackDue = true
	again := !m.t.State.CanReceive() && m.t.State != SynReceived
	switch m.t.State {
	case SynReceived, Established:
		// §3.10.7.4, eighth, SYN-RECEIVED and ESTABLISHED: the peer is done, our user is not yet.
		m.enter(CloseWait)
	case FinWait1:
		// §3.10.7.4, eighth, FIN-WAIT-1: both have sent a FIN. TIME-WAIT if ours is acknowledged,
		// perhaps by this very segment; else CLOSING.
		if m.t.FinAcked() {
			m.enterTimeWait()
		} else {
			m.enter(Closing)
		}
	case FinWait2:
		// §3.10.7.4, eighth, FIN-WAIT-2: both are done; wait until old duplicates are gone.
		m.enterTimeWait()
	case CloseWait, Closing, LastAck, TimeWait:
		// §3.10.7.4, eighth, CLOSE-WAIT to TIME-WAIT: stay; TIME-WAIT waits anew. This is a second
		// FIN, whose number follows the first one's. No peer that follows the RFC sends one, but
		// the eighth step counts it like the first.
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
	m.t.Rcv.Nxt++
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
// so data that it has not read, or that comes now, is reset.
func (m *machine) resetForLostText() {
	m.sendSegment(Segment{Seq: m.t.Snd.Nxt, Flags: RST})
	m.o.Signals |= ConnectionReset
	m.seg.Len, m.seg.Flags, m.ackDue = 0, 0, false
	m.endByOwnRst()
}
