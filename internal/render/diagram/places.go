package diagram

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// hereColor is that of a state in which an endpoint is.
const hereColor = "#ffe28a"

// Places draws Figure 5 itself, and marks the states in which A and B are. An endpoint that is CLOSED stands at the
// top if it has had no connection yet, and else at the end.
func Places(states [2]model.State, before [2]bool) *dot.Graph {
	d := Diagram{counts: map[Arrow]uint64{}}
	for _, a := range Figure5 {
		d.counts[a] = 1
	}
	g := d.Draw()
	g.Title = "RFC 9293 Figure 5, and where A and B are"
	g.Legend = []dot.Row{{Color: "#1a1a1a", Text: "event / what is done; x: nothing"}, {Color: "#1a1a1a", Text: "A, B: where the endpoints are"}}
	for side, s := range states {
		place := s.String()
		if s == model.Closed && before[side] {
			place = closedAgain
		}
		for _, n := range g.Nodes {
			if n.DOTID() != place {
				continue
			}
			label, ok := n.Get("label")
			if !ok {
				label = place
			}
			here := netfake.PeerName(side)
			if strings.Contains(label, "\n") {
				here = label[strings.Index(label, "\n")+1:] + ", " + here
				label = label[:strings.Index(label, "\n")]
			}
			n.Set(dot.Pairs("label", label+"\n"+here, "fillcolor", hereColor, "penwidth", "2.5")...)
		}
	}
	return g
}
