package joint

import (
	"context"
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Labelled is an action that knows its label in a graph.
type Labelled struct {
	netfake.Action
	flags model.Flags // of the segment that arrives
	data  bool
	quiet bool // folded: the states of both endpoints stay the same
}

func (l Labelled) String() string {
	if l.quiet {
		return ""
	}
	at := netfake.PeerName(int(l.Peer))
	what := l.flags.String()
	if l.data {
		what += " with data"
	}
	switch l.Kind {
	case netfake.Tick:
		return "tick"
	case netfake.Deliver:
		return at + " rcv " + what
	case netfake.DeliverKeep:
		return at + " rcv " + what + ", a copy stays"
	case netfake.Inject:
		return at + " rcv the attacker's " + what
	case netfake.Lose:
		return what + " to " + at + " lost"
	}
	return at + " " + l.Kind.String()
}

// Labelling is a system whose actions are Labelled.
type Labelling struct {
	*netfake.System
	Fold bool // an action that changes neither state has no label
}

func (l Labelling) Actions(dst []Labelled, s netfake.State) []Labelled {
	w := l.Unpack(s)
	for _, a := range l.System.Actions(nil, s) {
		x := Labelled{Action: a}
		var h netfake.Happening
		after := w
		l.Apply(&after, a, &h)
		x.flags, x.data = h.Packet.Seg.Flags, h.Packet.Seg.Len > 0
		if l.Fold {
			x.quiet = after.Peer[0].State() == w.Peer[0].State() && after.Peer[1].State() == w.Peer[1].State()
			x.Index, x.Choice = 0, 0
		}
		x.Action = a
		dst = append(dst, x)
	}
	return dst
}

func (l Labelling) Step(s netfake.State, a Labelled) netfake.State {
	return l.System.Step(s, a.Action)
}

// Search is explore.RunGraph, compiled once for all who draw its graph; see properties.Explore.
//
//go:noinline
func Search(ctx context.Context, l Labelling, o explore.Options[netfake.State, Labelled]) (*explore.Result[netfake.State, Labelled], *explore.Graph[netfake.State, Labelled]) {
	return explore.RunGraph(ctx, l, o)
}

// Folded merges the states that have the same pair of states of the endpoints. The search must have been one of Labelling
// with Fold.
func Folded(sys *netfake.System, g *explore.Graph[netfake.State, Labelled]) *explore.Graph[string, string] {
	return explore.Fold(g, func(s netfake.State) string { return Named(sys, s) }, Labelled.String)
}

// DrawFolded draws a folded graph. marks are attributes of nodes, by their pairs.
func DrawFolded(g *explore.Graph[string, string], title string, marks map[string][]dot.Attr) *dot.Graph {
	d := dot.Draw(g.Nodes(), func(n explore.Node[string]) dot.Box {
		v := dot.Box{Initial: n.Initial, Open: n.Open, Attrs: dot.Pairs("label",
			fmt.Sprintf("%s\n%s", strings.Replace(n.State, " / ", "\n", 1), prose.Count(n.Size, "state")))}
		v.Set(box...)
		v.Set(marks[n.State]...)
		return v
	}, g.Edges(), func(e explore.Edge[string]) dot.Arrow {
		return dot.Arrow{From: e.From, To: e.To, Label: e.Action, Attrs: thin}
	})
	d.Name, d.Title = "folded", title
	d.All.Set(page...)
	d.Legend = []dot.Row{
		{Color: "#000000", Text: "a box: a pair of states of A and B, and how many states have it"},
		{Color: "#000000", Text: "an arrow: what happens; rcv: a segment arrives"},
	}
	if g.OpenNodes() > 0 {
		d.Legend = append(d.Legend, dot.Row{Color: "#000000", Text: "dashed: not everything that can happen there was searched"})
	}
	return d
}
