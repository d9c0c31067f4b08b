package properties

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Premises is the catalogue: everything that is relaxed, in the order of tables and sentences. One that is not needed
// may be left out of a sentence; one that is not in the catalogue was never asked about, so this list is what "whatever
// happens" means.
func Premises() []Premise { return catalogue }

var catalogue = slices.Concat(openingPremises, userPremises, timerPremises, numberPremises, sizePremises,
	networkPremises, oldPremises, livePremises, policyPremises())

// eachSide makes a premise of A and one of B. In the text %s is the side.
func eachSide(name, text, bothText string, relax func(h *netfake.Host)) (list []Premise) {
	for side := range 2 {
		list = append(list, Premise{
			Name: netfake.PeerName(side) + "-" + name, Text: fmt.Sprintf(text, netfake.PeerName(side)), Both: bothText,
			Relax: func(q *Question) { relax(&q.Scenario.Peer[side]) },
		})
	}
	return list
}

// overPeers is a relaxation of both hosts at once.
func overPeers(relax func(h *netfake.Host)) func(q *Question) {
	return func(q *Question) { q.Scenario.Both(relax) }
}

// Users.
var userPremises = slices.Concat(
	eachSide("octets", "%s sends no further octet", "neither side sends a further octet",
		func(h *netfake.Host) { h.User.Octets++ }),
	eachSide("talks", "%s sends and closes in its first connection only", "each side sends and closes in its first connection only",
		func(h *netfake.Host) { h.User.ActiveIncarnations = 0 }),
	eachSide("close", "%s does not CLOSE", "neither side CLOSEs",
		func(h *netfake.Host) { h.User.Close = true }),
	eachSide("early", "%s does not CLOSE before its connection is synchronized", "no side CLOSEs before its connection is synchronized",
		func(h *netfake.Host) { h.User.CloseBeforeEstablished = true }),
	eachSide("second", "%s closes second", "",
		func(h *netfake.Host) { h.User.ClosesSecond = false }),
	eachSide("polite", "%s opens again only after a normal close", "each side opens again only after a normal close",
		func(h *netfake.Host) { h.User.ReopenOnlyAfterNormalClose = false }),
	eachSide("listens", "%s always listens", "each side always listens",
		func(h *netfake.Host) {
			if h.User.Listens {
				h.User.Listens, h.User.Passive = false, 1
			}
		}),
	eachSide("abort", "%s does not ABORT", "neither side ABORTs",
		func(h *netfake.Host) { h.User.Abort = true }),
	eachSide("crash", "%s does not crash", "neither side crashes",
		func(h *netfake.Host) { h.User.Crashes++ }),
)

// Timers of a host.
var timerPremises = slices.Concat(
	eachSide("gives-up", "%s does not give up", "neither side gives up", func(h *netfake.Host) {
		if h.GiveUp == 0 {
			h.User.UserTimeout = true
		}
	}),
	eachSide("patience", "%s gives up after R ticks", "each side gives up after R ticks", func(h *netfake.Host) {
		if h.GiveUp > 0 {
			h.GiveUp++
		}
	}),
	eachSide("wait", "the TIME-WAIT of %s is not shorter", "no TIME-WAIT is shorter", func(h *netfake.Host) { h.TimeWait = max(h.TimeWait-1, 0) }),
	eachSide("late", "the timers of %s are not later", "no timer is later", func(h *netfake.Host) {
		if h.TimersWithin > 0 {
			h.TimersWithin++
		}
	}),
	eachSide("rto", "%s does not retransmit later", "no side retransmits later", func(h *netfake.Host) {
		if h.RTO > 0 {
			h.RTO++
		}
	}),
	eachSide("fin-wait-2", "%s has no timer for FIN-WAIT-2", "no side has a timer for FIN-WAIT-2", func(h *netfake.Host) {
		if h.FinWait2 == 0 {
			h.FinWait2 = 1
		}
	}),
	eachSide("reuse", "%s does not open in place of a connection in TIME-WAIT", "no side opens in place of a connection in TIME-WAIT", func(h *netfake.Host) { h.Reuse.On = true }),
	eachSide("quiet", "%s is quiet at least this long after a crash", "each side is quiet at least this long after a crash",
		func(h *netfake.Host) { h.QuietTime = max(h.QuietTime-1, 0) }),
	eachSide("rest", "%s waits at least this long after each connection", "each side waits at least this long after each connection",
		func(h *netfake.Host) { h.ReopenDelay = max(h.ReopenDelay-1, 0) }),
)

// Buffers and segments.
var sizePremises = slices.Concat(
	eachSide("larger-buffer", "the buffer of %s is not larger", "no buffer is larger", func(h *netfake.Host) { h.TCP.RcvBuf *= 2 }),
	eachSide("smaller-buffer", "the buffer of %s is not smaller", "no buffer is smaller", func(h *netfake.Host) { h.TCP.RcvBuf = 1 }),
	[]Premise{{
		Name: "segments", Text: "no side sends more than one segment of data",
		Relax: overPeers(func(h *netfake.Host) {
			if h.User.Octets > 0 {
				h.User.Octets, h.TCP.MSS = max(h.User.Octets, 2), 1
			}
		}),
	}},
)

// policyPremises are one for each value of each policy: of a host that has it nothing is claimed.
func policyPremises() (list []Premise) {
	for _, p := range netfake.Policies {
		for v, value := range p.Values {
			list = append(list, Premise{
				Name: p.Name + "=" + value, Text: noHostHas + p.Name + "=" + value,
				Relax: overPeers(func(h *netfake.Host) { p.Set(&h.TCP, v) }),
			})
		}
	}
	return list
}

// noHostHas begins the texts that a sentence puts together to one.
const noHostHas = "no host has "
