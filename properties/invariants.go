package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// never is the invariant that no fault of the given kind has happened.
func never(f netfake.Fault) Invariant {
	name := "no fault"
	for i, n := range netfake.FaultNames {
		if f == 1<<i {
			name = "no-" + n
		}
	}
	holds := func(_ *netfake.System, s netfake.State) bool { return s.Faults()&f == 0 }
	return Invariant{Name: name, Holds: holds, Blind: netfake.AllReductions}
}

// nevers is one invariant for each of the faults.
func nevers(fs ...netfake.Fault) (all []Invariant) {
	for _, f := range fs {
		all = append(all, never(f))
	}
	return all
}

// Invariants is every invariant, by name, for scenario files and documents.
func Invariants() []Invariant {
	var all []Invariant
	for i := range netfake.NumFaults {
		all = append(all, never(1<<i))
	}
	return append(all, agreement, numbersAgree, ordered, repairable)
}

// onWorld makes a condition of a question about the unpacked world. It cannot see the wire, which only a System
// can decode, and so not what the reductions of the wire do.
func onWorld(name string, holds func(w *netfake.World) bool) Condition {
	onState := func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		return holds(&w)
	}
	return Condition{Name: name, Holds: onState, Blind: netfake.Dead | netfake.Alike}
}

// symmetric says of a question that it has the same answer when A and B change places.
func symmetric(c Condition) Condition {
	c.Blind |= netfake.Mirror
	return c
}

// eachWay asks a question of A about B and of B about A.
func eachWay(name string, holds func(p, q *netfake.Peer) bool) Condition {
	return symmetric(onWorld(name, func(w *netfake.World) bool {
		return holds(&w.Peer[0], &w.Peer[1]) && holds(&w.Peer[1], &w.Peer[0])
	}))
}

// connected reports whether p is synchronized with the present incarnation of q, which still lives.
func connected(p, q *netfake.Peer) bool {
	return p.State().Synchronized() && p.PeerInc == q.Inc && q.State() >= model.SynSent
}

// agreement: who is synchronized with a living incarnation holds that incarnation's initial number
// (Murphy and Shankar 1987, RFC 9293 §3.4.1).
var agreement = eachWay("agreement", func(p, q *netfake.Peer) bool {
	return !connected(p, q) || p.TCB.Irs == q.TCB.Iss
})

// numbersAgree: of two that are connected with each other neither expects what the other has not
// sent, nor takes for acknowledged what the other has not received. RFC 1337's hazard H2 is its violation.
var numbersAgree = eachWay("numbers-agree", func(p, q *netfake.Peer) bool {
	if !connected(p, q) || !connected(q, p) {
		return true
	}
	return p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) && p.TCB.Snd.Una.AtMost(q.TCB.Rcv.Nxt)
})

// ordered: ISS =< SND.UNA =< SND.NXT.
var ordered = eachWay("una-nxt-ordered", func(p, _ *netfake.Peer) bool {
	t := &p.TCB
	return t.State < model.SynSent || t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)
})

// repairable: while one side waits in SYN-SENT for a peer that is already open towards it, that
// peer still has its SYN to send again, or the SYN is still under way.
var repairable = Condition{Name: "repairable", Holds: func(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	for me := range w.Peer {
		p, q := &w.Peer[me], &w.Peer[1-me]
		if p.State() != model.SynSent || q.State() != model.Established || q.PeerInc != p.Inc {
			continue
		}
		if q.TCB.Snd.Una == q.TCB.Iss || synUnderWay(&w, sys, me, q.TCB.Iss) {
			continue
		}
		return false
	}
	return true
}}

func synUnderWay(w *netfake.World, sys *netfake.System, dst int, iss model.Seq) bool {
	for _, p := range w.Wire(sys) {
		if p.Dst == dst && p.Seg.Has(model.SYN) && p.Seg.Seq == iss {
			return true
		}
	}
	return false
}
