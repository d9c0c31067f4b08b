package conform_test

import (
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// inState makes the arrival of a segment something else in one state.
func inState(st model.State, f func(t *model.TCB, e *model.Event)) func(*memory, *model.TCB, *model.Event) {
	return becomes(st, func(_ *memory, t *model.TCB, e *model.Event) { f(t, e) })
}

// ignores is a stack that drops the segments of a kind in one state.
func ignores(st model.State, kind func(t *model.TCB, s model.Segment) bool) func(s *sick) {
	return func(s *sick) {
		s.before = inState(st, func(t *model.TCB, e *model.Event) {
			if kind(t, e.Seg) {
				silence(e)
			}
		})
	}
}

func isRst(_ *model.TCB, s model.Segment) bool { return s.Has(model.RST) }

func bugsOfReset() []bug {
	const area = "RST"
	mutant := func(m model.Mutant) func(*sick) { return func(s *sick) { s.config.Mutant = m } }
	return []bug{
		{area, "a RST anywhere in the window is obeyed", "RFC 5961 §3.2", mutant(model.RstInWindow), ""},
		{area, "a RST is obeyed whatever its number", "RFC 9293 §3.10.7.4 first", mutant(model.RstAnywhere), ""},
		{area, "a RST without ACK ends SYN-SENT", "RFC 9293 §3.10.7.3 second", func(s *sick) { s.config.SynSentBareRst = true }, ""},
		{area, "a RST with any ACK ends SYN-SENT", "RFC 9293 §3.10.7.3 first", func(s *sick) {
			s.before = inState(model.SynSent, func(t *model.TCB, e *model.Event) {
				if e.Seg.Has(model.RST | model.ACK) {
					e.Seg.Ack = t.Snd.Nxt
				}
			})
		}, ""},
		{area, "a RST is ignored in CLOSE-WAIT", "RFC 9293 §3.10.7.4 second", ignores(model.CloseWait, isRst), ""},
		{area, "a RST is ignored in LAST-ACK", "RFC 9293 §3.10.7.4 second", ignores(model.LastAck, isRst), ""},
		{area, "a RST is ignored while data is under way", "RFC 9293 §3.10.7.4 second", ignores(model.Established, func(t *model.TCB, s model.Segment) bool {
			return s.Has(model.RST) && t.Unacked()
		}), ""},
		{area, "a RST with data is ignored", "RFC 9293 §3.10.7.4 second", ignores(model.Established, func(_ *model.TCB, s model.Segment) bool {
			return s.Has(model.RST) && s.Len > 0
		}), ""},
		{area, "a RST is ignored while the own window is shut", "RFC 9293 §3.10.7.4 first, MUST-66", ignores(model.Established, func(t *model.TCB, s model.Segment) bool {
			return s.Has(model.RST) && t.Rcv.Wnd == 0
		}), ""},
		{area, "a RST in FIN-WAIT-2 is obeyed, and the user is not told", "RFC 9293 §3.10.7.4 second", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if was.State == model.FinWait2 {
					o.Signals &^= model.ConnectionReset
				}
			}
		}, ""},
		{area, "a RST in SYN-RECEIVED ends the listener, too", "RFC 9293 §3.10.7.4 second", mutant(model.RefusedForGood), ""},
		{area, "the RST for a segment with ACK has SEQ 0", "RFC 9293 §3.10.7.1", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, _ model.Event, _ *model.TCB, o *out) {
				if o.NSegs == 1 && o.Segs[0].Flags == model.RST {
					o.Segs[0].Seq = 0
				}
			}
		}, ""},
		{area, "the RST for a SYN does not count the SYN", "RFC 9293 §3.10.7.1", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if o.NSegs == 1 && o.Segs[0].Has(model.RST|model.ACK) && e.Seg.Has(model.SYN) {
					o.Segs[0].Ack--
				}
			}
		}, ""},
		{area, "the RST for a segment does not count its data", "RFC 9293 §3.10.7.1", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if o.NSegs == 1 && o.Segs[0].Has(model.RST|model.ACK) {
					o.Segs[0].Ack -= model.Seq(e.Seg.Len)
				}
			}
		}, ""},
		{area, "a RST is answered with a RST", "RFC 9293 §3.10.7.1", mutant(model.ClosedAnswersRst), ""},
		{area, "the RST of ABORT begins at SND.UNA", "RFC 9293 §3.10.5", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if e.Kind == model.Abort {
					o.Segs[0].Seq = was.Snd.Una
				}
			}
		}, ""},
		{area, "the RST of ABORT counts data that was not sent", "RFC 9293 §3.10.5", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if e.Kind == model.Abort {
					o.Segs[0].Seq += model.Seq(was.Unsent)
				}
			}
		}, ""},
		{area, "a RST starts TIME-WAIT anew", "RFC 9293 §3.10.7.4 second", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, o *out) {
				if was.State == model.TimeWait && arrives(e) && now.State == model.Closed {
					*now, o.Timer = was, model.StartTimer
				}
			}
		}, ""},
	}
}

func bugsOfFin() []bug {
	const area = "FIN"
	mutant := func(m model.Mutant) func(*sick) { return func(s *sick) { s.config.Mutant = m } }
	moves := func(from, to, other model.State) func(*sick) {
		return func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, o *out) {
				if was.State == from && now.State == to && arrives(e) {
					if now.State = other; other == model.Closed {
						*now = model.TCB{}
					}
				}
			}
		}
	}
	return []bug{
		{area, "a FIN is taken before the data that precedes it", "RFC 9293 §3.10.7.4 eighth", mutant(model.FinOutOfOrder), ""},
		{area, "FIN with the ACK of the own FIN leads from FIN-WAIT-1 to CLOSING", "RFC 9293 §3.10.7.4 eighth",
			moves(model.FinWait1, model.TimeWait, model.Closing), ""},
		{area, "CLOSING leads to CLOSED", "RFC 9293 §3.10.7.4 fifth", moves(model.Closing, model.TimeWait, model.Closed), ""},
		{area, "FIN-WAIT-2 leads to CLOSED", "RFC 9293 §3.10.7.4 eighth", moves(model.FinWait2, model.TimeWait, model.Closed), ""},
		{area, "FIN-WAIT-1 stays when its FIN is acknowledged", "RFC 9293 §3.10.7.4 fifth", moves(model.FinWait1, model.FinWait2, model.FinWait1), ""},
		{area, "LAST-ACK ends at any ACK", "RFC 9293 §3.10.7.4 fifth", mutant(model.LastAckAnyAck), ""},
		{area, "a repeated FIN is not acknowledged in TIME-WAIT", "RFC 9293 §3.10.7.4 eighth", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if was.State == model.TimeWait && e.Seg.Has(model.FIN) {
					drop(o, all)
				}
			}
		}, ""},
		{area, "a repeated FIN does not start TIME-WAIT anew", "RFC 9293 §3.10.7.4 eighth", func(s *sick) {
			s.config.TimeWaitRestart = model.RestartNever
		}, ""},
		{area, "the data of a FIN is acknowledged and lost", "RFC 9293 §3.10.7.4 seventh", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, _ *out) {
				if e.Seg.Has(model.FIN) && now.Unread > was.Unread {
					now.Unread = was.Unread
				}
			}
		}, ""},
		{area, "a FIN that is sent again is counted again", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, now *model.TCB, o *out) {
				if isAgain(e) && o.NSegs > 0 && o.Segs[0].Has(model.FIN) {
					now.Snd.Nxt++
				}
			}
		}, ""},
		{area, "CLOSE discards data that waits for the window", "RFC 9293 §3.10.4", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if e.Kind == model.Close {
					t.Unsent = 0
				}
			}
		}, ""},
		{area, "after CLOSE, data of the peer is acknowledged and lost", "RFC 9293 §3.6, MUST-17", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if was.State == model.FinWait2 || was.State == model.FinWait1 {
					now.Unread = was.Unread
				}
			}
		}, ""},
		{area, "FIN-WAIT-2 ends after a minute though the user still reads", "RFC 9293 §3.10.8", func(s *sick) {
			s.answer = func(m *memory, in conform.Input, r *conform.Reaction) {
				if in.Op == conform.Sleep && in.For > time.Minute && r.State == model.FinWait2 {
					r.State, r.Gone = model.Closed, true
				}
			}
		}, ""},
		{area, "CLOSE in SYN-RECEIVED sends no FIN, ever", "RFC 9293 §3.10.4", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if e.Kind == model.Close && t.State == model.SynReceived {
					t.State, t.Marks = model.FinWait1, t.Marks|model.CloseAsked|model.FinSent
					silence(e)
				}
			}
		}, ""},
		{area, "the user is not told of a FIN in FIN-WAIT-1", "RFC 9293 §3.10.7.4 eighth", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, _ *model.TCB, o *out) {
				if was.State == model.FinWait1 {
					o.Signals &^= model.ConnectionClosing
				}
			}
		}, ""},
		{area, "a FIN in FIN-WAIT-1 is not acknowledged", "RFC 9293 §3.10.7.4 eighth", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if was.State == model.FinWait1 && e.Seg.Has(model.FIN) {
					drop(o, all)
				}
			}
		}, ""},
		{area, "data after the peer's FIN is taken", "RFC 9293 §3.10.7.4 seventh", mutant(model.TextAfterFin), ""},
		{area, "a held FIN is lost when the gap before it is filled", "RFC 9293 §3.10.7.4 first, SHLD-31", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				for i := range t.Held {
					if arrives(*e) && t.Held[i].Len > 0 {
						t.Held[i].Flags &^= model.FIN
					}
				}
			}
		}, ""},
	}
}

func bugsOfSyn() []bug {
	const area = "SYN and new connections"
	mutant := func(m model.Mutant) func(*sick) { return func(s *sick) { s.config.Mutant = m } }
	return []bug{
		{area, "SYN-RECEIVED opens on any ACK", "RFC 9293 §3.10.7.4 fifth", mutant(model.SynRcvdAnyAck), ""},
		{area, "SYN-SENT opens on a SYN,ACK with any ACK", "RFC 9293 §3.10.7.3 first", mutant(model.SynSentAnyAck), ""},
		{area, "LISTEN takes a SYN with an ACK", "RFC 9293 §3.10.7.2 second", mutant(model.ListenHearsAck), ""},
		{area, "a SYN in the window ends the connection", "RFC 5961 §4.2", func(s *sick) { s.config.Attacks = model.RFC793 }, ""},
		{area, "another SYN in SYN-RECEIVED sets RCV.NXT", "RFC 9293 §3.10.7.4 first", func(s *sick) {
			s.before = inState(model.SynReceived, func(t *model.TCB, e *model.Event) {
				if e.Seg.Flags == model.SYN {
					t.Irs, t.Rcv.Nxt = e.Seg.Seq, e.Seg.Seq+1
				}
			})
		}, ""},
		{area, "the SYN,ACK of a simultaneous open begins at ISS+1", "RFC 9293 §3.10.7.3 fourth", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, now *model.TCB, o *out) {
				if was.State == model.SynSent && now.State == model.SynReceived {
					o.Segs[0].Seq++
				}
			}
		}, ""},
		{area, "data on a SYN is acknowledged and lost", "RFC 9293 §3.10.7.2 third", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if was.State == model.SynReceived && now.State != was.State && now.Unread > 0 && was.Held[0].Len > 0 {
					now.Unread = 0
				}
			}
		}, ""},
		{area, "data on a SYN,ACK is acknowledged and lost", "RFC 9293 §3.10.7.3 fourth", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if was.State == model.SynSent && now.State >= model.Established {
					now.Unread = 0
				}
			}
		}, ""},
		{area, "a FIN on a SYN is forgotten", "RFC 9293 §3.10.7.2 third", func(s *sick) {
			s.before = inState(model.Listen, func(_ *model.TCB, e *model.Event) { e.Seg.Flags &^= model.FIN })
		}, ""},
		{area, "after three handshakes that failed, the listener takes no SYN", "RFC 9293 §3.10.7.2 third", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if was.State == model.SynReceived && now.State == model.Listen {
					m.n++
				}
			}
			s.before = inStateOf(model.Listen, func(m *memory, e *model.Event) {
				if m.n >= 3 {
					silence(e)
				}
			})
		}, ""},
		{area, "a second connection begins with the FIN of the first", "RFC 9293 §3.10.1", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				switch {
				case was.Is(model.FinSent) && now.State == model.Closed:
					m.on = true
				case m.on && was.State < model.Established && now.State == model.Established:
					m.on, now.Marks = false, now.Marks|model.CloseAsked
				}
			}
		}, ""},
		{area, "data held by a connection is delivered by the next one", "RFC 9293 §3.10.1", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				switch {
				case was.Held[0].Len > 0 && now.State == model.Closed:
					m.on, m.tcb = true, was
				case m.on && was.State < model.Established && now.State == model.Established && now.Held[0].Len == 0:
					m.on = false
					now.Held[0] = m.tcb.Held[0]
					now.Held[0].Seq = now.Rcv.Nxt + (m.tcb.Held[0].Seq - m.tcb.Rcv.Nxt)
				}
			}
		}, ""},
		{area, "data that was not read is delivered by the next connection", "RFC 9293 §3.10.1", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				switch {
				case was.Unread > 0 && now.State == model.Closed:
					m.n = int(was.Unread)
				case m.n > 0 && was.State < model.Established && now.State == model.Established:
					now.Unread += uint32(m.n)
					m.n = 0
				}
			}
		}, ""},
		{area, "a second connection keeps the shut window of the first", "RFC 9293 §3.10.1", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				switch {
				case was.State >= model.Established && was.Snd.Wnd == 0 && now.State == model.Closed:
					m.on = true
				case m.on && was.State < model.Established && now.State == model.Established:
					m.on, now.Snd.Wnd = false, 0
				}
			}
		}, ""},
		{area, "a SYN that is lost ends an active OPEN at once", "RFC 9293 §3.8.3, MUST-23", func(s *sick) { s.timers.SynGiveUp = 2 * time.Second }, ""},
		{area, "a second connection has the initial number of the first", "RFC 9293 §3.4.1, MUST-8", func(s *sick) {
			s.before = func(m *memory, t *model.TCB, e *model.Event) {
				if m.n == 0 {
					m.n = int(e.Iss)
				}
				e.Iss = model.Seq(m.n)
			}
		}, ""},
	}
}

func inStateOf(st model.State, f func(m *memory, e *model.Event)) func(*memory, *model.TCB, *model.Event) {
	return becomes(st, func(m *memory, _ *model.TCB, e *model.Event) { f(m, e) })
}

func bugsOfAck() []bug {
	const area = "Acknowledgments and data"
	mutant := func(m model.Mutant) func(*sick) { return func(s *sick) { s.config.Mutant = m } }
	return []bug{
		{area, "an ACK of what was never sent is taken", "RFC 9293 §3.10.7.4 fifth", mutant(model.AckOfUnsent), ""},
		{area, "an old ACK moves SND.UNA back", "RFC 9293 §3.10.7.4 fifth", mutant(model.OldAckMovesBack), ""},
		{area, "an old segment is not answered", "RFC 9293 §3.10.7.4 first", mutant(model.SilentOutside), ""},
		{area, "data without an ACK bit is taken", "RFC 9293 §3.10.7.4 fifth", mutant(model.AckBitOptional), ""},
		{area, "data is taken whatever lies before it", "RFC 9293 §3.10.7.4 seventh", mutant(model.TextOutOfOrder), ""},
		{area, "data that came before is delivered again with what is new", "RFC 9293 §3.10.7.4 first", mutant(model.OldTextAgain), ""},
		{area, "where held data overlaps, some of it is delivered twice", "RFC 9293 §3.10.7.4 seventh", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if h := was.Held[0]; h.Len > 0 && h.Seq.Less(now.Rcv.Nxt) && was.Rcv.Nxt.Less(h.Seq) && now.Unread > was.Unread {
					now.Unread += uint32(h.Len) - now.Rcv.Nxt.From(h.Seq) + 1
				}
			}
		}, ""},
		{area, "sequence numbers are compared without regard to the wrap", "RFC 9293 §3.4", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.State >= model.Established && t.Rcv.Nxt < e.Seg.Seq && e.Seg.Seq >= 1<<31 {
					silence(e)
				}
			}
		}, ""},
		{area, "an ACK for data is sent once, and not when the data comes again", "RFC 9293 §3.10.7.4 first", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, o *out) {
				if arrives(e) && e.Seg.Len > 0 && e.Seg.End() == was.Rcv.Nxt {
					drop(o, bare)
				}
			}
		}, ""},
	}
}
