package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// textHazards are numbers 1 to 4: errors of the texts, and old SYNs.
func textHazards() []Hazard {
	return []Hazard{{
		Number: 1, Name: "figure-errors",
		What: "The state diagram of RFC 793 lacks transitions that its text has: from SYN-RECEIVED to LISTEN at a RST, and from FIN-WAIT-1 directly to TIME-WAIT. " +
			"RFC 9293 adds them as notes to its Figure 5, and still does not draw what an ABORT, a timeout and a RST do.",
		Sources: []string{"RFC 1122 §4.2.2.8", "RFC 9293 Figure 5 and its notes 1 to 3, erratum 8710"},
		Shown:   []Exhibit{{With: "the model of RFC 9293", Look: noted(model.SynReceived, model.Listen, model.FinWait1, model.TimeWait)}},
		Gone: []Exhibit{
			{With: "mutant refused-for-good: SYN-RECEIVED never goes back", Policy: mutant(model.RefusedForGood)},
		},
		Found: "The model has more transitions that are neither drawn nor noted than Figure 5 has arrows: timeouts, ABORTs, and answers that the labels leave out (tcpcheck graph endpoint lists them).",
	}, {
		Number: 2, Name: "text-errors",
		What: "The text of RFC 793 has errors, which RFC 1122 and the errata correct. The worst is that SYN-RECEIVED accepts SEG.ACK=SND.UNA as an ACK of its SYN, " +
			"so that an old <ACK=ISS> makes it ESTABLISHED.",
		Sources: []string{"RFC 1122 §4.2.2.20", "errata 3300 and 3301 to RFC 793"},
		Shown: []Exhibit{
			{With: "mutant syn-rcvd-old-ack: RFC 793's =<", Ask: ackOfIss, Policy: mutant(model.SynRcvdOldAck)},
			{With: "the same with a fresh initial sequence number", Ask: ackOfIss, Change: freshNumbers, Policy: mutant(model.SynRcvdOldAck)},
			{With: "the window of the SYN,ACK is ignored (§4.2.2.20(c))", Script: "syn-ack-without-window"},
		},
		Gone: []Exhibit{
			{With: "UNA < ACK, as in the errata and RFC 9293"},
			{With: "no-wnd-from-syn-ack=off", Script: "syn-ack-without-window", Policy: func(c *model.Config) { c.NoWndFromSynAck = false }},
		},
		Found: "No sequence number need be reused: the next unused number is fresh, and it is exactly the one that an old ACK of everything acknowledges.",
		Left: "The other errors (CLOSE in CLOSE-WAIT, the RST of LISTEN, a SYN in SYN-RECEIVED, line 7 of Figure 8): " +
			"the model is that of RFC 9293, which has corrected them.",
	}, {
		Number: 3, Name: "old-duplicate-syn",
		What: "An old SYN reaches a listener, which answers it. A third segment would tell the listener that nobody asked for a connection. " +
			"Without it the listener is ESTABLISHED without a peer, and old data is delivered.",
		Sources: []string{"RFC 9293 §3.5, Figure 8"},
		Shown: []Exhibit{
			{With: "two segments", Theorem: "two-segments-ghost"},
			{With: "two segments, old data", Theorem: "two-segments-old-data"},
		},
		Gone: []Exhibit{
			{With: "three segments, an idle initiator", Theorem: "three-segments-idle", Only: earlyClose},
			{With: "three segments, an initiator that opens, too", Theorem: "three-segments-opening", Only: earlyClose},
		},
	}, {
		Number: 4, Name: "syn-overtakes-rst",
		What: "B answers an old SYN. Before the RST that revokes this, A's new SYN arrives. If it lies in the window of the old one, " +
			"it sends B back to LISTEN without an answer, and is itself lost.",
		Sources: []string{"RFC 9293 §3.5 after Figure 8, §3.10.7.4, fourth", "erratum 8710"},
		Shown: []Exhibit{
			{With: "an old SYN just below the new", Ask: func() Question { return overtaking(98) }},
			{With: "as a script", Script: "rfc9293-08-syn-overtakes-rst"},
		},
		Gone: []Exhibit{
			{With: "the new SYN outside the old one's window", Ask: func() Question { return overtaking(90) }},
			{With: "retransmission: A leaves SYN-SENT eventually, open or refused", Ask: func() Question {
				q := overtaking(98)
				q.Scenario.Peer[b].User.Accepts = 2
				q.Live = &properties.Live{From: properties.InState(a, model.SynSent), To: properties.InState(a, model.Established, model.Closed)}
				return q
			}},
		},
		Found: "The cost is a retransmission: the lost SYN is sent again, and A leaves SYN-SENT. Then A is ESTABLISHED, or a listener that no longer listens has refused it.",
	}}
}

// openingHazards are numbers 5 to 8: connections that are open at one end, and two ends that open at once.
func openingHazards() []Hazard {
	return []Hazard{{
		Number: 5, Name: "half-open",
		What: "One end crashes, and the other goes on. It finds out when either sends something: a new SYN is answered by an ACK, which the sender of the SYN resets, " +
			"and data is reset by a host that has no such connection. If nobody sends, the half-open connection stays forever.",
		Sources: []string{"RFC 9293 §3.5.1, Figures 9 and 10"},
		Shown: []Exhibit{
			{With: "B has nothing to send", Theorem: "half-open-is-found/B has nothing to send"},
			{With: "B has sent, and A's last ACK is in the network", Theorem: "half-open-is-found/A's last ACK is under way"},
			{With: "B has sent, and CLOSED is silent", Theorem: "half-open-is-found/CLOSED is silent"},
		},
		Gone: []Exhibit{
			{With: "B has something to send", Theorem: "half-open-is-found"},
			{With: "keep-alive=on, B has nothing to send", Policy: func(c *model.Config) { c.KeepAlive = true }},
		},
		Found: "There are two more ways to stay half-open forever although B sends: A's last ACK arrives after the crash, so that B has nothing to retransmit; or CLOSED is silent.",
	}, {
		Number: 6, Name: "two-listeners",
		What: "An old SYN arrives while both ends listen. The answer to it reaches the other end in LISTEN, whose RST revokes it, and both are in LISTEN again. " +
			"Everything depends on that RST.",
		Sources: []string{"RFC 9293 §3.5, Figure 11"},
		Shown: []Exhibit{
			{With: "mutant deaf-to-rst", Ask: listeners, Policy: mutant(model.DeafToRst)},
			{With: "two segments: nothing revokes the answer", Ask: ghostOfListeners, Policy: func(c *model.Config) { c.Handshake = model.TwoSegments }},
		},
		Gone: []Exhibit{
			{With: "the model of RFC 9293: B leaves SYN-RECEIVED eventually"},
			{With: "three segments: B is never open", Ask: ghostOfListeners},
		},
	}, {
		Number: 7, Name: "half-open-looks-right",
		What: "A crashes and opens again with a SYN just below the number that B expects. B answers with the ACK of the old connection, which happens to acknowledge the new SYN. " +
			"A finds the ACK acceptable, and drops it because it has no SYN. No RST is ever sent: A repeats its SYN, and B its ACK, until one of them gives up.",
		Sources: []string{"RFC 9293 §3.10.7.3, first and fifth", "RFC 5961 §4.2"},
		Shown: []Exhibit{
			{With: "the new SYN one below RCV.NXT", Ask: looksRight},
			{With: "as a script", Script: "half-open-never-discovered"},
		},
		Gone: []Exhibit{
			{With: "fresh numbers", Change: freshNumbers},
			{With: "an end without an answer gives up", Change: givesUp(patience)},
		},
	}, {
		Number: 8, Name: "simultaneous-open-numbers",
		What: "In a simultaneous open each SYN,ACK begins one number before the one that its receiver expects. By Table 6 it is unacceptable and is answered by an ACK, " +
			"and it is this ACK that opens the connection: Figure 7 does not follow from the text. A host that does not answer unacceptable segments never opens.",
		Sources: []string{"RFC 9293 §3.5, Figure 7, MUST-10, Appendix A.2", "draft-gont-tcpm-tcp-seq-validation"},
		Shown: []Exhibit{
			{With: "unacceptable segments are not answered (mutant silent-outside)", Ask: crossing, Policy: mutant(model.SilentOutside)},
			{With: "RFC 9293 literally, as a script", Script: "rfc9293-07-simultaneous-open"},
		},
		Gone: []Exhibit{
			{With: "seq-check=one-before", Policy: func(c *model.Config) { c.SeqCheck, c.Mutant = model.SeqOneBefore, model.SilentOutside }},
			{With: "RFC 9293 literally, with those answers", Ask: crossing},
			{With: "seq-check=one-before, as a script", Script: "rfc9293-07-simultaneous-open", Policy: func(c *model.Config) { c.SeqCheck = model.SeqOneBefore }},
		},
		Found: "If RFC 9293 is followed literally, nothing hangs: the two ACKs that Figure 7 does not show open both ends.",
		Left: "A stack that sets SND.NXT back at a timeout answers with an old SEQ, and the two ends answer each other's ACKs without end. The model retransmits from SND.UNA and never moves SND.NXT back, " +
			"so it cannot show this.",
	}}
}

// ackOfIss: B used 300 before, and an old SYN and an old segment that acknowledges 300, and no more, are under way.
func ackOfIss() Question {
	sc := fixture.Calling(0, fixture.Old(b, model.SYN, 90, 0), fixture.Old(b, model.ACK, 91, netfake.BaseB))
	sameNumbers(&sc.Peer[b])
	sc.Watch = netfake.GhostConnection
	return Question{Scenario: sc, Always: properties.Named("no-ghost-connection"), Witness: properties.InState(b, model.SynReceived)}
}

// earlyClose: FIN-WAIT-1 takes data although the handshake was never finished.
var earlyClose = []properties.Premise{
	{Name: "early", Text: "B's user does not CLOSE before ESTABLISHED", Relax: func(q *Question) { q.Scenario.Peer[b].User.CloseBeforeEstablished = true }},
}

// overtaking: an old SYN is answered while A opens at 100.
func overtaking(seq model.Seq) Question {
	sc := fixture.Calling(1, fixture.Old(b, model.SYN, seq, 0))
	sc.Peer[b].User.Accepts = 1 // a second old SYN could meet the RST that the first one drew
	sc.Watch = netfake.ForeignReset
	return Question{Scenario: sc, Always: properties.Named("no-foreign-reset"), Witness: properties.OnWorld("B answers the old SYN", func(w *netfake.World) bool {
		return w.Peer[b].State() == model.SynReceived && w.Peer[b].RemoteInc == netfake.Before
	})}
}

// listeners: two ends that listen, and an old SYN to one of them.
func listeners() Question {
	sc := fixture.Calling(0, fixture.Old(b, model.SYN, 90, 0))
	sc.Peer[a].User.Passive = 1
	// Only a listener resets the answer here; a CLOSED one is another matter.
	waiting := properties.OnWorld("B answers an old SYN while A listens", func(w *netfake.World) bool {
		return w.Peer[b].State() == model.SynReceived && w.Peer[a].State() == model.Listen
	})
	return Question{Scenario: sc, Live: &properties.Live{From: waiting, To: properties.InState(b, model.Listen, model.Closed)}}
}

// ghostOfListeners: the same, and B must not be open.
func ghostOfListeners() Question {
	q := listeners()
	q.Live, q.Always, q.Witness = nil, properties.Named("no-ghost-connection"), q.Live.From
	q.Scenario.Watch = netfake.GhostConnection
	return q
}

// looksRight: A crashes and opens with the number that it had before, which is one below B's RCV.NXT.
func looksRight() Question {
	sc := fixture.Open()
	sc.Peer[a].User = netfake.User{Active: 1, Crashes: 1}
	sc.Peer[b].User = netfake.User{Passive: 1}
	sameNumbers(&sc.Peer[a])
	from := properties.OnWorld("A in SYN-SENT while B is still open with A's last incarnation", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.SynSent && w.Peer[b].State() == model.Established && w.Peer[b].RemoteInc == 1
	})
	to := properties.OnWorld("A is out of SYN-SENT, or B has found out", func(w *netfake.World) bool {
		return w.Peer[a].State() != model.SynSent || w.Peer[b].State() != model.Established || w.Peer[b].RemoteInc != 1
	})
	return Question{Scenario: sc, Live: &properties.Live{From: from, To: to}}
}

// crossing: two active OPENs, and nothing else under way.
func crossing() Question {
	sc := fixture.Crossing()
	sc.Net.MSL = msl
	onlySyns := properties.OnState("both SYN-SENT with only SYNs under way", func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		for _, p := range w.Wire(sys) {
			if p.Seg.Flags != model.SYN {
				return false
			}
		}
		return w.Peer[a].State() == model.SynSent && w.Peer[b].State() == model.SynSent
	})
	open := properties.OnWorld("both ESTABLISHED", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.Established && w.Peer[b].State() == model.Established
	})
	return Question{Scenario: sc, Live: &properties.Live{From: onlySyns, To: open}}
}
