package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The user calls, RFC 9293 §3.10.1 to §3.10.6.

var (
	before = in(model.Closed, model.Listen) // where an OPEN, or a SEND, can send the SYN
	called = between(model.SynSent, model.TimeWait)
)

// dials: we sent a SYN with the number of the generator.
func (s *Step) dials() bool {
	seg := s.Output.Segs[0]
	return s.Output.NSegs == 1 && seg.Flags == model.SYN && seg.Seq == s.Event.Iss && s.After.Iss == s.Event.Iss
}

func (s *Step) offers(o model.Options) bool {
	return s.dials() && s.Output.Segs[0].Opts&o != 0
}

var openClauses = slices.Concat([]Clause{
	on(model.OpenPassive, in(model.Closed), "open-passive", "3.10.1", "a passive OPEN waits in LISTEN and sends nothing", "EP-O-1",
		func(s *Step) bool { return s.became(model.Listen) && s.After.Is(model.Passive) && s.silent() }),
	on(model.OpenPassive, in(model.Closed), "open-passive-known", "3.10.1", "a passive OPEN that specifies its peer remembers it", "EP-O-1",
		func(s *Step) bool { return s.Event.Remote && s.After.Is(model.RemoteKnown) }),
	on(model.OpenActive, in(model.Closed), "open-active", "3.10.1", "an active OPEN sends a SYN from a new ISS and enters SYN-SENT", "EP-O-1",
		func(s *Step) bool { return s.dials() && s.became(model.SynSent) }),
	on(model.OpenActive, in(model.Closed), "open-active-nowhere", "3.10.1", "an active OPEN without a peer is refused", "EP-O-1 MUST-46",
		func(s *Step) bool { return !s.Event.Remote && s.refused(model.ErrRemoteUnspecified) }),
	on(model.OpenPassive, in(model.Listen), "open-listen-passive", "3.10.1", "a second passive OPEN is refused", "EP-O-2",
		func(s *Step) bool { return s.refused(model.ErrExists) }),
	on(model.OpenActive, in(model.Listen), "open-listen-active", "3.10.1", "an active OPEN that specifies the peer makes a passive one active", "EP-O-2",
		func(s *Step) bool { return s.Event.Remote && s.dials() && !s.After.Is(model.Passive) }),
	on(model.OpenActive, in(model.Listen), "open-listen-known", "3.10.1", "an active OPEN makes a passive one active if its peer is known already", "EP-O-2",
		func(s *Step) bool { return !s.Event.Remote && s.Before.Is(model.RemoteKnown) && s.dials() }),
	on(model.OpenActive, in(model.Listen), "open-listen-nowhere", "3.10.1", "an active OPEN without a peer is refused, and the state stays LISTEN", "EP-O-2 MUST-46",
		func(s *Step) bool { return !s.Event.Remote && s.refused(model.ErrRemoteUnspecified) }),
	on(model.OpenActive, before, "open-syn-text", "3.10.1", "data is sent with the SYN, if the policy says so", "P-SYN-TEXT U-DATASYN",
		func(s *Step) bool { return s.dials() && hasText(s.Output.Segs[0]) }),
	on(model.OpenActive, before, "open-syn-text-rest", "3.10.1", "what does not fit on the SYN waits for ESTABLISHED", "P-SYN-TEXT",
		func(s *Step) bool { return s.dials() && hasText(s.Output.Segs[0]) && s.After.Unsent > 0 }),
	on(model.OpenActive, before, "open-mss", "3.7.1", "the SYN announces our MSS", "MUST-14,MUST-65,SHLD-5,MAY-3",
		func(s *Step) bool {
			return s.offers(model.OptMSS) && uint32(s.Output.Segs[0].MSS) == announced(&s.Config) && s.became(model.SynSent)
		}),
	on(model.OpenActive, before, "open-timestamps", "3.2, RFC 7323", "the SYN offers timestamps", "P-OPTIONS",
		func(s *Step) bool { return s.offers(model.OptTimestamps) }),
	on(model.OpenActive, before, "open-window-scale", "3.2, RFC 7323", "the SYN offers a window scale", "P-OPTIONS",
		func(s *Step) bool { return s.offers(model.OptWindowScale) }),
	on(model.OpenActive, before, "open-sack", "3.2, RFC 2018", "the SYN offers SACK", "P-OPTIONS",
		func(s *Step) bool { return s.offers(model.OptSACKPermitted) }),
	on(model.OpenActive, before, "open-one-segment", "3.5", "handshake of one segment: the initiator enters ESTABLISHED at once", "P-HANDSHAKE",
		func(s *Step) bool { return s.dials() && s.After.State.Synchronized() }),
	on(model.OpenPassive, called, "open-passive-exists", "3.10.1", "the connection exists: a passive OPEN is refused", "EP-O-3",
		func(s *Step) bool { return s.refused(model.ErrExists) }),
	on(model.OpenActive, called, "open-active-exists", "3.10.1", "the connection exists: an active OPEN is refused", "EP-O-3",
		func(s *Step) bool { return s.refused(model.ErrExists) }),
})

// accepts: a SEND was accepted, and all data that is sent because of it has an ACK.
func (s *Step) accepts() bool {
	return s.replies(model.OK) && s.stays() && !s.sent(func(seg model.Segment) bool { return !seg.Has(model.ACK) })
}

func (s *Step) newUrgent() bool {
	return s.Event.Urgent && s.accepts() && s.After.Is(model.SndUrgent)
}

var sendClauses = slices.Concat([]Clause{
	on(model.Send, in(model.Closed), "send-closed", "3.10.2", "CLOSED: there is no connection", "EP-S-1",
		func(s *Step) bool { return s.refused(model.ErrNotExist) }),
	on(model.Send, in(model.Listen), "send-listen", "3.10.2", "LISTEN with a known peer becomes active: a SYN is sent, and the data waits or is sent with it", "EP-S-2",
		func(s *Step) bool { return s.Before.Is(model.RemoteKnown) && s.dials() }),
	on(model.Send, in(model.Listen), "send-listen-text", "3.10.2", "the data that made LISTEN active is sent on the SYN, if the policy says so", "EP-S-2 P-SYN-TEXT",
		func(s *Step) bool { return s.dials() && hasText(s.Output.Segs[0]) }),
	on(model.Send, in(model.Listen), "send-listen-nowhere", "3.10.2", "LISTEN without a known peer: SEND is refused", "EP-S-2",
		func(s *Step) bool { return s.refused(model.ErrRemoteUnspecified) }),
}, each(model.Send, in(model.SynSent, model.SynReceived), "send-early", "3.10.2", "data is queued until ESTABLISHED", "EP-S-3",
	func(s *Step) bool {
		return s.accepts() && s.silent() && s.After.Unsent == s.Before.Unsent+s.Event.N
	}), []Clause{
	on(model.Send, in(model.SynReceived, model.SynSent), "send-early-closing", "3.10.2", "no data is accepted after a CLOSE that waits for ESTABLISHED", "EP-S-6",
		func(s *Step) bool { return s.Before.Is(model.CloseAsked) && s.refused(model.ErrClosing) }),
}, each(model.Send, sending, "send", "3.10.2", "data is sent at once, with an ACK", "EP-S-5 MUST-60 U-HALFCLOSE@CLOSE-WAIT",
	func(s *Step) bool { return s.accepts() && s.sent(hasText) && s.After.Unsent == 0 }), []Clause{
	on(model.Send, sending, "send-waits", "3.10.2, 3.8.6", "data beyond the peer's window waits", "EP-S-5",
		func(s *Step) bool {
			return s.accepts() && s.After.Unsent > 0 && s.After.Snd.Nxt.From(s.After.Snd.Una) >= s.After.Snd.Wnd
		}),
	on(model.Send, sending, "send-nothing", "3.10.2", "a SEND of no data sends nothing", "EP-S-5",
		func(s *Step) bool { return s.accepts() && s.Event.N == 0 && s.Before.Unsent == 0 && s.silent() }),
	on(model.Send, sending, "send-cut", "3.7.1", "data is cut at the smaller MSS of the two", "EP-S-5 MUST-16",
		func(s *Step) bool { return s.Output.NSegs > 1 && uint32(s.Output.Segs[0].Len) == s.mss() }),
	on(model.Send, sending, "send-default-mss", "3.7.1", "a peer that announced no MSS is sent segments of at most 536 octets", "MUST-15",
		func(s *Step) bool {
			return s.Before.MSS == 0 && announced(&s.Config) > 536 && s.Output.NSegs > 1 && s.Output.Segs[0].Len == 536
		}),
	on(model.Send, sending, "send-rest-later", "3.10.2", "data beyond what one event may send waits for the next event", "EP-S-5",
		func(s *Step) bool {
			return s.accepts() && s.After.Unsent > 0 && s.After.Snd.Nxt.From(s.After.Snd.Una) < s.After.Snd.Wnd
		}),
	on(model.Send, sending, "send-push", "3.10.2", "the last segment of the buffered data carries PSH", "MUST-61",
		func(s *Step) bool { return s.accepts() && s.sent(withFlags(model.PSH)) && s.After.Unsent == 0 }),
	on(model.Send, in(model.SynSent, model.SynReceived, model.Established, model.CloseWait), "send-urgent", "3.10.2, 3.8.5", "urgent data: the urgent pointer points behind it", "EP-S-5u MUST-62 MUST-30,MUST-31,MUST-32",
		func(s *Step) bool {
			return s.newUrgent() && s.After.Snd.Up == s.Before.Snd.Nxt+model.Seq(s.Before.Unsent+s.Event.N)
		}),
	on(model.Send, sending, "send-urgent-flag", "3.10.2", "the urgent pointer is sent with its segments", "EP-S-5u",
		func(s *Step) bool { return s.newUrgent() && s.sent(withFlags(model.URG)) }),
	on(model.Send, in(model.SynSent, model.SynReceived, model.Established, model.CloseWait), "send-no-room", "3.10.2", "the send buffer has no room: the call is refused", "EP-S-3",
		func(s *Step) bool {
			return s.replies(model.ErrResources) && s.stays() && s.After.Unsent <= s.Before.Unsent
		}),
	on(model.Send, sending, "send-after-close", "3.10.2", "no data is accepted after CLOSE, although data from before it still waits", "EP-S-6",
		func(s *Step) bool { return s.Before.Is(model.CloseAsked) && s.refused(model.ErrClosing) }),
	on(model.Send, closed, "send-closing", "3.10.2", "the sending direction is closed: the call is refused", "EP-S-6 U-CLOSESIMPLEX",
		func(s *Step) bool { return s.refused(model.ErrClosing) }),
})

var receiveClauses = []Clause{
	on(model.Receive, in(model.Closed), "receive-closed", "3.10.3", "CLOSED: there is no connection", "EP-R-1",
		func(s *Step) bool { return s.refused(model.ErrNotExist) }),
	on(model.Receive, in(model.Listen, model.SynSent, model.SynReceived), "receive-early", "3.10.3", "a RECEIVE waits for ESTABLISHED", "EP-R-2",
		func(s *Step) bool { return s.replies(model.OK) && s.stays() && s.silent() }),
	on(model.Receive, receiving, "receive-waits", "3.10.3", "no data is there: the RECEIVE waits", "EP-R-5",
		func(s *Step) bool { return s.replies(model.OK) && s.Output.Delivered == 0 && s.stays() }),
	on(model.Receive, receiving, "receive-gets", "3.10.3", "data is delivered to the user, and the window grows by it", "EP-R-5 P-MANUAL",
		func(s *Step) bool {
			return s.Output.Delivered > 0 && s.stays() && s.After.Unread == s.Before.Unread-s.Output.Delivered && s.After.Rcv.Wnd > s.Before.Rcv.Wnd
		}),
	on(model.Receive, receiving, "receive-opens-window", "3.10.3, 3.8.6", "a zero window opens, and the sender is informed", "EP-R-5",
		func(s *Step) bool {
			return s.Before.Rcv.Wnd == 0 && s.Output.Delivered > 0 && s.answered()
		}),
	on(model.Receive, in(model.CloseWait), "receive-rest", "3.10.3", "CLOSE-WAIT: data that is left is delivered to the user", "EP-R-7",
		func(s *Step) bool { return s.replies(model.OK) && s.Before.Unread > 0 && s.stays() && s.silent() }),
	on(model.Receive, in(model.CloseWait), "receive-no-more", "3.10.3", "CLOSE-WAIT: no data is left, and none can come", "EP-R-7",
		func(s *Step) bool { return s.Before.Unread == 0 && s.refused(model.ErrClosing) }),
	on(model.Receive, in(model.Closing, model.LastAck, model.TimeWait), "receive-closing", "3.10.3", "CLOSING, LAST-ACK, TIME-WAIT: an error", "EP-R-8",
		func(s *Step) bool { return s.refused(model.ErrClosing) }),
}

// finOut: our FIN was sent, as the last segment.
func (s *Step) finOut() bool {
	n := s.Output.NSegs
	return n > 0 && s.Output.Segs[n-1].Has(model.FIN|model.ACK) && s.After.Is(model.FinSent)
}

// bareFin: our FIN was sent, and nothing before it.
func (s *Step) bareFin() bool { return s.Output.NSegs == 1 && s.Output.Segs[0].Len == 0 && s.finOut() }

// aborted: a RST with SND.NXT was sent, and nothing else.
func (s *Step) aborted() bool {
	return s.sentOnly(model.RST) && s.Output.Segs[0].Seq == s.Before.Snd.Nxt
}

var closeClauses = []Clause{
	on(model.Close, in(model.Closed), "close-closed", "3.10.4", "CLOSED: there is no connection", "EP-C-2",
		func(s *Step) bool { return s.refused(model.ErrNotExist) }),
	on(model.Close, in(model.Listen), "close-listen", "3.10.4", "LISTEN: the TCB is deleted", "EP-C-2",
		func(s *Step) bool { return s.became(model.Closed) && s.silent() }),
	on(model.Close, in(model.SynSent), "close-syn-sent", "3.10.4", "SYN-SENT: the TCB is deleted, and nothing is sent", "EP-C-3",
		func(s *Step) bool { return s.became(model.Closed) && s.silent() }),
	on(model.Close, in(model.SynReceived), "close-syn-received", "3.10.4", "SYN-RECEIVED with nothing to send: FIN, and FIN-WAIT-1", "EP-C-4",
		func(s *Step) bool { return s.bareFin() && s.became(model.FinWait1) }),
	on(model.Close, in(model.SynReceived), "close-syn-received-later", "3.10.4", "SYN-RECEIVED with data to send: the CLOSE waits for ESTABLISHED", "EP-C-4",
		func(s *Step) bool {
			return s.stays() && s.After.Is(model.CloseAsked) && s.silent() && s.replies(model.OK)
		}),
	on(model.Close, in(model.SynReceived), "close-syn-received-again", "3.10.4", "SYN-RECEIVED: a second CLOSE is refused", "EP-C-4",
		func(s *Step) bool { return s.Before.Is(model.CloseAsked) && s.refused(model.ErrClosing) }),
	on(model.Close, in(model.Established), "close-established", "3.10.4", "ESTABLISHED: FIN, and FIN-WAIT-1", "EP-C-5 U-CLOSESIMPLEX",
		func(s *Step) bool { return s.bareFin() && s.became(model.FinWait1) }),
	on(model.Close, in(model.Established), "close-established-text", "3.10.4", "ESTABLISHED with data that may be sent: its last segment carries the FIN", "EP-C-5",
		func(s *Step) bool { return s.sent(hasText) && s.finOut() && s.became(model.FinWait1) }),
	on(model.Close, in(model.Established), "close-established-waits", "3.10.4", "ESTABLISHED with data that must wait: FIN-WAIT-1 at once, the FIN after the data", "EP-C-5 U-CLOSESIMPLEX",
		func(s *Step) bool { return !s.After.Is(model.FinSent) && s.became(model.FinWait1) }),
	on(model.Close, in(model.Established, model.CloseWait), "close-half-duplex", "3.6.1", "data is unread: a half-duplex CLOSE sends a RST instead, and the user is informed", "MAY-1 SHLD-3 P-HALF-DUPLEX",
		func(s *Step) bool { return s.Before.Unread > 0 && s.aborted() && s.told(model.ConnectionReset) }),
	on(model.Close, in(model.CloseWait), "close-close-wait", "3.10.4", "CLOSE-WAIT: FIN, and LAST-ACK", "EP-C-7",
		func(s *Step) bool { return s.finOut() && s.became(model.LastAck) }),
	on(model.Close, in(model.CloseWait), "close-close-wait-later", "3.10.4", "CLOSE-WAIT with data that must wait: LAST-ACK when the FIN is sent after it", "EP-C-7",
		func(s *Step) bool {
			return !s.Before.Is(model.CloseAsked) && s.stays() && s.After.Is(model.CloseAsked) && !s.After.Is(model.FinSent) && s.After.Unsent > 0
		}),
	on(model.Close, in(model.CloseWait), "close-close-wait-again", "3.10.4", "CLOSE-WAIT: a second CLOSE is refused", "EP-C-7",
		func(s *Step) bool { return s.Before.Is(model.CloseAsked) && s.refused(model.ErrClosing) }),
	on(model.Close, in(model.FinWait1, model.FinWait2), "close-fin-wait", "3.10.4", "FIN-WAIT-1 and -2: no second FIN", "EP-C-6",
		func(s *Step) bool { return s.refused(model.ErrClosing) }),
	on(model.Close, in(model.Closing, model.LastAck, model.TimeWait), "close-closing", "3.10.4", "CLOSING, LAST-ACK, TIME-WAIT: an error", "EP-C-6",
		func(s *Step) bool { return s.refused(model.ErrClosing) }),
}

var abortClauses = slices.Concat([]Clause{
	on(model.Abort, in(model.Closed), "abort-closed", "3.10.5", "CLOSED: there is no connection", "EP-A-3",
		func(s *Step) bool { return s.refused(model.ErrNotExist) }),
}, each(model.Abort, in(model.Listen, model.SynSent), "abort-early", "3.10.5", "the TCB is deleted, and no RST is sent", "EP-A-3",
	func(s *Step) bool { return s.became(model.Closed) && s.silent() }),
	each(model.Abort, in(model.SynReceived, model.Established, model.FinWait1, model.FinWait2, model.CloseWait), "abort", "3.10.5", "a RST with SND.NXT is sent; what waits is dropped", "EP-A-4 U-ABORT",
		func(s *Step) bool { return s.aborted() && s.became(model.Closed) }), []Clause{
		on(model.Abort, between(model.SynReceived, model.CloseWait), "abort-stamped", "RFC 7323 3.2", "the RST carries the timestamp option that was agreed", "P-RST-STAMP",
			func(s *Step) bool {
				return s.aborted() && s.Before.Is(model.TSOK) && s.Output.Segs[0].Opts&model.OptTimestamps != 0 && s.Output.Segs[0].TSVal == s.Event.Now
			}),
		on(model.Abort, between(model.Established, model.CloseWait), "abort-waits", "3.5.2 against 3.10.5", "the issuer of the RST enters TIME-WAIT, if the policy says so", "A1",
			func(s *Step) bool { return s.aborted() && s.became(model.TimeWait) && s.restarts() }),
	}, each(model.Abort, in(model.Closing, model.LastAck), "abort-late", "3.10.5", "the TCB is deleted, and no RST is sent", "EP-A-8",
		func(s *Step) bool { return s.became(model.Closed) && s.silent() && s.replies(model.OK) }), []Clause{
		on(model.Abort, in(model.TimeWait), "abort-time-wait", "3.10.5", "TIME-WAIT ends at once, and no RST is sent", "EP-A-8 A2",
			func(s *Step) bool { return s.became(model.Closed) && s.silent() }),
		on(model.Abort, in(model.TimeWait), "abort-keeps-time-wait", "3.10.5 against MUST-13", "TIME-WAIT goes on, if the policy says so", "A2",
			func(s *Step) bool { return s.idle() }),
		on(model.Status, in(model.Closed), "status-closed", "3.10.6", "CLOSED: there is no connection", "EP-ST",
			func(s *Step) bool { return s.refused(model.ErrNotExist) }),
		on(model.Status, open, "status", "3.10.6", "STATUS reports the state, and changes nothing", "EP-ST",
			func(s *Step) bool { return s.idle() && s.replies(model.OK) }),
	})
