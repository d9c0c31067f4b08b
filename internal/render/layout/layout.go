// Package layout finds places for the nodes and edges of a directed graph, in layers from top to
// bottom: most edges lead downwards, and few cross.
//
// The method is the usual one in four steps (Sugiyama, Tagawa and Toda 1981): the edges that close
// a cycle are reversed; each node gets a layer; the nodes of each layer get an order; then each
// gets a place. An edge has a vertex of its own in each layer that it passes, and its label is one
// too, on a layer between those of the nodes, so that nothing lies on anything else.
//
// Goals: the same graph gives the same picture; nodes and labels do not overlap. Not goals: the
// least number of crossings, and drawing.
package layout

// Point is a place in the drawing; Y grows downwards.
type Point struct{ X, Y float64 }

// Node is a box.
type Node struct {
	W, H float64 // its size
	At   Point   // its centre: set by Place
}

// Edge leads from one node to another, which may be the same one.
type Edge struct {
	From, To int     // numbers of nodes
	W, H     float64 // the size of its label
	At       Point   // the centre of the label: set by Place
	// Path has the points at which the edge turns, from From to To: set by Place. Between an even
	// point and the next it is a curve that is vertical at both ends, then a straight line. The
	// path of an edge from a node to itself is a curve to the right of it. The label interrupts it.
	Path []Point
}

// Graph is what is to be drawn.
type Graph struct {
	Nodes []Node
	Edges []Edge
	Ranks [][]int // nodes that stand side by side, from top to bottom
}

// The gaps between things, in the unit of the sizes.
const (
	nodeGap  = 26
	labelGap = 12
	layerGap = 18 // between two layers, at least; more where edges go far to the side
	portGap  = 14 // between two edges at a node, at most
	loopWide = 16 // how far an edge from a node to itself goes to the right
)

// Place sets the places, and returns the size of the drawing.
func (g *Graph) Place() (width, height float64) {
	p := &placing{Graph: g}
	p.rank()
	p.divide()
	p.order()
	p.spread()
	return p.place()
}

// vertex is a node, a label, or the place where an edge passes a layer.
type vertex struct {
	w, h     float64
	x        float64
	layer    int
	pos      int // in the layer
	node     int // or -1
	up, down []link
}

// link leads to a vertex in the layer above or below.
type link struct {
	to     int
	edge   int
	weight float64 // how much it wants to be straight
}

type placing struct {
	*Graph
	ranks  []int
	v      []vertex // the nodes first
	layers [][]int  // of vertices, from left to right
	chains [][]int  // the vertices between the two ends of each edge, from top to bottom
	loops  [][]int  // the edges of each node to itself
}

// gap is what must be between the centres of two neighbours in a layer.
func (p *placing) gap(a, b int) float64 {
	gap := float64(labelGap)
	if p.v[a].node >= 0 && p.v[b].node >= 0 {
		gap = nodeGap
	}
	return (p.v[a].w+p.v[b].w)/2 + gap
}

// ends are the nodes of an edge: the upper one first.
func (p *placing) ends(edge int) (top, bottom int) {
	e := &p.Edges[edge]
	if p.ranks[e.From] > p.ranks[e.To] {
		return e.To, e.From
	}
	return e.From, e.To
}

// divide puts vertices on the layers: nodes on the even ones, labels on the odd ones. The label of
// an edge between two nodes of one layer is below them.
func (p *placing) divide() {
	p.loops, p.chains = make([][]int, len(p.Nodes)), make([][]int, len(p.Edges))
	for i, e := range p.Edges {
		if e.From == e.To {
			p.loops[e.From] = append(p.loops[e.From], i)
		}
	}
	for i, n := range p.Nodes {
		wide, high := p.loopSize(i)
		p.add(vertex{w: n.W + wide, h: max(n.H, high), layer: 2 * p.ranks[i], node: i})
	}
	for i, e := range p.Edges {
		if e.From == e.To {
			continue
		}
		above, bottom := p.ends(i)
		first, last := 2*p.ranks[above]+1, 2*p.ranks[bottom]-1
		label := max(first, (first+last)/2)
		label -= 1 - label%2
		for layer := first; layer <= max(first, last); layer++ {
			x := vertex{layer: layer, node: -1}
			if layer == label {
				x.w, x.h = e.W, e.H
			}
			id := p.add(x)
			p.connect(above, id, i)
			p.chains[i] = append(p.chains[i], id)
			above = id
		}
		if last < first {
			above, bottom = bottom, above
		}
		p.connect(above, bottom, i)
	}
}

// loopSize is what the edges of a node to itself take beside it.
func (p *placing) loopSize(node int) (wide, high float64) {
	for _, i := range p.loops[node] {
		wide = max(wide, loopWide+p.Edges[i].W)
		high += p.Edges[i].H
	}
	return wide, high
}

func (p *placing) add(x vertex) int {
	for len(p.layers) <= x.layer {
		p.layers = append(p.layers, nil)
	}
	x.pos = len(p.layers[x.layer])
	p.layers[x.layer] = append(p.layers[x.layer], len(p.v))
	p.v = append(p.v, x)
	return len(p.v) - 1
}

func (p *placing) connect(above, below, edge int) {
	weight := 1.0
	if p.v[above].node < 0 && p.v[below].node < 0 {
		weight = 100
	}
	p.v[above].down = append(p.v[above].down, link{below, edge, weight})
	p.v[below].up = append(p.v[below].up, link{above, edge, weight})
}
