package mealy

import (
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

// Write writes the machine as a digraph with the states s0, s1, ...; their names are the labels. Read reads it again.
func (m *Machine) Write(w io.Writer, comment string) error {
	g := m.Draw(func(input int) any { return input })
	g.Comment = comment
	return g.Write(w)
}

// Draw draws the machine: a circle for each state. The inputs that lead from one state to another
// and have the same key share an edge.
func (m *Machine) Draw(key func(input int) any) *dot.Graph {
	g := &dot.Graph{Name: "g"}
	first := g.Add(start+"0", dot.Pairs("label", "", "shape", "none")...)
	var nodes []*dot.Node
	for s, name := range m.States {
		nodes = append(nodes, g.Add(fmt.Sprintf("s%d", s), dot.Pairs("shape", "circle", "label", fmt.Sprintf("s%d\n%s", s, name))...))
	}
	for s, row := range m.Edges {
		for k, e := range row {
			if e.To != nowhere {
				t, _ := g.Connect(nodes[s], nodes[e.To], key(k))
				t.AddLabel(m.Inputs[k] + " / " + e.Output)
			}
		}
	}
	g.Connect(first, nodes[m.Initial], nil)
	return g
}
