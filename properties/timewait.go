package properties

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The lengths at which TIME-WAIT is asked about: MSL and the peer's patience R, in ticks. R+MSL-1 ticks
// are enough: R+MSL in continuous time.
const (
	msl      = fixture.MSL
	patience = fixture.Patience
	safeWait = fixture.SafeWait
)

func close1(wait int) func() netfake.Scenario {
	return func() netfake.Scenario { return closing(msl, patience, wait) }
}

// oldText lets A send an octet in its first incarnation, and watches for it in the second.
func oldText(wait int) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := closing(msl, patience, wait)
		sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true, ReopenOnlyAfterNormalClose: true, ActiveIncarnations: 1}
		return watching(sc, netfake.ForeignData, netfake.ForeignFin)
	}
}

func timeWaitTheorems() []Theorem {
	ticks := fmt.Sprintf("MSL %d, R %d", msl, patience)
	return []Theorem{{
		Name:     "no-wait-old-fin",
		Claim:    "Without TIME-WAIT, and with numbers used again, the new incarnation takes an old FIN for its own (" + ticks + ")",
		Scenario: close1(0), Always: nevers(netfake.ForeignFin), Expect: fails,
		Variants: []Variant{{Name: fmt.Sprintf("TIME-WAIT %d", safeWait), Change: timeWait(safeWait), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.4.1, §3.6.1", "RFC 1337"},
	}, {
		Name:     "no-wait-old-data",
		Claim:    "Without TIME-WAIT, and with numbers used again, the new incarnation delivers old text to its user (" + ticks + ")",
		Scenario: func() netfake.Scenario { return watching(oldText(0)(), netfake.ForeignData) },
		Always:   nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{
			{Name: "TIME-WAIT of one MSL", Change: timeWait(msl), Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.4.1, §3.6.1", "RFC 1337 §2.2 (H1)"},
	}, {
		Name:     "no-wait-last-ack-reset",
		Claim:    "Without TIME-WAIT, one lost ACK turns the peer's normal close into a reset: its retransmitted FIN finds no connection",
		Scenario: func() netfake.Scenario { return lostLastAck(0) },
		Always:   nevers(netfake.LastAckReset), Expect: fails,
		Variants: []Variant{{Name: fmt.Sprintf("TIME-WAIT %d", safeWait), Change: timeWait(safeWait), Expect: holds}},
		Sources:  []string{"RFC 9293 §3.6, case 2"},
	}, {
		Name:  "wait-keeps-old-fin-out",
		Claim: fmt.Sprintf("If sequence numbers are reused, a TIME-WAIT of R+MSL-1 ticks (%d: %s) keeps every FIN of the old connection out of the next one, whatever is lost", safeWait, ticks),
		Said:  []string{"B-patience", "A-wait", "lifetime"},
		Needs: []string{"A-opened", "B-opened", "roles", "B-active", "B-passive", "B-talks", "A-polite", "B-abort", "B-crash",
			"A-reuse", "B-same-number", "A-left", "B-left", "rst-in-time-wait=obey", "rst-in-time-wait=ignore-at-first",
			"reopen=any-syn", "go-on-after-bad-ack=on"},
		Open:     []string{"A-octets", "attacker", "handshake=one", "timestamps=on"},
		Scenario: close1(safeWait), Always: append(nevers(netfake.ForeignFin), agreement, ordered), Expect: holds, Witness: reopened,
		Variants: []Variant{
			{Name: "one tick shorter", Change: timeWait(safeWait - 1), Expect: fails},
			{Name: "a peer that never gives up", Change: func(q *Question) { q.Peer[b].GiveUp = 0 }, Expect: fails},
			{Name: "mutant no-time-wait", Change: mutant(model.NoTimeWait), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.6.1, MUST-13"},
	}, {
		Name:  "wait-keeps-old-text-out",
		Claim: fmt.Sprintf("If sequence numbers are reused, a TIME-WAIT of one MSL (%d ticks) keeps the closer's own old data, an octet, and its FIN out of the peer's next connection, whatever is lost", msl),
		Said:  []string{"A-wait", "B-wait"},
		Needs: []string{"A-opened", "B-syn", "A-talks", "A-polite", "B-abort", "B-crash", "A-reuse", "A-same-number", "B-same-number",
			"attacker", "A-left", "B-left", "rst-in-time-wait=obey", "rst-in-time-wait=ignore-at-first", "reopen=any-syn",
			"go-on-after-bad-ack=on"},
		Open: []string{"roles", "B-active", "A-octets", "B-octets", "B-talks", "A-abort", "A-crash", "A-smaller-buffer",
			"B-smaller-buffer", "segments", "lifetime", "A-left-far", "B-left-far", "handshake=one", "timestamps=on",
			"manual-receive=on", "keep-alive=on"},
		Scenario: oldText(msl), Always: nevers(netfake.ForeignData, netfake.ForeignFin), Expect: holds, Witness: reopened,
		Variants: []Variant{
			{Name: "one tick shorter", Change: timeWait(msl - 1), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.6.1"},
	}, {
		Name:     "wait-spares-last-ack",
		Claim:    fmt.Sprintf("A TIME-WAIT of R+MSL-1 ticks (%d: %s) answers every retransmitted FIN of a peer that closes second, so that no RST ends its LAST-ACK, whatever is lost", safeWait, ticks),
		Said:     []string{"B-second", "B-patience", "A-wait"},
		Needs:    []string{"A-abort", "A-crash", "A-gives-up", "A-fin-wait-2", "attacker", "A-left", "B-left"},
		Open:     []string{"timestamps=on"},
		Scenario: func() netfake.Scenario { return lostLastAck(safeWait) },
		Always:   nevers(netfake.LastAckReset), Expect: holds, Witness: lastAck,
		Variants: []Variant{
			{Name: "no wait", Change: timeWait(0), Expect: fails},
			{Name: "mutant no-time-wait", Change: mutant(model.NoTimeWait), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.6, case 2"},
	}, {
		Name:  "fresh-numbers-need-no-wait",
		Claim: "With initial sequence numbers above all those used before, no TIME-WAIT is needed to keep old data and FINs out of the next connection (" + ticks + ")",
		Said:  []string{"A-fresh", "B-fresh"},
		Needs: []string{"B-syn", "attacker"},
		Open:  []string{"A-opened", "A-syn", "B-octets", "A-left", "A-left-far", "handshake=one", "timestamps=on"},
		Scenario: func() netfake.Scenario {
			sc := Change(freshNumbers).of(closing(msl, patience, 0))
			sc.Peer[a].User.ActiveIncarnations = 1
			return watching(sc, netfake.ForeignData, netfake.ForeignFin)
		}, Always: nevers(netfake.ForeignData, netfake.ForeignFin), Expect: holds, Witness: reopened,
		Variants: []Variant{{Name: "numbers used again", Change: func(q *Question) {
			q.Peer[a].User.ActiveIncarnations = 0
			q.Both(func(p *netfake.Host) { p.Isn = netfake.SameNumbers() })
		}, Expect: fails}},
		Sources: []string{"RFC 9293 §3.4.1", "RFC 6528"},
	}, {
		Name:  "fresh-numbers-change-roles",
		Claim: fmt.Sprintf("With initial sequence numbers above all those used before, and with a SYN in the network with which the side that listens next opened the first connection, a TIME-WAIT of one MSL (%d ticks) keeps old FINs out of the next one", msl),
		Said:  []string{"A-wait", "B-wait", "A-fresh", "B-fresh", "lifetime"},
		Needs: []string{"B-abort", "B-crash", "A-reuse", "attacker", "attacks=rfc793", "attacks=syn-rfc793", "rst-in-time-wait=obey",
			"rst-in-time-wait=ignore-at-first", "reopen=any-syn", "reopen=later-syn", "reopen=rfc6191",
			"go-on-after-bad-ack=on"},
		Open:     []string{"B-opened", "handshake=one", "timestamps=on"},
		Scenario: func() netfake.Scenario { return turnedAround(msl) },
		Always:   nevers(netfake.ForeignData, netfake.ForeignFin), Expect: holds, Witness: reopened,
		Variants: []Variant{
			{Name: "one tick shorter", Change: timeWait(msl - 1), Expect: fails},
			{Name: "no wait", Change: timeWait(0), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.4.1", "docs/FINDINGS.md, F5"},
	}, {
		Name:  "slow-clock-old-data",
		Claim: "A clock for initial sequence numbers that is slower than the connection's own use of numbers does not keep incarnations apart: after an ABORT old data is delivered (" + ticks + ")",
		Scenario: func() netfake.Scenario {
			sc := aborting()
			sc.Both(func(p *netfake.Host) { p.Isn = netfake.Isn{Policy: netfake.Clock, Rate: 1} })
			return sc
		}, Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{{Name: "fresh numbers", Change: freshNumbers, Expect: holds}},
		Sources:  []string{"RFC 9293 §3.4.1, §3.4.3", "RFC 1185 (fast and long connections)"},
	}, {
		Name:     "arbitrary-numbers-old-data",
		Claim:    "Initial numbers that are drawn without regard to those used before overlap by chance: after an ABORT old text is delivered (" + ticks + ")",
		Scenario: func() netfake.Scenario { return drawn(0, 30) }, Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{{Name: "no draw near the old numbers", Change: func(q *Question) { q.Scenario = drawn(30, 60) }, Expect: holds}},
		Sources:  []string{"RFC 9293 §3.4.1", "RFC 6528"},
	}, {
		Name:  "assassination",
		Claim: "TIME-WAIT answers an old duplicate; the closed peer replies with a RST, which ends the wait early: the assassination of RFC 1337",
		Scenario: func() netfake.Scenario {
			sc := closing(msl, patience, safeWait)
			sc.Both(func(h *netfake.Host) { h.TCP.RstInTimeWait = model.ObeyRst })
			return watching(sc, netfake.TimeWaitReset)
		}, Always: nevers(netfake.TimeWaitReset), Expect: fails,
		Variants: []Variant{
			{Name: "RST ignored in TIME-WAIT (F1)", Change: policy(func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst }), Expect: holds},
		},
		Sources: []string{"RFC 1337 §1, Figure 1, §3 (F1)"},
	}, {
		Name:  "assassination-old-fin",
		Claim: fmt.Sprintf("If a RST ends TIME-WAIT, the full wait of %d ticks does not help: the next incarnation accepts an old FIN", safeWait),
		Scenario: func() netfake.Scenario {
			sc := closing(msl, patience, safeWait)
			sc.Peer[a].User.ReopenOnlyAfterNormalClose = false
			sc.Both(func(h *netfake.Host) { h.TCP.RstInTimeWait = model.ObeyRst })
			return sc
		}, Always: nevers(netfake.ForeignFin), Expect: fails,
		Variants: []Variant{{Name: "RST ignored in TIME-WAIT (F1), normal close", Change: func(q *Question) {
			q.Peer[a].User.ReopenOnlyAfterNormalClose = true
			policy(func(c *model.Config) { c.RstInTimeWait = model.IgnoreRst })(q)
		}, Expect: holds}},
		Sources: []string{"RFC 1337 §2"},
	}, {
		Name:     "abort-reopen-old-data",
		Claim:    "ABORT does not lead to TIME-WAIT: an OPEN right after it, with reused sequence numbers, delivers old data to the user, however long TIME-WAIT is",
		Scenario: aborting, Always: nevers(netfake.ForeignData), Expect: fails,
		Variants: []Variant{
			{Name: "fresh numbers", Change: freshNumbers, Expect: holds},
			{Name: "no ABORT", Change: func(q *Question) { q.Peer[a].User.Abort = false }, Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.10.5", "Schieferdecker 1996"},
	}, {
		Name:  "crash-quiet-time",
		Claim: fmt.Sprintf("After a crash, a quiet time of one MSL (%d ticks) keeps the crashed side's old data out, although its sequence numbers are reused", msl),
		Said:  []string{"A-quiet", "lifetime"},
		Needs: []string{"B-opened", "B-octets", "A-abort", "B-abort", "B-crash", "A-gives-up", "attacker", "A-left", "B-left"},
		Open:  []string{"handshake=one", "timestamps=on"},
		Scenario: func() netfake.Scenario {
			sc := netfake.TwoHosts()
			sc.Start, sc.Net.MSL = netfake.StartEstablished, msl
			sc.Both(func(h *netfake.Host) { h.Isn = netfake.SameNumbers() })
			sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, ActiveIncarnations: 1, Crashes: 1}
			sc.Peer[b].User = netfake.User{Passive: 1}
			sc.Peer[a].QuietTime = msl
			return watching(sc, netfake.ForeignData)
		}, Always: nevers(netfake.ForeignData), Expect: holds, Witness: reopened,
		Variants: []Variant{
			{Name: "no quiet time", Change: func(q *Question) { q.Peer[a].QuietTime = 0 }, Expect: fails},
			{Name: "one tick shorter", Change: func(q *Question) { q.Peer[a].QuietTime = msl - 1 }, Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.4.3"},
	}}
}

// aborting begins ESTABLISHED; A sends an octet, may ABORT, and may open again at once.
func aborting() netfake.Scenario {
	sc := closing(msl, patience, safeWait)
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Abort: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Passive: 1}
	return watching(sc, netfake.ForeignData)
}

// drawn is aborting where each new incarnation draws its initial number from the choices.
func drawn(choices ...uint8) netfake.Scenario {
	sc := aborting()
	sc.Both(func(p *netfake.Host) { p.Isn = netfake.Isn{Policy: netfake.Arbitrary, Choices: choices} })
	return sc
}

// lostLastAck is a close on a wire that loses at will; A does not open again.
func lostLastAck(wait int) netfake.Scenario {
	sc := closing(msl, patience, wait)
	sc.Peer[a].User.Active = 0
	sc.Peer[b].User = netfake.User{Close: true, ClosesSecond: true}
	return watching(sc, netfake.LastAckReset)
}

// turnedAround is a close with fresh numbers after which A opens. It was B that had opened the first connection, and its
// SYN of then is under way.
func turnedAround(wait int) netfake.Scenario {
	sc := Change(freshNumbers).of(closing(msl, patience, wait))
	sc.Peer[a].User.ActiveIncarnations, sc.Peer[a].GiveUp = 1, patience
	leaveSyn(&sc, b)
	return watching(sc, netfake.ForeignData, netfake.ForeignFin)
}
