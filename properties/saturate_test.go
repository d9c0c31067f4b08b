package properties

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func question(t *testing.T, name string) Question {
	t.Helper()
	q, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func boundNamed(t *testing.T, name string) Bound {
	t.Helper()
	for _, bound := range Bounds {
		if bound.Name == name {
			return bound
		}
	}
	t.Fatalf("no bound %q", name)
	return Bound{}
}

// Old segments of one kind do nothing new after the first: the folded space of the handshake settles.
func TestFoldedSpaceSettles(t *testing.T) {
	q := Question{Scenario: sound(func() netfake.Scenario { return opening(model.ThreeSegments, 0) })(), Always: soundness}
	sat, err := q.Saturate(t.Context(), boundNamed(t, "old segments"), 6, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if sat.Stable < sat.From || len(sat.Steps) < settled+1 {
		t.Errorf("got %+v, want a value from which on nothing changes", sat)
	}
	last := sat.Steps[len(sat.Steps)-1]
	for _, s := range sat.Steps[len(sat.Steps)-1-settled:] {
		if s.Pairs != last.Pairs || s.Edges != last.Edges || s.Verdict != explore.Verified.String() {
			t.Errorf("got %+v and %+v, want the same folded space, and VERIFIED", s, last)
		}
	}
	if first := sat.Steps[0]; first.Distinct >= last.Distinct {
		t.Errorf("%d states, then %d: the bound was not raised", first.Distinct, last.Distinct)
	}
}

// A first octet adds pairs of states and steps between them; the fold sees that.
func TestFoldedSpaceGrows(t *testing.T) {
	q := question(t, "close-closes")
	q.Scenario.Net.MSL = 1
	sat, err := q.Saturate(t.Context(), boundNamed(t, "octets of A"), 1, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if sat.Stable >= 0 || sat.Reason != "it still changed" || len(sat.Steps) != 2 || sat.Steps[0].Edges >= sat.Steps[1].Edges {
		t.Errorf("got %+v, want a larger folded space after one step", sat)
	}
}

// What was cut off is no evidence.
func TestCutSearchDoesNotSettle(t *testing.T) {
	sat, err := question(t, "three-segments-opening").Saturate(t.Context(), boundNamed(t, "octets of A"), 6, Settings{MaxStates: 2000})
	if err != nil {
		t.Fatal(err)
	}
	if sat.Stable >= 0 || !strings.Contains(sat.Reason, "states") {
		t.Errorf("got %+v, want a search that was cut off", sat)
	}
}

// Each bound is raised by one, and says so.
func TestBoundsRise(t *testing.T) {
	for _, th := range Theorems() {
		if th.Scenario == nil {
			continue
		}
		for _, bound := range Bounds {
			sc := th.Scenario()
			was := bound.Value(&sc)
			if was < 0 {
				continue
			}
			bound.Raise(&sc)
			if now := bound.Value(&sc); now != was+1 {
				t.Errorf("%s, %s: %d, then %d", th.Name, bound.Name, was, now)
			}
		}
	}
}

// One more old segment is another one, whatever there were.
func TestOlderCopiesDiffer(t *testing.T) {
	old := opening(model.ThreeSegments, 1).Stale
	for range 6 {
		next := olderCopy(old)
		for _, p := range old {
			if p == next {
				t.Fatalf("%v again", next)
			}
		}
		old = append(old, next)
	}
}
