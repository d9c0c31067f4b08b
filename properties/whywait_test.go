package properties

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// closeClass is a class of connections that close and are opened again with the same numbers.
type closeClass struct {
	msl, r int
	bOpens bool // B opens again, and A listens; else the other way round
}

// scenario is the small one of its class, which is searched: A sends an octet and CLOSEs, B CLOSEs, and one side opens again.
// Nothing of the opening of the first connection is under way, and both give up after R.
func (c closeClass) scenario(wait int) netfake.Scenario {
	sc := closing(c.msl, c.r, wait)
	sc.Peer[a].GiveUp = c.r
	if c.bOpens {
		ua, ub := &sc.Peer[a].User, &sc.Peer[b].User
		ua.Active, ua.Passive, ub.Active, ub.Passive = 0, 1, 1, 0
	}
	return sc
}

// leastWaits are the waits that were computed so far.
var leastWaits = map[closeClass]int{}

// leastWait searches for the least TIME-WAIT with which no FIN of the old connection gets into the new one: the first
// that is VERIFIED, counted from none. All that are shorter are VIOLATED.
func (c closeClass) leastWait(t rapid.TB) int {
	t.Helper()
	if wait, known := leastWaits[c]; known {
		return wait
	}
	for wait := 0; wait <= mostWait; wait++ {
		sc := c.scenario(wait)
		o, err := Search(context.Background(), sc, nevers(netfake.ForeignFin), reopened, Settings{})
		switch {
		case err != nil:
			t.Fatal(err)
		case o.Verdict == explore.Verified && o.Witnessed:
			leastWaits[c] = wait
			return wait
		case o.Verdict != explore.Violated:
			t.Fatalf("%+v, wait %d: the search says %v, %s", c, wait, o.Verdict, o.Reason)
		}
	}
	t.Fatalf("%+v: no wait up to %d is safe", c, mostWait)
	return 0
}

const mostWait = 12

// drawClass draws MSL, R and who opens again.
func drawClass(t *rapid.T) closeClass {
	lengths := [][2]int{{msl, patience}, {1, 2}, {2, 1}, {1, 3}, {2, 3}, {3, 1}}
	l := lengths[dice(len(lengths)).Draw(t, "MSL and R")]
	return closeClass{l[0], l[1], seldom(t, "B opens again", 2)}
}

// reopens draws a scenario of a class in which TIME-WAIT is so many ticks longer than the least safe one. There is more of
// everything than in the one that was searched.
func reopens(longer int) func(*rapid.T) Question {
	return func(t *rapid.T) Question {
		c := drawClass(t)
		sc := c.scenario(c.leastWait(t) + longer)
		ua, ub := &sc.Peer[a].User, &sc.Peer[b].User
		if again := integer(t, "more OPENs", 0, 2); again > 0 {
			for _, u := range []*netfake.User{ua, ub} {
				u.Active, u.Passive = u.Active*(1+again), u.Passive*(1+again)
				u.Polite = true // who gave up passed through no TIME-WAIT
			}
		}
		more(t, "octets of A", &ua.Octets, 3)
		more(t, "octets of B", &ub.Octets, 3)
		if seldom(t, "both talk in every connection", 2) {
			ua.Talks, ub.Talks = 0, 0
		}
		otherSegments(t, &sc)
		anyNumbers(t, &sc)
		kinds := []netfake.Fault{netfake.ForeignFin, netfake.ForeignData}
		return Question{Scenario: watching(sc, kinds...), Always: nevers(kinds...), Witness: reopened}
	}
}

// openingIsOver lets nobody CLOSE as long as a segment of an opening can still arrive, or be sent again. Who closes
// second has no TIME-WAIT, and may open at once: the SYN of the connection before, and its FIN, would replay it.
func openingIsOver(sys *netfake.System, s netfake.State, act netfake.Action) bool {
	if act.Kind != netfake.Close {
		return true
	}
	w := sys.Unpack(s)
	for me := range w.Peer {
		if t := &w.Peer[me].TCB; t.State >= model.SynSent && t.Snd.Una == t.Iss {
			return false
		}
	}
	for _, p := range w.Wire(sys) {
		if p.Seg.Has(model.SYN) {
			return false
		}
	}
	return true
}

var (
	waitedEnough = property{name: "TIME-WAIT of the computed length", steps: 200, draw: reopens(0), allow: openingIsOver}
	waitedLess   = property{name: "one tick less", steps: 60, draw: reopens(-1), allow: openingIsOver}
)

func TestWhyTimeWaitKeepsOldSegmentsOut(t *testing.T) {
	p := waitedEnough
	p.tally = &tally{}
	rapid.Check(t, p.check)
	t.Logf("\n%d random runs, %d steps %d, %d %d, waits %v", p.tally.runs, p.tally.steps, p.tally.witnessed, p.tally.full, p.tally.cut, fmt.Sprint(leastWaits))
}

func TestWhyOneTickLessDoesNot(t *testing.T) {
	tellFailure(t, waitedLess, "wait-keeps-old-fin-out/one tick shorter", "ONE TICK LESS")
}

func FuzzTimeWaitKeepsOldSegmentsOut(f *testing.F) { f.Fuzz(rapid.MakeFuzz(waitedEnough.check)) }
func FuzzOneTickLess(f *testing.F)                 { f.Fuzz(rapid.MakeFuzz(waitedLess.check)) }
