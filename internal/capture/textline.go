package capture

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// textSegment is a segment of a line, which has no SEG.SEQ if the segment is empty.
type textSegment struct {
	model.Segment
	hasSeq bool
}

// segment reads what follows the sockets. known is false if it is not TCP.
func (s *textSource) segment(rest string) (t textSegment, known bool, err error) {
	if flags, after, ok := cutBrackets(rest, "Flags ["); ok {
		t.Flags, ok = flagLetters(flags)
		if !ok {
			return t, false, s.bad("flags of the letters SFRP.UEW", fmt.Sprintf("%q", flags))
		}
		err = s.fields(&t, after)
		return t, true, err
	}
	// The form of tcpdump before 4.0: S 1:1(0) ack 2 win 3 <mss 4>
	word, after, _ := strings.Cut(rest, " ")
	flags, ok := flagLetters(word)
	if !ok || word == "" || !strings.Contains(after, "win ") {
		return t, false, nil
	}
	t.Flags = flags
	if strings.Contains(after, "ack ") {
		t.Flags |= model.ACK
	}
	err = s.oldFields(&t, after)
	return t, true, err
}

// cutBrackets finds a part in brackets, and returns its content and the text without it.
func cutBrackets(text, open string) (inside, rest string, ok bool) {
	before, after0, ok0 := strings.Cut(text, open)
	if !ok0 {
		return "", text, false
	}
	inside, after, ok := strings.Cut(after0, "]")
	return inside, before + after, ok
}

func flagLetters(letters string) (f model.Flags, ok bool) {
	if letters == "none" {
		return 0, true
	}
	bits := map[rune]model.Flags{
		'S': model.SYN, 'F': model.FIN, 'R': model.RST, 'P': model.PSH, '.': model.ACK, 'U': model.URG,
		'E': 0, 'W': 0, 'e': 0,
	}
	for _, l := range letters {
		bit, known := bits[l]
		if !known {
			return 0, false
		}
		f |= bit
	}
	return f, true
}

// fields reads "seq 1:753, ack 1, win 65535, options [...], length 752".
func (s *textSource) fields(t *textSegment, text string) error {
	if options, after, ok := cutBrackets(text, "options ["); ok {
		text = after
		if err := s.options(&t.Segment, options); err != nil {
			return err
		}
	}
	span, length := uint64(0), uint64(0)
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), " ")
		value, _, _ = strings.Cut(value, ":"+" ") // "length 752: HTTP"
		var err error
		switch name {
		case "seq":
			span, err = s.seq(t, value)
		case "ack":
			var n uint64
			n, err = s.number("ack", value, 1<<32-1)
			t.Ack = model.Seq(n)
		case "win":
			var n uint64
			n, err = s.number("win", value, 1<<16-1)
			t.Wnd = uint16(n)
		case "urg":
			var n uint64
			n, err = s.number("urg", value, 1<<16-1)
			t.Up = uint16(n)
		case "length":
			length, err = s.number("length", strings.TrimSuffix(value, ":"), 1<<16-1)
			if err == nil {
				t.Len = uint16(length)
			}
			if err == nil && span != length && span != 0 {
				err = s.bad(fmt.Sprintf("the length %d that the sequence numbers span", span), value)
			}
			return err // what follows describes the data
		}
		if err != nil {
			return err
		}
	}
	t.Len = uint16(span)
	return nil
}

// seq reads "1:753" or "1".
func (s *textSource) seq(t *textSegment, value string) (span uint64, err error) {
	from, to, both := strings.Cut(value, ":")
	n, err := s.number("seq", from, 1<<32-1)
	if err != nil {
		return 0, err
	}
	t.Seq, t.hasSeq = model.Seq(n), true
	if !both {
		return 0, nil
	}
	m, err := s.number("seq", to, 1<<32-1)
	if err != nil {
		return 0, err
	}
	span = uint64(uint32(m - n))
	if span > 1<<16-1 {
		return 0, s.bad("at most 65535 octets in a segment", value)
	}
	return span, nil
}

// oldFields reads "1:1(0) ack 2 win 3 <mss 4>".
func (s *textSource) oldFields(t *textSegment, text string) error {
	if before, options, ok := strings.Cut(text, "<"); ok {
		options, _, _ = strings.Cut(options, ">")
		if err := s.options(&t.Segment, options); err != nil {
			return err
		}
		text = before
	}
	words := strings.Fields(text)
	for i, w := range words {
		if i+1 < len(words) && (w == "ack" || w == "win") {
			limit := uint64(1<<32 - 1)
			if w == "win" {
				limit = 1<<16 - 1
			}
			n, err := s.number(w, words[i+1], limit)
			if err != nil {
				return err
			}
			if w == "ack" {
				t.Ack = model.Seq(n)
			} else {
				t.Wnd = uint16(n)
			}
		}
		if numbers, _, ok := strings.Cut(w, "("); ok && i == 0 {
			span, err := s.seq(t, numbers)
			if err != nil {
				return err
			}
			t.Len = uint16(span)
		}
	}
	return nil
}

// options reads "mss 1460,nop,wscale 7,sackOK,TS val 1 ecr 0"; others are passed over.
func (s *textSource) options(t *model.Segment, text string) error {
	for o := range strings.SplitSeq(text, ",") {
		w := strings.Fields(o)
		if len(w) == 0 {
			continue
		}
		switch {
		case w[0] == "mss" && len(w) == 2:
			n, err := s.number("mss", w[1], 1<<16-1)
			if err != nil {
				return err
			}
			t.MSS, t.Opts = uint16(n), t.Opts|model.OptMSS
		case w[0] == "wscale" && len(w) == 2:
			n, err := s.number("wscale", w[1], 255)
			if err != nil {
				return err
			}
			t.WScale, t.Opts = uint8(n), t.Opts|model.OptWindowScale
		case w[0] == "sackOK":
			t.Opts |= model.OptSACKPermitted
		case w[0] == "TS" && len(w) == 5 && w[1] == "val" && w[3] == "ecr":
			val, err := s.number("TS val", w[2], 1<<32-1)
			if err != nil {
				return err
			}
			ecr, err := s.number("TS ecr", w[4], 1<<32-1)
			if err != nil {
				return err
			}
			t.TSVal, t.TSEcr, t.Opts = uint32(val), uint32(ecr), t.Opts|model.OptTimestamps
		}
	}
	return nil
}

func (s *textSource) number(what, text string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > limit {
		return 0, s.bad(fmt.Sprintf("%s as a number up to %d", what, limit), fmt.Sprintf("%q", text))
	}
	return n, nil
}

func decimal(text string, digits int) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return n, err == nil && len(text) <= digits
}

// socket reads "192.0.2.1.80" or "2001:db8::1.80": the port is behind the last dot.
func socket(text string) (netip.AddrPort, bool) {
	i := strings.LastIndexByte(text, '.')
	if i < 0 {
		return netip.AddrPort{}, false
	}
	a, err := netip.ParseAddr(text[:i])
	port, ok := decimal(text[i+1:], 5)
	if err != nil || !ok || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.WithZone(""), uint16(port)), true
}
