package properties

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const (
	a = netfake.A
	b = netfake.B
)

// opening is a listener at B that answers two SYNs, and leftovers of an earlier incarnation in
// which A had begun at 90 and B at 290: its SYN, a segment of text that follows it, and its ACK.
func opening(handshake model.Handshake, opens int) netfake.Scenario {
	sc := fixture.Calling(opens, fixture.Old(b, model.SYN, 90, 0), fixture.OldData(b, 91, 291))
	sc.Both(func(h *netfake.Host) { h.TCP.Handshake = handshake })
	sc.Watch = netfake.GhostConnection
	return sc
}

// closing begins ESTABLISHED. A closes first and opens again after a normal close; B closes,
// gives up r ticks after its first FIN, and listens again. Every incarnation begins at the same
// numbers, so that the wait is all that keeps the incarnations apart.
func closing(msl, r, wait int) netfake.Scenario {
	sc := fixture.Open()
	sc.Net.MSL = msl
	sc.Both(func(h *netfake.Host) {
		h.Isn = netfake.SameNumbers()
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
	sc := netfake.TwoHosts()
	sc.Start = netfake.StartEstablished
	sc.Net = netfake.Network{Bag: true, Losses: losses, Dups: dups, NoPrematureRetransmission: true}
	sc.Peer[a].User = netfake.User{Octets: octetsA, Close: true}
	sc.Peer[b].User = netfake.User{Octets: octetsB, Close: true}
	return sc
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

func handshake(h model.Handshake) Change {
	return func(q *Question) { q.Both(func(p *netfake.Host) { p.TCP.Handshake = h }) }
}

func mutant(m model.Mutant) Change {
	return func(q *Question) { q.Both(func(p *netfake.Host) { p.TCP.Mutant = m }) }
}

func policy(set func(*model.Config)) Change {
	return func(q *Question) { q.Both(func(p *netfake.Host) { set(&p.TCP) }) }
}

func timeWait(t int) Change {
	return func(q *Question) { q.Both(func(p *netfake.Host) { p.TimeWait = t }) }
}

func freshNumbers(q *Question) {
	q.Both(func(p *netfake.Host) { p.Isn = netfake.Isn{Policy: netfake.Fresh} })
}
