package conform_test

import (
	"encoding/binary"
	"slices"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// hasUnknown reports whether a packet of the harness has an option of kind 253.
func hasUnknown(b []byte) bool { return b[32]>>4 > 5 && b[40] == 253 }

// resum corrects the checksum of a packet, as a stack does that does not look at it.
func resum(b []byte) []byte {
	b = slices.Clone(b)
	b[36], b[37] = 0, 0
	sum := uint32(b[9]) + uint32(len(b)-20)
	for i := 12; i < len(b); i++ {
		sum += uint32(b[i]) << (8 * (1 - i&1))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(b[36:], ^uint16(sum))
	return b
}

// onSegments changes every segment that the stack sends.
func onSegments(f func(t *model.TCB, s *model.Segment)) func(s *sick) {
	return func(s *sick) {
		s.after = func(_ *memory, _ model.TCB, _ model.Event, now *model.TCB, o *out) {
			for i := range o.NSegs {
				f(now, &o.Segs[i])
			}
		}
	}
}

func bugsOfOptions() []bug {
	const area = "Options and header"
	return []bug{
		{area, "the checksum is not looked at", "RFC 9293 §3.1, MUST-3", func(s *sick) { s.read = resum }, ""},
		{area, "a segment with an unknown option is dropped", "RFC 9293 §3.1, MUST-6", func(s *sick) {
			s.read = func(b []byte) []byte {
				if hasUnknown(b) {
					return nil
				}
				return b
			}
		}, ""},
		{area, "the peer's MSS is not looked at", "RFC 9293 §3.7.1, MUST-16", func(s *sick) {
			s.before = func(_ *memory, _ *model.TCB, e *model.Event) { e.Seg.MSS = max(e.Seg.MSS, 1400) }
		}, ""},
		{area, "without an MSS option, the own MSS is taken", "RFC 9293 §3.7.1, MUST-15", func(s *sick) {
			s.config.MSS = 1400
			s.after = func(_ *memory, _ model.TCB, _ model.Event, now *model.TCB, _ *out) {
				if now.State > model.Listen && now.MSS == 0 {
					now.MSS = 1400
				}
			}
		}, ""},
		{area, "an agreed timestamp is missing on an ACK without data", "RFC 7323 §3.2", onSegments(func(t *model.TCB, s *model.Segment) {
			if bare(*s) {
				s.Opts &^= model.OptTimestamps
			}
		}), ""},
		{area, "an agreed timestamp is missing on what is sent again", "RFC 7323 §3.2", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if isAgain(e) {
					o.Segs[0].Opts &^= model.OptTimestamps
				}
			}
		}, ""},
		{area, "a segment without the agreed timestamp is taken", "RFC 7323 §3.2", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.Is(model.TSOK) && e.Seg.Opts&model.OptTimestamps == 0 {
					e.Seg.Opts, e.Seg.TSVal = e.Seg.Opts|model.OptTimestamps, t.TS.Recent
				}
			}
		}, ""},
		{area, "a RST without the agreed timestamp is dropped", "RFC 7323 §3.2", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.Is(model.TSOK) && t.State > model.Listen && e.Seg.Has(model.RST) && e.Seg.Opts&model.OptTimestamps == 0 {
					silence(e)
				}
			}
		}, ""},
		{area, "a segment with a timestamp is dropped if none was agreed", "RFC 7323 §3.2", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && !t.Is(model.TSOK) && t.State >= model.Established && e.Seg.Opts&model.OptTimestamps != 0 {
					silence(e)
				}
			}
		}, ""},
		{area, "an old timestamp is not refused (PAWS)", "RFC 7323 §5.3", func(s *sick) { s.config.Mutant = model.NoPAWS }, ""},
		{area, "an old timestamp is dropped without an ACK", "RFC 7323 §5.3", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if arrives(*e) && t.Is(model.TSOK) && t.State >= model.Established && int32(e.Seg.TSVal-t.TS.Recent) < 0 {
					silence(e)
				}
			}
		}, ""},
		{area, "an old timestamp on a RST is refused", "RFC 7323 §5.2", func(s *sick) {
			s.before = func(_ *memory, t *model.TCB, e *model.Event) {
				if e.Seg.Has(model.RST) && t.Is(model.TSOK) && e.Seg.Opts&model.OptTimestamps != 0 && int32(e.Seg.TSVal-t.TS.Recent) < 0 {
					silence(e)
				}
			}
		}, ""},
		{area, "the timestamp of the SYN is echoed for ever", "RFC 7323 §4.3", func(s *sick) {
			s.after = func(m *memory, was model.TCB, _ model.Event, now *model.TCB, o *out) {
				if was.State <= model.SynSent {
					m.n = int(now.TS.Recent)
				}
				for i := range o.NSegs {
					o.Segs[i].TSEcr = uint32(m.n)
				}
			}
		}, ""},
		{area, "a segment out of order sets the timestamp to echo", "RFC 7323 §4.3", func(s *sick) {
			s.after = func(_ *memory, was model.TCB, e model.Event, now *model.TCB, o *out) {
				if arrives(e) && was.Is(model.TSOK) && was.Rcv.Nxt.Less(e.Seg.Seq) && now.Is(model.TSOK) {
					now.TS.Recent = e.Seg.TSVal
					for i := range o.NSegs {
						o.Segs[i].TSEcr = e.Seg.TSVal
					}
				}
			}
		}, ""},
		{area, "the own timestamp goes back when something is sent again", "RFC 7323 §5.4", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, e model.Event, _ *model.TCB, o *out) {
				if isAgain(e) {
					o.Segs[0].TSVal -= 100_000
				}
			}
		}, ""},
		{area, "a SYN,ACK agrees to a timestamp that was not offered", "RFC 7323 §3.2", onSegments(func(_ *model.TCB, s *model.Segment) {
			if s.Has(model.SYN | model.ACK) {
				s.Opts |= model.OptTimestamps
			}
		}), ""},
		{area, "a SYN,ACK agrees to a window scale that was not offered", "RFC 7323 §2.2", onSegments(func(_ *model.TCB, s *model.Segment) {
			if s.Has(model.SYN | model.ACK) {
				s.Opts |= model.OptWindowScale
			}
		}), ""},
		{area, "the peer's window scale is not looked at", "RFC 7323 §2.3", func(s *sick) {
			s.after = func(_ *memory, _ model.TCB, _ model.Event, now *model.TCB, _ *out) { now.SndShift = 0 }
		}, ""},
		{area, "the window is scaled though nothing was agreed", "RFC 7323 §2.2", func(s *sick) {
			s.answer = func(_ *memory, _ conform.Input, r *conform.Reaction) {
				change(r, func(p *wire.Packet) {
					if !p.Seg.Has(model.SYN) {
						p.Seg.Wnd >>= 3
					}
				})
			}
		}, ""},
	}
}
