package diagram

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/model"
)

// How each kind of arrow is drawn, and explained in the legend.
var looks = [...]struct{ color, style, legend string }{
	Drawn:   {"#1a1a1a", "solid", "drawn in RFC 9293 Figure 5"},
	Noted:   {"#0b62c4", "solid", "not drawn: its notes 2 and 3, erratum 8710"},
	Undrawn: {"#c45100", "dashed", "not in the figure or its notes"},
}

// missingColor is that of an arrow of the figure that was not found.
const missingColor = "#d00000"

// rows are the states in the places that Figure 5 gives them.
var rows = [][]model.State{
	{model.Closed}, {model.Listen}, {model.SynReceived, model.SynSent}, {model.Established},
	{model.FinWait1, model.CloseWait}, {model.FinWait2, model.Closing, model.LastAck}, {model.TimeWait},
}

// Draw draws the diagram in the shape of Figure 5. Like the figure it has more than one CLOSED; a
// small one beside a state is where its resets and timeouts lead.
func (d *Diagram) Draw() *dot.Graph {
	g := &dot.Graph{Name: "TCP endpoint", Title: "One TCP endpoint, in the places of RFC 9293 Figure 5", Legend: d.legend()}
	g.All.Set(dot.Pairs("fontname", "Helvetica", "nodesep", "0.55", "ranksep", "0.75", "newrank", "true")...)
	g.AllNodes.Set(dot.Pairs("fontname", "Helvetica", "shape", "box", "style", "rounded,filled",
		"fillcolor", "#f4f4f4", "fontsize", "13", "margin", "0.18,0.1")...)
	g.AllEdges.Set(dot.Pairs("fontname", "Helvetica", "fontsize", "10")...)
	nodes := map[string]*dot.Node{}
	for _, states := range rows {
		var row []*dot.Node
		for _, s := range states {
			nodes[s.String()] = g.Add(s.String(), dot.Pairs("fillcolor", phaseColor(s))...)
			row = append(row, nodes[s.String()])
		}
		g.Rows = append(g.Rows, row)
	}
	nodes[closedAgain] = g.Add(closedAgain, dot.Pairs("label", "CLOSED")...)
	connect := func(a Arrow, to, color, style, label string) {
		if nodes[to] == nil {
			nodes[to] = g.Add(to, dot.Pairs("label", "CLOSED", "fontsize", "9", "margin", "0.06,0.03", "height", "0.2",
				"fillcolor", "#ffffff", "color", "#999999")...)
		}
		e, _ := g.Connect(nodes[a.From.String()], nodes[to], color)
		e.AddLabel(label)
		e.Set(dot.Pairs("color", color, "fontcolor", color, "style", style)...)
	}
	for _, e := range d.Edges() {
		if e.From != e.To {
			connect(e.Arrow, target(e.Arrow, e.Kind), looks[e.Kind].color, looks[e.Kind].style, label(e.Arrow, e.Why))
		}
	}
	for _, a := range d.Missing() {
		connect(a, target(a, Drawn), missingColor, "dotted", "NEVER FOUND\n"+label(a, ""))
	}
	return g
}

// phaseColor is light, and one for each phase in the life of a connection.
func phaseColor(s model.State) string {
	switch {
	case s == model.Closed:
		return "#f4f4f4"
	case s < model.Established:
		return "#e3f1fb" // opening
	case s == model.Established:
		return "#dcf2e9" // open
	case s == model.TimeWait:
		return "#f7e6ef" // waiting
	}
	return "#fdf0d0" // closing
}

func label(a Arrow, why string) string {
	text := " " + a.Event + " / " + a.Output + " " // off the edge
	if why != "" {
		text += "(" + why + ") "
	}
	return text
}

func name(s model.State) string { return s.String() }

// closedAgain is the CLOSED at the end of a connection.
const closedAgain = "CLOSED again"

// target is the node that an arrow leads to: which CLOSED, if it leads there.
func target(a Arrow, k Kind) string {
	switch {
	case a.To != model.Closed || a.From == model.Listen || a.From == model.SynSent:
		return name(a.To)
	case k == Drawn:
		return closedAgain
	}
	return "closed after " + name(a.From)
}

// legend says what the colours mean.
func (d *Diagram) legend() []dot.Row {
	list := []dot.Row{{Color: "#1a1a1a", Text: "event / what is done; x: nothing"}}
	for _, l := range looks {
		list = append(list, dot.Row{Color: l.color, Text: l.legend})
	}
	if n := len(d.Missing()); n > 0 {
		return append(list, dot.Row{Color: missingColor, Text: fmt.Sprintf("in the figure, and never found: %d", n)})
	}
	return append(list, dot.Row{Color: "#1a1a1a", Text: fmt.Sprintf("all %d arrows of the figure were found", len(Figure5))})
}

// WriteAUT writes the diagram in the Aldebaran format; the states bear their numbers.
func (d *Diagram) WriteAUT(w io.Writer) error {
	b := bufio.NewWriter(w)
	edges := d.Edges()
	fmt.Fprintf(b, "des (0, %d, %d)\n", len(edges), model.NumStates)
	for _, e := range edges {
		fmt.Fprintf(b, "(%d,\"%s / %s\",%d)\n", e.From, e.Event, e.Output, e.To)
	}
	return b.Flush()
}

// jsonEdge is one line of WriteJSONL.
type jsonEdge struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Event  string `json:"event"`
	Output string `json:"output"`
	Figure string `json:"figure5"` // drawn, noted, undrawn, or missing
	Why    string `json:"why,omitempty"`
	Count  uint64 `json:"count"`
}

// WriteJSONL writes one JSON object a line for each arrow, and for each that is missing.
func (d *Diagram) WriteJSONL(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, e := range d.Edges() {
		if err := enc.Encode(jsonEdge{name(e.From), name(e.To), e.Event, e.Output, e.Kind.String(), e.Why, e.Count}); err != nil {
			return err
		}
	}
	for _, a := range d.Missing() {
		if err := enc.Encode(jsonEdge{From: name(a.From), To: name(a.To), Event: a.Event, Output: a.Output, Figure: "missing"}); err != nil {
			return err
		}
	}
	return nil
}
