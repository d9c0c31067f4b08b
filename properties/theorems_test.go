package properties

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
)

var update = flag.Bool("update", false, "write testdata/counts.txt anew")

const countsFile = "testdata/counts.txt"

// Every theorem has the answer that it expects, a witness that it is not vacuous, and variants
// that have the answers that they expect. The counts are pinned: one that changes without a
// reason is a change of the machine, of the network or of the search that nobody meant.
func TestTheorems(t *testing.T) {
	var counts strings.Builder
	for _, th := range Theorems() {
		if th.Long && os.Getenv("TCPCHECK_LONG") == "" {
			continue
		}
		t.Run(th.Name, func(t *testing.T) {
			if len(th.Variants) == 0 || th.Statement == "" || len(th.Sources) == 0 {
				t.Error("a theorem needs a statement, a variant and a source")
			}
			if th.Expect == explore.Verified && th.Check == nil && th.Witness.Holds == nil {
				t.Error("a theorem that holds needs a witness")
			}
			o, err := th.Prove(context.Background(), Settings{})
			check(t, o, err, &counts)
			other := false
			for _, v := range th.Variants {
				o, err := th.Vary(context.Background(), v, Settings{})
				check(t, o, err, &counts)
				other = other || v.Expect != th.Expect
			}
			if !other {
				t.Error("no variant has another answer than the theorem")
			}
		})
	}
	if *update {
		if err := os.WriteFile(countsFile, []byte(counts.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(countsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(counts.String(), "\n")); diff != "" && !t.Failed() {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func check(t *testing.T, o Outcome, err error, counts *strings.Builder) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !o.AsExpected() {
		t.Errorf("%s: got %v (violated %q, witness %q found %v), want %v", o.Name, o.Verdict, o.Violated, o.Witness, o.Witnessed, o.Expected)
	}
	fmt.Fprintf(counts, "%s: %v distinct %d generated %d depth %d run %d\n", o.Name, o.Verdict, o.Distinct, o.Generated, o.Depth, max(len(o.Run)-1, 0))
}
