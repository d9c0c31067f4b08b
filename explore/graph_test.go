package explore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
)

func TestGraphHasEveryTransitionOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMaze(t)
		r, g := explore.RunGraph(t.Context(), mazeSystem(m), explore.Small(mazeOptions{Workers: 3}))
		var want, got []string
		for n := range g.Nodes() {
			for i, to := range m.edges[n.State] {
				want = append(want, fmt.Sprint(n.State, i, to))
			}
			if n.Open || n.Initial != slices.Contains(m.starts, n.State) {
				t.Errorf("%+v", n)
			}
		}
		for e := range g.Edges() {
			got = append(got, fmt.Sprint(g.Node(e.From).State, e.Action, g.Node(e.To).State))
		}
		if !slices.Equal(want, got) || len(got) != int(r.Generated) {
			t.Errorf("edges %v, want %v", got, want)
		}
	})
}

func TestGraphOfABoundedSearchShowsWhereItIsOpen(t *testing.T) {
	for claim, c := range map[string]struct {
		o    chainOptions
		open string
	}{
		"cut":                   {chainOptions{Cut: wallAt(2)}, "[2]"},
		"max depth":             {chainOptions{MaxDepth: 3}, "[3]"},
		"stopped at violation":  {chainOptions{Always: []explore.Predicate[int]{below(4)}}, "[4]"},
		"max states":            {chainOptions{MaxStates: 5}, "[5]"},
		"all seen":              {chainOptions{}, "[]"},
		"depth just sufficient": {chainOptions{MaxDepth: 9}, "[]"},
	} {
		_, g := explore.RunGraph(t.Context(), chainSystem(chain{9}), c.o)
		open := []int{}
		edges := 0
		for n := range g.Nodes() {
			if n.Open {
				open = append(open, n.State)
			}
		}
		for range g.Edges() {
			edges++
		}
		if fmt.Sprint(open) != c.open || edges != g.Len()-1 {
			t.Errorf("%s: %v are open, want %s; %d edges for %d nodes", claim, open, c.open, edges, g.Len())
		}
	}
}

// parity folds the chain into even and odd numbers.
func parity() *explore.Graph[string, string] {
	_, g := explore.RunGraph(context.Background(), chainSystem(chain{9}), chainOptions{MaxDepth: 6})
	return explore.Fold(g,
		func(s int) string { return []string{"even", "odd"}[s%2] },
		func(a string) string { return a })
}

func TestFoldAddsUpNodesAndEdges(t *testing.T) {
	g := parity()
	want := "[{0 even 0 true true 4 0} {1 odd 1 false false 3 0}] [{0 1 count 3} {1 0 count 3}]"
	if got := fmt.Sprint(slices.Collect(g.Nodes()), slices.Collect(g.Edges())); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFoldKeepsTheEdgesOfANodeTogether(t *testing.T) {
	// The folded node "x" is 0 and 2; an edge of 1 comes between theirs.
	m := maze{starts: []int{0}, edges: [][]int{{1}, {2, 1}, {1, 3}, {}}}
	_, g := explore.RunGraph(t.Context(), mazeSystem(m), mazeOptions{})
	folded := explore.Fold(g,
		func(s int) string { return []string{"x", "y", "x", "z"}[s] },
		func(a int) string { return fmt.Sprint("e", a) })
	want := "[{0 1 e0 2} {0 2 e1 1} {1 0 e0 1} {1 1 e1 1}]"
	if got := fmt.Sprint(slices.Collect(folded.Edges())); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFoldLeavesOutUnlabelledEdgesWithinANode(t *testing.T) {
	_, g := explore.RunGraph(t.Context(), chainSystem(chain{9}), chainOptions{})
	folded := explore.Fold(g,
		func(s int) string { return fmt.Sprint(s / 5) },
		func(string) string { return "" })
	if got := fmt.Sprint(slices.Collect(folded.Edges())); got != "[{0 1  1}]" {
		t.Error(got)
	}
}

func TestAldebaranKeepsParallelEdgesApart(t *testing.T) {
	m := maze{starts: []int{1}, edges: [][]int{{1, 1}, {0}}}
	_, g := explore.RunGraph(t.Context(), mazeSystem(m), mazeOptions{})
	var b bytes.Buffer
	if err := explore.WriteAUT(&b, g, func(e explore.Edge[int]) string { return fmt.Sprintf("take \"%d\"", e.Action) }); err != nil {
		t.Fatal(err)
	}
	want := "des (0, 3, 2)\n(0,\"take '0'\",1)\n(1,\"take '0'\",0)\n(1,\"take '1'\",0)\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// What was not expanded is no deadlock, in any format.
func TestOpenNodesAreMarked(t *testing.T) {
	m := maze{starts: []int{0}, edges: [][]int{{1, 2}, {0}, {}}}
	_, g := explore.RunGraph(t.Context(), mazeSystem(m), mazeOptions{MaxDepth: 1})
	if n := g.OpenNodes(); n != 1 {
		t.Errorf("%d open nodes, want 1", n)
	}
	var b bytes.Buffer
	if err := explore.WriteAUT(&b, g, func(e explore.Edge[int]) string { return "go" }); err != nil {
		t.Fatal(err)
	}
	want := "des (0, 3, 3)\n(0,\"go\",1)\n(0,\"go\",2)\n(1,\"not expanded here\",1)\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
	fold := explore.Fold(g, func(s int) string { return "all" }, func(int) string { return "go" })
	b.Reset()
	if err := explore.WriteAUT(&b, fold, func(e explore.Edge[string]) string { return e.Action }); err != nil || !strings.Contains(b.String(), explore.AUTOpen) {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestJSONLinesSayWhatTheGraphSays(t *testing.T) {
	var b bytes.Buffer
	same := func(s string) string { return s + ` <"\>` }
	if err := explore.WriteJSONL(&b, parity(), same, same); err != nil {
		t.Fatal(err)
	}
	var lines []map[string]any
	for d := json.NewDecoder(&b); d.More(); {
		var line map[string]any
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if len(lines) != 4 || lines[0]["label"] != `even <"\>` || lines[0]["initial"] != true || lines[3]["count"] != 3.0 {
		t.Errorf("%v", lines)
	}
}

func TestDOTMergesTheLabelsOfParallelEdges(t *testing.T) {
	m := maze{starts: []int{0}, edges: [][]int{{1, 1, 0}, {}}}
	_, g := explore.RunGraph(t.Context(), mazeSystem(m), mazeOptions{})
	text := dotOf(t, g, explore.DotStyle[int, int]{
		Name:      `a "graph"`,
		NodeLabel: func(n explore.Node[int]) string { return fmt.Sprintf("state \"%d\"\n\\d", n.State) },
		NodeAttrs: func(n explore.Node[int]) map[string]string { return map[string]string{"shape": "box"} },
		EdgeLabel: func(e explore.Edge[int]) string { return fmt.Sprint("way ", e.Action/2) },
		EdgeAttrs: func(e explore.Edge[int]) map[string]string { return map[string]string{"color": "red"} },
	})
	for _, want := range []string{
		`digraph "a \"graph\"" {`,
		`rankdir="LR"`,
		`label="state \"1\"\n\\d"`,
		`n0 -> n1 [`,
		`label="way 0"`,
		`n0 -> n0 [`,
		`start0 -> n0;`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "->"); n != 3 {
		t.Errorf("%d edges, want 3", n)
	}
}

func dotOf[S, A any](t *testing.T, g *explore.Graph[S, A], style explore.DotStyle[S, A]) string {
	t.Helper()
	var first, again bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &again} {
		if err := explore.WriteDOT(b, g, style); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), again.Bytes()) {
		t.Error("the same graph was written in two ways")
	}
	if _, err := exec.LookPath("dot"); err == nil {
		cmd := exec.Command("dot", "-Tsvg", "-o", t.TempDir()+"/graph.svg")
		cmd.Stdin = bytes.NewReader(first.Bytes())
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("Graphviz: %v: %s", err, out)
		}
	}
	return first.String()
}
