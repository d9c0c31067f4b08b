package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// The first four steps of RFC 9293 §3.10.7.4: sequence number, RST, security, SYN.

func (s *Step) lone() bool {
	return s.seg().Flags&(model.SYN|model.ACK|model.RST|model.FIN) == model.SYN && !s.opt(model.OtherCompartment)
}

// passes: the segment is acceptable, or was accepted although the window is zero.
func (s *Step) passes() bool { return s.end > outside }

func (s *Step) reopens() bool {
	return s.end == reopening && s.After.State != model.TimeWait && s.After.Irs == s.seg().Seq
}

func (s *Step) reopensBy(p model.Reopen) bool { return s.Config.Reopen == p && s.reopens() }

// finAgain: the peer's FIN, which was already accepted, arrives again.
func (s *Step) finAgain() bool {
	return s.has(model.FIN) && !s.has(model.RST) && s.seg().End() == s.Before.Rcv.Nxt
}

// stamped: a segment with a new timestamp that reaches back to Last.ACK.sent.
func (s *Step) stamped() bool {
	return s.Before.Is(model.TSOK) && s.seg().Seq.AtMost(s.Before.TS.LastAckSent) && s.Before.TS.Recent != s.seg().TSVal
}

var timeWait = in(model.TimeWait)

var sequenceClauses = slices.Concat([]Clause{
	arrive(timeWait, "reopen-none", "3.10.7.4 first, 3.6.1", "TIME-WAIT: a SYN opens nothing", "A10 EP-OT-1d",
		func(s *Step) bool {
			return s.lone() && s.Config.Reopen == model.ReopenNone && s.end != reopening && s.After.State != model.SynReceived
		}),
	arrive(timeWait, "reopen-any", "3.6.1, MAY-2", "TIME-WAIT: any SYN opens a new incarnation, if the policy says so", "A10 MAY-2",
		func(s *Step) bool { return s.reopensBy(model.ReopenAnySyn) }),
	arrive(timeWait, "reopen-later", "3.6.1, RFC 1122 4.2.2.13", "TIME-WAIT: a SYN above the last number seen opens a new incarnation, if the policy says so", "A10 MAY-2",
		func(s *Step) bool { return s.reopensBy(model.ReopenLaterSyn) }),
	arrive(timeWait, "reopen-not-later", "3.6.1, RFC 1122 4.2.2.13", "a SYN that is not above that number does not open one", "A10",
		func(s *Step) bool {
			return s.lone() && s.Config.Reopen == model.ReopenLaterSyn && s.end != reopening && s.After.State != model.SynReceived
		}),
	arrive(timeWait, "reopen-timestamp", "RFC 6191 2", "TIME-WAIT: a SYN with a later timestamp opens a new incarnation", "SHLD-4 EP-OT-1d A10",
		func(s *Step) bool {
			return s.reopensBy(model.ReopenRFC6191) && s.byTime && s.Before.Is(model.TSOK)
		}),
	arrive(timeWait, "reopen-first-timestamp", "RFC 6191 2", "a SYN with a timestamp opens one if the old incarnation had none", "SHLD-4 EP-OT-1d A10",
		func(s *Step) bool {
			return s.reopensBy(model.ReopenRFC6191) && s.byTime && !s.Before.Is(model.TSOK)
		}),
	arrive(timeWait, "reopen-same-timestamp", "RFC 6191 2", "if timestamps do not decide, a SYN above the last number seen opens one", "SHLD-4 EP-OT-1d A10",
		func(s *Step) bool { return s.reopensBy(model.ReopenRFC6191) && !s.byTime }),
	arrive(timeWait, "reopen-next", "RFC 6191 2", "TIME-WAIT: a SYN at RCV.NXT is above the last number seen, that of the FIN", "P-REOPEN-ABOVE SHLD-4",
		func(s *Step) bool {
			return s.reopens() && s.Config.Reopen != model.ReopenAnySyn && !s.byTime && s.seg().Seq == s.Before.Rcv.Nxt
		}),
	arrive(timeWait, "reopen-next-refused", "RFC 6191 2", "a SYN at RCV.NXT does not count as above it, if the policy says so", "P-REOPEN-ABOVE",
		func(s *Step) bool {
			return s.lone() && s.Config.ReopenAbove == model.AboveRcvNxt && s.Config.Reopen >= model.ReopenLaterSyn && s.seg().Seq == s.Before.Rcv.Nxt && s.end != reopening
		}),
	arrive(timeWait, "reopen-old-timestamp", "RFC 6191 2", "a SYN with an earlier timestamp is dropped silently", "SHLD-4 EP-OT-1d",
		func(s *Step) bool { return s.end == oldSyn && s.byTime && s.idle() }),
	arrive(timeWait, "reopen-old-number", "RFC 6191 2", "if timestamps do not decide, a SYN that is not above the last number seen is dropped silently", "SHLD-4 EP-OT-1d",
		func(s *Step) bool { return s.end == oldSyn && !s.byTime && s.idle() }),
	arrive(timeWait, "reopen-generator", "3.6.1, MAY-2", "the new ISS is the generator's if that is above all numbers used", "MAY-2",
		func(s *Step) bool {
			return s.reopens() && s.After.Iss == s.Event.Iss && s.Event.Iss != s.Before.Snd.Nxt
		}),
	arrive(timeWait, "reopen-above", "3.6.1, MAY-2", "the new ISS is SND.NXT if the generator's is not above all numbers used", "MAY-2",
		func(s *Step) bool {
			return s.reopens() && s.After.Iss == s.Before.Snd.Nxt && s.Event.Iss.Less(s.Before.Snd.Nxt)
		}),
	arrive(connected, "timestamp-missing", "RFC 7323 3.2", "a segment without the agreed timestamp option is dropped silently", "U-PAWS",
		func(s *Step) bool { return s.end == untimed && s.After.State == s.Before.State && s.silent() }),
	arrive(connected, "timestamp-old", "RFC 7323 5.3", "a segment with an old timestamp is answered and dropped", "U-PAWS",
		func(s *Step) bool { return s.end == oldTimestamp && s.challenged() }),
	arrive(connected, "timestamp-rst", "RFC 7323 5.2", "a RST needs no timestamp", "U-PAWS",
		func(s *Step) bool { return s.end == asReset && s.Before.Is(model.TSOK) }),
	arrive(connected, "timestamp-recorded", "RFC 7323 4.3", "TS.Recent is taken from a segment that reaches back to Last.ACK.sent", "U-PAWS",
		func(s *Step) bool {
			return s.Before.Is(model.TSOK) && s.passes() && s.After.Is(model.TSOK) && s.After.TS.Recent == s.seg().TSVal && s.Before.TS.Recent != s.seg().TSVal
		}),
	arrive(connected, "timestamp-kept", "RFC 7323 4.3", "TS.Recent is not taken from another segment", "U-PAWS",
		func(s *Step) bool {
			return s.Before.Is(model.TSOK) && s.passes() && s.After.Is(model.TSOK) && s.Before.TS.LastAckSent.Less(s.seg().Seq) &&
				s.After.TS.Recent == s.Before.TS.Recent && s.Before.TS.Recent != s.seg().TSVal
		}),
	arrive(synchronized, "timestamp-refused", "RFC 7323 5.3", "TS.Recent is taken from a segment although its ACK is refused", "P-TS-RECENT U-PAWS",
		func(s *Step) bool {
			return (s.end == unsentAck || s.end == ackTooOld) && s.stamped() && s.After.TS.Recent == s.seg().TSVal
		}),
	arrive(synchronized, "timestamp-refused-kept", "RFC 7323 5.3 against Linux", "TS.Recent is not taken from a segment whose ACK is refused, if the policy says so", "P-TS-RECENT",
		func(s *Step) bool {
			return (s.end == unsentAck || s.end == ackTooOld) && s.stamped() && s.After.TS.Recent == s.Before.TS.Recent
		}),
	arrive(in(model.SynReceived), "repeated-syn", "3.10.7.4 first", "SYN-RECEIVED: the peer's SYN again is unacceptable, and is answered by an ACK", "A12",
		func(s *Step) bool {
			return s.end == outside && s.seg().Seq == s.Before.Irs && s.has(model.SYN) && !s.has(model.ACK) && s.challenged()
		}),
	arrive(in(model.SynReceived), "repeated-syn-answered", "3.10.7.4 first", "SYN-RECEIVED: the peer's SYN again is answered by the SYN,ACK, if the policy says so", "A12",
		func(s *Step) bool { return s.end == repeatedSyn && s.stays() && s.sent(withFlags(model.SYN)) }),
}, arriveEach(connected, "outside", "3.10.7.4 first", "an unacceptable segment is answered by an empty ACK and dropped", "EP-OT-1c U-RSTGEN3",
	func(s *Step) bool { return s.end == outside && !s.has(model.RST) && s.challenged() }),
	arriveEach(connected, "outside-rst", "3.10.7.4 first", "an unacceptable RST is dropped silently", "EP-OT-1c EP-OT-2a",
		func(s *Step) bool { return s.end == outside && s.has(model.RST) && s.idle() }), []Clause{
		arrive(connected, "outside-rst-answered", "3.5.2 against 3.10.7.4", "an unacceptable RST is answered, if the policy says so", "A3",
			func(s *Step) bool { return s.end == outside && s.has(model.RST) && s.challenged() }),
		arrive(connected, "outside-before", "3.10.7.4 first", "the segment lies before RCV.NXT", "EP-OT-1a U-SEQ",
			func(s *Step) bool {
				return s.end == outside && int32(s.seg().Seq-s.Before.Rcv.Nxt) < 0 && s.After == s.Before
			}),
		arrive(connected, "outside-beyond", "3.10.7.4 first", "the segment lies beyond the window", "EP-OT-1a U-SEQ",
			func(s *Step) bool {
				return s.end == outside && int32(s.seg().Seq-s.Before.Rcv.Nxt) > 0 && s.After.Rcv == s.Before.Rcv
			}),
		arrive(connected, "outside-shut", "3.10.7.4 first", "the window is zero, and the segment does not begin at RCV.NXT, or carries a SYN", "EP-OT-1a",
			func(s *Step) bool {
				return s.end == outside && s.Before.Rcv.Wnd == 0 && s.After.Rcv == s.Before.Rcv
			}),
		arrive(timeWait, "time-wait-fin-again", "3.10.7.4 first, fifth, eighth", "TIME-WAIT: the peer's FIN again restarts the wait", "A6 EP-OT-5h EP-OT-8f",
			func(s *Step) bool {
				return s.Config.TimeWaitRestart == model.RestartOnFin && s.finAgain() && s.restarts()
			}),
		arrive(timeWait, "time-wait-fin-ignored", "3.10.7.4 first", "TIME-WAIT: the peer's FIN again does not restart the wait, if the policy says so", "A6",
			func(s *Step) bool { return s.end == outside && s.finAgain() && !s.restarts() }),
		arrive(timeWait, "time-wait-answer", "3.10.7.4", "TIME-WAIT: whatever is answered restarts the wait, if the policy says so", "A6",
			func(s *Step) bool {
				return s.Config.TimeWaitRestart == model.RestartOnAnswer && s.stays() && s.sent(withFlags(model.ACK)) && s.restarts()
			}),
		arrive(connected, "inside-empty", "3.10.7.4 first, Table 6", "no data, an open window: SEG.SEQ lies in it", "EP-OT-1a",
			func(s *Step) bool {
				return s.passes() && s.seg().Span() == 0 && s.Before.Rcv.Wnd > 0 && s.seg().Seq.In(s.Before.Rcv.Nxt, s.Before.Rcv.Wnd)
			}),
		arrive(connected, "inside-empty-shut", "3.10.7.4 first, Table 6", "no data, a zero window: SEG.SEQ is RCV.NXT", "EP-OT-1a EP-OT-1b MUST-66",
			func(s *Step) bool { return s.passes() && s.seg().Span() == 0 && s.Before.Rcv.Wnd == 0 }),
		arrive(connected, "inside-start", "3.10.7.4 first, Table 6", "data, an open window: the data begins in it", "EP-OT-1a",
			func(s *Step) bool {
				return s.passes() && s.seg().Span() > 0 && s.seg().Seq.In(s.Before.Rcv.Nxt, s.Before.Rcv.Wnd)
			}),
		arrive(connected, "inside-end", "3.10.7.4 first, Table 6", "data, an open window: the data only ends in it", "EP-OT-1a",
			func(s *Step) bool {
				return s.passes() && s.seg().Span() > 0 && !s.seg().Seq.In(s.Before.Rcv.Nxt, s.Before.Rcv.Wnd) && (s.seg().End()-1).In(s.Before.Rcv.Nxt, s.Before.Rcv.Wnd)
			}),
		arrive(connected, "inside-one-before", "Appendix A.2", "the segment begins one number early, which the policy allows", "A8 U-SEQVAL",
			func(s *Step) bool { return s.passes() && oneBefore(&s.Config, &s.Before, s.seg()) }),
		arrive(connected, "inside-shut", "3.10.7.4 first, MUST-66", "data at a zero window: its ACK, URG and RST are processed, and the data is dropped", "EP-OT-1b MUST-66",
			func(s *Step) bool { return s.shut && s.Output.NText == 0 && s.seg().Span() > 0 }),
		arrive(connected, "trim-syn", "3.10.7.4 first", "an old SYN is trimmed off", "EP-OT-1e",
			func(s *Step) bool { return s.lostSyn && s.passes() }),
		arrive(connected, "trim-head", "3.10.7.4 first", "what lies before RCV.NXT is trimmed off, and acknowledged again", "EP-OT-1e",
			func(s *Step) bool {
				return s.lostHead && s.end == through && s.seg().Len > 0 && s.sent(withFlags(model.ACK))
			}),
		arrive(connected, "trim-old-fin", "3.10.7.4 first", "a FIN before RCV.NXT is trimmed off", "EP-OT-1e U-SEQVAL",
			func(s *Step) bool {
				return s.lostHead && s.end == through && s.has(model.FIN) && !s.cut.Has(model.FIN) && s.sent(withFlags(model.ACK))
			}),
		arrive(connected, "trim-tail", "3.10.7.4 first", "data beyond the window is trimmed off", "EP-OT-1e",
			func(s *Step) bool {
				return s.lostTail && s.passes() && s.After.Rcv.Nxt.AtMost(s.Before.Rcv.Nxt+model.Seq(s.Before.Rcv.Wnd))
			}),
		arrive(connected, "trim-fin", "3.10.7.4 first", "a FIN beyond the window is trimmed off", "EP-OT-1e",
			func(s *Step) bool { return s.lostFin && s.passes() && s.end == through && !s.fin() }),
	})

// inWindow: the number of a RST lies in the window.
func (s *Step) inWindow() bool {
	return s.seg().Seq.In(s.Before.Rcv.Nxt, max(s.Before.Rcv.Wnd, 1))
}

// exact: the number of the RST is RCV.NXT.
func (s *Step) exact() bool { return s.seg().Seq == s.Before.Rcv.Nxt }

// rst: the second step sees a RST that lies in the window.
func (s *Step) rst() bool { return s.end == asReset && s.inWindow() }

// obeys: the RST, or SYN, had the effect that it has in each state.
func (s *Step) obeys() bool { return s.After.State < s.Before.State || s.became(model.TimeWait) }

// ends: the connection was ended, and the user was informed.
func (s *Step) ends() bool { return s.became(model.Closed) && s.told(model.ConnectionReset) }

var (
	synReceived = in(model.SynReceived)
	heard       = in(model.Established, model.FinWait1, model.FinWait2, model.CloseWait)
	late        = in(model.Closing, model.LastAck)
)

// fromListen: SYN-RECEIVED came from LISTEN.
func (s *Step) fromListen() bool { return s.Before.Is(model.Passive) && !s.Before.Is(model.Reopened) }

var resetClauses = slices.Concat([]Clause{
	arrive(synReceived, "rst-syn-received-passive", "3.10.7.4 second", "SYN-RECEIVED after a passive OPEN: back to LISTEN, and the user is not informed", "EP-OT-2d EP-OT-2b MUST-11",
		func(s *Step) bool {
			return s.rst() && s.fromListen() && s.became(model.Listen) && s.silent() && s.Output.Signals == 0
		}),
	arrive(synReceived, "rst-syn-received-active", "3.10.7.4 second", "SYN-RECEIVED after an active OPEN: the connection is refused", "EP-OT-2d EP-OT-2b MUST-11 A9",
		func(s *Step) bool {
			return s.rst() && s.became(model.Closed) && s.told(model.ConnectionRefused)
		}),
	arrive(synReceived, "rst-syn-received-listen", "3.5 before Figure 8", "SYN-RECEIVED after an active OPEN: to LISTEN as well, if the policy says so", "A9",
		func(s *Step) bool { return s.rst() && !s.Before.Is(model.Passive) && s.became(model.Listen) }),
	arrive(synReceived, "rst-syn-received-reopened", "3.6.1, MAY-2", "SYN-RECEIVED after TIME-WAIT: back to TIME-WAIT, with its numbers", "MAY-2",
		func(s *Step) bool {
			return s.rst() && s.Before.Is(model.Reopened) && s.became(model.TimeWait) && s.After.Rcv.Nxt == s.Before.Old.RcvNxt && s.restarts()
		}),
	arrive(synReceived, "rst-syn-received-reopened-stamp", "3.6.1, RFC 7323 4.3", "SYN-RECEIVED after TIME-WAIT: back with its TS.Recent, not with that of the SYN", "MAY-2",
		func(s *Step) bool {
			return s.rst() && s.Before.Is(model.Reopened|model.OldTSOK) && s.After.Is(model.TSOK) && s.After.TS.Recent == s.Before.Old.TSRecent
		}),
}, arriveEach(heard, "rst", "3.10.7.4 second", "a RST at RCV.NXT resets, and the user is informed", "EP-OT-2b EP-OT-2e MUST-12 U-RSTVAL",
	func(s *Step) bool { return s.rst() && s.exact() && s.ends() && s.silent() }),
	arriveEach(late, "rst", "3.10.7.4 second against MUST-12", "a RST at RCV.NXT closes, and the user is informed", "EP-OT-2b EP-OT-2f MUST-12 A7",
		func(s *Step) bool { return s.rst() && s.exact() && s.ends() && s.silent() }), []Clause{
		arrive(late, "rst-late-silent", "3.10.7.4 second", "the user is not informed, if the RFC is read literally", "A7",
			func(s *Step) bool { return s.rst() && s.became(model.Closed) && s.Output.Signals == 0 }),
		arrive(timeWait, "rst/TIME-WAIT", "3.10.7.4 second", "TIME-WAIT: a RST at RCV.NXT ends it", "EP-OT-2b EP-OT-2f P-RST-TW",
			func(s *Step) bool { return s.rst() && s.became(model.Closed) && s.silent() }),
		arrive(timeWait, "rst-ignored", "3.10.7.4 second, RFC 1337 F1", "TIME-WAIT: a RST at RCV.NXT is ignored, if the policy says so", "EP-OT-2f P-RST-TW",
			func(s *Step) bool {
				return s.rst() && s.Config.RstInTimeWait == model.IgnoreRst && s.stays() && s.silent()
			}),
		arrive(timeWait, "rst-ignored-at-first", "RFC 1337 F2", "TIME-WAIT: with timestamps a RST is ignored until the timestamp clocks have ticked", "P-RST-TW",
			func(s *Step) bool {
				early := s.Event.Waited < 2 && s.Before.Is(model.TSOK)
				return s.rst() && s.Config.RstInTimeWait == model.IgnoreRstAtFirst && early && s.stays() && s.silent()
			}),
	}, arriveEach(connected, "rst-challenged", "3.10.7.4 second, RFC 5961 3.2", "a RST in the window, but not at RCV.NXT, is challenged", "EP-OT-2c P-ATTACKS",
		func(s *Step) bool { return s.rst() && !s.exact() && s.challenged() }), []Clause{
		arrive(connected, "rst-in-window", "RFC 793", "a RST in the window resets, if the policy says so", "EP-OT-2c P-ATTACKS",
			func(s *Step) bool { return s.rst() && !s.exact() && s.obeys() }),
		arrive(connected, "rst-before-window", "3.10.7.4 second", "a RST with a number before the window is dropped, although its data reaches into the window", "EP-OT-2a",
			func(s *Step) bool { return s.end == asReset && !s.inWindow() && s.idle() }),
		arrive(connected, "rst-text", "3.5.3, SHLD-2", "a RST may carry data", "SHLD-2",
			func(s *Step) bool { return s.rst() && s.obeys() && s.seg().Len > 0 && s.Output.NText == 0 }),
		arrive(connected, "rst-shut", "3.10.7.4 first, MUST-66", "a RST is processed although the window is zero", "MUST-66 EP-OT-1b",
			func(s *Step) bool { return s.rst() && s.obeys() && s.Before.Rcv.Wnd == 0 }),
		arrive(synReceived, "compartment/SYN-RECEIVED", "3.10.7.4 third, A.1", "SYN-RECEIVED: a segment of another compartment is reset, and the state stays", "EP-OT-3",
			func(s *Step) bool { return s.end == compartment && s.resetOnly() && s.stays() }),
	}, arriveEach(synchronized, "compartment", "3.10.7.4 third, A.1", "a segment of another compartment is reset, and ends the connection", "EP-OT-3",
		func(s *Step) bool { return s.end == compartment && s.resetOnly() && s.ends() }), []Clause{
		arrive(synchronized, "compartment-waits", "3.5.2 against 3.10.7.4", "the issuer of that RST enters TIME-WAIT, if the policy says so", "A1 EP-OT-3",
			func(s *Step) bool {
				return s.end == compartment && s.resetOnly() && s.became(model.TimeWait) && s.restarts()
			}),
	})

// ownRst: the RST that answers a segment has no timestamp, although timestamps were agreed.
func (s *Step) ownRst() bool {
	return s.Before.Is(model.TSOK) && s.Config.RstStamp == model.StampOwnRst && s.resetOnly() && s.Output.Segs[0].Opts&model.OptTimestamps == 0
}

// syn: the fourth step sees a SYN.
func (s *Step) syn() bool { return s.end == asSyn }

var synClauses = slices.Concat([]Clause{
	arrive(connected, "reset-unstamped", "RFC 7323 3.2 against Linux", "a RST that answers a segment carries no timestamp, if the policy says so", "P-RST-STAMP", (*Step).ownRst),
	arrive(synReceived, "syn-passive", "3.10.7.4 fourth, erratum 8710", "SYN-RECEIVED after a passive OPEN: a SYN leads back to LISTEN", "EP-OT-4a E8710",
		func(s *Step) bool { return s.syn() && s.fromListen() && s.became(model.Listen) && s.silent() }),
	arrive(synReceived, "syn-reopened", "3.6.1, MAY-2", "SYN-RECEIVED after TIME-WAIT: a SYN leads back to TIME-WAIT", "EP-OT-4a MAY-2",
		func(s *Step) bool {
			return s.syn() && s.Before.Is(model.Reopened) && s.became(model.TimeWait) && s.silent()
		}),
}, arriveEach(connected, "syn-challenged", "3.10.7.4 fourth, RFC 5961 4.2", "a SYN is challenged", "EP-OT-4b P-ATTACKS",
	func(s *Step) bool { return s.syn() && s.challenged() }), []Clause{
	arrive(synchronized, "syn-trimmed-challenged", "3.10.7.4 fourth, RFC 5961 4.2", "a SYN is challenged, although its own number lies before the window", "EP-OT-4b",
		func(s *Step) bool { return s.syn() && s.lostSyn && s.challenged() }),
}, arriveEach(connected, "syn-reset", "RFC 793", "a SYN in the window resets, if the policy says so", "EP-OT-4c P-ATTACKS",
	func(s *Step) bool {
		return s.syn() && s.resetOnly() && s.told(model.ConnectionReset) && s.became(model.Closed)
	}), []Clause{
	arrive(synchronized, "syn-reset-waits", "3.5.2 against RFC 793", "the issuer of that RST enters TIME-WAIT, if the policy says so", "A1 EP-OT-4c",
		func(s *Step) bool { return s.syn() && s.resetOnly() && s.became(model.TimeWait) && s.restarts() }),
	arrive(connected, "syn-trimmed-away", "RFC 793", "a SYN whose own number lies before the window is not processed", "EP-OT-4c",
		func(s *Step) bool { return s.lostSyn && s.end > asSyn }),
})
