package certify

import (
	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// checks are the invariants of theorems about single checks of §3.10.7. Scenario files do not offer them.
var checks = map[string]Condition{
	"B is CLOSED or in LISTEN":   one(func(_, q *twin.Side) bool { return q.TCB.State <= model.Listen }),
	"B's listener is not closed": one(func(_, q *twin.Side) bool { return q.Passive > 0 || q.TCB.State != model.Closed }),
	"A sends no RST":             not(underWay(func(l *twin.Letter, _ *twin.Side) bool { return l.To == netfake.B && l.Seg.Has(model.RST) })),
	"nobody keeps text beyond its window": eachWay(func(p, _ *twin.Side) bool {
		t := &p.TCB
		for _, h := range t.Held {
			if h.Len > 0 && (t.Rcv.Nxt + model.Seq(t.Rcv.Wnd)).Less(h.Seq+model.Seq(h.Len)) {
				return false
			}
		}
		return true
	}),
	"what is new is taken":           ofOwn(newIsTaken),
	"no number goes back":            ofOwn(nothingGoesBack),
	"an old segment tells no window": ofOwn(oldTellsNoWindow),
	"in CLOSING B expects nothing that was not sent": one(func(p, q *twin.Side) bool {
		return q.TCB.State != model.Closing || expectsWhatWasSent(p, q)
	}),
	"in any state B expects nothing that was not sent": one(expectsWhatWasSent),
	"B has taken no octet":                             one(func(_, q *twin.Side) bool { return q.Got == 0 }),
	"A is in its first incarnation":                    one(func(p, _ *twin.Side) bool { return p.Inc == 1 }),
	"TIME-WAIT has a timestamp of B": one(func(p, _ *twin.Side) bool {
		return p.TCB.State != model.TimeWait || p.TCB.TS.Recent <= 5 // what B's clock shows there
	}),
	"every segment bears a timestamp": not(underWay(func(l *twin.Letter, _ *twin.Side) bool { return l.Seg.Opts&model.OptTimestamps == 0 })),
	"A has not given up":              one(func(p, _ *twin.Side) bool { return p.TCB.State != model.Closed }),
	"B has not given up":              one(func(_, q *twin.Side) bool { return q.TCB.State != model.Closed }),
}

// ofChecks are the witnesses of the same theorems.
var ofChecks = map[string]Condition{
	"a RST is under way to A": underWay(func(l *twin.Letter, _ *twin.Side) bool { return l.To == netfake.A && l.Seg.Has(model.RST) }),
	"a RST is under way to B": underWay(func(l *twin.Letter, _ *twin.Side) bool { return l.To == netfake.B && l.Seg.Has(model.RST) }),
	"text with a new ACK meets a shut window": underWay(func(l *twin.Letter, q *twin.Side) bool {
		t := &q.TCB
		return t.Rcv.Wnd == 0 && l.Seg.Len > 0 && l.Seg.Seq == t.Rcv.Nxt && t.Snd.Una.Less(l.Seg.Ack)
	}),
	"B has taken an octet":                      one(func(_, q *twin.Side) bool { return q.Got > 0 }),
	"B holds text out of order":                 one(func(_, q *twin.Side) bool { return q.TCB.Held[0].Len > 0 }),
	"A has sent two octets and B has taken one": one(func(p, q *twin.Side) bool { return p.Sent == 2 && q.Got == 1 }),
	"A is back in TIME-WAIT":                    one(func(p, _ *twin.Side) bool { return p.TCB.State == model.TimeWait && p.Inc == 2 }),
	"B still probes a shut window": one(func(_, q *twin.Side) bool {
		return q.TCB.Snd.Una != q.TCB.Snd.Nxt && q.TCB.Snd.Wnd == 0 && q.TCB.Unsent > 0 && q.Spared
	}),
	"A's probe is answered": one(func(p, _ *twin.Side) bool { return p.Spared }),
}

func not(c Condition) Condition {
	return func(w *twin.World, s *twin.State) bool { return !c(w, s) }
}

// underWay: there is such a letter, to such an endpoint.
func underWay(is func(l *twin.Letter, q *twin.Side) bool) Condition {
	return func(_ *twin.World, s *twin.State) bool {
		for i := range s.Wire {
			if l := &s.Wire[i]; is(l, &s.Side[l.To]) {
				return true
			}
		}
		return false
	}
}

// expectsWhatWasSent: B expects nothing of a living A that A has not sent.
func expectsWhatWasSent(p, q *twin.Side) bool {
	return p.TCB.State < model.SynSent || q.TCB.State < model.SynReceived || q.TCB.Rcv.Nxt.AtMost(p.TCB.Snd.Nxt)
}

// ofOwn asks a question of the step that each segment of the connection's own would be, if it arrived now and left the
// connection open.
func ofOwn(holds func(before, after *model.TCB, seg *model.Segment) bool) Condition {
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

// newIsTaken: text that begins at or before RCV.NXT and reaches beyond it is taken as far as the window goes, and a new
// ACK that comes in order is taken.
func newIsTaken(before, after *model.TCB, seg *model.Segment) bool {
	next, end := before.Rcv.Nxt, seg.Seq+model.Seq(seg.Len)
	if edge := next + model.Seq(before.Rcv.Wnd); edge.Less(end) {
		end = edge
	}
	if seg.Seq.AtMost(next) && next.Less(end) && after.Rcv.Nxt.Less(end) {
		return false
	}
	fresh := seg.Seq == next && before.Snd.Una.Less(seg.Ack) && seg.Ack.AtMost(before.Snd.Nxt)
	return !fresh || after.Snd.Una == seg.Ack
}

// nothingGoesBack: neither SND.UNA nor RCV.NXT moves back.
func nothingGoesBack(before, after *model.TCB, _ *model.Segment) bool {
	return before.Snd.Una.AtMost(after.Snd.Una) && before.Rcv.Nxt.AtMost(after.Rcv.Nxt)
}

// oldTellsNoWindow: a segment all of which comes before the one that set SND.WND does not change it.
func oldTellsNoWindow(before, after *model.TCB, seg *model.Segment) bool {
	wl1, wl2 := before.Snd.Wl1, before.Snd.Wl2
	old := seg.Seq.Less(wl1) && seg.End().AtMost(wl1) || seg.Seq == wl1 && seg.Ack.Less(wl2)
	return !old || after.Snd.Wnd == before.Snd.Wnd
}
