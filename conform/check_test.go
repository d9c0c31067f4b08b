package conform_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/host"
	"github.com/tcpcheck/tcpcheck/model"
)

func opener(c model.Config) func() (conform.Peer, error) {
	return func() (conform.Peer, error) { return conform.Machine(c, host.RFC(), 1000), nil }
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
	r := check(t, opener(model.Default()), conform.Options{Steps: 2000, Seed: 1})
	if !r.OK() || r.Compared() < 10000 {
		t.Error(text(t, r))
	}
	t.Logf("%d pairs, %d agree, %d not applicable, %d not reached; %d steps", r.Chosen, r.Agree, r.NotApplicable, r.NotReached, r.Steps)
}

// Through the line format the machine agrees with itself as well.
func TestTheLineFormatAgrees(t *testing.T) {
	open := func() (conform.Peer, error) { return piped(t, machine()), nil }
	r := check(t, open, conform.Options{Cover: conform.CoverPlaces, Steps: 500, Parallel: 2})
	if !r.OK() || r.Compared() < 3000 || r.Walks < 20 {
		t.Error(text(t, r))
	}
}
