package properties

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

// entry is a theorem, or a variant of one, as a property of random runs.
type entry struct {
	property
	expect explore.Verdict
}

// catalogue is every theorem and every variant that has a scenario.
func catalogue() (list []entry) {
	add := func(name string, expect explore.Verdict) {
		q, err := Find(name)
		if err != nil {
			return // a check of the model, without a scenario
		}
		of, _, _ := strings.Cut(name, "/")
		wide := everything &^ roles &^ needed[of] &^ needed[name]
		e := entry{expect: expect}
		e.property = property{name: name, steps: 80, draw: func(t *rapid.T) Question { return wide.widened(t, name, q) },
			least: func(*rapid.T) Question { return q }, live: q.Live != nil && q.Live.Within == 0}
		list = append(list, e)
	}
	for _, th := range Theorems() {
		add(th.Name, th.Expect)
		for _, v := range th.Variants {
			add(th.Name+"/"+v.Name, v.Expect)
		}
	}
	return list
}

// needed are the ways in which a theorem's scenario must not be made wider: with them it is false.
var needed = map[string]width{
	"simultaneous-open": opens, // a SYN of an OPEN before is an old SYN at an opener
	"old-syn-at-opener/a window that begins one before (A8)": oldSegments, // an old segment draws an ACK from who has not confirmed
	"wait-keeps-old-fin-out":                                 opens,       // B gives up in SYN-RECEIVED and listens again: no TIME-WAIT between
	"wait-keeps-old-fin-out-longer":                          opens,
	"blind-rst":                                              octets,  // the number becomes the next one
	"ghost-ack/one lower":                                    buffers, // the window is larger
}

// mostDraws is within how many runs what fails is found.
const mostDraws = 10_000

func TestEveryTheoremThatHolds(t *testing.T) {
	for _, e := range catalogue() {
		if e.expect != explore.Verified {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			p, begun := e.property, time.Now()
			p.tally = &tally{}
			rapid.Check(t, p.check)
			t.Logf("%d runs, %d steps, %d with a witness, %d cut off, %.2f s", p.tally.runs, p.tally.steps, p.tally.witnessed, p.tally.cut, time.Since(begun).Seconds())
		})
	}
}

func TestEveryTheoremThatFails(t *testing.T) {
	pins := readPins(t)
	for _, e := range catalogue() {
		if e.expect != explore.Violated {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			shortest := pins.shortest(t, e.name)
			f, ok := seek(t, e.property, mostDraws, shortest+2)
			if !ok {
				t.Fatalf("nothing was found in %d runs", f.draws)
			}
			t.Logf("found in run %d, of %d steps; by rapid %d, in the end %d; the shortest has %d; %.2f s", f.draws, f.first, f.byRapid, f.run.Steps(), shortest, f.took.Seconds())
			if f.run.Steps() > shortest+2 {
				t.Error("too long")
			}
		})
	}
}
