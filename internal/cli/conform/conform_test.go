package conform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

// TestMain is the stack under test when this very program is started as one.
func TestMain(m *testing.M) {
	if os.Getenv("TCPCHECK_TEST_STACK") != "" {
		c := model.Default()
		if os.Getenv("TCPCHECK_TEST_STACK") == "syn-ack" {
			c.DupSyn = model.DupSynSynAck
		}
		if err := conform.Serve(conform.Machine(c, timed.RFC(), 0), os.Stdin, os.Stdout); err != nil {
			os.Exit(2)
		}
		return
	}
	os.Exit(m.Run())
}

// ownStack makes this program a stack that follows the base machine, and returns its name.
func ownStack(t *testing.T) string {
	t.Helper()
	t.Setenv("TCPCHECK_TEST_STACK", "1")
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return me
}

func TestConformComparesAProgram(t *testing.T) {
	me := ownStack(t)
	status, out, stderr := clitest.Run(t, "conform", "--pairs", "^LAST-ACK", "--steps", "100", "--json", "--exec", me)
	var r struct{ Agree, RandomSteps int }
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != exit.OK || r.Agree < 500 || r.RandomSteps < 50 {
		t.Errorf("status %d, %v: %s %s", status, err, out, stderr)
	}
	ask := []string{"conform", "--pairs", "^SYN-RECEIVED", "--steps", "0", "--policy", "dup-syn=syn-ack"}
	status, out, _ = clitest.Run(t, append(ask, "--exec", me)...)
	if status != exit.Violated || !strings.Contains(out, "it sends ACK, not SYN,ACK") {
		t.Errorf("status %d: %s", status, out)
	}
	status, out, _ = clitest.Run(t, append(ask, "--draft", "--exec", me)...)
	table := filepath.Join(t.TempDir(), "table.toml")
	if err := os.WriteFile(table, []byte(out), 0o666); err != nil || status != exit.Violated {
		t.Fatal(status, err)
	}
	status, out, _ = clitest.Run(t, append(ask, "--deviations", table, "--exec", me)...)
	if status != exit.OK || !strings.Contains(out, "known: sends-ack-not-syn-ack") {
		t.Errorf("status %d: %s", status, out)
	}
}

func TestConformLists(t *testing.T) {
	status, out, _ := clitest.Run(t, "conform", "--list")
	for _, want := range []string{"TIME-WAIT ", "connect; SYN,ACK seq=exact ack=nxt; close; FIN,ACK seq=exact", " classes of segments, ",
		"seq=far-old          2^30 below RCV.NXT"} {
		if status != exit.OK || !strings.Contains(out, want) {
			t.Errorf("status %d, expected %q: %s", status, want, out)
		}
	}
	var l struct {
		Situations []struct{ Name string }
		Classes    []string
	}
	status, out, _ = clitest.Run(t, "conform", "--list", "--json")
	err := json.Unmarshal([]byte(out), &l)
	if err != nil || status != exit.OK || len(l.Situations) < model.NumStates || len(l.Classes) < 1000 {
		t.Errorf("status %d, %v, %d situations, %d classes", status, err, len(l.Situations), len(l.Classes))
	}
	explained := map[string]bool{}
	for _, w := range conform.ClassWords() {
		explained[w[0]] = w[1] != ""
	}
	for _, c := range l.Classes {
		for _, word := range strings.Fields(c)[1:] {
			if !explained[word] {
				t.Errorf("%s: %s is not explained", c, word)
			}
		}
	}
}

func TestConformRefuses(t *testing.T) {
	table := filepath.Join(t.TempDir(), "table.toml")
	if err := os.WriteFile(table, []byte("[[deviation]]\nname = \"all\"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"":                              "expected one of --stack NAME and --exec PROGRAM, or --list",
		"--stack model --exec y":        "expected one of --stack NAME and --exec PROGRAM",
		"--stack model again":           `found the argument "again", expected none`,
		"--stack nosuch":                "expected one of gvisor, linux, lneto, lwip, model, smoltcp",
		"--exec /no/such/program":       "no such file",
		"--baseline /none --exec true":  "--baseline: open /none",
		"--baseline TABLE --exec true":  "expected what conform --json prints",
		"--baseline a --against b":      "expected at most one of them",
		"--exec true":                   "tcpcheck: true: ", // it ends before it is asked, or without an answer
		"--pairs ( --exec true":         "--pairs: error parsing regexp",
		"--pairs nosuch --exec true":    "--pairs nosuch: no name matches, expected some such as",
		"--patience 0s --exec true":     "--patience 0s: expected a time above 0",
		"--policy x=y --exec true":      `--policy: policy "x=y"`,
		"--parallel 0 --exec true":      "expected steps from 0 and one program or more",
		"--json --draft --exec true":    "expected at most one of them",
		"--deviations /none --exec a":   "--deviations: open /none",
		"--deviations TABLE --exec any": `deviation "all": what: found nothing, expected some words`,
	} {
		status, _, stderr := clitest.Run(t, append([]string{"conform"}, strings.Fields(strings.ReplaceAll(args, "TABLE", table))...)...)
		if status != exit.Usage || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %q, expected %q", args, status, stderr, want)
		}
	}
}

// The other forms of a report: a test case for each cause, a summary, and a page.
func TestConformWritesFiles(t *testing.T) {
	me, dir := ownStack(t), t.TempDir()
	junit, markdown, html := filepath.Join(dir, "j.xml"), filepath.Join(dir, "m.md"), filepath.Join(dir, "p.html")
	ask := []string{"conform", "--pairs", "^SYN-RECEIVED", "--steps", "0", "--policy", "dup-syn=syn-ack", "--junit", junit, "--markdown", markdown, "--html", html}
	status, _, stderr := clitest.Run(t, append(ask, "--exec", me)...)
	if status != exit.Violated {
		t.Fatal(status, stderr)
	}
	for file, wants := range map[string][]string{
		junit: {`<testsuite name="tcpcheck conform, model RFC9293" tests="3" failures="2" skipped="0">`,
			`<testcase classname="RFC 9293 §3.10.7.4 first" name="sends-ack-not-syn-ack">`, `<failure message="wrong segment, MAY, 2 pairs: it sends ACK, not SYN,ACK">`},
		markdown: {"### model RFC9293 and RFC 9293", "| wrong segment | MAY |", "| sends ACK, not SYN,ACK |"},
		html: {"<title>model RFC9293 and RFC 9293</title>", `<a href="#sends-ack-not-syn-ack">`, `<details id="sends-ack-not-syn-ack">`,
			`<tr><th>SYN-RECEIVED/passive</th>`, "&lt;SEQ=0&gt;&lt;CTL=SYN&gt;", "the model instead:"},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: expected %s in %s", filepath.Base(file), want, text)
			}
		}
	}
	// No MUST is broken.
	status, _, _ = clitest.Run(t, append(append(ask, "--must"), "--exec", me)...)
	if text, err := os.ReadFile(junit); status != exit.OK || err != nil || !strings.Contains(string(text), `failures="0" skipped="2"`) {
		t.Errorf("--must: status %d, %v: %s", status, err, text)
	}
}

// What changed since another run is printed without a table, and a run against itself has no change.
func TestConformComparesRuns(t *testing.T) {
	me := ownStack(t)
	old := filepath.Join(t.TempDir(), "old.json")
	ask := []string{"conform", "--pairs", "^SYN-RECEIVED/passive: (SYN|RST) ", "--steps", "0"}
	_, out, _ := clitest.Run(t, append(append(ask, "--json"), "--exec", me)...)
	if err := os.WriteFile(old, []byte(out), 0o666); err != nil {
		t.Fatal(err)
	}
	status, out, stderr := clitest.Run(t, append(append(ask, "--baseline", old), "--exec", me)...)
	if status != exit.OK || !strings.Contains(out, "0 pairs changed, in 0 ways") {
		t.Errorf("status %d: %s%s", status, out, stderr)
	}
	t.Setenv("TCPCHECK_TEST_STACK", "syn-ack") // from now on
	status, out, _ = clitest.Run(t, append(append(ask, "--baseline", old), "--exec", me)...)
	for _, want := range []string{"model RFC9293, before it model RFC9293: ", "it was: what the model does\n    it is now: sends SYN,ACK, not ACK"} {
		if status != exit.Violated || !strings.Contains(out, want) {
			t.Errorf("status %d, expected %q: %s", status, want, out)
		}
	}
	status, out, _ = clitest.Run(t, append(append(ask, "--against", me), "--exec", me)...)
	if status != exit.OK || !strings.Contains(out, "0 pairs changed") {
		t.Errorf("status %d: %s", status, out)
	}
}
