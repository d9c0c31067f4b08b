package coverage

import (
	"github.com/tcpcheck/tcpcheck/model"
)

// SEGMENT ARRIVES in CLOSED, LISTEN and SYN-SENT, RFC 9293 §3.10.7.1 to §3.10.7.3.

// arrive makes a clause about the arrival of a segment.
func arrive(states []model.State, id, section, says, rows string, holds func(*Step) bool) Clause {
	return on(model.SegmentArrives, states, id, section, says, rows, holds)
}

// arriveEach makes one for each of the states.
func arriveEach(states []model.State, id, section, says, rows string, holds func(*Step) bool) []Clause {
	return each(model.SegmentArrives, states, id, section, says, rows, holds)
}

var closedClauses = []Clause{
	arrive(in(model.Closed), "closed-rst", "3.10.7.1", "CLOSED: a RST is dropped", "EP-CL-1 U-RSTNOT",
		func(s *Step) bool { return s.has(model.RST) && s.idle() }),
	arrive(in(model.Closed), "closed-ack", "3.10.7.1", "CLOSED: a segment with ACK is answered by a RST with that number", "EP-CL-2 U-RSTGEN1",
		func(s *Step) bool { return s.has(model.ACK) && s.resetOnly() }),
	arrive(in(model.Closed), "closed-no-ack", "3.10.7.1", "CLOSED: a segment without ACK is answered by a RST with number 0, which acknowledges it", "EP-CL-2 U-RSTGEN1",
		func(s *Step) bool { return !s.has(model.ACK) && s.resetOnly() }),
	arrive(in(model.Closed), "closed-silent", "3.10.7.1, RFC 1337", "CLOSED: nothing is answered, if the policy says so", "P-SILENT",
		func(s *Step) bool { return !s.has(model.RST) && s.idle() }),
}

// listened: a SYN was answered, and a connection was opened.
func (s *Step) listened() bool {
	return s.Before.State == model.Listen && s.After.State >= model.SynReceived && s.After.Irs == s.seg().Seq
}

// answersSyn: the answer is a SYN,ACK with the number of the generator.
func (s *Step) answersSyn() bool {
	seg := s.Output.Segs[0]
	return s.Output.NSegs > 0 && seg.Flags == model.SYN|model.ACK && seg.Ack == s.seg().Seq+1 && seg.Seq == s.After.Iss
}

var listenClauses = []Clause{
	arrive(in(model.Listen), "listen-rst", "3.10.7.2 first", "LISTEN: a RST is ignored", "EP-LI-1 U-RSTVAL",
		func(s *Step) bool { return s.has(model.RST) && s.idle() }),
	arrive(in(model.Listen), "listen-ack", "3.10.7.2 second", "LISTEN: an ACK is reset", "EP-LI-2 U-RSTGEN2",
		func(s *Step) bool { return s.has(model.ACK) && s.resetOnly() && s.stays() }),
	arrive(in(model.Listen), "listen-compartment", "3.10.7.2 third, A.1", "LISTEN: a SYN of another compartment is reset", "EP-LI-3",
		func(s *Step) bool {
			return s.has(model.SYN) && s.opt(model.OtherCompartment) && s.resetOnly() && s.stays()
		}),
	arrive(in(model.Listen), "listen-syn", "3.10.7.2 third", "LISTEN: a SYN is answered by a SYN,ACK, and leads to SYN-RECEIVED", "EP-LI-3 P-HANDSHAKE MUST-11",
		func(s *Step) bool {
			return s.listened() && s.became(model.SynReceived) && s.Output.NSegs == 1 && s.answersSyn() && s.After.Is(model.Passive)
		}),
	arrive(in(model.Listen), "listen-syn-text", "3.10.7.2 third, 3.5", "data on the SYN is held until ESTABLISHED", "U-DATASYN EP-LI-3",
		func(s *Step) bool {
			return s.listened() && s.became(model.SynReceived) && s.seg().Len > 0 && held(&s.After) == 1 && s.Output.NText == 0
		}),
	arrive(in(model.Listen), "listen-syn-fin", "3.10.7.2 third", "a FIN on the SYN is held with that data", "U-DATASYN EP-LI-3",
		func(s *Step) bool {
			return s.listened() && s.became(model.SynReceived) && s.has(model.FIN) && held(&s.After) == 1 && s.Output.NText == 0
		}),
	arrive(in(model.Listen), "listen-other", "3.10.7.2 fourth", "LISTEN: a segment without RST, ACK and SYN is dropped", "EP-LI-4 EP-OT-8a",
		func(s *Step) bool { return s.seg().Flags&(model.RST|model.ACK|model.SYN) == 0 && s.idle() }),
	arrive(in(model.Listen), "listen-no-mss", "3.7.1", "the SYN announces no MSS", "MUST-15",
		func(s *Step) bool { return s.listened() && !s.opt(model.OptMSS) && s.After.MSS == 0 }),
	arrive(in(model.Listen), "listen-timestamps", "RFC 7323 2.2", "both offer timestamps: they are used", "P-OPTIONS",
		func(s *Step) bool { return s.listened() && s.opt(model.OptTimestamps) && s.After.Is(model.TSOK) }),
	arrive(in(model.Listen), "listen-window-scale", "RFC 7323 2.2", "both offer a window scale: it is used", "P-OPTIONS U-WSCALE",
		func(s *Step) bool { return s.listened() && s.opt(model.OptWindowScale) && s.After.Is(model.WSOK) }),
	arrive(in(model.Listen), "listen-sack", "RFC 2018", "both offer SACK: it is used", "P-OPTIONS",
		func(s *Step) bool { return s.listened() && s.opt(model.OptSACKPermitted) && s.After.Is(model.SACKOK) }),
	arrive(in(model.Listen), "listen-four", "3.4.1", "handshake of four segments: the ACK and a SYN without ACK are sent separately", "P-HANDSHAKE",
		func(s *Step) bool {
			return s.listened() && s.Output.NSegs == 2 && s.Output.Segs[0].Flags == model.ACK && s.Output.Segs[1].Flags == model.SYN
		}),
	arrive(in(model.Listen), "listen-four-acked", "3.4.1", "handshake of four segments: the SYN carries the ACK as well", "P-HANDSHAKE",
		func(s *Step) bool {
			return s.listened() && s.Output.NSegs == 2 && s.Output.Segs[0].Flags == model.ACK && s.Output.Segs[1].Flags == model.SYN|model.ACK
		}),
	arrive(in(model.Listen), "listen-two", "3.5", "handshake of two segments: ESTABLISHED with the SYN,ACK", "P-HANDSHAKE",
		func(s *Step) bool { return s.listened() && s.told(model.Opened) && s.answersSyn() }),
	arrive(in(model.Listen), "listen-one", "3.5", "handshake of one segment: ESTABLISHED without an answer to the SYN", "P-HANDSHAKE",
		func(s *Step) bool {
			return s.listened() && s.told(model.Opened) && !s.sent(withFlags(model.SYN))
		}),
	arrive(in(model.Listen), "listen-at-once", "3.5", "a handshake without confirmation accepts data on the SYN at once", "P-HANDSHAKE",
		func(s *Step) bool { return s.listened() && s.told(model.Opened) && s.octets() > 0 }),
	arrive(in(model.Listen), "listen-fin-at-once", "3.5", "a handshake without confirmation accepts a FIN on the SYN at once: CLOSE-WAIT", "P-HANDSHAKE",
		func(s *Step) bool { return s.listened() && s.became(model.CloseWait) && s.fin() }),
}

// ackOfSyn: the ACK acknowledges our SYN, or also some of its data.
func (s *Step) ackOfSyn() bool {
	ack := s.seg().Ack
	return s.has(model.ACK) && s.Before.Iss.Less(ack) && ack.AtMost(s.Before.Snd.Nxt)
}

// ackOfOther: the ACK acknowledges something else.
func (s *Step) ackOfOther() bool { return s.has(model.ACK) && !s.ackOfSyn() }

// passesAck: the first two checks of §3.10.7.3 let the segment through.
func (s *Step) passesAck() bool { return !s.ackOfOther() && !s.has(model.RST) }

// meets: a SYN met our SYN, and we left SYN-SENT.
func (s *Step) meets() bool { return s.After.State >= model.SynReceived && s.has(model.SYN) }

// connects: the same, and the connection is open.
func (s *Step) connects() bool { return s.meets() && s.told(model.Opened) }

var synSentClauses = []Clause{
	arrive(in(model.SynSent), "syn-sent-old-ack", "3.10.7.3 first", "SYN-SENT: an ACK not above ISS is reset", "EP-SS-1 U-RSTGEN2 H3",
		func(s *Step) bool {
			return s.ackOfOther() && s.seg().Ack.AtMost(s.Before.Iss) && s.resetOnly() && s.stays()
		}),
	arrive(in(model.SynSent), "syn-sent-future-ack", "3.10.7.3 first", "SYN-SENT: an ACK above SND.NXT is reset", "EP-SS-1 U-RSTGEN2 H3",
		func(s *Step) bool {
			return s.ackOfOther() && s.Before.Snd.Nxt.Less(s.seg().Ack) && s.resetOnly() && s.stays()
		}),
	arrive(in(model.SynSent), "syn-sent-bad-ack-rst", "3.10.7.3 first", "SYN-SENT: a RST with an unacceptable ACK is dropped", "EP-SS-1 U-RSTNOT",
		func(s *Step) bool { return s.ackOfOther() && s.has(model.RST) && s.idle() }),
	arrive(in(model.SynSent), "syn-sent-rst", "3.10.7.3 second", "SYN-SENT: a RST that acknowledges our SYN ends the attempt, whatever its SEQ; the user is informed", "EP-SS-3 U-RSTVAL E8167",
		func(s *Step) bool {
			return s.ackOfSyn() && s.has(model.RST) && s.became(model.Closed) && s.told(model.ConnectionReset) && s.silent()
		}),
	arrive(in(model.SynSent), "syn-sent-bare-rst", "3.10.7.3 second", "SYN-SENT: a RST without ACK is dropped", "EP-SS-3 A11",
		func(s *Step) bool { return !s.has(model.ACK) && s.has(model.RST) && s.idle() }),
	arrive(in(model.SynSent), "syn-sent-bare-rst-obeyed", "3.10.7.3 second", "SYN-SENT: a RST without ACK resets, if the policy says so", "A11",
		func(s *Step) bool { return !s.has(model.ACK) && s.has(model.RST) && s.told(model.ConnectionReset) }),
	arrive(in(model.SynSent), "syn-sent-compartment", "3.10.7.3 third, A.1", "SYN-SENT: a segment of another compartment is reset", "EP-SS-5",
		func(s *Step) bool {
			return s.passesAck() && s.opt(model.OtherCompartment) && s.resetOnly() && s.stays()
		}),
	arrive(in(model.SynSent), "syn-sent-ack-alone", "3.10.7.3 fifth", "SYN-SENT: an ACK of our SYN without a SYN is dropped", "EP-SS-8 H4",
		func(s *Step) bool { return s.ackOfSyn() && !s.has(model.SYN) && !s.has(model.RST) && s.idle() }),
	arrive(in(model.SynSent), "syn-sent-nothing", "3.10.7.3 fifth", "SYN-SENT: a segment without SYN, ACK and RST is dropped", "EP-SS-8 EP-OT-8a",
		func(s *Step) bool { return s.seg().Flags&(model.SYN|model.ACK|model.RST) == 0 && s.idle() }),
	arrive(in(model.SynSent), "syn-sent-remembers-ack", "3.4.1", "handshake of four segments: an ACK that comes before the SYN is remembered", "P-HANDSHAKE",
		func(s *Step) bool {
			return s.ackOfSyn() && !s.has(model.SYN) && s.stays() && s.silent() && s.After.Snd.Una != s.Before.Snd.Una
		}),
	arrive(in(model.SynSent), "syn-sent-no-simultaneous", "3.5, MUST-10", "SYN-SENT: a SYN without ACK is dropped, if the policy says so", "P-NO-SIM",
		func(s *Step) bool {
			return s.has(model.SYN) && !s.has(model.ACK) && !s.has(model.RST) && !s.opt(model.OtherCompartment) && s.idle()
		}),
	arrive(in(model.SynSent), "syn-sent-syn-ack", "3.10.7.3 fourth", "SYN-SENT: a SYN that acknowledges ours opens the connection, and is acknowledged", "EP-SS-6",
		func(s *Step) bool {
			return s.ackOfSyn() && s.connects() && s.sent(withFlags(model.ACK)) && s.After.Snd.Una == s.seg().Ack
		}),
	arrive(in(model.SynSent), "syn-sent-two", "3.5", "handshake of two segments: the SYN,ACK opens the connection, and is not answered", "P-HANDSHAKE",
		func(s *Step) bool { return s.ackOfSyn() && s.connects() && s.silent() }),
	arrive(in(model.SynSent), "syn-sent-syn-after-ack", "3.4.1", "a SYN without ACK opens the connection after the ACK that came before it", "P-HANDSHAKE",
		func(s *Step) bool { return !s.has(model.ACK) && s.connects() }),
	arrive(in(model.SynSent), "syn-sent-ack-of-part", "3.10.7.3 first", "the peer acknowledges our SYN, but not all data on it", "EP-SS-2",
		func(s *Step) bool { return s.ackOfSyn() && s.connects() && s.seg().Ack != s.Before.Snd.Nxt }),
	arrive(in(model.SynSent), "syn-sent-ack-of-text", "3.10.7.3 first", "the peer acknowledges data on our SYN", "EP-SS-2",
		func(s *Step) bool { return s.ackOfSyn() && s.connects() && s.Output.Acked > 0 }),
	arrive(in(model.SynSent), "syn-sent-takes-text", "3.10.7.3 fourth", "data on the SYN,ACK is accepted", "EP-SS-6",
		func(s *Step) bool { return s.connects() && s.octets() > 0 }),
	arrive(in(model.SynSent), "syn-sent-takes-fin", "3.10.7.3 fourth", "a FIN on the SYN,ACK is accepted: CLOSE-WAIT", "EP-SS-6 EP-OT-8b",
		func(s *Step) bool { return s.connects() && s.fin() && s.became(model.CloseWait) }),
	arrive(in(model.SynSent), "syn-sent-sends-text", "3.10.7.3 fourth", "data that waited is sent with the ACK of the SYN", "EP-S-3 MUST-58",
		func(s *Step) bool { return s.connects() && s.sent(hasText) }),
	arrive(in(model.SynSent), "syn-sent-urgent", "3.10.7.3 fourth", "urgent data on the SYN,ACK is reported", "EP-OT-6",
		func(s *Step) bool { return s.connects() && s.told(model.UrgentData) }),
	arrive(in(model.SynSent), "syn-sent-window", "3.10.7.3, RFC 1122 4.2.2.20", "the SYN,ACK sets the send window", "A4 EP-SS-6",
		func(s *Step) bool { return s.ackOfSyn() && s.connects() && s.After.Snd.Wnd > 0 }),
	arrive(in(model.SynSent), "syn-sent-no-window", "3.10.7.3", "the SYN,ACK does not set the send window, if the RFC is read literally", "A4",
		func(s *Step) bool {
			return s.ackOfSyn() && s.connects() && s.After.Snd.Wnd == 0 && s.seg().Wnd > 0
		}),
	arrive(in(model.SynSent), "syn-sent-syn", "3.10.7.3 fourth", "SYN-SENT: a SYN without ACK is answered by a SYN,ACK with the same ISS, and leads to SYN-RECEIVED", "EP-SS-7 MUST-10",
		func(s *Step) bool {
			return !s.has(model.ACK) && s.meets() && s.became(model.SynReceived) && s.answersSyn() && s.After.Iss == s.Before.Iss
		}),
	arrive(in(model.SynSent), "syn-sent-syn-text", "3.10.7.3 fourth", "data on such a SYN is held until ESTABLISHED", "U-DATASYN EP-SS-7",
		func(s *Step) bool {
			return s.meets() && s.became(model.SynReceived) && held(&s.After) == 1 && s.Output.NText == 0
		}),
	arrive(in(model.SynSent), "syn-sent-no-mss", "3.7.1", "the peer's SYN announces no MSS", "MUST-15",
		func(s *Step) bool { return s.meets() && !s.opt(model.OptMSS) && s.After.MSS == s.Before.MSS }),
	arrive(in(model.SynSent), "syn-sent-timestamps", "RFC 7323 2.2", "both offer timestamps: they are used", "P-OPTIONS",
		func(s *Step) bool { return s.meets() && s.opt(model.OptTimestamps) && s.After.Is(model.TSOK) }),
	arrive(in(model.SynSent), "syn-sent-window-scale", "RFC 7323 2.2", "both offer a window scale: it is used", "P-OPTIONS U-WSCALE",
		func(s *Step) bool { return s.meets() && s.opt(model.OptWindowScale) && s.After.Is(model.WSOK) }),
	arrive(in(model.SynSent), "syn-sent-sack", "RFC 2018", "both offer SACK: it is used", "P-OPTIONS",
		func(s *Step) bool { return s.meets() && s.opt(model.OptSACKPermitted) && s.After.Is(model.SACKOK) }),
}
