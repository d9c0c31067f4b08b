package scenario

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

const segmentForm = `"A->B <SEQ=90><ACK=291><DATA=1><WND=4><CTL=PSH,ACK>"`

// senders is a window that the file leaves out: it is that of the sender's buffer, which
// lets netfake forget which segment told the window.
const senders = math.MaxUint16

// parseSegment reads one segment, or says why it cannot be one.
func parseSegment(text string) (p netfake.Packet, why string) {
	way, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch way {
	case "A->B":
		p.Dst = netfake.B
	case "B->A":
		p.Dst = netfake.A
	default:
		return p, fmt.Sprintf("it begins with %q, not with A->B or B->A", way)
	}
	p.Seg.Wnd = senders
	seen := map[string]bool{}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		field, more, ok := strings.Cut(rest, ">")
		name, value, eq := strings.Cut(strings.TrimPrefix(field, "<"), "=")
		if !ok || !eq || !strings.HasPrefix(field, "<") {
			return p, fmt.Sprintf("%q is no <NAME=value>", rest)
		}
		if seen[name] {
			return p, "<" + name + "> comes twice"
		}
		seen[name], rest = true, more
		if why := setField(&p.Seg, name, value); why != "" {
			return p, why
		}
	}
	return p, fits(&p.Seg, seen)
}

func setField(s *model.Segment, name, value string) (why string) {
	switch name {
	case "CTL":
		for bit := range strings.SplitSeq(value, ",") {
			f, ok := controlBits[bit]
			if !ok {
				return fmt.Sprintf("%q is none of SYN, FIN, RST, PSH, ACK", bit)
			}
			s.Flags |= f
		}
		return ""
	case "TS":
		val, ecr, _ := strings.Cut(value, ",")
		s.Opts |= model.OptTimestamps
		return cmp.Or(field(&s.TSVal, name, val, 255), field(&s.TSEcr, name, ecr, 255))
	case "SEQ":
		return field(&s.Seq, name, value, math.MaxUint32)
	case "ACK":
		return field(&s.Ack, name, value, math.MaxUint32)
	case "DATA":
		return field(&s.Len, name, value, netfake.MaxOctets)
	case "WND":
		return field(&s.Wnd, name, value, 255)
	}
	return fmt.Sprintf("<%s> is none of SEQ, ACK, DATA, WND, TS, CTL", name)
}

var controlBits = map[string]model.Flags{
	"SYN": model.SYN, "FIN": model.FIN, "RST": model.RST, "PSH": model.PSH, "ACK": model.ACK,
}

func field[T ~uint16 | ~uint32](at *T, name, value string, most uint64) (why string) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil || n > most {
		return fmt.Sprintf("<%s=%s> is not a whole number from 0 to %d", name, value, most)
	}
	*at = T(n)
	return ""
}

// fits checks the fields against each other.
func fits(s *model.Segment, seen map[string]bool) (why string) {
	switch {
	case !seen["CTL"]:
		return "it has no <CTL=...>"
	case s.Has(model.RST|model.ACK) && s.Seq != 0:
		return "a RST with an ACK bears <SEQ=0>"
	case !s.Has(model.RST|model.ACK) && !seen["SEQ"]:
		return "it has no <SEQ=...>"
	case s.Has(model.ACK) != seen["ACK"]:
		return "<ACK=...> and the control bit ACK go together"
	}
	return ""
}

// checkSegment refuses numbers that lie outside what a joint state can hold.
func (f *File) checkSegment(key string, p netfake.Packet) *Error {
	out := func(what string, side int, n model.Seq) *Error {
		base := f.Scenario.Peer[side].Base
		if n-(base-netfake.Below) <= netfake.Below+netfake.Above {
			return nil
		}
		return &Error{Key: key, Text: fmt.Sprintf("%s=%d>", what, n), Found: fmt.Sprintf("<%s=%d>", what, n),
			Expected: fmt.Sprintf("a number from %d to %d, around %s.base", base-netfake.Below, base+netfake.Above, netfake.PeerName(side))}
	}
	if !p.Seg.Has(model.RST | model.ACK) {
		if e := out("SEQ", 1-p.Dst, p.Seg.Seq); e != nil {
			return e
		}
	}
	if p.Seg.Has(model.ACK) {
		return out("ACK", p.Dst, p.Seg.Ack)
	}
	return nil
}

// formatSegment is the inverse of parseSegment.
func formatSegment(f *File, p netfake.Packet) string {
	s := p.Seg
	var b strings.Builder
	fmt.Fprintf(&b, "%s->%s <SEQ=%d>", netfake.PeerName(1-p.Dst), netfake.PeerName(p.Dst), s.Seq)
	if s.Has(model.ACK) {
		fmt.Fprintf(&b, "<ACK=%d>", s.Ack)
	}
	if s.Len > 0 {
		fmt.Fprintf(&b, "<DATA=%d>", s.Len)
	}
	if s.Wnd != senders && uint32(s.Wnd) != f.Scenario.Peer[1-p.Dst].TCP.RcvBuf {
		fmt.Fprintf(&b, "<WND=%d>", s.Wnd)
	}
	if s.Opts&model.OptTimestamps != 0 {
		fmt.Fprintf(&b, "<TS=%d,%d>", s.TSVal, s.TSEcr)
	}
	fmt.Fprintf(&b, "<CTL=%s>", s.Flags)
	return b.String()
}
