package conform_test

import (
	"regexp"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

var noPair = regexp.MustCompile("^no pair$")

// stopsTimer is a retransmission timer that an event stops, until something new is acknowledged or sent.
func stopsTimer(s *sick, stops func(was model.TCB, e model.Event, now *model.TCB) bool) {
	s.before = func(m *memory, t *model.TCB, e *model.Event) {
		if isAgain(*e) && m.on {
			silence(e)
		}
	}
	s.after = func(m *memory, was model.TCB, e model.Event, now *model.TCB, _ *out) {
		switch {
		case stops(was, e, now):
			m.on = true
		case now.Snd.Nxt != was.Snd.Nxt, !now.Unacked():
			m.on = false
		}
	}
}

func bugsOfRetransmission() []bug {
	const area = "Retransmission"
	return []bug{
		{area, "a FIN is never sent again", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if isAgain(e) {
					drop(o, hasFin)
				}
			}
		}, ""},
		{area, "a FIN is sent again without the data before it", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if x := &o.Segs[0]; isAgain(e) && x.Has(model.FIN) {
					x.Seq, x.Len = x.End()-1, 0
				}
			}
		}, ""},
		{area, "after an ACK of a part, the part is sent again, too", "RFC 9293 §3.10.7.4 fifth", func(s *sick) {
			s.after = func(m *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				switch x := &o.Segs[0]; {
				case !was.Unacked() && x.Len > 0:
					m.seq = x.Seq
				case isAgain(e) && x.Len > 0 && m.seq.Less(x.Seq):
					x.Len += uint16(x.Seq.From(m.seq))
					x.Seq = m.seq
				}
			}
		}, ""},
		{area, "an ACK of nothing new stops the timer", "RFC 6298 §5.2", func(s *sick) {
			stopsTimer(s, func(was model.TCB, e model.Event, now *model.TCB) bool {
				return arrives(e) && was.Unacked() && now.Unacked() && e.Seg.Ack == was.Snd.Una && now.State >= model.Established
			})
		}, ""},
		{area, "an ACK of a part stops the timer", "RFC 6298 §5.3", func(s *sick) {
			stopsTimer(s, func(was model.TCB, e model.Event, now *model.TCB) bool {
				return arrives(e) && was.State >= model.Established && now.Unacked() && was.Snd.Una != now.Snd.Una
			})
		}, ""},
		{area, "what is sent again has the ACK of the first time", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(m *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				switch x := &o.Segs[0]; {
				case isAgain(e) && x.Len > 0:
					x.Ack = m.seq
				case x.Len > 0:
					m.seq = x.Ack
				}
			}
		}, ""},
		{area, "the timeout does not double", "RFC 6298 §5.5", func(s *sick) { s.timers.MaxRTO = s.timers.RTO }, ""},
		{area, "a SYN is sent again with another initial number", "RFC 9293 §3.10.8", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if isAgain(*e) && t.State == model.SynSent {
					t.Iss, t.Snd.Una, t.Snd.Nxt = t.Iss+64000, t.Snd.Una+64000, t.Snd.Nxt+64000
				}
			}
		}, ""},
		{area, "a SYN,ACK is never sent again", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if isAgain(e) && was.State == model.SynReceived {
					drop(o, all)
				}
			}
		}, ""},
		{area, "a SYN,ACK is sent again as a SYN", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				if isAgain(e) && was.State == model.SynReceived {
					o.Segs[0].Flags, o.Segs[0].Ack = model.SYN, 0
				}
			}
		}, ""},
		{area, "data goes on being sent again after a RST", "RFC 9293 §3.10.7.4 second", func(s *sick) { s.answer = zombie(model.RST) }, ""},
		{area, "data goes on being sent again after everything was acknowledged", "RFC 6298 §5.2", func(s *sick) { s.answer = zombie(0) }, ""},
		{area, "other octets are sent again than at first", "RFC 9293 §3.10.8", func(s *sick) {
			s.answer = func(_ *memory, in conform.Input, r *conform.Reaction) {
				if in.Op == conform.Sleep {
					change(r, func(p *wire.Packet) {
						for i := range p.Payload {
							p.Payload[i]++
						}
					})
				}
			}
		}, ""},
		{area, "if a SYN was sent again, no data is sent again later", "RFC 9293 §3.10.8", func(s *sick) {
			s.after = func(m *memory, was model.TCB, e model.Event, _ *model.TCB, o *out) {
				switch {
				case e.Kind == model.OpenActive, e.Kind == model.OpenPassive:
					m.on = false
				case isAgain(e) && (was.State == model.SynSent || was.State == model.SynReceived):
					m.on = true
				case isAgain(e) && m.on:
					drop(o, all)
				}
			}
		}, ""},
		{area, "the backoff of a connection is kept by the next one", "RFC 6298 §2.1", func(s *sick) {
			s.answer = func(m *memory, in conform.Input, r *conform.Reaction) {
				switch {
				case in.Op == conform.Sleep && in.For > time.Minute && len(r.Packets) > 0:
					m.on = true
				case in.Op == conform.Sleep && m.on && m.lives > 1:
					r.Packets = nil
				}
			}
		}, ""},
		{area, "giving up is not reported to the user", "RFC 9293 §3.8.3, MUST-20", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if e.Kind == model.UserTimeout {
					o.Signals = 0
				}
			}
		}, ""},
		{area, "it never gives up", "RFC 9293 §3.8.3", func(s *sick) { s.timers.GiveUp = 0 },
			"the RFC allows it if the user wants it (MUST-21)"},
	}
}

// zombie sends data again that the connection has done with: after a segment with these flags.
func zombie(flags model.Flags) func(m *memory, in conform.Input, r *conform.Reaction) {
	return func(m *memory, in conform.Input, r *conform.Reaction) {
		switch in.Op {
		case conform.Send:
			m.packets, m.on = r.Packets, flags == 0
		case conform.Packet:
			p, err := wire.Decode(in.Bytes)
			m.on = m.on || err == nil && p.Seg.Has(model.RST)
		case conform.Sleep:
			if m.on && len(r.Packets) == 0 {
				for _, p := range m.packets {
					r.Packets = append(r.Packets, conform.Sent{After: time.Second, Bytes: p.Bytes})
				}
			}
		case conform.Listen, conform.Connect:
			m.packets = nil
		}
	}
}

func bugsOfWindow() []bug {
	const area = "Window"
	return []bug{
		{area, "the window of a SYN,ACK is not looked at", "RFC 9293 §3.10.7.3 fourth", func(s *sick) {
			s.before = becomes(model.SynSent, func(_ *memory, _ *model.TCB, e *model.Event) { e.Seg.Wnd = max(e.Seg.Wnd, 8000) })
		}, ""},
		{area, "a window that opens does not start the sender again", "RFC 9293 §3.8.6.1", func(s *sick) {
			s.before = func(m *memory, t *model.TCB, e *model.Event) {
				if m.n = 0; arrives(*e) && t.Snd.Wnd == 0 && t.State >= model.Established {
					m.n, t.Unsent = int(t.Unsent), 0
				}
			}
			s.after = func(m *memory, _ model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if now.State >= model.Established {
					now.Unsent += uint32(m.n)
				}
			}
		}, ""},
		{area, "a shut window is not probed", "RFC 9293 §3.8.6.1, MUST-36", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if isAgain(*e) && t.Snd.Wnd == 0 {
					silence(e)
				}
			}
		}, ""},
		{area, "the octet of a probe does not count as sent", "RFC 9293 §3.8.6.1", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, _ *out) {
				if isAgain(e) && was.Snd.Wnd == 0 && now.Snd.Nxt == was.Snd.Nxt+1 {
					now.Snd.Nxt, now.Unsent = was.Snd.Nxt, was.Unsent
				}
			}
		}, ""},
		{area, "probes end the connection though they are answered", "RFC 9293 §3.8.6.1, MUST-37", func(s *sick) { s.config.Mutant = model.ShutWindowKills }, ""},
		{area, "an old segment sets the window", "RFC 9293 §3.10.7.4 fifth", func(s *sick) { s.config.Mutant = model.AnyWindow }, ""},
		{area, "what is under way does not count against the window", "RFC 9293 §3.8.6", func(s *sick) {
			var hidden model.Seq
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if hidden = 0; e.Kind == model.Send && t.State == model.Established {
					hidden = t.Snd.Nxt - t.Snd.Una
					t.Snd.Wnd += uint32(hidden)
				}
			}
			s.after = func(_ *memory, _ model.TCB, _ model.Event, now *model.TCB, _ *out) { now.Snd.Wnd -= uint32(hidden) }
		}, ""},
		{area, "one octet is sent beyond the window", "RFC 9293 §3.8.6", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if e.Kind == model.Send && t.Snd.Wnd > 0 && t.State == model.Established {
					t.Snd.Wnd++
				}
			}
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, _ *out) {
				if e.Kind == model.Send && was.State == model.Established && now.Snd.Wnd > 0 {
					now.Snd.Wnd--
				}
			}
		}, ""},
		{area, "the window does not open again when the user reads", "RFC 9293 §3.10.3", func(s *sick) {
			s.answer = func(m *memory, in conform.Input, r *conform.Reaction) {
				change(r, func(p *wire.Packet) {
					if m.on = m.on && !p.Seg.Has(model.SYN) || p.Seg.Wnd == 0 && !p.Seg.Has(model.RST); m.on {
						p.Seg.Wnd = 0
					}
				})
			}
		}, ""},
		{area, "the right edge of the window moves back", "RFC 9293 §3.8.6, SHLD-14", func(s *sick) {
			s.answer = func(_ *memory, in conform.Input, r *conform.Reaction) {
				change(r, func(p *wire.Packet) {
					if p.Seg.Flags == model.ACK && p.Seg.Wnd < 1000 {
						p.Seg.Wnd /= 2
					}
				})
			}
		}, ""},
		{area, "the last octet of the window is not taken", "RFC 9293 §3.10.7.4 first", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && e.Seg.Len > 0 && e.Seg.End() == t.Rcv.Nxt+model.Seq(t.Rcv.Wnd) {
					e.Seg.Len--
				}
			}
		}, ""},
		{area, "data beyond the window is taken", "RFC 9293 §3.10.7.4 first", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.State == model.Established && e.Seg.Seq == t.Rcv.Nxt && uint32(e.Seg.Len) > t.Rcv.Wnd {
					t.Rcv.Wnd = uint32(e.Seg.Len)
				}
			}
		}, ""},
		{area, "an ACK that shuts the window acknowledges nothing", "RFC 9293 §3.10.7.4 fifth", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.State >= model.Established && e.Seg.Wnd == 0 && e.Seg.Ack.AtMost(t.Snd.Nxt) {
					e.Seg.Ack = t.Snd.Una
				}
			}
		}, ""},
	}
}
