package main

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type (
	options = explore.Options[minitcp.State, minitcp.Action]
	system  = explore.System[minitcp.State, minitcp.Action]
)

func TestFloorFindsWhatTheExplorerFinds(t *testing.T) {
	for wire := 1; wire <= 3; wire++ {
		for opens := 0; opens <= 2; opens++ {
			for numbers := 1; numbers <= 3; numbers++ {
				if wire+opens+numbers > 5 {
					continue // a hundred thousand states and more
				}
				r := explore.Run(t.Context(), system(minitcp.System{Wire: wire, Opens: opens, Numbers: numbers}), options{})
				want := count{r.Distinct, r.Generated, r.Depth}
				for _, workers := range []int{1, 2, 5} {
					if got := search(bounds{wire, opens, numbers}, workers); got != want {
						t.Errorf("wire %d, opens %d, numbers %d, %d workers: %+v, want %+v", wire, opens, numbers, workers, got, want)
					}
				}
			}
		}
	}
}

func TestStatesArePackedWithoutLoss(t *testing.T) {
	b := bounds{wire: 3, opens: 2, numbers: 3}
	level := []uint64{pack(first(b))}
	for range 6 {
		var next []uint64
		for _, v := range level[:min(len(level), 2000)] {
			s := unpack(v)
			if got := pack(&s); got != v {
				t.Fatalf("%#x unpacked and packed is %#x", v, got)
			}
			next = b.successors(next, &s)
		}
		level = next
	}
}

func TestBoundsThatDoNotFitAreRefused(t *testing.T) {
	for _, b := range []bounds{{0, 1, 1}, {4, 1, 1}, {1, -1, 1}, {1, 4, 1}, {1, 1, 0}, {1, 1, 4}} {
		if b.check() == nil {
			t.Errorf("%+v was taken", b)
		}
	}
}
