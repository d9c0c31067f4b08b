package bounds

import "github.com/tcpcheck/tcpcheck/netfake"

// clocks are the questions about the clock of initial numbers.
func clocks() []Bound {
	list := []Bound{{
		Name: "text", Small: column(1, 2, 3), Large: column(4),
		Asks:     "no data of one connection is accepted by the next; B sends nothing, and the first connection is open at the start, so that no SYN of it is in the network",
		Scenario: slowClock, Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 0)},
	}, {
		Name: "fin", Small: column(1, 2),
		Asks: "as text, for the FIN: A may CLOSE as well, and its FIN takes one more number",
		Scenario: func(at []int, rate int) netfake.Scenario {
			sc := slowClock(at, rate)
			sc.Peer[a].User.Close = true
			return sc
		},
		Faults: netfake.ForeignFin, Expect: []*Formula{Linear(1, 1)},
	}, {
		Name: "rst", Small: column(1),
		Asks:     "as text, for the RST of the ABORT: it has the number after the last octet",
		Scenario: slowClock, Faults: netfake.ForeignReset, Expect: []*Formula{Linear(1, 1)},
	}, {
		Name: "text-from-closed", Small: column(1), Large: column(2),
		Asks: "as text, but the first connection is opened, too: its SYN may be in the network, and B listens again with its old number",
		Scenario: func(at []int, rate int) netfake.Scenario {
			sc := slowClock(at, rate)
			fromClosed(&sc)
			return sc
		},
		Faults: netfake.ForeignData, Never: true,
	}}
	for i := range list {
		q := &list[i]
		q.Topic, q.Symbol, q.Unit, q.Axes = "isn-rate", "r", "numbers a tick", []Parameter{byOctets}
		q.Most = func(at []int) int { return at[0] + 2 }
		q.Asks = "with initial sequence numbers from a clock, where A sends N octets within a tick, may ABORT, and opens again a tick later at the earliest: " + q.Asks
		q.Witness, q.Sources = reopened(), []string{"RFC 9293 §3.4.1, §3.4.3", "RFC 1185"}
	}
	return list
}

// stamps are the questions about timestamps.
func stamps() []Bound {
	list := []Bound{{
		Name: "text", Small: [][]int{{2, 1}, {2, 2}, {2, 3}}, Large: [][]int{{3, 2}, {3, 1}, {3, 3}, {3, 4}},
		Asks:     "B sends nothing, and the first connection is open at the start, so that no SYN of it is in the network",
		Scenario: stamped, Expect: []*Formula{Linear(1, 0, 0), Linear(0, 1, 0)},
	}, {
		Name: "text-from-closed", Small: [][]int{{2, 1}, {2, 2}}, Large: [][]int{{2, 3}, {3, 1}},
		Asks: "as text, but the first connection is opened, too: its SYN may be in the network, and a listener has no timestamp to compare with",
		Scenario: func(at []int, d int) netfake.Scenario {
			sc := stamped(at, d)
			fromClosed(&sc)
			return sc
		},
		Never: true,
	}, {
		Name: "peers-text", Small: [][]int{{2, 1}}, Large: [][]int{{2, 2}},
		Asks: "as text, but B sends an octet as well, and B does not wait between connections",
		Scenario: func(at []int, d int) netfake.Scenario {
			sc := stamped(at, d)
			sc.Peer[b].User.Octets = 1
			sc.Net.Ticks = at[0] + at[1] // so that the next connection can be opened with the largest D, too
			return sc
		},
		Never: true,
	}}
	for i := range list {
		q := &list[i]
		q.Topic, q.Symbol, q.Unit, q.Axes = "paws", "D", "ticks", []Parameter{byMSL, byGrain}
		q.Most = func(at []int) int { return at[0] + at[1] }
		q.Asks = "with timestamps and reused sequence numbers, no data of one connection is accepted by the next; A may ABORT, and opens again D ticks later at the earliest; " + q.Asks
		q.Faults, q.Witness, q.Sources = netfake.ForeignData, reopened(), []string{"RFC 7323 §5.3, §5.4"}
	}
	return list
}

// fromClosed lets A open the first connection as well, and B listen for both.
func fromClosed(sc *netfake.Scenario) {
	sc.Start = netfake.StartClosed
	sc.Peer[a].User.Active, sc.Peer[b].User.Passive = 2, 2
}

// slowClock is a connection that sends at[0] octets and may be aborted, with initial numbers that move by rate a tick. The world
// ends when every segment of the first tick is gone. A segment has one octet: the wire would not hold all ways to cut more.
func slowClock(at []int, rate int) netfake.Scenario {
	sc := scenarioOf("slow-clock-old-data")
	for i := range sc.Peer {
		sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Clock, Rate: rate}
		if rate == 0 { // a clock that stands still shows one number
			sc.Peer[i].Isn = netfake.SameNumbers()
		}
	}
	sc.Peer[a].User.Octets, sc.Peer[a].TCP.MSS, sc.Peer[a].ReopenDelay = at[0], 1, 1
	sc.Net.Ticks = sc.Net.MSL
	return sc
}

// stamped is a connection with timestamps whose clock moves every at[1] ticks; A may abort it, and rests for d ticks. The world ends
// when every segment of the first tick of that clock is gone.
func stamped(at []int, d int) netfake.Scenario {
	sc := scenarioOf("abort-reopen-old-data")
	sc.Net.MSL = at[0]
	for i := range sc.Peer {
		sc.Peer[i].TCP.Timestamps, sc.Peer[i].TimestampGranularity = true, at[1]
	}
	sc.Peer[a].ReopenDelay = d
	sc.Net.Ticks = at[0] + at[1] - 1
	return sc
}
