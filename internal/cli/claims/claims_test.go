package claims_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestAClaimIsShownWithItsRuns(t *testing.T) {
	status, out, _ := clitest.Run(t, "claims", "two-way-only-wastes", "third-seq", "capture-request")
	if status != exit.OK {
		t.Errorf("status %d, want 0", status)
	}
	for _, want := range []string{"two-way-only-wastes (said by 1 of 5 explanations): REFUTED", "*** foreign-data", "TCP Peer A",
		"want <SEQ=301>", "(expected", "10.0.2.2:51321", "Correct: It is worse than waste"} {
		if has := strings.Contains(out, want); has == (want == "(expected") {
			t.Errorf("has %q: %v\n%s", want, has, out)
		}
	}
}

func TestTheTableOfClaims(t *testing.T) {
	status, out, _ := clitest.Run(t, "claims")
	if status != exit.OK {
		t.Errorf("status %d, want 0", status)
	}
	clitest.Narrow(t, out)
	for _, want := range []string{"ports                     2 of 5       REFUTED\n    Says: A port has 16 bits", "    not true: 2^16 = 65535 (2^16 = 65536)", "53 judged: ", " 0 unknown; 0 not as expected"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestABentMachineChangesClaims(t *testing.T) {
	status, out, _ := clitest.Run(t, "claims", "--set", "handshake=two", "three-segments")
	if want := "three-segments (said by all explanations): REFUTED (expected HOLDS)"; status != exit.Violated || !strings.Contains(out, want) {
		t.Errorf("status %d, want 1 and %q:\n%s", status, want, out)
	}
	status, out, _ = clitest.Run(t, "claims", "--timeout", "1ns", "ack-is-next")
	if want := "1 unknown; 0 not as expected, 1 open: "; status != exit.Incomplete || !strings.Contains(out, want) {
		t.Errorf("a claim whose search is cut off: status %d, want 3 and %q:\n%s", status, want, out)
	}
}

func TestClaimsAsJSONAndMarkdown(t *testing.T) {
	status, out, _ := clitest.Run(t, "claims", "--json", "client-ignores", "three-segments")
	var doc report.Claims
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != exit.OK {
		t.Fatalf("status %d, %v", status, err)
	}
	got := doc.Claims
	if len(got) != 2 || len(got[0].Evidence) != 1 || len(got[0].Evidence[0].Run) != 3 || len(got[0].Evidence[0].Outcome.Premises) == 0 || got[1].Evidence[0].Text == "" {
		t.Errorf("got %+v", got)
	}
	status, out, _ = clitest.Run(t, "claims", "--markdown", "third-seq")
	if want := "| third-seq | 1 of 5 | The third segment carries seq = K+1. | REFUTED | not true: with J = 100 and K = 300 the third segment has seq = 301 (got &lt;SEQ=101>"; status != exit.OK || !strings.Contains(out, want) {
		t.Errorf("status %d, want %q:\n%s", status, want, out)
	}
}

func TestUnusableClaimsAreStatus2(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"claims no-such-claim", `claim "no-such-claim": expected one of tuple`},
		{"claims --set no-such-policy=on", `found no policy "no-such-policy", expected one of handshake`},
		{"claims --set handshake=six", `found "six", expected one of three`},
		{"claims --set mutant=no-such-mutant", `mutant "no-such-mutant": expected one of`},
		{"claims --json --markdown", "found together"},
	} {
		status, _, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("tcpcheck %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}
