// Package joint labels and draws graphs of both endpoints with the network.
package joint

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// WhatHappens labels the edges of the graph of a search, with the segment if there is one, so that a
// label means the same in every state.
func WhatHappens(sys *netfake.System, g *properties.Graph) func(explore.Edge[netfake.Action]) string {
	return func(e explore.Edge[netfake.Action]) string {
		a := e.Action
		text := a.Kind.String()
		switch a.Kind {
		case netfake.Tick:
			return text
		case netfake.Deliver, netfake.DeliverKeep, netfake.Lose, netfake.Inject:
			w := sys.Unpack(g.Node(e.From).State)
			var h netfake.Happening
			sys.Apply(&w, a, &h)
			text += " " + h.Packet.Seg.String() + " to"
		}
		text += " " + netfake.PeerName(int(a.Peer))
		if a.Choice > 0 {
			text += fmt.Sprintf(", initial sequence number %d", a.Choice)
		}
		return text
	}
}

// Label lists the two states, the segments on the wire, the timers, the faults and what was cut off.
func Label(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	lines := []string{Named(sys, s)}
	for _, p := range w.Wire(sys) {
		lines = append(lines, p.String())
	}
	if w.Peer[0].Timer > 0 || w.Peer[1].Timer > 0 {
		lines = append(lines, fmt.Sprintf("timers %d, %d", w.Peer[0].Timer, w.Peer[1].Timer))
	}
	for _, name := range s.Faults().Names() {
		lines = append(lines, "*** "+name)
	}
	if cut := netfake.CutOff(s); cut != "" {
		lines = append(lines, "cut off: "+cut)
	}
	return strings.Join(lines, "\n")
}

// The style of graphs of two endpoints.
var (
	faulty = dot.Pairs("color", "#d00000", "penwidth", "2")
	page   = dot.Pairs("rankdir", "TB", "fontname", "Helvetica", "nodesep", "0.4")
	box    = dot.Pairs("shape", "box", "fontname", "Helvetica", "fontsize", "10")
	thin   = dot.Pairs("fontname", "Helvetica", "fontsize", "9", "color", "#555555")
)

// Node is how a state of a joint graph is drawn.
func Node(sys *netfake.System, n explore.Node[netfake.State]) dot.Box {
	v := dot.Box{Initial: n.Initial, Open: n.Open, Attrs: dot.Pairs("label", Label(sys, n.State))}
	v.Set(box...)
	if n.State.Faults() != 0 {
		v.Set(faulty...)
	}
	return v
}

// Edge is how an edge of a graph is drawn.
func Edge[A fmt.Stringer](e explore.Edge[A]) dot.Arrow {
	return dot.Arrow{From: e.From, To: e.To, Label: e.Action.String(), Attrs: thin}
}

// Draw draws a joint graph; node and edge are [Node] and [Edge], or add to them.
func Draw[A any](title string, g *explore.Graph[netfake.State, A],
	node func(explore.Node[netfake.State]) dot.Box, edge func(explore.Edge[A]) dot.Arrow) *dot.Graph {
	d := dot.Draw(g.Nodes(), node, g.Edges(), edge)
	d.Name, d.Title, d.Legend = "joint", title, Legend()
	d.All.Set(page...)
	return d
}

// WriteDOT draws the graph of a search, for explore --dot.
func WriteDOT(w io.Writer, title string, sys *netfake.System, g *properties.Graph) error {
	node := func(n explore.Node[netfake.State]) dot.Box { return Node(sys, n) }
	return Draw(title, g, node, Edge).Write(w)
}

// Legend explains the boxes and arrows of a joint graph.
func Legend() []dot.Row {
	return []dot.Row{
		{Color: "#000000", Text: "a box: the states of A and B, and the segments in the network"},
		{Color: "#000000", Text: "an arrow: what happens; rcv: a segment arrives"},
		{Color: "#d00000", Text: "red: something went wrong (***)"},
	}
}

// Named returns the two states with the names of the endpoints.
func Named(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	return "A " + w.Peer[netfake.A].State().String() + " / B " + w.Peer[netfake.B].State().String()
}
