package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// checkTheorems say what single checks of §3.10.7 are for, where no other theorem depends on them: each has the mutant of
// its check among its variants.
func checkTheorems() []Theorem {
	taken := OnWorld("B has taken an octet", func(w *netfake.World) bool { return w.Peer[b].Got > 0 })
	return []Theorem{{
		Name:     "listener-answers-no-ack",
		Claim:    "A segment with an ACK, with or without a SYN, opens no connection at a listener: the listener answers with a RST and continues to listen",
		Needs:    []string{"A-active", "B-active", "attacker", "A-left", "A-left-far"},
		Scenario: listening, Always: []Invariant{onlyListens}, Expect: holds, Witness: rstTo(a),
		Variants: []Variant{
			{Name: "mutant listen-hears-ack", Change: mutant(model.ListenHearsAck), Expect: fails},
			{Name: "a bare SYN", Change: func(q *Question) { q.Attacker[0].Seg.Flags, q.Attacker[0].Seg.Ack = model.SYN, 0 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.2, second"},
	}, {
		Name:  "listener-outlives-old-syn",
		Claim: "A listener that has answered an old SYN is reset to LISTEN, and then opens a connection with the side that calls, on a wire that reorders and loses nothing",
		Needs: []string{"roles", "B-active", "A-early", "B-early", "A-abort", "B-abort", "A-crash", "B-crash", "A-gives-up",
			"B-gives-up", "duplicates", "early-timers", "any-network", "attacker", "A-left", "B-left", "A-left-far",
			"B-left-far", "handshake=two", "handshake=four"},
		Open: []string{"handshake=one"},
		Scenario: func() netfake.Scenario {
			sc := opening(model.ThreeSegments, 1)
			sc.Net, sc.Stale = netfake.Network{Bag: true, NoPrematureRetransmission: true}, sc.Stale[:1]
			return sc
		}, Always: []Invariant{listenerStays}, Expect: holds, Witness: bothEstablished,
		Variants: []Variant{
			{Name: "mutant refused-for-good", Change: mutant(model.RefusedForGood), Expect: fails},
			{Name: "a listener that answers one SYN", Change: func(q *Question) { q.Peer[b].User.Accepts = 1 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.5, Figure 8, §3.10.7.4, second"},
	}, {
		Name:  "text-on-syn-is-no-error",
		Claim: "Data on a SYN does no harm if the peer acknowledges only the SYN: the sender does not answer that with a RST, and the data arrives",
		Needs: []string{"roles", "B-active", "A-early", "A-abort", "B-abort", "A-crash", "A-gives-up", "duplicates", "early-timers",
			"any-network", "attacker", "A-left", "B-left", "A-left-far", "B-left-far"},
		Open: []string{"handshake=one", "handshake=four"},
		Scenario: func() netfake.Scenario {
			sc := unconfirmed(model.ThreeSegments)
			sc.Peer[a].TCP.DataOnSyn, sc.Peer[a].User.Octets = true, 1
			return sc
		}, Always: []Invariant{rstTo(b).Not("A sends no RST")}, Expect: holds, Witness: taken,
		Variants: []Variant{{Name: "mutant syn-sent-whole-ack", Change: mutant(model.SynSentWholeAck), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.10.7.3, first", "RFC 9293 §3.4, MUST-51"},
	}, {
		Name:  "half-open-is-reset",
		Claim: "If A crashes and opens again with a sequence number in B's window, B challenges the SYN, and A's answer to that resets B",
		Needs: []string{"A-opened", "B-opened", "roles", "B-active", "B-passive", "A-early", "A-abort", "A-crash", "A-gives-up",
			"A-fresh", "attacker", "B-left", "B-left-far", "arrival", "timers", "A-number-again"},
		Open: []string{"A-syn", "B-syn", "early-timers", "A-left", "A-left-far", "attacker-fin", "handshake=one"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Start, sc.Peer[a].User = netfake.StartEstablished, netfake.User{Crashes: 1, Active: 1}
			return lossy(sc)
		}, Live: &Live{From: InState(a, model.SynSent), To: InState(b, model.Closed)}, Expect: holds,
		Variants: []Variant{
			{Name: "mutant syn-sent-no-rst", Change: mutant(model.SynSentNoRst), Expect: fails},
			{Name: "mutant syn-unseen", Change: mutant(model.SynUnseen), Expect: fails},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.5.1, Figure 9", "RFC 5961 §4.2"},
	}, {
		Name:     "blind-text-needs-ack",
		Claim:    "Blind data without an ACK is not accepted, whatever its sequence number",
		Needs:    []string{"attacker"},
		Scenario: blind(model.Segment{Seq: netfake.BaseA + 1, Flags: model.PSH, Len: 1}, netfake.ForeignData),
		Always:   nevers(netfake.ForeignData), Expect: holds, Witness: taken,
		Variants: []Variant{
			{Name: "mutant ack-bit-optional", Change: mutant(model.AckBitOptional), Expect: fails},
			{Name: "with an ACK", Change: func(q *Question) {
				q.Attacker[0].Seg.Flags, q.Attacker[0].Seg.Ack = model.ACK, netfake.BaseB+1
			}, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.4, fifth"},
	}, {
		Name:     "old-stamp-is-refused",
		Claim:    "If both use timestamps, old data with the next sequence number is refused, because its timestamp is below the last one that was accepted",
		Needs:    []string{"timestamps=off"},
		Scenario: stampedOld, Always: nevers(netfake.ForeignData), Expect: holds, Witness: taken,
		Variants: []Variant{
			{Name: "mutant no-paws", Change: mutant(model.NoPAWS), Expect: fails},
			{Name: "no timestamps", Change: policy(func(c *model.Config) { c.Timestamps = false }), Expect: fails},
			{Name: "a timestamp that is not below", Change: func(q *Question) { q.Stale[0].Seg.TSVal = uint32(q.Peer[a].TimestampOffset) }, Expect: fails},
		},
		Sources: []string{"RFC 7323 §5.2, §5.3"},
	}, {
		Name:  "window-is-kept",
		Claim: "An endpoint keeps no octet beyond its window, also if the segment is longer than the window",
		Open:  []string{"B-smaller-buffer", "timestamps=on", "drop-out-of-order=on"},
		Scenario: func() netfake.Scenario {
			sc := blind(model.Segment{Seq: netfake.BaseA + 2, Ack: netfake.BaseB + 1, Flags: model.ACK, Len: 3}, 0)()
			sc.Peer[b].TCP.RcvBuf, sc.Peer[b].TCP.ManualReceive = 2, true
			return sc
		}, Always: []Invariant{keepsWindow}, Expect: holds,
		Witness:  OnWorld("B holds text out of order", func(w *netfake.World) bool { return w.Peer[b].TCB.Held[0].Len > 0 }),
		Variants: []Variant{{Name: "mutant text-beyond-window", Change: mutant(model.TextBeyondWindow), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.10.7.4, first"},
	}, {
		Name:  "own-segments-count",
		Claim: "On a wire that may lose two segments and reorder all, an endpoint accepts what is new in the segments of its own connection, also octets that follow old ones; no segment moves SND.UNA or RCV.NXT back, and no segment older than the one that set SND.WND changes it",
		Needs: []string{"A-close", "A-early", "attacker", "seq-check=one-before"},
		Open: []string{"A-opened", "A-syn", "B-syn", "A-octets", "B-octets", "B-close", "B-early", "segments", "duplicates",
			"early-timers", "any-network", "A-left", "B-left", "A-left-far", "B-left-far", "keep-alive=on"},
		Scenario: func() netfake.Scenario {
			sc := readByHand(2)
			sc.Net.Losses = 2
			return sc
		}, Always: []Invariant{newIsTaken, nothingGoesBack, oldTellsNoWindow}, Expect: holds,
		Witness: OnWorld("A has sent two octets and B has taken one", func(w *netfake.World) bool { return w.Peer[a].Sent == 2 && w.Peer[b].Got == 1 }),
		Variants: []Variant{
			{Name: "mutant sequence-start-only", Change: mutant(model.SequenceStartOnly), Expect: fails},
			{Name: "mutant old-ack-moves-back", Change: mutant(model.OldAckMovesBack), Expect: fails},
			{Name: "mutant any-window", Change: mutant(model.AnyWindow), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.4, first and fifth"},
	}, {
		Name:  "shut-window-hears-acks",
		Claim: "If its window is zero, an endpoint processes the ACK of a data segment, although it does not accept the data",
		Needs: []string{"attacker", "ack-range=recent", "ack-range=sent"},
		Open: []string{"A-syn", "B-syn", "B-octets", "B-close", "B-early", "B-larger-buffer", "segments", "early-timers", "A-left",
			"B-left", "A-left-far", "B-left-far", "manual-receive=off"},
		Scenario: func() netfake.Scenario { return readByHand(1) }, Always: []Invariant{newIsTaken}, Expect: holds, Witness: shutAgainstText,
		Variants: []Variant{{Name: "mutant shut-window-is-deaf", Change: mutant(model.ShutWindowIsDeaf), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.10.7.4, first, MUST-66"},
	}}
}

// listening is a B that listens, and an attacker who sends it a SYN with an ACK, or an ACK.
func listening() netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Peer[b].User = netfake.User{Passive: 1}
	sc.Attacker = []netfake.Packet{
		{Dst: b, Seg: model.Segment{Seq: netfake.BaseA, Ack: netfake.BaseB + 1, Flags: model.SYN | model.ACK, Wnd: 4}},
		{Dst: b, Seg: model.Segment{Seq: netfake.BaseA + 1, Ack: netfake.BaseB + 1, Flags: model.ACK, Wnd: 4}},
	}
	return sc
}

// onlyListens: B has opened with nobody.
var onlyListens = OnWorld("B is CLOSED or in LISTEN", func(w *netfake.World) bool {
	s := w.Peer[b].State()
	return s == model.Closed || s == model.Listen
})

// listenerStays: once B listens it is not CLOSED again.
var listenerStays = OnWorld("B's listener is not closed", func(w *netfake.World) bool {
	return w.Peer[b].Passive > 0 || w.Peer[b].State() != model.Closed
})

// rstTo: a RST is under way to an endpoint.
func rstTo(dst int) Condition {
	return OnState("a RST is under way to "+netfake.PeerName(dst), func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		for _, p := range w.Wire(sys) {
			if p.Dst == dst && p.Seg.Has(model.RST) {
				return true
			}
		}
		return false
	})
}

// stampedOld is an established connection with timestamps, and old text under way that has B's next number.
func stampedOld() netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Start = netfake.StartEstablished
	sc.Both(func(h *netfake.Host) { h.TCP.Timestamps, h.TimestampOffset = true, 5 })
	sc.Peer[a].User = netfake.User{Octets: 1}
	sc.Stale = []netfake.Packet{{Dst: b, Seg: model.Segment{Seq: netfake.BaseA + 1, Ack: netfake.BaseB + 1, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4,
		Opts: model.OptTimestamps, TSVal: 3}}}
	return watching(sc, netfake.ForeignData)
}

// keepsWindow: what is held out of order lies within the window.
var keepsWindow = OnWorld("nobody keeps text beyond its window", func(w *netfake.World) bool {
	for i := range w.Peer {
		t := &w.Peer[i].TCB
		for _, h := range t.Held {
			if h.Len > 0 && (t.Rcv.Nxt + model.Seq(t.Rcv.Wnd)).Less(h.Seq+model.Seq(h.Len)) {
				return false
			}
		}
	}
	return true
})

// readByHand is a connection over which A sends two octets and B one, to buffers that their users read: B's is of the given
// size. The wire reorders, and loses nothing.
func readByHand(buffer uint32) netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Start, sc.Net = netfake.StartEstablished, netfake.Network{Bag: true, NoPrematureRetransmission: true}
	sc.Peer[a].User, sc.Peer[b].User = netfake.User{Octets: 2}, netfake.User{Octets: 1}
	sc.Peer[a].TCP.RcvBuf, sc.Peer[b].TCP.RcvBuf = 2, buffer
	sc.Both(func(h *netfake.Host) { h.TCP.ManualReceive = true })
	return sc
}

// onOwn asks a question of the step that each segment of the connection's own would be, if it arrived now.
func onOwn(name string, holds func(before, after *model.TCB, seg *model.Segment) bool) Condition {
	return OnState(name, func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		for _, p := range w.Wire(sys) {
			q := &w.Peer[p.Dst]
			if q.State() != model.Established || p.Inc != q.RemoteInc || p.To != q.Inc || p.Seg.Has(model.RST) {
				continue
			}
			after, _ := model.Step(sys.Scenario().Peer[p.Dst].TCP, q.TCB, model.Event{Kind: model.SegmentArrives, Seg: p.Seg})
			if after.State == model.Established && !holds(&q.TCB, &after, &p.Seg) {
				return false
			}
		}
		return true
	})
}

// newIsTaken: text that begins at or before RCV.NXT and reaches into the window is taken as far as there is room, and an
// ACK that comes in order is taken.
var newIsTaken = onOwn("what is new is taken", func(before, after *model.TCB, seg *model.Segment) bool {
	next, edge, end := before.Rcv.Nxt, before.Rcv.Nxt+model.Seq(before.Rcv.Wnd), seg.Seq+model.Seq(seg.Len)
	if edge.Less(end) {
		end = edge
	}
	if seg.Seq.AtMost(next) && next.Less(end) && after.Rcv.Nxt.Less(end) {
		return false
	}
	fresh := seg.Seq == next && before.Snd.Una.Less(seg.Ack) && seg.Ack.AtMost(before.Snd.Nxt)
	return !fresh || after.Snd.Una == seg.Ack
})

// nothingGoesBack: no segment moves SND.UNA or RCV.NXT back.
var nothingGoesBack = onOwn("no number goes back", func(before, after *model.TCB, _ *model.Segment) bool {
	return before.Snd.Una.AtMost(after.Snd.Una) && before.Rcv.Nxt.AtMost(after.Rcv.Nxt)
})

// oldTellsNoWindow: a segment all of which comes before the one that set SND.WND leaves that as it is.
var oldTellsNoWindow = onOwn("an old segment tells no window", func(before, after *model.TCB, seg *model.Segment) bool {
	wl1, wl2 := before.Snd.Wl1, before.Snd.Wl2
	old := seg.Seq.Less(wl1) && seg.End().AtMost(wl1) || seg.Seq == wl1 && seg.Ack.Less(wl2)
	return !old || after.Snd.Wnd == before.Snd.Wnd
})

// shutAgainstText: text with the next number is under way to a shut window, and acknowledges something new.
var shutAgainstText = OnState("text with a new ACK meets a shut window", func(sys *netfake.System, s netfake.State) bool {
	w := sys.Unpack(s)
	for _, p := range w.Wire(sys) {
		if t := &w.Peer[p.Dst].TCB; t.Rcv.Wnd == 0 && p.Seg.Len > 0 && p.Seg.Seq == t.Rcv.Nxt && t.Snd.Una.Less(p.Seg.Ack) {
			return true
		}
	}
	return false
})
