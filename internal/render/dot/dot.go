// Package dot holds a directed graph with the attributes of Graphviz, and writes it as DOT with
// gonum's encoder. Every graph that the program writes as DOT or as a picture is built here.
//
// Goals: any text can be a label; the same calls give the same output. Not goals: to read DOT, and
// to place nodes (see internal/render/picture).
package dot

import (
	"fmt"
	"html"
	"io"
	"maps"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

// Attr is one attribute, for example {Key: "shape", Value: "box"}. The value may hold any text,
// with "\n" between lines.
type Attr = encoding.Attribute

// Pairs is a list of attributes from their keys and values in turn.
func Pairs(list ...string) (attrs []Attr) {
	for pair := range slices.Chunk(list, 2) {
		attrs = append(attrs, Attr{Key: pair[0], Value: pair[1]})
	}
	return attrs
}

// Sorted is a list of attributes, sorted by their keys.
func Sorted(attrs map[string]string) (list []Attr) {
	for _, key := range slices.Sorted(maps.Keys(attrs)) {
		list = append(list, Attr{Key: key, Value: attrs[key]})
	}
	return list
}

// Attrs is a list of attributes in the order in which they were first set.
type Attrs []Attr

// Set gives attributes their values, which replace earlier ones.
func (a *Attrs) Set(list ...Attr) {
	for _, x := range list {
		if i := slices.IndexFunc(*a, func(y Attr) bool { return x.Key == y.Key }); i >= 0 {
			(*a)[i] = x
		} else {
			*a = append(*a, x)
		}
	}
}

// Get returns the value of an attribute, and whether it was set.
func (a Attrs) Get(key string) (value string, ok bool) {
	for _, x := range a {
		if x.Key == key {
			return x.Value, true
		}
	}
	return "", false
}

// Attributes is for the encoder: the list, with each value quoted.
func (a Attrs) Attributes() (list []encoding.Attribute) {
	for _, x := range a {
		list = append(list, Attr{Key: x.Key, Value: quote(x.Value)})
	}
	return list
}

// quote makes any text a quoted identifier of DOT, in which "\n" is a line break.
func quote(text string) string { return `"` + escaped.Replace(text) + `"` }

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// Graph is a graph. Edges are written by their nodes, and else in the order in which they were made.
type Graph struct {
	Comment, Name, Title    string
	All, AllNodes, AllEdges Attrs // of the graph, and of all its nodes and edges
	Nodes                   []*Node
	Edges                   []*Edge
	Rows                    [][]*Node // nodes side by side, from top to bottom
	Legend                  []Row     // of the colours

	edges map[place]*Edge
}

// Row is one line of the legend, and its colour.
type Row struct{ Color, Text string }

// Node is a node with its attributes.
type Node struct {
	Attrs
	at
}

// at is what the encoder asks of every node.
type at struct {
	id   int64
	name string
}

func (n at) ID() int64     { return n.id }
func (n at) DOTID() string { return n.name }

// Edge is an edge with its attributes.
type Edge struct {
	Attrs
	From, To *Node
	labels   []string
}

// place tells apart the edges of a graph.
type place struct{ from, to, key any }

// Add adds a node. Its name must be new, and of letters, digits, blanks and signs but quotation marks.
func (g *Graph) Add(name string, attrs ...Attr) *Node {
	n := &Node{at: at{int64(len(g.Nodes)), name}}
	n.Set(attrs...)
	g.Nodes = append(g.Nodes, n)
	return n
}

// Connect returns the edge with that key between two nodes, and whether it is new.
func (g *Graph) Connect(from, to *Node, key any) (e *Edge, fresh bool) {
	p := place{from.id, to.id, key}
	if e := g.edges[p]; e != nil {
		return e, false
	}
	if g.edges == nil {
		g.edges = map[place]*Edge{}
	}
	e = &Edge{From: from, To: to}
	g.edges[p] = e
	g.Edges = append(g.Edges, e)
	return e, true
}

// AddLabel adds a line to the label of the edge, unless it is empty or there already.
func (e *Edge) AddLabel(text string) {
	if text == "" || slices.Contains(e.labels, text) {
		return
	}
	e.labels = append(e.labels, text)
	e.Set(Attr{Key: "label", Value: strings.Join(e.labels, "\n")})
}

// Write writes the graph in DOT.
func (g *Graph) Write(w io.Writer) error {
	out := encoded{multi.NewDirectedGraph(), g}
	for _, n := range g.Nodes {
		out.AddNode(n)
	}
	for _, e := range g.Edges {
		out.SetLine(struct {
			graph.Line
			Attrs
		}{out.NewLine(e.From, e.To), e.Attrs})
	}
	if g.Legend != nil {
		out.AddNode(legend{g.legend(), g.Legend})
	}
	text, err := dot.MarshalMulti(out, quote(g.Name), "", "\t")
	if err != nil {
		return err
	}
	for line := range strings.Lines(g.Comment) {
		if _, err := fmt.Fprintln(w, strings.TrimSpace("// "+line)); err != nil {
			return err
		}
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (g *Graph) legend() at { return at{int64(len(g.Nodes)), "legend"} }

// encoded is a graph for the encoder.
type encoded struct {
	*multi.DirectedGraph
	g *Graph
}

func (x encoded) DOTAttributers() (graph, node, edge encoding.Attributer) {
	all := x.g.All[:len(x.g.All):len(x.g.All)]
	if x.g.Title != "" {
		all.Set(Pairs("label", x.g.Title, "labelloc", "t")...)
	}
	return all, x.g.AllNodes, x.g.AllEdges
}

func (x encoded) Structure() (list []dot.Multigraph) {
	for i, nodes := range x.g.Rows {
		r := row{multi.NewDirectedGraph()}
		if i == 0 && x.g.Legend != nil {
			r.AddNode(x.g.legend())
		}
		for _, n := range nodes {
			r.AddNode(n.at)
		}
		list = append(list, r)
	}
	return list
}

// row is a subgraph without a name.
type row struct{ *multi.DirectedGraph }

func (row) DOTID() string { return "" }
func (row) DOTAttributers() (graph, node, edge encoding.Attributer) {
	return Attrs(Pairs("rank", "same")), Attrs(nil), Attrs(nil)
}

// legend is a node that is a table.
type legend struct {
	at
	rows []Row
}

func (l legend) Attributes() []encoding.Attribute {
	table := `<<table border="1" cellborder="0" cellspacing="3" color="#999999">`
	for _, r := range l.rows {
		table += fmt.Sprintf(`<tr><td align="left"><font color=%q>%s</font></td></tr>`, r.Color, html.EscapeString(r.Text))
	}
	return Pairs("shape", "plain", "style", `""`, "label", table+"</table>>")
}
