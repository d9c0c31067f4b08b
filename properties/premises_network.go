package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The network, and who else is on it.
var networkPremises = []Premise{
	{
		Name: "losses", Text: "no further segment is lost",
		Relax: func(q *Question) {
			if net := &q.Scenario.Net; net.Bag && net.Losses >= 0 {
				net.Losses++
			}
		},
	}, {
		Name: "duplicates", Text: "no further segment is duplicated",
		Relax: func(q *Question) {
			if net := &q.Scenario.Net; net.Bag && net.Dups >= 0 {
				net.Dups++
			}
		},
	}, {
		Name: "early-timers", Text: "no timer fires while a segment is in the network",
		Relax: func(q *Question) { q.Scenario.Net.NoPrematureRetransmission = false },
	}, {
		Name: "reordering", Text: "segments of one direction arrive in order",
		Relax: func(q *Question) { q.Scenario.Net.InOrder = false },
	}, {
		Name: "any-network", Text: "the network does not lose, duplicate and reorder without limit",
		Relax: func(q *Question) {
			if q.Scenario.Net.Bag {
				q.Scenario.Net = netfake.Network{MSL: q.Scenario.Net.MSL, Ticks: q.Scenario.Net.Ticks}
			}
		},
	}, {
		Name: "lifetime", Text: "segments do not live longer",
		Relax: func(q *Question) {
			if net := &q.Scenario.Net; net.MSL > 0 {
				net.MSL++
			}
		},
	}, {
		Name: "first-ack", Text: "the first ACK of each FIN arrives",
		Relax: func(q *Question) { q.Scenario.Net.FirstAck = false },
	}, {
		Name: "horizon", Text: "later times are not considered",
		Relax: func(q *Question) { q.Scenario.Net.Ticks = 0 },
	}, {
		Name: "attacker", Text: "nobody else sends segments to A or B",
		Relax: func(q *Question) { q.Scenario.Attacker = append(q.Scenario.Attacker, guesses(&q.Scenario)...) },
	},
}

// guesses is what an attacker sends who knows the numbers with which the two begin: to each side a RST, a SYN and an
// octet that is just the next in its first connection.
func guesses(sc *netfake.Scenario) (list []netfake.Packet) {
	for side := range 2 {
		h := &sc.Peer[1-side]
		next, acked, wnd := h.Base+1, sc.Peer[side].Base+1, uint16(h.TCP.RcvBuf)
		for _, seg := range []model.Segment{
			{Seq: next, Flags: model.RST},
			{Seq: next, Flags: model.SYN, Wnd: wnd},
			{Seq: next, Ack: acked, Flags: model.ACK | model.PSH, Len: 1, Wnd: wnd},
		} {
			list = append(list, netfake.Packet{Dst: side, Seg: seg})
		}
	}
	return list
}
