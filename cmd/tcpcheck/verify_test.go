package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// tcpcheck runs the command in process.
func tcpcheck(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(context.Background(), args, &out, &err)
	return status, out.String(), err.String()
}

func TestVerifyPrintsALineForEachTheorem(t *testing.T) {
	status, out, _ := tcpcheck(t, "verify", "three-segments-idle", "two-segments-ghost")
	if status != exitOK {
		t.Errorf("status %d, want 0", status)
	}
	for _, want := range []string{"three-segments-idle           VERIFIED  yes", "two-segments-ghost            VIOLATED  yes, 2 steps", "2 theorems and 4 variants: all as expected"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

func TestVerifyAsJSONHasPremisesAndVariants(t *testing.T) {
	status, out, _ := tcpcheck(t, "verify", "--json", "three-segments-idle")
	var got []answered
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exitOK {
		t.Fatalf("status %d, %v", status, err)
	}
	if len(got) != 1 || len(got[0].Premises) < 3 || len(got[0].Variants) != 3 || got[0].Distinct == 0 {
		t.Errorf("got %+v", got)
	}
}

func TestUnusableInputIsStatus2AndSaysWhatWasExpected(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"verify no-such-theorem", `theorem "no-such-theorem": expected one of one-segment-ghost`},
		{"why no-such-topic", `topic "no-such-topic": expected one of two-way`},
		{"why", "expected one topic of two-way"},
		{"mutants no-such-mutant", `mutant "no-such-mutant": expected one of closed-is-silent`},
		{"verify --workers many", "many"},
		{"no-such-command", "no-such-command"},
	} {
		status, _, stderr := tcpcheck(t, strings.Fields(c.args)...)
		if status != exitUsage || !strings.Contains(stderr, c.want) {
			t.Errorf("tcpcheck %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
}

func TestAnInterruptedVerifyIsIncomplete(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, []string{"verify"}, &out, &errs); status != exitIncomplete || !strings.Contains(errs.String(), "interrupted before one-segment-ghost") {
		t.Errorf("status %d, want 3 and where it stopped:\n%s%s", status, out.String(), errs.String())
	}
}

func TestEveryTopicIsAnsweredAsItSays(t *testing.T) {
	for _, topic := range topics {
		status, out, stderr := tcpcheck(t, "why", topic.name)
		if status != exitOK || !strings.Contains(out, topic.question) {
			t.Errorf("why %s: status %d %s", topic.name, status, stderr)
		}
	}
}

func TestWhyTwoWayShowsTheRunAndTheExhaustedSearch(t *testing.T) {
	_, out, _ := tcpcheck(t, "why", "two-way")
	for _, want := range []string{"*** ghost-connection", "*** foreign-data", "(lost)", "VERIFIED: ", "<SEQ=90><CTL=SYN>"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q", want)
		}
	}
}

func TestMutantsNamesWhatNotices(t *testing.T) {
	status, out, _ := tcpcheck(t, "mutants", "syn-rcvd-any-ack")
	if status != exitOK || !strings.Contains(out, "three-segments-idle") || !strings.Contains(out, "0 survive") {
		t.Errorf("status %d:\n%s", status, out)
	}
}
