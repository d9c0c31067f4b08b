package properties

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// This page answers four questions by random runs: why two handshakes fail, why three do not, why TIME-WAIT keeps old
// segments out, and why one tick less does not. Each test tells in plain sentences what it did, and draws what it found:
//
//	go test ./properties -run TestWhy -v
//	go test ./properties -run TestWhyThreeDoNot -rapid.checks=100000
//	go test ./properties -fuzz FuzzThreeSegments -fuzzminimizetime 10x
//
// The fuzz targets FuzzFinds... are of what does not hold: they end when the fuzzer has found that.
//
// The theorems of this package have the same answers from exhaustive searches, of small scenarios. Here the scenarios are
// larger than any search, and drawn: a run that fails is evidence, and one that does not is none.

// opensBy draws an opening by the given handshake, with initial sequence numbers that are fresh: A opens some times or never, B
// listens, both send and close, and segments of earlier incarnations are under way.
func opensBy(h model.Handshake, faults ...netfake.Fault) func(*rapid.T) Question {
	return func(t *rapid.T) Question {
		sc := opening(h, 0)
		sc.Net.MSL = integer(t, "MSL", 0, 3)
		ua, ub := &sc.Peer[a].User, &sc.Peer[b].User
		more(t, "active OPENs", &ua.Active, 3)
		more(t, "passive OPENs", &ub.Passive, 2)
		more(t, "octets of A", &ua.Octets, 3)
		more(t, "octets of B", &ub.Octets, 3)
		sc.Both(func(h *netfake.Host) {
			h.User.Close = seldom(t, "may CLOSE", 2)
			h.User.Abort = seldom(t, "may ABORT", 3)
			h.User.Crashes = integer(t, "crashes", 0, 1)
			h.TimeWait = integer(t, "TIME-WAIT", 0, 2)
		})
		otherSegments(t, &sc)
		otherReadings(t, &sc)
		leftovers(t, &sc)
		anyNumbers(t, &sc)
		return Question{Scenario: watching(sc, faults...), Always: nevers(faults...)}
	}
}

var (
	twoSegmentsGhost   = property{name: "two segments, no ghost connection", steps: 60, draw: opensBy(model.TwoSegments, netfake.GhostConnection)}
	twoSegmentsOldData = property{name: "two segments, no old data", steps: 60, draw: opensBy(model.TwoSegments, netfake.ForeignData)}
	threeSegments      = property{name: "three segments", steps: 250, draw: func(t *rapid.T) Question {
		q := opensBy(model.ThreeSegments, netfake.GhostConnection, netfake.ForeignData, netfake.ForeignFin, netfake.WrongOctet)(t)
		q.Always = append(q.Always, agreement, ordered)
		return q
	}}
)

// tellFailure draws what rapid found for the reader, and claims that it is about as short as the shortest run.
func tellFailure(t *testing.T, p property, theorem, lesson string) {
	t.Helper()
	q, err := Find(theorem)
	if err != nil {
		t.Fatal(err)
	}
	e := entry{property: property{name: theorem}, asked: q}
	shortest := e.shortest(t, readPins(t))
	f, ok := seek(t, p, mostDraws, shortest+2)
	if !ok {
		t.Fatalf("%s: nothing was found in %d random runs", p.name, f.draws)
	}
	drawn, err := f.draw()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s\n\nRandom run %d of a drawn scenario showed it, after %d steps. Rapid made the run and the scenario smaller, to %d steps;\n"+
		"without the steps that are not needed it has %d. The shortest that exhaustive search finds has %d (theorem %s).\n\nThe scenario:\n%s\n\n%s",
		lesson, f.draws, f.first, f.byRapid, f.run.Steps(), shortest, theorem, f.premises(), drawn)
	f.isShort(t, shortest)
	f.keep(t, p.name)
}

func TestWhyTwoHandshakesFail(t *testing.T) {
	tellFailure(t, twoSegmentsGhost, "two-segments-ghost",
		"TWO SEGMENTS, FIRST FAILURE. If a SYN and a SYN,ACK open a connection, the listener is ESTABLISHED as soon as a SYN arrives.\n"+
			"The network may still hold a SYN of an earlier connection. It opens a connection that nobody asks for.")
	tellFailure(t, twoSegmentsOldData, "two-segments-old-data",
		"TWO SEGMENTS, SECOND FAILURE. Old data that follows the old SYN has the right numbers for that connection.\n"+
			"The listener delivers it to its user, a second time. All initial sequence numbers are fresh; that does not help.")
}

func TestWhyThreeDoNot(t *testing.T) {
	p := threeSegments
	p.tally = &tally{}
	rapid.Check(t, p.check)
	t.Logf("\nTHREE SEGMENTS. The listener answers a SYN with its own new number, and opens when that number is acknowledged.\n"+
		"Whoever sent an old SYN does not acknowledge it: an idle host answers with a RST.\n\n"+
		"%d random runs, %d steps in all: no connection that nobody asked for, and no data and no FIN of another incarnation.\n"+
		"The premises: initial sequence numbers are above all that were used before, no old SYN of the listener's meets the\n"+
		"opener (theorem old-syn-at-opener), and no user CLOSEs before its connection is open (theorem early-close-old-data).\n"+
		"Random runs prove nothing. The theorems three-segments-... are searched exhaustively, in smaller scenarios.",
		p.tally.runs, p.tally.steps)
}

func FuzzFindsGhostConnection(f *testing.F) { f.Fuzz(rapid.MakeFuzz(twoSegmentsGhost.check)) }
func FuzzFindsOldData(f *testing.F)         { f.Fuzz(rapid.MakeFuzz(twoSegmentsOldData.check)) }
func FuzzThreeSegments(f *testing.F)        { fuzz(f, threeSegments.check) }
