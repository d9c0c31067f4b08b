package export

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// inject writes a segment that arrives. Its ACK counts from our ISS, as a script's user counts.
func (s *script) inject(seg model.Segment, note string) {
	reset := seg.Has(model.RST|model.ACK) && seg.Seq == 0 // <SEQ=0> is no number of the connection
	if !s.based && !reset {
		s.base, s.based = seg.Seq, true
	}
	if note != "" {
		s.note("%s:", note)
	}
	seq := uint32(seg.Seq - s.base)
	if reset {
		seq = 0
	}
	text := packet(seg, seq, uint32(seg.Ack-s.iss)) + fmt.Sprintf(" win %d", seg.Wnd)
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

// expect writes a segment that is sent. Its options are the host's own business.
func (s *script) expect(seg model.Segment) {
	seq := uint32(seg.Seq - s.iss)
	if seg.Has(model.RST|model.ACK) && seg.Seq == 0 {
		seq = 0
	}
	text := packet(seg, seq, uint32(seg.Ack-s.base))
	if seg.Has(model.SYN) || seg.Opts&model.OptTimestamps != 0 {
		text += " <...>"
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
	s.base, s.based = yours.Base, true
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
		s.line("bind(%d, ..., ...) = 0", s.listener)
		s.line("listen(%d, 1) = 0", s.listener)
		s.inject(syn, "")
		own.Flags |= model.ACK
		s.expect(own)
		s.inject(ack(syn), "")
		s.fd = s.next
		s.next++
		s.line("accept(%d, ..., ...) = %d", s.listener, s.fd)
		return
	}
	s.fd = s.socket()
	s.line("fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK) = 0", s.fd)
	s.line("connect(%d, ..., ...) = -1 EINPROGRESS (Operation now in progress)", s.fd)
	s.expect(own)
	syn.Flags |= model.ACK
	s.inject(syn, "")
	s.expect(ack(own))
}
