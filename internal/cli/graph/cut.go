package graph

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/internal/render/joint"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// cutter selects a part of a joint graph.
type cutter struct {
	around, along string
	radius        int
	force         bool
}

func (c *cutter) flags(f *pflag.FlagSet) {
	f.StringVar(&c.around, "around", "", "joint: draw only the states near those with such a `pair`: A=TIME-WAIT,B=LAST-ACK")
	f.IntVar(&c.radius, "radius", 1, "joint: how many steps forwards and backwards --around draws")
	f.StringVar(&c.along, "along", "", "joint: draw only a shortest `run`, with thick lines, and the states beside it: violation, or a pair as with --around")
	f.BoolVar(&c.force, "force", false, "draw a graph, or write it for Graphviz, even if it is too large to draw well")
}

// check refuses flags that contradict each other.
func (c *cutter) check(kind string) error {
	switch {
	case c.around != "" && c.along != "":
		return exit.Usagef("--around %s: found --along %s too, expected one of the two", c.around, c.along)
	case (c.around != "" || c.along != "") && kind != "joint":
		return exit.Usagef("--around, --along: found graph %s, expected graph joint", kind)
	case c.radius < 0:
		return exit.Usagef("--radius %d: expected a whole number from 0", c.radius)
	}
	return nil
}

type (
	jointOptions = explore.Options[netfake.State, joint.Labelled]
	jointResult  = explore.Result[netfake.State, joint.Labelled]
	jointGraph   = explore.Graph[netfake.State, joint.Labelled]
)

// ask makes the search look for the run of --along.
func (c *cutter) ask(sub *subject.Subject, o *jointOptions) error {
	if c.along == "" {
		return nil
	}
	var p properties.Options
	if c.along == "violation" {
		if len(sub.Always) == 0 {
			return exit.Usagef("--along violation: found no invariant of %s, expected --always too", sub.Name)
		}
		if err := sub.Predicates(&p, nil); err != nil {
			return err
		}
		o.Always = p.Always
		return nil
	}
	cond, err := subject.Pair("--along", c.along)
	if err != nil {
		return err
	}
	o.Sometimes = []explore.Predicate[netfake.State]{{Name: cond.Name, Holds: func(s netfake.State) bool { return cond.Holds(sub.Sys, s) }}}
	return nil
}

// part cuts the graph, and returns the edges of the run, as pairs of the nodes' numbers in the part.
func (c *cutter) part(sub *subject.Subject, r *jointResult, g *jointGraph) (part *jointGraph, run map[[2]int]bool, err error) {
	switch {
	case c.around != "":
		cond, err := subject.Pair("--around", c.around)
		if err != nil {
			return nil, nil, err
		}
		part = explore.Around(g, func(n explore.Node[netfake.State]) bool { return cond.Holds(sub.Sys, n.State) }, c.radius)
		if part.Len() == 0 {
			return nil, nil, exit.With(c.missing(r), fmt.Sprintf("--around %s: no such state among the %d that were found", c.around, g.Len()))
		}
		return part, nil, nil
	case c.along != "":
		path, ok := c.path(r)
		if !ok {
			return nil, nil, exit.With(c.missing(r), fmt.Sprintf("--along %s: no such run among the %d states that were found", c.along, g.Len()))
		}
		part, run = along(g, path)
		return part, run, nil
	}
	return g, nil, nil
}

// missing is the exit status if the part was not found: it may exist if the search was incomplete.
func (c *cutter) missing(r *jointResult) int {
	if r.Reason != "" || len(r.Cuts) > 0 {
		return exit.Incomplete
	}
	return exit.Violated
}

func (c *cutter) path(r *jointResult) (explore.Path[netfake.State, joint.Labelled], bool) {
	if c.along == "violation" {
		if len(r.Violations) == 0 {
			return nil, false
		}
		return r.Violations[0].Path, true
	}
	return r.Witnesses[0].Path, r.Witnesses[0].Found
}

func along(g *jointGraph, path explore.Path[netfake.State, joint.Labelled]) (*jointGraph, map[[2]int]bool) {
	var states []netfake.State
	for _, hop := range path {
		states = append(states, hop.State)
	}
	ids := explore.Find(g, states)
	part := explore.Along(g, ids)
	number := map[int]int{}
	for n := range part.Nodes() {
		number[n.Origin] = n.ID
	}
	run := map[[2]int]bool{}
	for i, id := range ids {
		run[[2]int{number[id], number[id]}] = true // the node itself
		if i > 0 {
			run[[2]int{number[ids[i-1]], number[id]}] = true
		}
	}
	return part, run
}

// The style of a run in a graph.
var heavy = dot.Pairs("penwidth", "3", "color", "#0b62c4")

// drawPart draws a part of a joint graph: each node with its number in the whole graph, and the run with thick lines.
func (j *jointWriter) drawPart() *dot.Graph {
	node := func(n explore.Node[netfake.State]) dot.Box {
		v := joint.Node(j.sys, n)
		if j.part {
			label, _ := v.Get("label")
			v.Set(dot.Pairs("label", fmt.Sprintf("#%d, depth %d\n%s", n.Origin, n.Depth, label))...)
		}
		if j.Run[[2]int{n.ID, n.ID}] {
			v.Set(dot.Pairs("penwidth", "3")...)
		}
		return v
	}
	d := joint.Draw(j.title, j.g, node, func(e explore.Edge[joint.Labelled]) dot.Arrow {
		v := joint.Edge(e)
		if e.From != e.To && j.Run[[2]int{e.From, e.To}] {
			v.Attrs = append(slices.Clip(v.Attrs), heavy...)
		}
		return v
	})
	if j.Run != nil {
		d.Legend = append(d.Legend, dot.Row{Color: "#0b62c4", Text: "thick: the run"})
	}
	return d
}

// jointWriter writes a joint graph, or its fold, in one of the formats.
type jointWriter struct {
	sys   *netfake.System
	g     *jointGraph
	fold  *explore.Graph[string, string] // or nil
	part  bool
	title string
	Run   map[[2]int]bool
}

func (j *jointWriter) nodes() int {
	if j.fold != nil {
		return j.fold.Len()
	}
	return j.g.Len()
}

// output is the graph in each of its forms.
func (j *jointWriter) output() output {
	if j.fold != nil {
		same := func(s string) string { return s }
		return output{
			draw: func() *dot.Graph { return joint.DrawFolded(j.fold, j.title, nil) },
			aut: func(w io.Writer) error {
				return explore.WriteAUT(w, j.fold, func(e explore.Edge[string]) string { return e.Action })
			},
			json: func(w io.Writer) error { return explore.WriteJSONL(w, j.fold, same, same) },
		}
	}
	return output{
		draw: j.drawPart,
		aut: func(w io.Writer) error {
			return explore.WriteAUT(w, j.g, func(e explore.Edge[joint.Labelled]) string { return e.Action.String() })
		},
		json: func(w io.Writer) error {
			return explore.WriteJSONL(w, j.g, func(s netfake.State) string { return joint.Label(j.sys, s) }, joint.Labelled.String)
		},
	}
}
