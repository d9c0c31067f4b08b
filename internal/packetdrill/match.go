package packetdrill

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// difference says how a segment differs from the expected one. hard: the script fails. choice: it differs only in something
// that a host may choose, so the difference may mean nothing. granted: RFC 9293 leaves it to the stack.
type difference struct{ hard, choice, granted string }

// rules are how segments are compared.
type rules struct {
	lenient            bool // differences that RFC 9293 leaves to a stack are granted
	mss, scale, window bool // the profile says what the host chooses
	tick               time.Duration
	stampTolerance     time.Duration // by how much timestamps may differ
}

// host records a difference in something that a host chooses. It is hard if the profile determines the choice.
func (by *rules) host(d difference, claimed bool, what string) difference {
	if claimed && !by.lenient {
		d.hard = what
	} else {
		d.choice = what + ": the host's choice"
	}
	return d
}

// differs compares a segment with what a line expects.
func (n *numbers) differs(p *Packet, s sent, by *rules) (d difference) {
	want, got := p.Flags, s.seg.Flags
	absolute := false // §3.5.2: the RST that answers a segment without ACK has the number 0, whatever ours are
	if by.lenient {
		if want^got == model.PSH {
			want, d.granted = got, "PSH on a segment that is not the last one"
		}
		if want^got == model.ACK && got&model.RST != 0 {
			want, d.granted = got, "a RST with or without ACK"
		}
		absolute = got == model.RST|model.ACK && s.seg.Seq == 0 && p.Seq == 0
	}
	ack := p.Ack.N
	if got&model.ACK != 0 {
		ack += uint32(n.theirs(got))
	}
	wanted := want == p.Flags // false for a RST whose ACK was not expected
	up := uint16(0)
	if got&model.URG != 0 {
		up = s.seg.Up
	}
	switch {
	case want != got:
		d.hard = "flags"
	case p.Len != s.seg.Len:
		d.hard = "length"
	case !p.AnySeq && n.start(p) != s.seg.Seq && !absolute:
		d.hard = "sequence number"
	case wanted && ack != uint32(s.seg.Ack):
		d.hard = "acknowledgment"
	case p.Urg != up:
		d.hard = "urgent pointer"
	}
	if d.hard != "" {
		return d
	}
	o := n.differsInOptions(p, s, by)
	if o.granted == "" {
		o.granted = d.granted
	}
	if o.hard == "" && p.Win.Set && uint16(p.Win.N) != s.seg.Wnd {
		o = by.host(o, by.window, "the window")
	}
	return o
}

// show writes a segment in the notation of scripts.
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
	seq := uint32(s.seg.Seq - n.ours(s.seg.Flags))
	fmt.Fprintf(&b, " %d:%d(%d)", seq, seq+uint32(s.seg.Len), s.seg.Len)
	if s.seg.Has(model.ACK) {
		fmt.Fprintf(&b, " ack %d", uint32(s.seg.Ack-n.theirs(s.seg.Flags)))
	}
	if !s.seg.Has(model.RST) {
		fmt.Fprintf(&b, " win %d", s.seg.Wnd)
	}
	if s.seg.Has(model.URG) {
		fmt.Fprintf(&b, " urg %d", s.seg.Up)
	}
	var opts []string
	for _, o := range s.opts {
		if o.name == "sack" {
			o.args = slices.Clone(o.args)
			for i := range o.args {
				o.args[i] -= uint32(n.theirs(0))
			}
		}
		if o.name == "TS" && n.stamped {
			o.args = []uint32{o.args[0] - n.stampLive + n.stampName, o.args[1]}
		}
		opts = append(opts, o.String())
	}
	if len(opts) > 0 {
		fmt.Fprintf(&b, " <%s>", strings.Join(opts, ","))
	}
	return fmt.Sprintf("> %s at %v", b.String(), showTime(s.at))
}

func showTime(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
