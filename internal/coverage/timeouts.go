package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The timeouts, RFC 9293 §3.10.8.

// repeated is the segment that a retransmission sends, if it sends one that begins at SND.UNA.
func (s *Step) repeated() (seg model.Segment, ok bool) {
	seg = s.Output.Segs[0]
	return seg, s.Output.NSegs == 1 && seg.Seq == s.Before.Snd.Una && s.Before.Snd.Una != s.Before.Snd.Nxt && s.stays()
}

// again is a clause about the segment that is sent again.
func again(match func(s *Step, seg model.Segment) bool) func(*Step) bool {
	return func(s *Step) bool {
		seg, ok := s.repeated()
		return ok && match(s, seg)
	}
}

// synAgain: our SYN, the last segment that went out, is sent again from ISS.
func (s *Step) synAgain() bool {
	n := s.Output.NSegs
	return n > 0 && s.Output.Segs[n-1].Has(model.SYN) && s.Output.Segs[n-1].Seq == s.Before.Iss && s.Before.Snd.Una == s.Before.Iss
}

func (s *Step) probes() bool {
	seg := s.Output.Segs[0]
	return s.Before.Snd.Una == s.Before.Snd.Nxt && s.Before.Unsent > 0 && s.Output.NSegs == 1 &&
		seg.Len == 1 && seg.Seq == s.Before.Snd.Nxt && s.After.Unsent == s.Before.Unsent-1
}

var (
	finOwed    = in(model.FinWait1, model.Closing, model.LastAck)
	idleStates = in(model.Established, model.FinWait2, model.CloseWait)
	textOwed   = in(model.Established, model.FinWait1, model.CloseWait, model.Closing, model.LastAck)
)

var timeoutClauses = slices.Concat([]Clause{
	on(model.UserTimeout, in(model.Closed), "user-timeout-closed", "3.10.8", "CLOSED: there is no connection to give up", "EP-TO-U",
		func(s *Step) bool { return s.idle() && s.Output.Signals == 0 }),
}, each(model.UserTimeout, open, "user-timeout", "3.10.8", "the connection is given up; the user is informed, and nothing is sent", "EP-TO-U MUST-20 MUST-21 MUST-22 U-LA-TIMEOUT",
	func(s *Step) bool { return s.became(model.Closed) && s.told(model.TimedOut) && s.silent() }), []Clause{
	on(model.RetransmissionTimeout, in(model.Closed, model.Listen, model.FinWait2, model.TimeWait), "repeat-none", "3.10.8", "CLOSED, LISTEN, FIN-WAIT-2, TIME-WAIT: nothing is unacknowledged", "EP-TO-R",
		func(s *Step) bool { return s.idle() }),
}, each(model.RetransmissionTimeout, in(model.SynSent, model.SynReceived), "repeat-syn", "3.10.8", "our SYN is sent again", "EP-TO-R MUST-18 MUST-22",
	func(s *Step) bool { return s.synAgain() }), []Clause{
	on(model.RetransmissionTimeout, textOwed, "repeat-syn-late", "3.10.8", "our SYN is sent again, although the user has closed since", "EP-TO-R",
		func(s *Step) bool { return s.synAgain() }),
	on(model.RetransmissionTimeout, in(model.SynSent, model.SynReceived), "repeat-syn-text", "3.10.8", "our SYN is sent again with its data", "EP-TO-R P-SYN-TEXT",
		func(s *Step) bool { return s.synAgain() && s.sent(hasText) }),
	on(model.RetransmissionTimeout, in(model.SynReceived), "repeat-apart", "3.4.1", "handshake of four segments: ACK and SYN are sent again, separately", "P-HANDSHAKE",
		func(s *Step) bool { return s.synAgain() && s.Output.NSegs == 2 && s.Output.Segs[0].Flags == model.ACK }),
}, each(model.RetransmissionTimeout, textOwed, "repeat-text", "3.10.8", "unacknowledged data is sent again", "EP-TO-R MUST-18",
	again(func(s *Step, seg model.Segment) bool { return seg.Len > 0 && !seg.Has(model.SYN) })),
	each(model.RetransmissionTimeout, finOwed, "repeat-fin", "3.10.8, 3.6", "our FIN is sent again, alone", "EP-TO-R U-CLOSESIMPLEX",
		again(func(s *Step, seg model.Segment) bool { return seg.Len == 0 && seg.Has(model.FIN) })), []Clause{
		on(model.RetransmissionTimeout, finOwed, "repeat-text-fin", "3.7", "data and the FIN behind it are sent again in one segment", "EP-TO-R",
			again(func(s *Step, seg model.Segment) bool { return seg.Len > 0 && seg.Has(model.FIN) })),
		on(model.RetransmissionTimeout, textOwed, "repeat-head", "3.10.8", "of more than one segment only the first is sent again", "EP-TO-R",
			again(func(s *Step, seg model.Segment) bool {
				return !seg.Has(model.SYN) && seg.End() != s.Before.Snd.Nxt
			})),
		on(model.RetransmissionTimeout, textOwed, "repeat-shut", "3.8.6, 3.8.6.1", "what was sent beyond a zero window is sent again, and probes the window", "MUST-35,MUST-36",
			again(func(s *Step, seg model.Segment) bool { return s.Before.Snd.Wnd == 0 && !seg.Has(model.SYN) })),
		on(model.RetransmissionTimeout, textOwed, "repeat-beyond", "3.8.6", "data is sent again, also beyond a window that has shrunk", "SHLD-16,MAY-7",
			again(func(s *Step, seg model.Segment) bool {
				return seg.Len > 0 && !seg.Has(model.SYN) && s.Before.Snd.Wnd > 0 && s.Before.Snd.Wnd < uint32(seg.Len)
			})),
		on(model.RetransmissionTimeout, textOwed, "repeat-urgent", "3.10.2", "urgent data is sent as urgent again", "EP-S-5u",
			again(func(s *Step, seg model.Segment) bool { return seg.Has(model.URG) })),
	}, each(model.RetransmissionTimeout, in(model.Established, model.FinWait1, model.CloseWait, model.Closing), "probe", "3.8.6.1", "the window is zero, and nothing is unacknowledged: one octet probes it", "U-PROBE",
		(*Step).probes), []Clause{
		on(model.RetransmissionTimeout, slices.Concat(in(model.SynSent), textOwed), "repeat-idle", "3.10.8", "everything is acknowledged, and nothing waits: nothing is sent", "EP-TO-R",
			func(s *Step) bool { return s.idle() && s.Before.Snd.Una == s.Before.Snd.Nxt }),
		on(model.RetransmissionTimeout, idleStates, "keep-alive", "3.8.4", "an idle connection is probed with the number before the next", "P-KEEP-ALIVE MAY-5,MUST-26,SHLD-12",
			func(s *Step) bool {
				probe := s.Output.Segs[0]
				return s.Config.KeepAlive && s.stays() && s.Output.NSegs == 1 && probe.Flags == model.ACK && probe.Seq == s.Before.Snd.Nxt-1 &&
					probe.Len == 0 && s.Before.Snd.Una == s.Before.Snd.Nxt && s.Before.Unsent == 0
			}),
		on(model.TimeWaitTimeout, in(model.TimeWait), "time-wait-over", "3.10.8", "TIME-WAIT is over: the TCB is deleted", "EP-TO-T MUST-13",
			func(s *Step) bool { return s.became(model.Closed) && s.silent() }),
		on(model.TimeWaitTimeout, between(model.Closed, model.LastAck), "time-wait-none", "3.10.8", "in other states the TIME-WAIT timer does nothing", "EP-TO-T",
			func(s *Step) bool { return s.idle() }),
	})
