package explore

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// AUTOpen is the label, in the Aldebaran format, of an edge from an open node to itself.
const AUTOpen = "not expanded here"

// WriteAUT writes g in the Aldebaran format, which CADP, mCRL2 and other tools read. The format has exactly one
// initial state: if several nodes are initial, it is the first of them. The format also cannot mark a node.
// Therefore each open node gets an edge to itself with the label [AUTOpen]; otherwise it would look like a deadlock.
// The edges are computed twice, once to count them, and are never stored.
func WriteAUT[S, A any](w io.Writer, g *Graph[S, A], label func(Edge[A]) string) error {
	edges, first := 0, -1
	for range g.Edges() {
		edges++
	}
	for n := range g.Nodes() {
		if n.Initial && first < 0 {
			first = n.ID
		}
		if n.Open {
			edges++
		}
	}
	first = max(first, 0)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "des (%d, %d, %d)\n", first, edges, g.Len())
	// The format has no way to write a quotation mark or the end of a line in a label.
	clean := strings.NewReplacer(`"`, `'`, "\n", " ")
	for e := range g.Edges() {
		fmt.Fprintf(b, "(%d,\"%s\",%d)\n", e.From, clean.Replace(label(e)), e.To)
	}
	for n := range g.Nodes() {
		if n.Open {
			fmt.Fprintf(b, "(%d,\"%s\",%d)\n", n.ID, AUTOpen, n.ID)
		}
	}
	return b.Flush()
}

// jsonNode and jsonEdge are the lines of WriteJSONL.
type jsonNode struct {
	Node    int    `json:"node"`
	Label   string `json:"label"`
	Depth   int    `json:"depth"`
	Initial bool   `json:"initial,omitempty"`
	Open    bool   `json:"open,omitempty"`
	Size    int    `json:"size"`
	Origin  int    `json:"origin,omitempty"`
}

type jsonEdge struct {
	From  int    `json:"from"`
	To    int    `json:"to"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// WriteJSONL writes g as lines of JSON, with one object on each line: first the nodes, which have the key "node",
// then the edges, which have the keys "from" and "to". In a part of another graph, "origin" is the number of a node
// in that graph, and is omitted if it is 0.
func WriteJSONL[S, A any](w io.Writer, g *Graph[S, A], nodeLabel func(S) string, edgeLabel func(A) string) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for n := range g.Nodes() {
		if err := enc.Encode(jsonNode{n.ID, nodeLabel(n.State), n.Depth, n.Initial, n.Open, n.Size, n.Origin}); err != nil {
			return err
		}
	}
	for e := range g.Edges() {
		if err := enc.Encode(jsonEdge{e.From, e.To, edgeLabel(e.Action), e.Count}); err != nil {
			return err
		}
	}
	return b.Flush()
}
