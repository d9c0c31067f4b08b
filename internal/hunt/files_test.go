package hunt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Scenarios in which a reduction once gave another answer, or in which an observer once saw too much or too little,
// have the right answer in every search.
func TestFiles(t *testing.T) {
	want := map[string]struct {
		verdict explore.Verdict
		steps   int
	}{
		"syn-in-window.toml":             {explore.Verified, 0},
		"syn-in-window-one-segment.toml": {explore.Verified, 0},
		"syn-in-window-deaf-peer.toml":   {explore.Verified, 0},
		"old-data-at-a-closer.toml":      {explore.Violated, 2},
		"data-on-syn-twice.toml":         {explore.Violated, 6},
	}
	names, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(names) != len(want) {
		t.Fatalf("got %d files (%v), want %d", len(names), err, len(want))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			f, err := scenario.Parse(name, data, nil)
			if err != nil {
				t.Fatal(err)
			}
			w := want[filepath.Base(name)]
			for use := range netfake.AllReductions + 1 {
				o, err := properties.Question{Scenario: f.Scenario, Always: properties.Named(f.Always...)}.Answer(t.Context(), properties.Settings{Without: netfake.AllReductions &^ use})
				if err != nil || o.Verdict != w.verdict || o.Run.Steps() != w.steps && w.steps > 0 {
					t.Errorf("with %v: got %v after %d steps (%v), want %v after %d", use, o.Verdict, o.Run.Steps(), err, w.verdict, w.steps)
				}
			}
			f.Scenario.Watch = 1<<netfake.NumFaults - 1
			r, err := New(100_000, "").Try(t.Context(), f.Scenario)
			if err != nil || !r.Finished || len(r.Differences) > 0 {
				t.Errorf("%v: finished %v, differences %v", err, r.Finished, r.Differences)
			}
		})
	}
}
