package properties

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// longTheorems are larger versions of the others, for "verify --all".
func longTheorems() []Theorem {
	const msl, r = 3, 3
	return []Theorem{{
		Name: "stream-both-ways", Long: true,
		Claim: "As stream-integrity, with two octets from A and one from B",
		Scenario: func() netfake.Scenario {
			return watching(talking(2, 1, 1, 1), netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData)
		},
		Always: append(nevers(netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData), numbersAgree, ordered),
		Expect: holds, Witness: bothDone,
		Variants: []Variant{{Name: "mutant text-out-of-order", Change: mutant(model.TextOutOfOrder), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.4, §3.6"},
	}, {
		Name: "wait-keeps-old-fin-out-longer", Long: true,
		Claim:    fmt.Sprintf("As wait-keeps-old-fin-out, with MSL %d and R %d: %d ticks", msl, r, r+msl-1),
		Scenario: func() netfake.Scenario { return closing(msl, r, r+msl-1) },
		Always:   append(nevers(netfake.ForeignFin), agreement, ordered), Expect: holds, Witness: reopened,
		Variants: []Variant{{Name: "one tick shorter", Change: timeWait(r + msl - 2), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.6.1, MUST-13"},
	}, {
		Name: "wait-keeps-old-text-out-longer", Long: true,
		Claim: fmt.Sprintf("As wait-keeps-old-text-out, with MSL %d and R %d", msl, r),
		Scenario: func() netfake.Scenario {
			sc := closing(msl, r, msl)
			sc.Peer[a].User = netfake.User{Active: 1, Octets: 1, Close: true, ReopenOnlyAfterNormalClose: true, ActiveIncarnations: 1}
			return watching(sc, netfake.ForeignData, netfake.ForeignFin)
		}, Always: nevers(netfake.ForeignData, netfake.ForeignFin), Expect: holds, Witness: reopened,
		Variants: []Variant{{Name: "one tick shorter", Change: timeWait(msl - 1), Expect: fails}},
		Sources:  []string{"RFC 9293 §3.6.1"},
	}}
}
