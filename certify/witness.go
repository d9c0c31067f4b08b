package certify

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// WitnessNamed finds a witness by its name: a pair of states as A=TIME-WAIT,B=LAST-ACK|CLOSED, where either side may be
// left out, or the witness of a theorem.
func WitnessNamed(name string) (Condition, bool) {
	if c, ok := witnesses[name]; ok {
		return c, true
	}
	return pairOfStates(name)
}

var witnesses = map[string]Condition{
	"both ESTABLISHED": both(func(p, _ *twin.Side) bool { return p.TCB.State == model.Established }),
	"both in CLOSING":  both(func(p, _ *twin.Side) bool { return p.TCB.State == model.Closing }),
	"both closed normally": both(func(p, _ *twin.Side) bool {
		return (p.TCB.State == model.Closed || p.TCB.State == model.TimeWait) && p.Theirs == p.Sent
	}),
	"both have taken all that was sent": both(func(p, q *twin.Side) bool { return p.Got == q.Sent && p.Sent > 0 }),
	"an old segment meets an open connection": func(_ *twin.World, s *twin.State) bool {
		return slices.ContainsFunc(s.Wire, func(l twin.Letter) bool {
			q := &s.Side[l.To]
			return q.TCB.State == model.Established && l.For != q.Inc
		})
	},
}

func both(holds func(p, q *twin.Side) bool) Condition { return eachWay(holds) }

// pairOfStates reads A=TIME-WAIT,B=LAST-ACK|CLOSED.
func pairOfStates(text string) (Condition, bool) {
	var want [2][]model.State
	for _, part := range strings.Split(text, ",") {
		side, list, _ := strings.Cut(strings.TrimSpace(part), "=")
		i := slices.Index([]string{netfake.PeerName(netfake.A), netfake.PeerName(netfake.B)}, side)
		if i < 0 {
			return nil, false
		}
		for _, name := range strings.Split(list, "|") {
			st, ok := model.ParseState(strings.ToUpper(strings.TrimSpace(name)))
			if !ok {
				return nil, false
			}
			want[i] = append(want[i], st)
		}
	}
	return func(_ *twin.World, s *twin.State) bool {
		for i := range want {
			if want[i] != nil && !slices.Contains(want[i], s.Side[i].TCB.State) {
				return false
			}
		}
		return true
	}, true
}
