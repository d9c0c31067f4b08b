package model

// SEGMENT ARRIVES in CLOSED, LISTEN and SYN-SENT (RFC 9293 §3.10.7.1 to §3.10.7.3).

// arrivesClosed: §3.10.7.1. There is no connection.
func (m *machine) arrivesClosed() {
	// §3.10.7.1: a RST gets no answer.
	if m.seg.Has(RST) {
		return
	}
	if m.c.SilentWhenClosed {
		return
	}
	// §3.10.7.1: every other segment is answered with a RST that its sender will accept.
	m.sendReset()
}

// arrivesListen: §3.10.7.2, in four steps.
func (m *machine) arrivesListen() {
	// §3.10.7.2, first: a RST is ignored, since we have sent nothing that it could answer.
	if m.seg.Has(RST) {
		return
	}
	// §3.10.7.2, second: an ACK is of another connection, since we have sent nothing; reset it.
	if m.seg.Has(ACK) {
		m.sendReset()
		return
	}
	// §3.10.7.2, fourth: without SYN the segment is dropped.
	if !m.seg.Has(SYN) {
		return
	}
	// §3.10.7.2, third: a SYN of another security compartment is reset.
	if m.seg.Opts&OtherCompartment != 0 {
		m.sendReset()
		return
	}
	m.acceptSyn(m.e.Iss)
}

// acceptSyn: §3.10.7.2, third. The peer's numbers are recorded, our SYN,ACK goes out, and
// SYN-RECEIVED is entered; data or a FIN on the SYN waits for ESTABLISHED.
func (m *machine) acceptSyn(iss Seq) {
	m.learnPeer()
	m.t.Iss = iss
	m.t.Snd.Una, m.t.Snd.Nxt = iss, iss+1
	m.t.Rcv.Wnd = m.c.RcvBuf
	m.t.Snd.Wl2 = iss
	m.enter(SynReceived)
	switch m.c.Handshake {
	case ThreeSegments, FourSegments, FourAcked:
		m.sendSyn()
		m.hold(m.textOfSyn())
	case TwoSegments:
		m.sendSyn()
		m.openUnconfirmed()
	case OneSegment:
		m.openUnconfirmed()
	}
}

// openUnconfirmed opens without the ACK of our SYN, as no TCP should. The handshakes of one
// and of two segments are here to show what three are for.
func (m *machine) openUnconfirmed() {
	m.t.Snd.Una = m.t.Snd.Nxt
	m.enterEstablished()
	m.hold(m.textOfSyn())
	m.takeHeld()
	m.finish()
}

// learnPeer takes the peer's initial number, its window and its options from a SYN.
func (m *machine) learnPeer() {
	s := m.seg
	m.t.Irs, m.t.Rcv.Nxt, m.t.Rcv.Up = s.Seq, s.Seq+1, s.Seq+1
	m.t.TS.LastAckSent = s.Seq + 1
	m.t.Snd.Wnd, m.t.Snd.MaxWnd = uint32(s.Wnd), uint32(s.Wnd)
	m.t.Snd.Wl1 = s.Seq
	if s.Opts&OptMSS != 0 {
		m.t.MSS = s.MSS
	}
	if m.c.Timestamps && s.Opts&OptTimestamps != 0 {
		m.t.Marks |= TSOK
		m.t.TS.Recent = s.TSVal
	}
	if m.c.WindowScale && s.Opts&OptWindowScale != 0 {
		m.t.Marks |= WSOK
		m.t.SndShift, m.t.RcvShift = min(s.WScale, 14), min(m.c.WScale, 14)
	}
	if m.c.SACKPermitted && s.Opts&OptSACKPermitted != 0 {
		m.t.Marks |= SACKOK
	}
}

// textOfSyn is the data and the FIN that came on a SYN.
func (m *machine) textOfSyn() Held {
	return Held{Seq: m.seg.Seq + 1, Len: m.seg.Len, Flags: m.seg.Flags & (FIN | PSH), Ghost: m.seg.Ghost}
}

// arrivesSynSent: §3.10.7.3, in five steps.
func (m *machine) arrivesSynSent() {
	if m.checkAckSynSent() || m.checkResetSynSent() {
		return
	}
	// §3.10.7.3, third: another security compartment is reset.
	if m.seg.Opts&OtherCompartment != 0 {
		m.sendReset()
		return
	}
	// §3.10.7.3, fifth: without SYN (and RST) the segment is dropped, even if its ACK is good.
	if !m.seg.Has(SYN) {
		m.ackWithoutSyn()
		return
	}
	if !m.seg.Has(ACK) && m.c.NoSimultaneousOpen {
		return
	}
	m.synSentGetsSyn()
}

// checkAckSynSent: §3.10.7.3, first. A good ACK lies in (ISS, SND.NXT]: the peer need not
// acknowledge data on our SYN. A bad one is reset, unless the segment is a RST itself.
func (m *machine) checkAckSynSent() (done bool) {
	if !m.seg.Has(ACK) {
		return false
	}
	bad := m.seg.Ack.AtMost(m.t.Iss) || m.t.Snd.Nxt.Less(m.seg.Ack)
	if bad && !m.seg.Has(RST) {
		m.sendReset()
	}
	return bad
}

// checkResetSynSent: §3.10.7.3, second. A RST with a good ACK ends the attempt, one without
// ACK is dropped. SEG.SEQ is not checked, since there is no RCV.NXT yet (erratum 8167).
func (m *machine) checkResetSynSent() (done bool) {
	if !m.seg.Has(RST) {
		return false
	}
	if m.seg.Has(ACK) || m.c.SynSentBareRst {
		m.o.Signals |= ConnectionReset
		m.enterClosed()
	}
	return true
}

// ackWithoutSyn: §3.10.7.3, fifth. Where the SYN follows its ACK (four segments), the ACK is
// recorded.
func (m *machine) ackWithoutSyn() {
	if m.c.Handshake == FourSegments && m.seg.Has(ACK) {
		m.moveUna(m.t.Snd.Una.Max(m.seg.Ack))
	}
}

// synSentGetsSyn: §3.10.7.3, fourth. The peer's numbers are recorded.
func (m *machine) synSentGetsSyn() {
	m.learnPeer()
	m.t.Snd.Wl2 = m.t.Snd.Una
	if m.seg.Has(ACK) {
		m.advanceUna()
		m.t.Snd.Wl2 = m.seg.Ack
	}
	if m.c.NoWndFromSynAck && m.t.Snd.Una != m.t.Iss {
		// Contradiction A4: §3.10.7.3 does not set the window in this case.
		m.t.Snd.Wnd, m.t.Snd.MaxWnd = 0, 0
	}
	// §3.10.7.3, fourth: our SYN is not acknowledged, so both ends are opening. Answer with
	// SYN,ACK and enter SYN-RECEIVED; data on the SYN waits for ESTABLISHED.
	if !m.t.Iss.Less(m.t.Snd.Una) {
		m.enter(SynReceived)
		m.sendSyn()
		m.hold(m.textOfSyn())
		return
	}
	// §3.10.7.3, fourth: our SYN is acknowledged. Enter ESTABLISHED, acknowledge the peer's
	// SYN, and go on with the rest of the segment at the sixth step of §3.10.7.4.
	m.enterEstablished()
	m.trim()
	m.ackDue = m.c.Handshake != TwoSegments
	m.checkUrg()
	m.processText()
	m.checkFin()
	m.finish()
}
