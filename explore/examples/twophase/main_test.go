package main

import (
	"context"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
)

func TestNobodyDisagreesAndSomebodyMayWait(t *testing.T) {
	if r := explore.Run(context.Background(), system{}, question(false)); r.Verdict != explore.Verified || len(r.Missing()) > 0 {
		t.Errorf("got %v, missing %v", r.Verdict, r.Missing())
	}
	if r := explore.Run(context.Background(), system{}, question(true)); r.Verdict != explore.Violated {
		t.Errorf("got %v", r.Verdict)
	}
}
