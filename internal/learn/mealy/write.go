package mealy

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
)

// Write writes the machine as a digraph with the states s0, s1, ...; their names are the labels. Read reads it again.
func (m *Machine) Write(w io.Writer, comment string) error {
	for line := range strings.Lines(comment) {
		if _, err := fmt.Fprintln(w, strings.TrimSpace("// "+line)); err != nil {
			return err
		}
	}
	g := dot.New("g")
	first := g.Add(start+"0", dot.Pairs("label", "", "shape", "none")...)
	nodes := make([]*dot.Node, len(m.States))
	for s, name := range m.States {
		nodes[s] = g.Add(fmt.Sprintf("s%d", s), dot.Pairs("shape", "circle", "label", fmt.Sprintf("s%d\n%s", s, name))...)
	}
	for s, row := range m.Edges {
		for k, e := range row {
			if e.To != Nowhere {
				t, _ := g.Connect(nodes[s], nodes[e.To], k)
				t.AddLabel(m.Inputs[k] + " / " + e.Output)
			}
		}
	}
	g.Connect(first, nodes[m.Initial], nil)
	return g.Write(w)
}
