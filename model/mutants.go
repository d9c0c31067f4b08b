package model

// Mutants names each mutant, where RFC 9293 has the check that it changes, what it does, and how
// the source is changed for it. The twin in mutants_generated.go is made of this table.
var Mutants = [NumMutants]struct {
	Name, Section, Does string
	Edits               []Edit
}{
	None: {"none", "", "changes nothing", nil},
	ClosedIsSilent: {"closed-is-silent", "3.10.7.1", "CLOSED sends no RST", []Edit{
		{"arrivesClosed", "m.c.SilentWhenClosed", "true"}}},
	ClosedAnswersRst: {"closed-answers-rst", "3.10.7.1", "CLOSED answers a RST with a RST", []Edit{
		{"arrivesClosed", "m.seg.Has(RST)", "false"}}},
	ListenHearsRst: {"listen-hears-rst", "3.10.7.2 first", "LISTEN does not drop a RST", []Edit{
		{"arrivesListen", "m.seg.Has(RST)", "false"}}},
	ListenHearsAck: {"listen-hears-ack", "3.10.7.2 second", "LISTEN accepts a SYN with an ACK, and sends no RST", []Edit{
		{"arrivesListen", "m.seg.Has(ACK)", "false"}}},
	SynTextAtOnce: {"syn-text-at-once", "3.10.7.2 third", "data on a SYN is delivered before ESTABLISHED", []Edit{
		{"acceptSyn", "m.hold(m.textOfSyn())", "m.hold(m.textOfSyn()); m.takeHeld()"}}},
	SynSentAnyAck: {"syn-sent-any-ack", "3.10.7.3 first", "SYN-SENT takes every ACK for an ACK of its SYN", []Edit{
		{"checkAckSynSent", "m.seg.Ack.AtMost(m.t.Iss) || m.t.Snd.Nxt.Less(m.seg.Ack)", "false"}}},
	SynSentWholeAck: {"syn-sent-whole-ack", "3.10.7.3 first", "SYN-SENT accepts no SEG.ACK but SND.NXT", []Edit{
		{"checkAckSynSent", "m.seg.Ack.AtMost(m.t.Iss) || m.t.Snd.Nxt.Less(m.seg.Ack)", "m.seg.Ack != m.t.Snd.Nxt"}}},
	SynSentNoRst: {"syn-sent-no-rst", "3.10.7.3 first", "SYN-SENT drops a bad ACK without a RST", []Edit{
		{"checkAckSynSent", "bad && !m.seg.Has(RST)", "false"}}},
	SynSentDeafToRst: {"syn-sent-deaf-to-rst", "3.10.7.3 second", "SYN-SENT ignores a RST", []Edit{
		{"checkResetSynSent", "m.seg.Has(ACK)", "false"}}},
	SynSentNeedsNoSyn: {"syn-sent-needs-no-syn", "3.10.7.3 fifth", "SYN-SENT opens the connection on an ACK without SYN", []Edit{
		{"arrivesSynSent", "!m.seg.Has(SYN)", "!m.seg.Has(SYN) && !m.seg.Has(ACK)"}}},
	AnySequence: {"any-sequence", "3.10.7.4 first", "every segment is acceptable", []Edit{
		{"checkSequence", "m.acceptable()", "true"}}},
	SequenceStartOnly: {"sequence-start-only", "3.10.7.4 first", "the second half of the test for data is left out", []Edit{
		{"acceptable", "(m.seg.End()-1).In(first, wnd)", "false"}}},
	SilentOutside: {"silent-outside", "3.10.7.4 first", "an unacceptable segment is not answered", []Edit{
		{"checkSequence", "!m.seg.Has(RST) || m.c.AckUnacceptableRst", "m.seg.Has(RST) && m.c.AckUnacceptableRst"}}},
	OldTextAgain: {"old-text-again", "3.10.7.4 first", "what lies before RCV.NXT is not trimmed", []Edit{
		{"trim", "s.Seq.Less(m.t.Rcv.Nxt)", "false"},
		{"processText", "if s.Seq != m.t.Rcv.Nxt", "!s.Seq.AtMost(m.t.Rcv.Nxt)"},
	}},
	TextBeyondWindow: {"text-beyond-window", "3.10.7.4 first", "what lies beyond the window is not trimmed", []Edit{
		{"trim", "s.Span() == 0 || !edge.Less(s.End())", "true"}}},
	ShutWindowIsDeaf: {"shut-window-is-deaf", "3.10.7.4 first", "at a zero window the ACK of a segment with data is not processed", []Edit{
		{"checkSequence", "m.allowedAtZeroWindow()", "false"}}},
	KeepsSynStamp: {"keeps-syn-stamp", "3.6.1", "back in TIME-WAIT, TS.Recent is that of the SYN that turned out to be old", []Edit{
		{"backToTimeWait", "m.t = TCB{Marks: marks}", "old.TSRecent = m.t.TS.Recent; m.t = TCB{Marks: marks}"}}},
	RstUnstamped: {"rst-unstamped", "RFC 7323 3.2", "a RST carries no timestamp, although the option was agreed", []Edit{
		{"step", "", `for i := range m.o.Segs {
			if s := &m.o.Segs[i]; s.Has(RST) {
				s.Opts, s.TSVal, s.TSEcr = s.Opts&^OptTimestamps, 0, 0
			}
		}`}}},
	NoPAWS: {"no-paws", "RFC 7323 5.3", "an old timestamp is not refused", []Edit{
		{"checkTimestamp", "int32(m.seg.TSVal-m.t.TS.Recent) < 0", "false"}}},
	DeafToRst: {"deaf-to-rst", "3.10.7.4 second", "a RST is ignored", []Edit{
		{"checkReset", "m.t.State == TimeWait && m.ignoresRst()", "true"}}},
	RstInWindow: {"rst-in-window", "3.10.7.4 second", "a RST anywhere in the window is obeyed", []Edit{
		{"checkReset", "m.e.Seg.Seq == m.t.Rcv.Nxt || m.c.Attacks.TakesRst()", "true"}}},
	RstAnywhere: {"rst-anywhere", "3.10.7.4 second", "a RST is obeyed whatever its number", []Edit{
		{"arrivesOther", "m.checkSequence()", "m.checkSequence() && !m.seg.Has(RST)"},
		{"checkReset", "!inWindow", "false"},
		{"checkReset", "m.e.Seg.Seq == m.t.Rcv.Nxt || m.c.Attacks.TakesRst()", "true"},
	}},
	RefusedForGood: {"refused-for-good", "3.10.7.4 second", "SYN-RECEIVED goes to CLOSED silently, never back to LISTEN", []Edit{
		{"backFromSynReceived", "m.enterListen()", "m.enterClosed()"},
		{"backFromSynReceived", "m.o.Signals |= ConnectionRefused", ""},
	}},
	SynUnseen: {"syn-unseen", "3.10.7.4 fourth", "a SYN in the window is not processed", []Edit{
		{"checkSyn", "!syn", "true"}}},
	AckBitOptional: {"ack-bit-optional", "3.10.7.4 fifth", "data and FIN of a segment without ACK are processed", []Edit{
		{"arrivesOther", "m.checkAck()", "m.checkAck() && m.seg.Has(ACK)"}}},
	SynRcvdAnyAck: {"syn-rcvd-any-ack", "3.10.7.4 fifth", "SYN-RECEIVED opens the connection on every ACK", []Edit{
		{"ackSynReceived", "m.t.Snd.Una.Less(m.seg.Ack) && m.seg.Ack.AtMost(m.t.Snd.Nxt)", "true"},
		{"ackSynReceived", "m.ackEstablished()", "m.seg.Ack.AtMost(m.t.Snd.Nxt) && m.ackEstablished()"},
	}},
	SynRcvdOldAck: {"syn-rcvd-old-ack", "3.10.7.4 fifth", "SYN-RECEIVED opens the connection on an ACK of ISS itself", []Edit{
		{"ackSynReceived", "m.t.Snd.Una.Less(m.seg.Ack)", "m.t.Snd.Una.AtMost(m.seg.Ack)"}}},
	AckOfUnsent: {"ack-of-unsent", "3.10.7.4 fifth", "an ACK above SND.NXT is accepted", []Edit{
		{"ackEstablished", "m.t.Snd.Nxt.Less(ack)", "false"},
		{"ackTimeWait", "m.t.Snd.Nxt.Less(m.seg.Ack)", "false"},
	}},
	OldAckMovesBack: {"old-ack-moves-back", "3.10.7.4 fifth", "an old ACK moves SND.UNA back", []Edit{
		{"ackEstablished", "m.t.Snd.Una.Less(ack)", "true"}}},
	SentAckLate: {"sent-ack-late", "3.10.7.4 fifth", "if an ACK must be of something that was sent, an ACK of only our SYN is refused", []Edit{
		{"recentAck", "low = m.t.Iss + 1", "low = m.t.Iss + 2"}}},
	AnyWindow: {"any-window", "3.10.7.4 fifth", "an old segment sets SND.WND", []Edit{
		{"ackEstablished", "if newer", "true"}}},
	ShutWindowKills: {"shut-window-kills", "3.8.6.1", "an answer to a probe does not delay the user timeout", []Edit{
		{"ackEstablished", "shut || m.t.Snd.Wnd == 0", "false"}}},
	AnyAckIsOfFin: {"any-ack-is-of-fin", "3.10.7.4 fifth", "FIN-WAIT-1 takes every ACK for an ACK of its FIN", []Edit{
		{"ackFinWait1", "m.t.FinAcked()", "true"}}},
	ClosingAnyAck: {"closing-any-ack", "3.10.7.4 fifth", "CLOSING takes every ACK for an ACK of its FIN", []Edit{
		{"ackClosing", "!m.t.FinAcked()", "false"}}},
	ClosingGoesOn: {"closing-goes-on", "3.10.7.4 fifth", "CLOSING processes a segment that does not acknowledge its FIN", []Edit{
		{"ackClosing", "m.finish()", "return false"}}},
	LastAckAnyAck: {"last-ack-any-ack", "3.10.7.4 fifth", "LAST-ACK takes every ACK for an ACK of its FIN", []Edit{
		{"ackLastAck", "m.t.FinAcked()", "true"}}},
	TextAfterFin: {"text-after-fin", "3.10.7.4 seventh", "CLOSE-WAIT accepts data", []Edit{
		{"processText", "if !m.t.State.CanReceive()", "!m.t.State.CanReceive() && m.t.State != CloseWait"}}},
	TextOutOfOrder: {"text-out-of-order", "3.10.7.4 seventh", "data is accepted although data before it is missing", []Edit{
		{"processText", "if s.Seq != m.t.Rcv.Nxt", "false"}}},
	FinOutOfOrder: {"fin-out-of-order", "3.10.7.4 eighth", "a FIN is accepted before the data that precedes it", []Edit{
		{"holdSegment", "s.Flags &^= FIN", ""}}},
	LateFinOutOfOrder: {"late-fin-out-of-order", "3.10.7.4 first, eighth", "after the peer's FIN another one is accepted although it does not begin at RCV.NXT", []Edit{
		{"processText", "s.Len > 0 || s.Seq != m.t.Rcv.Nxt", "s.Len > 0"}}},
	FinNotAcked: {"fin-not-acked", "3.10.7.4 eighth", "a FIN is not acknowledged", []Edit{
		{"takeFin", "m.ackDue = true", ""}}},
	FinNotCounted: {"fin-not-counted", "3.10.7.4 eighth", "a FIN takes no sequence number", []Edit{
		{"takeFin", "m.t.Rcv.Nxt++", ""}}},
	NoTimeWait: {"no-time-wait", "3.10.7.4 eighth", "the closer is CLOSED at once where it should enter TIME-WAIT", []Edit{
		{"finish", "", `if m.t.State == TimeWait {
			m.o.Timer = KeepTimer
			m.enterClosed()
		}`}}},
	CloseVanishes: {"close-vanishes", "3.10.4", "CLOSE in SYN-RECEIVED deletes the TCB silently", []Edit{
		{"close", "if m.t.Unsent == 0 && m.t.SynText == 0 { m.enter(FinWait1); m.transmit() }", "m.enterClosed()"}}},
	AbsoluteSequence: {"absolute-sequence", "3.4", "the window is compared without regard to the wrap at 2^32", []Edit{
		{"checkSequence", "m.acceptable()", "m.seg.Seq >= m.t.Rcv.Nxt && m.seg.Seq < m.t.Rcv.Nxt+Seq(m.t.Rcv.Wnd)"}}},
	ReadsGhosts: {"reads-ghosts", "", "segments from before the start are recognized by their ghosts", []Edit{
		{"checkSequence", "m.acceptable()", "m.seg.Ghost>>4 != 0 && m.acceptable()"}}},
	NoRetransmission: {"no-retransmission", "3.10.8", "nothing is sent again", []Edit{
		{"step", "m.retransmissionTimeout()", ""}}},
}
