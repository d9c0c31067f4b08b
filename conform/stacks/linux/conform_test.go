package linux

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/rig"
)

// file is the table of deviations. All its entries were seen in kernels of one series, such as 6.18.
const file = "deviations.toml"

// The kernel differs from the machine in what the table says, and in nothing else; and in all that it says.
func TestAgainstTheMachine(t *testing.T) {
	version := start(t).Hello().Version
	table, err := conform.ReadTable(file)
	if err != nil {
		t.Fatal(err)
	}
	// What takes its time is the silence after each step, and not the processor: many connections wait side by side.
	o := conform.Options{Cover: conform.CoverPlaces, Parallel: 64}
	seen := table.Deviations[0].Seen
	if series(version) != series(seen) {
		o.Table = table
		compareOther(t, o, seen)
		return
	}
	o.Steps = 200
	rig.Compare(t, New, file, o, 1, 8)
}

// series is that of a kernel: "6.18" of "6.18.44-generic".
func series(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// compareOther compares a kernel that the table is not of. Where it differs is shown, and fails nothing: it is for
// a person to say whether the kernel has changed. That most pairs are as expected holds for every kernel.
func compareOther(t *testing.T, o conform.Options, seen string) {
	r, err := conform.Check(t.Context(), New, o)
	if err != nil {
		t.Fatal(err)
	}
	if all, known := r.Compared(), r.Agree+r.Known; all == 0 || known*4 < all*3 {
		t.Errorf("at least three of four pairs are as the table says, got %d of %d", known, all)
	}
	for _, f := range r.Findings {
		t.Logf("%d pairs in %v at %v: the kernel %s", f.Pairs, f.States, f.Inputs, f.Change)
	}
	for _, u := range r.Unused {
		t.Logf("not seen: %s", u.Name)
	}
	if !r.OK() && !t.Failed() {
		t.Skipf("skipped: the table is of Linux %s, and this is %s: %d of %d pairs differ in other ways, and %d entries were not seen",
			seen, r.Version, r.Unexplained, r.Compared(), len(r.Unused))
	}
}
