package conform_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

func opener(c model.Config) func() (conform.Peer, error) {
	return func() (conform.Peer, error) { return conform.Machine(c, timed.RFC(), 1000), nil }
}

func check(t *testing.T, open func() (conform.Peer, error), o conform.Options) *conform.Report {
	t.Helper()
	r, err := conform.Check(context.Background(), open, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// text is a report as people read it.
func text(t *testing.T, r *conform.Report) string {
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheMachineAgreesWithItself(t *testing.T) {
	c := model.Default()
	c.Timestamps, c.WindowScale, c.WScale = true, true, 3
	r := check(t, opener(c), conform.Options{Steps: 2000, Seed: 1})
	if !r.OK() || r.Compared() < 17500 || r.NotReached > 0 {
		t.Error(text(t, r))
	}
	t.Logf("%d pairs, %d agree, %d not applicable; %d random steps", r.Chosen, r.Agree, r.NotApplicable, r.Steps)
}

// Through the line format the machine agrees with itself as well.
func TestTheLineFormatAgrees(t *testing.T) {
	open := func() (conform.Peer, error) { return piped(t, machine()), nil }
	r := check(t, open, conform.Options{Cover: conform.CoverPlaces, Steps: 500, Parallel: 2})
	if !r.OK() || r.Compared() < 3000 || r.Walks < 15 {
		t.Error(text(t, r))
	}
}

// Random walks find what no pair was asked for, and the script is made short.
func TestAWalkIsMadeShort(t *testing.T) {
	c := model.Default()
	c.Mutant = model.LastAckAnyAck
	r := check(t, opener(c), conform.Options{Pairs: regexp.MustCompile("^no pair$"), Steps: 20_000, Seed: 3})
	if r.OK() || r.Compared() != 0 || len(r.Findings) == 0 {
		t.Fatal(text(t, r))
	}
	// listen, SYN, FIN,ACK, close and one ACK, perhaps with a step of lead that can not be left out.
	f := r.Findings[0]
	if n := len(f.Script); n < 5 || n > 6 || !slices.Equal(f.States, []string{"LAST-ACK"}) || f.Pairs > 0 || f.Walks == 0 {
		t.Error(text(t, r))
	}
}
