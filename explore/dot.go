package explore

import (
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

// Attr is one attribute of DOT, for example {Key: "shape", Value: "box"}. The value can be any string.
type Attr = dot.Attr

// DotStyle says how Draw and [WriteDOT] draw a graph. A function that is nil adds nothing.
type DotStyle[S, A any] struct {
	Name      string
	Graph     []Attr // of the whole graph; without a rankdir it is drawn from left to right
	NodeLabel func(Node[S]) string
	NodeAttrs func(Node[S]) []Attr
	EdgeLabel func(Edge[A]) string
	EdgeAttrs func(Edge[A]) []Attr // asked of the first of the edges between two nodes
}

// WriteDOT writes the drawing that [Draw] makes of g, for Graphviz.
func WriteDOT[S, A any](w io.Writer, g *Graph[S, A], style DotStyle[S, A]) error {
	return Draw(g, style).Write(w)
}

// Draw makes a drawing of g, in which style gives each node and edge its attributes. An initial node has an arrow
// from a point, and an open node has a dashed outline. All edges from one node to another are drawn as one edge.
// Its label has their labels below each other, each once.
func Draw[S, A any](g *Graph[S, A], style DotStyle[S, A]) *dot.Graph {
	d := &dot.Graph{Name: style.Name}
	d.All.Set(Attr{Key: "rankdir", Value: "LR"})
	d.All.Set(style.Graph...)
	var starts []*dot.Node
	for n := range g.Nodes() {
		v := d.Add(fmt.Sprintf("n%d", n.ID))
		if style.NodeLabel != nil {
			v.Set(Attr{Key: "label", Value: style.NodeLabel(n)})
		}
		if n.Open {
			v.Set(Attr{Key: "style", Value: "dashed"})
		}
		if style.NodeAttrs != nil {
			v.Set(style.NodeAttrs(n)...)
		}
		if n.Initial {
			starts = append(starts, v)
		}
	}
	for i, to := range starts {
		d.Connect(d.Add(fmt.Sprintf("start%d", i), dot.Pairs("shape", "point", "label", "")...), to, nil)
	}
	for e := range g.Edges() {
		v, fresh := d.Connect(d.Nodes[e.From], d.Nodes[e.To], nil)
		if fresh && style.EdgeAttrs != nil {
			v.Set(style.EdgeAttrs(e)...)
		}
		if style.EdgeLabel != nil {
			v.AddLabel(style.EdgeLabel(e))
		}
	}
	return d
}
