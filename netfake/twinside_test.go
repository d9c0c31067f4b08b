package netfake

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

const (
	synOnly = model.SYN
	ackOnly = model.ACK
	never   = -1
)

// twinSide is one endpoint of the twin: the machine's whole TCB, its user, and absolute times.
type twinSide struct {
	tw   *twin
	me   int
	host *Host
	tcb  model.TCB
	user User // what is left to do
	used model.Seq

	inc, peerInc uint8
	sent         int  // octets SENT
	clean        bool // no connection ended badly so far, or there was none
	quiet        int  // when the quiet time after a crash, or after a connection, is over
	waited       int  // when TIME-WAIT may end
	orphan       int  // when FIN-WAIT-2 may
	textSince    int  // since when text or a SYN waits for its ACK, or never
	finSince     int
	spared       bool // the peer's window is or was shut, and it has answered all that was sent: nobody gives up
	heard        int  // when the other side first took the FIN that still waits for its ACK, or never
}

func newTwinSide(tw *twin, me int) *twinSide {
	h := &tw.sc.Peer[me]
	s := &twinSide{tw: tw, me: me, host: h, user: h.User, used: h.Base, peerInc: NoOne, clean: true, textSince: never, finSince: never, heard: never}
	s.user.Accepts = 0
	if tw.sc.Start == StartEstablished {
		you := &tw.sc.Peer[1-me]
		s.tcb = handshaken(me, h, you)
		s.inc, s.peerInc, s.clean = 1, 1, false
		s.use(h.Base + 1)
	}
	return s
}

// handshaken is the TCB after A has called and B has answered, and A has heard of B once more.
func handshaken(me int, h, you *Host) model.TCB {
	quick := func(c model.Config) model.Config {
		return model.Config{RcvBuf: c.RcvBuf, MSS: c.MSS, Timestamps: c.Timestamps}
	}
	caller, answerer := h, you
	if me == B {
		caller, answerer = you, h
	}
	c, d := quick(caller.TCP), quick(answerer.TCP)
	arrives := func(s model.Segment, at *Host) model.Event {
		return model.Event{Kind: model.SegmentArrives, Seg: s, Iss: answerer.Base, Now: uint32(at.Stamp)}
	}
	x, out := model.Step(c, model.TCB{}, model.Event{Kind: model.OpenActive, Remote: true, Iss: caller.Base, Now: uint32(caller.Stamp)})
	y, _ := model.Step(d, model.TCB{}, model.Event{Kind: model.OpenPassive})
	y, out = model.Step(d, y, arrives(out.Segs[0], answerer))
	x, out = model.Step(c, x, arrives(out.Segs[0], caller))
	again := model.Segment{Seq: out.Segs[0].Ack, Ack: out.Segs[0].Seq, Flags: ackOnly, Opts: out.Segs[0].Opts, Wnd: uint16(d.RcvBuf), TSVal: uint32(answerer.Stamp)}
	y, _ = model.Step(d, y, arrives(out.Segs[0], answerer))
	x, _ = model.Step(c, x, arrives(again, caller))
	if me == B {
		return y
	}
	return x
}

// use takes note of numbers, so that Fresh ones are above them.
func (s *twinSide) use(n model.Seq) {
	if s.used.Less(n) {
		s.used = n
	}
}

func (s *twinSide) quietNow() bool { return s.tcb.State == model.Closed && s.tw.now < s.quiet }

// draws is how many numbers the generator may show when the packet arrives.
func (s *twinSide) draws(p Packet) int {
	if p.Seg.Has(synOnly) && (s.tcb.State == model.Listen || s.tcb.State == model.TimeWait) {
		return s.numbersToDraw()
	}
	return 1
}

func (s *twinSide) numbersToDraw() int {
	if s.host.Isn.Policy == Arbitrary {
		return len(s.host.Isn.Choices)
	}
	return 1
}

func (s *twinSide) shows(draw int) model.Seq {
	switch s.host.Isn.Policy {
	case Fresh:
		return s.used
	case Clock:
		return s.host.Base + model.Seq(s.host.Isn.Rate*s.tw.now)
	}
	return s.host.Base + model.Seq(s.host.Isn.Choices[draw])
}

// exhausted reports whether R is set and something has been unacknowledged for so long.
func (s *twinSide) exhausted() bool {
	r := s.host.GiveUp
	late := func(since int) bool { return since != never && s.tw.now >= since+r }
	return r > 0 && !s.spared && (late(s.textSince) || late(s.finSince))
}

// enabled lists what the user may do, and which timers may fire.
func (s *twinSide) enabled(can map[string]func()) {
	at := func(k ActionKind, draw int, do func()) {
		can[fmt.Sprintf("%s: %v, draw %d", PeerName(s.me), k, draw)] = do
	}
	event := func(k ActionKind, kind model.EventKind) {
		at(k, 0, func() { s.happen(model.Event{Kind: kind, N: 1}, nil, 0) })
	}
	st, u := s.tcb.State, &s.host.User
	open := st != model.Closed
	mayOpen := (s.clean || !u.Polite) && !s.quietNow()
	takesOver := st == model.TimeWait && s.host.Reuse.On &&
		(!s.tw.timed() || s.tw.now >= s.waited-s.host.TimeWait+min(s.host.Reuse.After, s.host.TimeWait))
	if s.user.Active > 0 && (mayOpen && (!open || st == model.Listen) || takesOver) {
		for k := range s.numbersToDraw() {
			at(OpenActive, k, func() { s.call(k) })
		}
	}
	if s.user.Passive > 0 && mayOpen && !open {
		at(OpenPassive, 0, func() {
			s.user.Passive--
			s.user.Accepts = max(u.Accepts, 1)
			s.happen(model.Event{Kind: model.OpenPassive}, nil, 0)
		})
	}
	talks := (u.Talks == 0 || int(s.inc) <= u.Talks) && !s.tcb.Is(model.CloseAsked)
	switch st {
	case model.SynSent, model.SynReceived, model.Established, model.CloseWait:
		if talks && s.sent < u.Octets {
			at(Send, 0, func() {
				s.sent++
				s.happen(model.Event{Kind: model.Send, N: 1}, nil, 0)
			})
		}
	}
	switch st {
	case model.Established, model.FinWait1, model.FinWait2, model.CloseWait, model.SynReceived, model.SynSent:
		if s.tcb.Unread > 0 {
			event(Receive, model.Receive)
		}
	}
	switch st {
	case model.Listen, model.SynSent, model.SynReceived:
		if talks && u.Early && !u.Second {
			event(Close, model.Close)
		}
	case model.Established, model.CloseWait:
		if talks && (u.Close || u.Early) && (!u.Second || st == model.CloseWait) {
			event(Close, model.Close)
		}
	}
	if open && u.Abort {
		event(Abort, model.Abort)
	}
	if open && s.user.Crashes > 0 {
		at(Crash, 0, s.crash)
	}
	s.timers(event)
}

// timers: what is unacknowledged is sent again and given up; a shut window is probed; TIME-WAIT ends.
func (s *twinSide) timers(event func(ActionKind, model.EventKind)) {
	st, u := s.tcb.State, &s.host.User
	probes := s.tcb.Unsent > 0 && st.Synchronized() && st != model.TimeWait
	waits := s.tcb.Snd.Una != s.tcb.Snd.Nxt || probes
	quiet := !waits && (st == model.Established || st == model.FinWait2 || st == model.CloseWait)
	if (waits && !s.exhausted() || quiet && s.host.TCP.KeepAlive) && (!s.tw.sc.Net.Patient || len(s.tw.wire) == 0) {
		event(Retransmit, model.RetransmissionTimeout)
	}
	orphan := st == model.FinWait2 && s.host.FinWait2 > 0 && (!s.tw.timed() || s.tw.now >= s.orphan)
	if waits && (u.Gives || s.exhausted()) || orphan {
		event(GiveUp, model.UserTimeout)
	}
	if st == model.TimeWait && (!s.tw.timed() || s.tw.now >= s.waited) {
		event(EndTimeWait, model.TimeWaitTimeout)
	}
}

func (s *twinSide) begin() {
	s.inc++
	s.sent, s.peerInc, s.clean = 0, NoOne, false
}

func (s *twinSide) call(draw int) {
	s.user.Active--
	if s.tcb.State == model.TimeWait {
		s.tcb = model.TCB{}
	}
	s.begin()
	e := model.Event{Kind: model.OpenActive, Remote: true}
	if u := &s.host.User; s.host.TCP.DataOnSyn && u.Octets > 0 && (u.Talks == 0 || int(s.inc) <= u.Talks) {
		e.N, s.sent = 1, 1
	}
	s.happen(e, nil, draw)
}

// crash loses everything but the user's program and the numbers that were used.
func (s *twinSide) crash() {
	s.user.Crashes--
	s.tcb = model.TCB{}
	s.quiet = s.tw.now
	if s.tw.timed() {
		s.quiet += max(s.host.Quiet, s.host.Rest)
	}
	s.rest()
}

// hear lets a packet arrive; a host in its quiet time does not hear.
func (s *twinSide) hear(p Packet, draw int) {
	if !s.quietNow() {
		s.happen(model.Event{Kind: model.SegmentArrives, Seg: p.Seg}, &p, draw)
	}
}

func (s *twinSide) happen(e model.Event, cause *Packet, draw int) {
	e.Iss, e.Now = s.shows(draw), uint32(s.tw.now/max(s.host.Grain, 1)+s.host.Stamp)
	was := s.tcb
	if since := s.tw.now - (s.waited - s.host.TimeWait); was.State == model.TimeWait && s.tw.timed() {
		e.Waited = uint32(min(since, s.host.TimeWait))
	} else if was.State == model.TimeWait {
		e.Waited = uint32(s.host.TimeWait)
	}
	next, out := model.Step(s.host.TCP, was, e)
	s.tcb = next
	answered := cause != nil && next.Is(model.Passive) && next.State >= model.SynReceived &&
		(was.State == model.Listen || was.State == model.TimeWait && next.State != model.TimeWait)
	if answered {
		s.begin()
		s.user.Accepts--
		s.use(next.Iss + 1)
	}
	if meets := was.State == model.SynSent && next.State >= model.SynReceived; cause != nil && (answered || meets) {
		s.peerInc = cause.Inc
	}
	for _, seg := range out.Sent() {
		seg.TSEcr = 0
		p := Packet{Dst: 1 - s.me, Seg: seg, Inc: s.inc, To: s.peerInc}
		switch {
		case seg.Has(model.RST) && s.tw.sc.Watch&ForeignReset == 0:
			p.Inc, p.To = NoOne, NoOne
		case seg.Has(model.RST) && cause != nil:
			p.To = cause.Inc
		}
		if seg.Span() > 0 {
			s.use(seg.End())
		}
		s.tw.post(p)
	}
	for _, text := range out.Taken() {
		inc, _ := ghosts(text.Ghost)
		if peer := s.tw.side[1-s.me]; text.Flags&model.FIN != 0 && inc == peer.inc && peer.finSince != never && peer.heard == never {
			peer.heard = s.tw.now
		}
	}
	if out.Timer == model.StartTimer {
		s.waited = s.tw.now + s.host.TimeWait
	}
	if next.State == model.FinWait2 && was.State != next.State {
		s.orphan = s.tw.now + s.host.FinWait2
	}
	if next.State == model.Closed {
		switch was.State {
		case model.TimeWait:
			s.clean = s.clean || e.Kind == model.TimeWaitTimeout
		case model.LastAck:
			s.clean = s.clean || out.Signals&model.CloseOK != 0
		}
	}
	if was.State > model.Listen && next.State == model.Listen && s.user.Accepts <= 0 {
		s.tcb = model.TCB{}
	}
	if was.State > model.Listen && s.tcb.State == model.Closed && s.tw.timed() {
		s.quiet = s.tw.now + s.host.Rest
	}
	s.rest()
	s.remember(&was, &out)
}

// rest: without a connection there is no peer.
func (s *twinSide) rest() {
	if s.tcb.State <= model.Listen {
		s.peerInc, s.textSince, s.finSince, s.heard = NoOne, never, never, never
	}
	if s.tcb.State == model.Closed {
		s.user.Accepts = 0
	}
}

// remember notes since when the text (or SYN), and the FIN, wait for their ACK. When some of the
// text is acknowledged the rest counts from then. An answer of a peer whose window is shut, or was, takes back all that
// counted so far; it counts again from the next thing that is sent.
func (s *twinSide) remember(was *model.TCB, out *model.Output) {
	t := &s.tcb
	fin := t.Is(model.FinSent) && t.Snd.Una != t.Snd.Nxt
	text := t.Snd.Nxt.From(t.Snd.Una)
	if fin {
		text--
	}
	switch {
	case text == 0:
		s.textSince = never
	case s.textSince == never || t.Snd.Una != was.Snd.Una || t.Iss != was.Iss:
		s.textSince = s.tw.now
	}
	switch {
	case !fin:
		s.finSince, s.heard = never, never
	case s.finSince == never:
		s.finSince = s.tw.now
	}
	sent := slices.ContainsFunc(out.Sent(), func(seg model.Segment) bool { return seg.Span() > 0 })
	if out.Answered || s.spared && sent {
		if s.textSince != never {
			s.textSince = s.tw.now
		}
		if s.finSince != never {
			s.finSince = s.tw.now
		}
	}
	s.spared = (out.Answered || s.spared) && !sent && (s.textSince != never || s.finSince != never)
}

// numbersOf is what both the twin and the System must hold of an endpoint.
type numbersOf struct {
	State                 model.State
	Iss, Una, Nxt, RcvNxt model.Seq
	SndWnd, RcvWnd        uint32
	Unsent, Unread        uint32
	Inc, PeerInc          uint8
}

func (s *twinSide) numbers() numbersOf { return numbersIn(&s.tcb, s.inc, s.peerInc) }

func peerNumbers(p *Peer) numbersOf { return numbersIn(&p.TCB, p.Inc, p.PeerInc) }

func numbersIn(t *model.TCB, inc, peerInc uint8) numbersOf {
	n := numbersOf{State: t.State, Unsent: t.Unsent, Unread: t.Unread, Inc: inc, PeerInc: peerInc}
	if t.State >= model.SynSent {
		n.Iss, n.Una, n.Nxt, n.RcvWnd = t.Iss, t.Snd.Una, t.Snd.Nxt, t.Rcv.Wnd
	}
	if t.State >= model.SynReceived {
		n.RcvNxt, n.SndWnd = t.Rcv.Nxt, t.Snd.Wnd
	}
	return n
}
