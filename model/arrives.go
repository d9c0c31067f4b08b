package model

// SEGMENT ARRIVES in CLOSED, LISTEN and SYN-SENT (RFC 9293 §3.10.7.1 to §3.10.7.3).

// arrivesClosed: every segment but a RST is answered with one that its sender will believe.
func (m *machine) arrivesClosed() {
	if m.seg.Has(RST) && m.c.Mutant != ClosedAnswersRst {
		return
	}
	if m.c.SilentWhenClosed || m.c.Mutant == ClosedIsSilent {
		return
	}
	m.sendReset()
}

// arrivesListen: a RST cannot be for us; an ACK cannot be either and is reset; a SYN opens.
func (m *machine) arrivesListen() {
	if m.seg.Has(RST) && m.c.Mutant != ListenHearsRst {
		return
	}
	if m.seg.Has(ACK) && m.c.Mutant != ListenHearsAck {
		m.sendReset()
		return
	}
	if !m.seg.Has(SYN) {
		return
	}
	if m.seg.Opts&OtherCompartment != 0 {
		m.sendReset()
		return
	}
	m.acceptSyn(m.e.Iss)
}

// acceptSyn answers a SYN with our own (§3.10.7.2, third), and keeps what came with it.
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
		if m.c.Mutant == SynTextAtOnce {
			m.takeHeld()
		}
		return
	case TwoSegments:
		m.sendSyn()
	case OneSegment:
	}
	// The broken handshakes take their own number for confirmed.
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

// textOfSyn is the text and the FIN that came on a SYN.
func (m *machine) textOfSyn() Held {
	return Held{Seq: m.seg.Seq + 1, Len: m.seg.Len, Flags: m.seg.Flags & (FIN | PSH), Ghost: m.seg.Ghost}
}

// arrivesSynSent goes through the five checks of §3.10.7.3.
func (m *machine) arrivesSynSent() {
	if m.checkAckSynSent() || m.checkResetSynSent() {
		return
	}
	if m.seg.Opts&OtherCompartment != 0 {
		m.sendReset()
		return
	}
	if !m.seg.Has(SYN) {
		m.ackWithoutSyn()
		return
	}
	if !m.seg.Has(ACK) && m.c.NoSimultaneousOpen {
		return
	}
	m.synSentGetsSyn()
}

// checkAckSynSent, first: an ACK that does not acknowledge our SYN is reset. Any number in
// (ISS, SND.NXT] will do, since the peer may leave the text on our SYN unacknowledged.
func (m *machine) checkAckSynSent() (done bool) {
	if !m.seg.Has(ACK) {
		return false
	}
	bad := m.seg.Ack.AtMost(m.t.Iss) || m.t.Snd.Nxt.Less(m.seg.Ack)
	switch m.c.Mutant {
	case SynSentAnyAck:
		bad = false
	case SynSentWholeAck:
		bad = m.seg.Ack != m.t.Snd.Nxt
	}
	if bad && !m.seg.Has(RST) && m.c.Mutant != SynSentNoRst {
		m.sendReset()
	}
	return bad
}

// checkResetSynSent, second: a RST counts if its ACK was acceptable. SEG.SEQ is not looked
// at, there being no RCV.NXT yet (erratum 8167).
func (m *machine) checkResetSynSent() (done bool) {
	if !m.seg.Has(RST) {
		return false
	}
	if m.seg.Has(ACK) && m.c.Mutant != SynSentDeafToRst || m.c.SynSentBareRst {
		m.o.Signals |= ConnectionReset
		m.enterClosed()
	}
	return true
}

// ackWithoutSyn, fifth: a segment without SYN is dropped, though its ACK be good. Where the
// SYN travels behind its ACK (four segments) the ACK is remembered.
func (m *machine) ackWithoutSyn() {
	if m.c.Mutant == SynSentNeedsNoSyn && m.seg.Has(ACK) {
		m.synSentGetsSyn()
		return
	}
	if m.c.Handshake == FourSegments && m.seg.Has(ACK) {
		m.moveUna(m.t.Snd.Una.Max(m.seg.Ack))
	}
}

// synSentGetsSyn, fourth: with our SYN acknowledged we are done; else both are opening at once.
func (m *machine) synSentGetsSyn() {
	m.learnPeer()
	m.t.Snd.Wl2 = m.t.Snd.Una
	if m.seg.Has(ACK) {
		m.advanceUna()
		m.t.Snd.Wl2 = m.seg.Ack
	}
	if m.c.NoWndFromSynAck && m.t.Snd.Una != m.t.Iss {
		m.t.Snd.Wnd, m.t.Snd.MaxWnd = 0, 0 // contradiction A4: §3.10.7.3 forgets to set it here
	}
	if !m.t.Iss.Less(m.t.Snd.Una) {
		m.enter(SynReceived)
		m.sendSyn()
		m.hold(m.textOfSyn())
		return
	}
	m.enterEstablished()
	// The SYN is done with, and lies before RCV.NXT now; go on at the sixth step of §3.10.7.4.
	m.trim()
	m.ackDue = m.c.Handshake != TwoSegments
	m.checkUrg()
	m.processText()
	m.checkFin()
	m.finish()
}
