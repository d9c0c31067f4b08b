package layout

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// box is what a node or a label takes.
type box struct{ left, right, top, bottom float64 }

func boxOf(at Point, w, h float64) box { return box{at.X - w/2, at.X + w/2, at.Y - h/2, at.Y + h/2} }

func (b box) meets(c box) bool {
	const slack = 1e-6
	return b.left < c.right-slack && c.left < b.right-slack && b.top < c.bottom-slack && c.top < b.bottom-slack
}

func draw(t *rapid.T) *Graph {
	g := &Graph{}
	n := rapid.IntRange(1, 12).Draw(t, "nodes")
	size := rapid.Float64Range(1, 100)
	for range n {
		g.Nodes = append(g.Nodes, Node{W: size.Draw(t, "w"), H: size.Draw(t, "h")})
	}
	node := rapid.IntRange(0, n-1)
	for range rapid.IntRange(0, 30).Draw(t, "edges") {
		e := Edge{From: node.Draw(t, "from"), To: node.Draw(t, "to")}
		if rapid.Bool().Draw(t, "label") {
			e.W, e.H = size.Draw(t, "w"), size.Draw(t, "h")
		}
		g.Edges = append(g.Edges, e)
	}
	if cut := rapid.IntRange(0, n).Draw(t, "rows"); cut > 0 {
		var all []int
		for i := range cut {
			all = append(all, i)
		}
		g.Ranks = [][]int{all[:cut/2], all[cut/2:]}
	}
	return g
}

// checkPlaces: whatever the graph, nodes and labels lie apart and within the drawing, edges begin
// and end at their nodes and lead through no other, and the same graph is placed in the same way.
func checkPlaces(t *rapid.T) {
	g := draw(t)
	again := &Graph{append([]Node(nil), g.Nodes...), append([]Edge(nil), g.Edges...), g.Ranks}
	width, height := g.Place()
	page := box{-1e-6, width + 1e-6, -1e-6, height + 1e-6}
	var boxes []box
	for _, n := range g.Nodes {
		boxes = append(boxes, boxOf(n.At, n.W, n.H))
	}
	for _, e := range g.Edges {
		if e.H > 0 {
			boxes = append(boxes, boxOf(e.At, e.W, e.H))
		}
	}
	for i, a := range boxes {
		if a.left < page.left || a.right > page.right || a.top < page.top || a.bottom > page.bottom {
			t.Fatalf("box %d, %v, is not within %v", i, a, page)
		}
		for k, b := range boxes[:i] {
			if a.meets(b) {
				t.Fatalf("boxes %d and %d overlap: %v, %v", i, k, a, b)
			}
		}
	}
	for i, e := range g.Edges {
		checkPath(t, g, i, e)
	}
	for _, row := range g.Ranks {
		for _, n := range row {
			if g.Nodes[n].At.Y != g.Nodes[row[0]].At.Y {
				t.Fatalf("nodes %v are to stand side by side: %v", row, g.Nodes)
			}
		}
	}
	if again.Place(); !reflect.DeepEqual(g, again) {
		t.Fatal("the same graph is placed in two ways")
	}
}

func checkPath(t *rapid.T, g *Graph, i int, e Edge) {
	last := len(e.Path) - 1
	for _, x := range []struct {
		at, next Point
		node     Node
	}{{e.Path[0], e.Path[1], g.Nodes[e.From]}, {e.Path[last], e.Path[last-1], g.Nodes[e.To]}} {
		if e.From != e.To && (x.at.Y < x.node.At.Y) != (x.next.Y < x.node.At.Y) {
			t.Fatalf("edge %d leads through its own node", i)
		}
		b := boxOf(x.node.At, x.node.W+1e-6, x.node.H+1e-6)
		if x.at.X < b.left || x.at.X > b.right || x.at.Y < b.top || x.at.Y > b.bottom {
			t.Fatalf("edge %d ends at %v, not at its node %v", i, x.at, b)
		}
	}
	if e.From == e.To {
		return
	}
	for k := 1; k+1 < len(e.Path); k += 2 {
		a, b := e.Path[k], e.Path[k+1]
		if a.X != b.X {
			t.Fatalf("edge %d is not straight between points %d and %d: %v", i, k, k+1, e.Path)
		}
		line := box{a.X, a.X + 1e-3, min(a.Y, b.Y), max(a.Y, b.Y)}
		for n, x := range g.Nodes {
			if line.meets(boxOf(x.At, x.W, x.H)) {
				t.Fatalf("edge %d leads through node %d", i, n)
			}
		}
		for n, x := range g.Edges {
			if n != i && x.H > 0 && line.meets(boxOf(x.At, x.W, x.H)) {
				t.Fatalf("edge %d leads through the label of edge %d", i, n)
			}
		}
	}
}

func TestPlaces(t *testing.T) { rapid.Check(t, checkPlaces) }
func FuzzPlaces(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkPlaces)) }

func TestEdgesWithoutACycleLeadDownwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := draw(t)
		g.Ranks = nil
		for i := range g.Edges {
			e := &g.Edges[i]
			e.From, e.To = min(e.From, e.To), max(e.From, e.To)
		}
		g.Place()
		for i, e := range g.Edges {
			if e.From != e.To && g.Nodes[e.From].At.Y >= g.Nodes[e.To].At.Y {
				t.Fatalf("edge %d leads upwards", i)
			}
		}
	})
}

// tree is a binary tree.
func tree(nodes int) *Graph {
	g := &Graph{Nodes: []Node{{W: 40, H: 20}}}
	for n := 1; n < nodes; n++ {
		g.Nodes = append(g.Nodes, Node{W: 40, H: 20})
		g.Edges = append(g.Edges, Edge{From: (n - 1) / 2, To: n, W: 30, H: 10})
	}
	return g
}

func TestATreeIsDrawnWithoutCrossings(t *testing.T) {
	g := tree(63)
	for i := range g.Edges { // in an order that is of no help
		k := i * 29 % len(g.Edges)
		g.Edges[i], g.Edges[k] = g.Edges[k], g.Edges[i]
	}
	p := &placing{Graph: g}
	p.rank()
	p.divide()
	p.order()
	if n := p.crossings(); n != 0 {
		t.Errorf("%d crossings", n)
	}
}

func TestACycleHasOneEdgeThatLeadsBack(t *testing.T) {
	g := &Graph{Nodes: make([]Node, 5)}
	for i := range g.Nodes {
		g.Nodes[i] = Node{W: 10, H: 10}
		g.Edges = append(g.Edges, Edge{From: i, To: (i + 1) % 5})
	}
	g.Edges = append(g.Edges, Edge{From: 0, To: 3}, Edge{From: 1, To: 3})
	g.Place()
	back := 0
	for _, e := range g.Edges {
		if g.Nodes[e.From].At.Y > g.Nodes[e.To].At.Y {
			back++
		}
	}
	if back != 1 {
		t.Errorf("%d edges lead back", back)
	}
}

func BenchmarkPlace(b *testing.B) {
	for b.Loop() {
		g := tree(2000)
		for i := 0; i < 2000; i += 3 {
			g.Edges = append(g.Edges, Edge{From: i, To: i * 7 % 2000, W: 30, H: 10})
		}
		g.Place()
	}
}
