package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func streamTheorems() []Theorem {
	return []Theorem{{
		Name:      "stream-integrity",
		Statement: "Of two octets from A each is delivered at most once, in order and to whom it was sent, and a normal close has delivered all, on a wire that may lose one segment, duplicate one, and reorder all.",
		Scenario: func() netfake.Scenario {
			return watching(talking(2, 0, 1, 1), netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData)
		},
		Always: append(nevers(netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData), numbersAgree, ordered),
		Expect: holds, Witness: bothDone,
		Variants: []Variant{
			{"mutant old-text-again, two losses", func(sc *netfake.Scenario) {
				sc.Net.Losses = 2
				mutant(model.OldTextAgain)(sc)
			}, fails},
			{"mutant text-out-of-order", mutant(model.TextOutOfOrder), fails},
			{"mutant fin-out-of-order", mutant(model.FinOutOfOrder), fails},
			{"mutant any-ack-is-of-fin", mutant(model.AnyAckIsOfFin), fails},
			{"mutant last-ack-any-ack", mutant(model.LastAckAnyAck), fails},
			{"out of order dropped", policy(func(c *model.Config) { c.DropOutOfOrder = true }), holds},
		},
		Sources: []string{"RFC 9293 §3.4, §3.6", "Smith 1997 (at most once, in order)"},
	}, {
		Name:      "abort-is-heard",
		Statement: "A connection that the other side ends by ABORT never ends without a word to its user.",
		Scenario: func() netfake.Scenario {
			sc := talking(1, 0, 1, 0)
			sc.Peer[a].User.Abort = true
			return watching(sc, netfake.SilentEnd)
		}, Always: nevers(netfake.SilentEnd), Expect: holds,
		Witness: onWorld("A has aborted while B is open", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.Closed && w.Peer[b].State() == model.CloseWait
		}),
		Variants: []Variant{
			{"RST silent in CLOSING and LAST-ACK (A7)", policy(func(c *model.Config) { c.SilentLateRst = true }), fails},
		},
		Sources: []string{"RFC 9293 §3.6, MUST-12"},
	}, {
		Name:      "simultaneous-close",
		Statement: "Two CLOSEs that cross end the connection on both sides with everything delivered, on a wire that may lose one segment, duplicate one, and reorder all.",
		Scenario: func() netfake.Scenario {
			sc := talking(1, 1, 1, 1)
			return watching(sc, netfake.WrongOctet, netfake.LostOctet)
		}, Always: append(nevers(netfake.WrongOctet, netfake.LostOctet), numbersAgree, ordered), Expect: holds,
		Witness: onWorld("both in CLOSING", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.Closing && w.Peer[b].State() == model.Closing
		}),
		Variants: []Variant{
			{"mutant closing-any-ack", mutant(model.ClosingAnyAck), fails},
		},
		Sources: []string{"RFC 9293 §3.6, case 3, Figure 13"},
	}}
}
