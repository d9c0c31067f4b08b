package properties

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Invariants returns every invariant, for scenario files and documents that refer to it by name.
func Invariants() []Invariant {
	return append(Never(1<<netfake.NumFaults-1), agreement, numbersAgree, ordered, repairable, asByRFC5961, asByRFC9293)
}

// Never returns one invariant for each of these faults: the fault does not happen.
func Never(faults netfake.Fault) (list []Invariant) {
	for i := range netfake.NumFaults {
		if f := netfake.Fault(1) << i; faults&f != 0 {
			list = append(list, never(f))
		}
	}
	return list
}

// Meaning says in words what has happened if the named invariant does not hold. It is empty if the name says it.
func Meaning(name string) string {
	for _, c := range Invariants() {
		if c.Name == name {
			return c.Meaning
		}
	}
	return ""
}

// Named returns the invariants with these names. It panics if there is no invariant with a name.
func Named(names ...string) (list []Invariant) {
	all := Invariants()
	for _, n := range names {
		i := slices.IndexFunc(all, func(c Invariant) bool { return c.Name == n })
		if i < 0 {
			panic("BUG: no invariant " + n)
		}
		list = append(list, all[i])
	}
	return list
}

// connected reports whether p is synchronized with the present incarnation of q, which still lives.
func connected(p, q *netfake.Peer) bool {
	return p.State().Synchronized() && p.RemoteInc == q.Inc && q.State() >= model.SynSent
}

// agreement: who is synchronized with a living incarnation holds that incarnation's initial number
// (Murphy and Shankar 1987, RFC 9293 §3.4.1).
var agreement = explained("agreement",
	"an endpoint is synchronized with a living incarnation, and does not have that incarnation's initial sequence number", agrees, func(p, q *netfake.Peer) string {
		return fmt.Sprintf("{p} has IRS=%d, and {q} has ISS=%d", p.TCB.Irs, q.TCB.Iss)
	})

func agrees(p, q *netfake.Peer) bool { return !connected(p, q) || p.TCB.Irs == q.TCB.Iss }

// numbersAgree: of two that are connected with each other neither expects what the other has not
// sent, nor takes for acknowledged what the other has not received. RFC 1337's hazard H2 is its violation.
var numbersAgree = explained("numbers-agree",
	"two ends are connected, and one expects something that was never sent, or counts as received something that was not", numbersFit, func(p, q *netfake.Peer) string {
		if !p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) {
			return fmt.Sprintf("{p} expects RCV.NXT=%d, and {q} has sent up to SND.NXT=%d", p.TCB.Rcv.Nxt, q.TCB.Snd.Nxt)
		}
		return fmt.Sprintf("{p} takes everything before SND.UNA=%d for received, and {q} is at RCV.NXT=%d", p.TCB.Snd.Una, q.TCB.Rcv.Nxt)
	})

func numbersFit(p, q *netfake.Peer) bool {
	if !connected(p, q) || !connected(q, p) {
		return true
	}
	return p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) && p.TCB.Snd.Una.AtMost(q.TCB.Rcv.Nxt)
}

// ordered: ISS =< SND.UNA =< SND.NXT.
var ordered = explained("una-nxt-ordered", "ISS =< SND.UNA =< SND.NXT does not hold", inOrder, func(p, _ *netfake.Peer) string {
	return fmt.Sprintf("{p} has ISS=%d, SND.UNA=%d and SND.NXT=%d", p.TCB.Iss, p.TCB.Snd.Una, p.TCB.Snd.Nxt)
})

func inOrder(p, _ *netfake.Peer) bool {
	t := &p.TCB
	return t.State < model.SynSent || t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)
}

// repairable: while one side waits in SYN-SENT for a peer that is already open towards it, that
// peer still has its SYN to send again, or the SYN is still under way.
var repairable = func() Condition {
	c := OnState("repairable", func(sys *netfake.System, s netfake.State) bool { return stuck(sys, s) < 0 })
	c.Meaning = "one side waits for a SYN that the other will not send again, and none is in the network"
	c.Part = func(sys *netfake.System, s netfake.State) string {
		me := stuck(sys, s)
		w := sys.Unpack(s)
		return fmt.Sprintf("%s waits for <SEQ=%d><CTL=SYN>", netfake.PeerName(me), w.Peer[1-me].TCB.Iss)
	}
	return c
}()

// stuck is the side that waits for a SYN that will not come, or negative.
func stuck(sys *netfake.System, s netfake.State) (me int) {
	w := sys.Unpack(s)
	for me := range w.Peer {
		p, q := &w.Peer[me], &w.Peer[1-me]
		if p.State() != model.SynSent || q.State() != model.Established || q.RemoteInc != p.Inc {
			continue
		}
		if q.TCB.Snd.Una != q.TCB.Iss && !synUnderWay(&w, sys, me, q.TCB.Iss) {
			return me
		}
	}
	return -1
}

func synUnderWay(w *netfake.World, sys *netfake.System, dst int, iss model.Seq) bool {
	for _, p := range w.Wire(sys) {
		if p.Dst == dst && p.Seg.Has(model.SYN) && p.Seg.Seq == iss {
			return true
		}
	}
	return false
}
