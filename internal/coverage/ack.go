package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The fifth step of RFC 9293 §3.10.7.4: the ACK.

// processed: the ACK was acceptable and had its effect.
func (s *Step) processed() bool { return s.end >= notOurFin }

// finished: the segment went through all steps, or CLOSING ignored the rest of it. After that, the answer that is
// due is sent.
func (s *Step) finished() bool { return s.end == through || s.end == notOurFin }

// opens: the ACK of our SYN came in SYN-RECEIVED.
func (s *Step) opens() bool {
	return s.Before.State == model.SynReceived && s.end == through && !s.wrongAck && s.told(model.Opened)
}

func (s *Step) advances() bool { return s.processed() && s.una != s.Before.Snd.Una }

// unaIs: SND.UNA has the right value, unless the TCB was deleted.
func (s *Step) unaIs(una model.Seq) bool { return s.After.Snd.Una == una || s.became(model.Closed) }

// windowByNumber: the segment is later than the segment that last set the window.
func (s *Step) windowByNumber() bool { return s.Before.Snd.Wl1.Less(s.cut.Seq) }

// windowByAck: the segment begins at the same number as that segment, and its ACK is not older.
func (s *Step) windowByAck() bool {
	return s.Before.Snd.Wl1 == s.cut.Seq && s.Before.Snd.Wl2.AtMost(s.seg().Ack)
}

// current: the ACK is not below SND.UNA, so the segment may set the window.
func (s *Step) current() bool {
	return s.finished() && !s.seg().Ack.Less(s.una) && s.After.State >= model.Established && s.After.State != model.TimeWait
}

func (s *Step) toldWindow() bool {
	return s.After.Snd.Wl1 == s.cut.Seq && s.After.Snd.Wl2 == s.seg().Ack
}

var (
	acked   = between(model.Established, model.LastAck)
	pending = in(model.Established, model.FinWait1, model.CloseWait, model.Closing, model.LastAck)
)

var ackClauses = slices.Concat(
	arriveEach(connected, "no-ack", "3.10.7.4 fifth", "a segment without ACK is dropped", "EP-OT-5a",
		func(s *Step) bool {
			return s.end == withoutAck && s.stays() && s.silent() && s.Output.NText == 0
		}),
	arriveEach(synchronized, "ack-too-old", "3.10.7.4 fifth, RFC 5961 5", "an ACK older than the largest window is answered, and its segment dropped", "MAY-12 P-ACK-RANGE",
		func(s *Step) bool { return s.end == ackTooOld && s.challenged() }),
	arriveEach(synchronized, "ack-ghost", "3.10.7.4 fifth, draft-ietf-tcpm-tcp-ghost-acks", "an ACK of something that was never sent, although within a window of SND.UNA, is answered, and its segment dropped", "P-ACK-RANGE",
		func(s *Step) bool { return s.end == ackOfGhost && s.challenged() }), []Clause{
		arrive(synchronized, "ack-old-enough", "3.10.7.4 fifth, RFC 5961 5", "an ACK that is less old passes", "MAY-12 P-ACK-RANGE",
			func(s *Step) bool { return s.Config.AckRange != model.AnyOldAck && s.end > ackTooOld }),
		arrive(synReceived, "ack-opens", "3.10.7.4 fifth", "SYN-RECEIVED: the ACK of our SYN opens the connection and sets the send window", "EP-OT-5b MUST-10",
			func(s *Step) bool { return s.opens() && s.state == model.Established }),
		arrive(synReceived, "ack-opens-closed", "3.10.4, 3.10.7.4 fifth", "SYN-RECEIVED with a CLOSE that waits: the ACK of our SYN leads to FIN-WAIT-1", "EP-OT-5b EP-C-4",
			func(s *Step) bool { return s.opens() && s.state == model.FinWait1 }),
		arrive(synReceived, "ack-opens-reopened", "3.6.1, MAY-2", "the new incarnation after TIME-WAIT opens, and the old one is forgotten", "MAY-2",
			func(s *Step) bool {
				return s.opens() && s.Before.Is(model.Reopened) && !s.After.Is(model.Reopened)
			}),
		arrive(synReceived, "ack-opens-text", "3.10.2, 3.10.7.4 fifth", "data that waited for ESTABLISHED is sent", "EP-S-3",
			func(s *Step) bool { return s.opens() && s.sent(hasText) }),
		arrive(synReceived, "ack-opens-fin", "3.10.4", "the FIN follows that data, if the user has closed", "EP-C-4",
			func(s *Step) bool { return s.opens() && s.finOut() }),
		arrive(synReceived, "ack-of-iss", "3.10.7.4 fifth, erratum 3301", "SYN-RECEIVED: an ACK not above SND.UNA is reset", "EP-OT-5b E3300,E3301 U-RSTGEN2",
			func(s *Step) bool { return s.wrongAck && s.seg().Ack.AtMost(s.Before.Snd.Una) && s.resetSeen() }),
		arrive(synReceived, "ack-above", "3.10.7.4 fifth", "SYN-RECEIVED: an ACK above SND.NXT is reset", "EP-OT-5b U-RSTGEN2",
			func(s *Step) bool { return s.wrongAck && s.Before.Snd.Nxt.Less(s.seg().Ack) && s.resetSeen() }),
		arrive(synReceived, "confirms-out-of-turn", "3.10.7.4 first, SHLD-31", "SYN-RECEIVED: the ACK of a segment that begins beyond RCV.NXT does not count", "P-CONFIRM",
			func(s *Step) bool { return s.end == notItsTurn && s.idle() }),
		arrive(synReceived, "bad-ack-stops", "3.10.7.4 fifth", "a segment with an unacceptable ACK is not processed further", "A5",
			func(s *Step) bool {
				return s.end == badAck && s.resetOnly() && s.stays() && s.Output.NText == 0
			}),
		arrive(synReceived, "bad-ack-goes-on", "3.10.7.4 fifth", "a segment with an unacceptable ACK is processed further, if the RFC is read literally", "A5",
			func(s *Step) bool { return s.wrongAck && s.end == through && s.resetSeen() }),
		arrive(synReceived, "bad-ack-fin", "3.10.7.4 eighth", "the FIN of such a segment leads to CLOSE-WAIT", "A5 EP-OT-8b",
			func(s *Step) bool {
				return s.wrongAck && s.end == through && s.fin() && s.became(model.CloseWait)
			}),
	},
	arriveEach(pending, "ack-new", "3.10.7.4 fifth", "a new ACK moves SND.UNA", "EP-OT-5c",
		func(s *Step) bool { return s.advances() && s.unaIs(s.una) }),
	arriveEach(acked, "ack-same", "3.10.7.4 fifth", "an ACK of SND.UNA acknowledges nothing new", "EP-OT-5c E3300,E3301",
		func(s *Step) bool {
			return s.processed() && s.seg().Ack == s.Before.Snd.Una && s.unaIs(s.seg().Ack) && s.Output.Acked == 0
		}),
	arriveEach(acked, "ack-old", "3.10.7.4 fifth", "an old ACK is ignored", "EP-OT-5c P-ACK-RANGE",
		func(s *Step) bool {
			return s.processed() && s.seg().Ack.Less(s.Before.Snd.Una) && s.unaIs(s.Before.Snd.Una) && s.Output.Acked == 0
		}),
	arriveEach(slices.Concat(acked, timeWait), "ack-unsent", "3.10.7.4 fifth", "an ACK of something that was never sent is answered, and its segment dropped", "EP-OT-5c EP-OT-5i@TIME-WAIT U-RSTGEN3 H2",
		func(s *Step) bool { return s.end == unsentAck && s.challenged() }), []Clause{
		arrive(pending, "ack-part", "3.10.7.4 fifth", "a new ACK leaves something unacknowledged", "EP-OT-5c",
			func(s *Step) bool { return s.advances() && s.una != s.Before.Snd.Nxt && s.unaIs(s.una) }),
		arrive(between(model.SynReceived, model.LastAck), "ack-text", "3.10.7.4 fifth", "data is acknowledged: its SEND is complete", "EP-OT-5c",
			func(s *Step) bool { return s.processed() && s.Output.Acked > 0 }),
		arrive(in(model.FinWait1, model.CloseWait, model.Closing), "ack-syn-late", "3.10.7.4 fifth", "our SYN is acknowledged after the user has closed", "EP-OT-5c EP-C-4",
			func(s *Step) bool {
				return s.advances() && s.Before.Snd.Una == s.Before.Iss && s.Before.Snd.Nxt != s.Before.Iss
			}),
		arrive(pending, "ack-urgent", "3.8.5", "urgent data is acknowledged, and is no longer urgent", "EP-S-5u",
			func(s *Step) bool {
				return s.advances() && s.Before.Is(model.SndUrgent) && !s.After.Is(model.SndUrgent) && s.After.State != model.Closed
			}),
		arrive(acked, "window-later", "3.10.7.4 fifth", "a later segment updates the send window", "EP-OT-5c",
			func(s *Step) bool { return s.current() && s.windowByNumber() && s.toldWindow() }),
		arrive(acked, "window-same", "3.10.7.4 fifth", "a segment with the same number and no older ACK updates the send window", "EP-OT-5c",
			func(s *Step) bool { return s.current() && s.windowByAck() && s.toldWindow() }),
		arrive(acked, "window-old", "3.10.7.4 fifth", "an older segment does not update the send window", "EP-OT-5c",
			func(s *Step) bool {
				return s.current() && !s.windowByNumber() && !s.windowByAck() && s.After.Snd.Wnd == s.Before.Snd.Wnd && s.After.Snd.Wl1 == s.Before.Snd.Wl1
			}),
		arrive(acked, "window-opens", "3.10.7.4 fifth, 3.8.6", "a zero window opens, and data that waited is sent", "EP-OT-5c U-PROBE",
			func(s *Step) bool {
				return s.current() && s.Before.Snd.Wnd == 0 && s.After.Snd.Wnd > 0 && s.sent(hasText)
			}),
		arrive(pending, "probe-answered", "3.8.6.1, MUST-37", "the window is zero, and the peer acknowledges a probe: the connection stays open", "MUST-37 SHLD-17 MAY-8",
			func(s *Step) bool {
				return s.current() && s.After.Snd.Wnd == 0 && s.Before.Snd.Una != s.Before.Snd.Nxt && s.Output.Answered
			}),
		arrive(acked, "probe-answered-open", "3.8.6.1, MUST-37", "an answer that opens the window counts as well", "MUST-37",
			func(s *Step) bool {
				return s.current() && s.After.Snd.Wnd > 0 && s.Before.Snd.Wnd == 0 && s.Output.Answered
			}),
		arrive(acked, "probe-unanswered", "3.8.6.1, 3.8.3", "an old ACK, or an ACK with an open window, does not answer a probe", "MUST-37 MUST-20",
			func(s *Step) bool { return s.processed() && !s.Output.Answered }),
		arrive(acked, "window-shrinks", "3.8.6", "the peer shrinks its window below what was sent: nothing new is sent", "MUST-34,SHLD-15",
			func(s *Step) bool {
				return s.current() && s.After.Snd.Wnd < s.After.Snd.Nxt.From(s.After.Snd.Una) && s.After.Unsent > 0 && !s.sent(hasText)
			}),
		arrive(between(model.SynReceived, model.LastAck), "window-scaled", "RFC 7323 2.3", "the window is scaled", "U-WSCALE",
			func(s *Step) bool {
				shift := s.Before.SndShift & 15
				return s.end == through && s.Before.Is(model.WSOK) && shift > 0 && s.seg().Wnd > 0 &&
					s.After.Snd.Wnd == uint32(s.seg().Wnd)<<shift && s.toldWindow() && !s.has(model.SYN)
			}),
		arrive(in(model.FinWait1), "fin-wait-1-ack", "3.10.7.4 fifth", "FIN-WAIT-1: the ACK of our FIN leads to FIN-WAIT-2, and the CLOSE is complete", "EP-OT-5d EP-OT-5e",
			func(s *Step) bool {
				return s.state == model.FinWait2 && s.end == through && s.told(model.CloseOK) && s.After.State != model.FinWait1
			}),
		arrive(in(model.FinWait1), "fin-wait-1-other", "3.10.7.4 fifth", "FIN-WAIT-1: another ACK does not", "EP-OT-5d",
			func(s *Step) bool {
				return s.end == through && !s.finAcked && !s.told(model.CloseOK) && (s.stays() || s.became(model.Closing))
			}),
		arrive(in(model.FinWait2), "fin-wait-2-stays", "3.10.7.4 fifth", "FIN-WAIT-2: the TCB stays, whatever is acknowledged", "EP-OT-5e",
			func(s *Step) bool { return s.end == through && s.stays() }),
		arrive(in(model.Closing), "closing-ack", "3.10.7.4 fifth", "CLOSING: the ACK of our FIN leads to TIME-WAIT, and the CLOSE is complete", "EP-OT-5f MUST-13",
			func(s *Step) bool {
				return s.finAcked && s.became(model.TimeWait) && s.told(model.CloseOK) && s.restarts()
			}),
		arrive(in(model.Closing), "closing-other", "3.10.7.4 fifth", "CLOSING: a segment that does not acknowledge our FIN is ignored; nothing of it is accepted or reported", "EP-OT-5f",
			func(s *Step) bool {
				return s.end == notOurFin && s.stays() && s.Output.NText == 0 && s.Output.Signals == 0
			}),
		arrive(in(model.LastAck), "last-ack", "3.10.7.4 fifth", "LAST-ACK: the ACK of our FIN deletes the TCB, and the CLOSE is complete", "EP-OT-5g",
			func(s *Step) bool {
				return s.end == lastAck && s.became(model.Closed) && s.told(model.CloseOK) && s.silent()
			}),
		arrive(in(model.LastAck), "last-ack-other", "3.10.7.4 fifth", "LAST-ACK: another ACK does not", "EP-OT-5g",
			func(s *Step) bool { return s.end == through && s.stays() }),
		arrive(timeWait, "time-wait-ack", "3.10.7.4 fifth", "TIME-WAIT: an acceptable ACK changes nothing, and is not answered", "EP-OT-5h A6",
			func(s *Step) bool {
				return s.end == through && s.seg().Span() == 0 && s.stays() && s.silent() && !s.restarts()
			}),
		arrive(timeWait, "time-wait-ack-restarts", "3.10.7.4 fifth", "an acceptable ACK restarts the wait, if the RFC is read literally", "A6 EP-OT-5h",
			func(s *Step) bool {
				return s.end == through && s.Config.TimeWaitRestart == model.RestartLiteral && s.stays() && s.restarts()
			}),
		arrive(timeWait, "time-wait-ack-answered", "3.10.7.4 fifth", "an acceptable ACK is answered, if the RFC is read literally", "A6 EP-OT-5h",
			func(s *Step) bool { return s.end == through && s.Config.TimeWaitAcksBare && s.answered() }),
	})
