package capture

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

const (
	stateColumn   = 31
	segmentColumn = 62
	leftColumns   = 19 // the packet's number and its time
)

// PageWidth is the length of lines without a terminal.
const PageWidth = 130

// Write draws the connection as a ladder: A's states on the left, B's on the right, and what
// there is to say of a segment below it.
func (c *Connection) Write(w io.Writer) error { return c.WriteWidth(w, PageWidth) }

// WriteWidth is Write for a terminal of so many columns: the columns are as narrow as possible. If the rows do
// not fit, sets of states take several lines; if they still do not fit, the states stand below each segment.
// A width of 0 means no limit.
func (c *Connection) WriteWidth(w io.Writer, width int) error {
	b := bufio.NewWriter(w)
	l := layout{b: b, width: width, state: stateColumn, segment: segmentColumn}
	if width > 0 {
		l.fit(c)
	}
	fmt.Fprintf(b, "A %v   B %v\n", c.Sockets[A], c.Sockets[B])
	fmt.Fprintf(b, "  opened     %s\n", c.Opened)
	fmt.Fprintf(b, "  closed     %s\n", c.Ending())
	fmt.Fprintf(b, "  TIME-WAIT  %s\n", c.TimeWait)
	fmt.Fprintf(b, "  octets     A %d, B %d, in %d segments", c.Octets[A], c.Octets[B], c.Total)
	if c.Spanned != c.Octets {
		fmt.Fprintf(b, "; the sequence numbers span A %d, B %d", c.Spanned[A], c.Spanned[B])
	}
	b.WriteString("\n")
	if !c.Start.IsZero() {
		l.wrapWords("  ", "     ", "time       "+c.times())
	}
	for _, r := range c.Remarks {
		l.remark("  ", r)
	}
	fmt.Fprintln(b)
	if head := fmt.Sprintf("%6s %10s  ", "packet", "seconds"); l.narrow {
		fmt.Fprintln(b, head+"segment, and the states after it")
	} else {
		l.row(head, "A", "", "B")
	}
	for i := range c.Segments {
		l.segmentSeen(&c.Segments[i], !c.Start.IsZero())
	}
	if c.Elided > 0 {
		fmt.Fprintf(b, "       and %d more segments\n", c.Elided)
	}
	return b.Flush()
}

// WriteLine describes the connection in a line, with what is doubtful or impossible, wrapped to the width.
func (c *Connection) WriteLine(w io.Writer, width int) error {
	b := bufio.NewWriter(w)
	l := layout{b: b, width: width}
	text := fmt.Sprintf("A %v   B %v   opened %s, closed %s; %d octets in %d segments",
		c.Sockets[A], c.Sockets[B], c.Opened, c.Ending(), c.Octets[A]+c.Octets[B], c.Total)
	for _, r := range c.Found {
		if r.Grade != Note {
			text += fmt.Sprintf("; %s %s %d", strings.ToUpper(string(r.Grade)), r.Rule, r.Count)
		}
	}
	if text += fmt.Sprintf("; first packet %d", c.First); !c.Start.IsZero() {
		text += ", " + c.times()
	}
	l.wrapWords("", "     ", text)
	return b.Flush()
}

// times says when the connection began, how long it lasted, and how long the answer to its SYN took.
func (c *Connection) times() string {
	form := "2006-01-02 15:04:05.000000"
	if c.Start.UTC().Year() == 1970 { // a text without a date
		form = "15:04:05.000000"
	}
	text := fmt.Sprintf("begins %s, lasts %.6f s", c.Start.UTC().Format(form), c.Duration.Seconds())
	if c.RTT > 0 {
		text += fmt.Sprintf(", SYN to SYN,ACK %.6f s", c.RTT.Seconds())
	}
	return text
}

// layout is where the columns of a ladder are.
type layout struct {
	b              *bufio.Writer
	width          int  // of a line; 0: any
	state, segment int  // columns of A's states, and of the segments
	set            int  // columns that a set of states may take before it goes on below; 0: any
	narrow         bool // the states stand below the segments
}

// wrappedSet is as wide as two of the longer states.
const wrappedSet = len("FIN-WAIT-1|FIN-WAIT-2|")

// fit makes the columns as narrow as the connection allows, and breaks sets of states if need be.
func (l *layout) fit(c *Connection) {
	for _, l.set = range []int{0, wrappedSet} {
		l.state, l.segment = 1, 0
		b := 1
		for i := range c.Segments {
			s := &c.Segments[i]
			l.segment = max(l.segment, len(s.text()))
			for _, part := range l.broken(shorten(s.States[A])) {
				l.state = max(l.state, len(part))
			}
			for _, part := range l.broken(shorten(s.States[B])) {
				b = max(b, len(part))
			}
		}
		if leftColumns+l.state+1+l.segment+1+b <= l.width {
			return
		}
	}
	l.narrow, l.set = true, 0
}

// broken is a set of states in as many lines as it needs, one at least.
func (l *layout) broken(set string) (lines []string) {
	line := ""
	for _, state := range strings.SplitAfter(set, "|") {
		if l.set > 0 && line != "" && len(line)+len(state) > l.set {
			lines, line = append(lines, line), ""
		}
		line += state
	}
	return append(lines, line)
}

// row writes one row of the ladder.
func (l *layout) row(left, a, segment, b string) {
	if l.narrow {
		indent := strings.Repeat(" ", leftColumns)
		l.wrap(left, indent+"    ", strings.SplitAfter(segment, ">"))
		l.wrap(indent, indent, []string{"A " + a, "   B " + b})
		return
	}
	as, bs := l.broken(a), l.broken(b)
	for i := range max(len(as), len(bs)) {
		a, b = "", ""
		if i < len(as) {
			a = as[i]
		}
		if i < len(bs) {
			b = bs[i]
		}
		line := fmt.Sprintf("%-*s%-*s %-*s %s", leftColumns, left, l.state, a, l.segment, segment, b)
		fmt.Fprintln(l.b, strings.TrimRight(line, " "))
		left, segment = "", ""
	}
}

// wrap writes pieces one after another, and goes on in another line before one that does not fit.
func (l *layout) wrap(line, indent string, pieces []string) {
	for i, p := range pieces {
		if i > 0 && l.width > 0 && len(line)+len(p) > l.width {
			fmt.Fprintln(l.b, line)
			line, p = indent, strings.TrimLeft(p, " ")
		}
		line += p
	}
	fmt.Fprintln(l.b, line)
}

func (l *layout) segmentSeen(s *SegmentSeen, timed bool) {
	at := "-"
	if timed {
		at = fmt.Sprintf("%.6f", s.Time.Seconds())
	}
	l.row(fmt.Sprintf("%6d %10s  ", s.Number, at), shorten(s.States[A]), s.text(), shorten(s.States[B]))
	for _, r := range s.Remarks {
		l.remark(strings.Repeat(" ", leftColumns), r)
	}
}

// text is the segment as a ladder shows it.
func (s *SegmentSeen) text() string {
	seg := s.Seg
	seg.Opts &^= model.OptTimestamps // they would double the width
	arrow := "<-- "
	if s.From == A {
		arrow = "--> "
	}
	return arrow + seg.String() + s.relative()
}

// relative is the numbers less the initial ones: (1,1) is the first after the handshake.
func (s *SegmentSeen) relative() string {
	if s.Seg.Has(model.ACK) {
		return fmt.Sprintf(" (%d,%d)", s.RelSeq, s.RelAck)
	}
	return fmt.Sprintf(" (%d)", s.RelSeq)
}

// remark writes a remark, broken at words where the width asks for it.
func (l *layout) remark(indent string, r Remark) {
	grade := ""
	if r.Grade != Note {
		grade = strings.ToUpper(string(r.Grade)) + " "
	}
	l.wrapWords(indent, indent+"  ", fmt.Sprintf("%s%s: %s [%s]", grade, r.Rule, r.Text, r.RFC))
}

// wrapWords is wrap for a text.
func (l *layout) wrapWords(line, indent, text string) {
	words := strings.Split(text, " ")
	for i := 1; i < len(words); i++ {
		words[i] = " " + words[i]
	}
	l.wrap(line, indent, words)
}

// shorten writes a large set of states as a phrase.
func shorten(s States) string {
	n := 0
	s.each(func(model.State) { n++ })
	if text := s.String(); n < 4 {
		return text
	}
	if s&^opened == 0 && n > 5 {
		return "any from SYN-RECEIVED on"
	}
	return fmt.Sprintf("one of %d states", n)
}
