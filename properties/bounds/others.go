package bounds

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// others are the questions about other values than TIME-WAIT.
func others() []Bound { return append(append(memories(), clocks()...), stamps()...) }

// memories are the questions about what a side must keep, or keep quiet for.
func memories() []Bound {
	return []Bound{{
		Topic: "quiet-time", Name: "own-text", Symbol: "Q", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL}, Small: column(2, 3, 4),
		Asks:     "after a crash of A the data that it had sent stays out of the next connection, although its sequence numbers are reused; only this one crash ends a connection",
		Scenario: quietHost, Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 0)}, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.3"},
	}, {
		Topic: "quiet-time", Name: "own-text-two-crashes", Symbol: "Q", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL}, Small: column(2), Large: column(3),
		Asks: "as own-text, but A may crash twice, opens again after each crash, and sends data in every connection",
		Scenario: func(at []int, q int) netfake.Scenario {
			sc := quietHost(at, q)
			sc.Peer[a].User.Active, sc.Peer[a].User.Crashes, sc.Peer[a].User.ActiveIncarnations = 2, 2, 0
			sc.Peer[b].User.Passive = 2
			return sc
		},
		Faults: netfake.ForeignData, Never: true, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.3"},
	}, {
		Topic: "quiet-time", Name: "peers-text", Symbol: "Q", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL}, Small: column(2), Large: column(3),
		Asks: "after a crash of A the data of its peer, which does not know of the crash, stays out of the next connection",
		Scenario: func(at []int, q int) netfake.Scenario {
			sc := quietHost(at, q)
			sc.Peer[a].User.Octets, sc.Peer[a].User.ActiveIncarnations = 0, 0
			sc.Peer[b].User.Octets, sc.Peer[b].User.ActiveIncarnations = 1, 1
			return sc
		},
		Faults: netfake.ForeignData, Never: true, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.3"},
	}, {
		Topic: "retention", Name: "two-segments", Symbol: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 1}, {2, 2}, {2, 3}, {3, 2}, {3, 3}}, Large: [][]int{{2, 0}, {3, 1}, {3, 4}, {3, 0}, {4, 2}, {4, 4}},
		Asks:     "with a two-segment handshake, no data of one connection is accepted by the responder's next one; the responder may abort at once, and its numbers are fresh",
		Scenario: retention(model.TwoSegments), Faults: netfake.ForeignData, Expect: retained, Witness: nextOfB, Sources: []string{"Fletcher and Watson 1978 (Delta-t)", "Attiya and Rappoport 1997"},
	}, {
		Topic: "retention", Name: "three-segments", Symbol: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 2}}, Large: [][]int{{2, 0}, {3, 2}},
		Asks:     "the same with a three-segment handshake; the same side always opens, and the user of the other does not CLOSE before the handshake is finished",
		Scenario: retention(model.ThreeSegments), Faults: netfake.ForeignData, Expect: []*Formula{Linear(0, 0, 0)}, Witness: nextOfB, Sources: []string{"RFC 9293 §3.5"},
	}, {
		Topic: "retention", Name: "three-segments-roles", Symbol: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 2}, {2, 3}, {3, 2}, {3, 3}}, Large: [][]int{{4, 2}, {4, 4}},
		Asks: "as three-segments, but each side may open once and listen once: the two may change roles, or open at the same time",
		Scenario: func(at []int, k int) netfake.Scenario {
			sc := retention(model.ThreeSegments)(at, k)
			for i := range sc.Peer {
				sc.Peer[i].User.Active, sc.Peer[i].User.Passive = 1, 1
			}
			return sc
		},
		Faults: netfake.ForeignData, Expect: retained, Witness: nextOfB, Sources: []string{"RFC 9293 §3.5"},
	}, {
		Topic: "retention", Name: "three-segments-early", Symbol: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 2}, {2, 3}, {3, 2}}, Large: [][]int{{3, 3}},
		Asks: "as three-segments, but the responder's user may CLOSE before the handshake is finished",
		Scenario: func(at []int, k int) netfake.Scenario {
			sc := retention(model.ThreeSegments)(at, k)
			sc.Peer[b].User.CloseBeforeEstablished = true
			return sc
		},
		Faults: netfake.ForeignData, Expect: retained, Witness: nextOfB, Sources: []string{"RFC 9293 §3.10.4"},
	}}
}

// retained: old data live for an MSL after they were sent last, and are sent for R, or until the other end is reset.
var retained = []*Formula{Linear(1, 1, -1), Linear(2, 0, -1)}

// quietHost is a crash of A after it sent text, and a quiet time of q ticks.
func quietHost(at []int, q int) netfake.Scenario {
	sc := scenarioOf("crash-quiet-time")
	sc.Net.MSL, sc.Peer[a].QuietTime = at[0], q
	return sc
}

// nextOfB: the responder is open for the second time.
var nextOfB = properties.OnWorld("B is synchronized in its second incarnation", func(w *netfake.World) bool {
	return w.Peer[b].Inc >= 2 && w.Peer[b].State().Synchronized()
})

// retention is a connection from A to B that B may abort at any time, to listen again after k ticks of rest. A gives
// up after at[1] ticks and opens no more than twice; only its first connection has text.
func retention(h model.Handshake) func(at []int, k int) netfake.Scenario {
	return func(at []int, k int) netfake.Scenario {
		sc := scenarioOf("abort-reopen-old-data")
		sc.Start, sc.Net.MSL = netfake.StartClosed, at[0]
		for i := range sc.Peer {
			p := &sc.Peer[i]
			p.TCP.Handshake, p.Isn, p.GiveUp, p.TimeWait = h, netfake.Isn{Policy: netfake.Fresh}, at[1], 0
		}
		sc.Peer[a].User = netfake.User{Active: 2, Octets: 1, ActiveIncarnations: 1}
		sc.Peer[b].User = netfake.User{Passive: 2, Abort: true}
		sc.Peer[b].ReopenDelay = k
		return sc
	}
}
