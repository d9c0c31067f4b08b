package certify

import (
	"maps"

	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The conditions of the theorems about single checks, told again.
func init() {
	maps.Copy(invariants, checkInvariants)
	maps.Copy(witnesses, checkWitnesses)
}

var checkInvariants = map[string]Condition{
	"B is CLOSED or in LISTEN": one(func(_, q *twin.Side) bool { return q.TCB.State <= model.Listen }),
	"B's listener is not closed": one(func(_, q *twin.Side) bool {
		return q.Passive > 0 || q.TCB.State != model.Closed
	}),
	"A sends no RST":                      not(rstTo(netfake.B)),
	"what is new is taken":                onOwn(newIsTaken),
	"no number goes back":                 onOwn(nothingGoesBack),
	"an old segment tells no window":      onOwn(oldTellsNoWindow),
	"nobody keeps text beyond its window": eachWay(func(p, _ *twin.Side) bool { return p.TCB.Held[0].Len == 0 || keepsWindow(&p.TCB) }),
	"in CLOSING B expects nothing that was not sent": one(func(p, q *twin.Side) bool {
		return q.TCB.State != model.Closing || expectsWhatWasSent(p, q)
	}),
	"in any state B expects nothing that was not sent": one(expectsWhatWasSent),
	"A is in its first incarnation":                    one(func(p, _ *twin.Side) bool { return p.Inc == 1 }),
	"TIME-WAIT has a timestamp of B": one(func(p, _ *twin.Side) bool {
		return p.TCB.State != model.TimeWait || p.TCB.TS.Recent <= 5
	}),
	"every segment bears a timestamp": func(_ *twin.World, s *twin.State) bool {
		for _, l := range s.Wire {
			if l.Seg.Opts&model.OptTimestamps == 0 {
				return false
			}
		}
		return true
	},
	"B has not given up": one(func(_, q *twin.Side) bool { return q.TCB.State != model.Closed }),
	"A has not given up": one(func(p, _ *twin.Side) bool { return p.TCB.State != model.Closed }),
}

var checkWitnesses = map[string]Condition{
	"B has taken an octet":      one(func(_, q *twin.Side) bool { return q.Got > 0 }),
	"a RST is under way to A":   rstTo(netfake.A),
	"a RST is under way to B":   rstTo(netfake.B),
	"B holds text out of order": one(func(_, q *twin.Side) bool { return q.TCB.Held[0].Len > 0 }),
	"A has sent two octets and B has taken one": one(func(p, q *twin.Side) bool {
		return p.Sent == 2 && q.Got == 1
	}),
	"text with a new ACK meets a shut window": func(_ *twin.World, s *twin.State) bool {
		for _, l := range s.Wire {
			t := &s.Side[l.To].TCB
			if t.Rcv.Wnd == 0 && l.Seg.Len > 0 && l.Seg.Seq == t.Rcv.Nxt && t.Snd.Una.Less(l.Seg.Ack) {
				return true
			}
		}
		return false
	},
	"B CLOSING":    one(func(_, q *twin.Side) bool { return q.TCB.State == model.Closing }),
	"B CLOSE-WAIT": one(func(_, q *twin.Side) bool { return q.TCB.State == model.CloseWait }),
	"A TIME-WAIT":  one(func(p, _ *twin.Side) bool { return p.TCB.State == model.TimeWait }),
	"A is back in TIME-WAIT": one(func(p, _ *twin.Side) bool {
		return p.TCB.State == model.TimeWait && p.Inc == 2
	}),
	"B still probes a shut window": one(func(_, q *twin.Side) bool {
		t := &q.TCB
		return t.Unacked() && t.Snd.Wnd == 0 && t.Unsent > 0 && q.Spared
	}),
	"A's probe is answered": one(func(p, _ *twin.Side) bool { return p.Spared }),
}

func not(c Condition) Condition {
	return func(w *twin.World, s *twin.State) bool { return !c(w, s) }
}

// rstTo: a RST is under way to an endpoint.
func rstTo(dst int) Condition {
	return func(_ *twin.World, s *twin.State) bool {
		for _, l := range s.Wire {
			if l.To == dst && l.Seg.Has(model.RST) {
				return true
			}
		}
		return false
	}
}

// keepsWindow: every piece that is held ends within the window.
func keepsWindow(t *model.TCB) bool {
	for _, h := range t.Held {
		if end := h.Seq + model.Seq(h.Len); h.Len > 0 && end.From(t.Rcv.Nxt) > t.Rcv.Wnd {
			return false
		}
	}
	return true
}

// expectsWhatWasSent: q, which is connected, expects nothing of a living p that p has not sent.
func expectsWhatWasSent(p, q *twin.Side) bool {
	return p.TCB.State < model.SynSent || q.TCB.State < model.SynReceived || q.TCB.Rcv.Nxt.AtMost(p.TCB.Snd.Nxt)
}

// onOwn asks what each segment of the connection's own would do to an ESTABLISHED endpoint.
func onOwn(holds func(before, after *model.TCB, seg *model.Segment) bool) Condition {
	return func(w *twin.World, s *twin.State) bool {
		for _, l := range s.Wire {
			q := &s.Side[l.To]
			if q.TCB.State != model.Established || l.From != q.PeerInc || l.For != q.Inc || l.Seg.Has(model.RST) {
				continue
			}
			after, _ := model.Step(w.Config(l.To), q.TCB, model.Event{Kind: model.SegmentArrives, Seg: l.Seg})
			if after.State == model.Established && !holds(&q.TCB, &after, &l.Seg) {
				return false
			}
		}
		return true
	}
}

// newIsTaken: octets from RCV.NXT on, as far as there is room, and an ACK that comes in order.
func newIsTaken(before, after *model.TCB, seg *model.Segment) bool {
	first, room := before.Rcv.Nxt.From(seg.Seq), before.Rcv.Wnd // octets of the segment that came before
	if seg.Seq.AtMost(before.Rcv.Nxt) && first < uint32(seg.Len) {
		fresh := min(uint32(seg.Len)-first, room)
		if after.Rcv.Nxt.Less(before.Rcv.Nxt + model.Seq(fresh)) {
			return false
		}
	}
	inOrder := seg.Seq == before.Rcv.Nxt && before.Snd.Una.Less(seg.Ack) && seg.Ack.AtMost(before.Snd.Nxt)
	return !inOrder || after.Snd.Una == seg.Ack
}

func nothingGoesBack(before, after *model.TCB, _ *model.Segment) bool {
	return !after.Snd.Una.Less(before.Snd.Una) && !after.Rcv.Nxt.Less(before.Rcv.Nxt)
}

// oldTellsNoWindow: a segment that ends before the one that told SND.WND began, or is as old and has an older ACK.
func oldTellsNoWindow(before, after *model.TCB, seg *model.Segment) bool {
	last := &before.Snd
	older := seg.Seq.Less(last.Wl1) && !last.Wl1.Less(seg.End()) || seg.Seq == last.Wl1 && seg.Ack.Less(last.Wl2)
	return !older || after.Snd.Wnd == last.Wnd
}
