package twin

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Describe tells in words what a state is: the endpoints, what is on the wire and how old, and what went wrong.
func (w *World) Describe(s *State) string {
	var b strings.Builder
	for me := range s.Side {
		if me > 0 {
			b.WriteString("; ")
		}
		w.describeSide(&b, s, me)
	}
	b.WriteString("; on the wire: ")
	if len(s.Wire) == 0 {
		b.WriteString("nothing")
	}
	for i, l := range s.Wire {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s→%s %s", netfake.PeerName(1-l.To), netfake.PeerName(l.To), l.Seg)
		if w.timed() {
			fmt.Fprintf(&b, " sent %d ticks ago", s.Now-l.Sent)
		}
	}
	for _, name := range s.Faults.Names() {
		b.WriteString("; fault: " + name)
	}
	return b.String()
}

func (w *World) describeSide(b *strings.Builder, s *State, me int) {
	side := &s.Side[me]
	t := &side.TCB
	fmt.Fprintf(b, "%s %v", netfake.PeerName(me), t.State)
	if side.Inc > 0 {
		fmt.Fprintf(b, " (incarnation %d)", side.Inc)
	}
	if t.State >= model.SynSent {
		fmt.Fprintf(b, " ISS=%d SND.UNA=%d SND.NXT=%d", t.Iss, t.Snd.Una, t.Snd.Nxt)
	}
	if t.State >= model.SynReceived {
		fmt.Fprintf(b, " RCV.NXT=%d", t.Rcv.Nxt)
	}
}

// Incarnations is the highest number of an incarnation.
func (s *State) Incarnations() int { return int(max(s.Side[a].Inc, s.Side[b].Inc)) }

// Config is the policies of an endpoint.
func (w *World) Config(me int) model.Config { return w.sc.Peer[me].TCP }
