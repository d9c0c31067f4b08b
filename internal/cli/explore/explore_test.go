package explore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

var spent = regexp.MustCompile(`in [0-9.]+ s and [0-9.]+[kMG]iB`)

func TestExploreReportsAViolation(t *testing.T) {
	status, got, _ := clitest.Run(t, "explore", "--handshake", "two")
	want := `the scenario of --example, changed
  always no-ghost-connection, no-foreign-data, agreement

VIOLATED: no-ghost-connection fails after 2 steps; no shorter run violates it
  6 distinct states, 12 generated, depth 2, in TIME of tables
  reductions used: dead-messages,equivalent-messages (see --no-reduction); one state can stand for many
  witness not reached before the violation: A=ESTABLISHED,B=ESTABLISHED

A shortest run to a violation of no-ghost-connection:

     TCP Peer A                                              TCP Peer B

     CLOSED                                                  CLOSED
  1.                                                         (passive OPEN)
                                                             LISTEN
  2. (old)        ... <SEQ=90><CTL=SYN>                  --> ESTABLISHED
                                                             "connection opened"
                                                             *** ghost-connection
                  ... <SEQ=300><ACK=91><CTL=SYN,ACK>     <-- ESTABLISHED

A  CLOSED
B1 ESTABLISHED SND.UNA=301 SND.NXT=301 RCV.NXT=91 ISS=300 IRS=90 with A(old)

no-ghost-connection does not hold: an endpoint is synchronized with an incarnation that does not
   ask for the connection and did not confirm it.
`
	if got = spent.ReplaceAllString(got, "in TIME"); status != exit.Violated || got != want {
		t.Errorf("status %d (-want +got)\n%s", status, cmp.Diff(want, got))
	}
}

func TestExploreStatuses(t *testing.T) {
	for _, c := range []struct {
		claim  string
		args   string
		status int
		want   string
	}{
		{"the example is exhausted", "", exit.OK, "VERIFIED: every reachable state was searched, and nothing was cut off\n  99 distinct states"},
		{"and so it is without reductions", "--no-reduction all", exit.OK, "nothing was cut off\n  936 distinct states"},
		{"a reduction can be left out", "--no-reduction equivalent-messages", exit.OK, "reductions used: dead-messages (see"},
		{"each reduction is measured", "--reductions", exit.OK, "\nnone                               VERIFIED      -        936 "},
		{"and with a run", "--handshake two --reductions", exit.Violated, "\ndead-messages,equivalent-messages  VIOLATED      2          6 "},
		{"where nothing is asked nothing is verified", "--set always=[]", exit.OK, "EXHAUSTED: every reachable state was searched, and nothing was cut off; no invariant was checked, so none is verified"},
		{"nor is it by measuring", "--set always=[] --reductions", exit.OK, "\nnone                               EXHAUSTED     -        936 "},
		{"what happens at last is something", "--theorem close-closes", exit.OK, "no invariant is checked, only what happens eventually"},
		{"a depth bounds", "--max-depth 5", exit.Incomplete, "BOUNDED: no violation was found, but not all states were searched"},
		{"a full wire bounds, and is named", "--set B.user.close=true --no-reduction all", exit.Incomplete, "cut off: wire full, at "},
		{"a limit of states ends", "--max-states 50", exit.Incomplete, "UNKNOWN: the search stopped early (max states); no violation was found up to there"},
		{"dead segments do not fill the wire", "--set B.user.close=true", exit.OK, "nothing was cut off\n  351 distinct states"},
		{"a limit of memory ends", "--mem 1MiB", exit.Incomplete, "UNKNOWN: the search stopped early (memory)"},
		{"ends are counted by states", "--set stale=[] --set A.user.active=0", exit.OK, "1 state in which no action is possible any more, by the states of A / B:\n         1  CLOSED / LISTEN"},
		{"a pair of states is drawn", "--sometimes a=established", exit.Usage, ""},
		{"a pair of states is drawn", "--sometimes A=established", exit.OK, "A shortest run to A=established:"},
		{"a theorem gives its scenario", "--theorem two-segments-ghost", exit.Violated, "theorem two-segments-ghost\n  always no-ghost-connection"},
		{"a variant changes it", "--theorem two-segments-ghost/three||segments", exit.OK, "theorem two-segments-ghost/three segments\n"},
		{"a budget makes the wire a bag", "--losses 1 --print", exit.OK, "wire = \"bag\"\nlosses = 1\n"},
		{"later flags win", "--msl 2 --msl 3 --print", exit.OK, "msl = 3\n"},
		{"an invariant brings its fault", "--set always=[] --set watch=[] --always no-foreign-fin --print", exit.OK, "watch = [\"foreign-fin\"]\nalways = [\"no-foreign-fin\"]"},
	} {
		status, out, err := clitest.Run(t, append([]string{"explore"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, want %d and %q; got\n%s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

func TestWrongFlagsNameWhatIsExpected(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--handshake tow", `--handshake: both.tcp.handshake: found "tow", expected one of three, one, two,`},
		{"--set A.tcp.reopn=none", `--set: A.tcp.reopn: found an unknown key, expected one of handshake,`},
		{"--set A", `found "A", expected key=value`},
		{"--mem 3Q", `--mem: found "3Q", expected an amount like 512MiB`},
		{"--workers -1", `--workers: found "-1", expected a whole number from 0`},
		{"--timeout -1s", `--timeout: found "-1s", expected a duration from 0`},
		{"--dups x", `--dups: net.dups: found "x", expected a whole number from 0 to 255, or "unlimited"`},
		{"--stale A", `--stale: stale: found A: it begins with "A", not with A->B or B->A`},
		{"--always agrement", `--always agrement: expected one of agreement, no-foreign-ack,`},
		{"--theorem foo", `--theorem foo: expected one of one-segment-ghost,`},
		{"--theorem two-segments-ghost/x", `variant "x": expected one of three segments`},
		{"--sometimes A=FOO", `--sometimes A=FOO: found "A=FOO", expected states as in A=TIME-WAIT,B=LAST-ACK`},
		{"--isn clock", `A.isn.policy: found clock, and no ticks, expected a net.msl above 0`},
		{"--isn clock --msl 2", `A.isn.rate: found 0, expected a whole number from 1 to 191`},
		{"--isn arbitrary", `A.isn.choices: found nothing, expected a list of offsets from A.base`},
		{"--no-reduction shift", `found "shift", expected all, dead-messages, equivalent-messages, symmetry`},
		{"no/such/file", `no such file or directory: expected a scenario file`},
		{"--theorem two-segments-ghost file", `found a file too (file), expected one of the two`},
		{"--theorem close-closes --reductions", `--reductions: found a question about what happens eventually`},
		{"a b", `accepts at most 1 arg(s)`},
	} {
		status, _, err := clitest.Run(t, append([]string{"explore"}, clitest.Split(c.args)...)...)
		if status != exit.Usage || !strings.Contains(err, c.want) {
			t.Errorf("%s: status %d, %s\nwant %s", c.args, status, err, c.want)
		}
	}
}

func TestAnInterruptedSearchSaysSo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	status, out, _ := clitest.RunIn(ctx, nil, "explore")
	if status != exit.Incomplete || !strings.Contains(out, "UNKNOWN: the search stopped early") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestExploreJSON(t *testing.T) {
	status, out, _ := clitest.Run(t, "explore", "--handshake", "two", "--json")
	var j report.Exploration
	if err := json.Unmarshal([]byte(out), &j); err != nil {
		t.Fatal(err)
	}
	if status != exit.Violated || j.Verdict != "VIOLATED" || j.Distinct != 6 || j.Reduced != "dead-messages,equivalent-messages" || len(j.Run) != 2 || j.Run[1].Faults[0] != "ghost-connection" {
		t.Errorf("status %d, %+v", status, j)
	}
}

func TestTheExampleAndAPrintedScenarioAreFiles(t *testing.T) {
	for _, args := range [][]string{{"--example"}, {"--print"}} {
		_, text, _ := clitest.Run(t, append([]string{"explore"}, args...)...)
		name := filepath.Join(t.TempDir(), "my.toml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, err := clitest.Run(t, "explore", name)
		if status != exit.OK || !strings.Contains(out, "99 distinct states") {
			t.Errorf("%v: status %d\n%s%s", args, status, out, err)
		}
	}
}

// A counterexample that is saved can be replayed, whole and in part, and is refused if edited.
func TestSaveAndReplay(t *testing.T) {
	name := filepath.Join(t.TempDir(), "run.json")
	if status, out, err := clitest.Run(t, "explore", "--theorem", "wait-keeps-old-fin-out", "--time-wait", "2", "--save", name); status != exit.Violated {
		t.Fatalf("status %d\n%s%s", status, out, err)
	}
	status, out, err := clitest.Run(t, "replay", name)
	if status != exit.OK || !strings.HasPrefix(out, "A run to a violation of no-foreign-fin, in 15 steps\n") || !strings.Contains(out, "no-foreign-fin does not hold") {
		t.Errorf("status %d\n%s%s", status, out, err)
	}
	status, out, err = clitest.Run(t, "replay", name, "--step", "1")
	if status != exit.OK || !strings.Contains(out, "In the network:\n  A1→B1 <SEQ=101><ACK=301><CTL=FIN,ACK>, 0 ticks old\n") {
		t.Errorf("status %d\n%s%s", status, out, err)
	}
	status, _, err = clitest.Run(t, "replay", name, "--step", "16")
	if want := "--step 16: expected a step from 0 to 15"; status != exit.Usage || err != "tcpcheck: "+want+"\n" {
		t.Errorf("status %d: %s, want %s", status, err, want)
	}
	text, readErr := os.ReadFile(name)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if err := os.WriteFile(name, bytes.Replace(text, []byte(`"time-wait": 2`), []byte(`"time-wait": 3`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, err = clitest.Run(t, "replay", name)
	if status != exit.Usage || !strings.Contains(err, "TIME-WAIT timeout at A /0 is not possible there") {
		t.Errorf("a longer TIME-WAIT does not end then: status %d, %s", status, err)
	}
}
