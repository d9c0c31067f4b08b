package lab

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

const (
	a = netfake.A
	b = netfake.B
)

var (
	byMSL    = Parameter{"MSL", "msl", "ticks that a segment lives", false}
	byR      = Parameter{"R", "give-up", "ticks after which a side gives up what is unacknowledged (0: never)", true}
	byOctets = Parameter{"N", "octets", "octets that the first connection sends within its first tick", false}
	byGrain  = Parameter{"G", "grain", "ticks of the world to one of the timestamp clock", false}
)

// Topics are the knobs of which a least safe value can be asked, with what is asked of them.
var Topics = []struct{ Name, Knob, Means string }{
	{"time-wait", "T", "ticks of TIME-WAIT, on both sides"},
	{"quiet-time", "Q", "ticks of silence after a crash (RFC 9293 §3.4.3)"},
	{"retention", "K", "ticks that a two-segment responder stays shut after each connection"},
	{"isn-rate", "r", "numbers by which the clock of initial numbers moves in a tick"},
	{"paws", "D", "ticks that must lie between two connections if PAWS is all that keeps them apart"},
}

// Bounds are the questions of a topic, or all if the topic is empty.
func Bounds(topic string) (list []Bound) {
	for _, q := range append(append(waits(), resets()...), others()...) {
		if topic == "" || q.Topic == topic {
			list = append(list, q)
		}
	}
	return list
}

// scenarioOf is the scenario of a theorem, on which those of the questions are built.
func scenarioOf(theorem string) netfake.Scenario { return must(theorem).Scenario() }

func must(theorem string) properties.Theorem {
	th, ok := properties.ByName(theorem)
	if !ok {
		panic("BUG: no theorem " + theorem)
	}
	return th
}

// reopened is that both are connected again; without it nothing old could have met anything new.
func reopened() properties.Condition { return must("wait-keeps-old-fin-out").Witness }

// column is the points of one parameter.
func column(xs ...int) (points [][]int) {
	for _, x := range xs {
		points = append(points, []int{x})
	}
	return points
}

// closing is the close of a theorem with lifetime msl, where B gives up after r ticks (0: never) and both wait for t.
func closing(theorem string, msl, r, t int) netfake.Scenario {
	sc := scenarioOf(theorem)
	sc.Net.MSL = msl
	sc.Peer[b].GiveUp = r
	for i := range sc.Peer {
		sc.Peer[i].TimeWait = t
	}
	return sc
}

// chain is a few ticks more than four lifetimes and the peer's patience: beyond that no wait is tried.
func chain(at []int) int {
	most := 4*at[0] + 1
	if len(at) > 1 {
		most += at[1]
	}
	return most
}

// oldTextOrFin is what TIME-WAIT is there to keep out.
const oldTextOrFin = netfake.ForeignData | netfake.ForeignFin

var byMSLAndR = []Parameter{byMSL, byR}

// waiting makes a question about TIME-WAIT of what is particular to it.
func waiting(q Bound) Bound {
	q.Topic, q.Knob, q.Unit, q.Most = "time-wait", "T", "ticks", chain
	if !q.Witness.Asked() {
		q.Witness = reopened()
	}
	return q
}

// fromB is a close in which B repeats its FIN for r ticks, whatever is lost, and sends some octets before.
func fromB(msl, r, t, octets int) netfake.Scenario {
	sc := closing("wait-keeps-old-fin-out", msl, r, t)
	sc.Peer[b].User.Octets = octets
	return sc
}

// firstAcked is the same where nobody gives up, and the first ACK of a FIN arrives.
func firstAcked(octets int) func(at []int, t int) netfake.Scenario {
	return func(at []int, t int) netfake.Scenario {
		sc := fromB(at[0], 0, t, octets)
		sc.Net.FirstAck = true
		return sc
	}
}

// waits are the questions about TIME-WAIT that are asked of a plain close, without any RST.
func waits() []Bound { return append(finWaits(), moreWaits()...) }

// finWaits ask for how long the text and the FIN of either side can come back.
func finWaits() []Bound {
	return []Bound{waiting(Bound{
		Name: "a-to-b", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {3, 2}}, Large: [][]int{{3, 3}, {4, 2}, {4, 3}},
		Asks:     "the closer's own text and FIN stay out of the peer's next connection, whatever is lost; A sends an octet and closes first",
		Scenario: func(at []int, t int) netfake.Scenario { return closing("wait-keeps-old-text-out", at[0], at[1], t) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 0, 0)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "b-to-a-c1", Axes: []Parameter{byMSL}, Small: column(2, 3, 4),
		Asks:     "the peer's FIN stays out of the closer's next connection, if the first ACK of a FIN arrives within the lifetime of a segment; nobody gives up",
		Scenario: firstAcked(0), Faults: oldTextOrFin, Expect: []*Formula{Linear(2, -1)}, Sources: []string{"RFC 9293 §3.6.1, MUST-13"},
	}), waiting(Bound{
		Name: "b-to-a-loss", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {2, 4}, {3, 2}, {3, 3}}, Large: [][]int{{3, 4}, {4, 2}, {4, 3}, {4, 4}},
		Asks:     "the peer's FIN stays out of the closer's next connection, whatever is lost; the peer gives up after R",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], at[1], t, 0) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 1, -1)}, Sources: []string{"RFC 9293 §3.6.1, MUST-13"},
	}), waiting(Bound{
		Name: "b-to-a-unbounded", Axes: []Parameter{byMSL}, Small: column(2, 3), Large: column(4),
		Asks:     "the peer's FIN stays out of the closer's next connection, whatever is lost, and the peer never gives up",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], 0, t, 0) },
		Faults:   oldTextOrFin, Never: true, Sources: []string{"RFC 9293 §3.6.1"},
	})}
}

// moreWaits ask for the sake of LAST-ACK and of old ACKs, and how the premises of finWaits matter.
func moreWaits() []Bound {
	return []Bound{waiting(Bound{
		Name: "last-ack", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {2, 4}, {3, 2}, {3, 3}, {3, 4}, {4, 2}, {4, 3}, {4, 4}},
		Asks:     "no RST ends LAST-ACK, whatever is lost; the peer, which closes second, gives up after R",
		Scenario: func(at []int, t int) netfake.Scenario { return closing("wait-spares-last-ack", at[0], at[1], t) },
		Faults:   netfake.LastAckReset, Expect: []*Formula{Linear(0, 1, 1)}, Witness: must("wait-spares-last-ack").Witness,
		Sources: []string{"RFC 9293 §3.6, case 2"},
	}), waiting(Bound{
		Name: "fresh-numbers", Axes: byMSLAndR, Small: [][]int{{2, 2}}, Large: [][]int{{2, 3}, {3, 2}, {3, 3}},
		Asks: "as b-to-a-loss, with initial numbers above all that were used before",
		Scenario: func(at []int, t int) netfake.Scenario {
			sc := fromB(at[0], at[1], t, 0)
			for i := range sc.Peer {
				sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Fresh}
			}
			sc.Peer[a].User.Talks = 1
			return sc
		},
		Faults: oldTextOrFin, Expect: []*Formula{Linear(0, 0, 0)}, Sources: []string{"RFC 9293 §3.4.1", "RFC 6528"},
	}), waiting(Bound{
		Name: "b-to-a-text-c1", Axes: []Parameter{byMSL}, Large: column(2, 3, 4),
		Asks:     "as b-to-a-c1, and the peer sends an octet, too",
		Scenario: firstAcked(1), Faults: oldTextOrFin, Expect: []*Formula{Linear(2, -1)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "b-to-a-text-loss", Axes: byMSLAndR, Large: [][]int{{2, 2}, {2, 3}, {3, 2}},
		Asks:     "as b-to-a-loss, and the peer sends an octet, too",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], at[1], t, 1) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 1, -1)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "acks-c1", Axes: []Parameter{byMSL}, Small: column(2, 3), Large: column(4),
		Asks:     "no old ACK acknowledges anything of a next connection; the first ACK of a FIN arrives, nobody gives up, and either side may close first",
		Scenario: firstAcked(0), Faults: netfake.ForeignAck, Never: true, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "acks-second-c1", Axes: []Parameter{byMSL}, Small: column(2, 3, 4), Expect: []*Formula{Linear(2, -1)},
		Asks: "as acks-c1, and it is always the same side that closes first and opens again",
		Scenario: func(at []int, t int) netfake.Scenario {
			sc := firstAcked(0)(at, t)
			sc.Peer[b].User.Second = true
			return sc
		},
		Faults: netfake.ForeignAck, Sources: []string{"RFC 9293 §3.6.1"},
	})}
}

// resets are the questions about RSTs that old segments draw, by what starts the wait anew, by how a RST is checked,
// and by who closes first.
func resets() (list []Bound) {
	for _, rule := range []struct {
		restart model.TimeWaitRestart
		name    string
		says    string
		chain   int64 // of how many lifetimes the bound has been found to be made
	}{
		{model.RestartOnFin, "fin", "a repeated FIN starts the wait anew", 3},
		{model.RestartLiteral, "literal", "only an acceptable ACK starts the wait anew, by the letter of RFC 9293 §3.10.7.4", 4},
		{model.RestartOnAnswer, "answer", "the wait starts anew whenever TIME-WAIT answers", 2},
		{model.RestartNever, "never", "nothing starts the wait anew", 4},
	} {
		expect := []*Formula{Linear(rule.chain, 1-rule.chain)}
		list = append(list, Bound{
			Name: "resets-" + rule.name, Small: column(2), Large: column(3, 4),
			Asks:     "no RST that an old segment draws ends a next connection; the peer closes second, and may send an octet in each; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) { secondTalks(sc, 1) }), Expect: expect,
		}, Bound{
			Name: "resets-793-" + rule.name, Small: column(2, 3, 4),
			Asks: "no RST that an old segment draws ends a next connection, where any RST in the window counts (RFC 793); the peer closes second; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) {
				sc.Peer[b].User.Second = true
				for i := range sc.Peer {
					sc.Peer[i].TCP.Attacks = model.RFC793
				}
			}), Expect: expect,
		}, Bound{
			Name: "resets-no-text-" + rule.name, Large: column(2, 3, 4),
			Asks:     "as resets-" + rule.name + ", but the peer sends no text; ",
			Scenario: drawn(rule.restart, func(sc *netfake.Scenario) { secondTalks(sc, 0) }), Expect: []*Formula{Linear(2, -1)},
		})
		either := Bound{
			Name: "resets-either-" + rule.name, Small: column(2, 3), Large: column(4),
			Asks:     "no RST that an old segment draws ends a next connection; either side may close first, and A opens again; ",
			Scenario: drawn(rule.restart, func(*netfake.Scenario) {}), Never: true,
		}
		if rule.restart == model.RestartOnAnswer {
			either.Never, either.Expect = false, expect
		}
		list = append(list, either)
		for i := len(list) - 4; i < len(list); i++ {
			q := &list[i]
			q.Topic, q.Knob, q.Unit, q.Most, q.Axes = "time-wait", "T", "ticks", chain, []Parameter{byMSL}
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
	u.Second, u.Talks, u.Octets = true, 0, octets
}

// others are the questions about other knobs than TIME-WAIT.
func others() []Bound {
	return []Bound{{
		Topic: "quiet-time", Name: "own-text", Knob: "Q", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL}, Small: column(2, 3, 4),
		Asks:     "after a crash of A the text that it had sent stays out of the next connection, though its numbers are used again",
		Scenario: quietHost, Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 0)}, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.3"},
	}, {
		Topic: "quiet-time", Name: "peers-text", Knob: "Q", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL}, Small: column(2), Large: column(3),
		Asks: "after a crash of A the text of its peer, which knows of no crash, stays out of the next connection",
		Scenario: func(at []int, q int) netfake.Scenario {
			sc := quietHost(at, q)
			sc.Peer[a].User.Octets, sc.Peer[a].User.Talks = 0, 0
			sc.Peer[b].User.Octets, sc.Peer[b].User.Talks = 1, 1
			return sc
		},
		Faults: netfake.ForeignData, Never: true, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.3"},
	}, {
		Topic: "retention", Name: "two-segments", Knob: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 1}, {2, 2}, {2, 3}, {3, 2}, {3, 3}}, Large: [][]int{{2, 0}, {3, 1}, {3, 4}, {3, 0}, {4, 2}, {4, 4}},
		Asks:     "with two segments to open, no text of one connection is taken by the responder's next; the responder may abort at once, and its numbers are fresh",
		Scenario: retention(model.TwoSegments), Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 1, -1), Linear(2, 0, -1)}, Witness: nextOfB, Sources: []string{"Fletcher and Watson 1978 (Delta-t)", "Attiya and Rappoport 1997"},
	}, {
		Topic: "retention", Name: "three-segments", Knob: "K", Unit: "ticks", Most: chain,
		Axes: []Parameter{byMSL, byR}, Small: [][]int{{2, 2}}, Large: [][]int{{2, 0}, {3, 2}},
		Asks:     "the same with three segments to open",
		Scenario: retention(model.ThreeSegments), Faults: netfake.ForeignData, Expect: []*Formula{Linear(0, 0, 0)}, Witness: nextOfB, Sources: []string{"RFC 9293 §3.5"},
	}, {
		Topic: "isn-rate", Name: "text", Knob: "r", Unit: "numbers a tick", Most: func(at []int) int { return at[0] + 2 },
		Axes: []Parameter{byOctets}, Small: column(1, 2, 3), Large: column(4),
		Asks:     "with initial numbers from a clock, no text of one connection is taken by the next; A sends N octets within a tick, may ABORT, and opens again a tick later at the earliest",
		Scenario: slowClock, Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 0)}, Witness: reopened(), Sources: []string{"RFC 9293 §3.4.1, §3.4.3", "RFC 1185"},
	}, {
		Topic: "paws", Name: "text", Knob: "D", Unit: "ticks", Most: func(at []int) int { return at[0] + at[1] },
		Axes: []Parameter{byMSL, byGrain}, Small: [][]int{{2, 1}, {2, 2}, {2, 3}}, Large: [][]int{{3, 2}, {3, 1}, {3, 3}, {3, 4}},
		Asks:     "with timestamps, and numbers used again, no text of one connection is taken by the next; A may ABORT, and opens again D ticks later at the earliest",
		Scenario: stamped, Faults: netfake.ForeignData, Expect: []*Formula{Linear(1, 0, 0), Linear(0, 1, 0)}, Witness: reopened(), Sources: []string{"RFC 7323 §5.3, §5.4"},
	}}
}

// quietHost is a crash of A after it sent text, and a quiet time of q ticks.
func quietHost(at []int, q int) netfake.Scenario {
	sc := scenarioOf("crash-quiet-time")
	sc.Net.MSL, sc.Peer[a].Quiet = at[0], q
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
		sc.Peer[a].User = netfake.User{Active: 2, Octets: 1, Talks: 1}
		sc.Peer[b].User = netfake.User{Passive: 2, Abort: true}
		sc.Peer[b].Rest = k
		return sc
	}
}

// slowClock is a connection that sends at[0] octets and may be aborted, with initial numbers that move by rate a tick. The world
// ends when every segment of the first tick is gone. A segment has one octet: the wire would not hold all ways to cut more.
func slowClock(at []int, rate int) netfake.Scenario {
	sc := scenarioOf("slow-clock-old-data")
	for i := range sc.Peer {
		sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Clock, Rate: rate}
		if rate == 0 { // a clock that stands still shows one number
			sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{0}}
		}
	}
	sc.Peer[a].User.Octets, sc.Peer[a].TCP.MSS, sc.Peer[a].Rest = at[0], 1, 1
	sc.Net.Ticks = sc.Net.MSL
	return sc
}

// stamped is a connection with timestamps whose clock moves every at[1] ticks; A may abort it, and rests for d ticks. The world ends
// when every segment of the first tick of that clock is gone.
func stamped(at []int, d int) netfake.Scenario {
	sc := scenarioOf("abort-reopen-old-data")
	sc.Net.MSL = at[0]
	for i := range sc.Peer {
		sc.Peer[i].TCP.Timestamps, sc.Peer[i].Grain = true, at[1]
	}
	sc.Peer[a].Rest = d
	sc.Net.Ticks = at[0] + at[1] - 1
	return sc
}
