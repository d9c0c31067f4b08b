package coverage

import (
	"math/rand/v2"

	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/model"
)

// taken is one step with what goes into it, before it is taken.
type taken struct {
	c model.Config
	t model.TCB
	e model.Event
}

func (x taken) step() Step {
	after, o := model.Step(x.c, x.t, x.e)
	return Observe(x.c, &model.Transition{Before: x.t, Event: x.e, After: after, Output: o})
}

// source draws steps: checks are at edges, so most numbers lie near others.
type source struct{ *rand.Rand }

func from(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 7))} }

func (s source) near(q model.Seq) model.Seq {
	switch s.IntN(12) {
	case 0:
		return model.Seq(s.Uint32())
	case 1, 2, 3:
		return q
	}
	return q + model.Seq(s.IntN(13)) - 6
}

func (s source) size() uint32 {
	switch s.IntN(8) {
	case 0:
		return s.Uint32N(1 << 20)
	case 1, 2:
		return 0
	}
	return s.Uint32N(9)
}

func (s source) config() model.Config {
	c := model.Config{RcvBuf: s.size(), MSS: uint16(s.size()), WScale: uint8(s.IntN(20))}
	if s.IntN(8) == 0 {
		c.MSS = 1460 // above the default of a peer that announces none
	}
	for _, p := range model.Policies {
		if s.IntN(4) == 0 {
			p.Set(&c, s.IntN(len(p.Values)))
		}
	}
	if c.Handshake == model.FourSegments {
		// ??? There an ACK of part of the text on our SYN makes SYN-SENT repeat that text, with an
		// ACK of nothing, in place of the SYN. No clause says so.
		c.DataOnSyn = false
	}
	return c
}

// tcb draws a TCB that hangs together as every reachable one does: UNA =< NXT, a SYN at their
// head only while ISS is unacknowledged, and nothing in variables that its state leaves unset.
func (s source) tcb() model.TCB {
	st := model.State(s.IntN(model.NumStates))
	t := model.TCB{State: st, Marks: model.Marks(s.IntN(4))}
	if st <= model.Listen {
		if st == model.Closed {
			return model.TCB{}
		}
		t.Marks |= model.Passive
		return t
	}
	t.Marks = model.Marks(s.IntN(1 << 12))
	t.Iss = model.Seq(s.Uint32())
	t.Unsent, t.Wanted, t.MSS = s.size(), s.size(), uint16(s.size())
	t.SndShift, t.RcvShift = uint8(s.IntN(15)), uint8(s.IntN(15))
	t.Rcv.Wnd = s.size()
	s.numbers(&t)
	if st == model.SynSent {
		t.Marks &^= model.TSOK | model.WSOK | model.SACKOK | model.Passive
		return t
	}
	t.Irs = model.Seq(s.Uint32())
	t.Rcv.Nxt = t.Irs + 1 + model.Seq(s.size())
	t.Rcv.Up = s.near(t.Rcv.Nxt)
	t.Unread = s.size()
	t.Snd.Wl1, t.Snd.Wl2 = s.near(t.Rcv.Nxt), s.near(t.Snd.Una)
	t.Snd.Wnd, t.Snd.MaxWnd = s.size(), s.size()
	t.TS = model.TimestampVars{Recent: s.Uint32N(9), LastAckSent: s.near(t.Rcv.Nxt)}
	if st == model.SynReceived && t.Is(model.Reopened) {
		t.Marks |= model.Passive
		t.Old = model.OldVars{SndNxt: s.near(t.Iss), RcvNxt: s.near(t.Irs), TSRecent: s.Uint32N(9)}
	}
	s.hold(&t)
	return t
}

// numbers draws what was sent and acknowledged.
func (s source) numbers(t *model.TCB) {
	t.Snd.Una, t.Snd.Nxt = t.Iss, t.Iss+1
	early := t.State <= model.SynReceived
	if early {
		t.Marks &^= model.FinSent
		t.SynText = uint8(s.IntN(3))
		t.Snd.Nxt += model.Seq(t.SynText)
	} else if s.IntN(6) > 0 {
		t.Snd.Una += 1 + model.Seq(s.size())
		t.Snd.Nxt = t.Snd.Una + model.Seq(s.IntN(5))
	}
	if t.State == model.SynSent {
		t.Marks &^= model.CloseAsked
	}
	if t.State != model.SynReceived {
		t.Marks &^= model.Reopened | model.OldTSOK
	}
	switch t.State {
	case model.Established:
		t.Marks &^= model.FinSent | model.CloseAsked
	case model.CloseWait:
		t.Marks &^= model.FinSent
	case model.FinWait2, model.TimeWait:
		t.Marks |= model.FinSent | model.CloseAsked
		t.Snd.Una, t.Unsent = t.Snd.Nxt, 0
	case model.LastAck:
		t.Marks |= model.FinSent | model.CloseAsked
	case model.FinWait1, model.Closing:
		t.Marks |= model.CloseAsked
	}
	if t.Is(model.FinSent) {
		t.Unsent = 0
		if t.Snd.Una == t.Snd.Nxt && t.State != model.FinWait2 && t.State != model.TimeWait {
			t.Snd.Nxt++
		}
	}
	if t.Is(model.SndUrgent) {
		t.Snd.Up = t.Snd.Una + model.Seq(s.Uint32N(t.Snd.Nxt.From(t.Snd.Una)+t.Unsent+1))
	}
}

// hold draws up to two pieces that lie beyond RCV.NXT, in order of their numbers.
func (s source) hold(t *model.TCB) {
	if t.State > model.FinWait2 {
		return
	}
	at := t.Rcv.Nxt
	if t.State > model.SynReceived {
		at++
	}
	for i := range t.Held {
		if s.IntN(2) == 0 {
			return
		}
		at += model.Seq(s.IntN(3))
		t.Held[i] = model.Held{Seq: at, Len: uint16(1 + s.IntN(3)), Flags: model.Flags(s.IntN(16)) & (model.FIN | model.PSH)}
		at += model.Seq(1 + s.IntN(2))
	}
}

func (s source) event(t model.TCB) model.Event {
	kind := model.EventKind(s.IntN(model.NumEventKinds))
	if s.IntN(3) > 0 {
		kind = model.SegmentArrives
	}
	return model.Event{Kind: kind, Urgent: s.IntN(3) == 0, Remote: s.IntN(2) == 0, N: s.sends(),
		Iss: s.near(t.Snd.Nxt), Now: s.Uint32N(9), Waited: s.Uint32N(4), Seg: s.segment(t)}
}

func (s source) sends() uint32 {
	if s.IntN(16) == 0 {
		return 1 << 30
	}
	return s.size()
}

func (s source) segment(t model.TCB) model.Segment {
	common := []model.Flags{model.ACK, model.ACK, model.ACK | model.PSH, model.ACK | model.FIN, model.SYN,
		model.SYN | model.ACK, model.RST, model.RST | model.ACK, model.ACK | model.URG}
	flags := model.Flags(s.IntN(64))
	if s.IntN(4) > 0 {
		flags = common[s.IntN(len(common))]
	}
	seg := model.Segment{Seq: s.near(t.Rcv.Nxt), Ack: s.near(t.Snd.Nxt), TSVal: s.Uint32N(9), Flags: flags,
		Wnd: uint16(s.size()), Up: uint16(s.size()), MSS: uint16(s.size()), WScale: uint8(s.IntN(16))}
	if s.IntN(2) == 0 {
		seg.Len = uint16(s.size())
	}
	if s.IntN(3) == 0 {
		seg.Seq = t.Irs
	}
	if s.IntN(3) > 0 {
		seg.Opts = model.Options(s.IntN(16))
	}
	if s.IntN(12) == 0 {
		seg.Opts |= model.OtherCompartment
	}
	return seg
}

// walk is a run of two endpoints over a network that loses, delays and doubles.
func walk(seed uint64, steps int, saw func(taken)) {
	s := from(seed)
	c := s.config()
	c.RcvBuf, c.MSS = s.Uint32N(12), uint16(1+s.IntN(4))
	var t [2]model.TCB
	var net [2][]model.Segment
	kinds := []model.EventKind{model.OpenPassive, model.OpenActive, model.OpenActive, model.Send, model.Send, model.Receive,
		model.Close, model.RetransmissionTimeout, model.RetransmissionTimeout, model.TimeWaitTimeout}
	for n := range steps {
		i := s.IntN(2)
		e := model.Event{Kind: kinds[s.IntN(len(kinds))], Remote: true, N: s.Uint32N(6), Iss: model.Seq(s.IntN(4) * 50), Now: uint32(n)}
		if k := len(net[i]); k > 0 && s.IntN(3) > 0 {
			j := s.IntN(k)
			e.Kind, e.Seg = model.SegmentArrives, net[i][j]
			if s.IntN(5) > 0 {
				net[i] = append(net[i][:j:j], net[i][j+1:]...)
			}
		}
		saw(taken{c, t[i], e})
		after, o := model.Step(c, t[i], e)
		t[i] = after
		for _, seg := range o.Sent() {
			if len(net[1-i]) < 8 {
				net[1-i] = append(net[1-i], seg)
			}
		}
	}
}

// sample shows n drawn steps, as many of walks, and those of the dialogues.
func sample(seed uint64, n int, saw func(taken)) {
	s := from(seed)
	for range n {
		c, t := s.config(), s.tcb()
		saw(taken{c, t, s.event(t)})
	}
	for i := range uint64(n / 100) {
		walk(seed+i, 100, saw)
	}
	for _, script := range figures.All() {
		err := script.Watch(func(c model.Config, t *model.Transition) { saw(taken{c, t.Before, t.Event}) })
		if err != nil {
			panic(err)
		}
	}
}
