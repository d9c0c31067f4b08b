package explore_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestQuestionsAboutWhatHappensEventually(t *testing.T) {
	const open = "--set always=[] --set watch=[] --set stale=[] --msl 2 --set B.user.accepts=1"
	const again = "testdata/comes-again.toml --leads-to A=SYN-SENT=>A=ESTABLISHED"
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"a theorem brings its question", "--theorem syn-sent-ends", exit.OK, "VERIFIED: A SYN-SENT leads to A ESTABLISHED or CLOSED\n  a segment that is sent again and again arrives; timers fire, and no exchange"},
		{"a variant changes it", "--theorem half-open-is-found/B||has||nothing||to||send", exit.Violated, "VIOLATED: A crashed while B is idle leads to B CLOSED"},
		{"a loop is drawn", "--theorem last-ack-ends/CLOSED||is||silent", exit.Violated, "from here again and again:\n  9. t=4                   (a tick)"},
		{"a response of one's own", open + " --leads-to A=SYN-SENT||=>||A=ESTABLISHED|closed", exit.OK, "VERIFIED: A=SYN-SENT leads to A=ESTABLISHED|closed\n"},
		{"a network that owes nothing", open + " --fair timers --leads-to A=SYN-SENT||=>||A=ESTABLISHED|closed", exit.Violated, "VIOLATED: A=SYN-SENT leads to A=ESTABLISHED|closed\n  segments need not arrive; timers fire; time passes\n"},
		{"a bound is measured", open + " --give-up 3 --within 3 --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.OK, "the longest wait found: 3 ticks\n\nA run with the longest wait:"},
		{"a bound that is too short", open + " --give-up 3 --within 2 --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.Violated, "and 3 ticks pass before \"A=ESTABLISHED|CLOSED\"."},
		{"a bound that there is not", open + " --within 2 --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.Violated, "any number of ticks can pass before"},
		{"what can be lost for good", open + " --possible A=CLOSED", exit.Violated, "\"A=CLOSED\" can never become true again"},
		{"what cannot", open + " --close false --possible A=ESTABLISHED|CLOSED", exit.OK, "VERIFIED: always possible: A=ESTABLISHED|CLOSED"},
		{"nothing is verified of a part", open + " --max-depth 3 --possible A=ESTABLISHED|CLOSED", exit.Incomplete, "BOUNDED: always possible: A=ESTABLISHED|CLOSED\n  no counterexample was found, but not all states were searched: max depth"},
		{"nor of a search that ended", open + " --max-states 20 --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.Incomplete, "UNKNOWN: A=SYN-SENT leads to A=ESTABLISHED|CLOSED\n"},
		{"no timer has to fire", open + " --fair arrivals --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.Violated, "  a segment that is sent again and again arrives; timers need not fire\n"},
		{"nobody has to act", "--theorem octets-arrive --leads-to A=ESTABLISHED,B=ESTABLISHED=>A=CLOSED", exit.Violated, "after that: nothing has to happen any more."},
		{"the end of time is no answer", "--theorem close-closes --set net.ticks=3", exit.Incomplete, "BOUNDED: both have called CLOSE leads to both CLOSED\n  no counterexample was found, but not all states were searched: end of time after 3 ticks"},
		{"nothing may ever happen", open + " --fair none --leads-to A=SYN-SENT=>A=ESTABLISHED|CLOSED", exit.Violated, "  nothing is forced to happen\n"},
		{"a host that comes again, within a retransmission timeout", again + " --within 1", exit.OK, "the longest wait found: 1 ticks"},
		{"the same while RSTs are ignored in TIME-WAIT", again + " --within 4 --set B.tcp.rst-in-time-wait=ignore", exit.Violated, "and 5 ticks pass before \"A=ESTABLISHED\"."},
		{"within TIME-WAIT and a timeout", again + " --within 5 --set B.tcp.rst-in-time-wait=ignore", exit.OK, "the longest wait found: 5 ticks"},
		{"the same with timers that may be late", again + " --within 5 --set both.timers-within=0", exit.Violated, "any number of ticks can pass before"},
	} {
		status, out, err := clitest.Run(t, append([]string{"explore"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, want %d and %q; got\n%s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

func TestWrongQuestionsNameWhatIsExpected(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--possible A=FOO", `--possible A=FOO: found "A=FOO", expected states as in A=TIME-WAIT,B=LAST-ACK|CLOSED`},
		{"--possible A=CLOSED|BAR", `found "A=CLOSED|BAR", expected states`},
		{"--leads-to A=CLOSED", `--leads-to A=CLOSED: found no =>, expected two pairs of states`},
		{"--leads-to A=CLOSED=>C=CLOSED", `--leads-to C=CLOSED: found "C=CLOSED", expected states`},
		{"--within 3", `--within 3: expected --leads-to as well`},
		{"--within -1", `--within -1: expected a number of ticks from 1`},
		{"--within 3 --leads-to A=SYN-SENT=>A=CLOSED", `--within 3: the scenario has no clock, expected net.msl from 1`},
		{"--fair nobody --leads-to A=SYN-SENT=>A=CLOSED", `--fair nobody: expected one of all, timers, arrivals, none`},
		{"--fair arrivals --within 1 --leads-to A=SYN-SENT=>A=CLOSED", `otherwise time need not pass`},
		{"--fair none --within 1 --leads-to A=SYN-SENT=>A=CLOSED", `otherwise time need not pass`},
	} {
		status, _, err := clitest.Run(t, append([]string{"explore"}, clitest.Split(c.args)...)...)
		if status != exit.Usage || !strings.Contains(err, c.want) {
			t.Errorf("%s: status %d, %s\nwant %s", c.args, status, err, c.want)
		}
	}
}

func TestLivenessAsJSON(t *testing.T) {
	status, out, _ := clitest.Run(t, "explore", "--json", "--theorem", "last-ack-ends/CLOSED is silent", "--possible", "B=CLOSED")
	var j report.Exploration
	if err := json.Unmarshal([]byte(out), &j); err != nil {
		t.Fatal(err)
	}
	if status != exit.Violated || len(j.Live) != 2 {
		t.Fatalf("status %d, %+v", status, j.Live)
	}
	if l := j.Live[0]; l.Verdict != "VIOLATED" || l.Steps != 8 || l.Loop == 0 || len(l.Run) != 8+l.Loop || l.Since != 3 || l.Premise == 0 {
		t.Errorf("%+v", l)
	}
	if l := j.Live[1]; l.Verdict != "VIOLATED" || !strings.Contains(l.Why, "can never become true again") {
		t.Errorf("%+v", l)
	}
}

func TestVerifyShowsALoop(t *testing.T) {
	status, out, _ := clitest.Run(t, "verify", "--variants", "always-closable")
	if status != exit.OK || !strings.Contains(out, "yes, 7+1") {
		t.Errorf("status %d\n%s", status, out)
	}
}
