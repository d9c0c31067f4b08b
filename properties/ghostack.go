package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// A ghost ACK acknowledges what its receiver never sent. RFC 9293 takes every ACK that is not above SND.NXT, half the
// circle; the check of RFC 5961 §5 takes those within the largest window below SND.UNA, which early in a connection
// reach below ISS. draft-ietf-tcpm-tcp-ghost-acks describes both, and proposes to bound by what was sent as well.

// ghostAcks is an established connection in which B has sent nothing but its SYN, and an attacker who knows B's
// RCV.NXT and has an octet of text with each ACK that lies within two windows below B's SYN, or above all that B
// sends: each acknowledges what B never sent. Which of them pass is what the search finds.
func ghostAcks(check model.AckRange) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := netfake.TwoHosts()
		sc.Start = netfake.StartEstablished
		sc.Peer[a].User = netfake.User{Octets: 1}
		sc.Both(func(h *netfake.Host) { h.TCP.AckRange = check })
		for ack := netfake.BaseB - 8; ack <= netfake.BaseB; ack++ {
			sc.Attacker = append(sc.Attacker, ghost(ack))
		}
		sc.Attacker = append(sc.Attacker, ghost(netfake.BaseB+2))
		return watching(sc, netfake.ForeignData)
	}
}

// ghost is the attacker's octet, with the number that B expects.
func ghost(ack model.Seq) netfake.Packet {
	return netfake.Packet{Dst: b, Seg: model.Segment{Seq: netfake.BaseA + 1, Ack: ack, Flags: model.ACK, Len: 1, Wnd: 4}}
}

// onlyGhost leaves the attacker one ACK.
func onlyGhost(ack model.Seq) Change {
	return func(q *Question) { q.Attacker = []netfake.Packet{ghost(ack)} }
}

func ackRange(r model.AckRange) Change {
	return policy(func(c *model.Config) { c.AckRange = r })
}

// chatty is a connection from its opening to A's close, over which A sends an octet and B two, on a wire that may lose
// one segment and reorders all. A's buffer is of one octet, so that ACKs can come that are older than a window.
func chatty() netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Net = netfake.Network{Bag: true, Losses: 1, NoPrematureRetransmission: true}
	sc.Both(func(h *netfake.Host) { h.TCP.AckRange, h.TCP.MSS = model.SentAck, 1 })
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true}
	sc.Peer[b].User = netfake.User{Passive: 1, Octets: 2}
	sc.Peer[a].TCP.RcvBuf = 1
	return sc
}

// spares: whatever of a connection's own segments is under way, an endpoint makes of it what it would make of it with
// another check of the ACK. Of segments of others nothing is claimed.
func spares(name, meaning string, other model.AckRange) Condition {
	part := func(sys *netfake.System, s netfake.State) string { return refusedOwn(sys, s, other) }
	c := OnState(name, func(sys *netfake.System, s netfake.State) bool { return part(sys, s) == "" })
	c.Meaning, c.Part = meaning, part
	return c
}

// The two invariants that compare the check of an endpoint with those that RFC 5961 and RFC 9293 have.
var (
	asByRFC5961 = spares("own-segments-as-by-rfc5961",
		"the check of ACKs refuses a segment of its own connection that RFC 5961 §5 lets pass, or the other way round", model.RecentAck)
	asByRFC9293 = spares("own-segments-as-by-rfc9293",
		"the check of ACKs refuses a segment of its own connection that RFC 9293 §3.10.7.4 lets pass", model.AnyOldAck)
)

// refusedOwn is a segment of the connection's own that the other check would have done something else with.
func refusedOwn(sys *netfake.System, s netfake.State, other model.AckRange) string {
	w := sys.Unpack(s)
	for _, p := range w.Wire(sys) {
		q := &w.Peer[p.Dst]
		if q.State() < model.SynReceived || p.Inc != q.RemoteInc || p.To != q.Inc && p.To != netfake.NoOne {
			continue
		}
		c := sys.Scenario().Peer[p.Dst].TCP
		e := model.Event{Kind: model.SegmentArrives, Seg: p.Seg}
		is, out := model.Step(c, q.TCB, e)
		c.AckRange = other
		would, wouldOut := model.Step(c, q.TCB, e)
		if is != would || out != wouldOut {
			return "to " + netfake.PeerName(p.Dst) + " comes " + p.Seg.String()
		}
	}
	return ""
}

func ghostAckTheorems() []Theorem {
	struck := OnWorld("B has taken what A sent", func(w *netfake.World) bool { return w.Peer[b].Got == 1 })
	return []Theorem{{
		Name:     "ghost-ack",
		Claim:    "If ACKs are checked by RFC 5961 §5, an endpoint that has sent only its SYN accepts blind data with an ACK of something that it never sent, because a window below SND.UNA reaches below ISS",
		Scenario: ghostAcks(model.RecentAck), Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{
			{Name: "any old ACK, by the letter of RFC 9293", Change: ackRange(model.AnyOldAck), Expect: fails},
			{Name: "what was sent only (ack-range=sent)", Change: ackRange(model.SentAck), Expect: holds, witness: struck},
			{Name: "the lowest that passes, a window below SND.UNA", Change: onlyGhost(netfake.BaseB + 1 - 4), Expect: fails},
			{Name: "one lower", Change: onlyGhost(netfake.BaseB + 1 - 5), Expect: holds, witness: struck},
			{Name: "ISS itself", Change: onlyGhost(netfake.BaseB), Expect: fails},
			{Name: "above SND.NXT", Change: onlyGhost(netfake.BaseB + 2), Expect: holds, witness: struck},
		},
		Sources: []string{"draft-ietf-tcpm-tcp-ghost-acks", "RFC 5961 §5.2", "RFC 9293 §3.10.7.4, fifth, MAY-12"},
	}, {
		Name:     "ghost-ack-refused",
		Claim:    "If an ACK must acknowledge something that was sent, the same endpoint accepts no data with any of these ACKs; a right guess of the one ACK that is left is still accepted",
		Said:     []string{"ack-range=any-old", "ack-range=recent"},
		Needs:    []string{"B-octets", "B-close", "B-early", "attacker"},
		Scenario: ghostAcks(model.SentAck), Always: nevers(netfake.ForeignData), Expect: holds, Witness: struck,
		Variants: []Variant{
			{Name: "RFC 5961 alone", Change: ackRange(model.RecentAck), Expect: fails},
			{Name: "the right guess", Change: onlyGhost(netfake.BaseB + 1), Expect: fails},
			{Name: "an endpoint that has sent an octet", Change: func(q *Question) {
				q.Peer[b].User.Octets = 1
				onlyGhost(netfake.BaseB)(q)
			}, Expect: holds, witness: struck},
		},
		Sources: []string{"draft-ietf-tcpm-tcp-ghost-acks"},
	}, {
		Name:  "ghost-ack-check-is-free",
		Claim: "If an endpoint that checks ACKs by RFC 5961 §5 also refuses ghost ACKs, it loses no segment of its own connection: it treats each segment that can be in the network between the opening and A's close in the same way",
		Needs: []string{"ack-range=any-old"},
		Open: []string{"roles", "B-active", "A-octets", "B-close", "B-early", "A-abort", "segments", "duplicates", "early-timers",
			"any-network", "attacker", "A-left", "B-left", "A-left-far", "B-left-far", "handshake=one",
			"manual-receive=on"},
		Scenario: chatty, Always: []Invariant{asByRFC5961}, Expect: holds, Witness: allGiven,
		Variants: []Variant{{Name: "mutant sent-ack-late", Change: mutant(model.SentAckLate), Expect: fails}},
		Sources:  []string{"draft-ietf-tcpm-tcp-ghost-acks", "RFC 5961 §5.2"},
	}, {
		Name:     "recent-ack-costs",
		Claim:    "The check of RFC 5961 §5 itself has a cost: data of the connection itself is refused, and must be retransmitted, if ACKs for more than a window have overtaken it",
		Scenario: chatty, Always: []Invariant{asByRFC9293}, Expect: fails,
		Variants: []Variant{{Name: "a buffer of as much as B sends", Change: func(q *Question) { q.Peer[a].TCP.RcvBuf = 4 }, Expect: holds}},
		Sources:  []string{"RFC 5961 §5.2"},
	}, {
		Name:  "sent-acks-tell-incarnations",
		Claim: "If an ACK must acknowledge something that was sent, it is enough that the receiver's own initial sequence numbers are fresh: after an ABORT, an old octet of a sender that reuses its numbers is refused, because it acknowledges something that the new incarnation never sent",
		Said:  []string{"B-fresh", "ack-range=any-old", "ack-range=recent"},
		Needs: []string{"attacker", "A-left", "B-left"},
		Open:  []string{"B-opened", "roles", "handshake=one", "timestamps=on"},
		Scenario: func() netfake.Scenario {
			sc := aborting()
			sc.Peer[b].Isn = netfake.Isn{Policy: netfake.Fresh}
			return ackRange(model.SentAck).of(sc)
		}, Always: nevers(netfake.ForeignData), Expect: holds, Witness: reopened,
		Variants: []Variant{
			{Name: "RFC 5961 alone", Change: ackRange(model.RecentAck), Expect: fails},
			{Name: "the receiver uses its numbers again, too", Change: func(q *Question) { q.Scenario = aborting(); ackRange(model.SentAck)(q) }, Expect: fails},
		},
		Sources: []string{"draft-ietf-tcpm-tcp-ghost-acks", "RFC 9293 §3.4.1"},
	}}
}

// allGiven: both have taken everything.
var allGiven = OnWorld("both have taken all that was sent", func(w *netfake.World) bool {
	return w.Peer[a].Got == 2 && w.Peer[b].Got == 1
})
