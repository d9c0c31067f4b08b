package netfake

import "github.com/tcpcheck/tcpcheck/model"

// code is a packet in one word, for the joint state. Sequence numbers are stored as offsets, and the
// other fields unchanged. Zero means no packet. Its fields, from the top: present, direction, flags,
// timestamps, SEQ, ACK, length, age, window, TSval, TSecr, Inc, To.
type code uint64

const (
	codePresent = 1 << 63
	codeDst     = 62
	codeFlags   = 57
	codeTS      = 1 << 56
	codeSeq     = 48
	codeAck     = 40
	codeLen     = 36
	codeAge     = 32
	codeWnd     = 24
	codeTSVal   = 16
	codeTSEcr   = 8
	codeInc     = 4
	ageMask     = code(15) << codeAge
	oneTick     = code(1) << codeAge
	codeFlagSet = model.FIN | model.SYN | model.RST | model.PSH | model.ACK
)

func (c code) dst() int { return int(c >> codeDst & 1) }

func (c code) age() int { return int(c >> codeAge & 15) }

func (c code) is(f model.Flags) bool { return model.Flags(c>>codeFlags)&f == f }

// numbers turns sequence numbers into offsets from the bases of the two directions and back.
type numbers struct{ base [2]model.Seq }

func (n *numbers) offset(side int, s model.Seq) (uint8, bool) {
	d := s - n.base[side] + Below
	return uint8(d), d < 256
}

func (n *numbers) number(side int, o uint8) model.Seq { return n.base[side] + model.Seq(o) - Below }

// encode packs a packet. It reports false if a number is out of the range of offsets.
func (sys *System) encode(p Packet) (code, bool) {
	s := p.Seg
	src := 1 - p.Dst
	var seq, ack uint8
	ok, okAck := true, true
	if !s.Has(model.RST | model.ACK) { // <SEQ=0><ACK=...><CTL=RST,ACK> is the only segment with both flags
		seq, ok = sys.offset(src, s.Seq)
	}
	if s.Has(model.ACK) {
		ack, okAck = sys.offset(p.Dst, s.Ack)
	}
	if s.Len > 15 || s.Wnd > 255 || s.Flags&^codeFlagSet != 0 || s.TSVal > 255 || s.TSEcr > 255 ||
		s.Has(model.RST|model.ACK) && s.Seq != 0 {
		panic("BUG: a segment that the wire cannot hold: " + s.String())
	}
	c := code(codePresent) | code(p.Dst)<<codeDst | code(s.Flags)<<codeFlags | code(seq)<<codeSeq |
		code(ack)<<codeAck | code(s.Len)<<codeLen | code(p.Age)<<codeAge | code(s.Wnd)<<codeWnd |
		code(p.Inc)<<codeInc | code(p.To)
	if s.Opts&model.OptTimestamps != 0 {
		c |= codeTS | code(s.TSVal)<<codeTSVal | code(s.TSEcr)<<codeTSEcr
	}
	return c, ok && okAck
}

// decode unpacks a packet. The options that only a SYN has follow the policy of its sender.
func (sys *System) decode(c code) Packet {
	dst := c.dst()
	src := 1 - dst
	p := Packet{Dst: dst, Age: c.age(), Inc: uint8(c>>codeInc) & 15, To: uint8(c) & 15}
	s := model.Segment{
		Flags: model.Flags(c>>codeFlags) & codeFlagSet,
		Len:   uint16(c >> codeLen & 15),
		Wnd:   uint16(c >> codeWnd & 255),
		Ghost: p.ghost(),
	}
	if !s.Has(model.RST | model.ACK) {
		s.Seq = sys.number(src, uint8(c>>codeSeq))
	}
	if s.Has(model.ACK) {
		s.Ack = sys.number(dst, uint8(c>>codeAck))
	}
	if c&codeTS != 0 {
		s.Opts |= model.OptTimestamps
		s.TSVal, s.TSEcr = uint32(c>>codeTSVal)&255, uint32(c>>codeTSEcr)&255
	}
	if s.Has(model.SYN) {
		s.Opts |= model.OptMSS
		s.MSS = sys.sc.Peer[src].TCP.MSS
	}
	p.Seg = s
	return p
}
