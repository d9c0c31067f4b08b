package hosts

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

const (
	a = netfake.A
	b = netfake.B
)

// Guarantee is what an operator may count on, in the operator's words, and the question that it is to the checker.
// "My host" is A, which closes first and opens again; both hosts are configured alike.
type Guarantee struct {
	Name  string
	Words string
	// Theorem is the one whose scenario and question are asked, with the policies of the host; what follows changes them.
	Theorem string
	Timed   bool // the times of the host matter: asked on grids of ticks
	Patient bool // the peer repeats its FIN for as long as it does (R); else the close is over within half an MSL
	// Orphaned: the timer of FIN-WAIT-2 counts, which is left out elsewhere; it is about the first half of an MSL.
	Orphaned bool
	// Paced: timers are on time and nothing is lost, so that it is known how long a client waits.
	Paced   bool
	Bound   bool                  // the program of my host binds its local port before it connects
	Stamped bool                  // where it fails, timestamps may mend it: asked again with them
	Never   netfake.Fault         // a set: none of them happens
	Always  *properties.Condition // or a condition of its own that must hold
	Avoids  *properties.Condition // or one that must not always hold: what must be possible, denied
	Witness properties.Condition
	Change  func(sc *netfake.Scenario, s *Settings)

	// Cost is what it means if the guarantee is lost.
	Cost Cost

	// Needs are the premises of the catalogue of package properties that the guarantee rests on with the defaults of linux,
	// where it holds there.
	Needs []string
}

// Cost is what an operator wants to know of a lost guarantee: what its users see, how likely that is and in which traffic,
// and what to do instead.
type Cost struct{ Sees, Likely, Instead string }

// Sentence is Words and all premises that the guarantee rests on.
func (g Guarantee) Sentence() string { return properties.Provided(g.Words, g.Needs) }

var reopened = properties.OnWorld("A is open with B anew", func(w *netfake.World) bool {
	return w.Peer[a].Inc == 2 && w.Peer[a].State() == model.Established
})

var lastAck = properties.OnWorld("B is in LAST-ACK", func(w *netfake.World) bool { return w.Peer[b].State() == model.LastAck })

var ended = properties.OnWorld("A has ended its connection", func(w *netfake.World) bool {
	return w.Peer[a].State() == model.Closed || w.Peer[a].State() == model.TimeWait
})

// delivered: whoever has nothing left to do for the old connection has delivered what its user sent.
var delivered = properties.OnWorld("A-delivered-all", func(w *netfake.World) bool {
	p := &w.Peer[a]
	return p.State() != model.Closed && p.State() != model.TimeWait || p.Taken >= p.Sent
})

var oldSynKept = properties.OnWorld("old-syn-kept-out", func(w *netfake.World) bool {
	return !(w.Peer[a].State() == model.SynReceived && w.Peer[a].RemoteInc == netfake.Before)
})

var waits = properties.OnWorld("A is in TIME-WAIT", func(w *netfake.World) bool { return w.Peer[a].State() == model.TimeWait })

var secondUnanswered = properties.OnWorld("second-host-unanswered", func(w *netfake.World) bool {
	return w.Peer[a].State() != model.SynReceived || w.Peer[a].RemoteInc != netfake.Attacker
})

// Guarantees is every guarantee, in the order of the table.
func Guarantees() []Guarantee {
	all := append(guarantees(), cautionGuarantees()...)
	for i := range all {
		all[i].Cost = costs[all[i].Name]
		all[i].Needs = pins.Needs(all[i].Name)
	}
	return all
}

func guarantees() []Guarantee {
	const closing, last = "wait-keeps-old-fin-out", "wait-spares-last-ack"
	return []Guarantee{{
		Name: "fresh-numbers", Words: "A new connection with initial sequence numbers above the old ones accepts no old data or FIN",
		Theorem: closing, Timed: true, Patient: true, Stamped: true, Never: netfake.ForeignData | netfake.ForeignFin, Witness: reopened,
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Peer[a].User.Octets, sc.Peer[a].User.ActiveIncarnations = 1, 1
			numbers(sc, s.Reseeded)
		},
	}, {
		Name: "own-text", Words: "What my host sent on the old connection is not delivered on the new one, although sequence numbers overlap",
		Theorem: closing, Timed: true, Stamped: true, Never: netfake.ForeignData, Witness: reopened,
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Peer[a].User.Octets, sc.Peer[a].User.ActiveIncarnations = 1, 1
		},
	}, {
		Name: "peer-text", Words: "What the peer sent on the old connection is not delivered on the new one, although sequence numbers overlap",
		Theorem: closing, Timed: true, Stamped: true, Never: netfake.ForeignData, Witness: reopened,
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Peer[a].User.ActiveIncarnations = 1
			sc.Peer[b].User.Octets = 1
		},
	}, {
		Name: "peer-fin", Words: "The peer's old FIN does not end the new connection, although sequence numbers overlap",
		Theorem: closing, Timed: true, Stamped: true, Never: netfake.ForeignFin, Witness: reopened,
	}, {
		Name: "peer-fin-patient", Words: "The same, however long the peer retransmits its FIN",
		Theorem: closing, Timed: true, Patient: true, Stamped: true, Never: netfake.ForeignFin, Witness: reopened,
	}, {
		Name: "last-ack", Words: "A peer in LAST-ACK sees a normal close, although the last ACK is lost",
		Theorem: last, Timed: true, Never: netfake.LastAckReset, Witness: lastAck,
		Change: opensAgain,
	}, {
		Name: "last-ack-patient", Words: "The same, however long the peer retransmits its FIN",
		Theorem: last, Timed: true, Patient: true, Never: netfake.LastAckReset, Witness: lastAck,
		Change: opensAgain,
	}, {
		Name: "late-close", Words: "A peer that closes within half an MSL after my host sees a normal close",
		Theorem: last, Timed: true, Orphaned: true, Never: netfake.LastAckReset, Witness: lastAck,
	}, {
		Name: "orphan-ends", Words: "My closed socket eventually leaves FIN-WAIT-2, although its peer is gone without a segment",
		Theorem: "close-closes/who gives up leaves FIN-WAIT-2 behind",
		Change: func(sc *netfake.Scenario, s *Settings) {
			if s.orphan() > 0 { // any number of ticks will do: it is asked what happens at last
				sc.Peer[a].FinWait2, sc.Peer[b].FinWait2 = 1, 1
			}
		},
	}, {
		Name: "time-wait-rst", Words: "A RST cannot end TIME-WAIT early",
		Theorem: "assassination", Never: netfake.TimeWaitReset, Witness: waits,
	}, {
		Name: "time-wait-syn", Words: "An old SYN whose number is below cannot end TIME-WAIT early",
		Theorem: last, Always: &oldSynKept, Witness: waits,
		Change: func(sc *netfake.Scenario, s *Settings) { oldSyn(sc, -10) },
	}, {
		Name: "delivered", Words: "What my host sent before it closed is delivered, if it has read everything and the peer is silent",
		Theorem: last, Always: &delivered, Witness: ended,
		Change: func(sc *netfake.Scenario, s *Settings) { sc.Peer[a].User.Octets, sc.Peer[b].GiveUp = 1, 0 },
	}, {
		Name: "old-syn", Words: "An old SYN and old data open no connection", Theorem: "three-segments-idle",
	}, {
		Name: "blind-rst", Words: "A RST with a guessed sequence number in the window does not end a connection", Theorem: "blind-rst",
	}, {
		Name: "blind-syn", Words: "A SYN with a guessed sequence number in the window does not end a connection", Theorem: "blind-syn",
	}, {
		Name: "blind-data", Words: "Data with a guessed sequence number and any old ACK is refused", Theorem: "blind-data",
	}, {
		Name: "last-ack-told", Words: "A peer in LAST-ACK whose last ACK is lost learns that the connection has ended before it gives up", Theorem: "last-ack-ends",
	}, {
		Name: "crash-told", Words: "A peer that still sends learns of my host's crash before it gives up", Theorem: "half-open-is-found",
	}, {
		Name: "second-host", Words: "A second host behind the peer's address, whose clock is behind, is answered",
		Theorem: last, Witness: waits, Avoids: &secondUnanswered, Change: behindOneAddress,
	}}
}

// numbers gives both hosts initial numbers above all used before, or such as are used again.
func numbers(sc *netfake.Scenario, again bool) {
	for i := range sc.Peer {
		sc.Peer[i].Isn = netfake.Isn{Policy: netfake.Fresh}
		if again {
			sc.Peer[i].Isn = netfake.SameNumbers()
		}
	}
}

// opensAgain lets the user of A open again, if TIME-WAIT may be taken over; otherwise it makes no difference.
func opensAgain(sc *netfake.Scenario, s *Settings) {
	if sc.Peer[a].Reuse.On {
		sc.Peer[a].User.Active = 1
	}
}

// behindOneAddress: A's connection with one host is over, and its listener gets a SYN of another host behind the same
// address, whose timestamp clock is behind. tcp_tw_recycle kept the last timestamp of an address for a minute and
// dropped what was older; the world has two hosts and one pair of sockets, so that this memory is told here by
// TIME-WAIT, which refuses a SYN by the same comparison (RFC 6191).
func behindOneAddress(sc *netfake.Scenario, s *Settings) {
	const ticks = 2
	sc.Net = netfake.Network{MSL: ticks + 1, Ticks: ticks}
	sc.Peer[b].GiveUp = 0
	sc.Watch = 0
	h := &sc.Peer[a]
	h.User = netfake.User{Close: true, Passive: 1}
	h.TimeWait = 0
	sc.Peer[b].TimestampOffset = 1
	syn := model.Segment{Seq: sc.Peer[b].Base + 50, Flags: model.SYN, Wnd: 4, Opts: model.OptTimestamps, TSVal: 0}
	if s.recycles() {
		h.TimeWait, h.TCP.Reopen, h.TCP.RstInTimeWait = ticks+1, model.ReopenRFC6191, model.IgnoreRst
		for i := range sc.Peer {
			sc.Peer[i].TCP.Timestamps = true
		}
	}
	sc.Attacker = []netfake.Packet{{Dst: a, Seg: syn}}
}

// usual is within how long an ordinary close is over: the peer sends its FIN for the last time.
func (s *Settings) usual() time.Duration { return s.MSL / 2 }
