package timed

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// Timers are the lengths of time that RFC 9293 leaves to the host.
type Timers struct {
	RTO       time.Duration // the first retransmission timeout (RFC 6298 §2.1); it doubles each time (§5.5)
	MinRTO    time.Duration // the shortest one that follows from round trips (§2.4); 0: they are not measured
	MinVar    time.Duration // the least that is added to the smoothed round trip for its variation: G of §2.3
	MaxRTO    time.Duration // the longest one; 0: no limit
	Slop      time.Duration // what a host adds to each timeout but the first one of an active OPEN, and to none of a SYN,ACK
	GiveUp    time.Duration // R2: how long the same is sent again, or a shut window does not answer, before the user timeout (§3.8.3); 0: for ever
	SynGiveUp time.Duration // the same of a SYN; 0: GiveUp
	SynLinear int           // so many timeouts of a SYN follow one another at the same interval, before they double
	TimeWait  time.Duration // 2 MSL (§3.4.2)
	FinWait2  time.Duration // how long a connection that no user has any more stays in FIN-WAIT-2; 0: for ever, as RFC 9293 has it
	KeepIdle  time.Duration // after so long without a segment of the peer an idle connection is probed (§3.8.4); 0: never
	// KeepInterval is the time between probes, and KeepProbes how many may go unanswered before the connection is aborted.
	KeepInterval time.Duration
	KeepProbes   int
	Stamp        time.Duration // the tick of the timestamp clock (RFC 7323 §5.4); 0: it does not move
}

// RFC is a host with the lengths that the RFCs name: RTO 1 s (RFC 6298 §2.1), up to 60 s (§2.5), R2 100 s
// (RFC 9293 §3.8.3), 2 MSL of two minutes each (§3.4.2), a timestamp a millisecond (RFC 7323 §5.4).
func RFC() Timers {
	return Timers{
		RTO: time.Second, MaxRTO: time.Minute, GiveUp: 100 * time.Second, TimeWait: 4 * time.Minute, Stamp: time.Millisecond,
	}
}

// Conn is one endpoint and the moment at which it is. The zero TCB is CLOSED.
type Conn struct {
	Config model.Config
	Timers Timers
	TCB    model.TCB
	Now    time.Duration // since the host was started
	Orphan bool          // no user has it any more: the socket was closed

	trips   trips
	rto     time.Duration // of the timer that runs
	hurried bool          // the SYN was sent again before its time
	syns    int           // how often the SYN was sent again
	again   alarm         // retransmission, or the probe of a window that is shut (§3.8.6.1)
	giveUp  alarm
	wait    alarm
	forlorn alarm         // the end of an orphan's FIN-WAIT-2
	keep    alarm         // the next keep-alive
	probes  int           // so many of them were not answered
	entered time.Duration // when the TIME-WAIT began, or began anew
}

// alarm is a moment at which something is due, if it is set.
type alarm struct {
	at  time.Duration
	set bool
}

// Do carries out an event now, and returns what it brought about: the first output is that of the event; further ones hold
// the segments for which there was no room in one (model.MaxSegs). What the host adds to the event are the clocks; the
// initial number is the caller's.
func (c *Conn) Do(e model.Event) []model.Output {
	outs := []model.Output{c.step(e)}
	for outs[len(outs)-1].NSegs == model.MaxSegs {
		outs = append(outs, c.step(c.nudge()))
	}
	return outs
}

// nudge is a duplicate ACK, which makes the model send what the window allows.
func (c *Conn) nudge() model.Event {
	t := &c.TCB
	s := model.Segment{Seq: t.Rcv.Nxt, Ack: t.Snd.Una, Flags: model.ACK, Wnd: uint16(t.Snd.Wnd >> t.SndShift)}
	if t.Is(model.TSOK) {
		s.Opts, s.TSVal = model.OptTimestamps, t.TS.Recent
	}
	return model.Event{Kind: model.SegmentArrives, Seg: s}
}

func (c *Conn) step(e model.Event) model.Output {
	if c.Timers.Stamp > 0 {
		e.Now = uint32(c.Now / c.Timers.Stamp)
		e.Waited = uint32((c.Now - c.entered) / c.Timers.Stamp)
	}
	before := c.TCB
	after, o := model.Step(c.Config, before, e)
	c.TCB = after
	if e.Kind == model.SegmentArrives || !after.Idle() || !before.Idle() {
		c.Heard()
	}
	c.rearm(before, e.Kind, &o)
	return o
}

// rearm sets the timers by what has changed (RFC 6298 §5.1 to §5.6). The user timeout counts from the last progress. If a
// peer whose window is shut, or was, answers, it counts from what is sent next, however long that takes (RFC 9293
// §3.8.6.1, MUST-37); the answer does not shorten the interval between probes, which doubles (SHLD-30).
func (c *Conn) rearm(before model.TCB, kind model.EventKind, o *model.Output) {
	t := &c.TCB
	c.trips.see(before, *t, kind, c.Now)
	if !waiting(*t) {
		c.again, c.giveUp = alarm{}, alarm{}
	} else {
		progress := !waiting(before) || t.Snd.Una != before.Snd.Una || t.Iss != before.Iss
		again := kind == model.RetransmissionTimeout
		switch {
		case o.Answered && !o.WantsAck():
			c.giveUp = alarm{}
		case progress || o.WantsAck() && (o.Answered || !c.giveUp.set):
			c.giveUp = c.patience()
		}
		switch {
		case progress:
			c.rto, c.syns = c.trips.timeout(c.Timers), 0
		case again && c.linear():
		case again:
			c.rto *= 2
		}
		if c.Timers.MaxRTO > 0 {
			c.rto = min(c.rto, c.Timers.MaxRTO)
		}
		if progress || again {
			c.again = alarm{c.Now + c.rto + c.slop(again), c.rto > 0}
		}
	}
	switch forlorn := t.State == model.FinWait2 && c.Orphan && c.Timers.FinWait2 > 0; {
	case !forlorn:
		c.forlorn = alarm{}
	case !c.forlorn.set:
		c.forlorn = alarm{c.Now + c.Timers.FinWait2, true}
	}
	switch {
	case t.State != model.TimeWait:
		c.wait = alarm{}
	case o.Timer == model.StartTimer:
		c.wait, c.entered = alarm{c.Now + c.Timers.TimeWait, true}, c.Now
	}
}

// linear reports whether the SYN that is sent again now is one of those at the same interval.
func (c *Conn) linear() bool {
	if c.TCB.State != model.SynSent {
		return false
	}
	c.syns++
	return c.syns <= c.Timers.SynLinear
}

// Heard starts the wait for the next keep-alive anew: the peer lives.
func (c *Conn) Heard() {
	c.probes, c.keep = 0, alarm{c.Now + c.Timers.KeepIdle, c.Timers.KeepIdle > 0 && c.TCB.Idle()}
}

// probe handles the keep-alive timer: it sends a probe, or, after too many, aborts and informs the user.
func (c *Conn) probe() model.EventKind {
	c.probes++
	if c.probes > c.Timers.KeepProbes {
		return model.Abort
	}
	c.keep.at = c.Now + c.Timers.KeepInterval
	return model.RetransmissionTimeout
}

// HurrySyn has the SYN sent again so soon, if it has not been sent again yet.
func (c *Conn) HurrySyn(after time.Duration) {
	if c.TCB.State == model.SynSent && !c.hurried && c.again.set && c.syns == 0 {
		c.hurried, c.again.at = true, c.Now+after
	}
}

// slop is what is added to the timeout that begins now.
func (c *Conn) slop(again bool) time.Duration {
	if t := &c.TCB; t.State == model.SynReceived && t.Is(model.Passive) || t.State == model.SynSent && !again {
		return 0
	}
	return c.Timers.Slop
}

// patience returns when the user timeout fires if nothing arrives from now on.
func (c *Conn) patience() alarm {
	limit := c.Timers.GiveUp
	if !c.TCB.State.Synchronized() && c.Timers.SynGiveUp > 0 {
		limit = c.Timers.SynGiveUp
	}
	return alarm{c.Now + limit, limit > 0}
}

// waiting reports whether something is to be sent again, or a shut window to be probed.
func waiting(t model.TCB) bool {
	switch t.State {
	case model.Closed, model.Listen, model.TimeWait:
		return false
	}
	return t.Unacked() || t.Unsent > 0
}

// Next is the timer that fires first; of several at one moment the one that ends the connection.
func (c *Conn) Next() (at time.Duration, kind model.EventKind, ok bool) {
	for _, x := range []struct {
		alarm
		kind model.EventKind
	}{{c.wait, model.TimeWaitTimeout}, {c.giveUp, model.UserTimeout}, {c.forlorn, model.UserTimeout}, {c.again, model.RetransmissionTimeout}, {c.keep, model.Abort}} {
		if x.set && (!ok || x.at < at) {
			at, kind, ok = x.at, x.kind, true
		}
	}
	return at, kind, ok
}

// Advance advances the time to the given moment, and calls saw for each timer that fires, at c.Now.
func (c *Conn) Advance(to time.Duration, saw func(kind model.EventKind, o model.Output)) {
	for {
		at, kind, ok := c.Next()
		if !ok || at > to {
			break
		}
		c.Now = at
		if kind == model.Abort {
			kind = c.probe()
		}
		for _, o := range c.Do(model.Event{Kind: kind}) {
			if kind == model.Abort {
				o.Signals |= model.TimedOut
			}
			saw(kind, o)
		}
	}
	c.Now = max(c.Now, to)
}
