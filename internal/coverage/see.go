package coverage

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
)

// What clauses see in a step.

func (s *Step) seg() model.Segment         { return s.Event.Seg }
func (s *Step) has(f model.Flags) bool     { return s.Event.Seg.Has(f) }
func (s *Step) opt(o model.Options) bool   { return s.Event.Seg.Opts&o != 0 }
func (s *Step) became(st model.State) bool { return s.After.State == st }
func (s *Step) stays() bool                { return s.After.State == s.Before.State }
func (s *Step) idle() bool                 { return s.After == s.Before && s.silent() }
func (s *Step) silent() bool               { return s.Output.NSegs == 0 }
func (s *Step) told(what model.Signal) bool {
	return s.Output.Signals&what == what
}
func (s *Step) replies(r model.Reply) bool { return s.Output.Reply == r }
func (s *Step) restarts() bool             { return s.Output.Timer == model.StartTimer }

// refused: the call was answered with r, and nothing came of it.
func (s *Step) refused(r model.Reply) bool { return s.replies(r) && s.idle() }

// sentOnly reports whether just one segment went out, with these control bits.
func (s *Step) sentOnly(f model.Flags) bool {
	return s.Output.NSegs == 1 && s.Output.Segs[0].Flags == f
}

// sent reports whether a segment went out for which match holds.
func (s *Step) sent(match func(model.Segment) bool) bool {
	return slices.ContainsFunc(s.Output.Sent(), match)
}

func withFlags(f model.Flags) func(model.Segment) bool {
	return func(seg model.Segment) bool { return seg.Has(f) }
}

func hasText(seg model.Segment) bool { return seg.Len > 0 }

// answered: one empty ACK went out, from SND.NXT and of RCV.NXT as they are.
func (s *Step) answered() bool {
	seg := s.Output.Segs[0]
	return s.sentOnly(model.ACK) && seg.Len == 0 && seg.Seq == s.Before.Snd.Nxt && seg.Ack == s.Before.Rcv.Nxt
}

// challenged: answered, and nothing else came of the segment.
func (s *Step) challenged() bool { return s.answered() && s.stays() && s.Output.NText == 0 }

// resetSeen: the first segment that went out is a RST with the numbers that its receiver believes (§3.5.2).
func (s *Step) resetSeen() bool {
	got := s.Output.Segs[0]
	if s.has(model.ACK) {
		return s.Output.NSegs > 0 && got.Flags == model.RST && got.Seq == s.seg().Ack
	}
	return s.Output.NSegs > 0 && got.Flags == model.RST|model.ACK && got.Seq == 0 && got.Ack == s.seg().End()
}

// resetOnly: it is the only one.
func (s *Step) resetOnly() bool { return s.Output.NSegs == 1 && s.resetSeen() }

// octets is how much data was accepted, and fin whether a FIN was.
func (s *Step) octets() (n int) {
	for _, h := range s.Output.Taken() {
		n += int(h.Len)
	}
	return n
}

func (s *Step) fin() bool {
	for _, h := range s.Output.Taken() {
		if h.Flags&model.FIN != 0 {
			return true
		}
	}
	return false
}

// held counts the pieces that a TCB holds for later.
func held(t *model.TCB) (n int) {
	for _, h := range t.Held {
		if h.Len > 0 || h.Flags&model.FIN != 0 {
			n++
		}
	}
	return n
}

func announced(c *model.Config) uint32 {
	if c.MSS == 0 {
		return 536
	}
	return uint32(c.MSS)
}

// mss is the most data that one segment of the step may carry.
func (s *Step) mss() uint32 {
	peer := uint32(s.After.MSS)
	if peer == 0 {
		peer = 536
	}
	return min(peer, announced(&s.Config))
}
