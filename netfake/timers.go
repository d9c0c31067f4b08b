package netfake

import "github.com/tcpcheck/tcpcheck/model"

// settle sets what follows from a change of state: it sets timers, and closes a listener that has finished.
func (sys *System) settle(w *World, me int, before model.State, timer int) {
	p := &w.Peer[me]
	s := p.State()
	if timer >= 0 {
		p.Timer = uint8(timer)
	} else if s != before && !(retransmits(before) && retransmits(s)) {
		p.Timer = 0
	}
	if h := &sys.sc.Peer[me]; s == model.FinWait2 && before != s && h.FinWait2 > 0 {
		p.Timer = uint8(h.FinWait2 + h.lateness())
	}
	if !sys.timed() {
		p.Timer = 0
	}
	if s == model.Listen && before != model.Closed && p.Accepts == 0 {
		p.TCB = model.TCB{} // the user closes the listener, because it has answered its number of SYNs
	}
	if p.State() == model.Closed && before > model.Listen && sys.timed() {
		p.Timer = max(p.Timer, uint8(sys.sc.Peer[me].ReopenDelay))
	}
	if !finUnacked(&p.TCB) {
		p.FinAckAge = 0
	}
	if p.State() == model.Closed || p.State() == model.Listen {
		sys.leavePeer(w, p)
		p.Age, p.FinAge, p.Answered = 0, 0, false
		if p.State() == model.Closed {
			p.Accepts = 0
		}
	}
	sys.listen(p, me)
}

// listen makes a host listen again if its user always listens, the host has no connection, and it is not quiet.
func (sys *System) listen(p *Peer, me int) {
	if h := &sys.sc.Peer[me]; h.User.Listens && p.State() == model.Closed && p.Timer == 0 {
		p.TCB, _ = model.Step(h.TCP, model.TCB{}, model.Event{Kind: model.OpenPassive})
		p.Accepts = uint8(max(h.User.Accepts, 1))
	}
}

// schedule starts the retransmission timer when something begins to wait for an ACK, when SND.UNA moves, and when the
// timer has fired (RFC 6298 §5). In a scenario without RTO the timer is not stored.
func (sys *System) schedule(me int, p *Peer, before *model.TCB, waited, fired bool) {
	h := &sys.sc.Peer[me]
	switch {
	case h.RTO == 0 || !sys.timed() || !retransmits(p.State()):
	case !pending(p):
		p.Timer = 0
	case fired || !waited || p.TCB.Snd.Una != before.Snd.Una || p.TCB.Iss != before.Iss:
		p.Timer = uint8(h.RTO + h.lateness())
	}
}

// retransmits reports whether Peer.Timer is the retransmission timer. It is another timer in some states.
func retransmits(s model.State) bool {
	return s > model.Listen && s != model.FinWait2 && s != model.TimeWait
}

// due reports whether the timer of p may fire now. Until it must have fired, Peer.Timer ticks are left.
func (h *Host) due(p *Peer) bool { return int(p.Timer) <= h.lateness() }

// overdue reports whether a timer of the endpoint must fire before the next tick. roomy says that the wire allows the
// retransmission timer to fire.
func (h *Host) overdue(p *Peer, roomy bool) bool {
	if h.TimersWithin == 0 || p.Timer > 0 {
		return false
	}
	switch s := p.State(); {
	case s == model.TimeWait:
		return true
	case s == model.FinWait2:
		return h.FinWait2 > 0
	default:
		return roomy && h.RTO > 0 && retransmits(s) && pending(p) && h.mayRetransmit(p)
	}
}

// age starts, keeps or clears the two ages to which GiveUp applies. An answer of a peer whose window is zero, or was,
// clears both. They do not grow until something is sent again (RFC 9293 §3.8.6.1, MUST-37).
func (sys *System) age(me int, p *Peer, before *model.TCB, out *model.Output) {
	if sys.sc.Peer[me].GiveUp == 0 || !sys.timed() {
		return
	}
	if !textUnacked(&p.TCB) || p.TCB.Snd.Una != before.Snd.Una || p.TCB.Iss != before.Iss || out.Answered {
		p.Age = 0
	}
	if !finUnacked(&p.TCB) || out.Answered {
		p.FinAge = 0
	}
	switch {
	case !p.TCB.Unacked() || out.WantsAck():
		p.Answered = false
	case out.Answered:
		p.Answered = true
	}
}

// tick lets one tick pass: each segment on the wire becomes one tick older, a segment that is MSL old is removed, and
// each timer has one tick less left.
func (sys *System) tick(w *World) {
	w.n = sys.tickWire(&w.wire, w.n)
	for i := range w.Peer {
		sys.tickPeer(i, &w.Peer[i])
	}
	if w.Clock = sys.nextClock(w.Clock); w.Clock > MaxWait {
		w.Cut = CutClock
	}
}

// tickWire makes the n segments on a wire one tick older, and returns how many are left.
func (sys *System) tickWire(wire *[MaxWire]code, n int) int {
	left := 0
	for _, c := range wire[:n] {
		c += oneTick
		if c.age() < sys.sc.Net.MSL {
			wire[left] = c
			left++
		}
	}
	clear(wire[left:n])
	return left
}

func (sys *System) tickPeer(me int, p *Peer) {
	if p.Timer > 0 {
		p.Timer--
		sys.listen(p, me)
	}
	if p.FinAckAge > 0 {
		p.FinAckAge++
	}
	if h := &sys.sc.Peer[me]; h.GiveUp > 0 && !p.Answered {
		if textUnacked(&p.TCB) {
			p.Age++
		}
		if finUnacked(&p.TCB) {
			p.FinAge++
		}
	}
}

// nextClock is the value of the clock a tick later.
func (sys *System) nextClock(now int) int {
	if sys.clockMatters() {
		return now + 1
	}
	if len(sys.sc.Leftover) > 0 { // only leftovers need the clock, to know whether they are too old
		return min(now+1, sys.sc.Net.MSL)
	}
	return now
}

// clockMatters reports whether anything reads the clock. If not, it is not stored.
func (sys *System) clockMatters() bool {
	if sys.sc.Net.Ticks > 0 {
		return true
	}
	for i := range sys.sc.Peer {
		if sys.sc.Peer[i].Isn.Policy == Clock || sys.sc.Peer[i].TCP.Timestamps {
			return true
		}
	}
	return false
}
