package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// labelled is an action that knows what it looks like in a graph.
type labelled struct {
	netfake.Action
	flags model.Flags // of the segment that arrives
	text  bool
	quiet bool // folded: the states of both endpoints stay as they are
}

func (l labelled) String() string {
	if l.quiet {
		return ""
	}
	at := netfake.PeerName(int(l.Peer))
	what := l.flags.String()
	if l.text {
		what += " with text"
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

// labelling is a system whose actions are labelled.
type labelling struct {
	*netfake.System
	fold bool
}

func (l labelling) Actions(dst []labelled, s netfake.State) []labelled {
	w := l.Unpack(s)
	for _, a := range l.System.Actions(nil, s) {
		x := labelled{Action: a}
		var h netfake.Happening
		after := w
		l.Apply(&after, a, &h)
		x.flags, x.text = h.Packet.Seg.Flags, h.Packet.Seg.Len > 0
		if l.fold {
			x.quiet = after.Peer[0].State() == w.Peer[0].State() && after.Peer[1].State() == w.Peer[1].State()
			x.Index, x.Choice = 0, 0
		}
		x.Action = a
		dst = append(dst, x)
	}
	return dst
}

func (l labelling) Step(s netfake.State, a labelled) netfake.State {
	return l.System.Step(s, a.Action)
}

// whatHappens labels the edges of a search's own graph: with the segment where there is one, so that a label means
// the same in every state.
func whatHappens(sys *netfake.System, g *graph) func(explore.Edge[netfake.Action]) string {
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
			text += fmt.Sprintf(", initial number %d", a.Choice)
		}
		return text
	}
}

// jointLabel tells the two states, what is on the wire, and what is left to go wrong.
func jointLabel(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	lines := []string{named(sys, s)}
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

// The look of graphs of two endpoints.
var (
	faulty = []explore.Attr{{Key: "color", Value: "#d00000"}, {Key: "penwidth", Value: "2"}}
	page   = []explore.Attr{{Key: "rankdir", Value: "TB"}, {Key: "fontname", Value: "Helvetica"}, {Key: "nodesep", Value: "0.4"}}
	box    = []explore.Attr{{Key: "shape", Value: "box"}, {Key: "fontname", Value: "Helvetica"}, {Key: "fontsize", Value: "10"}}
	thin   = []explore.Attr{{Key: "fontname", Value: "Helvetica"}, {Key: "fontsize", Value: "9"}, {Key: "color", Value: "#555555"}}
)

func jointStyle[A any](sys *netfake.System, text func(A) string) explore.DotStyle[netfake.State, A] {
	return explore.DotStyle[netfake.State, A]{
		Name: "joint", Graph: page,
		NodeLabel: func(n explore.Node[netfake.State]) string { return jointLabel(sys, n.State) },
		NodeAttrs: func(n explore.Node[netfake.State]) []explore.Attr {
			if n.State.Faults() != 0 {
				return append(box[:len(box):len(box)], faulty...)
			}
			return box
		},
		EdgeLabel: func(e explore.Edge[A]) string { return text(e.Action) },
		EdgeAttrs: func(explore.Edge[A]) []explore.Attr { return thin },
	}
}

func foldedStyle() explore.DotStyle[string, string] {
	return explore.DotStyle[string, string]{
		Name: "folded", Graph: page,
		NodeLabel: func(n explore.Node[string]) string {
			return fmt.Sprintf("%s\n%s", strings.Replace(n.State, " / ", "\n", 1), count(n.Size, "state"))
		},
		NodeAttrs: func(explore.Node[string]) []explore.Attr { return box },
		EdgeLabel: func(e explore.Edge[string]) string { return e.Action },
		EdgeAttrs: func(explore.Edge[string]) []explore.Attr { return thin },
	}
}

// jointDOT draws a search's own graph, for explore --dot.
func jointDOT(w io.Writer, sys *netfake.System, g *graph) error {
	return explore.WriteDOT(w, g, jointStyle(sys, netfake.Action.String))
}

// tallied is how many runs end in a pair of states.
type tallied struct {
	States string `json:"states"`
	Count  int    `json:"count"`
}

// terminals lists the counts of states without an action, the largest first.
func terminals(r *result) (list []tallied) {
	for _, e := range r.Ends {
		list = append(list, tallied{e.Name, int(e.States)})
	}
	slices.SortStableFunc(list, func(a, b tallied) int { return b.Count - a.Count })
	return list
}

// named is pair with the names of the endpoints, for where nothing else tells which is which.
func named(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	return "A " + w.Peer[netfake.A].State().String() + " / B " + w.Peer[netfake.B].State().String()
}

// count is a number of things, one or more.
func count[N ~int | ~uint64](n N, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}

func pair(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	return w.Peer[netfake.A].State().String() + " / " + w.Peer[netfake.B].State().String()
}
