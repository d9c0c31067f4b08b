package trace

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

const stateColumn = 31

// Write draws the connection as a ladder: A's states on the left, B's on the right, and what
// there is to say of a segment below it.
func (c *Connection) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "A %v   B %v\n", c.Sockets[A], c.Sockets[B])
	fmt.Fprintf(b, "  opened     %s\n", c.Opened)
	fmt.Fprintf(b, "  closed     %s%s\n", c.Closed, c.by())
	fmt.Fprintf(b, "  TIME-WAIT  %s\n", c.TimeWait)
	fmt.Fprintf(b, "  octets     A %d, B %d, in %d segments\n", c.Octets[A], c.Octets[B], c.Total)
	for _, r := range c.Remarks {
		writeRemark(b, "  ", r)
	}
	fmt.Fprintf(b, "\n%6s %10s  %-*s %-*s %s\n", "packet", "seconds", stateColumn, "A", segmentColumn, "", "B")
	for i := range c.Segments {
		c.Segments[i].write(b, !c.Start.IsZero())
	}
	if c.Elided > 0 {
		fmt.Fprintf(b, "       and %d more segments\n", c.Elided)
	}
	return b.Flush()
}

func (c *Connection) by() string {
	switch {
	case c.ClosedBy == "" || c.ClosedBy == "both":
		return ""
	case c.Closed == ClosedReset || c.Closed == ClosedAfterReset:
		return ", by " + c.ClosedBy
	}
	return ", " + c.ClosedBy + " first"
}

const segmentColumn = 62

func (s *SegmentSeen) write(b *bufio.Writer, timed bool) {
	at := "-"
	if timed {
		at = fmt.Sprintf("%.6f", s.Time.Seconds())
	}
	seg := s.Seg
	seg.Opts &^= model.OptTimestamps // they would double the width
	text := seg.String() + s.relative()
	if s.From == A {
		text = "--> " + text
	} else {
		text = "<-- " + text
	}
	line := fmt.Sprintf("%6d %10s  %-*s %-*s %s", s.Number, at,
		stateColumn, shorten(s.States[A]), segmentColumn, text, shorten(s.States[B]))
	fmt.Fprintln(b, strings.TrimRight(line, " "))
	for _, r := range s.Remarks {
		writeRemark(b, strings.Repeat(" ", 19), r)
	}
}

// relative is the numbers less the initial ones: (1,1) is the first after the handshake.
func (s *SegmentSeen) relative() string {
	if s.Seg.Has(model.ACK) {
		return fmt.Sprintf(" (%d,%d)", s.RelSeq, s.RelAck)
	}
	return fmt.Sprintf(" (%d)", s.RelSeq)
}

func writeRemark(b *bufio.Writer, indent string, r Remark) {
	grade := ""
	if r.Grade != Note {
		grade = strings.ToUpper(string(r.Grade)) + " "
	}
	fmt.Fprintf(b, "%s%s%s: %s [%s]\n", indent, grade, r.Rule, r.Text, r.RFC)
}

// shorten spares the reader a set that says little.
func shorten(s States) string {
	n := 0
	s.each(func(model.State) { n++ })
	if text := s.String(); n < 4 {
		return text
	}
	if s&^opened == 0 && n > 5 {
		return "any since SYN-RECEIVED"
	}
	return fmt.Sprintf("one of %d states", n)
}
