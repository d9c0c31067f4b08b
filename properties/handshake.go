package properties

import (
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The shorthands of the verdicts, for the tables of theorems.
const (
	holds = explore.Verified
	fails = explore.Violated
)

// idle is opening with an A that never opens; seeking with an A that does.
func idle(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario { return opening(h, 0) }
}

func seeking(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario { return opening(h, 1) }
}

// sound are the faults that a handshake must keep out, and agreement on top.
func sound(make func() netfake.Scenario) func() netfake.Scenario {
	return func() netfake.Scenario {
		return watching(make(), netfake.GhostConnection, netfake.ForeignData, netfake.ForeignAck)
	}
}

var soundness = append(nevers(netfake.GhostConnection, netfake.ForeignData, netfake.ForeignAck), agreement, ordered)

func data(make func() netfake.Scenario) func() netfake.Scenario {
	return func() netfake.Scenario { return watching(make(), netfake.ForeignData) }
}

// reusedNumber gives B the number that it had before, and leaves the old acknowledgment of it
// on the wire: everything that an opening needs is there.
func reusedNumber(q *Question) { UseNumbersAgain(&q.Scenario, b) }

// strewn puts on the network, instead of the two old segments of opening, everything that an earlier connection can have
// left that one of the openers had opened.
func strewn(make func() netfake.Scenario, openers ...int) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := make()
		sc.Stale = nil
		for _, opener := range openers {
			leave(&sc, opener, 0)
		}
		return sc
	}
}

func handshakeTheorems() []Theorem {
	return []Theorem{{
		Name:     "one-segment-ghost",
		Claim:    "If one segment opens a connection, an old SYN opens one that nobody wants, although initial sequence numbers are fresh",
		Scenario: idle(model.OneSegment), Always: nevers(netfake.GhostConnection), Expect: fails,
		Variants: []Variant{{Name: "three segments", Change: handshake(model.ThreeSegments), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.5"},
	}, {
		Name:     "one-segment-old-data",
		Claim:    "If one segment opens a connection, old data after an old SYN is delivered to the user, although initial sequence numbers are fresh",
		Scenario: data(idle(model.OneSegment)), Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{{Name: "three segments", Change: handshake(model.ThreeSegments), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.5"},
	}, {
		Name:     "two-segments-ghost",
		Claim:    "If two segments open a connection, an old SYN alone makes the responder ESTABLISHED without a peer, although initial sequence numbers are fresh",
		Scenario: idle(model.TwoSegments), Always: nevers(netfake.GhostConnection), Expect: fails,
		Variants: []Variant{{Name: "three segments", Change: handshake(model.ThreeSegments), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.5", "Attiya and Rappoport 1997"},
	}, {
		Name:     "two-segments-old-data",
		Claim:    "If two segments open a connection, one old data segment after an old SYN is delivered to the user, although initial sequence numbers are fresh",
		Scenario: data(idle(model.TwoSegments)), Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{{Name: "three segments", Change: handshake(model.ThreeSegments), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.5", "Attiya and Rappoport 1997"},
	}, {
		Name:     "two-segments-unconfirmed",
		Claim:    "If two segments open a connection and the second is lost once, the initiator waits for a SYN that nobody will send again; no old segment is needed for this",
		Scenario: func() netfake.Scenario { return unconfirmed(model.TwoSegments) }, Always: []Invariant{repairable}, Expect: fails,
		Variants: []Variant{
			{Name: "three segments", Change: handshake(model.ThreeSegments), Expect: holds},
			{Name: "nothing lost", Change: func(q *Question) { q.Net.Losses = 0 }, Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.4.1"},
	}, {
		Name:     "three-segments-idle",
		Claim:    "With three segments, no segment that an earlier connection can have left, whichever side opened it, opens a connection at a listener with fresh initial sequence numbers while the other side is idle, under any loss, duplication, reordering and delay",
		Said:     []string{"B-fresh", "handshake=one", "handshake=two"},
		Needs:    []string{"A-active", "B-early", "attacker", "go-on-after-bad-ack=on"},
		Scenario: strewn(sound(idle(model.ThreeSegments)), a, b), Always: soundness, Expect: holds,
		Witness: OnWorld("an old SYN is being answered", func(w *netfake.World) bool {
			return w.Peer[b].State() == model.SynReceived && w.Peer[b].RemoteInc == netfake.Before
		}),
		Variants: []Variant{
			{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails},
			{Name: "B's number reused", Change: reusedNumber, Expect: fails},
			{Name: "mutant syn-rcvd-any-ack", Change: mutant(model.SynRcvdAnyAck), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.5, Figures 8 and 11"},
	}, {
		Name:     "three-segments-opening",
		Claim:    "With three segments and fresh initial sequence numbers, no segment that an earlier connection opened by A can have left opens a connection while A opens one to a listening B, and both agree on the numbers of their connection, under any loss, duplication, reordering and delay",
		Said:     []string{"A-fresh", "B-fresh", "handshake=one", "handshake=two", "handshake=four"},
		Needs:    []string{"roles", "B-active", "B-early", "attacker", "B-left", "go-on-after-bad-ack=on"},
		Scenario: strewn(sound(seeking(model.ThreeSegments)), a), Always: soundness, Expect: holds, Witness: bothEstablished,
		Variants: []Variant{
			{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails},
			{Name: "B's number reused", Change: reusedNumber, Expect: fails},
			{Name: "mutant syn-sent-any-ack", Change: mutant(model.SynSentAnyAck), Expect: fails},
			{Name: "mutant syn-sent-needs-no-syn", Change: mutant(model.SynSentNeedsNoSyn), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.5, Figure 8", "Murphy and Shankar 1987 (match)"},
	}, {
		Name:  "three-segments-talking",
		Claim: "With three segments and fresh initial sequence numbers, an old SYN of A and old data after it, ten numbers below, neither open a connection nor enter one that A opens to a listening B and over which each side sends an octet, if segments live for one tick",
		Said:  []string{"A-fresh", "B-fresh", "handshake=one", "handshake=two", "handshake=four"},
		Needs: []string{"roles", "B-active", "B-early", "attacker", "B-left"},
		Open: []string{"A-active", "B-passive", "B-accepts", "A-octets", "B-octets", "A-close", "B-close", "A-early", "A-abort",
			"B-abort", "A-crash", "B-crash", "A-gives-up", "B-gives-up", "base-2", "segments", "lifetime", "A-left",
			"A-left-far", "B-left-far", "handshake=four-acked", "timestamps=on", "manual-receive=on", "keep-alive=on"},
		Scenario: func() netfake.Scenario {
			sc := seekingToTalk()
			return watching(sc, netfake.GhostConnection, netfake.ForeignData, netfake.ForeignAck, netfake.WrongOctet)
		}, Always: append(nevers(netfake.WrongOctet), soundness...), Expect: holds, Witness: oldMeetsNew,
		Variants: []Variant{{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.5, §3.6"},
	}, {
		Name:  "three-segments-reused-number",
		Claim: "Three segments fail if the responder's initial sequence number is reused while an old acknowledgment of it is still in the network: an old SYN and old data repeat the opening",
		Scenario: func() netfake.Scenario {
			return Change(reusedNumber).of(data(idle(model.ThreeSegments))())
		}, Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{{Name: "fresh numbers", Change: freshNumbers, Expect: holds}},
		Sources:  []string{"RFC 9293 §3.4.1"},
	}, {
		Name:     "four-segments",
		Claim:    "With an ACK before the responder's SYN,ACK (four segments) and fresh initial sequence numbers the same holds, for one more segment: no segment that an earlier connection opened by A can have left opens a connection while A opens one to a listening B",
		Said:     []string{"A-fresh", "B-fresh", "handshake=one", "handshake=two", "handshake=four"},
		Needs:    []string{"roles", "B-active", "B-early", "attacker", "B-left", "go-on-after-bad-ack=on"},
		Scenario: strewn(sound(seeking(model.FourAcked)), a), Always: soundness, Expect: holds, Witness: bothEstablished,
		Variants: []Variant{
			{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails},
			{Name: "mutant syn-rcvd-any-ack", Change: mutant(model.SynRcvdAnyAck), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.4.1"},
	}, {
		Name:     "four-segments-apart",
		Claim:    "If the responder sends its ACK and its SYN as two segments, as the RFC lists them before it merges them, the initiator accepts a SYN that answers an old one. To merge them is not only cheaper: the ACK says which SYN is answered",
		Scenario: sound(seeking(model.FourSegments)), Always: nevers(netfake.GhostConnection), Expect: fails,
		Variants: []Variant{
			{Name: "the SYN bears the ACK too", Change: handshake(model.FourAcked), Expect: holds},
			{Name: "merged", Change: handshake(model.ThreeSegments), Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.4.1, steps 1 to 4"},
	}, {
		Name:  "simultaneous-open",
		Claim: "If two active OPENs cross, each side is synchronized only with the other's SYN, and both agree on their numbers, under any loss, duplication, reordering and delay (this does not say that a connection is opened)",
		Needs: []string{"A-active", "B-active", "A-passive", "B-passive", "attacker", "A-left", "B-left"},
		Open:  []string{"handshake=one", "no-simultaneous-open=on"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Both(func(h *netfake.Host) { h.User = netfake.User{Active: 1, Octets: 1} })
			return watching(sc, netfake.GhostConnection, netfake.ForeignData, netfake.ForeignAck, netfake.WrongOctet)
		}, Always: append(nevers(netfake.WrongOctet), soundness...), Expect: holds, Witness: bothEstablished,
		Variants: []Variant{
			{Name: "mutant syn-sent-needs-no-syn", Change: mutant(model.SynSentNeedsNoSyn), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.5, Figure 7, MUST-10"},
	}, {
		Name:  "agreement",
		Claim: "With fresh initial sequence numbers, a synchronized endpoint has the initial sequence number of the incarnation that it is connected to, although A opens twice, and its first incarnation is aborted or lost in a crash",
		Said:  []string{"A-fresh", "B-fresh"},
		Needs: []string{"roles", "B-active", "attacker", "B-left", "handshake=two", "handshake=four"},
		Open:  []string{"handshake=one"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Peer[a].User = netfake.User{Active: 2, Abort: true, Crashes: 1}
			sc.Peer[b].User = netfake.User{Passive: 1, Accepts: 2}
			return watching(sc, netfake.GhostConnection)
		}, Always: []Invariant{agreement, numbersAgree, ordered, never(netfake.GhostConnection)}, Expect: holds,
		Witness: OnWorld("A in its second incarnation is open with B", func(w *netfake.World) bool {
			return w.Peer[a].Inc == 2 && connected(&w.Peer[a], &w.Peer[b]) && connected(&w.Peer[b], &w.Peer[a])
		}),
		Variants: []Variant{
			{Name: "mutant syn-sent-any-ack", Change: mutant(model.SynSentAnyAck), Expect: fails},
			{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails},
		},
		Sources: []string{"Murphy and Shankar 1987 (match)", "RFC 9293 §3.4.1"},
	}, {
		Name:  "early-close-old-data",
		Claim: "A CLOSE in SYN-RECEIVED lets old data in, with three segments and fresh initial sequence numbers: FIN-WAIT-1 accepts data although the handshake was never finished",
		Scenario: func() netfake.Scenario {
			sc := opening(model.ThreeSegments, 0)
			sc.Peer[b].User.CloseBeforeEstablished = true
			return watching(sc, netfake.ForeignData)
		}, Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{
			{Name: "no early CLOSE", Change: func(q *Question) { q.Peer[b].User.CloseBeforeEstablished = false }, Expect: holds},
			{Name: "recent ACKs only (RFC 5961 §5)", Change: policy(func(c *model.Config) { c.AckRange = model.RecentAck }), Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.10.4 (SYN-RECEIVED) with §3.10.7.4, steps 5 and 7"},
	}, {
		Name:     "old-syn-at-opener",
		Claim:    "An old SYN that reaches the initiator instead of the listener lets old data in, with three segments and fresh initial sequence numbers: it looks like a simultaneous open, and the listener confirms it by the ACK with which it answers an unacceptable segment",
		Scenario: func() netfake.Scenario { return watching(turned(), netfake.ForeignData) },
		Always:   nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{
			{Name: "both open actively", Change: func(q *Question) { q.Peer[b].User = netfake.User{Active: 1} }, Expect: fails},
			{Name: "a confirmation begins at RCV.NXT", Change: policy(func(c *model.Config) { c.ConfirmInOrder = true }), Expect: holds},
			{Name: "a window that begins one before (A8)", Change: policy(func(c *model.Config) { c.SeqCheck = model.SeqOneBefore }), Expect: holds},
			{Name: "no simultaneous open", Change: policy(func(c *model.Config) { c.NoSimultaneousOpen = true }), Expect: holds},
			{Name: "recent ACKs only (RFC 5961 §5)", Change: policy(func(c *model.Config) { c.AckRange = model.RecentAck }), Expect: holds},
			{Name: "B's number out of A's window", Change: func(q *Question) {
				q.Stale[0].Seg.Seq, q.Stale[1].Seg.Seq = netfake.BaseB-10, netfake.BaseB-9
			}, Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.10.7.3, fourth, with §3.10.7.4, steps 1 and 5", "docs/FINDINGS.md, F5"},
	}}
}

// turned is an opening in which the leftovers are those of B, from an incarnation that B had opened, just below its new number.
func turned() netfake.Scenario {
	sc := opening(model.ThreeSegments, 1)
	sc.Stale = []netfake.Packet{
		{Dst: a, Seg: model.Segment{Seq: netfake.BaseB - 2, Flags: model.SYN, Wnd: 4}},
		{Dst: a, Seg: model.Segment{Seq: netfake.BaseB - 1, Ack: netfake.BaseA - 9, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4}},
	}
	return sc
}

// unconfirmed is an opening without old segments, on a bag that loses one segment.
func unconfirmed(h model.Handshake) netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Net = netfake.Network{Bag: true, Losses: 1, NoPrematureRetransmission: true}
	sc.Peer[a].User = netfake.User{Active: 1}
	sc.Peer[b].User = netfake.User{Passive: 1}
	return handshake(h).of(sc)
}

// seekingToTalk is seeking with an octet to send on each side, on a network that forgets.
func seekingToTalk() netfake.Scenario {
	sc := opening(model.ThreeSegments, 1)
	sc.Net.MSL = 1
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1}
	sc.Peer[b].User = netfake.User{Passive: 1, Accepts: 2, Octets: 1}
	return sc
}
