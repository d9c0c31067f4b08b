package model

// The fifth step of RFC 9293 §3.10.7.4: what an acknowledgment does in each state.

// checkAck may end the processing, or change the state and go on.
func (m *machine) checkAck() (done bool) {
	if !m.seg.Has(ACK) {
		return m.c.Mutant != AckBitOptional
	}
	if m.c.AckRange != AnyOldAck && m.t.State.Synchronized() && !m.recentAck() {
		m.sendAck()
		return true
	}
	switch m.t.State {
	case SynReceived:
		return m.ackSynReceived()
	case Established, FinWait2, CloseWait:
		return m.ackEstablished()
	case FinWait1:
		if m.ackEstablished() {
			return true
		}
		if m.t.FinAcked() || m.c.Mutant == AnyAckIsOfFin {
			m.enterFinWait2()
		}
	case Closing:
		if m.ackEstablished() {
			return true
		}
		if !m.t.FinAcked() && m.c.Mutant != ClosingAnyAck {
			// Not the ACK that it waits for: the rest of the segment is ignored. What the first step owes for it is
			// sent, and so is what the ACK lets go: the FIN may still wait behind a shut window.
			if m.c.Mutant == ClosingGoesOn {
				break
			}
			m.finish()
			return true
		}
		m.o.Signals |= CloseOK
		m.enterTimeWait()
	case LastAck:
		if m.ackEstablished() {
			return true
		}
		if m.t.FinAcked() || m.c.Mutant == LastAckAnyAck {
			m.o.Signals |= CloseOK
			m.enterClosed()
			return true
		}
	case TimeWait:
		return m.ackTimeWait()
	case Closed, Listen, SynSent:
		panic("BUG: checkAck in " + m.t.State.String())
	}
	return false
}

// recentAck is the check of RFC 5961 §5 (MAY-12): not older than the largest window ever offered.
// ??? In SYN-RECEIVED it would replace the RST for a bad ACK by an ACK; we keep it out of there.
//
// SentAck: nor of what was never sent. What ISS+1 acknowledges is the SYN; a number below it is a ghost ACK, and lies
// within a window of SND.UNA until so much has been acknowledged. The distance from ISS means nothing once it has
// gone round the circle: far from ISS only the window bounds.
func (m *machine) recentAck() bool {
	low := m.t.Snd.Una - Seq(m.t.Snd.MaxWnd)
	if m.c.AckRange == SentAck && !m.t.Is(IssFar) && m.t.Snd.Una.From(m.t.Iss) <= m.t.Snd.MaxWnd {
		low = m.t.Iss + 1
		if m.c.Mutant == SentAckLate {
			low++
		}
	}
	return m.seg.Ack.In(low, m.t.Snd.Nxt.From(low)+1)
}

// ackSynReceived: the ACK of our SYN opens; another one is reset, and the segment goes no
// further (contradiction A5). An ACK of ISS itself is of no SYN (erratum 3301 to RFC 793).
func (m *machine) ackSynReceived() (done bool) {
	if m.c.ConfirmInOrder && m.t.Rcv.Nxt.Less(m.seg.Seq) {
		return true // it would have to wait for its turn, in a connection that may not be its own
	}
	good := m.t.Snd.Una.Less(m.seg.Ack) && m.seg.Ack.AtMost(m.t.Snd.Nxt)
	switch m.c.Mutant {
	case SynRcvdAnyAck:
		good = true
	case SynRcvdOldAck:
		good = m.t.Snd.Una.AtMost(m.seg.Ack) && m.seg.Ack.AtMost(m.t.Snd.Nxt)
	}
	if !good {
		m.sendReset()
		return !m.c.GoOnAfterBadAck
	}
	m.enterEstablished()
	m.takeWindow()
	if m.c.Mutant == SynRcvdAnyAck && !m.seg.Ack.AtMost(m.t.Snd.Nxt) {
		return false
	}
	return m.ackEstablished()
}

// ackEstablished: a new ACK moves SND.UNA, an old one is ignored, one of what was never sent
// is answered and its segment dropped. A segment not older than the last that told the
// window tells the window.
//
// §3.8.6.1, MUST-37: while the window is shut an acknowledgment of SND.UNA answers a probe, and says that the
// peer is alive, though it takes nothing. The connection stays open, unless a later probe is not answered.
func (m *machine) ackEstablished() (done bool) {
	ack := m.seg.Ack
	if m.t.Snd.Nxt.Less(ack) && m.c.Mutant != AckOfUnsent {
		m.sendAck()
		return true
	}
	if m.t.Snd.Una.Less(ack) || m.c.Mutant == OldAckMovesBack {
		m.advanceUna()
	}
	if ack.Less(m.t.Snd.Una) {
		return false
	}
	m.recordTimestamp(TSAfterAck)
	shut := m.t.Snd.Wnd == 0
	newer := m.t.Snd.Wl1.Less(m.seg.Seq) ||
		m.t.Snd.Wl1 == m.seg.Seq && m.t.Snd.Wl2.AtMost(ack)
	if newer || m.c.Mutant == AnyWindow {
		m.takeWindow()
	}
	m.o.Answered = (shut || m.t.Snd.Wnd == 0) && m.c.Mutant != ShutWindowKills
	return false
}

// takeWindow lets the segment set SND.WND, SND.WL1 and SND.WL2. The window of a SYN is
// never scaled (RFC 7323 §2.2).
func (m *machine) takeWindow() {
	w := uint32(m.seg.Wnd)
	if m.t.Is(WSOK) && !m.e.Seg.Has(SYN) {
		w <<= m.t.SndShift & 15
	}
	m.t.Snd.Wnd, m.t.Snd.Wl1, m.t.Snd.Wl2 = w, m.seg.Seq, m.seg.Ack
	m.t.Snd.MaxWnd = max(m.t.Snd.MaxWnd, w)
}

// advanceUna takes what SEG.ACK covers off the retransmission queue, and counts the text in it.
func (m *machine) advanceUna() {
	text := m.seg.Ack.From(m.t.Snd.Una)
	if m.t.synUnacked() && text > 0 {
		text--
		m.t.SynText = 0
	}
	m.moveUna(m.seg.Ack)
	if m.c.AckRange == SentAck && m.t.Snd.Una.From(m.t.Iss) >= 1<<31 { // no ACK takes more than a window of 2^30 at once
		m.t.Marks |= IssFar
	}
	if m.t.FinAcked() && text > 0 {
		text--
	}
	m.o.Acked += text
	if m.t.Is(SndUrgent) && m.t.Snd.Up.AtMost(m.t.Snd.Una) {
		m.t.Marks &^= SndUrgent
		m.t.Snd.Up = 0
	}
}

// moveUna sets SND.UNA to what an ACK says, and tells that it moved.
func (m *machine) moveUna(to Seq) {
	m.o.UnaMoved = m.o.UnaMoved || to != m.t.Snd.Una
	m.t.Snd.Una = to
}

// enterFinWait2: our FIN is acknowledged, and with it all that the user sent.
func (m *machine) enterFinWait2() {
	m.o.Signals |= CloseOK
	m.enter(FinWait2)
}

// ackTimeWait: an ACK of what was never sent is answered, and its segment dropped. The fifth step does not speak of it in
// TIME-WAIT, but the third group of §3.5.2 names the state and the unacceptable number. By the letter of the fifth step
// every other acceptable segment restarts the wait and is itself acknowledged, so that two such ends answer each other
// for ever (contradiction A6); one that does not begin at RCV.NXT is not processed so far.
func (m *machine) ackTimeWait() (done bool) {
	if m.t.Snd.Nxt.Less(m.seg.Ack) && m.c.Mutant != AckOfUnsent {
		m.sendAck()
		return true
	}
	if !m.seg.Ack.Less(m.t.Snd.Una) {
		m.recordTimestamp(TSAfterAck)
	}
	if m.seg.Seq != m.t.Rcv.Nxt {
		return false
	}
	if m.c.TimeWaitAcksBare {
		m.ackDue = true
	}
	if m.c.TimeWaitRestart == RestartLiteral {
		m.o.Timer = StartTimer
	}
	return false
}
