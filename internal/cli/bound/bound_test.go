package bound_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestBoundFindsProvesAndDraws(t *testing.T) {
	status, out, stderr := clitest.Run(t, "bound", "time-wait", "last-ack", "--msl", "2,3", "--give-up", "2,3")
	if status != exit.OK {
		t.Errorf("status %d, %s", status, stderr)
	}
	for _, want := range []string{
		"MSL 2, R 2  T = 3: VERIFIED", "T = 2 and every smaller value: VIOLATED, no-last-ack-reset after 10 steps; 4: VERIFIED",
		"MSL 3, R 3  ####| 4", "T = R + 1 ticks fits 4 points, 1 more than needed, which confirms it",
		"in continuous time: R\n", "expected T = the least of R + 1 and MSL + R - 1: found at 4 of 4 points",
		"MSL 2, R 2, T = 2: a shortest run", "*** last-ack-reset",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	if n := strings.Count(out, "*** last-ack-reset"); n != 1 {
		t.Errorf("%d runs are drawn, want that of the first point", n)
	}
}

func TestBoundOfAChangedScenario(t *testing.T) {
	status, out, _ := clitest.Run(t, "bound", "time-wait", "last-ack", "--msl", "2", "--give-up", "2", "--mutant", "no-time-wait", "--no-runs")
	if status != exit.OK || !strings.Contains(out, "no T up to 11 is safe") || strings.Contains(out, "expected") {
		t.Errorf("status %d:\n%s\nwant no safe value, and nothing expected", status, out)
	}
	status, out, _ = clitest.Run(t, "bound", "time-wait", "b-to-a-c1", "--msl", "2", "--count", "last-ack", "--no-runs")
	if status != exit.OK || !strings.Contains(out, "faults that count: last-ack-reset") {
		t.Errorf("status %d:\n%s", status, out)
	}
}

func TestBoundThatIsCutOffIsIncomplete(t *testing.T) {
	status, out, _ := clitest.Run(t, "bound", "time-wait", "b-to-a-loss", "--msl", "3", "--give-up", "3", "--mem", "1KiB", "--no-runs")
	if status != exit.Incomplete || !strings.Contains(out, "not exhausted") || !strings.Contains(out, "no formula: no point has a smallest safe value") {
		t.Errorf("status %d, want %d and a point that is marked:\n%s", status, exit.Incomplete, out)
	}
}

func TestBoundAsJSONAndSVG(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waits.svg")
	status, out, stderr := clitest.Run(t, "bound", "time-wait", "last-ack", "b-to-a-unbounded", "--msl", "2", "--json", "--svg", file)
	var doc report.Bounds
	err := json.Unmarshal([]byte(out), &doc)
	if err != nil || status != exit.OK {
		t.Fatalf("status %d, %v, %s", status, err, stderr)
	}
	got := doc.Questions
	if len(got) != 2 || len(got[0].Premises) < 3 || got[0].Points[0].Conclusion != "fails" || got[1].Points[0].Conclusion != "holds" {
		t.Fatalf("got %+v", got)
	}
	if p := got[1].Points[0]; *p.Least != 3 || len(p.Tried) != 5 || len(p.Run) != 10 || !p.AsExpected {
		t.Errorf("got %+v, want 3, found after 0 to 2, and 4 besides", p)
	}
	if got[1].Fits[0].Determined || !strings.Contains(got[1].Fits[0].Formula, "?*MSL") {
		t.Errorf("one MSL cannot tell how the bound depends on it: %+v", got[1].Fits)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for d := xml.NewDecoder(f); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestBoundSaysWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"bound", "expected one of time-wait, quiet-time"},
		{"bound no-such-topic", "expected one of time-wait, quiet-time"},
		{"bound time-wait no-such-question", `question "no-such-question": expected one of a-to-b`},
		{"bound time-wait last-ack --octets 2", "found another grid, expected values of --msl, --give-up only"},
		{"bound time-wait --octets 2", "found no question with the parameters of this grid"},
		{"bound time-wait last-ack --msl 0", "--msl: found 0, expected 1 or more"},
		{"bound time-wait last-ack --msl 15", "--msl: found 15, expected 0 to 14"},
		{"bound time-wait last-ack --count syn", `--count: found "syn", expected some of data, fin`},
		{"bound time-wait last-ack --restart often", "--restart"},
		{"bound time-wait last-ack --beyond -1", "--beyond -1: expected a whole number from 0"},
		{"bound time-wait last-ack --runs --no-runs", "found together"},
		{"bound time-wait last-ack --list --json", "found together"},
		{"bound time-wait b-to-a-loss --set both.time-wait=3", "sets A.time-wait itself, by T: expected another key"},
		{"bound time-wait b-to-a-loss --set net.msl=3", "sets net.msl itself, by --msl"},
		{"bound time-wait b-to-a-loss --set both.give-up=3", "sets B.give-up itself, by --give-up"},
		{"bound time-wait last-ack --set watch=[]", "--set watch: expected --count"},
		{"bound isn-rate --isn fresh", "sets A.isn.policy itself, by r"},
		{"bound quiet-time --set A.quiet-time=1", "sets A.quiet-time itself, by Q"},
		{"bound retention two-segments --set B.reopen-delay=1", "sets B.reopen-delay itself, by K"},
		{"bound paws --set A.reopen-delay=1", "sets A.reopen-delay itself, by D"},
		{"bound time-wait last-ack --set net.wire=bag --set net.first-ack=true", "expected a set"},
	} {
		status, _, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("tcpcheck %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}

func TestBoundListsItsPremises(t *testing.T) {
	status, out, _ := clitest.Run(t, "bound", "retention", "--list")
	out = strings.Join(strings.Fields(out), " ") // lines are broken where they are full
	for _, want := range []string{"retention two-segments", "quiet for 1 tick after each connection", "these premises are for MSL 2, R 1 and K = 1; faults that count: foreign-data"} {
		if status != exit.OK || !strings.Contains(out, want) {
			t.Errorf("status %d, output lacks %q:\n%s", status, want, out)
		}
	}
}

// TestBoundAsATable: a row for each question, with what its points support.
func TestBoundAsATable(t *testing.T) {
	status, out, stderr := clitest.Run(t, "bound", "time-wait", "last-ack", "a-to-b-second-opens", "--msl", "2", "--give-up", "2", "--markdown")
	if status != exit.OK {
		t.Errorf("status %d, %s", status, stderr)
	}
	for _, want := range []string{
		"| question | smallest safe value | searched completely at | run |\n|---|---|---|---|\n" + "| time-wait a-to-b-second-opens: as a-to-b, but B", "| none up to 11 | MSL 2, R 2 | 8 |\n",
		"| time-wait last-ack: no RST ends LAST-ACK", "| T = 3 at MSL 2, R 2 (agrees with T = the least of R + 1 and MSL + R - 1) | MSL 2, R 2 | 10 |\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}
