package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Step carries out one action. It is a pure function and allocates nothing. If a step hits a bound, it is not
// taken: the result is the state before it, marked with the bound. So no invariant is checked on truncated numbers,
// or on a wire that lacks a segment.
func (sys *System) Step(s State, a Action) State {
	w := sys.Unpack(s)
	return sys.stepFrom(&s, &w, a, nil)
}

// Expand appends the states after each of the actions. It takes less time than Step for each of them.
func (sys *System) Expand(dst []State, s *State, actions []Action) []State {
	return sys.memory.expand(dst, s, actions)
}

// stepFrom carries out an action in w, which is s unpacked. If h is not nil, it stores there what happened.
func (sys *System) stepFrom(s *State, w *World, a Action, h *Happening) State {
	sys.Apply(w, a, h)
	after := sys.pack(w)
	if after.cut == NotCut {
		return after
	}
	cut := *s
	cut.cut = after.cut
	if cut.cut != CutIncarnations { // the observations are valid, unless an incarnation has no number
		cut.faults = after.faults
	}
	return cut
}

// Happening describes what happened to one endpoint in a step, so that it can be shown.
type Happening struct {
	Stepped          bool   // an endpoint took a step; otherwise this was a tick, a loss, a crash, or an arrival in quiet time
	Peer             int    // which one
	model.Transition        // After is the result of the model; after it, the user may have closed a listener
	Packet           Packet // the packet that arrived or was lost, for the actions of the network
	Sent             []Packet
	view             view
}

// Apply carries out one action in w. If h is not nil, it stores there what happened.
func (sys *System) Apply(w *World, a Action, h *Happening) {
	me := int(a.Peer)
	switch a.Kind {
	case Tick:
		sys.tick(w)
	case Deliver, DeliverKeep, Inject, Lose:
		sys.network(w, a, h)
	case OpenActive, OpenPassive:
		p := &w.Peer[me]
		e := model.Event{Kind: model.OpenPassive}
		if a.Kind == OpenActive {
			p.Actives--
			if p.State() == model.TimeWait {
				p.TCB = model.TCB{} // the host forgets the old connection and sends nothing
			}
			sys.newIncarnation(w, me)
			e = model.Event{Kind: model.OpenActive, Remote: true, N: sys.onSyn(me, p)}
			p.Sent = uint8(e.N)
		} else {
			p.Passive--
			p.Accepts = uint8(max(sys.sc.Peer[me].User.Accepts, 1))
		}
		sys.event(w, me, a, e, Packet{}, h)
	case Send:
		w.Peer[me].Sent++
		sys.event(w, me, a, model.Event{Kind: model.Send, N: 1}, Packet{}, h)
	case Receive:
		sys.event(w, me, a, model.Event{Kind: model.Receive, N: 1}, Packet{}, h)
	case Close:
		sys.event(w, me, a, model.Event{Kind: model.Close}, Packet{}, h)
	case Abort:
		sys.event(w, me, a, model.Event{Kind: model.Abort}, Packet{}, h)
	case Crash:
		p := &w.Peer[me]
		p.Crashes--
		p.TCB = model.TCB{}
		sys.settle(w, me, model.Established, sys.sc.Peer[me].QuietTime)
	case Retransmit:
		sys.event(w, me, a, model.Event{Kind: model.RetransmissionTimeout}, Packet{}, h)
	case GiveUp:
		sys.event(w, me, a, model.Event{Kind: model.UserTimeout}, Packet{}, h)
	case EndTimeWait:
		sys.event(w, me, a, model.Event{Kind: model.TimeWaitTimeout}, Packet{}, h)
	}
}

// onSyn is how many octets an active OPEN sends on its SYN.
func (sys *System) onSyn(me int, p *Peer) uint32 {
	if h := &sys.sc.Peer[me]; h.TCP.DataOnSyn && h.talks(p) {
		return uint32(min(h.User.Octets, 1))
	}
	return 0
}

// network delivers, loses or injects a packet.
func (sys *System) network(w *World, a Action, h *Happening) {
	c := code(0)
	if a.Kind == Inject {
		c = sys.attacks[a.Index]
	} else {
		c = w.wire[a.Index]
	}
	p := sys.decode(c)
	if sys.sc.Net.Bag {
		switch a.Kind {
		case Deliver:
			w.remove(int(a.Index))
		case DeliverKeep:
			w.Dups = spend(w.Dups)
		case Lose:
			w.remove(int(a.Index))
			w.Losses = spend(w.Losses)
		}
	}
	if h != nil {
		h.Packet = p
	}
	me := p.Dst
	q := &w.Peer[me]
	if a.Kind == Lose || q.State() == model.Closed && q.Timer > 0 {
		return // lost, or arrived at a host that is quiet (§3.4.3)
	}
	sys.event(w, me, a, model.Event{Kind: model.SegmentArrives, Seg: p.Seg}, p, h)
}

// spend takes one from a budget. An unlimited budget is stored as zero.
func spend(n int) int { return max(n-1, 0) }

// event executes one event at an endpoint, puts the segments that it sends on the wire, and records the faults.
func (sys *System) event(w *World, me int, a Action, e model.Event, pkt Packet, h *Happening) {
	p := &w.Peer[me]
	e.Iss, e.Now = sys.initialNumber(w, me, a.Choice), uint32(w.Clock/max(sys.sc.Peer[me].TimestampGranularity, 1)+sys.sc.Peer[me].TimestampOffset)
	if p.State() == model.TimeWait {
		h := &sys.sc.Peer[me]
		e.Waited = uint32(min(max(h.TimeWait+h.lateness()-int(p.Timer), 0), h.TimeWait))
	}
	before, waited := p.TCB, pending(p)
	after, out := model.Step(sys.sc.Peer[me].TCP, before, e)
	p.TCB = after
	accepted := e.Kind == model.SegmentArrives && after.State >= model.SynReceived && after.Is(model.Passive) &&
		(before.State == model.Listen || before.State == model.TimeWait && after.State != model.TimeWait)
	if accepted { // a new incarnation answers the SYN
		sys.newIncarnation(w, me)
		p.Accepts = uint8(spend(int(p.Accepts)))
	}
	if e.Kind == model.SegmentArrives && before.State < model.SynReceived || accepted {
		if after.State >= model.SynReceived && before.State != model.Closed {
			p.RemoteInc = pkt.Inc
		}
	}
	if accepted {
		p.ISNFloor = p.ISNFloor.Max(after.Iss + 1)
	}
	v := viewed(&before, p, &e, &out, &pkt)
	if sys.sc.Watch != 0 {
		o := w.otherThan(me)
		w.Faults |= v.faults(&o) & sys.sc.Watch
	}
	p.gain(&v)
	sys.taken(&w.Peer[1-me], &v)
	for i := range out.Segs[:out.NSegs] {
		sys.emit(w, me, out.Segs[i], pkt, e.Kind == model.SegmentArrives, h)
	}
	if after.State == model.Closed && endedNormally(&before, e.Kind, &out) {
		p.LastCloseNormal = true
	}
	timer := -1
	if out.Timer == model.StartTimer {
		timer = sys.sc.Peer[me].TimeWait + sys.sc.Peer[me].lateness()
	}
	sys.settle(w, me, before.State, timer)
	sys.age(me, p, &before, &out)
	sys.schedule(me, p, &before, waited, e.Kind == model.RetransmissionTimeout)
	if h != nil {
		h.Stepped, h.Peer, h.view = true, me, v
		h.Transition = model.Transition{Before: before, Event: e, After: after, Output: out}
	}
}

// endedNormally reports whether both FINs were sent and acknowledged, and TIME-WAIT, if any, is over.
func endedNormally(before *model.TCB, kind model.EventKind, out *model.Output) bool {
	switch before.State {
	case model.TimeWait:
		return kind == model.TimeWaitTimeout
	case model.LastAck:
		return out.Signals&model.CloseOK != 0
	}
	return out.Signals&model.ConnectionClosing != 0 // only an endpoint without TIME-WAIT closes on a FIN
}

// newIncarnation gives the next connection of the endpoint its number.
func (sys *System) newIncarnation(w *World, me int) {
	p := &w.Peer[me]
	if p.Inc >= MaxIncarnations {
		w.Cut = CutIncarnations
		return
	}
	sys.leavePeer(w, p)
	p.Inc++
	p.Sent, p.Got, p.Taken, p.LastCloseNormal = 0, 0, 0, false
}

// leavePeer ends the relation of the endpoint to its peer. In a scenario where data may be sent to no incarnation, it
// stores whose octets were accepted, because the next incarnation may get the same octets.
func (sys *System) leavePeer(w *World, p *Peer) {
	if sys.unaddressed && p.Got > 0 && p.RemoteInc != Attacker && p.RemoteInc != NoOne {
		if p.RemoteInc >= maxHad {
			w.Cut = CutIncarnations
		}
		p.Had |= 1 << (p.RemoteInc % maxHad)
	}
	p.RemoteInc = NoOne
}

// finUnacked reports whether a FIN was sent and is not acknowledged.
func finUnacked(t *model.TCB) bool { return t.Is(model.FinSent) && t.Unacked() }

// emit sets the ghosts of a segment and puts it on the wire. A RST that answers a segment is meant for the
// incarnation that sent that segment. Every other segment is meant for the known peer.
func (sys *System) emit(w *World, me int, seg model.Segment, cause Packet, answers bool, h *Happening) {
	p := &w.Peer[me]
	seg.TSEcr = 0 // the model measures no round trips, so nothing reads it
	pkt := Packet{Dst: 1 - me, Seg: seg, Inc: p.Inc, To: p.RemoteInc}
	if seg.Has(model.RST) {
		if answers {
			pkt.To = cause.Inc
		}
		if sys.sc.Watch&ForeignReset == 0 {
			pkt.Inc, pkt.To = NoOne, NoOne // no fault depends on them
		}
	}
	if seg.Span() > 0 {
		p.ISNFloor = p.ISNFloor.Max(seg.End())
	}
	sys.put(w, pkt)
	if h != nil {
		h.Sent = append(h.Sent, pkt)
	}
}

// initialNumber is the present number of an endpoint's generator.
func (sys *System) initialNumber(w *World, me int, choice uint8) model.Seq {
	isn := &sys.sc.Peer[me].Isn
	base := sys.sc.Peer[me].Base
	switch isn.Policy {
	case Fresh:
		return w.Peer[me].ISNFloor
	case Clock:
		return base + model.Seq(isn.Rate*w.Clock)
	case Fixed, Arbitrary:
		return base + model.Seq(isn.Choices[choice])
	}
	panic("BUG: unhandled policy of initial numbers")
}
