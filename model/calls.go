package model

// The user calls of RFC 9293 §3.10.1 to §3.10.6. Every switch lists the states that differ.

func (m *machine) open() {
	switch m.t.State {
	case Closed:
		// §3.10.1: no TCB yet. A passive OPEN waits; an active one needs to know whom to call.
		if m.e.Kind == OpenPassive {
			m.t = TCB{Marks: Passive}
			if m.e.Remote {
				m.t.Marks |= RemoteKnown
			}
			m.enter(Listen)
			return
		}
		m.openActively(m.e.Remote)
	case Listen:
		// §3.10.1: an active OPEN turns a passive one active; a second passive OPEN is refused.
		if m.e.Kind == OpenPassive {
			m.o.Reply = ErrExists
			return
		}
		m.openActively(m.e.Remote || m.t.Is(RemoteKnown))
	case SynSent, SynReceived, Established, FinWait1, FinWait2, CloseWait, Closing, LastAck, TimeWait:
		m.o.Reply = ErrExists
	}
}

// openActively selects the ISS and sends the SYN, with data on it if the policy says so.
func (m *machine) openActively(remote bool) {
	if !remote {
		m.o.Reply = ErrRemoteUnspecified
		return
	}
	wanted, unsent := m.t.Wanted, sum(m.t.Unsent, m.e.N)
	m.t = TCB{Iss: m.e.Iss, Wanted: wanted, Unsent: unsent, Marks: RemoteKnown}
	m.t.Snd.Una, m.t.Snd.Nxt = m.t.Iss, m.t.Iss+1
	m.t.Rcv.Wnd = m.c.RcvBuf
	m.enter(SynSent)
	if m.c.DataOnSyn {
		n := min(m.t.Unsent, uint32(m.c.mss()), 255)
		m.t.SynText = uint8(n)
		m.t.Unsent -= n
		m.t.Snd.Nxt += Seq(n)
	}
	if m.e.Urgent {
		m.markUrgent()
	}
	m.sendSyn()
	if m.c.Handshake == OneSegment {
		// Nothing will ever be confirmed: go on as if it were, knowing no number of the peer.
		m.t.Snd.Una = m.t.Snd.Nxt
		m.t.SynText = 0
		m.t.Snd.Wnd = m.c.RcvBuf
		m.enterEstablished()
	}
}

func (m *machine) send() {
	switch m.t.State {
	case Closed:
		m.o.Reply = ErrNotExist
	case Listen:
		// §3.10.2: SEND with a known remote socket turns a passive OPEN active.
		m.openActively(m.t.Is(RemoteKnown))
	case SynSent, SynReceived:
		if m.t.Is(CloseAsked) {
			m.o.Reply = ErrClosing
			return
		}
		m.queueText()
	case Established, CloseWait:
		if m.t.Is(CloseAsked) {
			m.o.Reply = ErrClosing
			return
		}
		m.queueText()
		m.transmit()
	case FinWait1, FinWait2, Closing, LastAck, TimeWait:
		m.o.Reply = ErrClosing
	}
}

// queueText keeps what the user SENDs until the window lets it go.
func (m *machine) queueText() {
	if sum(m.t.Unsent, m.e.N) < m.t.Unsent || m.t.Unsent+m.e.N > 1<<30 {
		m.o.Reply = ErrResources
		return
	}
	m.t.Unsent += m.e.N
	if m.e.Urgent {
		m.markUrgent()
	}
}

// markUrgent: §3.10.2 says SND.UP <- SND.NXT; §3.8.5 has it point after the urgent octets.
func (m *machine) markUrgent() {
	m.t.Snd.Up = m.t.Snd.Nxt + Seq(m.t.Unsent)
	m.t.Marks |= SndUrgent
}

func (m *machine) receive() {
	switch m.t.State {
	case Closed:
		m.o.Reply = ErrNotExist
	case Listen, SynSent, SynReceived, Established, FinWait1, FinWait2:
		m.t.Wanted = sum(m.t.Wanted, m.e.N)
		shut := m.t.Rcv.Wnd == 0
		m.deliver()
		if shut && m.t.Rcv.Wnd > 0 && m.t.State.CanReceive() {
			m.sendAck() // the window opens again: tell the sender, who may be waiting for that
		}
	case CloseWait:
		// The peer has closed: only what is already here can be handed over.
		if m.t.Unread == 0 {
			m.o.Reply = ErrClosing
			return
		}
		m.t.Wanted = sum(m.t.Wanted, m.e.N)
		m.deliver()
		m.t.Wanted = 0
	case Closing, LastAck, TimeWait:
		m.o.Reply = ErrClosing
	}
}

func (m *machine) close() {
	switch m.t.State {
	case Closed:
		m.o.Reply = ErrNotExist
	case Listen, SynSent:
		m.enterClosed()
	case SynReceived:
		// §3.10.4: with nothing to send the FIN goes out now; otherwise after ESTABLISHED.
		if m.t.Is(CloseAsked) {
			m.o.Reply = ErrClosing
			return
		}
		m.t.Marks |= CloseAsked
		if m.t.Unsent == 0 && m.t.SynText == 0 {
			m.enter(FinWait1)
			m.transmit()
		}
	case Established:
		m.t.Marks |= CloseAsked
		if m.c.HalfDuplexClose && m.t.Unread > 0 {
			m.resetForLostText()
			return
		}
		m.enter(FinWait1)
		m.transmit()
	case CloseWait:
		// The FIN follows the data; LAST-ACK is entered when it goes out.
		if m.t.Is(CloseAsked) {
			m.o.Reply = ErrClosing
			return
		}
		m.t.Marks |= CloseAsked
		if m.c.HalfDuplexClose && m.t.Unread > 0 {
			m.resetForLostText()
			return
		}
		m.transmit()
	case FinWait1, FinWait2, Closing, LastAck, TimeWait:
		m.o.Reply = ErrClosing
	}
}

func (m *machine) abort() {
	switch m.t.State {
	case Closed:
		m.o.Reply = ErrNotExist
	case Listen, SynSent:
		m.enterClosed()
	case SynReceived, Established, FinWait1, FinWait2, CloseWait:
		m.sendSegment(Segment{Seq: m.t.Snd.Nxt, Flags: RST})
		m.endByOwnRst()
	case Closing, LastAck:
		m.enterClosed()
	case TimeWait:
		if !m.c.KeepTimeWait { // contradiction A2: §3.10.5 against MUST-13
			m.enterClosed()
		}
	}
}

func (m *machine) status() {
	if m.t.State == Closed {
		m.o.Reply = ErrNotExist
	}
}

// sum adds without wrapping.
func sum(a, b uint32) uint32 {
	if a+b < a {
		return ^uint32(0)
	}
	return a + b
}
