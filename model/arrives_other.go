package model

// SEGMENT ARRIVES in the other eight states: the eight steps of RFC 9293 §3.10.7.4, in order.

func (m *machine) arrivesOther() {
	if m.checkSequence() || m.checkReset() || m.checkSecurity() || m.checkSyn() || m.checkAck() {
		return
	}
	m.checkUrg()
	m.processText()
	m.checkFin()
	m.finish()
}

// checkSequence, first: what lies outside the window is answered with an ACK and dropped;
// what straddles its edges is trimmed.
func (m *machine) checkSequence() (done bool) {
	if m.reopen() || m.checkTimestamp() {
		return true
	}
	if m.t.State == TimeWait && m.c.TimeWaitRestart == RestartOnFin &&
		m.seg.Flags&(FIN|RST) == FIN && m.seg.End() == m.t.Rcv.Nxt {
		m.o.Timer = StartTimer // the peer repeats its FIN (contradiction A6)
	}
	if m.c.DupSyn == DupSynSynAck && m.t.State == SynReceived && m.seg.Seq == m.t.Irs &&
		m.seg.Flags&(SYN|ACK|RST) == SYN {
		m.sendSyn() // with or without text on it
		return true
	}
	if m.acceptable() {
		m.recordTimestamp(TSBeforeAck)
		m.trim()
		return false
	}
	if m.allowedAtZeroWindow() {
		m.recordTimestamp(TSBeforeAck)
		return false
	}
	if m.seg.Has(RST) {
		if m.c.AckUnacceptableRst { // contradiction A3: §3.5.2, group 3
			m.sendAck()
		}
		return !(m.c.Mutant == RstAnywhere)
	}
	if m.c.Mutant == SilentOutside {
		return true
	}
	m.sendAck()
	return true
}

// acceptable is Table 6; with SeqOneBefore the window begins one number earlier (Appendix A.2).
func (m *machine) acceptable() bool {
	first, wnd := m.t.Rcv.Nxt, m.t.Rcv.Wnd
	switch {
	case m.c.Mutant == AnySequence:
		return true
	case m.c.Mutant == ReadsGhosts && m.seg.Ghost>>4 == 0:
		return false
	case m.c.Mutant == AbsoluteSequence:
		return m.seg.Seq >= first && m.seg.Seq < first+Seq(wnd)
	}
	if m.c.SeqCheck == SeqOneBefore && m.seg.Seq == first-1 && !m.seg.Has(RST) {
		return true
	}
	n := m.seg.Span()
	switch {
	case n == 0 && wnd == 0:
		return m.seg.Seq == first
	case n == 0:
		return m.seg.Seq.In(first, wnd)
	case wnd == 0:
		return false
	}
	return m.seg.Seq.In(first, wnd) || (m.seg.End()-1).In(first, wnd) && m.c.Mutant != SequenceStartOnly
}

// trim cuts off what lies before RCV.NXT and beyond the window, SYN and FIN included.
func (m *machine) trim() {
	s := &m.seg
	if old := m.t.Rcv.Nxt.From(s.Seq); s.Seq.Less(m.t.Rcv.Nxt) && m.c.Mutant != OldTextAgain {
		m.ackDue = true // some of it came before: its sender may not know
		if s.Has(SYN) {
			s.Flags &^= SYN
			s.Seq++
			old--
		}
		cut := min(old, uint32(s.Len))
		s.Len -= uint16(cut)
		s.Seq += Seq(cut)
		if cut < old && s.Has(FIN) { // the FIN is old too
			s.Flags &^= FIN
			s.Seq++
		}
	}
	edge := m.t.Rcv.Nxt + Seq(m.t.Rcv.Wnd)
	if s.Span() == 0 || !edge.Less(s.End()) || m.c.Mutant == TextBeyondWindow {
		return
	}
	if s.Has(FIN) {
		s.Flags &^= FIN
	}
	if over := s.End().From(edge); edge.Less(s.End()) {
		s.Len -= uint16(min(over, uint32(s.Len)))
		s.Flags &^= PSH
	}
}

// allowedAtZeroWindow: with the window shut, valid ACKs, URGs and RSTs still count (MUST-66);
// the text does not, and is acknowledged again.
func (m *machine) allowedAtZeroWindow() bool {
	if m.t.Rcv.Wnd != 0 || m.seg.Seq != m.t.Rcv.Nxt || m.seg.Has(SYN) || m.c.Mutant == ShutWindowIsDeaf {
		return false
	}
	m.seg.Len = 0
	m.seg.Flags &^= FIN | PSH
	m.ackDue = true
	return true
}

// checkReset, second. RFC 5961 §3.2: the exact number resets, another one in the window is
// challenged. RFC 793: anywhere in the window resets.
func (m *machine) checkReset() (done bool) {
	if !m.seg.Has(RST) {
		return false
	}
	if m.t.State == TimeWait && m.ignoresRst() || m.c.Mutant == DeafToRst {
		return true
	}
	inWindow := m.e.Seg.Seq.In(m.t.Rcv.Nxt, max(m.t.Rcv.Wnd, 1))
	exact := m.e.Seg.Seq == m.t.Rcv.Nxt || m.c.Attacks == RFC793 || m.c.Mutant == RstInWindow
	switch {
	case m.c.Mutant == RstAnywhere:
	case !inWindow:
		return true
	case !exact:
		m.sendAck()
		return true
	}
	m.obeyReset()
	return true
}

// ignoresRst: fix F1 of RFC 1337 ignores every RST in TIME-WAIT; F2, where timestamps are in use, those
// that come before the timestamp clocks have ticked.
func (m *machine) ignoresRst() bool {
	switch m.c.RstInTimeWait {
	case IgnoreRst:
		return true
	case IgnoreRstAtFirst:
		return m.t.Is(TSOK) && m.e.Waited < ticksOfF2
	}
	return false
}

// obeyReset ends the connection as each state wants it (§3.10.7.4, second).
func (m *machine) obeyReset() {
	switch m.t.State {
	case SynReceived:
		m.backFromSynReceived(m.c.SynRcvdRst == AlwaysListen)
	case Established, FinWait1, FinWait2, CloseWait:
		m.o.Signals |= ConnectionReset
		m.enterClosed()
	case Closing, LastAck:
		if !m.c.SilentLateRst { // contradiction A7: MUST-12 wants the user told
			m.o.Signals |= ConnectionReset
		}
		m.enterClosed()
	case TimeWait:
		m.enterClosed()
	case Closed, Listen, SynSent:
		panic("BUG: obeyReset in " + m.t.State.String())
	}
}

// backFromSynReceived undoes a SYN-RECEIVED that led nowhere: to TIME-WAIT if it began there
// (MAY-2, condition 2), to LISTEN after a passive OPEN, else the connection was refused.
func (m *machine) backFromSynReceived(alwaysListen bool) {
	switch {
	case m.t.Is(Reopened):
		old, marks := m.t.Old, FinSent|CloseAsked
		if m.t.Is(OldTSOK) {
			marks |= TSOK
		}
		if m.c.Mutant == KeepsSynStamp {
			old.TSRecent = m.t.TS.Recent
		}
		m.t = TCB{Marks: marks}
		m.t.TS.Recent = old.TSRecent // of the old connection, not of the SYN
		m.t.Iss, m.t.Snd.Una, m.t.Snd.Nxt, m.t.Snd.Wl2 = old.SndNxt, old.SndNxt, old.SndNxt, old.SndNxt
		m.t.Irs, m.t.Rcv.Nxt, m.t.Rcv.Up, m.t.Snd.Wl1 = old.RcvNxt, old.RcvNxt, old.RcvNxt, old.RcvNxt
		m.t.TS.LastAckSent, m.t.Rcv.Wnd = old.RcvNxt, m.c.RcvBuf
		if m.c.AckRange == SentAck {
			m.t.Marks |= IssFar // the old ISS was not kept
		}
		m.enterTimeWait()
	case m.c.Mutant == RefusedForGood:
		m.enterClosed()
	case m.t.Is(Passive) || alwaysListen:
		m.enterListen()
	default:
		m.o.Signals |= ConnectionRefused
		m.enterClosed()
	}
}

// checkSecurity, third: another compartment is reset, and ends a synchronized connection.
func (m *machine) checkSecurity() (done bool) {
	if m.seg.Opts&OtherCompartment == 0 {
		return false
	}
	m.sendReset()
	if m.t.State != SynReceived {
		m.o.Signals |= ConnectionReset
		m.endByOwnRst()
	}
	return true
}

// checkSyn, fourth. SYN-RECEIVED after a passive OPEN goes back to LISTEN (erratum 8710).
// Otherwise RFC 5961 §4.2 challenges it, and RFC 793 resets.
func (m *machine) checkSyn() (done bool) {
	syn := m.seg.Has(SYN)
	if m.c.Attacks == RFC5961 && m.t.State.Synchronized() {
		syn = m.e.Seg.Has(SYN) // irrespective of its number: also one that was trimmed off
	}
	if !syn || m.c.Mutant == SynUnseen {
		return false
	}
	if m.t.State == SynReceived && m.t.Is(Passive) {
		m.backFromSynReceived(false)
		return true
	}
	if m.c.Attacks == RFC5961 {
		m.sendAck()
		return true
	}
	m.sendReset()
	m.o.Signals |= ConnectionReset
	m.endByOwnRst()
	return true
}
