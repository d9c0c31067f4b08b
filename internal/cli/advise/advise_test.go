package advise_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

func TestAdviceHasStatusTableAndLadder(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		want   []string
	}{
		{"--sysctl tcp_rfc1337=1 --only time-wait-rst,blind-rst", exit.OK, []string{
			"* policy rst-in-time-wait=ignore", "time-wait-rst       fails    holds *", "blind-rst           holds    holds ",
			"Asked: 2 of ", "Your settings keep what the defaults lose:", "not modelled: the limit on challenge ACKs"}},
		{"--sysctl net.ipv4.tcp_tw_reuse=1 --only last-ack", exit.Violated, []string{
			"last-ack            holds    fails *", "connect() may take the place of TIME-WAIT after 1s", "a new connection takes the place of",
			"(active OPEN, A2)", "no-last-ack-reset does not hold", "Your settings lose what the defaults keep: last-ack."}},
		{"--sysctl net.ipv4.tcp_tw_reuse=1 --sysctl tcp_timestamps=0 --only last-ack", exit.OK, []string{
			"no connection takes the place of TIME-WAIT, because the old connection had no timestamps", "last-ack            holds    holds "}},
		{"--sysctl net.ipv4.tcp_fin_timeout=5 --only late-close,orphan-ends", exit.Violated, []string{
			"late-close          holds    fails *", "orphan-ends         holds    holds", "a closed socket is given up after 5s of FIN-WAIT-2",
			"(user timeout)", "no-last-ack-reset does not hold"}},
		{"--profile freebsd --sysctl net.inet.tcp.blackhole=2 --only crash-told", exit.Violated, []string{"from here again and again"}},
		{"--sysctl tcp_rfc1337=1 --only comes-again-below,delivered-busy", exit.Violated, []string{
			"LOST comes-again-below: The same", "you see:    connect() of the client takes as long as TIME-WAIT", "how likely: with clients behind a NAT",
			"instead:    leave tcp_rfc1337 at 0", "default: it may take up to 1s, if nothing is lost", "yours: it may take up to 1m1s", "lines are left out)",
			"lose these, too:", "instead:    shutdown(SHUT_WR), read until the end"}},
		{"--why delivered-busy", exit.OK, []string{"delivered-busy      fails    fails", "A-delivered-all does not hold", "how likely: common: HTTP with a body"}},
		{"--why blind-rst", exit.OK, []string{"provided that A sends no further octet;"}},
		{"--why blind-rst --only blind-rst", exit.Usage, []string{"--why blind-rst: expected no --only and no --show beside it"}},
		{"--why none", exit.Usage, []string{"--why none: expected one of fresh-numbers"}},
		{"--only last-ack-patient --peer-gives-up 10s", exit.OK, []string{"last-ack-patient    holds    holds"}},
		{"--only last-ack-patient --show last-ack-patient", exit.OK, []string{"last-ack-patient    fails    fails", "no-last-ack-reset does not hold"}},
		{"--sysctl tcp_syncookies=1 --only old-syn", exit.Incomplete, []string{"NO ANSWER: no search asks about 1 setting of yours. What follows is about the defaults."}},
		{"--sysctl tcp_syncookies=1 --sysctl tcp_rfc1337=1 --only old-syn", exit.Incomplete, []string{"This is no answer about 1 of them", "asked: 1. Not asked: 1 known by name",
			"net.ipv4.tcp_syncookies: what a listener does", "no search asks about 1 of your 2 settings"}},
		{"--from testdata/sysctl.txt --only old-syn", exit.Incomplete, []string{"asked: 2. Not asked: 1 known by name, 1 unknown",
			"not known: net.ipv4.tcp_no_such", "* policy rst-in-time-wait=ignore"}},
		{"--from testdata/none", exit.Usage, []string{"expected a file as sysctl -a prints it"}},
		{"--from advise_test.go", exit.Usage, []string{"found no setting of TCP, expected lines like net.ipv4.tcp_rfc1337 = 0"}},
		{"--only last-ack --msl 120s --profile linux", exit.OK, []string{"segments live for less than 2m0s (MSL)"}},
		{"--profile windows --sysctl TcpTimedWaitDelay=30 --only last-ack-patient", exit.Incomplete, []string{"open", "Undecided: last-ack-patient."}},
	} {
		status, out, stderr := clitest.Run(t, append([]string{"advise"}, strings.Fields(c.args)...)...)
		if status != c.status {
			t.Errorf("advise %s: status %d, want %d\n%s%s", c.args, status, c.status, out, stderr)
		}
		clitest.Narrow(t, out)
		for _, want := range c.want {
			if !strings.Contains(out+stderr, want) {
				t.Errorf("advise %s: lacks %q:\n%s", c.args, want, out)
			}
		}
	}
}

// The report begins with the answer, and the details follow it.
func TestTheVerdictComesFirst(t *testing.T) {
	_, out, _ := clitest.Run(t, "advise", "--sysctl", "tcp_rfc1337=1", "--sysctl", "tcp_syncookies=1", "--only", "comes-again-below")
	at := -1
	for _, part := range []string{"Your settings lose what the defaults keep: comes-again-below.", "LOST comes-again-below", "you see:", "Not asked: 1 known",
		"guarantee           default", "TCP Peer A", "Linux with its defaults: two hosts"} { // of --only
		i := strings.Index(out, part)
		if i <= at {
			t.Errorf("%q is not where it should be:\n%s", part, out)
		}
		at = i
	}
	if !strings.HasPrefix(out, "Your settings lose") {
		t.Errorf("begins with %.60q", out)
	}
}

// A value that no search asks about is no reason to search, and never one to say that nothing is lost.
func TestAdviceSaysAtOnceThatThereIsNoAnswer(t *testing.T) {
	for _, setting := range []string{"tcp_max_tw_buckets=5000", "tcp_retries2=3", "tcp_syncookies=1"} {
		status, out, _ := clitest.Run(t, "advise", "--sysctl", setting)
		if status != exit.Incomplete || !strings.HasPrefix(out, "NO ANSWER: ") || !strings.Contains(out, "Nothing was searched.") || strings.Contains(out, "These hold") {
			t.Errorf("%s: status %d, want 3 and no answer:\n%s", setting, status, out)
		}
	}
}

// Without --all the answer to one setting fits a screen, and says how to see more.
func TestAdviceFitsAScreen(t *testing.T) {
	status, out, _ := clitest.Run(t, "advise", "--sysctl", "net.ipv4.tcp_fin_timeout=5")
	if n := strings.Count(out, "\n"); status != exit.Violated || n > 30 {
		t.Errorf("status %d, %d lines:\n%s", status, n, out)
	}
	at := -1
	for _, part := range []string{"Your settings lose what the defaults keep: late-close.", "LOST late-close", "with all times rounded in its favour, to ticks of",
		"These hold: ", "net.ipv4.tcp_fin_timeout=5 means: ", "More: --why late-close"} {
		i := strings.Index(out, part)
		if i <= at {
			t.Errorf("%q is not where it should be:\n%s", part, out)
		}
		at = i
	}
}

// If a run without duplicates is as short, it is drawn: a peer that closes late meets a host that has forgotten it.
func TestTheRunOfALateClose(t *testing.T) {
	_, out, _ := clitest.Run(t, "advise", "--sysctl", "tcp_fin_timeout=5", "--why", "late-close")
	if !strings.Contains(out, "(user timeout)") || strings.Contains(out, "(duplicate)") {
		t.Errorf("the run has a duplicate, or no timeout:\n%s", out)
	}
}

func TestAdviceAsJSON(t *testing.T) {
	status, out, _ := clitest.Run(t, "advise", "--json", "--sysctl", "SO_LINGER=0", "--only", "delivered,last-ack")
	var got struct {
		Settings   []struct{ Name, Value, Statement string }
		Guarantees []struct {
			Name    string
			Lost    bool
			Default struct{ Conclusion string }
			Yours   struct {
				Conclusion string
				Premises   []string
				Run        []any
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exit.Violated {
		t.Fatalf("status %d, %v", status, err)
	}
	if len(got.Settings) != 1 || len(got.Guarantees) != 2 || got.Guarantees[0].Lost || got.Guarantees[0].Yours.Conclusion != "vacuous" {
		t.Errorf("got %+v", got)
	}
	if d := got.Guarantees[1]; d.Name != "delivered" || !d.Lost || d.Default.Conclusion != "holds" || d.Yours.Conclusion != "fails" || len(d.Yours.Run) != 2 || len(d.Yours.Premises) < 3 {
		t.Errorf("got %+v", d)
	}
}

func TestAdviceRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"advise --profile plan9", `--profile: found "plan9", expected one of linux`},
		{"advise --sysctl net.ipv4.nothing=1", "profile linux has no setting of this name"},
		{"advise --sysctl tcp_rfc1337=7", "expected a whole number from 0 to 1"},
		{"advise --only none", "--only none: expected one of fresh-numbers"},
		{"advise --show some", "--show some: expected first, all, none"},
		{"advise --msl 0s", "--msl 0s: expected 1ms or more"},
		{"explore --sysctl tcp_rfc1337=1", "expected --profile as well"},
	} {
		status, _, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("tcpcheck %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}

func TestAdviceLists(t *testing.T) {
	status, out, _ := clitest.Run(t, "advise", "--list")
	for _, want := range []string{"freebsd: FreeBSD", "net.ipv4.tcp_fin_timeout = 0 to 2147483647 s, default 60", "not modelled: a socket that was shut down", "second-host", "Measured on Linux 6.18", "close() with SO_LINGER of 1 s returns after 1 s"} {
		if status != exit.OK || !strings.Contains(out, want) {
			t.Errorf("status %d, lacks %q:\n%s", status, want, out)
		}
	}
}

// A profile changes the scenario of explore, and flags come on top of it.
func TestExploreWithAProfile(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
	}{
		{"", exit.Violated},
		{"--sysctl net.ipv4.tcp_rfc1337=1", exit.OK},
		{"--sysctl net.ipv4.tcp_rfc1337=1 --rst-in-time-wait obey", exit.Violated},
	} {
		args := "explore --theorem assassination --profile linux --set both.tcp.timestamps=off " + c.args
		status, out, stderr := clitest.Run(t, strings.Fields(args)...)
		if status != c.status || !strings.Contains(stderr, "profile linux: a tick is 15s: MSL 2, TIME-WAIT 4") {
			t.Errorf("tcpcheck %s: status %d, want %d\n%s%s", args, status, c.status, out, stderr)
		}
	}
}
