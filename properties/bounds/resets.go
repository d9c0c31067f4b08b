package bounds

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// resets are the questions about RSTs that old segments draw, by what starts the wait anew, by how a RST is checked,
// and by who closes first.
func resets() (list []Bound) {
	for _, rule := range []struct {
		restart model.TimeWaitRestart
		name    string
		says    string
		chain   int64 // of how many lifetimes the bound has been found to be made
		longer  int64 // the same where the peer's data are more than one segment: a segment sent again then need not bear the FIN
	}{
		{model.RestartOnFin, "fin", "a retransmitted FIN restarts the wait", 3, 4},
		{model.RestartLiteral, "literal", "only an acceptable ACK restarts the wait (RFC 9293 §3.10.7.4, literally)", 4, 4},
		{model.RestartOnAnswer, "answer", "the wait restarts whenever TIME-WAIT answers", 2, 2},
		{model.RestartNever, "never", "nothing restarts the wait", 4, 4},
	} {
		before := len(list)
		expect, longer := []*Formula{Linear(rule.chain, 1-rule.chain)}, []*Formula{Linear(rule.longer, 1-rule.longer)}
		list = append(list, Bound{
			Name: "resets-" + rule.name, Small: column(2), Large: column(3, 4),
			Asks:     "no RST that an old segment causes ends a next connection; the peer closes second, and sends at most one octet in each; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) { secondTalks(sc, 1) }), Expect: expect,
		}, Bound{
			Name: "resets-793-" + rule.name, Small: column(2, 3, 4),
			Asks: "no RST that an old segment causes ends a next connection, if any RST in the window is accepted (RFC 793); the peer closes second, and sends no data; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) {
				sc.Peer[b].User.ClosesSecond = true
				anyRst(sc)
			}), Expect: expect,
		}, Bound{
			Name: "resets-793-segments-" + rule.name, Small: column(2), Large: column(3),
			Asks: "as resets-793-" + rule.name + ", but the peer sends two octets in two segments in each; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) {
				sc.Peer[b].User.ClosesSecond = true
				anyRst(sc)
				inSegments(sc, 2)
			}), Expect: longer,
		}, Bound{
			Name: "resets-no-text-" + rule.name, Large: column(2, 3, 4),
			Asks:     "as resets-" + rule.name + ", but the peer sends no data; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) { secondTalks(sc, 0) }), Expect: []*Formula{Linear(2, -1)},
		})
		if rule.restart == model.RestartOnFin { // by RFC 5961 the next connection must reach the RST's number: three octets
			list = append(list, Bound{
				Name: "resets-segments-fin", Large: column(2),
				Asks: "as resets-fin, but the peer sends three octets in three segments in each; ",
				Scenario: drawn(rule.restart, func(sc *netfake.Scenario) {
					sc.Peer[b].User.ClosesSecond = true
					inSegments(sc, 3)
				}), Expect: longer,
			})
		}
		either := Bound{
			Name: "resets-either-" + rule.name, Small: column(2, 3), Large: column(4),
			Asks:     "no RST that an old segment causes ends a next connection; either side may close first, and A opens again; ",
			Scenario: drawn(rule.restart, func(*netfake.Scenario) {}), Never: true,
		}
		if rule.restart == model.RestartOnAnswer {
			either.Never, either.Expect = false, expect
		}
		list = append(list, either)
		for i := range list[before:] {
			q := &list[before+i]
			q.Topic, q.Symbol, q.Unit, q.Most, q.Axes = "time-wait", "T", "ticks", chain, []Parameter{byMSL}
			q.Asks += rule.says + "; the first ACK of a FIN arrives, and nobody gives up"
			q.Faults, q.Witness, q.Sources = netfake.ForeignReset, reopened(), []string{"RFC 9293 §3.10.7.4", "RFC 1337"}
		}
	}
	return list
}

// drawn is a close in which the first ACK of a FIN arrives, changed.
func drawn(restart model.TimeWaitRestart, change func(*netfake.Scenario)) func(at []int, t int) netfake.Scenario {
	return func(at []int, t int) netfake.Scenario {
		sc := closing("wait-keeps-old-fin-out", at[0], 0, t)
		sc.Net.FirstAck = true
		for i := range sc.Peer {
			sc.Peer[i].TCP.TimeWaitRestart = restart
		}
		change(&sc)
		return sc
	}
}

// secondTalks lets the peer close second and send, in every connection: only then does its next one come to the numbers
// that a RST drawn by TIME-WAIT bears while the other end is still open.
func secondTalks(sc *netfake.Scenario, octets int) {
	u := &sc.Peer[b].User
	u.ClosesSecond, u.ActiveIncarnations, u.Octets = true, 0, octets
}

// anyRst lets any RST in the window count.
func anyRst(sc *netfake.Scenario) {
	for i := range sc.Peer {
		sc.Peer[i].TCP.Attacks = model.RFC793
	}
}
