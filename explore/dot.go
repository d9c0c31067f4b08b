package explore

import (
	"io"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

// DotStyle says how [WriteDOT] draws a graph. Attributes are those of Graphviz, by name, for example
// {"shape": "box"}; the value can be any string. A function that is nil adds nothing.
type DotStyle[S, A any] struct {
	Name      string
	Graph     map[string]string // of the whole graph; without a rankdir it is drawn from left to right
	NodeLabel func(Node[S]) string
	NodeAttrs func(Node[S]) map[string]string
	EdgeLabel func(Edge[A]) string
	EdgeAttrs func(Edge[A]) map[string]string // of several edges between two nodes, the first decides
}

// WriteDOT writes g for Graphviz. An initial node has an arrow from a point, and an open node has a dashed outline.
// All edges from one node to another are drawn as one edge. Its label has their labels below each other, each once.
func WriteDOT[S, A any](w io.Writer, g *Graph[S, A], style DotStyle[S, A]) error {
	d := dot.Draw(g.Nodes(), func(n Node[S]) dot.Box {
		v := dot.Box{Initial: n.Initial, Open: n.Open}
		if style.NodeLabel != nil {
			v.Attrs = dot.Pairs("label", style.NodeLabel(n))
		}
		if style.NodeAttrs != nil {
			v.Attrs.Set(dot.Sorted(style.NodeAttrs(n))...)
		}
		return v
	}, g.Edges(), func(e Edge[A]) dot.Arrow {
		v := dot.Arrow{From: e.From, To: e.To}
		if style.EdgeLabel != nil {
			v.Label = style.EdgeLabel(e)
		}
		if style.EdgeAttrs != nil {
			v.Attrs = dot.Sorted(style.EdgeAttrs(e))
		}
		return v
	})
	d.Name = style.Name
	d.All.Set(dot.Sorted(style.Graph)...)
	return d.Write(w)
}
