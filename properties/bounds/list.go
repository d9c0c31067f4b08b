package bounds

import (
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

const (
	a = netfake.A
	b = netfake.B
)

var (
	byMSL    = Parameter{"MSL", "msl", "ticks that a segment lives", false}
	byR      = Parameter{"R", "give-up", "ticks after which a side stops retransmitting (0: never)", true}
	byOctets = Parameter{"N", "octets", "octets that the first connection sends within its first tick", false}
	byGrain  = Parameter{"G", "grain", "ticks of the model for one tick of the timestamp clock", false}
)

// Topic is a number whose smallest safe value can be asked: its name, its symbol in formulas, and what it means.
type Topic struct{ Name, Symbol, Means string }

// Topics are the numbers whose smallest safe value can be asked.
var Topics = []Topic{
	{"time-wait", "T", "ticks of TIME-WAIT, on both sides"},
	{"quiet-time", "Q", "ticks of silence after a crash (RFC 9293 §3.4.3)"},
	{"retention", "K", "ticks for which a two-segment responder accepts nothing after each connection"},
	{"isn-rate", "r", "sequence numbers by which the clock for initial sequence numbers moves in a tick"},
	{"paws", "D", "ticks that must lie between two connections if only PAWS keeps them apart"},
}

// All are the questions of a topic, or all if the topic is empty.
func All(topic string) (list []Bound) {
	for _, q := range append(append(waits(), resets()...), others()...) {
		if topic == "" || q.Topic == topic {
			q.Needs = pins.Needs(q.Topic + " " + q.Name)
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
	q.Topic, q.Symbol, q.Unit, q.Most = "time-wait", "T", "ticks", chain
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
