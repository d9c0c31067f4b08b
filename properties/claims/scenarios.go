package claims

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const (
	a = netfake.A
	b = netfake.B
)

// msl is how long a segment lives, in ticks.
const msl = fixture.MSL

// calling is a client A that opens once and a server B that listens; the handshake is of so many segments.
func calling(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := fixture.Calling(1)
		sc.Both(func(p *netfake.Host) { p.TCP.Handshake = h })
		return sc
	}
}

// haunted is calling with leftovers of an earlier incarnation that knew neither's number: its SYN, its SYN,ACK and its ACK.
func haunted() netfake.Scenario {
	sc := calling(model.ThreeSegments)()
	sc.Stale = []netfake.Packet{
		fixture.Old(b, model.SYN, 90, 0), fixture.Old(a, model.SYN|model.ACK, 290, 91), fixture.Old(b, model.ACK, 91, 291),
	}
	return sc
}

// deserted is a server and an old SYN of a client that is done.
func deserted(h model.Handshake) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := calling(h)()
		sc.Peer[a].User.Active = 0
		sc.Stale = []netfake.Packet{fixture.Old(b, model.SYN, 90, 0)}
		return sc
	}
}

// ending begins ESTABLISHED; both users may close, and nobody gives up.
func ending() netfake.Scenario { return fixture.Ending(2 * msl) }

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
	sc := fixture.Open()
	sc.Peer[a].User.Octets, sc.Peer[a].GiveUp = 1, 4*msl
	return sc
}
