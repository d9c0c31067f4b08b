package model

import (
	"fmt"
	"strings"
)

// Flags are the control bits of a segment (RFC 9293 §3.1), in the header's bit order.
type Flags uint8

// The control bits that the model acts on. ECE and CWR belong to congestion control.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
)

var flagNames = []struct {
	f    Flags
	name string
}{{SYN, "SYN"}, {FIN, "FIN"}, {RST, "RST"}, {PSH, "PSH"}, {ACK, "ACK"}, {URG, "URG"}}

// String lists the bits as the RFC's figures do: "SYN,ACK".
func (f Flags) String() string {
	var names []string
	for _, n := range flagNames {
		if f&n.f != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// Options says which options a segment has, and (OtherCompartment) whether its IP security compartment differs from
// that of the connection (Appendix A.1).
type Options uint8

// The options of RFC 9293 §3.2 and RFC 7323 that the model knows.
const (
	OptMSS Options = 1 << iota
	OptWindowScale
	OptSACKPermitted
	OptTimestamps
	OtherCompartment
)

// Ghost is a label that the model stores with data and never reads. The world outside uses it to know whose data was
// delivered.
type Ghost uint8

// Segment has the fields of a TCP header, and the length of the data after it. The data itself is not stored,
// because its octets are determined by their numbers.
type Segment struct {
	Seq, Ack     Seq
	TSVal, TSEcr uint32
	Len          uint16 // octets of data, without SYN and FIN
	Wnd          uint16 // as on the wire, unscaled
	Up           uint16
	MSS          uint16
	Flags        Flags
	Opts         Options
	WScale       uint8
	Ghost        Ghost
}

// Has reports whether all the given control bits are set.
func (s Segment) Has(f Flags) bool { return s.Flags&f == f }

// Span returns SEG.LEN: how many sequence numbers the segment occupies, including SYN and FIN.
func (s Segment) Span() uint32 {
	n := uint32(s.Len)
	if s.Has(SYN) {
		n++
	}
	if s.Has(FIN) {
		n++
	}
	return n
}

// End returns SEG.SEQ+SEG.LEN, the first number after the segment.
func (s Segment) End() Seq { return s.Seq + Seq(s.Span()) }

// TextSeq returns the number of the segment's first octet of data.
func (s Segment) TextSeq() Seq {
	if s.Has(SYN) {
		return s.Seq + 1
	}
	return s.Seq
}

// String prints the segment as the RFC's figures do: <SEQ=100><ACK=300><CTL=SYN,ACK>.
func (s Segment) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<SEQ=%d>", s.Seq)
	if s.Has(ACK) {
		fmt.Fprintf(&b, "<ACK=%d>", s.Ack)
	}
	if s.Len > 0 {
		fmt.Fprintf(&b, "<DATA=%d>", s.Len)
	}
	fmt.Fprintf(&b, "<CTL=%s>", s.Flags)
	if s.Opts&OptTimestamps != 0 {
		fmt.Fprintf(&b, "<TS=%d,%d>", s.TSVal, s.TSEcr)
	}
	return b.String()
}
