package properties

import (
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Premises is the catalogue: everything that is relaxed, in the order of tables and sentences.
func Premises() []Premise {
	return slices.Concat(userPremises)
}

// Users and hosts.
var userPremises = slices.Concat(
	eachSide("abort", "%s does not ABORT", "neither side ABORTs",
		func(_ *Question, h *netfake.Host) { h.User.Abort = true }),
	eachSide("crash", "%s does not crash", "neither side crashes",
		func(_ *Question, h *netfake.Host) { h.User.Crashes++ }),
)

// eachSide makes a premise of A and one of B. In the text %s is the side.
func eachSide(name, text, bothText string, relax func(q *Question, h *netfake.Host)) (list []Premise) {
	for side := range 2 {
		list = append(list, Premise{
			Name: netfake.PeerName(side) + "-" + name, Text: fmt.Sprintf(text, netfake.PeerName(side)), Both: bothText,
			Relax: func(q *Question) { relax(q, &q.Scenario.Peer[side]) },
		})
	}
	return list
}
