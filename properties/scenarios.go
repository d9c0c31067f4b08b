package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// The numbers that scenarios begin from: A's lie around 100 and B's around 300, as in the
// figures of RFC 9293, and those of earlier incarnations below them.
const (
	baseA model.Seq = 100
	baseB model.Seq = 300
)

const (
	a = netfake.A
	b = netfake.B
)

// pair is the scenario on which all others are built: small buffers, fresh initial numbers, a
// set for a wire, no clock, and users that do nothing.
func pair() netfake.Scenario {
	var sc netfake.Scenario
	for i, base := range []model.Seq{baseA, baseB} {
		sc.Peer[i] = netfake.Host{
			TCP:  model.Config{RcvBuf: 4, MSS: 2},
			Isn:  netfake.Isn{Policy: netfake.Fresh},
			Base: base,
		}
	}
	return sc
}

// opening is a listener at B that answers two SYNs, and leftovers of an earlier incarnation in
// which A had begun at 90 and B at 290: its SYN, a segment of text that follows it, and its ACK.
func opening(handshake model.Handshake, opens int) netfake.Scenario {
	sc := pair()
	both(&sc, func(h *netfake.Host) { h.TCP.Handshake = handshake })
	sc.Peer[a].User = netfake.User{Active: opens}
	sc.Peer[b].User = netfake.User{Passive: 1, Accepts: 2}
	sc.Stale = []netfake.Packet{
		{Dst: b, Seg: model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}},
		{Dst: b, Seg: model.Segment{Seq: 91, Ack: 291, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4}},
	}
	sc.Watch = netfake.GhostConnection
	return sc
}

// closing begins ESTABLISHED. A closes first and opens again after a normal close; B closes,
// gives up r ticks after its first FIN, and listens again. Every incarnation begins at the same
// numbers, so that the wait is all that keeps the incarnations apart.
func closing(msl, r, wait int) netfake.Scenario {
	sc := pair()
	sc.Start = netfake.StartEstablished
	sc.Net.MSL = msl
	both(&sc, func(h *netfake.Host) {
		h.Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{0}}
		h.TimeWait = wait
		h.TCP.RstInTimeWait = model.IgnoreRst
	})
	sc.Peer[a].User = netfake.User{Active: 1, Close: true, ReopenOnlyAfterNormalClose: true}
	sc.Peer[b].User = netfake.User{Passive: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].GiveUp = r
	sc.Watch = netfake.ForeignFin
	return sc
}

// talking begins ESTABLISHED on a bag with the given budgets, where no timer fires early; both users send, and close.
func talking(octetsA, octetsB, losses, dups int) netfake.Scenario {
	sc := pair()
	sc.Start = netfake.StartEstablished
	sc.Net = netfake.Network{Bag: true, Losses: losses, Dups: dups, NoPrematureRetransmission: true}
	sc.Peer[a].User = netfake.User{Octets: octetsA, Close: true}
	sc.Peer[b].User = netfake.User{Octets: octetsB, Close: true}
	return sc
}

func both(sc *netfake.Scenario, change func(*netfake.Host)) {
	for i := range sc.Peer {
		change(&sc.Peer[i])
	}
}

// watching sets the faults that a scenario records.
func watching(sc netfake.Scenario, fs ...netfake.Fault) netfake.Scenario {
	sc.Watch = 0
	for _, f := range fs {
		sc.Watch |= f
	}
	return sc
}

// Changes that variants are made of.

func handshake(h model.Handshake) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) { both(sc, func(p *netfake.Host) { p.TCP.Handshake = h }) }
}

func mutant(m model.Mutant) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) { both(sc, func(p *netfake.Host) { p.TCP.Mutant = m }) }
}

func policy(set func(*model.Config)) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) { both(sc, func(p *netfake.Host) { set(&p.TCP) }) }
}

func timeWait(t int) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) { both(sc, func(p *netfake.Host) { p.TimeWait = t }) }
}

func freshNumbers(sc *netfake.Scenario) {
	both(sc, func(p *netfake.Host) { p.Isn = netfake.Isn{Policy: netfake.Fresh} })
}
