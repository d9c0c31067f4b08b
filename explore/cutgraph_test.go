package explore_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

// nearTwin measures, for each node, the way to the nearest center by relaxing every edge until nothing changes.
func nearTwin(g *explore.Graph[int, int], center func(int) bool) []int {
	const far = 1 << 20
	d := make([]int, g.Len())
	for i := range d {
		d[i] = far
		if center(g.Node(i).State) {
			d[i] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for e := range g.Edges() {
			for _, x := range [][2]int{{e.From, e.To}, {e.To, e.From}} {
				if d[x[0]]+1 < d[x[1]] {
					d[x[1]] = d[x[0]] + 1
					changed = true
				}
			}
		}
	}
	return d
}

// checkPart: part has the nodes of g for which keep holds, all edges between them, and is open where g is, and
// where an edge was cut.
func checkPart(t *rapid.T, g, part *explore.Graph[int, int], keep func(i int) bool) {
	var want, got []string
	open := map[int]bool{}
	for e := range g.Edges() {
		switch {
		case keep(e.From) && keep(e.To):
			want = append(want, fmt.Sprint(e.From, e.Action, e.To, e.Count))
		default:
			open[e.From], open[e.To] = true, true
		}
	}
	for e := range part.Edges() {
		got = append(got, fmt.Sprint(part.Node(e.From).Origin, e.Action, part.Node(e.To).Origin, e.Count))
	}
	if !slices.Equal(want, got) {
		t.Errorf("edges %v, want %v", got, want)
	}
	at := 0
	for n := range g.Nodes() {
		if !keep(n.ID) {
			continue
		}
		n.Open = n.Open || open[n.ID]
		n.ID, n.Origin = at, n.ID
		if part.Node(at) != n {
			t.Errorf("node %+v, want %+v", part.Node(at), n)
		}
		at++
	}
	if at != part.Len() {
		t.Errorf("%d nodes, want %d", part.Len(), at)
	}
}

func TestAround(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, g := explore.RunGraph(t.Context(), mazeSystem(drawMaze(t)), drawOptions(t))
		centers := rapid.SliceOfN(rapid.IntRange(0, 80), 0, 3).Draw(t, "centers")
		radius := rapid.IntRange(0, 4).Draw(t, "radius")
		center := func(s int) bool { return slices.Contains(centers, s) }
		part := explore.Around(g, func(n explore.Node[int]) bool { return center(n.State) }, radius)
		d := nearTwin(g, center)
		checkPart(t, g, part, func(i int) bool { return d[i] <= radius })
	})
}

func TestAlongARun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMaze(t)
		bad := rapid.IntRange(0, 80).Draw(t, "bad")
		r, g := explore.RunGraph(t.Context(), mazeSystem(m), mazeOptions{Always: []explore.Predicate[int]{{Name: "a", Holds: func(s int) bool { return s != bad }}}})
		if len(r.Violations) == 0 {
			return
		}
		var run []int
		for _, hop := range r.Violations[0].Path {
			run = append(run, hop.State)
		}
		ids := explore.Find(g, append(run, -5))
		if ids[len(run)] != -1 {
			t.Errorf("-5 is no state: found as %d", ids[len(run)])
		}
		for i, s := range run {
			if g.Node(ids[i]).State != s {
				t.Errorf("state %d is found as %+v", s, g.Node(ids[i]))
			}
		}
		d := nearTwin(g, func(s int) bool { return slices.Contains(run, s) })
		checkPart(t, g, explore.Along(g, ids[:len(run)]), func(i int) bool { return d[i] <= 1 })
	})
}

func TestAPartOfAGraphCanBeWritten(t *testing.T) {
	_, g := explore.RunGraph(t.Context(), chainSystem(chain{9}), chainOptions{})
	part := explore.Around(g, func(n explore.Node[int]) bool { return n.State == 5 }, 1)
	name := func(s int) string { return fmt.Sprint("state ", s) }
	act := func(a string) string { return a }
	var b bytes.Buffer
	if err := explore.WriteJSONL(&b, part, name, act); err != nil || !strings.Contains(b.String(), `{"node":0,"label":"state 4","depth":4,"open":true,"size":1,"origin":4}`) {
		t.Errorf("%v %s", err, &b)
	}
	b.Reset()
	if err := explore.WriteAUT(&b, part, func(e explore.Edge[string]) string { return e.Action }); err != nil || !strings.HasPrefix(b.String(), "des (0, 4, 3)\n") || strings.Count(b.String(), explore.AUTOpen) != 2 {
		t.Errorf("%v %s", err, &b)
	}
	text := dotOf(t, part, explore.DotStyle[int, string]{NodeLabel: func(n explore.Node[int]) string { return name(n.State) }})
	if strings.Count(text, "dashed") != 2 || strings.Count(text, "->") != 2 {
		t.Errorf("both ends are open, and nothing else:\n%s", text)
	}
}
