package explore_test

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

func TestAllocationsDoNotGrowWithTheStates(t *testing.T) {
	for _, workers := range []int{1, 2} {
		allocs := func(sys minitcp.System) float64 {
			return testing.AllocsPerRun(1, func() {
				explore.Run(t.Context(), miniSystem(sys), miniOptions{Workers: workers})
			})
		}
		small := allocs(minitcp.System{Wire: 2, Opens: 2, Numbers: 1}) // 67,399 states
		large := allocs(minitcp.System{Wire: 3, Opens: 2, Numbers: 1}) // 611,756 states
		// What may grow: each of 64 shards a few times, the buffers of 128 chunks until they are as large as
		// they need to be, and a page for each 2^17 states. That is far from one allocation for each state.
		if large > small+(611_756-67_399)/100 {
			t.Errorf("%d workers: %.0f allocations for few states, %.0f for many", workers, small, large)
		}
	}
}

// wide is a state of the size of a real system's.
type wide [24]uint64

// counters is a system of wide states: each action counts one of a few digits up, and the rest is ballast.
type counters struct{ digits, base int }

func (c counters) Init() []wide { return []wide{{}} }

func (c counters) Actions(dst []int, s wide) []int {
	for i := range c.digits {
		if s[4*i] < uint64(c.base) {
			dst = append(dst, i)
		}
	}
	return dst
}

func (c counters) Step(s wide, a int) wide {
	s[4*a]++
	s[4*a+1] = s[4*a] * 0x9e3779b97f4a7c15
	return s
}

func BenchmarkWideStates(b *testing.B) {
	sys := counters{digits: 6, base: 9} // a million states of 192 bytes
	for range b.N {
		before := cpuSeconds()
		r := explore.Run(b.Context(), explore.System[wide, int](sys), explore.Options[wide, int]{})
		if r.Distinct != 1_000_000 || r.Generated != 5_400_000 || r.Depth != 54 {
			b.Fatalf("%d distinct, %d generated, depth %d", r.Distinct, r.Generated, r.Depth)
		}
		b.ReportMetric(float64(r.Distinct)/(cpuSeconds()-before), "distinct/CPU-s")
		b.ReportMetric(r.BytesPerState, "bytes/state")
	}
}
