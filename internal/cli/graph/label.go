package graph

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/joint"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// labelled is an action that knows its label in a graph.
type labelled struct {
	netfake.Action
	flags model.Flags // of the segment that arrives
	data  bool
	quiet bool // folded: the states of both endpoints stay the same
}

func (l labelled) String() string {
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
		x.flags, x.data = h.Packet.Seg.Flags, h.Packet.Seg.Len > 0
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

func foldedStyle() explore.DotStyle[string, string] {
	return explore.DotStyle[string, string]{
		Name: "folded", Graph: joint.Page,
		NodeLabel: func(n explore.Node[string]) string {
			return fmt.Sprintf("%s\n%s", strings.Replace(n.State, " / ", "\n", 1), prose.Count(n.Size, "state"))
		},
		NodeAttrs: func(explore.Node[string]) []explore.Attr { return joint.Box },
		EdgeLabel: func(e explore.Edge[string]) string { return e.Action },
		EdgeAttrs: func(explore.Edge[string]) []explore.Attr { return joint.Thin },
	}
}
