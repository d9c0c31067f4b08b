package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// waitingHazards are numbers 9 to 12: FIN-WAIT-2, and a TIME-WAIT that is missing or cut short.
func waitingHazards() []Hazard {
	return []Hazard{{
		Number: 9, Name: "fin-wait-2-orphan",
		What: "A has closed, its FIN is acknowledged, and B is gone without a segment. RFC 9293 has no timer for FIN-WAIT-2, so A waits forever. " +
			"Stacks end the state after some time.",
		Sources: []string{"RFC 9293 §3.10.7.4, fifth, §3.10.8"},
		Shown: []Exhibit{
			{With: "B gives up", Theorem: "close-closes/who gives up leaves FIN-WAIT-2 behind"},
			{With: "B crashes", Ask: orphaned},
		},
		Gone: []Exhibit{
			{With: "a timer for FIN-WAIT-2", Change: func(q *Question) {
				q.Scenario.Both(func(h *netfake.Host) { h.FinWait2 = patience })
			}},
			{With: "keep-alive=on, B crashes", Ask: orphaned, Policy: func(c *model.Config) { c.KeepAlive = true }},
		},
		Costs: []Exhibit{
			{With: "a timer for FIN-WAIT-2: the normal close of a slow peer becomes a reset", Theorem: "wait-spares-last-ack", Change: func(q *Question) {
				q.Scenario.Peer[a].FinWait2 = patience + 1
			}},
		},
		Found: "A keep-alive ends it, too: the CLOSED peer answers the probe with a RST.",
	}, {
		Number: 10, Name: "no-wait-after-abort",
		What: "ABORT, a RST that arrives, a user timeout and a crash do not lead to TIME-WAIT. If the sequence numbers are reused at once, " +
			"old data is delivered, however long TIME-WAIT would have been.",
		Sources: []string{"draft-heavens-problems-rsts-01 (1995)", "Schieferdecker 1996", "RFC 9293 §3.5.2 against §3.10.5 (A1)"},
		Shown: []Exhibit{
			{With: "ABORT, reused numbers", Theorem: "abort-reopen-old-data"},
			{With: "a RST arrives, and its sender waits", Theorem: "abort-reopen-old-data", Change: resetByPeer, Policy: waitAfterAbort},
			{With: "a user timeout, and an end that aborts waits", Theorem: "abort-reopen-old-data", Change: timedOut, Policy: waitAfterAbort},
			{With: "a crash, and an end that aborts waits", Theorem: "abort-reopen-old-data", Change: crashed, Policy: waitAfterAbort},
		},
		Gone: []Exhibit{
			{With: "rst-issuer-time-wait=on, keep-time-wait=on", Policy: waitAfterAbort, Only: []properties.Premise{
				{Name: "both-close", Text: "no side CLOSEs (an ABORT in CLOSING sends no RST, and so it does not wait)", Relax: func(q *Question) {
					q.Scenario.Both(func(h *netfake.Host) { h.User.Close = true })
				}},
			}},
			{With: "fresh numbers", Change: freshNumbers, Only: oldSynAtOpener},
			{With: "fresh numbers, a RST that arrives", Change: func(q *Question) { resetByPeer(q); freshNumbers(q) }, Only: oldSynAtOpener},
			{With: "fresh numbers, a user timeout", Change: func(q *Question) { timedOut(q); freshNumbers(q) }, Only: oldSynAtOpener},
			{With: "fresh numbers, a crash", Change: func(q *Question) { crashed(q); freshNumbers(q) }, Only: oldSynAtOpener},
		},
		Found: "To wait after one's own ABORT (A1) helps only in that case: after a RST that arrives, a user timeout or a crash nobody waits. " +
			"It helps only if no RST ends that wait, and if the peer neither sends nor opens.",
		Left: "ICMP errors, which the model of the network does not have.",
	}, {
		Number: 11, Name: "assassination",
		What: "An old duplicate reaches TIME-WAIT, which answers it. The peer, which is already CLOSED, resets that answer, and the RST ends the wait. " +
			"A duplicate of the closer's own last ACK is enough.",
		Sources: []string{"RFC 1337 §1, Figure 1, §3", "RFC 9293 §3.10.7.4, second"},
		Shown: []Exhibit{
			{With: "rst-in-time-wait=obey", Theorem: "assassination"},
			{With: "as a script", Script: "rfc1337-1-assassination"},
		},
		Gone: []Exhibit{
			{With: "rst-in-time-wait=ignore (F1)", Policy: func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst }},
			{With: "rst-in-time-wait=ignore, as a script", Script: "rfc1337-1-assassination", Policy: func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst }},
		},
	}, {
		Number: 12, Name: "old-text-after-assassination",
		What: "A RST has ended TIME-WAIT early, and the next incarnation uses the same sequence numbers. Then old data is delivered to its user, " +
			"or is held out of order until new data has filled the gap.",
		Sources: []string{"RFC 1337 §2.2 (H1), Figure 2"},
		Shown: []Exhibit{
			{With: "rst-in-time-wait=obey", Ask: assassinated},
			{With: "rst-in-time-wait=obey, drop-out-of-order=on", Ask: assassinated, Policy: func(c *model.Config) { c.DropOutOfOrder = true }},
			{With: "held until the gap is filled, as a script", Script: "rfc1337-2-erroneous-data"},
		},
		Gone: []Exhibit{
			{With: "rst-in-time-wait=ignore (F1), a full wait", Change: waitedOut, Only: []properties.Premise{
				{Name: "old-syn-at-listener", Text: "no SYN of A's first connection is in the network", Relax: func(q *Question) {
					q.Scenario.Stale = append(q.Scenario.Stale, fixture.Old(b, model.SYN, netfake.BaseA, 0))
				}},
			}},
			{With: "fresh numbers, no wait", Theorem: "fresh-numbers-need-no-wait", Only: []properties.Premise{
				{Name: "roles", Text: "B did not open the first connection", Relax: func(q *Question) {
					q.Scenario.Peer[a].GiveUp = patience
					q.Scenario.Stale = append(q.Scenario.Stale, fixture.Old(a, model.SYN, netfake.BaseB, 0))
				}},
			}},
			{With: "drop-out-of-order=on, as a script", Script: "rfc1337-2-erroneous-data", Policy: func(c *model.Config) { c.DropOutOfOrder = true }},
		},
		Found: "It does not help to drop data that is out of order, if the old data begins at RCV.NXT.",
	}}
}

// oldSegmentHazards are numbers 13 to 16: what old segments do to the next connection, and to TIME-WAIT.
func oldSegmentHazards() []Hazard {
	return []Hazard{{
		Number: 13, Name: "ack-loop",
		What: "B has accepted old data, and acknowledges something that A never sent. A answers with an ACK for what it did send, which is below B's window, " +
			"so that B answers in turn, and so on forever.",
		Sources: []string{"RFC 1337 §2.3 (H2), Figure 3"},
		Shown: []Exhibit{
			{With: "an ABORT, no wait, reused numbers", Ask: loop},
			{With: "rst-in-time-wait=obey: they disagree", Ask: disagreeing},
			{With: "as a script", Script: "rfc1337-3-ack-loop"},
		},
		Gone: []Exhibit{
			{With: "rst-in-time-wait=ignore (F1), a full wait: they never disagree", Ask: disagreeing, Change: waitedOut},
			{With: "fresh numbers: they never disagree", Ask: func() Question {
				q := loop()
				q.Live, q.Always = nil, properties.Named("numbers-agree")
				return q
			}, Change: freshNumbers},
		},
	}, {
		Number: 14, Name: "killed-by-old-ack",
		What: "While A's SYN is being answered, an old ACK reaches A, and A answers with a RST. By RFC 793 that RST is accepted anywhere in the window of B in SYN-RECEIVED: " +
			"a segment of the old connection ends the new one.",
		Sources: []string{"RFC 1337 §2.4 (H3), Figure 4", "RFC 5961 §3.2"},
		Shown: []Exhibit{
			{With: "attacks=rfc793", Ask: oldAck, Policy: func(c *model.Config) { c.Attacks = model.RFC793 }},
			{With: "as a script", Script: "rfc1337-4-connection-failure"},
		},
		Gone: []Exhibit{
			{With: "attacks=rfc5961", Only: []properties.Premise{
				{Name: "silent-opener", Text: "A sends no data before that RST arrives", Relax: func(q *Question) { q.Scenario.Peer[a].User.Octets = 2 }},
			}},
			{With: "attacks=rfc5961, as a script", Script: "rfc1337-4-connection-failure", Policy: func(c *model.Config) { c.Attacks = model.RFC5961 }},
		},
	}, {
		Number: 15, Name: "paws-is-partial",
		What: "With timestamps TIME-WAIT could obey a RST after two ticks of the clock (fix F2), because PAWS then refuses old data. But a RST needs no timestamp, and TIME-WAIT " +
			"answers an old duplicate with its current timestamp: the segment has old sequence numbers, but PAWS accepts it.",
		Sources: []string{"RFC 1337 §3 (F2)", "RFC 7323 §5.2, §5.3"},
		Shown: []Exhibit{
			{With: "rst-in-time-wait=ignore-at-first (F2), timestamps=on", Ask: stamped, Policy: func(c *model.Config) {
				c.RstInTimeWait, c.Timestamps = model.IgnoreRstAtFirst, true
			}},
			{With: "rst-in-time-wait=obey, no timestamps", Ask: stamped, Policy: func(c *model.Config) { c.RstInTimeWait = model.ObeyRst }},
		},
		Gone: []Exhibit{
			{With: "rst-in-time-wait=ignore (F1), no timestamps", Policy: func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst }},
			{With: "rst-in-time-wait=ignore (F1), timestamps=on, for 10 ticks", Change: func(q *Question) { q.Scenario.Net.Ticks = 10 },
				Policy: func(c *model.Config) { c.RstInTimeWait, c.Timestamps = model.IgnoreRst, true }},
		},
		Left: "RFC 1337 counts the time in TIME-WAIT from its beginning. The model counts it from the last restart, " +
			"so this row uses a wait that is not restarted.",
	}, {
		Number: 16, Name: "syn-in-time-wait",
		What: "A SYN reaches TIME-WAIT. If it opens nothing, it is challenged, its sender resets the challenge, and the RST ends the wait. " +
			"If any SYN opens a new connection (MAY-2 as it is written), an old one does, too.",
		Sources: []string{"RFC 9293 §3.6.1, MAY-2, SHLD-4 (A10)", "RFC 6191 §2"},
		Shown: []Exhibit{
			{With: "reopen=any-syn, an old SYN", Ask: oldSynInTimeWait, Policy: reopen(model.ReopenAnySyn)},
			{With: "reopen=none, a new SYN", Ask: newSynInTimeWait},
		},
		Gone: []Exhibit{
			{With: "reopen=later-syn, an old SYN", Policy: reopen(model.ReopenLaterSyn), Only: []properties.Premise{
				{Name: "low-syn", Text: "the number of the old SYN is below the one that A expects", Relax: func(q *Question) {
					q.Scenario.Stale = []netfake.Packet{fixture.Old(a, model.SYN, netfake.BaseB+3, 0)}
				}},
			}},
			{With: "reopen=none, rst-in-time-wait=ignore, a new SYN", Ask: newSynInTimeWait, Policy: func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst }},
		},
		Found: "The model keeps condition 2 of MAY-2: after a RST, a SYN-RECEIVED that began in TIME-WAIT returns there (dialogue reopen-falls-back).",
	}}
}

func reopen(r model.Reopen) func(*model.Config) { return func(c *model.Config) { c.Reopen = r } }

// waitAfterAbort is the other reading of contradiction A1.
func waitAfterAbort(c *model.Config) { c.RstIssuerTimeWait, c.KeepTimeWait = true, true }

// oldSynAtOpener: an old SYN that comes to a side that opens looks like a simultaneous open, and fresh numbers do not help.
var oldSynAtOpener = []properties.Premise{
	{Name: "old-syn-at-opener", Text: "no SYN of a connection that B opened is in the network, or B sends no data", Relax: func(q *Question) {
		q.Scenario.Stale = append(q.Scenario.Stale, fixture.Old(a, model.SYN, netfake.BaseB, 0))
		q.Scenario.Peer[b].User.Octets = 1
	}},
}

// resetByPeer, timedOut and crashed end A's connection otherwise than by its ABORT: by one of B's, by giving up a tick
// after it has sent, and by a crash.
func resetByPeer(q *Question) {
	q.Scenario.Peer[a].User.Abort, q.Scenario.Peer[b].User.Abort = false, true
}

func timedOut(q *Question) { q.Scenario.Peer[a].User.Abort, q.Scenario.Peer[a].GiveUp = false, 1 }

func crashed(q *Question) { q.Scenario.Peer[a].User.Abort, q.Scenario.Peer[a].User.Crashes = false, 1 }

// orphaned: A closes, and B crashes.
func orphaned() Question {
	sc := fixture.Open()
	sc.Peer[a].User.Close, sc.Peer[b].User.Crashes = true, 1
	return Question{Scenario: sc, Live: &properties.Live{
		From: properties.OnWorld("A in FIN-WAIT-2, and B has crashed", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.FinWait2 && w.Peer[b].State() == model.Closed
		}),
		To: properties.InState(a, model.Closed),
	}}
}

// assassinated is reusing with a TIME-WAIT that a RST ends, and a user that opens again at once.
func assassinated() Question {
	sc := reusing()
	sc.Both(func(h *netfake.Host) { h.TCP.RstInTimeWait = model.ObeyRst })
	sc.Watch = netfake.ForeignData
	return Question{Scenario: sc, Always: properties.Named("no-foreign-data"), Witness: againOpen}
}

// disagreeing asks whether the two ever disagree about their numbers, which is where the loop begins.
func disagreeing() Question {
	q := assassinated()
	q.Always = properties.Named("numbers-agree")
	return q
}

// loop: A sends an octet, ABORTs and opens again at once with the same numbers. Do two that disagree ever find out?
func loop() Question {
	sc := reusing()
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Abort: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Passive: 1}
	sc.Peer[b].GiveUp = 0
	return Question{Scenario: sc, Live: disagreement(), Witness: againOpen}
}

// oldAck: an old ACK above A's new SYN reaches A while it opens.
func oldAck() Question {
	sc := fixture.Calling(1, fixture.Old(a, model.ACK, netfake.BaseB, netfake.BaseA+3))
	sc.Peer[b].User.Accepts = 1
	sc.Both(sameNumbers)
	sc.Watch = netfake.ForeignReset
	return Question{Scenario: sc, Always: properties.Named("no-foreign-reset"), Witness: properties.InState(b, model.SynReceived)}
}

// stamped is a close after which A uses its numbers again. Can an ACK of the old incarnation be under way while A
// opens again, with a timestamp that is not older than that of the new SYN (or, without timestamps, at all)?
func stamped() Question {
	sc := fixture.Ending(safeWait)
	sc.Both(sameNumbers)
	sc.Both(func(h *netfake.Host) { h.TimeWait, h.TCP.TimeWaitRestart = safeWait+msl, model.RestartNever })
	sc.Peer[a].User = netfake.User{Active: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Close: true, ClosesSecond: true, ActiveIncarnations: 1}
	sc.Peer[b].GiveUp = patience
	return Question{Scenario: sc, Always: []properties.Condition{properties.OnState(
		"never an ACK of the last incarnation that PAWS would take while A opens again",
		func(sys *netfake.System, s netfake.State) bool {
			w := sys.Unpack(s)
			if w.Peer[a].Inc != 2 || w.Peer[a].State() != model.SynSent {
				return true
			}
			for _, p := range w.Wire(sys) {
				if p.Dst == b && p.Inc == 1 && p.Seg.Flags == model.ACK && int(p.Seg.TSVal) >= w.Clock {
					return false
				}
			}
			return true
		})}, Witness: properties.OnWorld("A opens again", func(w *netfake.World) bool {
		return w.Peer[a].Inc == 2 && w.Peer[a].State() == model.SynSent
	})}
}

// oldSynInTimeWait: A closes first; a SYN of B's from before is under way.
func oldSynInTimeWait() Question {
	sc := fixture.Ending(safeWait)
	sc.Net.MSL = 0
	sc.Peer[b].User.ClosesSecond = true
	sc.Stale = []netfake.Packet{fixture.Old(a, model.SYN, 290, 0)}
	return Question{Scenario: sc, Always: unreachable("A out of TIME-WAIT for an old SYN", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.SynReceived && w.Peer[a].RemoteInc == netfake.Before
	}), Witness: properties.InState(a, model.TimeWait)}
}

// newSynInTimeWait: A closes first, and B opens again while A waits.
func newSynInTimeWait() Question {
	sc := fixture.Ending(safeWait)
	sc.Both(func(h *netfake.Host) { h.TCP.RstInTimeWait = model.ObeyRst })
	sc.Peer[b].User = netfake.User{Active: 1, Close: true, ClosesSecond: true, ActiveIncarnations: 1}
	sc.Watch = netfake.TimeWaitReset
	return Question{Scenario: sc, Always: properties.Named("no-time-wait-reset"), Witness: properties.OnWorld("B opens again while A is in TIME-WAIT", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.TimeWait && w.Peer[b].State() == model.SynSent
	})}
}
