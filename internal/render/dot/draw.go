package dot

import (
	"fmt"
	"iter"
)

// Box is how a state is drawn.
type Box struct {
	Attrs
	Initial, Open bool // open: some of its edges may be missing
}

// Arrow is how a step from one state to another is drawn.
type Arrow struct {
	From, To int // the numbers of its boxes
	Label    string
	Attrs    []Attr // of several arrows between two boxes, the first decides
}

// Draw makes a drawing of a graph of states, from left to right. An initial state has an arrow from a point. An open
// state has a dashed outline, unless its box has a style. All steps from one state to another are one edge.
func Draw[N, E any](nodes iter.Seq[N], box func(N) Box, edges iter.Seq[E], arrow func(E) Arrow) *Graph {
	g := &Graph{}
	g.All.Set(Attr{Key: "rankdir", Value: "LR"})
	var starts []*Node
	for n := range nodes {
		s := box(n)
		v := g.Add(fmt.Sprintf("n%d", len(g.Nodes)), s.Attrs...)
		if _, styled := s.Get("style"); s.Open && !styled {
			v.Set(Attr{Key: "style", Value: "dashed"})
		}
		if s.Initial {
			starts = append(starts, v)
		}
	}
	for i, to := range starts {
		g.Connect(g.Add(fmt.Sprintf("start%d", i), Pairs("shape", "point", "label", "")...), to, nil)
	}
	for e := range edges {
		s := arrow(e)
		v, fresh := g.Connect(g.Nodes[s.From], g.Nodes[s.To], nil)
		if fresh {
			v.Set(s.Attrs...)
		}
		v.AddLabel(s.Label)
	}
	return g
}
