package properties

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
)

var update = flag.Bool("update", false, "pin the counts of the theorems that are run anew")

// Every theorem has the answer that it expects, a witness that it is not vacuous, and variants
// that have the answers that they expect. The counts are pinned: one that changes without a
// reason is a change of the machine, of the network or of the search that nobody meant.
func TestTheorems(t *testing.T) {
	counts := readCounts(t)
	for _, th := range Theorems() {
		if th.Long && os.Getenv("TCPCHECK_LONG") == "" {
			continue
		}
		t.Run(th.Name, func(t *testing.T) {
			if len(th.Variants) == 0 || th.Statement == "" || len(th.Sources) == 0 {
				t.Error("a theorem needs a statement, a variant and a source")
			}
			if th.Expect == explore.Verified && th.Check == nil && th.Live == nil && th.Witness.Holds == nil {
				t.Error("a theorem that holds needs a witness")
			}
			o, err := th.Prove(context.Background(), Settings{})
			check(t, o, err, counts)
			other := false
			for _, v := range th.Variants {
				o, err := th.Vary(context.Background(), v, Settings{})
				check(t, o, err, counts)
				other = other || v.Expect != th.Expect
			}
			if !other {
				t.Error("no variant has another answer than the theorem")
			}
		})
	}
	if *update {
		writeCounts(t, counts)
	}
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
	if *update {
		counts[o.Name] = got
	}
	if diff := cmp.Diff(counts[o.Name], got); diff != "" {
		t.Errorf("%s (-pinned +got):\n%s", o.Name, diff)
	}
}

const countsFile = "testdata/counts.txt"

// readCounts reads the pinned counts: a line for each outcome, "name: counts".
func readCounts(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(countsFile)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			counts[name] = rest
		}
	}
	return counts
}

func writeCounts(t *testing.T, counts map[string]string) {
	t.Helper()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%s: %s\n", name, counts[name])
	}
	if err := os.WriteFile(countsFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
