package certify

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Condition is a question about a state of the twin.
type Condition func(w *twin.World, s *twin.State) bool

// Invariant returns the condition of the invariant with the given name, as scenario files spell it.
func Invariant(name string) (Condition, bool) {
	if fault, ok := strings.CutPrefix(name, "no-"); ok {
		if f, err := netfake.ParseFault(fault); err == nil {
			return func(_ *twin.World, s *twin.State) bool { return s.Faults&f == 0 }, true
		}
	}
	holds, ok := invariants[name]
	if !ok {
		holds, ok = checks[name]
	}
	return holds, ok
}

var invariants = map[string]Condition{
	"agreement":                  eachWay(agree),
	"numbers-agree":              eachWay(numbersAgree),
	"una-nxt-ordered":            eachWay(ordered),
	"repairable":                 repairable,
	"own-segments-as-by-rfc5961": ownSegmentsAs(model.RecentAck),
	"own-segments-as-by-rfc9293": ownSegmentsAs(model.AnyOldAck),
}

// eachWay asks a question of A about B, and of B about A.
func eachWay(holds func(p, q *twin.Side) bool) Condition {
	return func(_ *twin.World, s *twin.State) bool {
		return holds(&s.Side[0], &s.Side[1]) && holds(&s.Side[1], &s.Side[0])
	}
}

// connected reports whether p is synchronized with the present incarnation of q, which still lives.
func connected(p, q *twin.Side) bool {
	return p.TCB.State.Synchronized() && p.PeerInc == q.Inc && q.TCB.State >= model.SynSent
}

// agree: who is connected holds the other's initial number.
func agree(p, q *twin.Side) bool { return !connected(p, q) || p.TCB.Irs == q.TCB.Iss }

// numbersAgree: of two that are connected with each other, p expects nothing that q has not sent, and takes nothing
// for acknowledged that q has not received.
func numbersAgree(p, q *twin.Side) bool {
	if !connected(p, q) || !connected(q, p) {
		return true
	}
	return p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) && p.TCB.Snd.Una.AtMost(q.TCB.Rcv.Nxt)
}

// ordered: ISS =< SND.UNA =< SND.NXT.
func ordered(p, _ *twin.Side) bool {
	t := &p.TCB
	return t.State < model.SynSent || t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)
}

// repairable: while one side waits in SYN-SENT for a peer that is open towards it, that peer still has its SYN to send
// again, or the SYN is under way.
func repairable(_ *twin.World, s *twin.State) bool {
	for me := range s.Side {
		p, q := &s.Side[me], &s.Side[1-me]
		if p.TCB.State != model.SynSent || q.TCB.State != model.Established || q.PeerInc != p.Inc || q.TCB.Snd.Una == q.TCB.Iss {
			continue
		}
		underWay := false
		for _, l := range s.Wire {
			underWay = underWay || l.To == me && l.Seg.Has(model.SYN) && l.Seg.Seq == q.TCB.Iss
		}
		if !underWay {
			return false
		}
	}
	return true
}

// ownSegmentsAs: of each segment of its own connection that is under way an endpoint would make the same with another
// check of the ACK.
func ownSegmentsAs(other model.AckRange) Condition {
	return func(w *twin.World, s *twin.State) bool {
		for _, l := range s.Wire {
			q := &s.Side[l.To]
			own := l.From == q.PeerInc && (l.For == q.Inc || l.For == netfake.NoOne)
			if q.TCB.State < model.SynReceived || !own {
				continue
			}
			c := w.Config(l.To)
			e := model.Event{Kind: model.SegmentArrives, Seg: l.Seg}
			is, out := model.Step(c, q.TCB, e)
			c.AckRange = other
			would, wouldOut := model.Step(c, q.TCB, e)
			if is != would || out != wouldOut {
				return false
			}
		}
		return true
	}
}
