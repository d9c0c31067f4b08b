package explore

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/encoding"
	"gonum.org/v1/gonum/graph/encoding/dot"
	"gonum.org/v1/gonum/graph/iterator"
)

// Attr is one attribute of DOT, for example {"shape", "box"}.  The value may hold any text.
type Attr struct{ Key, Value string }

// DotStyle says how [WriteDOT] draws a graph.  A nil function adds nothing.
type DotStyle[S, A any] struct {
	Name      string
	Graph     []Attr // of the whole graph; without a rankdir it is drawn from left to right
	NodeLabel func(Node[S]) string
	NodeAttrs func(Node[S]) []Attr
	EdgeLabel func(Edge[A]) string
	EdgeAttrs func(Edge[A]) []Attr // asked of the first of the edges between two nodes
}

// WriteDOT writes g for Graphviz.  An arrow from a point marks an initial node, a dashed outline an open one.
// All edges from one node to another are drawn as one, with the labels, each once, one below the other.
func WriteDOT[S, A any](w io.Writer, g *Graph[S, A], style DotStyle[S, A]) error {
	d := newDotGraph(style.Graph)
	var starts []int64
	for n := range g.Nodes() {
		v := &dotNode{id: int64(n.ID), name: fmt.Sprintf("n%d", n.ID)}
		if style.NodeLabel != nil {
			v.set("label", style.NodeLabel(n))
		}
		if n.Open {
			v.set("style", "dashed")
		}
		if style.NodeAttrs != nil {
			v.setAll(style.NodeAttrs(n))
		}
		if n.Initial {
			starts = append(starts, v.id)
		}
		d.add(v)
	}
	for i, to := range starts {
		v := &dotNode{id: int64(g.Len() + i), name: fmt.Sprintf("start%d", i)}
		v.setAll([]Attr{{"shape", "point"}, {"label", ""}})
		d.add(v)
		d.connect(v.id, to)
	}
	for e := range g.Edges() {
		v, fresh := d.connect(int64(e.From), int64(e.To))
		if fresh && style.EdgeAttrs != nil {
			v.setAll(style.EdgeAttrs(e))
		}
		if style.EdgeLabel != nil {
			v.addLabel(style.EdgeLabel(e))
		}
	}
	text, err := dot.Marshal(d, dotQuote(style.Name), "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// dotQuote makes any text a quoted identifier of DOT, in which "\n" is a line break.
func dotQuote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text) + `"`
}

// dotAttrs is a list of attributes in the order in which they were first set.
type dotAttrs []Attr

func (a *dotAttrs) set(key, value string) {
	i := slices.IndexFunc(*a, func(x Attr) bool { return x.Key == key })
	if i < 0 {
		*a = append(*a, Attr{key, value})
		return
	}
	(*a)[i].Value = value
}

func (a *dotAttrs) setAll(list []Attr) {
	for _, x := range list {
		a.set(x.Key, x.Value)
	}
}

// Attributes implements encoding.Attributer.
func (a dotAttrs) Attributes() []encoding.Attribute {
	var list []encoding.Attribute
	for _, x := range a {
		list = append(list, encoding.Attribute{Key: x.Key, Value: dotQuote(x.Value)})
	}
	return list
}

type dotNode struct {
	dotAttrs
	id   int64
	name string
}

func (n *dotNode) ID() int64     { return n.id }
func (n *dotNode) DOTID() string { return n.name }

type dotEdge struct {
	dotAttrs
	from, to graph.Node
	labels   []string
}

func (e *dotEdge) From() graph.Node { return e.from }
func (e *dotEdge) To() graph.Node   { return e.to }

// ReversedEdge is part of graph.Edge; the encoder does not use it.
func (e *dotEdge) ReversedEdge() graph.Edge { return e }

func (e *dotEdge) addLabel(text string) {
	if text == "" || slices.Contains(e.labels, text) {
		return
	}
	e.labels = append(e.labels, text)
	e.set("label", strings.Join(e.labels, "\n"))
}

// dotGraph is a graph.Directed, as the encoder needs one.  The graphs of gonum do not allow an edge from a node
// to itself together with a single edge for each pair.
type dotGraph struct {
	attrs dotAttrs
	nodes []graph.Node
	next  [][]graph.Node // for each node
	edges map[[2]int64]*dotEdge
}

func newDotGraph(attrs []Attr) *dotGraph {
	d := &dotGraph{edges: map[[2]int64]*dotEdge{}}
	d.attrs.set("rankdir", "LR")
	d.attrs.setAll(attrs)
	return d
}

func (d *dotGraph) add(n *dotNode) {
	d.nodes = append(d.nodes, n)
	d.next = append(d.next, nil)
}

// connect returns the edge between two nodes, and whether it is new.
func (d *dotGraph) connect(from, to int64) (e *dotEdge, fresh bool) {
	ends := [2]int64{from, to}
	if e := d.edges[ends]; e != nil {
		return e, false
	}
	e = &dotEdge{from: d.nodes[from], to: d.nodes[to]}
	d.edges[ends] = e
	d.next[from] = append(d.next[from], d.nodes[to])
	return e, true
}

// DOTAttributers implements dot.Attributers.
func (d *dotGraph) DOTAttributers() (graph, node, edge encoding.Attributer) {
	return d.attrs, dotAttrs(nil), dotAttrs(nil)
}

func (d *dotGraph) Node(id int64) graph.Node { return d.nodes[id] }
func (d *dotGraph) Nodes() graph.Nodes       { return iterator.NewOrderedNodes(d.nodes) }
func (d *dotGraph) From(id int64) graph.Nodes {
	return iterator.NewOrderedNodes(d.next[id])
}

func (d *dotGraph) To(id int64) graph.Nodes {
	var from []graph.Node
	for _, n := range d.nodes {
		if d.HasEdgeFromTo(n.ID(), id) {
			from = append(from, n)
		}
	}
	return iterator.NewOrderedNodes(from)
}

func (d *dotGraph) HasEdgeFromTo(u, v int64) bool { return d.edges[[2]int64{u, v}] != nil }
func (d *dotGraph) HasEdgeBetween(u, v int64) bool {
	return d.HasEdgeFromTo(u, v) || d.HasEdgeFromTo(v, u)
}

func (d *dotGraph) Edge(u, v int64) graph.Edge {
	if e := d.edges[[2]int64{u, v}]; e != nil {
		return e
	}
	return nil
}
