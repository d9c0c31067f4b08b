package hazards

import (
	"github.com/tcpcheck/tcpcheck/internal/fixture"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

const (
	a = netfake.A
	b = netfake.B
)

// The lengths of time, in ticks.
const (
	msl      = fixture.MSL
	patience = fixture.Patience
	safeWait = fixture.SafeWait
)

// reusing is ending where A opens again, B listens again, and both use their numbers again; A sends
// an octet in its first incarnation.
func reusing() netfake.Scenario {
	sc := fixture.Ending(safeWait)
	sc.Both(sameNumbers)
	sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].User = netfake.User{Passive: 1, Close: true, ActiveIncarnations: 1}
	sc.Peer[b].GiveUp = patience
	return sc
}

func sameNumbers(h *netfake.Host) { h.Isn = netfake.SameNumbers() }

// The changes that make a danger go.

func freshNumbers(q *Question) {
	q.Scenario.Both(func(h *netfake.Host) { h.Isn = netfake.Isn{Policy: netfake.Fresh} })
}

// waitedOut is fix F1 of RFC 1337 for a user that opens again only after a whole TIME-WAIT.
func waitedOut(q *Question) {
	q.Scenario.Peer[a].User.ReopenOnlyAfterNormalClose = true
	q.Scenario.Both(func(h *netfake.Host) { h.TCP.RstInTimeWait = model.IgnoreRst })
}

func givesUp(r int) func(*Question) {
	return func(q *Question) { q.Scenario.Both(func(h *netfake.Host) { h.GiveUp = r }) }
}

func mutant(m model.Mutant) func(*model.Config) { return func(c *model.Config) { c.Mutant = m } }

// unreachable asks that a state is never reached: a violation is a shortest run to it.
func unreachable(name string, holds func(w *netfake.World) bool) []properties.Condition {
	return []properties.Condition{properties.OnWorld("never "+name, func(w *netfake.World) bool { return !holds(w) })}
}
