package packetdrill

import (
	"fmt"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// numbers translate between the numbers of a script and those of a connection. What the peer sends has the script's own numbers;
// what we send is counted from our SYN.
type numbers struct {
	irs    model.Seq // the peer's initial number
	iss    model.Seq // ours
	named  uint32    // what the script calls ours, once a line has said so
	said   bool
	known  bool
	acks   bool // an ACK was sent:
	acked  model.Seq
	next   model.Seq         // after the last number that was sent
	una    model.Seq         // the last number that the peer has acknowledged
	again  int               // how often it acknowledged the same, or with SACK blocks
	mss    uint32            // the longest segment that was sent
	full   uint32            // the longest that the peer takes
	stamps map[uint32]uint32 // of what the script calls our timestamps
	drift  uint32            // how far ours is ahead of the script's, of the last one
}

// sees learns from a segment that was sent.
func (n *numbers) sees(s model.Segment) {
	if s.Has(model.SYN) && (!n.known || n.iss != s.Seq) {
		*n = numbers{irs: n.irs, full: n.full, iss: s.Seq, known: true, next: s.End(), una: s.Seq, stamps: map[uint32]uint32{}}
	}
	if s.Has(model.ACK) && (!n.acks || n.acked.Less(s.Ack)) {
		n.acks, n.acked = true, s.Ack
	}
	n.mss = max(n.mss, uint32(s.Len))
	if !s.Has(model.RST) {
		n.next = n.next.Max(s.End())
	}
}

// hears learns from a segment that arrives.
func (n *numbers) hears(s model.Segment, sacked bool) {
	if s.Opts&model.OptMSS != 0 {
		n.full = uint32(s.MSS)
	}
	switch {
	case !s.Has(model.ACK):
	case n.una.Less(s.Ack):
		n.una, n.again = s.Ack, 0
	case s.Span() == 0 && (n.una == s.Ack && n.next != n.una || sacked):
		n.again++
	}
}

// live is the number on the connection of one in the script that counts from our SYN.
func (n *numbers) live(script uint32) model.Seq { return n.iss + model.Seq(script-n.named) }

// script is the inverse.
func (n *numbers) script(live model.Seq) uint32 { return live.From(n.iss) + n.named }

// stamp is the timestamp of ours that the script means.
func (n *numbers) stamp(script uint32) uint32 {
	if live, ok := n.stamps[script]; ok || script == 0 {
		return live
	}
	return script + n.drift
}

// segment is what arrives when a packet of the script does.
func (n *numbers) segment(p *Packet) (model.Segment, error) {
	s := model.Segment{Seq: model.Seq(p.Seq), Flags: p.Flags, Len: p.Len, Wnd: 65535, Up: uint16(p.Urg.N)}
	if p.Win.Set {
		s.Wnd = uint16(p.Win.N)
	}
	if p.Flags&model.ACK != 0 {
		s.Ack = n.live(p.Ack.N)
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
			s.Opts, s.TSVal, s.TSEcr = s.Opts|model.OptTimestamps, o.Args[0].N, n.stamp(o.Args[1].N)
		}
	}
	return s, nil
}

// difference is how a segment that was sent differs from the one that was expected. choice: in nothing but what a host may
// choose, so that it cannot be told whether a difference means something.
type difference struct{ hard, choice string }

const windows = "window sizes are the host's choice"

// rules are how a segment is compared. system: the script is for one that puts an ACK on the RST of an ABORT, which RFC 9293
// §3.10.5 does not. adopted: the window of the SYN was taken from the script.
type rules struct{ system, adopted bool }

// differs compares a segment with what a line expects. PSH is not compared.
func (n *numbers) differs(p *Packet, s model.Segment, by rules) (d difference) {
	want, got := p.Flags&^model.PSH, s.Flags&^model.PSH
	abort := by.system && want == model.RST|model.ACK && got == model.RST
	ack := s.Ack
	if abort {
		ack = n.acked
	}
	absolute := got == model.RST|model.ACK && s.Seq == 0 && p.Seq == 0 // §3.5.2: an answer to who sent no ACK
	switch {
	case want != got && !abort:
		d.hard = "flags"
	case p.AnySeq:
	case p.Len != s.Len:
		d.hard = "length"
	case n.live(p.Seq) != s.Seq && !absolute && (n.said || !s.Has(model.SYN)):
		d.hard = "sequence number"
	}
	switch {
	case d.hard != "":
	case p.Ack.Set && !p.Ack.Any && model.Seq(p.Ack.N) != ack:
		d.hard = "acknowledgment"
	case p.Urg.Set && !p.Urg.Any && uint16(p.Urg.N) != s.Up:
		d.hard = "urgent pointer"
	default:
		d = n.differsInOptions(p, s)
	}
	if d == (difference{}) && p.Win.Set && !p.Win.Any && uint16(p.Win.N) != s.Wnd && !(by.adopted && s.Has(model.SYN)) {
		d.choice = windows
	}
	return d
}

// differsInOptions compares the options as a set. The scale and the MSS are the host's choice.
func (n *numbers) differsInOptions(p *Packet, s model.Segment) (d difference) {
	if p.AnyOpts {
		return d
	}
	var want model.Options
	for _, o := range p.Opts {
		switch o.Name {
		case "mss":
			want |= model.OptMSS
			if !o.Args[0].Any && s.MSS != uint16(o.Args[0].N) {
				d.choice = "the MSS is the host's choice"
			}
		case "wscale":
			want |= model.OptWindowScale
			if !o.Args[0].Any && s.WScale != uint8(o.Args[0].N) {
				d.choice = "the window scale is the host's choice"
			}
		case "sackOK":
			want |= model.OptSACKPermitted
		case "TS":
			want |= model.OptTimestamps
			if e := o.Args[1]; !e.Any && s.TSEcr != e.N {
				d.hard = "echo of the timestamp"
			}
		}
	}
	if want != s.Opts {
		d.hard = "options"
	}
	return d
}

// learn takes from a segment that was expected what later lines count from.
func (n *numbers) learn(p *Packet, s model.Segment) {
	if s.Has(model.SYN) && !p.AnySeq {
		n.named, n.said = p.Seq, true
	}
	for _, o := range p.Opts {
		if o.Name == "TS" && !o.Args[0].Any && s.Opts&model.OptTimestamps != 0 {
			n.stamps[o.Args[0].N], n.drift = s.TSVal, s.TSVal-o.Args[0].N
		}
	}
}

// show writes a segment that was sent as a script would.
func (n *numbers) show(s sent) string {
	var b strings.Builder
	for _, f := range []struct {
		flag model.Flags
		name string
	}{{model.SYN, "S"}, {model.FIN, "F"}, {model.RST, "R"}, {model.PSH, "P"}, {model.URG, "U"}, {model.ACK, "."}} {
		if s.seg.Has(f.flag) {
			b.WriteString(f.name)
		}
	}
	seq := n.script(s.seg.Seq)
	if s.seg.Flags == model.RST|model.ACK && s.seg.Seq == 0 {
		seq = 0
	}
	fmt.Fprintf(&b, " %d:%d(%d)", seq, seq+uint32(s.seg.Len), s.seg.Len)
	if s.seg.Has(model.ACK) {
		fmt.Fprintf(&b, " ack %d", s.seg.Ack)
	}
	if s.seg.Has(model.URG) {
		fmt.Fprintf(&b, " urg %d", s.seg.Up)
	}
	var opts []string
	add := func(o model.Options, format string, args ...any) {
		if s.seg.Opts&o != 0 {
			opts = append(opts, fmt.Sprintf(format, args...))
		}
	}
	add(model.OptMSS, "mss %d", s.seg.MSS)
	add(model.OptSACKPermitted, "sackOK")
	add(model.OptTimestamps, "TS val %d ecr %d", s.seg.TSVal, s.seg.TSEcr)
	add(model.OptWindowScale, "wscale %d", s.seg.WScale)
	if len(opts) > 0 {
		fmt.Fprintf(&b, " <%s>", strings.Join(opts, ","))
	}
	return fmt.Sprintf("> %s at %v", b.String(), showTime(s.at))
}

func showTime(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
