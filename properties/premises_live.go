package properties

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// What questions about what happens eventually exclude. Most of these relax several things at once, where each alone
// changes nothing: a number that is used again matters only if somebody opens again.
var livePremises = slices.Concat([]Premise{
	{
		Name: "arrival", Text: "a segment that is sent again and again arrives",
		Relax: waiting(func(q *Question) { q.Live.Fair = withoutArrival[q.Live.Fair] }),
	}, {
		Name: "timers", Text: "timers fire and time passes",
		Relax: waiting(func(q *Question) {
			if q.Live.Within == 0 {
				q.Live.Fair = withoutTimers[q.Live.Fair]
			}
		}),
	}},
	liveEachSide("reads", "the user of %s reads what has arrived", "users read what has arrived", nil, func(sc *netfake.Scenario, side int) {
		h := &sc.Peer[side]
		h.TCP.ManualReceive, h.TCP.RcvBuf = true, 1
		sc.Peer[1-side].User.Octets = max(sc.Peer[1-side].User.Octets, 2)
	}),
	liveEachSide("number-again", "%s does not open again with an initial sequence number that it used before", "neither side opens again with an initial sequence number that it used before",
		[]string{"%s-active"}, func(sc *netfake.Scenario, side int) { openAgain(&sc.Peer[side]) }),
	liveEachSide("crash-and-number", "%s does not open again after a crash with an initial sequence number that it used before", "neither side opens again after a crash with an initial sequence number that it used before",
		[]string{"%s-active", "%s-crash", "%s-number-again"}, func(sc *netfake.Scenario, side int) {
			openAgain(&sc.Peer[side])
			sc.Peer[side].User.Crashes++
		}),
	liveEachSide("wait-of-abort", "%s enters TIME-WAIT by a FIN, not by an ABORT", "TIME-WAIT is entered by a FIN, not by an ABORT", []string{"%s-abort"}, func(sc *netfake.Scenario, side int) {
		sc.Peer[side].TCP.RstIssuerTimeWait, sc.Peer[side].User.Abort = true, true
	}),
	[]Premise{{
		Name: "attacker-data", Text: "nobody else sends data to A or B", CoveredBy: []string{"attacker"},
		Relax: live(func(q *Question) {
			attackBoth(&q.Scenario, model.Segment{Seq: 1, Ack: 1, Len: 1, Flags: model.ACK | model.PSH})
		}),
	}, {
		Name: "attacker-fin", Text: "nobody else sends a FIN to A or B", CoveredBy: []string{"attacker"},
		Relax: live(func(q *Question) {
			attackBoth(&q.Scenario, model.Segment{Seq: 1, Ack: 2, Flags: model.FIN | model.ACK})
		}),
	}},
)

// live relaxes only questions about what happens eventually; waiting only those in which something has to happen.
func live(relax func(q *Question)) func(q *Question) {
	return func(q *Question) {
		if q.Live != nil {
			relax(q)
		}
	}
}

func waiting(relax func(q *Question)) func(q *Question) {
	return live(func(q *Question) {
		if q.Live.From.Asked() {
			relax(q)
		}
	})
}

// liveEachSide makes such a premise of A and one of B. In the texts and names %s is the side.
func liveEachSide(name, text, bothText string, coveredBy []string, relax func(sc *netfake.Scenario, side int)) (list []Premise) {
	for side := range 2 {
		var covers []string
		for _, c := range coveredBy {
			covers = append(covers, fmt.Sprintf(c, netfake.PeerName(side)))
		}
		list = append(list, Premise{
			Name: netfake.PeerName(side) + "-" + name, Text: fmt.Sprintf(text, netfake.PeerName(side)), Both: bothText,
			CoveredBy: covers,
			Relax:     live(func(q *Question) { relax(&q.Scenario, side) }),
		})
	}
	return list
}

// attackBoth lets somebody else send a segment to each side. Its numbers count from those with which the two begin.
func attackBoth(sc *netfake.Scenario, seg model.Segment) {
	for side := range 2 {
		from, to := &sc.Peer[1-side], &sc.Peer[side]
		s := seg
		s.Seq, s.Wnd = s.Seq+from.Base, uint16(from.TCP.RcvBuf)
		if s.Has(model.ACK) {
			s.Ack += to.Base
		}
		sc.Attacker = append(sc.Attacker, netfake.Packet{Dst: side, Seg: s})
	}
}

// openAgain lets a host open once more, whatever ended its connection, with one of the numbers that it has used.
func openAgain(h *netfake.Host) {
	h.User.Active, h.User.ReopenOnlyAfterNormalClose = h.User.Active+1, false
	h.Isn = netfake.Isn{Policy: netfake.Arbitrary, Choices: []uint8{0, 1, 2}}
}

// What is left of a fairness where no segment has to arrive, and where no timer has to fire.
var (
	withoutArrival = [...]Fairness{FairAll: FairTimers, FairTimers: FairTimers, FairArrivals: FairNone, FairNone: FairNone}
	withoutTimers  = [...]Fairness{FairAll: FairArrivals, FairTimers: FairNone, FairArrivals: FairArrivals, FairNone: FairNone}
)
