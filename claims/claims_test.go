package claims

import (
	"testing"
)

func TestVerdicts(t *testing.T) {
	for _, c := range All() {
		t.Run(c.ID, func(t *testing.T) {
			j, err := c.Judge(t.Context(), Settings{})
			if err != nil {
				t.Fatal(err)
			}
			if !j.AsExpected() {
				t.Errorf("got %s, want %s", j.Verdict, j.Expect)
			}
			for _, f := range j.Findings {
				n := uint64(0)
				if f.Outcome != nil {
					n = f.Outcome.Distinct
				}
				t.Logf("%v given %q: %s: %s (%d)", f.Side, f.Given, f.Shows, f.Brief, n)
			}
		})
	}
}
