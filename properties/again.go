package properties

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// resend is after how many ticks a host whose timers are on time retransmits; againWait is its TIME-WAIT.
const (
	resend    = 2
	againWait = 2 * resend
)

// comesAgain: A has a listener, closes first and waits in TIME-WAIT. B opens again from the same port, with a fresh
// number. Every segment arrives in the tick in which it is sent, and every timer fires in the tick in which it is due.
func comesAgain() netfake.Scenario {
	sc := netfake.TwoHosts()
	sc.Start = netfake.StartEstablished
	sc.Net = netfake.Network{Bag: true, MSL: 1, NoPrematureRetransmission: true}
	sc.Both(func(h *netfake.Host) { h.RTO, h.TimersWithin, h.TimeWait = resend, 1, againWait })
	sc.Peer[a].User = netfake.User{Listens: true, Close: true}
	sc.Peer[b].User = netfake.User{Active: 1, Close: true, ClosesSecond: true}
	return sc
}

// againWithin asks whether a SYN leads to an open connection within some ticks.
func againWithin(ticks int) *Live {
	return &Live{From: InState(b, model.SynSent), To: InState(b, model.Established), Within: ticks}
}

var oneTickLess = Variant{Name: "one tick less", Change: func(q *Question) { q.Live.Within-- }, Expect: fails}

func againTheorems() []Theorem {
	ignores := policy(func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst })
	return []Theorem{{
		Name:  "comes-again-at-once",
		Claim: fmt.Sprintf("A client that comes again from the same port while the server is in TIME-WAIT is let in with its next SYN, one retransmission timeout later (%d ticks): TIME-WAIT answers the first SYN, and the client's RST ends TIME-WAIT", resend),
		Needs: list("A-opened", "A-syn", "roles", "A-active", "A-listens", "B-abort", "B-crash", "B-gives-up", "B-late",
			"losses", "any-network", "lifetime", "attacker", "A-left", "A-left-far", "arrival", "A-number-again",
			"B-number-again", "A-crash-and-number", "B-crash-and-number", "B-wait-of-abort", "attacker-data", "attacker-fin",
			"handshake=four", "attacks=rfc793", "attacks=syn-rfc793", "syn-sent-bare-rst=on"),
		Said:     list("rst-in-time-wait=ignore", "B-rto"),
		Open:     list("B-syn", "B-left", "B-left-far", "A-reads", "B-reads", "handshake=one", "timestamps=on"),
		Scenario: comesAgain, Live: againWithin(resend), Expect: holds,
		Variants: []Variant{
			oneTickLess,
			{Name: "TIME-WAIT ignores RST (RFC 1337, F1)", Change: ignores, Expect: fails},
			{Name: "timers may be late", Change: func(q *Question) { q.Both(func(h *netfake.Host) { h.TimersWithin = 0 }) }, Expect: fails},
			{Name: "one tick less, and a SYN may end TIME-WAIT (MAY-2)", Change: func(q *Question) {
				q.Peer[a].TCP.Reopen = model.ReopenLaterSyn
				q.Live.Within--
			}, Expect: holds},
			{Name: "mutant no-retransmission", Change: mutant(model.NoRetransmission), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.5.1, §3.10.7.4, first and second; RFC 1337 §3"},
	}, {
		Name:  "comes-again-after-the-wait",
		Claim: fmt.Sprintf("If the server ignores RSTs in TIME-WAIT (RFC 1337, F1), such a client is let in only after the wait: at most TIME-WAIT and one retransmission timeout later (%d + %d ticks)", againWait, resend),
		Needs: list("A-opened", "A-syn", "B-syn", "roles", "A-active", "A-listens", "B-abort", "B-crash", "B-gives-up",
			"B-late", "losses", "any-network", "lifetime", "attacker", "A-left", "B-left", "A-left-far", "B-left-far", "arrival",
			"A-number-again", "A-crash-and-number", "B-crash-and-number", "B-wait-of-abort", "attacker-data", "attacker-fin",
			"handshake=four", "attacks=rfc793", "attacks=syn-rfc793", "time-wait-restart=answer"),
		Open: list("A-reads", "handshake=one", "timestamps=on"),
		Scenario: func() netfake.Scenario {
			sc := comesAgain()
			sc.Peer[a].TCP.RstInTimeWait = model.IgnoreRst
			return sc
		}, Live: againWithin(againWait + resend), Expect: holds,
		Variants: []Variant{
			oneTickLess,
			{Name: "a wait longer by a retransmission timeout", Change: func(q *Question) { q.Peer[a].TimeWait += resend }, Expect: fails},
			{Name: "timers may be late", Change: func(q *Question) { q.Both(func(h *netfake.Host) { h.TimersWithin = 0 }) }, Expect: fails},
			{Name: "mutant no-retransmission", Change: mutant(model.NoRetransmission), Expect: fails},
		},
		Sources: []string{"RFC 1337 §3, F1"},
	}}
}
