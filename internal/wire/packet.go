package wire

import (
	"net/netip"

	"github.com/tcpcheck/tcpcheck/model"
)

// Flow is one direction of a connection: the pair of sockets of RFC 9293 §3.3.1.
type Flow struct{ Src, Dst netip.AddrPort }

// Reverse is the other direction.
func (f Flow) Reverse() Flow { return Flow{Src: f.Dst, Dst: f.Src} }

func (f Flow) String() string { return f.Src.String() + " > " + f.Dst.String() }

// Packet is what one IP packet with TCP in it says.
type Packet struct {
	Flow
	Seg      model.Segment
	Payload  []byte // the data, shorter than Seg.Len if the capture cut it; part of the input
	Checksum Checksum
	Partial  bool   // the checksum is bad, and the sum of the pseudo-header alone: the sender left the rest to its network card
	ID       uint16 // the identification of an IPv4 packet; 0 for IPv6
	TTL      uint8  // time to live, or IPv6's hop limit

	// Of DecodeCaptured only.
	TextLen int    // octets of data; after segmentation offload perhaps more than Seg.Len can hold
	Damaged string // what of the header could not be read: "malformed TCP option"; empty: nothing
}

// Checksum is the verdict on the checksum of RFC 9293 §3.1. A host that leaves the sum to its
// network card shows Bad in its own captures; that is why Decode reports it and does not refuse.
type Checksum uint8

// unchecked: not all octets are there.
const (
	unchecked Checksum = iota
	Good
	Bad
)

func (c Checksum) String() string {
	switch c {
	case Good:
		return "good"
	case Bad:
		return "bad"
	}
	return "unchecked"
}

const (
	tcpHeader  = 20
	ipv4Header = 20
	ipv6Header = 40
	maxPacket  = 65535
)
