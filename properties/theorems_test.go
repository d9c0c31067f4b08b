package properties

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Every theorem has the answer that it expects, a witness that it is not vacuous, and variants
// that have the answers that they expect. The counts are pinned: one that changes without a
// reason is a change of the machine, of the network or of the search that nobody meant.
func TestTheorems(t *testing.T) {
	pins := readPins(t)
	for _, th := range Theorems() {
		if th.Long && !golden.Long() {
			continue
		}
		t.Run(th.Name, func(t *testing.T) {
			if len(th.Variants) == 0 || th.Claim == "" || len(th.Sources) == 0 {
				t.Error("a theorem needs a statement, a variant and a source")
			}
			if th.Expect == explore.Verified && th.Check == nil && th.Live == nil && !th.Witness.Asked() {
				t.Error("a theorem that holds needs a witness")
			}
			bothWays(t, pins, func(set Settings) (Outcome, error) { return th.Prove(t.Context(), set) })
			other := false
			for _, v := range th.Variants {
				bothWays(t, pins, func(set Settings) (Outcome, error) { return th.Vary(t.Context(), v, set) })
				other = other || v.Expect != th.Expect
			}
			if !other {
				t.Error("no variant has another answer than the theorem")
			}
		})
	}
	if golden.Updating() {
		pins.write(t)
	}
}

// bothWays searches with the reductions and without: they change the counts, and no answer and no length of a run.
func bothWays(t *testing.T, p pins, search func(Settings) (Outcome, error)) {
	t.Helper()
	o, err := search(Settings{})
	check(t, o, err, p[countsFile])
	whole, err := search(Settings{Without: netfake.AllReductions})
	check(t, whole, err, p[unreducedFile])
	if o.Verdict != whole.Verdict || o.Violated != whole.Violated || len(o.Run) != len(whole.Run) || o.Reason != whole.Reason || o.Witnessed != whole.Witnessed {
		t.Errorf("%s, reduced by %v: got %v %q in %d (%s), want %v %q in %d (%s), as without", o.Name, o.Reduced,
			o.Verdict, o.Violated, len(o.Run), o.Reason, whole.Verdict, whole.Violated, len(whole.Run), whole.Reason)
	}
	isRun(t, o)
}

// isRun claims that what leaves a search is a run of the system itself, and ends in what it says.
func isRun(t *testing.T, o Outcome) {
	t.Helper()
	if o.Verdict != explore.Violated || o.System == nil {
		return
	}
	if err := explore.Replay(o.System, o.Run); err != nil {
		t.Errorf("%s: %v", o.Name, err)
	}
	for _, c := range invariantsNamed(o.Violated) {
		if c.Holds(o.System, o.Run.Last()) {
			t.Errorf("%s: %s holds where the run ends", o.Name, o.Violated)
		}
	}
}

func invariantsNamed(names ...string) (cs []Invariant) {
	for _, c := range Invariants() {
		if slices.Contains(names, c.Name) {
			cs = append(cs, c)
		}
	}
	return cs
}

func check(t *testing.T, o Outcome, err error, counts map[string]string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !o.AsExpected() {
		t.Errorf("%s: got %v (violated %q, witness %q found %v), want %v", o.Name, o.Verdict, o.Violated, o.Witness, o.Witnessed, o.Expected)
	}
	got := fmt.Sprintf("%v distinct %d generated %d depth %d run %d", o.Verdict, o.Distinct, o.Generated, o.Depth, max(len(o.Run)-1, 0))
	if o.Live != nil {
		got += fmt.Sprintf(" loop %d ticks %d", len(o.Live.Run.Loop), o.Live.Ticks)
		if err := explore.Replay(o.System, o.Live.Run.Unroll(2)); err != nil && len(o.Run) > 0 {
			t.Errorf("%s: %v", o.Name, err)
		}
	}
	if golden.Updating() {
		counts[o.Name] = got
	}
	if diff := cmp.Diff(counts[o.Name], got); diff != "" {
		t.Errorf("%s (-pinned +got):\n%s", o.Name, diff)
	}
}

// The pinned counts, with the reductions and without.
const (
	countsFile    = "testdata/counts.txt"
	unreducedFile = "testdata/counts-unreduced.txt"
)

// pins are the pinned counts by file and by outcome.
type pins map[string]map[string]string

// readPins reads the files: a line for each outcome, "name: counts".
func readPins(t *testing.T) pins {
	t.Helper()
	p := pins{}
	for _, file := range []string{countsFile, unreducedFile} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p[file] = map[string]string{}
		for line := range strings.Lines(string(text)) {
			if name, rest, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
				p[file][name] = rest
			}
		}
	}
	return p
}

func (p pins) write(t *testing.T) {
	t.Helper()
	for file, counts := range p {
		golden.Write(t, file, lines(counts))
	}
}

// lines writes a line "name: value" for each entry, in the order of their names.
func lines(m map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%s: %s\n", name, m[name])
	}
	return b.String()
}
