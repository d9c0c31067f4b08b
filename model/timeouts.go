package model

// The timeouts of RFC 9293 §3.10.8.

// userTimeout gives up: everything is forgotten, nothing is sent, and the user is told.
func (m *machine) userTimeout() {
	if m.t.State == Closed {
		return
	}
	m.o.Signals |= TimedOut
	m.enterClosed()
}

// retransmissionTimeout sends the head of the retransmission queue again. The queue is not
// kept segment by segment: what lies from SND.UNA on is cut anew (§3.7, repacketization). The
// same timer serves keep-alives: with nothing to send again an idle connection is probed.
func (m *machine) retransmissionTimeout() {
	switch m.t.State {
	case Closed, Listen, TimeWait:
		return
	case FinWait2:
	case SynSent, SynReceived, Established, FinWait1, CloseWait, Closing, LastAck:
	}
	if m.t.synUnacked() {
		m.sendSyn()
		return
	}
	text := m.t.Snd.Nxt.From(m.t.Snd.Una)
	if m.t.Is(FinSent) && text > 0 {
		text--
	}
	n := min(text, m.effectiveMSS())
	fin := m.t.Is(FinSent) && n == text && m.t.Snd.Una != m.t.Snd.Nxt
	switch {
	case n > 0 || fin:
		m.sendText(m.t.Snd.Una, n, fin)
	case m.t.Unsent > 0 && m.t.State != SynReceived && m.t.State != SynSent:
		// §3.8.6.1: the window is shut and nothing is under way; probe it with one octet.
		m.t.Unsent--
		m.sendText(m.t.Snd.Nxt, 1, false)
	case m.c.KeepAlive && m.t.Idle():
		// §3.8.4: a probe without data at an old number, which a living peer answers (SHLD-12).
		m.sendSegment(Segment{Seq: m.t.Snd.Nxt - 1, Ack: m.t.Rcv.Nxt, Flags: ACK})
	}
}

func (m *machine) timeWaitTimeout() {
	if m.t.State == TimeWait {
		m.enterClosed()
	}
}
