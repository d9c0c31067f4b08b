package hazards

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

const (
	a = netfake.A
	b = netfake.B
)

// The numbers of both sides lie where the figures of RFC 9293 have them. A segment lives for msl
// ticks, a peer tries for patience ticks, and safeWait ticks of TIME-WAIT outlast both (theorem
// wait-keeps-old-fin-out).
const (
	baseA model.Seq = 100
	baseB model.Seq = 300

	msl      = 2
	patience = 2
	safeWait = patience + msl - 1
)

func smallBuffers() model.Config { return model.Config{RcvBuf: 4, MSS: 2} }

// pair is two hosts that do nothing, on a wire that loses, duplicates and reorders at will.
func pair() netfake.Scenario {
	var sc netfake.Scenario
	for i, base := range []model.Seq{baseA, baseB} {
		sc.Peer[i] = netfake.Host{TCP: smallBuffers(), Isn: netfake.Isn{Policy: netfake.Fresh}, Base: base}
	}
	return sc
}

// calling: A opens actively as often as opens says, and B listens; these old segments are under way.
func calling(opens int, stale ...netfake.Packet) netfake.Scenario {
	sc := pair()
	sc.Peer[a].User = netfake.User{Active: opens}
	sc.Peer[b].User = netfake.User{Passive: 1, Accepts: 2}
	sc.Stale = stale
	return sc
}

// open begins ESTABLISHED, where segments live for msl ticks.
func open() netfake.Scenario {
	sc := pair()
	sc.Start, sc.Net.MSL = netfake.StartEstablished, msl
	return sc
}

// ending is open with two users that may CLOSE, and a TIME-WAIT that no RST ends.
func ending() netfake.Scenario {
	sc := open()
	both(&sc, func(h *netfake.Host) {
		h.User.Close, h.TimeWait, h.TCP.RstInTimeWait = true, safeWait, model.IgnoreRst
	})
	return sc
}

// reusing is ending where A opens again, B listens again, and both use their numbers again; A sends
// an octet in its first incarnation.
func reusing() netfake.Scenario {
	sc := ending()
	both(&sc, sameNumbers)
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Passive: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].GiveUp = patience
	return sc
}

func both(sc *netfake.Scenario, change func(*netfake.Host)) {
	for i := range sc.Peer {
		change(&sc.Peer[i])
	}
}

func sameNumbers(h *netfake.Host) { h.Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{0}} }

// old is a segment of an earlier connection.
func old(dst int, flags model.Flags, seq, ack model.Seq) netfake.Packet {
	s := model.Segment{Seq: seq, Flags: flags, Wnd: 4}
	if flags&model.ACK != 0 {
		s.Ack = ack
	}
	return netfake.Packet{Dst: dst, Seg: s}
}

// The changes that make a danger go.

func freshNumbers(q *Question) {
	both(&q.Scenario, func(h *netfake.Host) { h.Isn = netfake.Isn{Policy: netfake.Fresh} })
}

// waitedOut is fix F1 of RFC 1337 for a user that opens again only after a whole TIME-WAIT.
func waitedOut(q *Question) {
	q.Scenario.Peer[a].User.ReopenOnlyAfterNormalClose = true
	both(&q.Scenario, func(h *netfake.Host) { h.TCP.RstInTimeWait = model.IgnoreRst })
}

func givesUp(r int) func(*Question) {
	return func(q *Question) { both(&q.Scenario, func(h *netfake.Host) { h.GiveUp = r }) }
}

func bent(m model.Mutant) func(*model.Config) { return func(c *model.Config) { c.Mutant = m } }

// unreachable asks that a state is never reached: a violation is a shortest run to it.
func unreachable(name string, holds func(w *netfake.World) bool) []properties.Condition {
	return []properties.Condition{properties.OnWorld("never "+name, func(w *netfake.World) bool { return !holds(w) })}
}

// states is the condition that an endpoint is in one of some states.
func states(me int, list ...model.State) properties.Condition {
	name := netfake.PeerName(me)
	for i, s := range list {
		name += [...]string{" ", " or "}[min(i, 1)] + s.String()
	}
	return properties.OnWorld(name, func(w *netfake.World) bool {
		for _, s := range list {
			if w.Peer[me].State() == s {
				return true
			}
		}
		return false
	})
}

// no is the invariants of these names, of package properties.
func no(names ...string) (list []properties.Condition) {
	for _, n := range names {
		found := false
		for _, inv := range properties.Invariants() {
			if inv.Name == n {
				list, found = append(list, inv), true
			}
		}
		if !found {
			panic("BUG: no invariant " + n)
		}
	}
	return list
}
