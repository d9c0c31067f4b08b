// Package joint labels and draws graphs of both endpoints with the network.
package joint

import (
	"fmt"
	"io"
	"slices"
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

// Style draws a joint graph, whose actions have these texts.
func Style[A any](sys *netfake.System, text func(A) string) explore.DotStyle[netfake.State, A] {
	return explore.DotStyle[netfake.State, A]{
		Name: "joint", Graph: page,
		NodeLabel: func(n explore.Node[netfake.State]) string { return Label(sys, n.State) },
		NodeAttrs: func(n explore.Node[netfake.State]) []explore.Attr {
			if n.State.Faults() != 0 {
				return append(slices.Clip(box), faulty...)
			}
			return box
		},
		EdgeLabel: func(e explore.Edge[A]) string { return text(e.Action) },
		EdgeAttrs: func(explore.Edge[A]) []explore.Attr { return thin },
	}
}

// WriteDOT draws the graph of a search, for explore --dot.
func WriteDOT(w io.Writer, title string, sys *netfake.System, g *properties.Graph) error {
	d := explore.Draw(g, Style(sys, netfake.Action.String))
	d.Title, d.Legend = title, Legend()
	return d.Write(w)
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
