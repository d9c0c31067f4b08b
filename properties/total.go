package properties

import (
	"fmt"
	"math/rand/v2"

	"github.com/tcpcheck/tcpcheck/model"
)

// near draws a number that is close to s, or anywhere: checks are at edges.
func near(rnd *rand.Rand, s model.Seq) model.Seq {
	if rnd.IntN(4) == 0 {
		return model.Seq(rnd.Uint32())
	}
	return s + model.Seq(rnd.IntN(13)) - 6
}

// randomStep draws a policy, a TCB that need not be reachable, and an event.
func randomStep(rnd *rand.Rand) (model.Config, model.TCB, model.Event) {
	c := model.Config{RcvBuf: rnd.Uint32N(9), MSS: uint16(rnd.IntN(4)), WScale: uint8(rnd.IntN(20))}
	for _, p := range model.Policies {
		p.Set(&c, rnd.IntN(len(p.Values)))
	}
	iss, irs := model.Seq(rnd.Uint32()), model.Seq(rnd.Uint32())
	t := model.TCB{
		State: model.State(rnd.IntN(model.NumStates)), Marks: model.Marks(rnd.Uint32()), Iss: iss, Irs: irs,
		Unsent: rnd.Uint32N(5), Unread: rnd.Uint32N(5), Wanted: rnd.Uint32N(5), MSS: uint16(rnd.IntN(4)),
		SndShift: uint8(rnd.Uint32()), RcvShift: uint8(rnd.Uint32()), SynText: uint8(rnd.IntN(3)),
	}
	t.Snd = model.SendVars{Una: near(rnd, iss), Nxt: near(rnd, iss), Wl1: near(rnd, irs), Wl2: near(rnd, iss), Up: near(rnd, iss), Wnd: rnd.Uint32N(9), MaxWnd: rnd.Uint32N(9)}
	t.Rcv = model.RecvVars{Nxt: near(rnd, irs), Up: near(rnd, irs), Wnd: rnd.Uint32N(9)}
	for i := range t.Held {
		t.Held[i] = model.Held{Seq: near(rnd, irs), Len: uint16(rnd.IntN(4)), Flags: model.Flags(rnd.Uint32())}
	}
	e := model.Event{Kind: model.EventKind(rnd.IntN(model.NumEventKinds)), Urgent: rnd.IntN(2) == 0, Remote: rnd.IntN(2) == 0,
		N: rnd.Uint32N(4), Iss: near(rnd, iss), Now: rnd.Uint32N(9)}
	e.Seg = model.Segment{Seq: near(rnd, irs), Ack: near(rnd, iss), TSVal: rnd.Uint32N(9), TSEcr: rnd.Uint32N(9),
		Len: uint16(rnd.IntN(6)), Wnd: uint16(rnd.IntN(9)), Up: uint16(rnd.IntN(5)), MSS: uint16(rnd.IntN(4)),
		Flags: model.Flags(rnd.Uint32()) & 63, Opts: model.Options(rnd.Uint32()) & 31, WScale: uint8(rnd.Uint32())}
	return c, t, e
}

// stepIsWellFormed takes one step and says what is wrong with it, if anything.
func stepIsWellFormed(c model.Config, t model.TCB, e model.Event) (wrong string) {
	defer func() {
		if r := recover(); r != nil {
			wrong = fmt.Sprintf("panic: %v", r)
		}
	}()
	after, out := model.Step(c, t, e)
	if after.State >= model.NumStates {
		return "a state that is none"
	}
	for i, s := range out.Sent() {
		last := i == len(out.Sent())-1
		switch {
		case s.Has(model.SYN | model.RST), s.Has(model.SYN | model.FIN):
			return "SYN together with " + s.Flags.String()
		case !s.Has(model.ACK) && s.Flags&(model.RST|model.SYN) == 0:
			return "a segment without ACK, SYN and RST: " + s.String()
		case s.Has(model.RST) && e.Kind == model.SegmentArrives && e.Seg.Has(model.RST):
			return "a RST answered by a RST"
		case last && s.Has(model.ACK) && !s.Has(model.RST) && after.State >= model.SynReceived && s.Ack != after.Rcv.Nxt:
			return fmt.Sprintf("%v in %v: SEG.ACK is not RCV.NXT %d", s, after.State, after.Rcv.Nxt)
		}
	}
	for _, h := range out.Taken() {
		if end := h.Seq + model.Seq(h.Len); h.Flags&model.FIN != 0 && after.State.Synchronized() && after.Rcv.Nxt != end+1 {
			return "a FIN was taken and not counted"
		}
	}
	return ""
}
