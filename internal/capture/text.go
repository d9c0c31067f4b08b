package capture

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// The text that tcpdump prints, best with -n -S: one line for a packet, or two with -v.

const (
	maxLine   = 1 << 16
	wantLine  = `a line of tcpdump such as "IP 192.0.2.1.4000 > 192.0.2.2.80: Flags [S], seq 1, win 65535, length 0"`
	quoteLine = 60
)

// A line is a time or none, perhaps an interface and a direction (-i any), the protocol, and
// the rest. With -v the sockets are on a line of their own, indented.
var (
	lineForm   = regexp.MustCompile(`^\s*((?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(?:\.\d+)?|\d+\.\d+)?(?:\s*\S+\s+(?:In|Out|B|M|P)\s)?\s*(IP6?|ARP|[A-Z][A-Za-z0-9.-]*)[ ,](.*)$`)
	socketForm = regexp.MustCompile(`^\s*([0-9A-Fa-f:.%\w-]+) > ([0-9A-Fa-f:.%\w-]+): (.*)$`)
	chatter    = regexp.MustCompile(`^(tcpdump:|listening on |reading from |dropped privs|\d+ packets? (captured|received|dropped)|\s+0x[0-9a-f]{4}:)`)
)

type textSource struct {
	counts
	name    string
	in      *bufio.Scanner
	line    int
	pending time.Time // of a first line of -v, whose second is to come
	twoLine bool
	numbers numbers
	first   *Packet
}

// openText reads up to the first TCP line, so that other texts are refused at once.
func openText(r io.Reader, name string) (Source, error) {
	s := &textSource{name: name, in: bufio.NewScanner(r)}
	s.in.Buffer(make([]byte, 4096), maxLine)
	p, err := s.read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err == nil {
		s.first = &p
	}
	return s, nil
}

func (s *textSource) Format() string { return "tcpdump text" }

func (s *textSource) Next() (Packet, error) {
	if p := s.first; p != nil {
		s.first = nil
		return *p, nil
	}
	return s.read()
}

func (s *textSource) read() (Packet, error) {
	for s.in.Scan() {
		s.line++
		text := s.in.Text()
		if strings.TrimSpace(text) == "" || chatter.MatchString(text) {
			continue
		}
		p, ok, err := s.parse(text)
		if err != nil || ok {
			return p, err
		}
	}
	if err := s.in.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			s.line++
			return Packet{}, s.bad(fmt.Sprintf("a line of at most %d octets", maxLine), "a longer one")
		}
		return Packet{}, fmt.Errorf("%s: line %d: %w", s.name, s.line, err)
	}
	return Packet{}, io.EOF
}

func (s *textSource) bad(want, got string) error {
	return &inputError{s.name, fmt.Sprintf("line %d", s.line), want, got, errFormat}
}

// parse parses a line. ok is false for a valid line without a TCP segment.
func (s *textSource) parse(text string) (p Packet, ok bool, err error) {
	rest, at := text, time.Time{}
	if socketForm.MatchString(text) {
		if s.twoLine {
			at = s.pending
		} else {
			s.packets++ // very old versions print no protocol
		}
		s.twoLine = false
	} else {
		m := lineForm.FindStringSubmatch(text)
		if m == nil {
			return s.stranger(text)
		}
		s.packets++
		at = clock(m[1])
		if m[2] != "IP" && m[2] != "IP6" {
			if m[2] != "ARP" && m[1] == "" {
				s.packets--
				return s.stranger(text)
			}
			s.skip("not IP")
			return p, false, nil
		}
		rest = m[3]
		if strings.HasPrefix(rest, "(") {
			sockets, _, _ := strings.Cut(rest, " > ")
			if i := strings.LastIndex(sockets, ") "); i < 0 || !socketForm.MatchString(rest[i+2:]) {
				s.twoLine, s.pending = true, at
				return p, false, nil
			} else {
				rest = rest[i+2:] // IPv6 with -v keeps to one line
			}
		}
	}
	m := socketForm.FindStringSubmatch(rest)
	if m == nil {
		s.skip("IP, but not TCP")
		return p, false, nil
	}
	seg, known, err := s.segment(m[3])
	if err != nil || !known {
		if err == nil {
			s.skip("IP, but not TCP")
		}
		return p, false, err
	}
	p = Packet{Number: s.line, Time: at, Seg: seg.Segment, NoSeq: !seg.hasSeq}
	src, okSrc := socket(m[1])
	dst, okDst := socket(m[2])
	if !okSrc || !okDst {
		s.skip("names instead of numbers (print with -n)")
		return p, false, nil
	}
	p.Flow.Src, p.Flow.Dst = src, dst
	s.numbers.resolve(&p)
	return p, true, nil
}

// stranger handles a line that tcpdump does not print. At the beginning it is an error; later it is skipped.
func (s *textSource) stranger(text string) (Packet, bool, error) {
	if s.packets == 0 {
		if len(text) > quoteLine {
			text = text[:quoteLine] + "..."
		}
		return Packet{}, false, s.bad(wantLine, fmt.Sprintf("%q", text))
	}
	s.skip("not a line of tcpdump")
	return Packet{}, false, nil
}

// clock reads a time in one of the forms of -t; without a date it is of the first day.
func clock(text string) time.Time {
	for _, form := range []string{"2006-01-02 15:04:05.999999999", "15:04:05.999999999"} {
		if t, err := time.Parse(form, text); err == nil {
			if t.Year() == 0 {
				t = t.AddDate(1970, 0, 0)
			}
			return t
		}
	}
	whole, fraction, found := strings.Cut(text, ".")
	seconds, ok := decimal(whole, 11)
	if !found || !ok || len(fraction) > 9 {
		return time.Time{}
	}
	nano, ok := decimal((fraction + "000000000")[:9], 9)
	if !ok {
		return time.Time{}
	}
	return time.Unix(int64(seconds), int64(nano)).UTC()
}
