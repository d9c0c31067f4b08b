package properties

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Initial numbers, and where they lie on the circle.
var numberPremises = slices.Concat(freshPremises(),
	eachSide("same-number", "%s uses the same initial sequence number each time", "each side uses the same initial sequence number each time", func(h *netfake.Host) {
		if h.Isn.Policy == netfake.Fixed {
			h.Isn = netfake.Isn{Policy: netfake.Arbitrary, Choices: []uint8{0, 1, 2, 30}}
		}
	}),
	[]Premise{{
		Name: "base-1", Text: "the first initial sequence numbers are not 2^32-1",
		Relax: func(q *Question) { moveTo(&q.Scenario, ^model.Seq(0), ^model.Seq(0)) },
	}, {
		Name: "base-2", Text: "the first initial sequence numbers are not 2^32-2",
		Relax: func(q *Question) { moveTo(&q.Scenario, ^model.Seq(1), ^model.Seq(1)) },
	}},
)

func freshPremises() (list []Premise) {
	for side := range 2 {
		name := netfake.PeerName(side)
		list = append(list, Premise{
			Name: name + "-fresh", Text: "the initial numbers of " + name + " are fresh", Both: "initial numbers are fresh",
			Relax: func(q *Question) {
				if q.Scenario.Peer[side].Isn.Policy == netfake.Fresh {
					UseNumbersAgain(&q.Scenario, side)
				}
			},
		})
	}
	return list
}

// UseNumbersAgain makes each incarnation of a side begin at the same number as its earlier incarnations, if the old
// segments show that number.
func UseNumbersAgain(sc *netfake.Scenario, side int) {
	h := &sc.Peer[side]
	h.Isn = netfake.SameNumbers()
	began, found := h.Base, false
	for _, p := range slices.Concat(sc.Stale, sc.Leftover) {
		switch {
		case p.Dst != side && !p.Seg.Has(model.RST|model.ACK) && (!found || p.Seg.Seq.Less(began)):
			began, found = p.Seg.Seq, true
		case p.Dst == side && p.Seg.Has(model.ACK) && (!found || (p.Seg.Ack - 1).Less(began)):
			began, found = p.Seg.Ack-1, true
		}
	}
	for _, list := range []*[]netfake.Packet{&sc.Stale, &sc.Leftover} {
		*list = slices.Clone(*list)
		for i := range *list {
			if p := &(*list)[i]; p.Dst != side && !p.Seg.Has(model.RST|model.ACK) {
				p.Seg.Seq += h.Base - began
			} else if p.Dst == side && p.Seg.Has(model.ACK) {
				p.Seg.Ack += h.Base - began
			}
		}
	}
}
