package main

import (
	"context"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/exploretest"
)

func TestOneBitIsEnoughWhereOrderIsKept(t *testing.T) {
	r, g := explore.RunGraph(context.Background(), protocol{}, question())
	if r.Verdict != explore.Verified || len(r.Missing()) > 0 {
		t.Errorf("got %v, missing %v", r.Verdict, r.Missing())
	}
	var states []state
	for n := range g.Nodes() {
		states = append(states, n.State)
	}
	exploretest.Contract(t, protocol{}, states)
	if r := explore.Run(context.Background(), protocol{reorder: true}, question()); r.Verdict != explore.Violated {
		t.Errorf("without order: got %v", r.Verdict)
	}
}
