package saturate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestSaturateSaysFromWhereOnNothingChanges(t *testing.T) {
	status, out, _ := clitest.Run(t, "saturate", "three-segments-idle", "--max-states", "7000")
	for _, want := range []string{
		"three-segments-idle (VERIFIED)",
		"octets of A, 0: the folded space does not change from 0 on (searched to 2); VERIFIED throughout",
		"is not known to settle",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	if status != exit.Incomplete {
		t.Errorf("status %d, want 3, since some bounds did not settle", status)
	}
}

// A bound that changes the answer is a premise, and the command says at which value.
func TestSaturateTellsWhereTheAnswerChanges(t *testing.T) {
	status, out, _ := clitest.Run(t, "saturate", "blind-data", "--json", "--max-states", "20000")
	var doc report.Saturations
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	got := doc.Theorems
	if len(got) != 1 || len(got[0].Bounds) < 3 || got[0].Expected != "VERIFIED" {
		t.Fatalf("got %+v", got)
	}
	for _, sat := range got[0].Bounds {
		for _, step := range sat.Steps {
			if step.Verdict == "VIOLATED" && status != exit.Violated {
				t.Errorf("status %d, and %s changes the answer at %d", status, sat.Bound, step.Value)
			}
		}
	}
}

func TestSaturateRefusesUnusableNumbers(t *testing.T) {
	for _, args := range [][]string{{"saturate", "--raise", "0"}, {"saturate", "nobody"}, {"saturate", "--json", "--markdown"}} {
		if status, _, stderr := clitest.Run(t, args...); status != exit.Usage || !strings.Contains(stderr, "expected") {
			t.Errorf("%v: status %d, %q; want 2", args, status, stderr)
		}
	}
}
