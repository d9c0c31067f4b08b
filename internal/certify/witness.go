package certify

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// WitnessNamed returns the witness with the given name: a pair of states as A=TIME-WAIT,B=LAST-ACK|CLOSED, where
// either side may be omitted, or the witness of a theorem, which can be one state as A TIME-WAIT.
func WitnessNamed(name string) (Condition, bool) {
	for _, list := range []map[string]Condition{witnesses, ofChecks} {
		if c, ok := list[name]; ok {
			return c, true
		}
	}
	if c, ok := pairOfStates(name); ok {
		return c, true
	}
	return pairOfStates(strings.Replace(name, " ", "=", 1))
}

// witnesses are those of the theorems.
var witnesses = map[string]Condition{
	"both ESTABLISHED": eachWay(func(p, _ *twin.Side) bool { return p.TCB.State == model.Established }),
	"both in CLOSING":  eachWay(func(p, _ *twin.Side) bool { return p.TCB.State == model.Closing }),
	"both closed normally": eachWay(func(p, _ *twin.Side) bool {
		return (p.TCB.State == model.Closed || p.TCB.State == model.TimeWait) && p.Theirs == p.Sent
	}),
	"both have taken all that was sent": one(func(p, q *twin.Side) bool { return p.Got == 2 && q.Got == 1 }),
	"both synchronized in their second incarnation": one(func(p, q *twin.Side) bool {
		return p.Inc == 2 && q.Inc >= 2 && p.TCB.State.Synchronized() && p.PeerInc == q.Inc
	}),
	"LAST-ACK against TIME-WAIT": one(func(p, q *twin.Side) bool {
		return p.TCB.State == model.TimeWait && q.TCB.State == model.LastAck
	}),
	"A has aborted while B is open": one(func(p, q *twin.Side) bool {
		return p.TCB.State == model.Closed && q.TCB.State == model.CloseWait
	}),
	"A in its second incarnation is open with B": one(func(p, q *twin.Side) bool {
		return p.Inc == 2 && connected(p, q) && connected(q, p)
	}),
	"an old SYN is being answered": one(func(_, q *twin.Side) bool {
		return q.TCB.State == model.SynReceived && q.PeerInc == netfake.Before
	}),
	"B has taken what A sent": one(func(_, q *twin.Side) bool { return q.Got == 1 }),
	"an old segment meets an open connection": func(_ *twin.World, s *twin.State) bool {
		return slices.ContainsFunc(s.Wire, func(l twin.Letter) bool {
			q := &s.Side[l.To]
			old := l.From != q.PeerInc || l.For != q.Inc && l.For != netfake.NoOne
			return q.TCB.State == model.Established && old && !l.Seg.Has(model.RST) // whose a RST is may not be told
		})
	},
}

// one asks a question of A about B.
func one(holds func(p, q *twin.Side) bool) Condition {
	return func(_ *twin.World, s *twin.State) bool { return holds(&s.Side[0], &s.Side[1]) }
}

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
