package verify_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestVerifyPremises(t *testing.T) {
	for _, c := range []struct {
		what, args string
		status     int
		want       string
	}{
		{"a premise that is needed", "blind-syn", exit.OK, "needed: nobody else sends segments to A or B (1 step)"},
		{"a run is drawn", "blind-syn --show attacks=rfc793", exit.OK, "no-foreign-reset does not hold"},
		{"a run that is a lasso is drawn", "syn-sent-ends --show arrival", exit.OK, "again"},
		{"without a run there is nothing to draw", "blind-syn --show A-crash", exit.OK, "not needed, and there is no run to show"},
		{"a limit leaves it open", "three-segments-opening --show A-octets --max-states 30", exit.Incomplete, "open after"},
		{"the table", "blind-syn --markdown", exit.OK, "| attacker | 1 |"},
	} {
		status, out, stderr := clitest.Run(t, append([]string{"verify", "--premises"}, strings.Fields(c.args)...)...)
		if status != c.status || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, %q; want %d and %q in\n%s", c.what, status, stderr, c.status, c.want, out)
		}
	}
}

func TestVerifyPremisesAsJSON(t *testing.T) {
	status, out, _ := clitest.Run(t, "verify", "--premises", "--json", "blind-syn")
	var doc report.Premises
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != exit.OK || len(doc.Questions) != 1 {
		t.Fatalf("status %d, %v, %d theorems", status, err, len(doc.Questions))
	}
	got := doc.Questions
	answers := map[string]int{}
	for _, c := range got[0].Premises {
		answers[c.Answer]++
		if (c.Answer == "needed") != (c.Steps > 0) || c.Statement == "" {
			t.Errorf("%+v: want steps where it is needed, and a text", c)
		}
	}
	if answers["needed"] == 0 || answers["not needed"] == 0 || len(got[0].Unsaid) > 0 {
		t.Errorf("got %v, unsaid %v", answers, got[0].Unsaid)
	}
}

func TestUnusablePremisesAreStatus2(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--markdown blind-syn", "--markdown: found without --premises"},
		{"--premises --show attacker", "--show: found "},
		{"--premises --show nothing blind-syn", `premise "nothing": expected one of A-opened`},
		{"--premises two-segments-ghost", "theorem two-segments-ghost: found a theorem that is expected to fail"},
		{"--premises --show horizon blind-syn", "premise horizon: it does not apply to the scenario of blind-syn"},
		{"--premises --json --markdown blind-syn", "--markdown, --json: found together"},
	} {
		status, _, stderr := clitest.Run(t, append([]string{"verify"}, strings.Fields(c.args)...)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("verify %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}
