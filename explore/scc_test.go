package explore

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

// webOf lays out a graph given as the successors of each node.
func webOf(next [][]uint32) *web {
	w := &web{first: []uint32{0}}
	for _, to := range next {
		w.to = append(w.to, to...)
		w.first = append(w.first, uint32(len(w.to)))
	}
	w.class = make([]uint32, len(w.to))
	return w
}

func drawNext(t *rapid.T) [][]uint32 {
	n := rapid.IntRange(1, 12).Draw(t, "nodes")
	next := make([][]uint32, n)
	for v := range next {
		next[v] = rapid.SliceOfN(rapid.Uint32Range(0, uint32(n-1)), 0, 4).Draw(t, "edges")
	}
	return next
}

// components lists the components of a part, each sorted, in the order in which they come.
func components(w *web, part []uint32, p uint32) (comps [][]uint32) {
	var nodes []uint32
	for v := range part {
		if part[v] == p {
			nodes = append(nodes, uint32(v))
		}
	}
	w.finder().components(nodes, part, func(members []uint32) {
		comps = append(comps, slices.Sorted(slices.Values(members)))
	})
	return comps
}

// mutual is the dumb twin: two nodes are in one component if each reaches the other within the part.
func mutual(next [][]uint32, part []uint32, p uint32) (comps [][]uint32) {
	n := len(next)
	reach := make([][]bool, n)
	for v := range reach {
		reach[v] = make([]bool, n)
		reach[v][v] = true
		for _, w := range next[v] {
			reach[v][w] = reach[v][w] || part[v] == p && part[w] == p
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
			}
		}
	}
	seen := make([]bool, n)
	for v := range n {
		if part[v] != p || seen[v] {
			continue
		}
		var comp []uint32
		for w := range n {
			if reach[v][w] && reach[w][v] {
				comp = append(comp, uint32(w))
				seen[w] = true
			}
		}
		comps = append(comps, comp)
	}
	return comps
}

func sorted(comps [][]uint32) [][]uint32 {
	return slices.SortedFunc(slices.Values(comps), slices.Compare)
}

func TestComponentsAreThoseOfMutualReachability(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		next := drawNext(t)
		part := make([]uint32, len(next))
		for v := range part {
			part[v] = rapid.Uint32Range(0, 1).Draw(t, "part")
		}
		got := components(webOf(next), part, 1)
		if want := mutual(next, part, 1); fmt.Sprint(sorted(got)) != fmt.Sprint(sorted(want)) {
			t.Errorf("got %v, want %v", got, want)
		}
		// A component comes after all that it leads to.
		at := map[uint32]int{}
		for i, c := range got {
			for _, v := range c {
				at[v] = i
			}
		}
		for v, to := range next {
			for _, w := range to {
				if part[v] == 1 && part[w] == 1 && at[w] > at[uint32(v)] {
					t.Errorf("%d leads to %d, which comes later", v, w)
				}
			}
		}
	})
}

func TestComponentsAreThoseOfGonum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		next := drawNext(t)
		g := simple.NewDirectedGraph()
		for v := range next {
			g.AddNode(simple.Node(v))
		}
		for v, to := range next {
			for _, w := range to {
				if int(w) != v { // gonum's graph has no edge from a node to itself
					g.SetEdge(simple.Edge{F: simple.Node(v), T: simple.Node(w)})
				}
			}
		}
		var want [][]uint32
		for _, c := range topo.TarjanSCC(g) {
			var comp []uint32
			for _, v := range c {
				comp = append(comp, uint32(v.ID()))
			}
			slices.Sort(comp)
			want = append(want, comp)
		}
		if got := components(webOf(next), make([]uint32, len(next)), 0); fmt.Sprint(sorted(got)) != fmt.Sprint(sorted(want)) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestADeepGraphNeedsNoDeepStack(t *testing.T) {
	const n = 1 << 20 // a ring: the deepest search there is
	w := &web{first: []uint32{0}}
	for v := range uint32(n) {
		w.to = append(w.to, (v+1)%n)
		w.first = append(w.first, v+1)
	}
	w.class = make([]uint32, n)
	if comps := components(w, make([]uint32, n), 0); len(comps) != 1 || len(comps[0]) != n {
		t.Errorf("%d components", len(comps))
	}
}

func TestTheSourceOfAnEdge(t *testing.T) {
	w := webOf([][]uint32{{}, {0, 1}, {}, {}, {2, 3, 4}, {}})
	var got []uint32
	for e := range w.to {
		got = append(got, w.source(uint32(e)))
	}
	if fmt.Sprint(got) != "[1 1 4 4 4]" {
		t.Error(got)
	}
}
