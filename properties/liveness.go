package properties

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// endlessLoss is the variant in which the network owes nothing; noFairness that in which nobody does.
var (
	endlessLoss = Variant{Name: "a network that loses for ever", Change: func(q *Question) { q.Live.Fair = FairTimers }, Expect: fails}
	noFairness  = Variant{Name: "no fairness at all", Change: func(q *Question) { q.Live.Fair = FairNone }, Expect: fails}
)

// nobodyVanishes names the premises that no end leaves the other one alone.
var nobodyVanishes = list("A-abort", "B-abort", "A-crash", "B-crash", "A-gives-up", "B-gives-up")

func list(names ...string) []string { return names }

func livenessTheorems() []Theorem {
	closed := bothIn(model.Closed)
	return []Theorem{{
		Name:  "always-closable",
		Claim: "If both users may CLOSE at any time, both ends can still reach CLOSED from every reachable state",
		Needs: slices.Concat(nobodyVanishes, list("attacker-data", "silent-when-closed=on")),
		Open: []string{"A-opened", "B-opened", "A-octets", "B-octets", "A-left", "B-left", "A-left-far", "B-left-far", "A-reads",
			"B-reads", "timestamps=on", "keep-alive=on"},
		Scenario: endingAnytime, Live: &Live{To: closed}, Expect: holds,
		Variants: []Variant{
			{Name: "B never calls CLOSE", Change: func(q *Question) { q.Peer[b].User = netfake.User{} }, Expect: fails},
			{Name: "who is not answered gives up", Change: givesUp(patience), Expect: fails},
			{Name: "gives up, and may ABORT", Change: func(q *Question) {
				givesUp(patience)(q)
				q.Both(func(h *netfake.Host) { h.User.Abort = true })
			}, Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.6, §3.10.5"},
	}, {
		Name:     "close-closes",
		Claim:    "Once both users have called CLOSE, both ends are eventually CLOSED at the same time, although any number of segments may be lost",
		Needs:    slices.Concat(nobodyVanishes, list("A-passive", "B-passive", "A-number-again", "B-number-again", "A-reads", "B-reads", "attacker-data", "attacker-fin", "arrival", "timers", "silent-when-closed=on")),
		Open:     []string{"A-octets", "B-octets", "A-left", "B-left", "A-left-far", "B-left-far", "timestamps=on", "keep-alive=on"},
		Scenario: ending, Live: &Live{From: bothAsked, To: closed}, Expect: holds,
		Variants: []Variant{
			{Name: "who gives up leaves FIN-WAIT-2 behind", Change: givesUp(patience), Expect: fails},
			{Name: "mutant silent-outside", Change: mutant(model.SilentOutside), Expect: fails},
			{Name: "with an octet each way, each copy once", Change: func(q *Question) { q.Scenario = lossy(talking(1, 1, 0, 0)) }, Expect: holds},
			endlessLoss, noFairness,
		},
		Sources: []string{"RFC 9293 §3.6"},
	}, {
		Name:     "last-ack-ends",
		Claim:    "LAST-ACK ends eventually, although the last ACK is lost and TIME-WAIT is over: CLOSED answers the retransmitted FIN with a RST",
		Needs:    list("A-number-again", "A-reads", "arrival", "timers", "silent-when-closed=on"),
		Open:     []string{"attacker", "A-left", "B-left", "A-left-far", "timestamps=on"},
		Scenario: patientCloser, Live: &Live{From: InState(b, model.LastAck), To: InState(b, model.Closed)}, Expect: holds,
		Variants: []Variant{
			{Name: "CLOSED is silent", Change: unanswered, Expect: fails},
			{Name: "CLOSED is silent, but B gives up", Change: func(q *Question) { unanswered(q); q.Peer[b].GiveUp = patience }, Expect: holds},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.6, §3.10.7.1"},
	}, {
		Name:     "last-ack-meets-syn-sent",
		Claim:    "An end in LAST-ACK, and one that opens again with a sequence number one below the expected one, wait for each other forever: the ACK that answers the SYN acknowledges exactly that SYN, and so it causes no RST",
		Scenario: openingOneBelow, Live: &Live{From: InState(b, model.LastAck), To: InState(b, model.Closed)}, Expect: fails,
		Variants: []Variant{
			{Name: "a fresh number", Change: func(q *Question) { q.Peer[a].Isn = netfake.Isn{Policy: netfake.Fresh} }, Expect: holds},
			{Name: "the number that LAST-ACK expects", Change: func(q *Question) { q.Peer[a].Isn.Choices = []uint8{2} }, Expect: holds},
			{Name: "who opens gives up", Change: func(q *Question) { q.Peer[a].GiveUp = patience }, Expect: holds},
			{Name: "who closes gives up", Change: func(q *Question) { q.Peer[b].GiveUp = patience }, Expect: holds},
			{Name: "by RFC 793, without challenge ACKs", Change: policy(func(c *model.Config) { c.Attacks = model.RFC793 }), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.10.7.3, first and fourth; §3.10.7.4, first"},
	}, {
		Name:     "syn-sent-ends",
		Claim:    "SYN-SENT ends eventually, in ESTABLISHED or CLOSED, although any number of segments may be lost",
		Needs:    list("A-crash-and-number", "attacker", "arrival", "timers", "handshake=two", "silent-when-closed=on"),
		Open:     []string{"early-timers", "A-left", "B-left", "A-left-far", "B-left-far", "attacker-data", "attacker-fin", "handshake=one"},
		Scenario: func() netfake.Scenario { return lossy(calling()) },
		Live:     &Live{From: InState(a, model.SynSent), To: InState(a, model.Established, model.Closed)}, Expect: holds,
		Variants: []Variant{
			{Name: "two segments", Change: handshake(model.TwoSegments), Expect: fails},
			{Name: "mutant no-retransmission", Change: mutant(model.NoRetransmission), Expect: fails},
			{Name: "mutant syn-sent-deaf-to-rst", Change: mutant(model.SynSentDeafToRst), Expect: fails},
			{Name: "duplicates and early timers too", Change: func(q *Question) { q.Scenario = calling() }, Expect: holds},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.5, §3.10.7.3"},
	}, {
		Name:  "syn-sent-gives-up",
		Claim: fmt.Sprintf("An end that gives up after R ticks leaves SYN-SENT within R ticks (%d), whatever the network loses", patience),
		Needs: list("handshake=four"),
		Said:  list("A-patience"),
		Open: []string{"roles", "B-active", "attacker", "A-left", "B-left", "A-left-far", "B-left-far", "A-reads", "B-reads",
			"A-number-again", "B-number-again", "A-crash-and-number", "B-crash-and-number", "handshake=one",
			"timestamps=on"},
		Scenario: func() netfake.Scenario {
			return givesUp(patience).of(calling())
		}, Live: &Live{From: InState(a, model.SynSent), To: InState(a, model.Established, model.Closed), Within: patience, Fair: FairTimers}, Expect: holds,
		Variants: []Variant{
			{Name: "one tick less", Change: func(q *Question) { q.Live.Within-- }, Expect: fails},
			{Name: "never gives up", Change: givesUp(0), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.8.3, §3.10.8"},
	}, {
		Name:     "simultaneous-open-completes",
		Claim:    "Two SYNs that cross eventually make both ends ESTABLISHED, if only SYNs are in the network",
		Needs:    slices.Concat(nobodyVanishes, list("A-active", "B-active", "A-close", "B-close", "A-early", "B-early", "attacker", "arrival", "timers", "no-simultaneous-open=on")),
		Open:     []string{"A-left", "B-left", "A-left-far", "B-left-far", "A-reads", "B-reads", "handshake=one", "timestamps=on"},
		Scenario: crossing, Live: &Live{From: onlySyns, To: bothIn(model.Established)}, Expect: holds,
		Variants: []Variant{
			{Name: "a RST may be under way", Change: func(q *Question) { q.Live.From = bothIn(model.SynSent) }, Expect: fails},
			{Name: "no simultaneous open", Change: policy(func(c *model.Config) { c.NoSimultaneousOpen = true }), Expect: fails},
			{Name: "who is not answered gives up", Change: givesUp(patience), Expect: fails},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.5, Figure 7, MUST-10"},
	}, {
		Name:     "time-wait-is-over",
		Claim:    fmt.Sprintf("TIME-WAIT ends within %d ticks, retransmitted FINs included (MSL %d, wait %d, and the peer gives up after R = %d): the wait restarts for the last time when the last FIN arrives", longestWait, msl, safeWait, patience),
		Needs:    list("A-wait-of-abort", "attacker-fin"),
		Said:     list("B-patience", "lifetime"),
		Open:     []string{"A-left", "B-left", "A-left-far", "A-reads", "timestamps=on"},
		Scenario: func() netfake.Scenario { return lostLastAck(safeWait) },
		Live:     &Live{From: InState(a, model.TimeWait), To: waitedOut, Within: longestWait}, Expect: holds,
		Variants: []Variant{
			{Name: "one tick less", Change: func(q *Question) { q.Live.Within-- }, Expect: fails},
			{Name: "a peer that never gives up", Change: func(q *Question) { q.Peer[b].GiveUp = 0 }, Expect: fails},
			{Name: "such a peer, however late", Change: func(q *Question) { q.Peer[b].GiveUp, q.Live.Within = 0, 0 }, Expect: holds},
			{Name: "the wait never starts anew", Change: func(q *Question) {
				policy(func(c *model.Config) { c.TimeWaitRestart = model.RestartNever })(q)
				q.Live.Within = safeWait
			}, Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.6.1, §3.10.7.4, eighth"},
	}, {
		Name:  "time-waits-end",
		Claim: "After both ends were in TIME-WAIT, both are eventually CLOSED at the same time",
		Needs: list("A-passive", "B-passive", "attacker-fin", "timers"),
		Open: []string{"A-octets", "B-octets", "A-left", "B-left", "A-left-far", "B-left-far", "A-reads", "B-reads",
			"A-crash-and-number", "B-crash-and-number", "timestamps=on", "keep-alive=on"},
		Scenario: ending, Live: &Live{From: bothIn(model.TimeWait), To: closed}, Expect: holds,
		Variants: []Variant{{Name: "bare ACKs are answered, and start the wait anew (A6)", Change: policy(func(c *model.Config) {
			c.TimeWaitAcksBare, c.TimeWaitRestart = true, model.RestartLiteral
		}), Expect: fails}},
		Sources: []string{"RFC 9293 §3.10.7.4, fifth"},
	}, {
		Name:  "octets-arrive",
		Claim: "B eventually receives what A sends on an open connection, although any number of segments may be lost",
		Needs: slices.Concat(nobodyVanishes, list("A-opened", "A-active", "B-fin-wait-2", "B-reads", "attacker", "arrival", "timers", "half-duplex-close=on")),
		Open: []string{"A-syn", "B-syn", "B-octets", "early-timers", "any-network", "A-left", "B-left", "A-left-far", "B-left-far",
			"A-reads"},
		Scenario: func() netfake.Scenario { return lossy(talking(2, 0, 0, 0)) },
		Live:     &Live{From: octetWaits, To: octetsTaken}, Expect: holds,
		Variants: []Variant{
			{Name: "mutant old-text-again", Change: mutant(model.OldTextAgain), Expect: fails},
			{Name: "and both users may send and CLOSE", Change: func(q *Question) { q.Scenario = lossy(talking(1, 1, 0, 0)) }, Expect: holds},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.8.1"},
	}, {
		Name:  "zero-window-is-left",
		Claim: "A sender eventually finds out that a zero window is open again, although any number of segments may be lost, also the one that says so: it continues to probe",
		Needs: list("A-opened", "A-abort", "B-abort", "A-crash", "B-crash", "A-gives-up", "attacker", "arrival", "timers"),
		Open:  []string{"A-syn", "B-syn", "early-timers", "A-left", "B-left", "A-left-far", "B-left-far", "A-reads"},
		Scenario: func() netfake.Scenario {
			sc := lossy(talking(2, 0, 0, 0))
			sc.Both(func(h *netfake.Host) { h.User.Close = false })
			sc.Peer[b].TCP.RcvBuf, sc.Peer[b].TCP.ManualReceive = 1, true
			return sc
		}, Live: &Live{From: windowIsOpen, To: octetComes}, Expect: holds,
		Variants: []Variant{
			{Name: "B's user need not read", Change: func(q *Question) { q.Live.From, q.Live.To = octetWaits, octetsTaken }, Expect: fails},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.8.6.1"},
	}, {
		Name:  "half-open-is-found",
		Claim: "If A crashes before it has received what B sent, B is eventually CLOSED: B retransmits, and the closed A answers with a RST",
		Needs: list("A-number-again", "attacker", "arrival", "timers", "silent-when-closed=on"),
		Open:  []string{"A-left", "B-left", "A-left-far", "B-left-far", "B-reads", "timestamps=on"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Start, sc.Net.MSL = netfake.StartEstablished, msl
			sc.Peer[a].User.Crashes = 1
			sc.Peer[b].User.Octets = 1
			return sc
		}, Live: &Live{
			From: crashed("A crashed before it took B's octet", func(q *netfake.Peer) bool { return q.TCB.Unacked() && q.Taken == 0 }),
			To:   InState(b, model.Closed),
		}, Expect: holds,
		Variants: []Variant{
			{Name: "B has nothing to send", Change: func(q *Question) {
				q.Live.From = crashed("A crashed while B is idle", func(q *netfake.Peer) bool { return !q.TCB.Unacked() })
			}, Expect: fails},
			{Name: "A's last ACK is under way", Change: func(q *Question) {
				q.Live.From = crashed("A crashed after it took B's octet", func(q *netfake.Peer) bool { return q.TCB.Unacked() && q.Taken == 1 })
			}, Expect: fails},
			{Name: "CLOSED is silent", Change: unanswered, Expect: fails},
			{Name: "CLOSED is silent, but B gives up", Change: func(q *Question) { unanswered(q); q.Peer[b].GiveUp = patience }, Expect: holds},
			endlessLoss,
		},
		Sources: []string{"RFC 9293 §3.5.1, Figure 10"},
	}}
}

// longestWait is found by the search: the last FIN leaves R-1 ticks after the first, arrives at most MSL-1 later, and
// the whole wait follows.
const longestWait = patience - 1 + msl - 1 + safeWait
