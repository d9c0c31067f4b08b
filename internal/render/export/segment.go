package export

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// inject writes a segment that arrives. Its ACK counts from our ISS, and its SEQ from the first one that arrives at a socket, or, where
// we sent the first SYN, from the SYN,ACK.
func (s *script) inject(m *netfake.Transition, seg model.Segment, note string) {
	reset := seg.Has(model.RST|model.ACK) && seg.Seq == 0 // <SEQ=0> is no number of the connection
	if reset && s.based && s.base != 0 && m != nil && m.Before.State > model.SynSent {
		s.cannot(m, "a segment with the number 0, which is none of the connection's")
	}
	if !reset && (!s.based || s.active && !s.met && seg.Has(model.SYN|model.ACK)) {
		s.met = seg.Has(model.SYN | model.ACK)
		s.base, s.based = seg.Seq, true
	}
	if note != "" {
		s.note("%s:", note)
	}
	seq := uint32(seg.Seq - s.base)
	if reset {
		seq = 0
	}
	if int64(seq)+int64(seg.Len) > 1<<32-1 && m != nil {
		s.cannot(m, "data with numbers before that of the first SYN")
	}
	text := packet(seg, seq, uint32(seg.Ack-s.iss)) + fmt.Sprintf(" win %d", seg.Wnd)
	if seg.Has(model.URG) {
		text += fmt.Sprintf(" urg %d", seg.Up)
	}
	var opts []string
	if seg.Opts&model.OptMSS != 0 {
		opts = append(opts, fmt.Sprintf("mss %d", seg.MSS))
	}
	if seg.Opts&model.OptTimestamps != 0 {
		opts = append(opts, fmt.Sprintf("nop,nop,TS val %d ecr %d", seg.TSVal, seg.TSEcr))
	}
	if opts != nil {
		text += " <" + strings.Join(opts, ",") + ">"
	}
	s.line("< %s", text)
}

// expect writes a segment that is sent. Timestamps are spelled out, since later lines echo them; the MSS is that of Ethernet, and the
// other options of a SYN are the host's own business.
func (s *script) expect(m *netfake.Transition, seg model.Segment) {
	seq := uint32(seg.Seq - s.iss)
	if seg.Has(model.RST|model.ACK) && seg.Seq == 0 {
		if seq = 0; s.named {
			s.cannot(m, "a RST with the number 0, once packetdrill counts from our SYN")
		}
	}
	if s.shown = s.shown || seg.Has(model.SYN); !s.shown && !seg.Has(model.RST) {
		s.cannot(m, "a segment of ours without any SYN of ours, which packetdrill counts from")
	}
	if m != nil && seg.Flags == model.RST && !arrives(m) { // an ABORT, with the ACK that hosts put on it
		seg.Flags, seg.Ack = model.RST|model.ACK, m.Before.Rcv.Nxt
	}
	text := packet(seg, seq, uint32(seg.Ack-s.base))
	if seg.Has(model.URG) {
		text += fmt.Sprintf(" urg %d", seg.Up)
	}
	switch stamp := fmt.Sprintf("nop,nop,TS val %d ecr %d", seg.TSVal, seg.TSEcr); {
	case seg.Opts&model.OptTimestamps == 0 && seg.Has(model.SYN):
		text += " <...>"
	case seg.Opts&model.OptTimestamps == 0:
	case seg.Has(model.SYN):
		text += " <mss 1460," + stamp + ">"
	default:
		text += " <" + stamp + ">"
	}
	s.line("> %s", text)
}

// packet writes flags, sequence numbers, and the ACK if there is one.
func packet(seg model.Segment, seq, ack uint32) string {
	var flags strings.Builder
	for _, f := range []struct {
		bit  model.Flags
		name byte
	}{{model.FIN, 'F'}, {model.SYN, 'S'}, {model.RST, 'R'}, {model.PSH, 'P'}, {model.URG, 'U'}, {model.ACK, '.'}} {
		if seg.Has(f.bit) {
			flags.WriteByte(f.name)
		}
	}
	text := fmt.Sprintf("%s %d:%d(%d)", &flags, seq, seq+uint32(seg.Len), seg.Len)
	if seg.Has(model.ACK) {
		text += fmt.Sprintf(" ack %d", ack)
	}
	return text
}

// open writes the handshake of a run that begins with both ends ESTABLISHED.
func (s *script) open() {
	mine, yours := s.sc.Peer[s.me], s.sc.Peer[1-s.me]
	s.note("both begin ESTABLISHED: this handshake comes before the run")
	syn := model.Segment{Seq: yours.Base, Ack: mine.Base + 1, Flags: model.SYN, Opts: model.OptMSS, MSS: yours.TCP.MSS, Wnd: uint16(yours.TCP.RcvBuf)}
	own := model.Segment{Seq: mine.Base, Ack: yours.Base + 1, Flags: model.SYN}
	if mine.TCP.Timestamps && yours.TCP.Timestamps {
		syn.Opts |= model.OptTimestamps
		syn.TSVal = uint32(yours.TimestampOffset)
	}
	ack := func(seg model.Segment) model.Segment {
		seg.Flags, seg.Seq = model.ACK, seg.Seq+1
		seg.Opts &^= model.OptMSS
		return seg
	}
	own.Opts = syn.Opts & model.OptTimestamps
	if s.me == netfake.B {
		s.listener = s.socket()
		s.listen()
		s.named = true
		s.inject(nil, syn, "")
		own.Flags |= model.ACK
		s.expect(nil, own)
		s.inject(nil, ack(syn), "")
		s.fd = s.next
		s.next++
		s.line("accept(%d, ..., ...) = %d", s.listener, s.fd)
		return
	}
	s.connect()
	s.named = true
	s.expect(nil, own)
	syn.Flags |= model.ACK
	s.inject(nil, syn, "")
	s.expect(nil, ack(own))
}
