package verify_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestVerifyPrintsALineForEachTheorem(t *testing.T) {
	status, out, _ := clitest.Run(t, "verify", "three-segments-idle", "two-segments-ghost")
	if status != exit.OK {
		t.Errorf("status %d, want 0", status)
	}
	for _, want := range []string{"three-segments-idle           VERIFIED  yes", "two-segments-ghost            VIOLATED  yes, 2 steps", "2 theorems and 4 variants: all as expected"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestVerifyAsJSONHasPremisesAndVariants(t *testing.T) {
	status, out, _ := clitest.Run(t, "verify", "--json", "three-segments-idle")
	var doc report.Theorems
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != exit.OK {
		t.Fatalf("status %d, %v", status, err)
	}
	got := doc.Theorems
	if len(got) != 1 || len(got[0].Premises) < 3 || len(got[0].Variants) != 3 || got[0].Distinct == 0 {
		t.Errorf("got %+v", got)
	}
}

func TestUnusableInputIsStatus2AndSaysWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"verify no-such-theorem", `theorem "no-such-theorem": expected one of one-segment-ghost`},
		{"why no-such-topic", `topic "no-such-topic": expected one of two-way`},
		{"mutants no-such-mutant", `mutant "no-such-mutant": expected one of closed-is-silent`},
		{"verify --workers many", "many"},
		{"no-such-command", "no-such-command"},
	} {
		status, _, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("tcpcheck %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}

func TestAnInterruptedVerifyIsIncomplete(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if status, out, errs := clitest.RunIn(ctx, nil, "verify"); status != exit.Incomplete || !strings.Contains(errs, "interrupted before one-segment-ghost") {
		t.Errorf("status %d, want 3 and where it stopped:\n%s%s", status, out, errs)
	}
}

func TestMutantsNamesWhatNotices(t *testing.T) {
	status, out, _ := clitest.Run(t, "mutants", "syn-rcvd-any-ack")
	change := "in ackSynReceived: m.t.Snd.Una.Less(m.seg.Ack) && m.seg.Ack.AtMost(m.t.Snd.Nxt)  becomes  true\n"
	for _, want := range []string{"three-segments-idle", "0 survive", change} {
		if status != exit.OK || !strings.Contains(out, want) {
			t.Errorf("status %d, expected %q:\n%s", status, want, out)
		}
	}
}
