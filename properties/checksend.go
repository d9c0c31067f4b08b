package properties

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// lateCheckTheorems go on with checkTheorems: checks of a connection that ends, or waits.
func lateCheckTheorems() []Theorem {
	return []Theorem{{
		Name:     "closing-ignores-what-acks-nothing",
		Claim:    "In CLOSING a forged FIN that does not acknowledge the endpoint's own FIN is ignored, although it has the next sequence number",
		Needs:    []string{"A-octets", "attacker"},
		Scenario: forgedFin(model.Segment{Seq: netfake.BaseA + 2, Ack: netfake.BaseB + 1}),
		Always:   []Invariant{expectsWhatWasSent("CLOSING", func(s model.State) bool { return s == model.Closing })}, Expect: holds,
		Witness:  InState(b, model.Closing),
		Variants: []Variant{{Name: "mutant closing-goes-on", Change: mutant(model.ClosingGoesOn), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.10.7.4, fifth"},
	}, {
		Name:     "fin-after-fin-in-order",
		Claim:    "After the peer's FIN, a forged FIN without the next sequence number is not accepted",
		Needs:    []string{"A-octets", "attacker"},
		Scenario: forgedFin(model.Segment{Seq: netfake.BaseA + 3, Ack: netfake.BaseB + 1}),
		Always:   []Invariant{expectsWhatWasSent("any state", func(model.State) bool { return true })}, Expect: holds,
		Witness: InState(b, model.CloseWait),
		Variants: []Variant{
			{Name: "mutant late-fin-out-of-order", Change: mutant(model.LateFinOutOfOrder), Expect: fails},
			{Name: "with the next number", Change: func(q *Question) { q.Attacker[0].Seg.Seq = netfake.BaseA + 2 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.4, first and eighth"},
	}, {
		Name:     "no-data-after-fin",
		Claim:    "After the peer's FIN, a forged octet with the next sequence number is not accepted",
		Needs:    []string{"A-octets", "attacker"},
		Scenario: forgedOctet,
		Always:   []Invariant{OnWorld("B has taken no octet", func(w *netfake.World) bool { return w.Peer[b].Got == 0 })}, Expect: holds,
		Witness: InState(b, model.CloseWait),
		Variants: []Variant{
			{Name: "mutant text-after-fin", Change: mutant(model.TextAfterFin), Expect: fails},
			{Name: "with the number of the FIN", Change: func(q *Question) { q.Attacker[0].Seg.Seq = netfake.BaseA + 1 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.4, seventh"},
	}, {
		Name:     "next-number-reopens",
		Claim:    "A SYN with exactly the next sequence number opens a new incarnation in place of TIME-WAIT, if the policy allows this for later SYNs",
		Scenario: func() netfake.Scenario { return waitMeetsSyn(netfake.BaseB+2, model.ReopenLaterSyn) },
		Always:   []Invariant{OnWorld("A is in its first incarnation", func(w *netfake.World) bool { return w.Peer[a].Inc == 1 })}, Expect: fails,
		Variants: []Variant{
			{Name: "above RCV.NXT only", Change: policy(func(c *model.Config) { c.ReopenAbove = model.AboveRcvNxt }), Expect: holds, witness: InState(a, model.TimeWait)},
			{Name: "one number lower", Change: func(q *Question) { q.Stale[0].Seg.Seq-- }, Expect: holds, witness: InState(a, model.TimeWait)},
			{Name: "no SYN reopens", Change: policy(func(c *model.Config) { c.Reopen = model.ReopenNone }), Expect: holds, witness: InState(a, model.TimeWait)},
		},
		Sources: []string{"RFC 9293 §3.6.1, MAY-2", "RFC 6191 §2"},
	}, {
		Name:  "old-stamp-comes-back",
		Claim: "After a return to TIME-WAIT from a SYN that was found to be old, an endpoint compares timestamps with the last one of its connection, and not with that of the SYN",
		Open: []string{"A-syn", "B-syn", "early-timers", "any-network", "attacker", "A-left", "B-left", "A-left-far", "B-left-far",
			"handshake=one", "handshake=two", "reopen=none", "silent-when-closed=on"},
		Scenario: stampedWait, Expect: holds,
		Always: []Invariant{OnWorld("TIME-WAIT has a timestamp of B", func(w *netfake.World) bool {
			return w.Peer[a].State() != model.TimeWait || w.Peer[a].TCB.TS.Recent <= stampB
		})},
		Witness: OnWorld("A is back in TIME-WAIT", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.TimeWait && w.Peer[a].Inc == 2
		}),
		Variants: []Variant{{Name: "mutant keeps-syn-stamp", Change: mutant(model.KeepsSynStamp), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.6.1, MAY-2, condition 2"},
	}, {
		Name:  "abort-bears-stamp",
		Claim: "If both use timestamps, every segment of the connection has one, also the RST of an ABORT",
		Needs: []string{"A-opened", "B-opened", "A-active", "B-active", "A-octets", "B-octets", "A-close", "B-close", "A-early",
			"B-early", "attacker", "A-left", "B-left", "A-left-far", "B-left-far", "timestamps=off", "keep-alive=on"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Start = netfake.StartEstablished
			sc.Both(func(h *netfake.Host) { h.TCP.Timestamps = true })
			sc.Peer[a].User.Abort = true
			return sc
		}, Always: []Invariant{allStamped}, Expect: holds, Witness: rstTo(b),
		Variants: []Variant{
			{Name: "mutant rst-unstamped", Change: mutant(model.RstUnstamped), Expect: fails},
			{Name: "no timestamps", Change: policy(func(c *model.Config) { c.Timestamps = false }), Expect: fails},
		},
		Sources: []string{"RFC 7323 §3.2"},
	}, {
		Name:  "answered-probes-keep-open",
		Claim: fmt.Sprintf("A connection is not given up while its zero-window probes are answered, although their data waits for longer than R (%d ticks), on a wire that delivers within the tick", patience),
		Needs: []string{"A-opened", "B-opened", "A-close", "A-early", "A-abort", "B-abort", "A-crash", "B-crash", "losses",
			"any-network", "lifetime", "attacker"},
		Open: []string{"A-syn", "B-syn", "B-larger-buffer", "early-timers", "A-left", "B-left", "A-left-far", "B-left-far",
			"timestamps=on", "manual-receive=off"},
		Scenario: func() netfake.Scenario {
			sc := readByHand(1)
			sc.Net = netfake.Network{Bag: true, MSL: 1, NoPrematureRetransmission: true}
			sc.Peer[b].User, sc.Peer[a].GiveUp = netfake.User{}, patience
			return sc
		}, Always: []Invariant{InState(a, model.Closed).Not("A has not given up")}, Expect: holds,
		Witness: OnWorld("A's probe is answered", func(w *netfake.World) bool { return w.Peer[a].Answered }),
		Variants: []Variant{
			{Name: "mutant shut-window-kills", Change: mutant(model.ShutWindowKills), Expect: fails},
			{Name: "B has lost its memory", Change: func(q *Question) {
				q.Peer[b].User.Crashes = 1
				q.Peer[b].TCP.SilentWhenClosed = true
			}, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.8.6.1, MUST-37"},
	}}
}

// forgedFin is a connection that both users may CLOSE, and an attacker who sends B a FIN.
func forgedFin(seg model.Segment) func() netfake.Scenario {
	seg.Flags, seg.Wnd = model.FIN|model.ACK, 4
	return func() netfake.Scenario {
		sc := netfake.TwoHosts()
		sc.Start = netfake.StartEstablished
		sc.Both(func(h *netfake.Host) { h.User.Close = true })
		sc.Attacker = []netfake.Packet{{Dst: b, Seg: seg}}
		return sc
	}
}

// expectsWhatWasSent: in some states, B expects nothing of a living A that A has not sent.
func expectsWhatWasSent(in string, states func(model.State) bool) Condition {
	return OnWorld("in "+in+" B expects nothing that was not sent", func(w *netfake.World) bool {
		p, q := &w.Peer[a].TCB, &w.Peer[b].TCB
		return p.State < model.SynSent || q.State < model.SynReceived || !states(q.State) || q.Rcv.Nxt.AtMost(p.Snd.Nxt)
	})
}

// waitMeetsSyn is a connection that A closes first, and an old SYN of B that is under way to A. Each copy is delivered once.
func waitMeetsSyn(seq model.Seq, which model.Reopen) netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Start, sc.Net = netfake.StartEstablished, netfake.Network{Bag: true, NoPrematureRetransmission: true}
	sc.Peer[a].User, sc.Peer[b].User = netfake.User{Close: true}, netfake.User{Close: true, ClosesSecond: true}
	sc.Both(func(h *netfake.Host) { h.TCP.Reopen = which })
	sc.Stale = []netfake.Packet{{Dst: a, Seg: model.Segment{Seq: seq, Flags: model.SYN, Wnd: 4}}}
	return sc
}

// stampB is what B's timestamp clock shows.
const stampB = 5

// stampedWait is waitMeetsSyn with timestamps. That of the SYN is above all of B.
func stampedWait() netfake.Scenario {
	sc := waitMeetsSyn(netfake.BaseB+10, model.ReopenRFC6191)
	sc.Both(func(h *netfake.Host) { h.TCP.Timestamps, h.TimestampOffset = true, stampB })
	sc.Stale[0].Seg.Opts, sc.Stale[0].Seg.TSVal = model.OptTimestamps, stampB+4
	return sc
}

// allStamped: all that is under way bears a timestamp.
var allStamped = OnState("every segment bears a timestamp", func(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	for _, p := range w.Wire(sys) {
		if p.Seg.Opts&model.OptTimestamps == 0 {
			return false
		}
	}
	return true
})

// forgedOctet is forgedFin with an octet in place of the FIN, just behind the FIN of A.
func forgedOctet() netfake.Scenario {
	sc := forgedFin(model.Segment{Seq: netfake.BaseA + 2, Ack: netfake.BaseB + 1, Len: 1})()
	sc.Attacker[0].Seg.Flags = model.ACK | model.PSH
	return sc
}
