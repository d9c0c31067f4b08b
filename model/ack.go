package model

// The fifth step of RFC 9293 §3.10.7.4: what an acknowledgment does in each state.

// checkAck: §3.10.7.4, fifth. It may end the processing, or change the state and go on.
func (m *machine) checkAck() (done bool) {
	// §3.10.7.4, fifth: without ACK the segment is dropped.
	if !m.seg.Has(ACK) {
		return true
	}
	// §3.10.7.4, fifth, MAY-12: an ACK far below SND.UNA is answered and its segment dropped.
	if m.c.AckRange != AnyOldAck && m.t.State.Synchronized() && !m.recentAck() {
		m.sendAck()
		return true
	}
	switch m.t.State {
	case SynReceived:
		return m.ackSynReceived()
	case Established, FinWait2, CloseWait:
		// §3.10.7.4, fifth, FIN-WAIT-2 and CLOSE-WAIT: as in ESTABLISHED. The user of FIN-WAIT-2
		// already heard that its CLOSE is done: see enterFinWait2.
		return m.ackEstablished()
	case FinWait1:
		return m.ackFinWait1()
	case Closing:
		return m.ackClosing()
	case LastAck:
		return m.ackLastAck()
	case TimeWait:
		return m.ackTimeWait()
	case Closed, Listen, SynSent:
	}
	panic("BUG: checkAck in " + m.t.State.String())
}

// recentAck is the check of RFC 5961 §5 (§3.10.7.4, fifth, MAY-12): SEG.ACK is at most the
// largest window ever offered below SND.UNA.
//
// Open question: should it apply in SYN-RECEIVED? There it would answer a bad ACK with an ACK
// and not with a RST, so it does not (docs/FINDINGS.md, Open questions).
//
// SentAck also excludes what was never sent. ISS+1 acknowledges the SYN; a lower number is a
// ghost ACK, and lies within a window of SND.UNA until that much has been acknowledged. Once
// SND.UNA has gone half round the circle, the distance from ISS means nothing (mark IssFar).
func (m *machine) recentAck() bool {
	low := m.t.Snd.Una - Seq(m.t.Snd.MaxWnd)
	if m.c.AckRange == SentAck && !m.t.Is(IssFar) && m.t.Snd.Una.From(m.t.Iss) <= m.t.Snd.MaxWnd {
		low = m.t.Iss + 1
	}
	return m.seg.Ack.In(low, m.t.Snd.Nxt.From(low)+1)
}

// ackSynReceived: §3.10.7.4, fifth, SYN-RECEIVED. An ACK of our SYN opens the connection, and
// is processed as in ESTABLISHED. An ACK of ISS acknowledges nothing (erratum 3301 to RFC 793).
func (m *machine) ackSynReceived() (done bool) {
	if m.c.ConfirmInOrder && m.t.Rcv.Nxt.Less(m.seg.Seq) {
		return true // what came before it may not be of this connection
	}
	good := m.t.Snd.Una.Less(m.seg.Ack) && m.seg.Ack.AtMost(m.t.Snd.Nxt)
	if !good {
		// §3.10.7.4, fifth, SYN-RECEIVED: a bad ACK is reset. Whether the rest of its segment is
		// processed is not said; here it is not (contradiction A5).
		m.sendReset()
		return !m.c.GoOnAfterBadAck
	}
	m.enterEstablished()
	m.takeWindow()
	return m.ackEstablished()
}

// ackEstablished: §3.10.7.4, fifth, ESTABLISHED, and the first part of all later states but
// TIME-WAIT.
func (m *machine) ackEstablished() (done bool) {
	ack := m.seg.Ack
	// §3.10.7.4, fifth, ESTABLISHED: an ACK of what was never sent is answered, its segment
	// dropped.
	if m.t.Snd.Nxt.Less(ack) {
		m.sendAck()
		return true
	}
	// §3.10.7.4, fifth, ESTABLISHED: a new ACK moves SND.UNA, an old one does nothing.
	if m.t.Snd.Una.Less(ack) {
		m.advanceUna()
	}
	if ack.Less(m.t.Snd.Una) {
		return false
	}
	m.recordTimestamp(TSAfterAck)
	shut := m.t.Snd.Wnd == 0
	// §3.10.7.4, fifth, ESTABLISHED: the window is taken from a segment that is not older than
	// the one that set it last.
	newer := m.t.Snd.Wl1.Less(m.seg.Seq) ||
		m.t.Snd.Wl1 == m.seg.Seq && m.t.Snd.Wl2.AtMost(ack)
	if newer {
		m.takeWindow()
	}
	// §3.8.6.1, MUST-37: while the window is shut, an ACK of SND.UNA answers a probe and shows
	// that the peer is alive. The connection stays open, until a later probe is not answered.
	m.o.Answered = shut || m.t.Snd.Wnd == 0
	return false
}

// ackFinWait1: §3.10.7.4, fifth, FIN-WAIT-1. The ACK of our FIN leads to FIN-WAIT-2.
func (m *machine) ackFinWait1() (done bool) {
	if m.ackEstablished() {
		return true
	}
	if m.t.FinAcked() {
		m.enterFinWait2()
	}
	return false
}

// ackClosing: §3.10.7.4, fifth, CLOSING. The ACK of our FIN leads to TIME-WAIT; of another
// segment the rest is ignored. What the first step owes for it is sent, and what its ACK
// allows to be sent: our FIN may still wait behind a shut window.
func (m *machine) ackClosing() (done bool) {
	if m.ackEstablished() {
		return true
	}
	if !m.t.FinAcked() {
		m.finish()
		return true
	}
	m.o.Signals |= CloseOK
	m.enterTimeWait()
	return false
}

// ackLastAck: §3.10.7.4, fifth, LAST-ACK. The ACK of our FIN leads to CLOSED.
func (m *machine) ackLastAck() (done bool) {
	if m.ackEstablished() {
		return true
	}
	if m.t.FinAcked() {
		m.o.Signals |= CloseOK
		m.enterClosed()
		return true
	}
	return false
}

// ackTimeWait: §3.10.7.4, fifth, TIME-WAIT. By the letter every acceptable segment restarts the
// wait and is acknowledged, so that two such ends answer each other for ever (contradiction
// A6). A segment that does not begin at RCV.NXT is not processed so far.
func (m *machine) ackTimeWait() (done bool) {
	// §3.5.2, third group: an ACK of what was never sent is answered, in TIME-WAIT too; the
	// fifth step does not mention it here.
	if m.t.Snd.Nxt.Less(m.seg.Ack) {
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

// takeWindow sets SND.WND, SND.WL1 and SND.WL2 from the segment. The window of a SYN is never
// scaled (RFC 7323 §2.2).
func (m *machine) takeWindow() {
	w := uint32(m.seg.Wnd)
	if m.t.Is(WSOK) && !m.e.Seg.Has(SYN) {
		w <<= m.t.SndShift & 15
	}
	m.t.Snd.Wnd, m.t.Snd.Wl1, m.t.Snd.Wl2 = w, m.seg.Seq, m.seg.Ack
	m.t.Snd.MaxWnd = max(m.t.Snd.MaxWnd, w)
}

// advanceUna removes what SEG.ACK covers from the retransmission queue, and counts its octets.
func (m *machine) advanceUna() {
	text := m.seg.Ack.From(m.t.Snd.Una)
	if m.t.synUnacked() && text > 0 {
		text--
		m.t.SynText = 0
	}
	m.moveUna(m.seg.Ack)
	// No ACK moves SND.UNA by more than a window of 2^30, so that none passes over this.
	if m.c.AckRange == SentAck && m.t.Snd.Una.From(m.t.Iss) >= 1<<31 {
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

// moveUna sets SND.UNA to what an ACK says, and reports whether it moved in the output.
func (m *machine) moveUna(to Seq) {
	m.o.UnaMoved = m.o.UnaMoved || to != m.t.Snd.Una
	m.t.Snd.Una = to
}

// enterFinWait2: our FIN is acknowledged, and with it all that the user sent. §3.10.7.4, fifth,
// FIN-WAIT-2 reports this to the user; the TCB stays.
func (m *machine) enterFinWait2() {
	m.o.Signals |= CloseOK
	m.enter(FinWait2)
}
