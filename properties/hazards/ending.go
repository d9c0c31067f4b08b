package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// closingHazards are numbers 26 to 30: a close in which something is lost, repeated or done twice.
func closingHazards() []Hazard {
	return []Hazard{{
		Number: 26, Name: "lost-last-ack",
		What: "The ACK of the second FIN is lost, and the FIN is retransmitted. If the other side no longer waits, it answers with a RST, " +
			"and a normal close looks like a reset. If the other side does not answer at all, LAST-ACK never ends.",
		Sources: []string{"RFC 9293 §3.6, case 2", "RFC 9293 §3.10.7.1"},
		Shown: []Exhibit{
			{With: "no TIME-WAIT", Theorem: "no-wait-last-ack-reset"},
			{With: "CLOSED is silent, and the peer never gives up", Theorem: "last-ack-ends/CLOSED is silent"},
			{With: "a full wait, and the peer never gives up", Ask: func() Question { return lateFin(0) }},
		},
		Gone: []Exhibit{
			{With: "a TIME-WAIT of R+MSL", Theorem: "wait-spares-last-ack", Only: []properties.Premise{
				{Name: "first-gives-up", Text: "the side that closes first does not give up its own data or FIN", Relax: func(q *Question) {
					q.Scenario.Peer[a].GiveUp, q.Scenario.Peer[a].User.Octets = patience, 1
				}},
				{Name: "unread", Text: "the side that closes first reads what comes after its CLOSE", Relax: func(q *Question) {
					q.Scenario.Both(func(h *netfake.Host) { h.TCP.HalfDuplexClose = true })
					q.Scenario.Peer[b].User.Octets = 1
				}},
			}},
			{With: "CLOSED as in RFC 9293, and the peer never gives up", Theorem: "last-ack-ends", Only: []properties.Premise{
				{Name: "looks-right", Text: "A does not open again with the number just below the one that B expects, which B's answer then acknowledges", Relax: func(q *Question) {
					q.Scenario.Peer[a].User.Active = 1
					q.Scenario.Peer[a].Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{1}}
				}},
			}},
			{With: "a peer that gives up", Theorem: "last-ack-ends/CLOSED is silent, but B gives up"},
			{With: "a full wait, and the peer gives up", Ask: func() Question { return lateFin(patience) }},
		},
		Found: "Unless CLOSED is silent, a peer that never gives up does not wait forever when the ACK is lost and the wait is over: the RST that spoils its close also ends it. " +
			"But it does wait forever if the other side opens again with the number just below the one that it expects: LAST-ACK and SYN-SENT then wait for each other (hazard 7).",
	}, {
		Number: 27, Name: "silent-reset",
		What:    "If the second step is followed literally, nobody is told of a RST in CLOSING or LAST-ACK: the user cannot distinguish a normal close from one that was reset.",
		Sources: []string{"RFC 9293 §3.10.7.4, second, against MUST-12 (A7)"},
		Shown: []Exhibit{
			{With: "silent-late-rst=on", Theorem: "abort-is-heard/RST silent in CLOSING and LAST-ACK (A7)"},
			{With: "as a script", Script: "late-rst-silent"},
		},
		Gone: []Exhibit{
			{With: "the model of RFC 9293", Theorem: "abort-is-heard"},
			{With: "silent-late-rst=off, as a script", Script: "late-rst-silent", Policy: func(c *model.Config) { c.SilentLateRst = false }},
		},
	}, {
		Number: 28, Name: "wait-not-restarted",
		What: "If RFC 9293 is followed literally, a retransmitted FIN is unacceptable: it is answered, and dropped before the step that would restart the wait. " +
			"The wait may then end just after an answer was sent, and that answer can reach the next incarnation.",
		Sources: []string{"RFC 9293 §3.10.7.4, first against eighth (A6)"},
		Shown: []Exhibit{
			{With: "time-wait-restart=literal: an old ACK is accepted", Ask: lateAnswer, Policy: restart(model.RestartLiteral)},
			{With: "the same at MSL 3, R 3: a wait of R+2MSL-3 ticks", Ask: lateAnswer, Policy: restart(model.RestartLiteral), Change: slower(6)},
		},
		Gone: []Exhibit{
			{With: "time-wait-restart=fin: no old ACK is accepted", Policy: restart(model.RestartOnFin), Only: inTwoSegments},
			{With: "time-wait-restart=literal, and a wait longer by MSL-1: no old ACK is accepted", Policy: restart(model.RestartLiteral), Change: func(q *Question) {
				q.Scenario.Both(func(h *netfake.Host) { h.TimeWait = safeWait + msl - 1 })
			}, Only: []properties.Premise{
				{Name: "rst", Text: "RSTs that old segments cause do not count", Relax: func(q *Question) {
					q.Scenario.Watch, q.Always = netfake.ForeignReset, properties.Named("no-foreign-reset")
					q.Scenario.Peer[b].User.Octets = 1
				}},
			}},
			{With: "the same at MSL 3, R 3: R+2MSL-2 ticks", Policy: restart(model.RestartLiteral), Change: slower(7)},
			{With: "time-wait-restart=never, old FINs", Theorem: "wait-keeps-old-fin-out", Policy: restart(model.RestartNever)},
		},
		Found: "Literally, the wait must be longer by MSL-1 ticks to keep out acknowledgments: R+2MSL-2 ticks at MSL = R = 2 and 3, if the peer closes second and sends no data. " +
			"To keep out the RSTs that old segments cause it must be longer still: 4MSL-3 ticks (tcpcheck bound time-wait resets-literal). Old FINs are kept out without any restart.",
	}, {
		Number: 29, Name: "time-wait-ping-pong",
		What: "If RFC 9293 is followed literally, TIME-WAIT acknowledges an ACK without data and restarts its wait. After a simultaneous close two ends that do this " +
			"answer each other forever.",
		Sources: []string{"RFC 9293 §3.10.7.4, fifth (A6), Figure 13"},
		Shown: []Exhibit{
			{With: "time-wait-acks-bare=on, time-wait-restart=literal", Theorem: "time-waits-end/bare ACKs are answered, and start the wait anew (A6)"},
			{With: "as a script", Script: "time-wait-ping-pong"},
		},
		Gone: []Exhibit{
			{With: "the model of RFC 9293", Theorem: "time-waits-end"},
			{With: "time-wait-acks-bare=off, as a script", Script: "time-wait-ping-pong", Policy: func(c *model.Config) { c.TimeWaitAcksBare = false }},
		},
	}, {
		Number: 30, Name: "simultaneous-close",
		What: "Two CLOSEs that cross lead both ends into TIME-WAIT, so that both wait. There are three ways from FIN-WAIT-1: through CLOSING; through FIN-WAIT-2, if the ACK of the FIN overtakes the peer's FIN; " +
			"and directly, if one segment is both. A stack that accepts any ACK as that of its FIN loses octets there.",
		Sources: []string{"RFC 9293 §3.6, case 3, Figure 13, note 2 of Figure 5"},
		Shown: []Exhibit{
			{With: "both wait", Ask: bothWait},
			{With: "A in FIN-WAIT-2 while B is in CLOSING: the ACK overtakes the FIN", Ask: overtaken(model.FinWait2)},
			{With: "A in TIME-WAIT while B is in CLOSING", Ask: overtaken(model.TimeWait)},
			{With: "mutant closing-any-ack: octets are lost", Theorem: "simultaneous-close/mutant closing-any-ack"},
		},
		Gone: []Exhibit{
			{With: "B closes second: only A waits", Change: func(q *Question) { q.Scenario.Peer[b].User.ClosesSecond = true }},
			{With: "the model of RFC 9293: no octet is lost", Theorem: "simultaneous-close"},
		},
	}}
}

// oddHazards are numbers 31 to 36: strange ways to open a connection, and to end one.
func oddHazards() []Hazard {
	return []Hazard{{
		Number: 31, Name: "self-connect",
		What: "An endpoint that opens a connection to its own socket receives its own SYN. This is a simultaneous open with itself, and it is legal: " +
			"its own answers open it, and its close goes through CLOSING.",
		Sources: []string{"RFC 9293 Appendix A.2, MUST-10"},
		Shown:   []Exhibit{{With: "the model of RFC 9293", Script: "self-connect"}},
		Gone:    []Exhibit{{With: "no-simultaneous-open=on", Policy: func(c *model.Config) { c.NoSimultaneousOpen = true }}},
		Left:    "A scenario has two endpoints, so this is a script, and not a search.",
	}, {
		Number: 32, Name: "split-handshake",
		What: "A server answers a SYN with a SYN that has no ACK, as in a simultaneous open. A client that follows the RFC accepts it, and sends the SYN,ACK itself: " +
			"a device between the two mistakes the client for the server.",
		Sources: []string{"Beardsley and Qian 2010", "RFC 9293 §3.5, MUST-10"},
		Shown: []Exhibit{
			{With: "a SYN and then an ACK from another host", Ask: split},
			{With: "as a script", Script: "split-handshake"},
		},
		Gone: []Exhibit{
			{With: "no-simultaneous-open=on", Policy: func(c *model.Config) { c.NoSimultaneousOpen = true }},
			{With: "no-simultaneous-open=on, as a script", Script: "split-handshake", Policy: func(c *model.Config) { c.NoSimultaneousOpen = true }},
		},
	}, {
		Number: 33, Name: "idle-half-open",
		What: "A aborts, and its RST is lost. B has nothing to send and never finds out, because keep-alives are off by default. " +
			"A probe of the last octet would reach a host without such a connection, and be reset.",
		Sources: []string{"RFC 9293 §3.5.1, §3.8.4, MUST-25"},
		Shown: []Exhibit{
			{With: "keep-alive=off", Ask: abortUnheard},
			{With: "keep-alive=on, but CLOSED is silent", Ask: abortUnheard, Policy: func(c *model.Config) { c.KeepAlive, c.SilentWhenClosed = true, true }},
		},
		Gone: []Exhibit{
			{With: "keep-alive=on", Policy: func(c *model.Config) { c.KeepAlive = true }},
		},
		Found: "A keep-alive helps only if the other host answers segments of connections that it does not have.",
	}, {
		Number: 34, Name: "two-segments-by-design",
		What: "T/TCP and TCP Fast Open deliver data after two segments. If nothing is remembered, an old SYN and its data are delivered. " +
			"T/TCP keeps a count for each peer and compares it; Fast Open gives out a cookie, and leaves duplicates to the application.",
		Sources: []string{"RFC 1644 (T/TCP)", "RFC 7413 (Fast Open)"},
		Shown: []Exhibit{
			{With: "two segments, nothing remembered", Theorem: "two-segments-old-data"},
			{With: "one segment, nothing remembered", Theorem: "one-segment-old-data"},
			{With: "two segments, no old segment: data on a SYN is delivered twice", Ask: twiceOnSyn},
		},
		Gone: []Exhibit{
			{With: "three segments", Theorem: "two-segments-old-data/three segments", Only: earlyClose},
		},
		Left: "The cache of T/TCP and the cookie of Fast Open, because the model keeps nothing from one connection to the next.",
	}, {
		Number: 35, Name: "rst-in-syn-sent",
		What: "RFC 9293 has one sentence too many: SYN-SENT has no RCV.NXT yet, and must not check the sequence number of a RST. " +
			"A host that does check it repeats its SYN to a closed port forever.",
		Sources: []string{"erratum 8167 to RFC 9293", "RFC 9293 §3.10.7.3, second"},
		Shown: []Exhibit{
			{With: "mutant syn-sent-deaf-to-rst", Ask: refused, Policy: mutant(model.SynSentDeafToRst)},
			{With: "mutant syn-sent-deaf-to-rst, any sequence number", Look: hearsAnyRst, Policy: mutant(model.SynSentDeafToRst)},
		},
		Gone: []Exhibit{
			{With: "the model of RFC 9293"},
			{With: "the model of RFC 9293, any sequence number", Look: hearsAnyRst},
		},
	}, {
		Number: 36, Name: "abort-in-time-wait",
		What:    "By §3.10.5 an ABORT in TIME-WAIT deletes the connection at once. Then there is no wait at all, and old data reaches the next incarnation.",
		Sources: []string{"RFC 9293 §3.10.5 against MUST-13 (A2)"},
		Shown: []Exhibit{
			{With: "keep-time-wait=off", Ask: abortedWait},
			{With: "as a script", Script: "abort-in-time-wait"},
		},
		Gone: []Exhibit{
			{With: "keep-time-wait=on", Policy: func(c *model.Config) { c.KeepTimeWait = true }},
			{With: "keep-time-wait=on, as a script", Script: "abort-in-time-wait", Policy: func(c *model.Config) { c.KeepTimeWait = true }},
		},
	}}
}

func restart(r model.TimeWaitRestart) func(*model.Config) {
	return func(c *model.Config) { c.TimeWaitRestart = r }
}

// lateFin: A waits in full, and B tries for r ticks, or for ever.
func lateFin(r int) Question {
	sc := fixture.Ending(safeWait)
	sc.Peer[b].User.ClosesSecond = true
	sc.Peer[b].GiveUp = r
	sc.Watch = netfake.LastAckReset
	return Question{Scenario: sc, Always: properties.Named("no-last-ack-reset"), Witness: properties.InState(b, model.LastAck)}
}

// lateAnswer is a close after which both use their numbers again; A answers B's FINs until its wait is over.
func lateAnswer() Question {
	sc := fixture.Ending(safeWait)
	sc.Both(sameNumbers)
	sc.Peer[a].User = netfake.User{Active: 1, Close: true, ReopenOnlyAfterNormalClose: true}
	sc.Peer[b].User = netfake.User{Passive: 1, Close: true, ClosesSecond: true}
	sc.Peer[b].GiveUp = patience
	sc.Watch = netfake.ForeignAck
	return Question{Scenario: sc, Always: properties.Named("no-foreign-ack"), Witness: againOpen}
}

// slower is lateAnswer with an MSL and an R of 3 ticks.
func slower(wait int) func(*Question) {
	return func(q *Question) {
		q.Scenario.Net.MSL, q.Scenario.Peer[b].GiveUp = 3, 3
		q.Scenario.Both(func(h *netfake.Host) { h.TimeWait = wait })
	}
}

// bothWait: can both ends come to wait?
func bothWait() Question {
	return Question{Scenario: fixture.Ending(safeWait), Always: unreachable("both in TIME-WAIT", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.TimeWait && w.Peer[b].State() == model.TimeWait
	}), Witness: properties.InState(a, model.TimeWait)}
}

// overtaken: two CLOSEs cross, and A is in that state while B, which has had A's FIN before the ACK of its own, is in CLOSING.
func overtaken(s model.State) func() Question {
	return func() Question {
		return Question{Scenario: fixture.Ending(safeWait), Always: unreachable("A in "+s.String()+" and B in CLOSING", func(w *netfake.World) bool {
			return w.Peer[a].State() == s && w.Peer[b].State() == model.Closing
		}), Witness: properties.InState(a, model.FinWait1)}
	}
}

// inTwoSegments: the peer's data and FIN are one segment, so that whatever it sends again bears the FIN.
var inTwoSegments = []properties.Premise{
	{Name: "two-segments", Text: "the peer's data and FIN are one segment", Relax: func(q *Question) {
		q.Scenario.Peer[b].User.Octets = 2
		q.Scenario.Both(func(h *netfake.Host) { h.TCP.MSS = 1 })
	}},
}

// twiceOnSyn: A's SYN bears data; B may ABORT, and listens a second time.
func twiceOnSyn() Question {
	sc := fixture.Calling(1)
	sc.Both(func(h *netfake.Host) { h.TCP.Handshake, h.TCP.DataOnSyn = model.TwoSegments, true })
	sc.Peer[a].User.Octets = 1
	sc.Peer[b].User = netfake.User{Passive: 2, Abort: true}
	sc.Watch = netfake.ForeignData
	return Question{Scenario: sc, Always: properties.Named("no-foreign-data"), Witness: properties.InState(b, model.Established)}
}

// split: A opens; B is idle, and what a server of this kind would send comes from outside.
func split() Question {
	sc := netfake.TwoHosts()
	sc.Peer[a].User.Active = 1
	sc.Attacker = []netfake.Packet{fixture.Old(a, model.SYN, netfake.BaseB, 0), fixture.Old(a, model.ACK, netfake.BaseB+1, netfake.BaseA+1)}
	sc.Peer[b].TCP.SilentWhenClosed = true
	return Question{Scenario: sc, Always: unreachable("A ESTABLISHED", func(w *netfake.World) bool {
		return w.Peer[a].State() == model.Established
	}), Witness: properties.InState(a, model.SynSent)}
}

// abortUnheard: A may ABORT; nobody sends anything.
func abortUnheard() Question {
	sc := fixture.Open()
	sc.Peer[a].User.Abort = true
	return Question{Scenario: sc, Live: &properties.Live{
		From: properties.OnWorld("A has aborted, B is open", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.Closed && w.Peer[b].State() == model.Established
		}),
		To: properties.InState(b, model.Closed),
	}}
}

// refused: A opens towards a host that does not listen.
func refused() Question {
	sc := netfake.TwoHosts()
	sc.Peer[a].User.Active = 1
	return Question{Scenario: sc, Live: &properties.Live{From: properties.InState(a, model.SynSent), To: properties.InState(a, model.Closed)}}
}

// abortedWait: A's user may ABORT; the RST that this sends in ESTABLISHED leads to TIME-WAIT as well, so
// that only an ABORT in TIME-WAIT can cut the wait short.
func abortedWait() Question {
	sc := reusing()
	sc.Both(func(h *netfake.Host) { h.TCP.RstIssuerTimeWait = true })
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Abort: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Passive: 1}
	sc.Peer[b].GiveUp = 0
	sc.Watch = netfake.ForeignData
	return Question{Scenario: sc, Always: properties.Named("no-foreign-data"), Witness: againOpen}
}
