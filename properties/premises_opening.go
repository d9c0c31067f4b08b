package properties

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Where it starts, and who opens in which role.
var openingPremises = slices.Concat([]Premise{
	{
		Name: "A-opened", Text: "no segment with which A opened the first connection is in the network",
		Relax: func(q *Question) { fromClosed(&q.Scenario, a) },
	}, {
		Name: "B-opened", Text: "no segment of an opening of the first connection by B is in the network",
		Relax: func(q *Question) { fromClosed(&q.Scenario, b) },
	}, {
		Name: "A-syn", Text: "no SYN with which A opened the first connection is in the network", CoveredBy: []string{"A-opened"},
		Relax: func(q *Question) { leaveSyn(&q.Scenario, a) },
	}, {
		Name: "B-syn", Text: "no SYN with which B opened the first connection is in the network", CoveredBy: []string{"B-opened"},
		Relax: func(q *Question) { leaveSyn(&q.Scenario, b) },
	}, {
		Name: "roles", Text: "each side opens only in its own way, actively or passively",
		Relax: func(q *Question) {
			x, y := &q.Scenario.Peer[a].User, &q.Scenario.Peer[b].User
			x.Active, y.Active = max(x.Active, y.Active), max(x.Active, y.Active)
			x.Passive, y.Passive = max(x.Passive, y.Passive), max(x.Passive, y.Passive)
		},
	}},
	eachSide("active", "%s makes no further active OPEN", "neither side makes a further active OPEN",
		func(h *netfake.Host) { h.User.Active++ }),
	eachSide("passive", "%s makes no further passive OPEN", "neither side makes a further passive OPEN",
		func(h *netfake.Host) { h.User.Passive++ }),
	eachSide("accepts", "the listener at %s answers no further SYN", "no listener answers a further SYN", func(h *netfake.Host) {
		if h.User.Passive > 0 {
			h.User.Accepts = max(h.User.Accepts, 1) + 1
		}
	}),
)

// fromClosed makes a scenario that begins ESTABLISHED begin with the opening of that connection.
func fromClosed(sc *netfake.Scenario, opener int) {
	if sc.Start == netfake.StartEstablished {
		sc.Start = netfake.StartClosed
		sc.Peer[opener].User.Active++
		sc.Peer[1-opener].User.Passive++
	}
}

// leaveSyn puts the SYN with which a side opened the first connection on the network, where that is open at the start.
func leaveSyn(sc *netfake.Scenario, opener int) {
	if sc.Start == netfake.StartEstablished {
		h := &sc.Peer[opener]
		sc.Leftover = append(sc.Leftover, netfake.Packet{Dst: 1 - opener,
			Seg: model.Segment{Seq: h.Base, Flags: model.SYN, Wnd: uint16(h.TCP.RcvBuf)}})
	}
}
