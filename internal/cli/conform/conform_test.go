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
		if err := conform.Serve(conform.Machine(model.Default(), timed.RFC(), 0), os.Stdin, os.Stdout); err != nil {
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
	for _, want := range []string{"TIME-WAIT ", "connect; SYN,ACK seq=exact ack=nxt; close; FIN,ACK seq=exact", " classes, "} {
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
		"--stack nosuch":                "expected one of gvisor, linux, lneto, model, smoltcp",
		"--exec /no/such/program":       "no such file",
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
