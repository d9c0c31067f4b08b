package properties

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
)

// entry is a theorem, or a variant of one, as a property of random runs.
type entry struct {
	property
	asked  Question
	wide   width
	expect explore.Verdict
	long   bool
}

// entries are every theorem and every variant that has a scenario.
var entries = sync.OnceValue(func() (list []entry) {
	add := func(name string, expect explore.Verdict, long bool) {
		q, err := Find(name)
		if err != nil {
			return // a check of the model, without a scenario
		}
		of, _, _ := strings.Cut(name, "/")
		wide := everything &^ roles &^ refuted(of) &^ refuted(name)
		e := entry{asked: q, wide: wide, expect: expect, long: long}
		e.property = property{name: name, steps: 80, draw: func(t *rapid.T) Question { return wide.widened(t, name, q) },
			least: func(*rapid.T) Question { return q }, live: q.Live != nil && q.Live.Within == 0}
		list = append(list, e)
	}
	for _, th := range Theorems() {
		add(th.Name, th.Expect, th.Long)
		for _, v := range th.Variants {
			add(th.Name+"/"+v.Name, v.Expect, th.Long)
		}
	}
	return list
})

// needed are the ways in which a theorem's scenario must not be made wider: with any of them it is false, also alone.
var needed = map[string][]width{
	"simultaneous-open": {opens}, // a SYN of an OPEN before is an old SYN at an opener
	"early-close-old-data/recent ACKs only (RFC 5961 §5)": {oldSegments}, // an old ACK that is recent: ISS itself
	// An old segment, the SYN of an OPEN before, or a RST with SEQ=0 in the window draws an ACK from who has not confirmed.
	"old-syn-at-opener/a window that begins one before (A8)": {oldSegments, opens, numbers},
	// B gives up in SYN-RECEIVED and listens again, without TIME-WAIT.
	"wait-keeps-old-fin-out":                                            {opens},
	"wait-keeps-old-fin-out-longer":                                     {opens},
	"no-wait-old-fin/TIME-WAIT 3":                                       {opens},
	"assassination-old-fin/RST ignored in TIME-WAIT (F1), normal close": {opens},
	"listener-outlives-old-syn":                                         {oldSegments, opens | numbers}, // the listener's user closes it after two SYNs that it answered
	// A segment takes longer than the tick in which it is sent, or the wait is longer.
	"comes-again-at-once":        {lengths},
	"comes-again-after-the-wait": {lengths},
	// An answer takes longer than R; or the window is not shut, and what was overtaken waits for R without a probe.
	"shut-window-stays-open":    {lengths, octets | buffers | readings},
	"answered-probes-keep-open": {lengths, octets | buffers | readings},
	"blind-rst":                 {octets},  // the number of the RST becomes the next one
	"ghost-ack/one lower":       {buffers}, // the window is larger
}

// refuted are all of these ways of a theorem or variant.
func refuted(name string) (all width) {
	for _, w := range needed[name] {
		all |= w
	}
	return all
}

// mostDraws ends the search for a run that fails. What fails is found in far fewer.
const mostDraws = 50_000

// Each way in which a scenario must not be made wider is one that refutes the theorem, by itself.
func TestWhatIsNeededIsNeeded(t *testing.T) {
	var done []entry
	for _, e := range entries() {
		if e.long && !golden.Everything() || slices.ContainsFunc(done, e.sameScenario) {
			continue
		}
		for _, w := range needed[e.name] {
			t.Run(e.name+"/"+w.String(), func(t *testing.T) { e.needs(t, w) })
			done = append(done, e)
		}
	}
}

// sameScenario: a variant of one theorem can be what another asks.
func (e entry) sameScenario(other entry) bool {
	return e.name != other.name && reflect.DeepEqual(e.asked.Scenario, other.asked.Scenario)
}

// needs claims that the theorem fails in scenarios that are wider in the given way.
func (e entry) needs(t *testing.T, way width) {
	p := e.property
	p.least, p.draw = nil, func(t *rapid.T) Question { return way.widened(t, e.name, e.asked) }
	f, ok := seek(t, p, 4*mostDraws, 0)
	if !ok {
		t.Fatalf("nothing was found in %d runs: the theorem holds with it, or it is not seen to fail", f.draws)
	}
	f.tell(t)
	f.keep(t, e.name+" "+way.String())
}

// onlyByLoop are the theorems and variants that no finite run refutes: what is waited for can follow after each, and does
// not because of what is chosen again and again.
var onlyByLoop = map[string]string{
	"fin-wait-1-ends/a window that stays shut":                            "the probes must be sent and answered in time, again and again",
	"time-waits-end/bare ACKs are answered, and start the wait anew (A6)": "two ends answer each other's ACKs for ever; a network that stops to deliver them ends it",
}

// asked are the entries that expect an answer and that this run is about: larger versions of others only with TCPCHECK_LONG=all.
func asked(expect explore.Verdict) (list []entry) {
	for _, e := range entries() {
		if e.expect == expect && onlyByLoop[e.name] == "" && (!e.long || golden.Everything()) {
			list = append(list, e)
		}
	}
	return list
}

// Every theorem that holds, and every variant, holds on random runs of wider scenarios.
func TestEveryTheoremThatHolds(t *testing.T) {
	var all tally
	for _, e := range asked(explore.Verified) {
		t.Run(e.name, func(t *testing.T) {
			p, begun := e.property, time.Now()
			p.tally = &tally{}
			rapid.Check(t, p.check)
			t.Logf("%d runs, %d steps, %d of the runs with the witness, %d cut off, %.2f s; wider in %v",
				p.tally.runs, p.tally.steps, p.tally.witnessed, p.tally.cut, time.Since(begun).Seconds(), e.wide)
			all.runs, all.steps = all.runs+p.tally.runs, all.steps+p.tally.steps
		})
	}
	t.Logf("%d runs, %d steps in all", all.runs, all.steps)
}

// Every theorem that fails, and every variant, is found to fail by random runs of wider scenarios, and the run is made
// short: at most two steps longer than the shortest. Without TCPCHECK_LONG these are a third of them.
func TestEveryTheoremThatFails(t *testing.T) {
	pins := readPins(t)
	table := fmt.Sprintf("%7s %6s %5s %5s %8s %7s\n", "draws", "steps", "rapid", "end", "shortest", "seconds")
	for i, e := range asked(explore.Violated) {
		if i%3 != 0 && !golden.Long() {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			shortest := e.shortest(t, pins)
			f, ok := seek(t, e.property, mostDraws, shortest+2)
			if !ok {
				t.Fatalf("nothing was found in %d runs", f.draws)
			}
			table += fmt.Sprintf("%7d %6d %5d %5d %8d %7.2f  %s\n", f.draws, f.first, f.byRapid, f.run.Steps(), shortest, f.took.Seconds(), e.name)
			f.isShort(t, shortest)
		})
	}
	t.Logf("found after so many draws, in a run of so many steps; what rapid made of it, and what is left in the end; the shortest\n%s", table)
}

// Any theorem that holds, and any that fails, on one random run: the fuzzer looks for runs that refute the first, and
// finds those that refute the second.
var (
	anyThatHolds = func(t *rapid.T) { anEntry(t, explore.Verified).check(t) }
	anyThatFails = func(t *rapid.T) { anEntry(t, explore.Violated).check(t) }
)

func anEntry(t *rapid.T, expect explore.Verdict) entry {
	list := asked(expect)
	return list[dice(len(list)).Draw(t, "theorem")]
}

func FuzzEveryTheoremThatHolds(f *testing.F) { fuzz(f, anyThatHolds) }
func FuzzFindsWhatFails(f *testing.F)        { f.Fuzz(rapid.MakeFuzz(anyThatFails)) }

// fuzz lets the fuzzer change some long random runs of a property that holds.
func fuzz(f *testing.F, check func(*rapid.T)) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 4 {
		draws := make([]byte, 8<<10)
		for i := range draws {
			draws[i] = byte(rnd.Uint32())
		}
		f.Add(draws)
	}
	f.Fuzz(rapid.MakeFuzz(check))
}

// The properties that hold can fail: with a mutant of the model each of these is found to be broken.
func TestPropertiesCanFail(t *testing.T) {
	for _, c := range []struct {
		property
		mutant model.Mutant
	}{
		{threeSegments, model.SynRcvdAnyAck}, {threeSegments, model.SynSentAnyAck}, {waitedEnough, model.NoTimeWait},
		{named(t, "stream-integrity"), model.TextOutOfOrder}, {named(t, "three-segments-talking"), model.SynSentNeedsNoSyn},
		{named(t, "wait-spares-last-ack"), model.NoTimeWait}, {longStream, model.OldTextAgain}, {named(t, "syn-sent-ends"), model.NoRetransmission},
	} {
		t.Run(c.name+"/"+c.mutant.String(), func(t *testing.T) {
			p, draw := c.property, c.draw
			p.least, p.draw = nil, func(t *rapid.T) Question {
				q := draw(t)
				mutant(c.mutant)(&q)
				return q
			}
			run := p.finds(t, mostDraws)
			if run == 0 {
				t.Fatalf("the mutant was not noticed in %d runs", mostDraws)
			}
			t.Logf("noticed in run %d", run)
		})
	}
}

// named is the property of a theorem or variant.
func named(t testing.TB, name string) property {
	t.Helper()
	for _, e := range entries() {
		if e.name == name {
			return e.property
		}
	}
	t.Fatal(name)
	return property{}
}
