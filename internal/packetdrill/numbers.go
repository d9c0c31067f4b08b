package packetdrill

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
)

// numbers translates between the numbers of a script and those of a connection, as packetdrill does. In a segment with SYN the
// peer's numbers stand as they are, and ours are relative to the number that the script gives our SYN. In every other segment
// both are relative to the initial number: 1 is the first octet. A second incarnation still counts from the first one's numbers.
type numbers struct {
	irs, iss       model.Seq // 0 until they are known
	hasIrs, hasIss bool
	named          uint32 // our initial number in the script
	said           bool   // a line has given it
	active         bool   // we have sent the first SYN

	acks   bool // an ACK was sent;
	acked  model.Seq
	next   model.Seq // the number after the last one that was sent
	shown  bool      // a line has expected a segment;
	upTo   model.Seq // the number after its last one
	una    model.Seq // the last number that the peer has acknowledged
	again  int       // duplicate ACKs, and ACKs with SACK blocks
	mss    uint32    // the longest segment that was sent
	full   uint32    // the longest that the peer accepts
	sacked bool      // both ends have offered SACK

	offers [2]model.Options // of our last SYN, and of the peer's
	scales [2]uint8         // in them
	flying []model.Seq      // the ends of unacknowledged segments

	stamps    map[uint32]uint32 // our timestamps, by those of the script
	stamped   bool              // there was one; the first was
	stampName uint32            // this in the script,
	stampLive uint32            // and this on the wire
}

// sees learns from a segment that was sent.
func (n *numbers) sees(s model.Segment) {
	if s.Has(model.SYN) {
		if !n.hasIss {
			n.iss, n.hasIss = s.Seq, true
		}
		n.offers[0], n.scales[0] = s.Opts, s.WScale
		if n.una != s.Seq {
			n.acks, n.again, n.mss, n.shown, n.flying = false, 0, 0, false, nil
			n.next, n.una = s.Seq, s.Seq
		}
	}
	if s.Has(model.ACK) && (!n.acks || n.acked.Less(s.Ack)) {
		n.acks, n.acked = true, s.Ack
	}
	n.mss = max(n.mss, uint32(s.Len))
	if s.Span() > 0 && !s.Has(model.RST) && !s.Seq.Less(n.next) {
		n.flying = append(n.flying, s.End())
	}
	if !s.Has(model.RST) {
		n.next = n.next.Max(s.End())
	}
}

// arrives learns the peer's initial number: from the first segment that arrives, or from the SYN,ACK if we sent the first SYN.
func (n *numbers) arrives(p *Packet) {
	if !n.hasIrs && (!n.active || p.Flags&(model.SYN|model.ACK) == model.SYN|model.ACK) {
		n.irs, n.hasIrs = model.Seq(p.Seq), true
	}
}

// hears learns from a segment that arrives.
func (n *numbers) hears(s model.Segment, sacked bool) {
	if s.Opts&model.OptMSS != 0 {
		n.full = uint32(s.MSS)
	}
	if s.Has(model.SYN) {
		n.sacked = s.Opts&model.OptSACKPermitted != 0
		n.offers[1], n.scales[1] = s.Opts, s.WScale
	}
	if !s.Has(model.ACK) {
		return
	}
	if n.una.Less(s.Ack) {
		n.una, n.again = s.Ack, 0
	} else if s.Span() == 0 && n.una == s.Ack && n.next != n.una && n.una != n.iss && s.Wnd > 0 {
		n.again++ // RFC 5681 §2: a duplicate ACK
	}
	if sacked {
		n.again++
	}
}

// unacked counts the unacknowledged segments, each once.
func (n *numbers) unacked() (count int) {
	for _, end := range n.flying {
		if n.una.Less(end) {
			count++
		}
	}
	return count
}

// agreed returns the options that both ends have offered, as bits of tcpi_options.
func (n *numbers) agreed() (bits int64) {
	both := n.offers[0] & n.offers[1]
	for i, o := range []model.Options{model.OptTimestamps, model.OptSACKPermitted, model.OptWindowScale} {
		if both&o != 0 {
			bits |= 1 << i
		}
	}
	return bits
}

// ours is the offset from one of our numbers in the script to the real one.
func (n *numbers) ours(f model.Flags) model.Seq {
	if f&model.SYN != 0 {
		return n.iss - model.Seq(n.named)
	}
	return n.iss
}

// theirs is the offset from one of the peer's numbers in the script to the real one.
func (n *numbers) theirs(f model.Flags) model.Seq {
	if f&model.SYN != 0 {
		return 0
	}
	return n.irs
}

// start is the real number of the first octet of an expected packet.
func (n *numbers) start(p *Packet) model.Seq {
	if p.Absolute {
		return model.Seq(p.Seq)
	}
	return model.Seq(p.Seq) + n.ours(p.Flags)
}

// segment returns the segment that arrives for a packet of the script.
func (n *numbers) segment(p *Packet, lenient bool) (model.Segment, error) {
	s := model.Segment{Seq: model.Seq(p.Seq), Flags: p.Flags, Len: p.Len, Wnd: uint16(p.Win.N), Up: p.Urg}
	if !p.Absolute {
		s.Seq += n.theirs(p.Flags)
	}
	if p.Flags&model.ACK != 0 {
		s.Ack = model.Seq(p.Ack.N) + n.ours(p.Flags)
	}
	for _, o := range p.Opts {
		switch {
		case !o.Known:
			return s, unsupported("the option " + o.Raw)
		case o.Name == "mss":
			s.Opts, s.MSS = s.Opts|model.OptMSS, uint16(o.Args[0].N)
		case o.Name == "wscale":
			s.Opts, s.WScale = s.Opts|model.OptWindowScale, uint8(o.Args[0].N)
		case o.Name == "sackOK":
			s.Opts |= model.OptSACKPermitted
		case o.Name == "TS":
			echo, ok := n.echo(o.Args[1], p.Flags, lenient)
			if !ok {
				return s, failure{fmt.Sprintf("no packet that was expected before has the TS val %d that is echoed here", o.Args[1].N)}
			}
			s.Opts, s.TSVal, s.TSEcr = s.Opts|model.OptTimestamps, o.Args[0].N, echo
		}
	}
	return s, nil
}

// echo returns our timestamp that the script means.
func (n *numbers) echo(a Number, f model.Flags, lenient bool) (uint32, bool) {
	if a.Absolute || f&model.ACK == 0 {
		return a.N, true
	}
	live, ok := n.stamps[a.N]
	if !ok && lenient {
		return a.N - n.stampName + n.stampLive, true
	}
	return live, ok
}

// learn takes from an expected packet and the segment that was sent the timestamps that later lines refer to.
func (n *numbers) learn(p *Packet, s sent) {
	for _, o := range p.Opts {
		if o.Name != "TS" || o.Args[0].Any || s.seg.Opts&model.OptTimestamps == 0 {
			continue
		}
		if n.stamps == nil {
			n.stamps = map[uint32]uint32{}
		}
		n.stamps[o.Args[0].N] = s.seg.TSVal
		if !n.stamped {
			n.stamped, n.stampName, n.stampLive = true, o.Args[0].N, s.seg.TSVal
		}
	}
}
