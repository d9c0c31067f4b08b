package properties

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Random walks find what the theorems say that fails, and what they find is made a run that is at most a few steps
// longer than the shortest, which the search finds.
func TestWalksFindWhatFails(t *testing.T) {
	for _, name := range []string{
		"two-segments-old-data", "two-segments-unconfirmed", "four-segments-apart", "early-close-old-data", "no-wait-old-fin",
		"no-wait-old-data", "no-wait-last-ack-reset", "assassination-old-fin", "abort-reopen-old-data", "slow-clock-old-data",
	} {
		th, ok := ByName(name)
		if !ok {
			t.Fatal(name)
		}
		shortest, err := th.Prove(t.Context(), Settings{})
		if err != nil {
			t.Fatal(err)
		}
		sys := shortest.System
		for _, kind := range []func(netfake.Action) uint8{nil, netfake.Action.Class} {
			o := explore.SimOptions[netfake.State, netfake.Action]{Cut: netfake.CutOff, Seed: 1, Runs: 5000, Steps: 200, Kind: kind}
			for _, c := range th.Always {
				o.Always = append(o.Always, c.Predicate(sys))
			}
			r := explore.Simulate(t.Context(), sys, o)
			if r.Violation == nil {
				t.Errorf("%s: nothing found in %d steps", name, r.Steps)
				continue
			}
			short := explore.Shrink(t.Context(), sys, r.Violation.Path, explore.ShrinkOptions[netfake.State, netfake.Action, netfake.ActionKey]{
				Shows: func(s netfake.State) bool {
					for _, p := range o.Always {
						if p.Name == r.Violation.Name {
							return !p.Holds(s)
						}
					}
					return false
				}, Same: sys.Key, Cut: netfake.CutOff, Around: 1000})
			if err := explore.Replay(sys, short.Path); err != nil {
				t.Error(err)
			}
			found, got, want := r.Violation.Path.Steps(), short.Path.Steps(), shortest.Run.Steps()
			t.Logf("%-26s swarm %-5v found after %5d steps, in a run of %3d, made %2d; the shortest has %2d", name, kind != nil, r.Steps, found, got, want)
			if got < want || got > want+3 {
				t.Errorf("%s: %d steps became %d, want %d to %d", name, found, got, want, want+3)
			}
		}
	}
}

// Steps of the joint world allocate nothing: twenty times as many walks cost as many allocations.
func TestStepsOfWalksAllocateNothing(t *testing.T) {
	th, _ := ByName("wait-keeps-old-fin-out")
	sys, err := netfake.New(th.Scenario())
	if err != nil {
		t.Fatal(err)
	}
	allocs := func(runs uint64) float64 {
		return testing.AllocsPerRun(3, func() {
			explore.Simulate(t.Context(), sys, explore.SimOptions[netfake.State, netfake.Action]{
				Always: []explore.Predicate[netfake.State]{th.Always[0].Predicate(sys)}, Cut: netfake.CutOff,
				Seed: 1, Runs: runs, Steps: 100, Workers: 1, Kind: netfake.Action.Class})
		})
	}
	if few, many := allocs(256), allocs(20*256); many > few {
		t.Errorf("%.0f allocations for 256 walks, %.0f for 5120", few, many)
	}
}
