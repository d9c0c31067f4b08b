package mapper

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Mapper translates between words and an endpoint with these policies.
type Mapper struct {
	Config model.Config
	Inputs []Input
}

// Options say which inputs there are besides calls and segments with valid and invalid numbers.
type Options struct {
	Fine   bool // also other numbers, a full window of data, data on a SYN, and a FIN without ACK
	Timers bool // also the retransmission, user and TIME-WAIT timeouts
}

// New returns the mapper of an endpoint.
func New(c model.Config, o Options) Mapper { return Mapper{c, alphabet(c.RcvBuf, o)} }

// Endpoint is an endpoint, its listener, and what the tester knows of the numbers.
type Endpoint struct {
	TCB       model.TCB
	listening bool      // when the connection is gone the listener answers again
	out, top  model.Seq // the next number that the endpoint expects, and the end of all that was sent it in its window
	in        model.Seq // the next number that the endpoint uses
}

// queue is how many octets wait, for the network or for a RECEIVE, before a call blocks.
const queue = 2

// Start returns an endpoint without a connection. Its numbers lie just before the wrap, so that windows and data cross it.
func (m Mapper) Start() Endpoint {
	const base = ^model.Seq(0) - 1
	return Endpoint{out: base, top: base, in: base}
}

// Step gives the endpoint an input, and returns what it sends.
func (m Mapper) Step(e Endpoint, in Input) (Endpoint, string) {
	if in.kind == model.Send && e.TCB.Unsent >= queue || in.kind == model.Receive && e.TCB.Wanted >= queue {
		return e, Timeout // the call blocks
	}
	ev := m.event(e, in)
	before := e.TCB.State
	var out model.Output
	e.TCB, out = model.Step(m.Config, e.TCB, ev)
	switch {
	case in.kind == model.OpenPassive && before == model.Closed:
		e.listening = true
	case in.kind != model.SegmentArrives && before == model.Listen && e.TCB.State != model.Listen:
		e.listening = false // closed, or turned into an active OPEN
	}
	if in.seq == Valid || in.seq == Within {
		e.top = e.top.Max(ev.Seg.End())
	}
	var words []string
	for _, seg := range out.Sent() {
		words = append(words, e.hear(seg, ev.Seg))
	}
	if e.listening && e.TCB.State == model.Closed {
		e.TCB, _ = model.Step(m.Config, e.TCB, model.Event{Kind: model.OpenPassive})
	}
	if len(words) == 0 {
		return e, Timeout
	}
	return e, strings.Join(words, "|")
}

// event returns the event of an input.
func (m Mapper) event(e Endpoint, in Input) model.Event {
	ev := model.Event{Kind: in.kind, Remote: in.kind == model.OpenActive, Iss: e.in + fresh, Now: 1}
	switch in.kind {
	case model.Send, model.Receive:
		ev.N = 1
	case model.OpenActive:
		if m.Config.DataOnSyn {
			ev.N = 1
		}
	case model.SegmentArrives:
		ev.Seg = m.segment(e, in)
	}
	return ev
}

// segment returns the segment of an input. The tester offers every option that the endpoint may use.
func (m Mapper) segment(e Endpoint, in Input) model.Segment {
	s := model.Segment{Flags: in.flags, Seq: e.out + offsets[in.seq], Len: in.text, Wnd: m.window()}
	if s.Has(model.ACK) {
		s.Ack = e.in + offsets[in.ack]
	}
	if s.Has(model.SYN) {
		s.Opts, s.MSS = model.OptMSS, m.Config.MSS
		if m.Config.WindowScale {
			s.Opts |= model.OptWindowScale
		}
		if m.Config.SACKPermitted {
			s.Opts |= model.OptSACKPermitted
		}
	}
	if m.Config.Timestamps {
		s.Opts |= model.OptTimestamps
		s.TSVal = 1
	}
	return s
}

// window is the window of every segment of the tester: as large as the endpoint's own.
func (m Mapper) window() uint16 { return uint16(min(m.Config.RcvBuf, 65535)) }

// hear names a segment that the endpoint sends in answer to asked (zero for a call), and learns from it.
func (e *Endpoint) hear(s, asked model.Segment) string {
	seq, ack := e.seqClass(s), e.ackClass(s, asked)
	if !s.Has(model.RST) {
		if s.Has(model.SYN) || !s.End().Less(e.in) {
			e.in = s.End()
		}
		if s.Has(model.ACK) {
			if ack == invalid {
				e.top = s.Ack
			}
			if s.Has(model.SYN) && asked.Has(model.SYN) { // a connection begins
				e.top = asked.End()
			}
			e.out, e.top = s.Ack, e.top.Max(s.Ack)
		}
	}
	return word(s.Flags, seq, ack, s.Len)
}

// seqClass: a SYN has an initial number, which is new unless the SYN is sent again.
func (e *Endpoint) seqClass(s model.Segment) Class {
	switch {
	case s.Has(model.RST|model.ACK) && s.Seq == 0:
		return Zero
	case s.Has(model.SYN) && s.End() == e.in:
		return current
	case s.Has(model.SYN) || s.Seq == e.in:
		return Valid
	case s.Seq.Less(e.in):
		return Old
	}
	return invalid
}

// ackClass: a SYN, and whatever is reset, is acknowledged to its end; else all that the tester has sent in order.
func (e *Endpoint) ackClass(s, asked model.Segment) Class {
	brought := asked.Span() > 0 && asked.Seq == e.out
	switch {
	case !s.Has(model.ACK):
		return Valid
	case s.Ack == asked.End() && (s.Has(model.RST) || asked.Has(model.SYN)):
		return Valid
	case s.Ack == asked.TextSeq() && s.Has(model.SYN) && asked.Has(model.SYN):
		return Valid // the data on a SYN may wait
	case s.Has(model.RST):
		return invalid
	case s.Ack == e.out && brought:
		return current
	case s.Ack == e.out, e.out.Less(s.Ack) && s.Ack.AtMost(e.top):
		return Valid
	case s.Ack.Less(e.out):
		return Old
	}
	return invalid
}
