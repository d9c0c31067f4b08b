package hunt

import (
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
)

var (
	scenarios = flag.Uint64("hunt.scenarios", 300, "how many random scenarios the hunt tries")
	seed      = flag.Uint64("hunt.seed", 1, "what the scenarios are drawn from")
	first     = flag.Uint64("hunt.first", 0, "the number of the first scenario; with -hunt.scenarios 1 it is tried alone")
	limit     = flag.Duration("hunt.time", 0, "end the hunt after so long (0: when all scenarios were tried)")
	oneWay    = flag.Bool("hunt.one-way", false, "search each system in one more way in turn, and not in every store with any number of workers")
	onDisk    = flag.Uint64("hunt.disk", 100, "search one scenario in so many on disk as well, which takes long (0: none)")
	maxStates = flag.Uint64("hunt.states", 1500, "leave out a scenario whose whole space has more states")
)

// Random scenarios, searched whole and with every set of reductions, in every store and with 1, 2 and 4 workers, have
// one answer.
func TestHunt(t *testing.T) {
	different := 0
	h, disk := New(*maxStates, ""), New(*maxStates, t.TempDir())
	begun := time.Now()
	var sum tally
	for n := *first; n < *first+*scenarios && different < 3 && (*limit == 0 || time.Since(begun) < *limit); n++ {
		sc := Scenario(*seed, n)
		if h.OneWay, disk.OneWay = *oneWay, *oneWay; n > *first && n%1000 == 0 {
			t.Logf("%v, after %.0f s", sum, time.Since(begun).Seconds())
		}
		try := h.Try
		if *onDisk > 0 && n%*onDisk == 0 {
			try = disk.Try
		}
		r, err := try(t.Context(), sc)
		if err != nil {
			t.Fatalf("scenario %d of seed %d: %v", n, *seed, err)
		}
		sum.add(r)
		if len(r.Differences) > 0 {
			different++
			t.Errorf("scenario %d of seed %d has two answers:\n  %s\n\n%s\nAlone: go test ./internal/hunt -run TestHunt -hunt.seed %d -hunt.first %d -hunt.scenarios 1 -hunt.states %d",
				n, *seed, strings.Join(r.Differences, "\n  "), file(sc), *seed, n, *maxStates)
		}
	}
	t.Logf("seed %d: %v, in %.0f s", *seed, sum, time.Since(begun).Seconds())
	if sum.tried >= 100 {
		sum.check(t)
	}
}

// file is the scenario as a file that asks for all that it watches.
func file(sc netfake.Scenario) string {
	f := scenario.File{Scenario: sc}
	for _, name := range sc.Watch.Names() {
		f.Always = append(f.Always, "no-"+name)
	}
	return string(scenario.Format(f))
}

// tally counts what came of many scenarios.
type tally struct {
	tried, finished, cut, violated, different, searches int
	states                                              uint64
	reduced                                             [netfake.AllReductions + 1]int
}

func (s *tally) add(r Report) {
	s.tried++
	s.searches += r.Searches
	if !r.Finished {
		return
	}
	s.finished++
	s.states += r.States
	if r.Cut {
		s.cut++
	}
	if r.Violations > 0 {
		s.violated++
	}
	if len(r.Differences) > 0 {
		s.different++
	}
	for _, in := range r.Reduced {
		s.reduced[in]++
	}
}

// String tells it in a line.
func (s tally) String() string {
	text := fmt.Sprintf("%d scenarios, %d too large, %d of the others cut off by a bound; %d states, %d searches; %d with a violation; %d different",
		s.tried, s.tried-s.finished, s.cut, s.states, s.searches, s.violated, s.different)
	for in, n := range s.reduced {
		if in > 0 {
			text += fmt.Sprintf("; by %v %d", netfake.Reductions(in), n)
		}
	}
	return text
}

// check claims that the hunt has something to compare.
func (s *tally) check(t *testing.T) {
	if s.finished < s.tried/3 || s.violated < s.finished/10 || s.cut > s.finished/2 {
		t.Errorf("the scenarios are too large, or too little goes wrong in them: %v", *s)
	}
	for in, n := range s.reduced {
		if in > 0 && n == 0 {
			t.Errorf("no scenario was reduced by %v", netfake.Reductions(in))
		}
	}
}
