package properties

import (
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func streamTheorems() []Theorem {
	return []Theorem{{
		Name:  "stream-integrity",
		Claim: "Each of two octets from A is delivered at most once, in order, and to the incarnation for which it was sent, and after a normal close all are delivered, on a wire that may lose one segment, duplicate one, and reorder all",
		Needs: []string{"attacker", "silent-late-rst=on"},
		Open: []string{"A-opened", "A-syn", "B-syn", "A-octets", "B-octets", "early-timers", "A-left", "B-left", "A-left-far",
			"B-left-far", "timestamps=on", "manual-receive=on", "keep-alive=on"},
		Scenario: func() netfake.Scenario {
			return watching(talking(2, 0, 1, 1), netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData)
		},
		Always: append(nevers(netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd, netfake.ForeignData), numbersAgree, ordered),
		Expect: holds, Witness: bothDone,
		Variants: []Variant{
			{Name: "mutant old-text-again, two losses", Change: func(q *Question) {
				q.Net.Losses = 2
				mutant(model.OldTextAgain)(q)
			}, Expect: fails},
			{Name: "mutant text-out-of-order", Change: mutant(model.TextOutOfOrder), Expect: fails},
			{Name: "mutant fin-out-of-order", Change: mutant(model.FinOutOfOrder), Expect: fails},
			{Name: "mutant any-ack-is-of-fin", Change: mutant(model.AnyAckIsOfFin), Expect: fails},
			{Name: "mutant last-ack-any-ack", Change: mutant(model.LastAckAnyAck), Expect: fails},
			{Name: "out of order dropped", Change: policy(func(c *model.Config) { c.DropOutOfOrder = true }), Expect: holds},
		},
		Sources: []string{"RFC 9293 §3.4, §3.6", "Smith 1997 (at most once, in order)"},
	}, {
		Name:  "abort-is-heard",
		Claim: "A connection over which A sends an octet, and which A may ABORT, never ends without a signal to its user, on a wire that may lose one segment and reorder all",
		Needs: []string{"silent-late-rst=on"},
		Open:  []string{"A-syn", "B-syn", "early-timers", "attacker", "A-left", "B-left", "A-left-far", "B-left-far"},
		Scenario: func() netfake.Scenario {
			sc := talking(1, 0, 1, 0)
			sc.Peer[a].User.Abort = true
			return watching(sc, netfake.SilentEnd)
		}, Always: nevers(netfake.SilentEnd), Expect: holds,
		Witness: OnWorld("A has aborted while B is open", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.Closed && w.Peer[b].State() == model.CloseWait
		}),
		Variants: []Variant{
			{Name: "RST silent in CLOSING and LAST-ACK (A7)", Change: policy(func(c *model.Config) { c.SilentLateRst = true }), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.6, MUST-12"},
	}, {
		Name:  "simultaneous-close",
		Claim: "If both sides send an octet and CLOSE, also at the same time, no octet is delivered twice, out of order or to another incarnation, and if a user is told of a normal close, all its data was delivered, on a wire that may lose one segment, duplicate one, and reorder all",
		Needs: []string{"attacker"},
		Open: []string{"A-opened", "B-opened", "A-syn", "B-syn", "A-octets", "B-octets", "segments", "early-timers", "A-left",
			"B-left", "A-left-far", "B-left-far", "manual-receive=on"},
		Scenario: func() netfake.Scenario {
			sc := talking(1, 1, 1, 1)
			return watching(sc, netfake.WrongOctet, netfake.LostOctet)
		}, Always: append(nevers(netfake.WrongOctet, netfake.LostOctet), numbersAgree, ordered), Expect: holds,
		Witness: Symmetric("both in CLOSING", func(w *netfake.World) bool {
			return w.Peer[a].State() == model.Closing && w.Peer[b].State() == model.Closing
		}),
		Variants: []Variant{
			{Name: "mutant closing-any-ack", Change: mutant(model.ClosingAnyAck), Expect: fails},
		},
		Sources: []string{"RFC 9293 §3.6, case 3, Figure 13"},
	}}
}
