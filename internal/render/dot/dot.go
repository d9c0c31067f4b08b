// Package dot builds a directed graph and writes it for Graphviz, with gonum's graph and encoder.
// Every graph that the program writes as DOT is written here.
//
// Goals: any text can be a name or a label; the same calls give the same output. Not goals: to
// read DOT, and to place nodes.
package dot

import (
	"io"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/multi"
)

// Attr is one attribute, for example {"shape", "box"}. The value may hold any text, with "\n"
// between lines.
type Attr = encoding.Attribute

// Pairs is a list of attributes from their keys and values in turn.
func Pairs(list ...string) (attrs []Attr) {
	for pair := range slices.Chunk(list, 2) {
		attrs = append(attrs, Attr{Key: pair[0], Value: pair[1]})
	}
	return attrs
}

// Attrs is a list of attributes in the order in which they were first set.
type Attrs []Attr

// Set gives attributes their values, which replace earlier ones.
func (a *Attrs) Set(list ...Attr) {
	for _, x := range list {
		a.put(x.Key, quote(x.Value))
	}
}

// SetHTML gives an attribute a value in Graphviz's dialect of HTML.
func (a *Attrs) SetHTML(key, value string) { a.put(key, "<"+value+">") }

func (a *Attrs) put(key, quoted string) {
	i := slices.IndexFunc(*a, func(x Attr) bool { return x.Key == key })
	if i < 0 {
		*a = append(*a, Attr{Key: key, Value: quoted})
		return
	}
	(*a)[i].Value = quoted
}

// Attributes is for the encoder: the list, with each value quoted.
func (a Attrs) Attributes() []encoding.Attribute { return a }

// quote makes any text a quoted identifier of DOT, in which "\n" is a line break.
func quote(text string) string { return `"` + escaped.Replace(text) + `"` }

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// Graph is a graph under construction. Nodes are written in the order in which they were added,
// edges by their nodes.
type Graph struct {
	*multi.DirectedGraph
	All, AllNodes, AllEdges Attrs // of the graph, and of all its nodes and edges

	name  string
	edges map[place]*Edge
	ranks []dot.Multigraph
}

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
	graph.Line
	labels []string
}

// place tells apart the edges of a graph.
type place struct{ from, to, key any }

// New returns an empty graph.
func New(name string) *Graph {
	return &Graph{DirectedGraph: multi.NewDirectedGraph(), name: name, edges: map[place]*Edge{}}
}

// Add adds a node. Its name must be new, and of letters, digits, blanks and signs but quotation marks.
func (g *Graph) Add(name string, attrs ...Attr) *Node {
	n := &Node{at: at{int64(g.DirectedGraph.Nodes().Len()), name}}
	n.Set(attrs...)
	g.AddNode(n)
	return n
}

// Connect returns the edge with that key between two nodes, and whether it is new.
func (g *Graph) Connect(from, to *Node, key any) (e *Edge, fresh bool) {
	p := place{from.id, to.id, key}
	if e := g.edges[p]; e != nil {
		return e, false
	}
	e = &Edge{Line: g.NewLine(from, to)}
	g.edges[p] = e
	g.SetLine(e)
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

// Rank puts nodes on one line of the drawing.
func (g *Graph) Rank(nodes ...*Node) {
	r := rank{multi.NewDirectedGraph()}
	for _, n := range nodes {
		r.AddNode(n.at)
	}
	g.ranks = append(g.ranks, r)
}

// rank is a subgraph without a name.
type rank struct{ *multi.DirectedGraph }

func (rank) DOTID() string { return "" }
func (rank) DOTAttributers() (graph, node, edge encoding.Attributer) {
	return Attrs{{Key: "rank", Value: "same"}}, Attrs(nil), Attrs(nil)
}

// DOTAttributers and Structure are for the encoder.
func (g *Graph) DOTAttributers() (graph, node, edge encoding.Attributer) {
	return g.All, g.AllNodes, g.AllEdges
}
func (g *Graph) Structure() []dot.Multigraph { return g.ranks }

// Write writes the graph in DOT.
func (g *Graph) Write(w io.Writer) error {
	text, err := dot.MarshalMulti(g, quote(g.name), "", "\t")
	if err == nil {
		_, err = w.Write(append(text, '\n'))
	}
	return err
}
