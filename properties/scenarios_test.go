package properties

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/scenario"
)

// Scenarios in which a reduction once changed the answer have the right one, whatever is reduced.
func TestScenariosUnderEveryReduction(t *testing.T) {
	for file, want := range map[string]explore.Verdict{
		"syn-in-window.toml":             explore.Verified,
		"syn-in-window-one-segment.toml": explore.Verified,
		"syn-in-window-deaf-peer.toml":   explore.Verified,
	} {
		name := filepath.Join("testdata", "reductions", file)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := scenario.Parse(name, data, nil)
		if err != nil {
			t.Fatal(err)
		}
		for r := range netfake.AllReductions + 1 {
			set := Settings{Without: netfake.AllReductions &^ r}
			o, err := Search(t.Context(), f.Scenario, invariantsNamed(f.Always...), Condition{}, set)
			if err != nil || o.Verdict != want {
				t.Errorf("%s, reduced by %v: got %v (%v), want %v", file, r, o.Verdict, err, want)
			}
		}
	}
}
