package model

// Step carries out one event of RFC 9293 §3.10 and returns the endpoint's next state and
// all that it does. It is total and pure: no event panics, whatever the TCB.
func Step(c Config, t TCB, e Event) (TCB, Output) {
	m := machine{c: c, t: t, e: e, seg: e.Seg}
	if c.Mutant == None {
		m.step()
	} else {
		mutated{&m}.step()
	}
	return m.t, m.o
}

// Transition is one step of an endpoint: what Step was given and what it returned.
type Transition struct {
	Before TCB
	Event  Event
	After  TCB
	Output Output
}

func (m *machine) step() {
	switch m.e.Kind {
	case OpenPassive, OpenActive:
		m.open()
	case Send:
		m.send()
	case Receive:
		m.receive()
	case Close:
		m.close()
	case Abort:
		m.abort()
	case Status:
		m.status()
	case SegmentArrives:
		m.arrives()
	case UserTimeout:
		m.userTimeout()
	case RetransmissionTimeout:
		m.retransmissionTimeout()
	case TimeWaitTimeout:
		m.timeWaitTimeout()
	}
}

// machine is the working state of one Step, and does not outlive it.
type machine struct {
	c      Config
	t      TCB
	e      Event
	seg    Segment // the segment that arrived, trimmed to the window by checkSequence
	o      Output
	ackDue bool // an acknowledgment is due; one for the whole event (MUST-58)
}

func (m *machine) arrives() {
	switch m.t.State {
	case Closed:
		m.arrivesClosed()
	case Listen:
		m.arrivesListen()
	case SynSent:
		m.arrivesSynSent()
	default:
		m.arrivesOther()
	}
}

// enter is the only writer of the state.
func (m *machine) enter(s State) { m.t.State = s }

// enterClosed deletes the TCB.
func (m *machine) enterClosed() { m.t = TCB{} }

// enterListen returns to LISTEN and forgets the peer. Pending RECEIVEs go on waiting.
func (m *machine) enterListen() {
	m.t = TCB{Marks: Passive | m.t.Marks&RemoteKnown, Wanted: m.t.Wanted}
	m.enter(Listen)
}

// enterEstablished reports to the user, and starts a close that was called for earlier (§3.10.4).
func (m *machine) enterEstablished() {
	m.o.Signals |= Opened
	m.t.Marks &^= Reopened | OldTSOK
	m.t.Old = OldVars{}
	if m.t.Is(CloseAsked) {
		m.enter(FinWait1)
		return
	}
	m.enter(Established)
}

// enterTimeWait starts the wait and stops the other timers. What is still held is dropped.
func (m *machine) enterTimeWait() {
	m.t.Held = [MaxHeld]Held{}
	m.enter(TimeWait)
	m.o.Timer = StartTimer
}

// endByOwnRst ends the connection after we have sent a RST: CLOSED by §3.10.5, TIME-WAIT by
// §3.5.2 and note 3 of Figure 5 (contradiction A1).
func (m *machine) endByOwnRst() {
	if m.c.RstIssuerTimeWait && m.t.State.Synchronized() {
		m.t.Unsent, m.t.Unread, m.t.Wanted = 0, 0, 0
		m.t.Snd.Una = m.t.Snd.Nxt
		m.enterTimeWait()
		return
	}
	m.enterClosed()
}
