package explore_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

// countTwin counts a field with one set for each level.
func countTwin[A any](g *explore.Graph[int, A], f explore.Field[int]) explore.FieldCount {
	c := explore.FieldCount{Name: f.Name}
	var sets []map[uint64]bool
	for n := range g.Nodes() {
		for len(sets) <= n.Depth {
			sets = append(sets, map[uint64]bool{})
		}
		sets[n.Depth][f.Value(n.State)] = true
	}
	ever := map[uint64]bool{}
	for i, set := range sets {
		before := len(ever)
		for v := range set {
			ever[v] = true
		}
		c.Levels, c.Fresh = append(c.Levels, len(set)), append(c.Fresh, len(ever)-before)
		if i >= len(sets)-explore.LastLevels(len(sets)) {
			c.Late += len(ever) - before
		}
	}
	c.Values = len(ever)
	return c
}

func TestCountFields(t *testing.T) {
	fields := []explore.Field[int]{
		{Name: "none", Value: func(int) uint64 { return 7 }},
		{Name: "all", Value: func(s int) uint64 { return uint64(s) << 40 }},
		{Name: "some", Value: func(s int) uint64 { return uint64(s % 5) }},
		{Name: "large and small", Value: func(s int) uint64 { return uint64(s/2) * 50 }},
	}
	rapid.Check(t, func(t *rapid.T) {
		_, g := explore.RunGraph(t.Context(), mazeSystem(drawMaze(t)), drawOptions(t))
		got := explore.CountFields(g, fields)
		for i, c := range got {
			at := slices.IndexFunc(fields, func(f explore.Field[int]) bool { return f.Name == c.Name })
			if diff := cmp.Diff(countTwin(g, fields[at]), c); diff != "" {
				t.Errorf("%s (-twin +got):\n%s", c.Name, diff)
			}
			if i > 0 && (got[i-1].Late < c.Late || got[i-1].Late == c.Late && got[i-1].Values < c.Values) {
				t.Errorf("%s comes after %s", c.Name, got[i-1].Name)
			}
		}
	})
}

// counter counts up forever, and turns a wheel meanwhile.
type counter struct{}

type counted struct{ n, wheel uint8 }

func (counter) Init() []counted                          { return []counted{{}} }
func (counter) Actions(dst []string, _ counted) []string { return append(dst, "count", "turn") }
func (counter) Step(s counted, a string) counted {
	if a == "count" {
		s.n++
	} else {
		s.wheel = (s.wheel + 1) % 3
	}
	return s
}

func TestTheFieldThatMakesASearchGrowComesFirst(t *testing.T) {
	r, g := explore.RunGraph(t.Context(), explore.System[counted, string](counter{}), explore.Options[counted, string]{MaxStates: 100})
	got := explore.CountFields(g, []explore.Field[counted]{
		{Name: "wheel", Value: func(s counted) uint64 { return uint64(s.wheel) }},
		{Name: "n", Value: func(s counted) uint64 { return uint64(s.n) }},
	})
	if r.Reason == "" || got[0].Name != "n" || got[0].Late != explore.LastLevels(len(r.Levels)) || got[1].Late != 0 || got[1].Values != 3 {
		t.Errorf("n grows, the wheel does not: %+v", got)
	}
}

func TestLastLevels(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 2: 0, 3: 1, 4: 2, 8: 2, 12: 3, 40: 10} {
		if got := explore.LastLevels(n); got != want {
			t.Errorf("of %d levels %d are the last, want %d", n, got, want)
		}
	}
}
