package diagram

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Rich is the scenarios that together bring about every arrow of Figure 5 but SEND in LISTEN:
// ordinary and simultaneous opening and closing, early CLOSE, ABORT, the user timeout, and
// old segments that meet each state.
func Rich(c model.Config) []netfake.Scenario {
	base := func(a, b netfake.User) netfake.Scenario {
		sc := netfake.TwoHosts()
		sc.Both(func(h *netfake.Host) { h.TCP = c })
		sc.Peer[netfake.A].User, sc.Peer[netfake.B].User = a, b
		return sc
	}
	ends := netfake.User{Close: true, CloseBeforeEstablished: true, Abort: true, UserTimeout: true}
	caller, listener := ends, ends
	caller.Active, listener.Passive = 1, 1

	opening := base(caller, listener)
	closing := netfake.User{Active: 1, Close: true}
	simultaneous := base(closing, closing)
	changing := base(netfake.User{Active: 1}, netfake.User{Active: 1, Passive: 1}) // a passive OPEN turns active
	stale := base(netfake.User{}, netfake.User{Passive: 1, Accepts: 2})
	stale.Stale = []netfake.Packet{
		{Dst: netfake.B, Seg: model.Segment{Seq: 90, Flags: model.SYN, Wnd: uint16(c.RcvBuf)}},
		{Dst: netfake.B, Seg: model.Segment{Seq: 92, Flags: model.SYN, Wnd: uint16(c.RcvBuf)}},
	}
	talking := base(netfake.User{Octets: 1, Close: true, UserTimeout: true}, netfake.User{Octets: 1, Close: true, UserTimeout: true})
	talking.Start = netfake.StartEstablished
	talking.Net = netfake.Network{Bag: true, NoPrematureRetransmission: true, Losses: 1}
	return []netfake.Scenario{opening, simultaneous, changing, stale, talking}
}
