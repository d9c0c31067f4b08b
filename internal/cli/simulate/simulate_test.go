package simulate_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
)

// The runs of a seed are the same on any number of processors, and what they find can be saved and replayed.
func TestSimulateFindsShrinksAndRepeats(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.json")
	args := []string{"simulate", "--theorem", "no-wait-old-fin", "--seed", "1", "--save", name}
	status, out, stderr := clitest.Run(t, args...)
	for _, want := range []string{
		"VIOLATED: no-foreign-fin fails in run 3 after 29 steps, shortened to 10\n",
		"seed 1; to repeat: tcpcheck simulate --theorem no-wait-old-fin --seed 1 --runs 3 --steps 500\n",
		"in which no step can be left out", "*** foreign-fin", "no-foreign-fin does not hold",
	} {
		if status != exit.Violated || !strings.Contains(out, want) {
			t.Errorf("status %d, and it lacks %q:\n%s%s", status, want, out, stderr)
		}
	}
	time := regexp.MustCompile(`\([0-9]+ a second\)|in [0-9.]+ s`)
	for _, workers := range []string{"1", "3"} {
		_, again, _ := clitest.Run(t, append(args, "--workers", workers)...)
		if time.ReplaceAllString(again, "") != time.ReplaceAllString(out, "") {
			t.Errorf("%s workers find something else:\n%s", workers, again)
		}
	}
	status, out, stderr = clitest.Run(t, "replay", name)
	if status != exit.OK || !strings.HasPrefix(out, "A run to a violation of no-foreign-fin, in the scenario of theorem no-wait-old-fin, in 10 steps\n") {
		t.Errorf("replay: status %d\n%s%s", status, out, stderr)
	}
}

// The command that a report gives takes the same runs again, whatever shell words it needs.
func TestSimulateSaysHowToRepeatIt(t *testing.T) {
	_, out, _ := clitest.Run(t, "simulate", "--handshake", "two", "--set", "A.user.octets = 1", "--stale", "A->B <SEQ=80><CTL=SYN>",
		"--always", "numbers-agree", "--sometimes", "A=ESTABLISHED", "--swarm", "--runs", "50", "--steps", "30")
	seed := regexp.MustCompile(`seed ([0-9]+); to repeat: (.*)\n`).FindStringSubmatch(out)
	if seed == nil {
		t.Fatal(out)
	}
	want := `tcpcheck simulate --always numbers-agree --handshake two --set A.user.octets=1 --stale 'A->B <SEQ=80><CTL=SYN>' --sometimes A=ESTABLISHED --seed ` + seed[1]
	if !strings.HasPrefix(seed[2], want) || !strings.HasSuffix(seed[2], " --steps 30 --swarm") {
		t.Errorf("got  %s\nwant %s", seed[2], want)
	}
}

func TestSimulateNeverVerifies(t *testing.T) {
	status, out, _ := clitest.Run(t, "simulate", "--runs", "300", "--seed", "1", "--sometimes", "A=FIN-WAIT-1")
	for _, want := range []string{"UNKNOWN: no violation was found in ", ", which proves nothing\n", "  300 runs, ", "A run to A=FIN-WAIT-1:\n"} {
		if status != exit.Incomplete || !strings.Contains(out, want) {
			t.Errorf("status %d, and it lacks %q:\n%s", status, want, out)
		}
	}
	status, out, _ = clitest.Run(t, "simulate", "--runs", "0", "--timeout", "50ms", "--json")
	var j report.Simulation
	if err := json.Unmarshal([]byte(out), &j); err != nil || status != exit.Incomplete || j.Verdict != "UNKNOWN" || j.Reason != "timeout" || j.Runs == 0 {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
	status, out, _ = clitest.Run(t, "simulate", "--theorem", "two-segments-ghost", "--json")
	if err := json.Unmarshal([]byte(out), &j); err != nil || status != exit.Violated || j.Violated != "no-ghost-connection" || len(j.Run) != 2 || j.Steps != 2 {
		t.Errorf("status %d, %v: %s", status, err, out)
	}
}

// A scenario that asks nothing is exhausted, and nothing is verified.
func TestAScenarioThatAsksNothingIsNotVerified(t *testing.T) {
	status, out, _ := clitest.Run(t, "explore", "--set", "always=[]")
	if status != exit.OK || strings.Contains(out, "VERIFIED") ||
		!strings.Contains(out, "EXHAUSTED: every reachable state was searched, and nothing was cut off; no invariant was checked, so none is verified\n") {
		t.Errorf("status %d\n%s", status, out)
	}
	_, out, _ = clitest.Run(t, "explore", "--set", "always=[]", "--json")
	var j report.Exploration
	if err := json.Unmarshal([]byte(out), &j); err != nil || j.Verdict != "EXHAUSTED" {
		t.Errorf("%v %s", err, out)
	}
}

// What contradicts itself, or cannot be written in the end, is refused before any search.
func TestWhatCannotBeDoneIsRefusedAtOnce(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"explore --save no/such/dir/x", "--save no/such/dir/x: no such file or directory, expected a file that can be written"},
		{"explore --dot " + dir, "--dot " + dir + ": found a directory, expected a file that can be written"},
		{"explore --aut " + there + "/x", "--aut " + there + "/x: not a directory, expected a file"},
		{"simulate --save no/such/dir/x", "--save no/such/dir/x: no such file or directory"},
		{"explore --dot - --aut -", "--dot -, --aut -: found together, but each writes to stdout"},
		{"explore --json --save -", "--json, --save -: found together, but each writes to stdout"},
		{"simulate --json --save -", "--json, --save -: found together, but each writes to stdout"},
		{"simulate --steps 0", "--steps 0: expected a whole number from 1"},
		{"explore --keys --print", "--keys, --print: found together, expected at most one of them"},
		{"explore --example --json", "--example, --json: found together"},
		{"verify --variants --no-variants", "--variants, --no-variants: found together"},
		{"verify agreement --all", "--all: found names too (agreement), expected all theorems or some"},
		{"mutants --json --markdown", "--json, --markdown: found together"},
		{"mutants --check no-such-file", "--check: open no-such-file: no such file"},
		{"mutants --check x syn-unseen", "--check x: found names too (syn-unseen), expected all mutants"},
		{"replay --step 1 --all x", "--step, --all: found together"},
		{"explore --workers many", `--workers: found "many", expected a whole number`},
		{"explore --max-states -1", `--max-states: found "-1", expected a whole number from 0`},
		{"explore --timeout 5", `--timeout: found "5", expected a duration from 0, like 30s or 5m`},
		{"explore --mem 3Q", `--mem: found "3Q", expected an amount like 512MiB`},
		{"explore --json=maybe", `--json: found "maybe", expected true or false`},
		{"explore --set A", `--set: found "A", expected key=value`},
	} {
		status, out, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) || out != "" || strings.Contains(stderr, "strconv") {
			t.Errorf("tcpcheck %s: status %d, %s%s; want 2 and %s", c.args, status, out, stderr, c.want)
		}
	}
	if data, err := os.ReadFile(there); err != nil || string(data) != "precious" {
		t.Errorf("a file was touched: %q, %v", data, err)
	}
	if list, _ := os.ReadDir(dir); len(list) != 1 {
		t.Errorf("files were left behind: %v", list)
	}
}

func TestListsAreJSONToo(t *testing.T) {
	_, out, _ := clitest.Run(t, "verify", "--list", "--json", "two-segments-ghost")
	var list report.TheoremList
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Theorems) != 1 || list.Theorems[0].Expected != "VIOLATED" ||
		len(list.Theorems[0].Premises) < 3 || list.Theorems[0].Variants[0].Expected != "VERIFIED" {
		t.Errorf("%v: %s", err, out)
	}
	_, out, _ = clitest.Run(t, "explore", "--keys", "--json")
	var doc documents.Keys
	if err := json.Unmarshal([]byte(out), &doc); err != nil || len(doc.Keys) < 100 || doc.Keys[0].Path != "start" || len(doc.Keys[0].Words) != 2 {
		t.Errorf("%v: %.300s", err, out)
	}
}

func TestShellsCompleteTheValuesOfFlags(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"explore --theorem ~no-wait", "no-wait-old-fin/TIME-WAIT 3\n"},
		{"simulate --always ~", "numbers-agree\n"},
		{"explore --set ~B.tcp", "B.tcp.reopen=\n"},
		{"explore --set ~B.tcp.reopen=", "B.tcp.reopen=any-syn\n"},
		{"explore --watch ~foreign-fin,", "foreign-fin,lost-octet\n"},
		{"explore --isn ~", "clock\n"},
		{"explore --close ~", "true\nfalse\n"},
		{"explore --sometimes ~A=TIME-WAIT,", "A=TIME-WAIT,B=LAST-ACK\n"},
		{"graph joint --format ~", "dot\naut\njson\n"},
		{"mutants ~", "syn-rcvd-any-ack\n"},
	} {
		args := append([]string{"__complete"}, strings.Fields(strings.Replace(c.args, "~", "", 1))...)
		if strings.HasSuffix(c.args, "~") {
			args = append(args, "")
		}
		if status, out, _ := clitest.Run(t, args...); status != exit.OK || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, want %q among\n%s", c.args, status, c.want, out)
		}
	}
}

func TestVersionIsTold(t *testing.T) {
	if status, out, _ := clitest.Run(t, "--version"); status != exit.OK || !regexp.MustCompile(`^tcpcheck .+, go1\.[0-9.]+`).MatchString(out) {
		t.Errorf("status %d: %q", status, out)
	}
}

func TestAnUnfinishedTheoremIsNotCalledWrong(t *testing.T) {
	status, out, _ := clitest.Run(t, "verify", "stream-integrity", "--timeout", "1ns")
	if status != exit.Incomplete || !strings.Contains(out, "UNKNOWN   not finished") || strings.Contains(out, "NO:") {
		t.Errorf("status %d\n%s", status, out)
	}
}

// A question that is answered in parts says once what it means that an invariant does not hold.
func TestAMeaningIsSaidOnce(t *testing.T) {
	_, out, _ := clitest.Run(t, "why", "time-wait")
	if n := strings.Count(out, "no-foreign-fin does not hold: a FIN"); n != 1 {
		t.Errorf("said %d times", n)
	}
	if n := strings.Count(out, "no-foreign-fin does not hold: as above."); n != 2 {
		t.Errorf("referred to %d times", n)
	}
}
