package hazards

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

var update = flag.Bool("update", false, "write testdata/hazards.txt")

// answered computes a hazard, bent by a mutant.
func answered(t *testing.T, h Hazard, bend model.Mutant) Report {
	t.Helper()
	r, err := h.Answer(context.Background(), bend, properties.Settings{MaxMem: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestHazards: each is shown, and gone with what it says, by the runs and the spaces that are written down.
func TestHazards(t *testing.T) {
	var got bytes.Buffer
	for _, h := range Hazards() {
		r := answered(t, h, model.None)
		for _, a := range r.Answers() {
			if !a.AsExpected() {
				t.Errorf("%d %s, %s: %v (%s: %s), must be %v", h.Number, h.Name, a.With, a.Sight, a.Verdict, a.Detail, a.Expected)
			}
			states := uint64(0)
			if a.Outcome != nil {
				states = a.Outcome.Distinct
			}
			fmt.Fprintf(&got, "%d %s: %s: %s, %d+%d steps, %d states", h.Number, h.Name, a.With, a.Verdict, a.Steps, a.Loop, states)
			if a.Outcome == nil {
				fmt.Fprintf(&got, ", %s", a.Detail)
			}
			fmt.Fprintln(&got)
		}
	}
	name := filepath.Join("testdata", "hazards.txt")
	if *update {
		if err := os.WriteFile(name, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("(-written down +computed; -update writes it down anew):\n%s", diff)
	}
}

// TestHazardsAreWellFormed: numbered from 1 to 36, each with words, sources, and both sides; each exhibit asks one thing.
func TestHazardsAreWellFormed(t *testing.T) {
	all := Hazards()
	if len(all) != 36 {
		t.Errorf("%d hazards", len(all))
	}
	names := map[string]bool{}
	for i, h := range all {
		if h.Number != i+1 || h.Name == "" || names[h.Name] || h.What == "" || len(h.Sources) == 0 || len(h.Shown) == 0 || len(h.Gone) == 0 {
			t.Errorf("hazard %d of number %d, %q, is not well formed", i+1, h.Number, h.Name)
		}
		names[h.Name] = true
		for k, e := range slices.Concat(h.Shown, h.Gone) {
			asks := 0
			for _, yes := range []bool{e.Theorem != "", e.Ask != nil, e.Script != "", e.Look != nil} {
				if yes {
					asks++
				}
			}
			if e.With == "" || asks > 1 || asks == 0 && k < len(h.Shown) {
				t.Errorf("hazard %d: %q asks %d things", h.Number, e.With, asks)
			}
			if asks == 0 && e.Change == nil && e.Policy == nil && h.Shown[0].Policy == nil {
				t.Errorf("hazard %d: %q changes nothing", h.Number, e.With)
			}
		}
		if found, ok := ByName(h.Name); !ok || found.Number != h.Number {
			t.Errorf("%s is not found by its name", h.Name)
		}
		if found, ok := ByNumber(h.Number); !ok || found.Name != h.Name {
			t.Errorf("%d is not found by its number", h.Number)
		}
	}
	if _, ok := ByNumber(37); ok {
		t.Error("there is a hazard 37")
	}
}

// TestACutSearchIsOpen: what was not exhausted is neither seen nor gone.
func TestACutSearchIsOpen(t *testing.T) {
	h, _ := ByName("assassination")
	r, err := h.Answer(context.Background(), model.None, properties.Settings{MaxStates: 20})
	if err != nil {
		t.Fatal(err)
	}
	if a := r.Gone[0]; a.Sight != Open || a.Verdict != "UNKNOWN" || a.AsExpected() {
		t.Errorf("after 20 states it is %v, %s", a.Sight, a.Verdict)
	}
}

// TestAVacuousAnswerIsNone: where the danger could not have arisen, its absence says nothing.
func TestAVacuousAnswerIsNone(t *testing.T) {
	h, _ := ByName("bad-ack-in-syn-received")
	h.Gone[0].Change = func(q *Question) { q.Scenario.Stale = nil }
	if a := answered(t, h, model.None).Gone[0]; a.Sight != Vacuous || a.AsExpected() {
		t.Errorf("without old segments it is %v", a.Sight)
	}
}

// TestATableThatAsksNothing: a row that names what is not there is an error.
func TestATableThatAsksNothing(t *testing.T) {
	for _, e := range []Exhibit{{}, {Theorem: "none"}, {Theorem: "assassination/none"}, {Theorem: "sequence-shift"}, {Script: "none"}} {
		h := Hazard{Number: 99, Shown: []Exhibit{e}}
		if _, err := h.Answer(context.Background(), model.None, properties.Settings{}); err == nil || !strings.Contains(err.Error(), "hazard 99") {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

// TestAnInterruptedHazardIsOpen: whatever is asked, an interrupt is no error and no answer.
func TestAnInterruptedHazardIsOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, name := range []string{"figure-errors", "assassination", "half-open", "fin-wait-2-orphan"} {
		h, _ := ByName(name)
		r, err := h.Answer(ctx, model.None, properties.Settings{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if a := r.Shown[0]; a.Sight != Open || a.Verdict != "UNKNOWN" || a.AsExpected() {
			t.Errorf("%s: %v, %s", name, a.Sight, a.Verdict)
		}
	}
}
