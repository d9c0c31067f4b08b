package hosts

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// What caution costs, and what haste does: whether a new connection is let in, and whether close() delivers.

// notReset is of a TIME-WAIT that an old SYN ends by a RST, as RFC 793 has it.
const notReset = netfake.ForeignReset

// hasNotGivenUp: the sender behind a shut window still has its connection.
var hasNotGivenUp = properties.OnWorld("the sender has not given up", func(w *netfake.World) bool { return w.Peer[b].State() != model.Closed })

func cautionGuarantees() []Guarantee {
	const again, last = "comes-again-at-once", "wait-spares-last-ack"
	return []Guarantee{{
		Name: "comes-again", Words: "A client that comes again from the same port while my host is in TIME-WAIT is let in, with its second SYN at the latest",
		Theorem: again, Paced: true,
		Change: func(sc *netfake.Scenario, s *Settings) {
			pace(sc, s)
			sc.Peer[b].Isn = netfake.Isn{Policy: netfake.Fixed, Choices: []uint8{aboveOld}}
		},
	}, {
		Name: "comes-again-below", Words: "The same, although the client's new sequence number is below the old ones",
		Theorem: again, Paced: true,
		Change: func(sc *netfake.Scenario, s *Settings) {
			pace(sc, s)
			sc.Peer[b].Isn = netfake.SameNumbers()
		},
	}, {
		Name: "last-ack-bound", Words: "A peer in LAST-ACK sees a normal close, although the last ACK is lost and a program of my host binds its old port and connects again",
		Theorem: last, Timed: true, Bound: true, Never: netfake.LastAckReset, Witness: lastAck, Change: opensAgain,
	}, {
		Name: "time-wait-syn-above", Words: "An old SYN whose number is above the old connection cannot end TIME-WAIT early",
		Theorem: last, Always: &oldSynKept, Never: notReset, Witness: waits,
		Change: func(sc *netfake.Scenario, s *Settings) { oldSyn(sc, aboveOld) },
	}, {
		Name: "delivered-busy", Words: "What my host sent before it closed is delivered, although the peer still sends then, or my host has not read everything",
		Theorem: last, Always: &delivered, Witness: ended,
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Peer[a].User.Octets, sc.Peer[b].User.Octets, sc.Peer[b].GiveUp = 1, 1, 0
			sc.Peer[a].TCP.ManualReceive = true
			sc.Both(func(h *netfake.Host) { h.TCP.HalfDuplexClose = h.TCP.HalfDuplexClose || s.ResetsLate })
		},
	}, {
		Name: "wrapped-text", Words: "Old data whose sequence number has come round again (after 4 GiB) is not delivered",
		Theorem: "old-stamp-is-refused",
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Both(func(h *netfake.Host) { h.TCP.Timestamps = s.TCP.Timestamps })
		},
	}, {
		Name: "idle-crash-told", Words: "My host learns of its peer's crash although it has nothing to send",
		Theorem: "half-open-is-found/B has nothing to send",
	}, {
		Name: "shut-window", Words: "A peer that answers, but whose program does not read for long, does not lose its connection",
		Theorem: "shut-window-stays-open", Always: &hasNotGivenUp,
		Change: func(sc *netfake.Scenario, s *Settings) {
			sc.Peer[a].TCP.ManualReceive = true
			sc.Peer[b].User.UserTimeout = s.UserTimeout > 0
		},
	}}
}

// pacedTicks is how many ticks the retransmission timeout of a SYN has in the scenario of comes-again-at-once.
const pacedTicks = 2

// paceOf is how long a tick of that scenario is: a part of a second, unless TIME-WAIT has too many of these.
func (s *Settings) paceOf() time.Duration {
	return max(synRTO/pacedTicks, (s.wait()+longestWait-1)/longestWait)
}

// pace puts the length of TIME-WAIT into that scenario, and what Linux was measured to do with a SYN without ACK in
// TIME-WAIT: it does not restart the wait (unlike time-wait-restart=answer), and a SYN that it does not let in is answered
// (by RFC 6191 it is dropped).
func pace(sc *netfake.Scenario, s *Settings) {
	sc.Both(func(h *netfake.Host) {
		h.TimeWait = ceil(s.wait(), s.paceOf())
		if h.TCP.TimeWaitRestart == model.RestartOnAnswer {
			h.TCP.TimeWaitRestart = model.RestartOnFin
		}
		if h.TCP.Reopen == model.ReopenRFC6191 {
			h.TCP.Reopen = model.ReopenLaterSyn
		}
	})
}

// aboveOld is a number above all that the peer used on its connection, counted from its first; it lies in the window.
const aboveOld = 3

// oldSyn puts a SYN of an earlier connection into the network, so many numbers from the first of the peer's. It lives for
// ever.
func oldSyn(sc *netfake.Scenario, from int) {
	sc.Net.MSL = 0
	sc.Stale = []netfake.Packet{{Dst: a, Seg: model.Segment{Seq: sc.Peer[b].Base + model.Seq(from), Flags: model.SYN, Wnd: 4}}}
}
