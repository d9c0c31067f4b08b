package twin

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Step carries out an action that is enabled in s, and changes s.
func (w *World) Step(s *State, act Action) {
	me := act.Side
	side := &s.Side[me]
	event := func(k model.EventKind) { w.happen(s, me, model.Event{Kind: k, N: 1}, nil, 0) }
	switch act.Kind {
	case netfake.Tick:
		w.tick(s)
	case netfake.Deliver, netfake.DeliverKeep, netfake.Lose:
		w.deliver(s, act)
	case netfake.Inject:
		w.hear(s, me, w.attacks[act.Letter], act.Draw)
	case netfake.OpenActive:
		w.call(s, me, act.Draw)
	case netfake.OpenPassive:
		side.Passive--
		side.Accepts = max(w.sc.Peer[me].User.Accepts, 1)
		w.happen(s, me, model.Event{Kind: model.OpenPassive}, nil, 0)
	case netfake.Send:
		side.Sent++
		event(model.Send)
	case netfake.Receive:
		event(model.Receive)
	case netfake.Close:
		event(model.Close)
	case netfake.Abort:
		event(model.Abort)
	case netfake.Crash:
		w.crash(s, me)
	case netfake.Retransmit:
		event(model.RetransmissionTimeout)
	case netfake.GiveUp:
		event(model.UserTimeout)
	case netfake.EndTimeWait:
		event(model.TimeWaitTimeout)
	default:
		panic("BUG: unhandled " + act.Kind.String())
	}
}

// tick: a segment sent at t can be delivered at t to t+MSL-1.
func (w *World) tick(s *State) {
	s.Now++
	n := 0
	for _, l := range s.Wire {
		if s.Now <= l.Sent+w.sc.Net.MSL-1 {
			s.Wire[n] = l
			n++
		}
	}
	s.Wire = s.Wire[:n]
	for me := range s.Side {
		w.listen(&s.Side[me], me, s.Now)
		if side := &s.Side[me]; side.Spared {
			side.countAnew(s.Now)
		}
	}
}

// deliver delivers or loses a letter. A bag has each copy once, and budgets.
func (w *World) deliver(s *State, act Action) {
	l := s.Wire[act.Letter]
	if w.sc.Net.Bag {
		switch act.Kind {
		case netfake.Deliver:
			s.take(act.Letter)
		case netfake.DeliverKeep:
			s.Dups = spend(s.Dups)
		case netfake.Lose:
			s.take(act.Letter)
			s.Losses = spend(s.Losses)
		}
	}
	if act.Kind != netfake.Lose {
		w.hear(s, act.Side, l, act.Draw)
	}
}

// spend takes one from a budget; one without an end stays so.
func spend(n int) int {
	if n == netfake.Unlimited {
		return n
	}
	return n - 1
}

// call is an active OPEN, which may take TIME-WAIT over, and may bear an octet on its SYN.
func (w *World) call(s *State, me, draw int) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	side.Active--
	if side.TCB.State == model.TimeWait {
		side.TCB = model.TCB{}
	}
	side.begin()
	e := model.Event{Kind: model.OpenActive, Remote: true}
	if h.TCP.DataOnSyn && h.User.Octets > 0 && w.talks(me, side.Inc) {
		e.N, side.Sent = 1, 1
	}
	w.happen(s, me, e, nil, draw)
}

// crash loses everything but the user's program and the numbers that were used.
func (w *World) crash(s *State, me int) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	side.Crashes--
	side.TCB = model.TCB{}
	side.Quiet = s.Now
	if w.timed() {
		side.Quiet += max(h.QuietTime, h.ReopenDelay)
	}
	side.forget()
	side.ResendsAt = never
	w.listen(side, me, s.Now)
}

// hear lets a letter arrive; a host in its quiet time does not hear.
func (w *World) hear(s *State, me int, l Letter, draw int) {
	if !w.quiet(s, me) {
		w.happen(s, me, model.Event{Kind: model.SegmentArrives, Seg: l.Seg}, &l, draw)
	}
}

// shows is what the generator of initial numbers shows.
func (w *World) shows(s *State, me, draw int) model.Seq {
	h := &w.sc.Peer[me]
	switch h.Isn.Policy {
	case netfake.Fresh:
		return s.Side[me].Used
	case netfake.Clock:
		return h.Base + model.Seq(h.Isn.Rate*s.Now)
	case netfake.Fixed, netfake.Arbitrary:
		return h.Base + model.Seq(h.Isn.Choices[draw])
	}
	panic("BUG: unhandled policy of initial numbers")
}

// waited is how long TIME-WAIT has lasted, and no more than it must.
func (w *World) waited(s *State, me int) uint32 {
	h, side := &w.sc.Peer[me], &s.Side[me]
	switch {
	case side.TCB.State != model.TimeWait:
		return 0
	case !w.timed():
		return uint32(h.TimeWait)
	}
	return uint32(min(s.Now-(side.WaitEnds-h.TimeWait), h.TimeWait))
}

// happen lets an endpoint go through an event; cause is the letter that arrives, if one does.
func (w *World) happen(s *State, me int, e model.Event, cause *Letter, draw int) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	e.Iss, e.Now, e.Waited = w.shows(s, me, draw), uint32(s.Now/max(h.TimestampGranularity, 1)+h.TimestampOffset), w.waited(s, me)
	was, waited := side.TCB, side.waits()
	next, out := model.Step(h.TCP, was, e)
	side.TCB = next
	answered := cause != nil && next.Is(model.Passive) && next.State >= model.SynReceived &&
		(was.State == model.Listen || was.State == model.TimeWait && next.State != model.TimeWait)
	if answered {
		side.begin()
		side.Accepts = max(side.Accepts-1, 0)
		side.use(next.Iss + 1)
	}
	if meets := was.State == model.SynSent && next.State >= model.SynReceived; cause != nil && (answered || meets) {
		side.PeerInc = cause.From
	}
	if w.sc.Watch != 0 {
		s.Faults |= observe(s, &seen{me, &was, &next, &out, e.Kind, cause}) & w.sc.Watch
	}
	w.hand(s, me, &out)
	w.send(s, me, &out, cause)
	w.settle(s, me, &was, e.Kind, &out)
	side.remember(&was, &out, s.Now)
	w.arm(s, me, &was, e.Kind == model.RetransmissionTimeout || !waited)
}

// send puts what an endpoint sends on the wire. A RST in answer is meant for whom it answers; whose it is nobody asks
// unless foreign resets are watched for. The echo of a timestamp nobody reads.
func (w *World) send(s *State, me int, out *model.Output, cause *Letter) {
	side := &s.Side[me]
	for _, seg := range out.Sent() {
		l := Letter{To: 1 - me, Seg: seg, From: side.Inc, For: side.PeerInc}
		switch {
		case seg.Has(model.RST) && w.sc.Watch&netfake.ForeignReset == 0:
			l.From, l.For = netfake.NoOne, netfake.NoOne
		case seg.Has(model.RST) && cause != nil:
			l.For = cause.From
		}
		if seg.Span() > 0 {
			side.use(seg.End())
		}
		l.Seg.TSEcr = 0
		l.Seg.Ghost = label(l.From, l.For)
		w.post(s, l)
	}
}

// hand counts the octets that an endpoint took, and notes that it took a FIN.
func (w *World) hand(s *State, me int, out *model.Output) {
	side, other := &s.Side[me], &s.Side[1-me]
	for _, piece := range out.Taken() {
		from, _ := incarnations(piece.Ghost)
		side.Got += int(piece.Len)
		if piece.Len > 0 && w.unaddressed {
			side.Has |= 1 << from
		}
		if from != other.Inc {
			continue
		}
		other.Theirs += int(piece.Len)
		if piece.Flags&model.FIN != 0 && finWaits(&other.TCB) && other.FinHeard == never {
			other.FinHeard = s.Now
		}
	}
}

// settle sets the times that begin with a change of state. A listener whose program is done is closed.
func (w *World) settle(s *State, me int, was *model.TCB, kind model.EventKind, out *model.Output) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	is := side.TCB.State
	if out.Timer == model.StartTimer {
		side.WaitEnds = s.Now + h.TimeWait
	}
	if is == model.FinWait2 && was.State != is {
		side.OrphanEnds = s.Now + h.FinWait2
	}
	if is == model.Closed && endsNormally(was.State, kind, out.Signals) {
		side.Clean = true
	}
	if was.State > model.Listen && is == model.Listen && side.Accepts == 0 {
		side.TCB = model.TCB{}
	}
	if was.State > model.Listen && side.TCB.State == model.Closed && w.timed() {
		side.Quiet = s.Now + h.ReopenDelay
	}
	side.forget()
	w.listen(side, me, s.Now)
}

// arm sets the retransmission timer of a host that has one: anew if something begins to wait, or if it has fired, or if
// some of what waited was acknowledged.
func (w *World) arm(s *State, me int, was *model.TCB, anew bool) {
	h, side := &w.sc.Peer[me], &s.Side[me]
	t := &side.TCB
	switch {
	case h.RTO == 0 || !w.timed():
	case t.State <= model.Listen || t.State == model.FinWait2 || t.State == model.TimeWait || !side.waits():
		side.ResendsAt = never
	case anew || t.Snd.Una != was.Snd.Una || t.Iss != was.Iss:
		side.ResendsAt = s.Now + h.RTO
	}
}

// listen lets a host listen whose user always does, if it has no connection and is not quiet.
func (w *World) listen(side *Side, me, now int) {
	h := &w.sc.Peer[me]
	if h.User.Listens && side.TCB.State == model.Closed && now >= side.Quiet {
		side.TCB, _ = model.Step(h.TCP, model.TCB{}, model.Event{Kind: model.OpenPassive})
		side.Accepts = max(h.User.Accepts, 1)
	}
}

// endsNormally: both FINs were sent and acknowledged, and TIME-WAIT, if there was one, is over.
func endsNormally(was model.State, kind model.EventKind, signals model.Signal) bool {
	switch was {
	case model.TimeWait:
		return kind == model.TimeWaitTimeout
	case model.LastAck:
		return signals&model.CloseOK != 0
	}
	return signals&model.ConnectionClosing != 0 // only a model without TIME-WAIT closes on a FIN
}
