package claims

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const (
	a = netfake.A
	b = netfake.B
)

// The numbers around which those of A and of B lie, and the MSL and the peer's patience, in ticks.
const (
	baseA model.Seq = 100
	baseB model.Seq = 300
	msl             = 2
)

// pair is two endpoints with small buffers, fresh initial numbers and users that do nothing, on a wire that loses,
// duplicates and reorders at will.
func pair() netfake.Scenario {
	var sc netfake.Scenario
	for i, base := range []model.Seq{baseA, baseB} {
		sc.Peer[i] = netfake.Host{TCP: model.Config{RcvBuf: 4, MSS: 2}, Isn: netfake.Isn{Policy: netfake.Fresh}, Base: base}
	}
	return sc
}

func both(sc *netfake.Scenario, change func(*netfake.Host)) {
	for i := range sc.Peer {
		change(&sc.Peer[i])
	}
}

// calling is a client A that opens once and a server B that listens; the handshake is of so many segments.
func calling(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := pair()
		both(&sc, func(p *netfake.Host) { p.TCP.Handshake = h })
		sc.Peer[a].User.Active = 1
		sc.Peer[b].User = netfake.User{Passive: 1, Accepts: 2}
		return sc
	}
}

// haunted is calling with leftovers of an earlier incarnation that knew neither's number: its SYN, its SYN,ACK and its ACK.
func haunted() netfake.Scenario {
	sc := calling(model.ThreeSegments)()
	sc.Stale = []netfake.Packet{
		{Dst: b, Seg: model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}},
		{Dst: a, Seg: model.Segment{Seq: 290, Ack: 91, Flags: model.SYN | model.ACK, Wnd: 4}},
		{Dst: b, Seg: model.Segment{Seq: 91, Ack: 291, Flags: model.ACK, Wnd: 4}},
	}
	return sc
}

// deserted is a server and an old SYN of a client that is done.
func deserted(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := calling(h)()
		sc.Peer[a].User.Active = 0
		sc.Stale = []netfake.Packet{{Dst: b, Seg: model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}}}
		return sc
	}
}

// crossing is two users that open at once, and nobody that listens.
func crossing() netfake.Scenario {
	sc := pair()
	both(&sc, func(h *netfake.Host) { h.User.Active = 1 })
	return sc
}

// ending begins ESTABLISHED; both users may close, and nobody gives up.
func ending() netfake.Scenario {
	sc := pair()
	sc.Start = netfake.StartEstablished
	sc.Net.MSL = msl
	both(&sc, func(h *netfake.Host) {
		h.User.Close, h.TimeWait, h.TCP.RstInTimeWait = true, 2*msl, model.IgnoreRst
	})
	return sc
}

// endingSecond is ending where B closes only when A has, and may send an octet before.
func endingSecond() netfake.Scenario {
	sc := ending()
	sc.Peer[b].User = netfake.User{Close: true, ClosesSecond: true, Octets: 1}
	return sc
}

// orderly is endingSecond on a wire that delivers all in order.
func orderly() netfake.Scenario {
	sc := endingSecond()
	sc.Net = netfake.Network{Bag: true, NoPrematureRetransmission: true, InOrder: true}
	return sc
}

// life is an opening, an octet each way, and a close by both, on a wire that may lose one segment and reorders all.
func life() netfake.Scenario {
	sc := calling(model.ThreeSegments)()
	sc.Net = netfake.Network{Bag: true, Losses: 1, NoPrematureRetransmission: true}
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true}
	sc.Peer[b].User = netfake.User{Passive: 1, Octets: 1, Close: true}
	return sc
}

// asking begins ESTABLISHED; A sends an octet. It gives up late, so that its age is kept.
func asking() netfake.Scenario {
	sc := pair()
	sc.Start, sc.Net.MSL = netfake.StartEstablished, msl
	sc.Peer[a].User.Octets, sc.Peer[a].GiveUp = 1, 4*msl
	return sc
}
