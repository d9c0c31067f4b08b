package explore_test

import (
	"fmt"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/exploretest"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type (
	miniOptions = explore.Options[minitcp.State, minitcp.Action]
	miniSystem  = explore.System[minitcp.State, minitcp.Action]
)

// The counts on which TLC, SPIN and rumur agree for the same system in their languages.
var miniCounts = []struct {
	sys                 minitcp.System
	distinct, generated uint64
	depth               int
	long                bool
}{
	{sys: minitcp.System{Wire: 1, Opens: 1, Numbers: 1}, distinct: 571},
	{sys: minitcp.System{Wire: 2, Opens: 1, Numbers: 1}, distinct: 5_307},
	{sys: minitcp.System{Wire: 2, Opens: 1, Numbers: 2}, distinct: 21_073},
	{sys: minitcp.System{Wire: 2, Opens: 2, Numbers: 1}, distinct: 67_399},
	{sys: minitcp.System{Wire: 3, Opens: 1, Numbers: 2}, distinct: 112_113},
	{sys: minitcp.System{Wire: 3, Opens: 2, Numbers: 1}, distinct: 611_756},
	{sys: miniL, distinct: 14_161_931, generated: 168_745_800, depth: 35, long: true},
}

var miniL = minitcp.System{Wire: 3, Opens: 2, Numbers: 2}

func TestMinitcpHasTheStatesThatOtherCheckersFound(t *testing.T) {
	for _, c := range miniCounts {
		t.Run(fmt.Sprintf("%+v", c.sys), func(t *testing.T) {
			if c.long && !golden.Long() {
				t.Skip("set TCPCHECK_LONG=1 to run")
			}
			r := explore.Run(t.Context(), miniSystem(c.sys), miniOptions{})
			if r.Verdict != explore.Verified || r.Distinct != c.distinct {
				t.Errorf("%v with %d distinct states, want VERIFIED with %d", r.Verdict, r.Distinct, c.distinct)
			}
			if c.generated != 0 && (r.Generated != c.generated || r.Depth != c.depth) {
				t.Errorf("%d generated, depth %d; want %d and %d", r.Generated, r.Depth, c.generated, c.depth)
			}
		})
	}
}

func TestMinitcpKeepsTheContract(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 2})
	_, g := explore.RunGraph(t.Context(), sys, miniOptions{MaxDepth: 6})
	var states []minitcp.State
	for n := range g.Nodes() {
		states = append(states, n.State)
	}
	exploretest.Contract(t, sys, states)
}

func BenchmarkMinitcpL(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			for range b.N {
				before := cpuSeconds()
				r := explore.Run(b.Context(), miniSystem(miniL), miniOptions{Workers: workers})
				if r.Distinct != 14_161_931 || r.Generated != 168_745_800 {
					b.Fatalf("%d distinct, %d generated", r.Distinct, r.Generated)
				}
				b.ReportMetric(float64(r.Distinct)/(cpuSeconds()-before), "distinct/CPU-s")
				b.ReportMetric(r.BytesPerState, "bytes/state")
			}
		})
	}
}
