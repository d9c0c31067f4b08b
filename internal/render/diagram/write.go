package diagram

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// How each kind of arrow is drawn, and explained in the legend.
var looks = [...]struct{ color, style, legend string }{
	Drawn:   {"#1a1a1a", "solid", "drawn in RFC 9293 Figure 5"},
	Noted:   {"#0b62c4", "solid", "not drawn: its notes 2 and 3, erratum 8710"},
	Undrawn: {"#c45100", "dashed", "not in the figure or its notes"},
}

const missingLook = `color="#d00000" fontcolor="#d00000" style="dotted"`

// WriteDOT draws the diagram for Graphviz, in the shape of Figure 5. Like the figure it has
// more than one CLOSED; a small one beside a state is where its resets and timeouts lead.
func (d *Diagram) WriteDOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, `digraph "TCP endpoint" {
	graph [fontname="Helvetica" labelloc="t" nodesep="0.55" ranksep="0.75" splines="true" newrank="true"];
	node [fontname="Helvetica" shape="box" style="rounded,filled" fillcolor="#f4f4f4" fontsize="13" margin="0.18,0.1"];
	edge [fontname="Helvetica" fontsize="10"];
`)
	d.writeNodes(b)
	type ends struct {
		from, to string
		kind     Kind
	}
	labels := map[ends][]string{}
	var order []ends
	for _, e := range d.Edges() {
		if e.From == e.To {
			continue
		}
		at := ends{name(e.From), target(e.Arrow, e.Kind), e.Kind}
		if labels[at] == nil {
			order = append(order, at)
		}
		labels[at] = append(labels[at], label(e))
	}
	small := map[string]bool{}
	for _, at := range order {
		look := looks[at.kind]
		if strings.HasPrefix(at.to, "closed after") && !small[at.to] {
			small[at.to] = true
			fmt.Fprintf(b, "\t%q [label=\"CLOSED\" fontsize=\"9\" margin=\"0.06,0.03\" height=\"0.2\" fillcolor=\"#ffffff\" color=\"#999999\"];\n", at.to)
		}
		fmt.Fprintf(b, "\t%q -> %q [label=\"%s\" color=%q fontcolor=%q style=%q];\n",
			at.from, at.to, strings.Join(labels[at], ""), look.color, look.color, look.style)
	}
	for _, a := range d.Missing() {
		fmt.Fprintf(b, "\t%q -> %q [label=\"NEVER FOUND\\n%s / %s\" %s];\n", name(a.From), target(a, Drawn), a.Event, a.Output, missingLook)
	}
	d.writeLegend(b)
	fmt.Fprintln(b, "}")
	return b.Flush()
}

func label(e Edge) string {
	text := " " + e.Event + " / " + e.Output
	if e.Why != "" {
		text += " (" + e.Why + ")"
	}
	return text + `\l`
}

func name(s model.State) string { return s.String() }

// target is the node that an arrow leads to: which CLOSED, if it leads there.
func target(a Arrow, k Kind) string {
	switch {
	case a.To != model.Closed || a.From == model.Listen || a.From == model.SynSent:
		return name(a.To)
	case k == Drawn:
		return "CLOSED again"
	}
	return "closed after " + name(a.From)
}

func (d *Diagram) writeNodes(b io.Writer) {
	ranks := [][]model.State{
		{model.Closed}, {model.Listen}, {model.SynReceived, model.SynSent}, {model.Established},
		{model.FinWait1, model.CloseWait}, {model.FinWait2, model.Closing, model.LastAck}, {model.TimeWait},
	}
	for _, states := range ranks {
		var names []string
		for _, s := range states {
			names = append(names, fmt.Sprintf("%q;", name(s)))
		}
		fmt.Fprintf(b, "\t{ rank=same; %s }\n", strings.Join(names, " "))
	}
	fmt.Fprintf(b, "\t\"CLOSED again\" [label=\"CLOSED\"];\n")
}

func (d *Diagram) writeLegend(b io.Writer) {
	fmt.Fprint(b, "\tlegend [shape=\"plain\" style=\"\" label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"3\" color=\"#999999\">\n")
	row := func(color, text string) {
		fmt.Fprintf(b, "\t\t<tr><td align=\"left\"><font color=%q>%s</font></td></tr>\n", color, text)
	}
	row("#1a1a1a", "event / what is done; x: nothing")
	for _, l := range looks {
		row(l.color, l.legend)
	}
	if n := len(d.Missing()); n > 0 {
		row("#d00000", fmt.Sprintf("in the figure, and never found: %d", n))
	} else {
		row("#1a1a1a", fmt.Sprintf("all %d arrows of the figure were found", len(Figure5)))
	}
	fmt.Fprint(b, "\t</table>>];\n\t{ rank=same; \"CLOSED\"; legend; }\n")
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
