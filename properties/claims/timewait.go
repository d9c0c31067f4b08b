package claims

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func timeWaitClaims() []Claim {
	return append(lifeClaims(), waitClaims()...)
}

// lifeClaims are of how long segments and answers live. MSL is 2 ticks.
func lifeClaims() []Claim {
	return []Claim{{
		ID: "msl", Sources: []string{"001"}, Expect: Holds,
		Says:     "MSL is the longest time that a segment lives in the network.",
		Evidence: []Piece{{"", "no segment arrives that is MSL old or older", never(endingSecond, arrivesAged(msl, 1<<10), arrivesAged(msl-1, msl))}},
		Right:    "This is true by definition. That the network respects it is an assumption (2 minutes by RFC 9293 §3.4.2), and everything that TIME-WAIT promises depends on it.",
	}, {
		ID: "two-msl-is-life", Sources: []string{"003"}, Expect: Refuted,
		Says:     "2MSL is the longest time that any segment exists in the network.",
		Evidence: []Piece{{"", "a segment arrives that is between MSL and 2MSL old", reached(endingSecond, arrivesAged(msl, 2*msl), arrivesAged(msl-1, msl))}},
		Right:    "A segment lives for at most MSL; 2MSL allows for a segment and its answer, one after the other.",
	}, {
		ID: "two-msl-is-round-trip", Sources: []string{"004"}, Expect: Qualified,
		Says: "2MSL is the longest time for one segment and its answer.",
		Evidence: []Piece{
			{"nothing is lost, and nothing is retransmitted while it is in the network", "no ACK arrives 2MSL or more after the data that it acknowledges was sent", never(func() netfake.Scenario {
				sc := asking()
				sc.Net = netfake.Network{Bag: true, NoPrematureRetransmission: true, MSL: msl} // loses nothing, and no timer is early
				return sc
			}, answerAged(2*msl), answerAged(2*msl-2))},
			{"it may be retransmitted", "no ACK arrives 2MSL or more after the data that it acknowledges was first sent", never(asking, answerAged(2*msl), question{})},
		},
		Right: "2MSL limits one journey out and one back. Counted from the first transmission of data that may be retransmitted for R, it is R+MSL out and MSL back.",
	}, {
		ID: "two-msl-clears", Sources: []string{"001", "003"}, Expect: Qualified,
		Says: "After 2MSL no segment of the old connection is left, so that a new one on the same ports can receive none.",
		Evidence: []Piece{
			{"the peer gives up within R = MSL", "after 2MSL the next connection accepts no old data or FIN, although numbers are reused",
				never(from("wait-keeps-old-fin-out", patienceAndWait(msl, 2*msl), watching(oldText)), taken(oldText), nextOpen)},
			{"the peer retransmits its FIN for R = 2MSL", "the same",
				never(from("wait-keeps-old-fin-out", patienceAndWait(2*msl, 2*msl), watching(oldText)), taken(oldText), nextOpen)},
			{"a RST may end TIME-WAIT", "the same",
				never(from("assassination-old-fin", patienceAndWait(msl, 2*msl), watching(oldText)), taken(oldText), nextOpen)},
			{"R = MSL, and the waiting side answers the new SYN with an old ACK, just before the wait ends", "no old ACK is accepted either",
				never(from("wait-keeps-old-fin-out", patienceAndWait(msl, 2*msl), watching(netfake.ForeignAck)), taken(netfake.ForeignAck), nextOpen)},
		},
		Right: "What the closer itself sent is gone after MSL, but the peer may retransmit its FIN for R. So the wait must last R+MSL, which is 2MSL only for R = MSL, and no RST may end it. " +
			"Until then the waiting side answers with old numbers, in segments that live for another MSL. All this is about the side that closed first and opens again: the other side does not wait at all.",
		RightBy: []Piece{
			{"", "if the side that closed second opens at once, it accepts what the first one sent, after any wait", theoremWith("wait-keeps-old-text-out", explore.Violated, func(sc *netfake.Scenario) {
				patienceAndWait(msl, 4*msl+1)(sc)
				sc.Peer[a].User.Active, sc.Peer[a].User.Passive, sc.Peer[b].User.Active, sc.Peer[b].User.Passive = 0, 1, 1, 0
				sc.Stale = []netfake.Packet{{Dst: b, Seg: model.Segment{Seq: netfake.BaseA, Flags: model.SYN, Wnd: 4}}}
			})},
		},
	}}
}

// waitClaims are of what TIME-WAIT is for, and of who waits.
func waitClaims() []Claim {
	return []Claim{{
		ID: "lost-last-ack", Sources: []string{"001", "003", "004"}, Expect: Qualified,
		Says: "If the last ACK is lost the passive closer sends its FIN again, and TIME-WAIT answers it again.",
		Evidence: []Piece{
			{"", "it does", claimed(finAgain)},
			{"the passive closer gives up before the wait ends", "no retransmitted FIN arrives after the wait, whatever is lost", theorem("wait-spares-last-ack", explore.Verified)},
			{"it never gives up", "no retransmitted FIN arrives after the wait", theoremWith("wait-spares-last-ack", explore.Verified, patienceAndWait(0, 2*msl))},
		},
		Right: "TIME-WAIT answers every FIN that arrives while it lasts, if no RST ends it and no new connection takes its place. If the peer retransmits for longer, its FIN finds no connection and is answered by a RST.",
		RightBy: []Piece{
			{"", "a FIN that arrives in TIME-WAIT is answered", never(from("wait-spares-last-ack"), finUnanswered, states(model.TimeWait, model.LastAck))},
			{"", "if a new connection takes the place of TIME-WAIT, a RST ends LAST-ACK", theoremWith("wait-spares-last-ack", explore.Violated, takenOver)},
			{"", "if RSTs are obeyed, one ends TIME-WAIT", theorem("assassination", explore.Violated)},
		},
	}, {
		ID: "restart", Sources: []string{"004"}, Expect: Qualified,
		Says: "A FIN that arrives in TIME-WAIT restarts the wait of 2MSL.",
		Evidence: []Piece{
			{"the eighth step of §3.10.7.4 is read as it is meant", "no FIN of the peer leaves the timer unchanged", never(endingSecond, timerStays, states(model.TimeWait, model.LastAck))},
			{"§3.10.7.4 is followed literally, and its first step drops the FIN before the eighth", "no FIN of the peer leaves the timer unchanged", never(func() netfake.Scenario {
				sc := endingSecond()
				sc.Both(func(h *netfake.Host) { h.TCP.TimeWaitRestart = model.RestartLiteral })
				return sc
			}, timerStays, question{})},
		},
		Right: "The RFC means it so. If it is followed literally, the retransmitted FIN is unacceptable: it is answered, and never reaches the step that restarts the wait.",
	}, {
		ID: "no-wait-breaks-close", Sources: []string{"001"}, Expect: Qualified,
		Says: "If the closer were CLOSED at once, the retransmitted FIN would find no connection, and the passive closer would see an error in place of a normal close.",
		Evidence: []Piece{
			{"", "a RST ends LAST-ACK", theorem("no-wait-last-ack-reset", explore.Violated)},
			{"", "with a TIME-WAIT of R+MSL none does, under the premises of that theorem", theorem("wait-spares-last-ack", explore.Verified)},
			{"the user is told of a RST in every state (MUST-12)", "B's user is told", reached(from("no-wait-last-ack-reset"), lateRst(true), lateRst(false))},
			{"§3.10.7.4 is followed literally, and its second step tells nobody in LAST-ACK", "B's user is told",
				reached(from("no-wait-last-ack-reset", silentLateRst), lateRst(true), lateRst(false))},
		},
		Right: "This is true: a RST ends LAST-ACK, and the user sees an error if MUST-12 is followed, although by §3.10.7.4 literally nobody is told. A TIME-WAIT prevents that, " +
			"unless the closer's FIN-WAIT-2 has a timer, or the closer gives up its own FIN, or it resets data that it cannot read any more.",
		RightBy: []Piece{
			{"", "a timer for FIN-WAIT-2: a RST ends LAST-ACK", theoremWith("wait-spares-last-ack", explore.Violated, func(sc *netfake.Scenario) { sc.Peer[a].FinWait2 = msl + 1 })},
			{"", "the closer gives up: a RST ends LAST-ACK", theoremWith("wait-spares-last-ack", explore.Violated, func(sc *netfake.Scenario) {
				sc.Peer[a].GiveUp, sc.Peer[a].User.Octets = msl, 1
			})},
			{"", "it resets what it cannot read: a RST ends LAST-ACK", theoremWith("wait-spares-last-ack", explore.Violated, func(sc *netfake.Scenario) {
				sc.Both(func(h *netfake.Host) { h.TCP.HalfDuplexClose = true })
				sc.Peer[b].User.Octets = 1
			})},
		},
	}, {
		ID: "no-wait-old-data", Sources: []string{"001"}, Expect: Qualified,
		Says: "If the closer were CLOSED at once, a new connection on the same ports could accept a segment of the old one.",
		Evidence: []Piece{
			{"sequence numbers are reused", "old data is delivered", theorem("no-wait-old-data", explore.Violated)},
			{"sequence numbers are reused", "an old FIN is accepted", theorem("no-wait-old-fin", explore.Violated)},
			{"initial sequence numbers are above all those used before", "old data is delivered, or an old FIN accepted", theorem("fresh-numbers-need-no-wait", explore.Violated)},
		},
		Right: "It could, if its numbers overlap those of the old one. With initial sequence numbers above all those used before it could not, if no SYN of the other side is in the network, " +
			"as there is when the two change roles.",
		RightBy: []Piece{
			{"", "with numbers above all those used before, and the same side opening, no old data or FIN is accepted", theorem("fresh-numbers-need-no-wait", explore.Verified)},
			{"", "if the other side opened the old connection, and its SYN is in the network, an old FIN is accepted", theoremWith("fresh-numbers-need-no-wait", explore.Violated, func(sc *netfake.Scenario) {
				sc.Peer[a].GiveUp = msl
				sc.Stale = []netfake.Packet{{Dst: a, Seg: model.Segment{Seq: netfake.BaseB, Flags: model.SYN, Wnd: 4}}}
			})},
		},
	}, {
		ID: "wait-guarantees-ack", Sources: []string{"003"}, Expect: Refuted,
		Says: "TIME-WAIT ensures that the last ACK reaches the passive closer.",
		Evidence: []Piece{{"", "the passive closer never gives up in LAST-ACK while the other is in TIME-WAIT", never(from("wait-spares-last-ack", patienceAndWait(msl, 2*msl)),
			question{name: "B gives up in LAST-ACK, and A is in TIME-WAIT", step: func(st *netfake.Transition) bool {
				return st.Action.Kind == netfake.GiveUp && by(st, b) && st.Before.State == model.LastAck && st.From.Peer[a].State() == model.TimeWait
			}}, question{})}},
		Right: "In TIME-WAIT the last ACK is sent again whenever the FIN arrives again; no wait of any length makes a segment arrive.",
	}, {
		ID: "silence-means-acked", Sources: []string{"004"}, Expect: Refuted,
		Says: "If no FIN comes within 2MSL, the closer may conclude that its last ACK arrived.",
		Evidence: []Piece{{"", "when the wait of 2MSL ends, which a FIN would have restarted, the passive closer is not in LAST-ACK", never(from("wait-spares-last-ack", patienceAndWait(0, 2*msl)),
			question{name: "A's wait ends without a FIN, and B is in LAST-ACK", step: func(st *netfake.Transition) bool {
				return st.Action.Kind == netfake.EndTimeWait && by(st, a) && st.From.Peer[b].State() == model.LastAck
			}}, question{})}},
		Right: "Silence may mean that the ACK arrived, that the retransmitted FINs were lost, or that the peer is gone. If every segment may be lost, neither side can be certain of the last one.",
	}, {
		ID: "only-closer-waits", Sources: []string{"001", "003", "004"}, Expect: Qualified,
		Says: "Only the side that closed first enters TIME-WAIT.",
		Evidence: []Piece{
			{"the other closes after it has received the FIN", "B, which closes second, never waits", never(endingSecond, question{name: "B TIME-WAIT", state: func(w *netfake.World) bool { return w.Peer[b].State() == model.TimeWait }}, states(model.TimeWait, model.LastAck))},
			{"both may close at the same time", "A and B never both wait", never(ending, states(model.TimeWait, model.TimeWait), question{})},
		},
		Right: "Each side that sent its FIN before it received the other's enters TIME-WAIT: the first closer, and both if they close at the same time.",
	}}
}

const finAgain = `A: ESTABLISHED snd=100 rcv=300
B: ESTABLISHED snd=300 rcv=100

    (Close)
    FIN-WAIT-1  --> <SEQ=100><ACK=300><CTL=FIN,ACK>  --> CLOSE-WAIT
    FIN-WAIT-2  <-- <SEQ=300><ACK=101><CTL=ACK>      <-- CLOSE-WAIT
                                                         (Close)
    TIME-WAIT   <-- <SEQ=300><ACK=101><CTL=FIN,ACK>  <-- LAST-ACK
    TIME-WAIT   --> <SEQ=101><ACK=301><CTL=ACK>      (lost)
                                                         (retransmission timeout)
    TIME-WAIT   <-- <SEQ=300><ACK=101><CTL=FIN,ACK>  <-- LAST-ACK
    "2 MSL begins"
    TIME-WAIT   --> <SEQ=101><ACK=301><CTL=ACK>      --> CLOSED
`

// patienceAndWait sets how many ticks B goes on repeating its FIN (0: for ever), and how long TIME-WAIT lasts.
func patienceAndWait(r, wait int) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) {
		sc.Peer[b].GiveUp = r
		sc.Both(func(h *netfake.Host) { h.TimeWait = wait })
	}
}

// from is the scenario of a theorem, changed.
func from(theorem string, changes ...func(*netfake.Scenario)) func() netfake.Scenario {
	return func() netfake.Scenario {
		sc := asked(theorem).Scenario
		for _, change := range changes {
			change(&sc)
		}
		return sc
	}
}

// oldText is what of an old connection's could be taken as the new one's text, or its end.
const oldText = netfake.ForeignData | netfake.ForeignFin

// watching lets A send an octet, and watches for faults alone.
func watching(faults netfake.Fault) func(*netfake.Scenario) {
	return func(sc *netfake.Scenario) { sc.Peer[a].User.Octets, sc.Watch = 1, faults }
}

// taken: something of an earlier incarnation was taken for the present one's.
func taken(faults netfake.Fault) question {
	name := map[netfake.Fault]string{oldText: "old text or an old FIN is taken", netfake.ForeignAck: "an old ACK is taken"}[faults]
	return question{name: name, state: func(w *netfake.World) bool { return w.Faults&faults != 0 }}
}

// nextOpen: A has opened again, and is connected.
var nextOpen = question{name: "A is open with B anew", state: func(w *netfake.World) bool {
	return w.Peer[a].Inc == 2 && w.Peer[a].State() == model.Established && w.Peer[a].RemoteInc == w.Peer[b].Inc
}}

// finUnanswered: a FIN comes to A in TIME-WAIT, and no ACK of it leaves.
var finUnanswered = question{name: "a FIN that TIME-WAIT does not answer", step: func(st *netfake.Transition) bool {
	if !arrived(st, a) || st.Before.State != model.TimeWait || !st.Event.Seg.Has(model.FIN) {
		return false
	}
	for _, p := range st.Sent {
		if p.Seg.Has(model.ACK) && p.Seg.Ack == st.After.Rcv.Nxt {
			return false
		}
	}
	return true
}}

// takenOver lets A open anew in place of TIME-WAIT.
func takenOver(sc *netfake.Scenario) {
	sc.Peer[a].Reuse.On, sc.Peer[a].User.Active = true, 1
}

func silentLateRst(sc *netfake.Scenario) {
	sc.Both(func(h *netfake.Host) { h.TCP.SilentLateRst = true })
}

// lateRst: a RST ends B's LAST-ACK; and its user is told, if that is asked.
func lateRst(told bool) question {
	return question{name: "a RST ends LAST-ACK" + map[bool]string{true: ", and the user is told"}[told], step: func(st *netfake.Transition) bool {
		return arrived(st, b) && st.Before.State == model.LastAck && st.After.State == model.Closed && st.Event.Seg.Has(model.RST) &&
			(!told || st.Output.Signals&model.ConnectionReset != 0)
	}}
}

// arrivesAged: a segment arrives that was sent at least low and less than high ticks ago.
func arrivesAged(low, high int) question {
	return question{name: fmt.Sprintf("a segment arrives that is %d ticks old or more", low), step: func(st *netfake.Transition) bool {
		return st.Action.Kind == netfake.Deliver && st.Packet.Age >= low && st.Packet.Age < high
	}}
}

// answerAged: an ACK of A's octet comes at least so many ticks after A first sent it.
func answerAged(ticks int) question {
	return question{name: fmt.Sprintf("an ACK comes %d ticks or more after what it acknowledges was sent", ticks), step: func(st *netfake.Transition) bool {
		return arrived(st, a) && st.Before.Snd.Una != st.After.Snd.Una && int(st.From.Peer[a].Age) >= ticks
	}}
}

// timerStays: a FIN of its peer comes to A in TIME-WAIT, and the wait does not start anew.
var timerStays = question{name: "a FIN that leaves the timer as it is", step: func(st *netfake.Transition) bool {
	return arrived(st, a) && st.Before.State == model.TimeWait && st.Event.Seg.Has(model.FIN) && st.Output.Timer != model.StartTimer
}}
