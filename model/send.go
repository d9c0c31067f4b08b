package model

const defaultMSS = 536 // §3.7.1, for IPv4

func (c Config) mss() uint16 {
	if c.MSS == 0 {
		return defaultMSS
	}
	return c.MSS
}

// effectiveMSS is the most octets of data in one segment (§3.7.1).
func (m *machine) effectiveMSS() uint32 {
	peer := m.t.MSS
	if peer == 0 {
		peer = defaultMSS // it announced none (MUST-15)
	}
	return uint32(min(peer, m.c.mss()))
}

// sendSegment fills in what every segment has, and sends it.
func (m *machine) sendSegment(s Segment) {
	if int(m.o.NSegs) == len(m.o.Segs) {
		return // no path sends more; TestNoOutputIsLost shows it
	}
	if s.Has(ACK) && !s.Has(RST) {
		m.t.TS.LastAckSent = s.Ack
	}
	if !s.Has(RST) {
		s.Wnd = m.window(s.Has(SYN))
	}
	// RFC 7323 §3.2: once agreed on, the option is in every segment (MUST), and in a RST as well
	// (SHOULD). TSecr counts where ACK is on.
	if m.t.Is(TSOK) && !(s.Has(RST) && m.bareRst()) || s.Has(SYN) && !s.Has(ACK) && m.c.Timestamps {
		s.Opts |= OptTimestamps
		s.TSVal = m.e.Now
		if s.Has(ACK) {
			s.TSEcr = m.t.TS.Recent
		}
	}
	m.o.Segs[m.o.NSegs] = s
	m.o.NSegs++
}

// bareRst reports whether a RST goes without the timestamp option.
func (m *machine) bareRst() bool { return m.c.RstStamp == StampOwnRst && m.e.Kind == SegmentArrives }

// window is what the segment's window field says; that of a SYN is never scaled (RFC 7323 §2.2).
func (m *machine) window(syn bool) uint16 {
	w := m.t.Rcv.Wnd
	if !syn && m.t.Is(WSOK) {
		w >>= m.t.RcvShift & 15
	}
	return uint16(min(w, 65535))
}

// sendSyn sends our SYN, alone or with the ACK of the peer's, and the data that goes with it.
func (m *machine) sendSyn() {
	s := Segment{Seq: m.t.Iss, Flags: SYN, Len: uint16(m.t.SynText), MSS: m.c.mss(), Opts: OptMSS}
	answer := m.t.State != SynSent
	apart := answer && m.fourSegments()
	if apart {
		m.sendSegment(Segment{Seq: m.t.Iss, Ack: m.t.Rcv.Nxt, Flags: ACK})
	}
	if answer && !(apart && m.c.Handshake == FourSegments) {
		s.Flags |= ACK
		s.Ack = m.t.Rcv.Nxt
	}
	if m.c.WindowScale && (!answer || m.t.Is(WSOK)) {
		s.Opts |= OptWindowScale
		s.WScale = min(m.c.WScale, 14)
	}
	if m.c.SACKPermitted && (!answer || m.t.Is(SACKOK)) {
		s.Opts |= OptSACKPermitted
	}
	m.sendSegment(s)
}

// fourSegments reports whether our answer to a SYN travels as two segments (§3.4.1).
func (m *machine) fourSegments() bool {
	return (m.c.Handshake == FourSegments || m.c.Handshake == FourAcked) && m.t.Is(Passive)
}

// sendAck sends the empty acknowledgment <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>.
func (m *machine) sendAck() {
	m.ackDue = false
	if m.t.State == TimeWait && m.c.TimeWaitRestart == RestartOnAnswer {
		m.o.Timer = StartTimer
	}
	m.sendSegment(Segment{Seq: m.t.Snd.Nxt, Ack: m.t.Rcv.Nxt, Flags: ACK})
}

// sendReset answers the segment in hand with a RST that its sender will believe (§3.5.2).
func (m *machine) sendReset() {
	s := m.e.Seg
	if s.Has(ACK) {
		m.sendSegment(Segment{Seq: s.Ack, Flags: RST})
		return
	}
	m.sendSegment(Segment{Seq: 0, Ack: s.End(), Flags: RST | ACK})
}

// transmit sends what waits: data as far as the window allows, and the FIN after the last of
// it. Each of these segments bears an acknowledgment, so that none is due afterwards.
func (m *machine) transmit() {
	switch m.t.State {
	case Established, FinWait1, CloseWait, Closing, LastAck:
	default:
		return
	}
	for m.t.Unsent > 0 && int(m.o.NSegs) < MaxSegs {
		n := min(m.t.Unsent, m.effectiveMSS(), m.usable())
		if n == 0 {
			break
		}
		m.t.Unsent -= n
		m.sendText(m.t.Snd.Nxt, n, m.finReady())
	}
	if m.finReady() && int(m.o.NSegs) < MaxSegs {
		m.sendText(m.t.Snd.Nxt, 0, true)
	}
}

// usable is how much more the peer's window takes.
func (m *machine) usable() uint32 {
	sent := m.t.Snd.Nxt.From(m.t.Snd.Una)
	if sent >= m.t.Snd.Wnd {
		return 0
	}
	return m.t.Snd.Wnd - sent
}

// finReady reports whether the next thing to send is our FIN.
//
// Open question: does a FIN need room in the peer's window? The RFC does not say. Here it needs
// none; a FIN that finds the window shut is refused and sent again (docs/FINDINGS.md, Open
// questions).
func (m *machine) finReady() bool {
	return m.t.Is(CloseAsked) && !m.t.Is(FinSent) && m.t.Unsent == 0
}

// sendText sends n octets from seq, for the first time or again, and the FIN after them.
func (m *machine) sendText(seq Seq, n uint32, fin bool) {
	s := Segment{Seq: seq, Ack: m.t.Rcv.Nxt, Len: uint16(n), Flags: ACK}
	if n > 0 && m.t.Unsent == 0 && m.atEnd(seq+Seq(n)) {
		s.Flags |= PSH // MUST-61: the last of what is buffered
	}
	if fin {
		s.Flags |= FIN
	}
	if m.t.Is(SndUrgent) && seq.Less(m.t.Snd.Up) {
		s.Flags |= URG
		s.Up = uint16(min(m.t.Snd.Up.From(seq), 65535))
	}
	if seq == m.t.Snd.Nxt { // new, not sent again
		m.t.Snd.Nxt = s.End()
		if fin {
			m.t.Marks |= FinSent
			if m.t.State == CloseWait {
				m.enter(LastAck)
			}
		}
	}
	m.ackDue = false
	m.sendSegment(s)
}

// atEnd reports whether data that ends at end is the last that was or is being sent.
func (m *machine) atEnd(end Seq) bool {
	last := m.t.Snd.Nxt
	if m.t.Is(FinSent) {
		last--
	}
	return last.AtMost(end)
}

// finish ends the processing of a segment: what may be sent now is sent. It bears the
// acknowledgment that is due; if nothing is sent, that goes alone (MUST-58).
func (m *machine) finish() {
	m.transmit()
	if m.ackDue && m.t.State.Synchronized() {
		m.sendAck()
	}
}
