package hazards_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// TestHazardIsDrawnAndExplained: a number shows the run, what makes the danger go, and what is not expressible.
func TestHazardIsDrawnAndExplained(t *testing.T) {
	status, out, _ := clitest.Run(t, "hazards", "4", "31")
	if status != exit.OK {
		t.Errorf("status %d, want 0", status)
	}
	for _, want := range []string{
		"4. syn-overtakes-rst\n====", "(old)        ... <SEQ=98><CTL=SYN>                  --> SYN-RECEIVED", "*** foreign-reset",
		"Prevented by: the new SYN outside the old one's window, provided that each side opens", "Remark: ", "Shown by: the model of RFC 9293: FOLLOWED (dialogue self-connect)",
		"DEPARTS (dialogue self-connect): line", "Not modelled: A scenario has two endpoints",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestHazardsPrintALineEach(t *testing.T) {
	status, out, _ := clitest.Run(t, "hazards", "--each", "assassination", "bad-ack-in-syn-received")
	if status != exit.OK {
		t.Errorf("status %d, want 0", status)
	}
	clitest.Narrow(t, out)
	for _, want := range []string{" 11 assassination                 VIOLATED 7    2 of 2  VERIFIED  2 of 2  rst-in-time-wait=ignore (F1)",
		" 19 bad-ack-in-syn-received       VIOLATED 3    1 of 1  VERIFIED", "2 hazards: each appears, and is prevented as expected"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestHazardsAsJSONHaveRunsAndPremises(t *testing.T) {
	status, out, _ := clitest.Run(t, "hazards", "--json", "20")
	var doc report.Hazards
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != exit.OK || len(doc.Hazards) != 1 {
		t.Fatalf("status %d, %v: %s", status, err, out)
	}
	got := doc.Hazards
	shown, gone := got[0].Shown[0], got[0].Gone[0]
	if !*got[0].AsExpected || shown.Verdict != "VIOLATED" || shown.Loop == 0 || len(shown.Run) != shown.Steps+shown.Loop || len(shown.Premises) < 3 ||
		gone.Verdict != "VERIFIED" || gone.Distinct == 0 || gone.Run != nil {
		t.Errorf("got %+v", got)
	}
	var list report.Hazards
	status, out, _ = clitest.Run(t, "hazards", "--list", "--json")
	if err := json.Unmarshal([]byte(out), &list); err != nil || status != exit.OK || len(list.Hazards) != len(hazards.Hazards()) || list.Hazards[0].AsExpected != nil {
		t.Errorf("the list has %d hazards, %v", len(list.Hazards), err)
	}
}

// TestAHazardThatIsNotFinished: a search that is cut off, or never begins, is incomplete, and says so.
func TestAHazardThatIsNotFinished(t *testing.T) {
	status, out, _ := clitest.Run(t, "hazards", "assassination", "--mem", "1KiB", "--each")
	if status != exit.Incomplete || !strings.Contains(out, "UNKNOWN") || !strings.Contains(out, "incomplete") {
		t.Errorf("status %d:\n%s", status, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if status, _, e := clitest.RunIn(ctx, nil, "hazards", "19"); status != exit.Incomplete || !strings.Contains(e, "interrupted before bad-ack") {
		t.Errorf("interrupted: status %d, %s", status, e)
	}
}

func TestHazardsThatAreNone(t *testing.T) {
	for _, args := range []string{"hazards 99", "hazards 0", "hazards no-such", "hazards 11 --workers -1", "hazards --timeout x"} {
		if status, _, stderr := clitest.Run(t, strings.Fields(args)...); status != exit.Usage || !strings.Contains(stderr, "expected") {
			t.Errorf("%s: status %d, %s", args, status, stderr)
		}
	}
}
