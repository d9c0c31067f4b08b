package model

// SEGMENT ARRIVES in the other eight states: the eight steps of RFC 9293 §3.10.7.4, in order.
// The fifth is in ack.go, the last three are in text.go.

func (m *machine) arrivesOther() {
	if m.checkSequence() || m.checkReset() || m.checkSecurity() || m.checkSyn() || m.checkAck() {
		return
	}
	m.checkUrg()
	m.processText()
	m.checkFin()
	m.finish()
}

// checkSequence: §3.10.7.4, first, the same in all eight states.
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
		m.sendSyn() // with or without data on it (contradiction A12)
		return true
	}
	// §3.10.7.4, first: of a segment that lies partly in the window, that part is processed.
	if m.acceptable() {
		m.recordTimestamp(TSBeforeAck)
		m.trim()
		return false
	}
	// §3.10.7.4, first: a window of zero still lets ACK, URG and RST in.
	if m.allowedAtZeroWindow() {
		m.recordTimestamp(TSBeforeAck)
		return false
	}
	// §3.10.7.4, first: an unacceptable segment is dropped, and answered with an ACK. A RST is
	// not answered, though §3.5.2, third group, would answer it, too (contradiction A3).
	if !m.seg.Has(RST) || m.c.AckUnacceptableRst {
		m.sendAck()
	}
	return true
}

// acceptable: §3.10.7.4, first, Table 6: some octet of the segment is in the window. With
// SeqOneBefore the window begins one number earlier (Appendix A.2).
func (m *machine) acceptable() bool {
	first, wnd := m.t.Rcv.Nxt, m.t.Rcv.Wnd
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
	return m.seg.Seq.In(first, wnd) || (m.seg.End()-1).In(first, wnd)
}

// trim: §3.10.7.4, first. It cuts off what lies before RCV.NXT and what lies beyond the
// window, SYN and FIN included. What begins after RCV.NXT is held later (SHLD-31).
func (m *machine) trim() {
	s := &m.seg
	if old := m.t.Rcv.Nxt.From(s.Seq); s.Seq.Less(m.t.Rcv.Nxt) {
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
	if s.Span() == 0 || !edge.Less(s.End()) {
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

// allowedAtZeroWindow: §3.10.7.4, first, and MUST-66. With the window shut, the ACK, URG and
// RST of a segment still count. Its data does not, and is answered with an ACK.
func (m *machine) allowedAtZeroWindow() bool {
	if m.t.Rcv.Wnd != 0 || m.seg.Seq != m.t.Rcv.Nxt || m.seg.Has(SYN) {
		return false
	}
	m.seg.Len = 0
	m.seg.Flags &^= FIN | PSH
	m.ackDue = true
	return true
}

// checkReset: §3.10.7.4, second, the three checks of RFC 5961 §3.2. By RFC 793 every RST in
// the window is obeyed.
func (m *machine) checkReset() (done bool) {
	if !m.seg.Has(RST) {
		return false
	}
	if m.t.State == TimeWait && m.ignoresRst() {
		return true
	}
	inWindow := m.e.Seg.Seq.In(m.t.Rcv.Nxt, max(m.t.Rcv.Wnd, 1))
	exact := m.e.Seg.Seq == m.t.Rcv.Nxt || m.c.Attacks.TakesRst()
	switch {
	case !inWindow:
		// §3.10.7.4, second, check 1: a RST outside the window is dropped in silence.
	case exact:
		// §3.10.7.4, second, check 2: a RST at RCV.NXT is obeyed.
		m.obeyReset()
	default:
		// §3.10.7.4, second, check 3: any other in the window gets a challenge ACK.
		m.sendAck()
	}
	return true
}

// ticksOfF2 is the constant W of fix F2: twice the longest period of a timestamp clock, which is
// a tick here.
const ticksOfF2 = 2

// ignoresRst: fix F1 of RFC 1337 ignores every RST in TIME-WAIT. With fix F2, where timestamps
// are in use, a RST is ignored until the timestamp clocks have ticked.
func (m *machine) ignoresRst() bool {
	switch m.c.RstInTimeWait {
	case IgnoreRst:
		return true
	case IgnoreRstAtFirst:
		return m.t.Is(TSOK) && m.e.Waited < ticksOfF2
	}
	return false
}

// obeyReset: §3.10.7.4, second, state by state.
func (m *machine) obeyReset() {
	switch m.t.State {
	case SynReceived:
		// §3.10.7.4, second, SYN-RECEIVED: back to LISTEN, or refused.
		m.backFromSynReceived(m.c.SynRcvdRst == AlwaysListen)
	case Established, FinWait1, FinWait2, CloseWait:
		// §3.10.7.4, second, ESTABLISHED to CLOSE-WAIT: report the reset to the user; CLOSED.
		m.o.Signals |= ConnectionReset
		m.enterClosed()
	case Closing, LastAck:
		// §3.10.7.4, second, CLOSING and LAST-ACK: CLOSED. Nothing is said of the user here, but
		// MUST-12 wants a reset reported (contradiction A7).
		if !m.c.SilentLateRst {
			m.o.Signals |= ConnectionReset
		}
		m.enterClosed()
	case TimeWait:
		// §3.10.7.4, second, TIME-WAIT: the wait is over.
		m.enterClosed()
	case Closed, Listen, SynSent:
		panic("BUG: obeyReset in " + m.t.State.String())
	}
}

// backFromSynReceived leaves a SYN-RECEIVED that a RST or a SYN has ended (§3.10.7.4, second
// and fourth).
func (m *machine) backFromSynReceived(alwaysListen bool) {
	switch {
	case m.t.Is(Reopened):
		// §3.6.1, MAY-2, condition 2: the SYN that reopened TIME-WAIT was old; wait on.
		m.backToTimeWait()
	case m.t.Is(Passive) || alwaysListen:
		// §3.10.7.4, second, passive OPEN: back to LISTEN; the user is not told.
		m.enterListen()
	default:
		// §3.10.7.4, second, active OPEN: report the refusal; CLOSED.
		m.o.Signals |= ConnectionRefused
		m.enterClosed()
	}
}

// backToTimeWait restores what is known of the incarnation that was in TIME-WAIT.
func (m *machine) backToTimeWait() {
	old, marks := m.t.Old, FinSent|CloseAsked
	if m.t.Is(OldTSOK) {
		marks |= TSOK
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
}

// checkSecurity: §3.10.7.4, third.
func (m *machine) checkSecurity() (done bool) {
	if m.seg.Opts&OtherCompartment == 0 {
		return false
	}
	// §3.10.7.4, third, all states: a segment of another compartment is answered with a RST.
	m.sendReset()
	// §3.10.7.4, third, all but SYN-RECEIVED: and the connection ends.
	if m.t.State != SynReceived {
		m.o.Signals |= ConnectionReset
		m.endByOwnRst()
	}
	return true
}

// checkSyn: §3.10.7.4, fourth.
func (m *machine) checkSyn() (done bool) {
	syn := m.seg.Has(SYN)
	if m.c.Attacks.ChallengesSyn() && m.t.State.Synchronized() {
		syn = m.e.Seg.Has(SYN) // whatever its number: also a SYN that was trimmed off
	}
	if !syn {
		return false
	}
	// §3.10.7.4, fourth, SYN-RECEIVED after a passive OPEN: back to LISTEN (erratum 8710).
	if m.t.State == SynReceived && m.t.Is(Passive) {
		m.backFromSynReceived(false)
		return true
	}
	// §3.10.7.4, fourth, all other states: RFC 5961 §4.2 answers with a challenge ACK.
	if m.c.Attacks.ChallengesSyn() {
		m.sendAck()
		return true
	}
	// §3.10.7.4, fourth, all other states by RFC 793: a SYN in the window is an error that
	// ends the connection.
	m.sendReset()
	m.o.Signals |= ConnectionReset
	m.endByOwnRst()
	return true
}
