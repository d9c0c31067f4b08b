package dot

import (
	"fmt"
	"iter"
)

// State is a node of a graph of states.
type State struct {
	Attrs
	Initial, Open bool // open: some of its edges may be missing
}

// Step is an edge of a graph of states.
type Step struct {
	From, To int // the numbers of its states
	Label    string
	Attrs    []Attr // of several steps between two states, the first decides
}

// Draw makes a drawing of a graph of states, from left to right. An initial state has an arrow from a point, and an
// open state has a dashed outline, unless it has a style of its own. All steps from one state to another are one edge.
func Draw[N, E any](nodes iter.Seq[N], state func(N) State, edges iter.Seq[E], step func(E) Step) *Graph {
	g := &Graph{}
	g.All.Set(Attr{Key: "rankdir", Value: "LR"})
	var starts []*Node
	for n := range nodes {
		s := state(n)
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
		s := step(e)
		v, fresh := g.Connect(g.Nodes[s.From], g.Nodes[s.To], nil)
		if fresh {
			v.Set(s.Attrs...)
		}
		v.AddLabel(s.Label)
	}
	return g
}
