package bounds

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// waits are the questions about TIME-WAIT that are asked of a plain close, without any RST.
func waits() []Bound { return append(finWaits(), moreWaits()...) }

// finWaits ask for how long the text and the FIN of either side can come back.
func finWaits() []Bound {
	return []Bound{waiting(Bound{
		Name: "a-to-b", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {3, 2}}, Large: [][]int{{3, 3}, {4, 2}, {4, 3}},
		Asks:     "the closer's own data and FIN stay out of the peer's next connection, whatever is lost; A sends an octet, closes first, and opens again, and B only listens",
		Scenario: func(at []int, t int) netfake.Scenario { return closing("wait-keeps-old-text-out", at[0], at[1], t) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 0, 0)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "a-to-b-second-opens", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}}, Large: [][]int{{3, 2}},
		Asks: "as a-to-b, but B, which closed second and does not wait, opens again at once, and the SYN of A's first connection is still in the network",
		Scenario: func(at []int, t int) netfake.Scenario {
			sc := closing("wait-keeps-old-text-out", at[0], at[1], t)
			sc.Peer[a].User.Active, sc.Peer[a].User.Passive = 0, 1
			sc.Peer[b].User.Active, sc.Peer[b].User.Passive = 1, 0
			sc.Stale = []netfake.Packet{firstSyn(&sc, a)}
			return sc
		},
		Faults: oldTextOrFin, Never: true, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "b-to-a-c1", Axes: []Parameter{byMSL}, Small: column(2, 3, 4),
		Asks:     "the peer's FIN stays out of the next connection, which the closer opens, if the first ACK of a FIN arrives within the lifetime of a segment; nobody gives up",
		Scenario: firstAcked(0), Faults: oldTextOrFin, Expect: []*Formula{Linear(2, -1)}, Sources: []string{"RFC 9293 §3.6.1, MUST-13"},
	}), waiting(Bound{
		Name: "b-to-a-loss", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {2, 4}, {3, 2}, {3, 3}}, Large: [][]int{{3, 4}, {4, 2}, {4, 3}, {4, 4}},
		Asks:     "the peer's FIN stays out of the next connection, which the closer opens, whatever is lost; the peer gives up after R, and does not CLOSE in the next connection",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], at[1], t, 0) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 1, -1)}, Sources: []string{"RFC 9293 §3.6.1, MUST-13"},
	}), waiting(Bound{
		Name: "b-to-a-loss-again", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 4}, {3, 2}}, Large: [][]int{{2, 3}, {3, 3}, {3, 4}},
		Asks: "as b-to-a-loss, but the peer may CLOSE in the next connection, too",
		Scenario: func(at []int, t int) netfake.Scenario {
			sc := fromB(at[0], at[1], t, 0)
			sc.Peer[b].User.ActiveIncarnations = 0
			return sc
		},
		Faults: oldTextOrFin, Expect: []*Formula{Linear(3, 0, -2), Linear(1, 1, -1)}, Greatest: true, Sources: []string{"RFC 9293 §3.6.1", "RFC 9293 §3.10.7.4"},
	}), waiting(Bound{
		Name: "b-to-a-unbounded", Axes: []Parameter{byMSL}, Small: column(2, 3), Large: column(4),
		Asks:     "the peer's FIN stays out of the next connection, which the closer opens, whatever is lost, and the peer never gives up",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], 0, t, 0) },
		Faults:   oldTextOrFin, Never: true, Sources: []string{"RFC 9293 §3.6.1"},
	})}
}

// moreWaits ask for the sake of LAST-ACK and of old ACKs, and how the premises of finWaits matter.
func moreWaits() []Bound {
	return []Bound{waiting(Bound{
		Name: "last-ack", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {2, 4}, {3, 2}, {3, 3}, {3, 4}, {4, 2}, {4, 3}, {4, 4}},
		Asks:     "no RST ends LAST-ACK, whatever is lost; the peer, which closes second, gives up after R, and is still in LAST-ACK during the tick in which it gives up",
		Scenario: func(at []int, t int) netfake.Scenario { return closing("wait-spares-last-ack", at[0], at[1], t) },
		Faults:   netfake.LastAckReset, Expect: []*Formula{Linear(0, 1, 1), Linear(1, 1, -1)}, Witness: must("wait-spares-last-ack").Witness,
		Sources: []string{"RFC 9293 §3.6, case 2"},
	}), waiting(Bound{
		Name: "fresh-numbers", Axes: byMSLAndR, Small: [][]int{{2, 2}}, Large: [][]int{{2, 3}, {3, 2}, {3, 3}},
		Asks:     "as b-to-a-loss, with initial sequence numbers above all those used before; A opened the first connection, too, so that no SYN of B is in the network",
		Scenario: freshClose,
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(0, 0, 0)}, Sources: []string{"RFC 9293 §3.4.1", "RFC 6528"},
	}), waiting(Bound{
		Name: "fresh-numbers-roles", Axes: byMSLAndR, Small: [][]int{{2, 2}, {2, 3}, {3, 2}}, Large: [][]int{{3, 3}, {4, 2}, {4, 3}},
		Asks: "as fresh-numbers, but the two change roles: B opened the first connection, and its SYN is still in the network; A gives up after R as well",
		Scenario: func(at []int, t int) netfake.Scenario {
			sc := freshClose(at, t)
			sc.Peer[a].GiveUp = at[1]
			sc.Stale = []netfake.Packet{firstSyn(&sc, b)}
			return sc
		},
		Faults: oldTextOrFin, Expect: []*Formula{Linear(1, 0, 0)}, Sources: []string{"RFC 9293 §3.4.1", "RFC 9293 §3.5"},
	}), waiting(Bound{
		Name: "b-to-a-text-c1", Axes: []Parameter{byMSL}, Large: column(2, 3, 4),
		Asks:     "as b-to-a-c1, and the peer sends an octet",
		Scenario: firstAcked(1), Faults: oldTextOrFin, Expect: []*Formula{Linear(2, -1)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "b-to-a-text-loss", Axes: byMSLAndR, Large: [][]int{{2, 2}, {2, 3}, {3, 2}},
		Asks:     "as b-to-a-loss, and the peer sends an octet",
		Scenario: func(at []int, t int) netfake.Scenario { return fromB(at[0], at[1], t, 1) },
		Faults:   oldTextOrFin, Expect: []*Formula{Linear(1, 1, -1)}, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "acks-c1", Axes: []Parameter{byMSL}, Small: column(2, 3), Large: column(4),
		Asks:     "no old ACK acknowledges anything in a next connection; the first ACK of a FIN arrives, nobody gives up, and either side may close first",
		Scenario: firstAcked(0), Faults: netfake.ForeignAck, Never: true, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "acks-second-c1", Axes: []Parameter{byMSL}, Small: column(2, 3, 4), Expect: []*Formula{Linear(2, -1)},
		Asks:     "as acks-c1, but it is always the same side that closes first and opens again, and the peer sends no data",
		Scenario: func(at []int, t int) netfake.Scenario { return secondCloses(at, t, 0) },
		Faults:   netfake.ForeignAck, Sources: []string{"RFC 9293 §3.6.1"},
	}), waiting(Bound{
		Name: "acks-second-segments-c1", Axes: []Parameter{byMSL}, Large: column(2), Expect: []*Formula{Linear(3, -2)},
		Asks:     "as acks-second-c1, but the peer sends three octets in each connection, each in its own segment",
		Scenario: func(at []int, t int) netfake.Scenario { return secondCloses(at, t, 3) },
		Faults:   netfake.ForeignAck, Sources: []string{"RFC 9293 §3.6.1"},
	})}
}

// freshClose is fromB with initial numbers above all used before; A sends nothing after its first connection.
func freshClose(at []int, t int) netfake.Scenario {
	sc := fromB(at[0], at[1], t, 0)
	for i := range sc.Peer {
		sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Fresh}
	}
	sc.Peer[a].User.ActiveIncarnations = 1
	return sc
}

// firstSyn is the SYN with which a side opened the connection that the scenario begins with.
func firstSyn(sc *netfake.Scenario, from int) netfake.Packet {
	h := &sc.Peer[from]
	return netfake.Packet{Dst: 1 - from, Seg: model.Segment{Seq: h.Base, Flags: model.SYN, Wnd: uint16(h.TCP.RcvBuf)}}
}

// secondCloses is firstAcked where B closes second, and sends some octets in each connection.
func secondCloses(at []int, t, octets int) netfake.Scenario {
	sc := firstAcked(octets)(at, t)
	sc.Peer[b].User.ClosesSecond = true
	if octets > 0 {
		inSegments(&sc, octets)
	}
	return sc
}

// inSegments lets B send some octets in every connection, each in a segment of its own.
func inSegments(sc *netfake.Scenario, octets int) {
	sc.Peer[b].User.ActiveIncarnations, sc.Peer[b].User.Octets = 0, octets
	for i := range sc.Peer {
		sc.Peer[i].TCP.MSS = 1
	}
}
