package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/tcpcheck/tcpcheck/model"
)

// DecodeTCP reads a whole TCP segment that travels from src to dst; the ports come from the
// header. A wrong checksum is an error here, since all octets are at hand.
func DecodeTCP(b []byte, src, dst netip.Addr) (Packet, error) {
	p, err := decodeTCP(b, len(b), src, dst)
	if err == nil && p.Checksum == Bad {
		got := binary.BigEndian.Uint16(b[16:])
		clear := append([]byte(nil), b...)
		clear[16], clear[17] = 0, 0
		return p, &Error{"TCP checksum", 16, fmt.Sprintf("%#04x", tcpSum(p.Flow, clear)), fmt.Sprintf("%#04x", got)}
	}
	return p, err
}

// Decode reads an IPv4 or IPv6 packet. The packet may be cut behind its TCP header, as
// captures do; what it says of its length counts, and the checksum is then Unchecked.
func Decode(b []byte) (Packet, error) {
	if len(b) == 0 {
		return Packet{}, &Error{"IP header", 0, "4 or 6 as version", octets(0)}
	}
	switch version := b[0] >> 4; version {
	case 4:
		return decodeIPv4(b)
	case 6:
		return decodeIPv6(b)
	default:
		return Packet{}, &Error{"IP header", 0, "4 or 6 as version", fmt.Sprint(version)}
	}
}

// decodeTCP reads a segment of n octets of which b are at hand.
func decodeTCP(b []byte, n int, src, dst netip.Addr) (Packet, error) {
	if len(b) < tcpHeader {
		return Packet{}, &Error{"TCP header", 0, "20 octets or more", octets(len(b))}
	}
	header := int(b[12]>>4) * 4
	switch {
	case header < tcpHeader:
		return Packet{}, &Error{"TCP data offset", 12, "5 words or more", fmt.Sprint(header / 4)}
	case header > n:
		return Packet{}, &Error{"TCP data offset", 12, fmt.Sprintf("at most the segment's %d octets", n), octets(header)}
	case header > len(b):
		return Packet{}, &Error{"TCP header", 0, octets(header), octets(len(b))}
	case n-header > maxPacket:
		return Packet{}, &Error{"TCP text", header, fmt.Sprintf("at most %d octets", maxPacket), octets(n - header)}
	}
	p := Packet{
		Flow: Flow{
			netip.AddrPortFrom(src, binary.BigEndian.Uint16(b[0:])),
			netip.AddrPortFrom(dst, binary.BigEndian.Uint16(b[2:])),
		},
		Seg: model.Segment{
			Seq:   model.Seq(binary.BigEndian.Uint32(b[4:])),
			Ack:   model.Seq(binary.BigEndian.Uint32(b[8:])),
			Flags: model.Flags(b[13] & 0x3f),
			Wnd:   binary.BigEndian.Uint16(b[14:]),
			Up:    binary.BigEndian.Uint16(b[18:]),
			Len:   uint16(n - header),
		},
		Payload: b[header:min(n, len(b))],
	}
	if err := parseOptions(&p.Seg, b[tcpHeader:header], tcpHeader); err != nil {
		return p, err
	}
	if len(b) >= n {
		p.Checksum = Good
		if tcpSum(p.Flow, b[:n]) != 0 {
			p.Checksum = Bad
		}
	}
	return p, nil
}

func decodeIPv4(b []byte) (Packet, error) {
	if len(b) < ipv4Header {
		return Packet{}, &Error{"IPv4 header", 0, "20 octets or more", octets(len(b))}
	}
	header, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 {
		total = len(b) // segmentation offload: the card fills it in
	}
	switch {
	case header < ipv4Header:
		return Packet{}, &Error{"IPv4 header length", 0, "5 words or more", fmt.Sprint(header / 4)}
	case total < header:
		return Packet{}, &Error{"IPv4 total length", 2, fmt.Sprintf("%d or more", header), fmt.Sprint(total)}
	case b[9] != protocolTCP:
		return Packet{}, fmt.Errorf("IPv4 protocol %d: %w", b[9], ErrNotTCP)
	case binary.BigEndian.Uint16(b[6:])&0x3fff != 0:
		return Packet{}, fmt.Errorf("IPv4 packet: %w", ErrFragment)
	case len(b) < header:
		return Packet{}, &Error{"IPv4 header", 0, octets(header), octets(len(b))}
	}
	src, _ := netip.AddrFromSlice(b[12:16])
	dst, _ := netip.AddrFromSlice(b[16:20])
	p, err := decodeTCP(b[header:min(total, len(b))], total-header, src, dst)
	return p, shift(err, header)
}

func decodeIPv6(b []byte) (Packet, error) {
	if len(b) < ipv6Header {
		return Packet{}, &Error{"IPv6 header", 0, "40 octets or more", octets(len(b))}
	}
	total := ipv6Header + int(binary.BigEndian.Uint16(b[4:]))
	if total == ipv6Header {
		total = len(b) // segmentation offload, or a jumbogram
	}
	src, _ := netip.AddrFromSlice(b[8:24])
	dst, _ := netip.AddrFromSlice(b[24:40])
	at, err := skipExtensions(b, b[6])
	if err != nil {
		return Packet{}, err
	}
	if total < at || len(b) < at {
		return Packet{}, &Error{"IPv6 payload", ipv6Header, fmt.Sprintf("%d octets of extension headers", at-ipv6Header), octets(len(b) - ipv6Header)}
	}
	p, err := decodeTCP(b[at:min(total, len(b))], total-at, src, dst)
	return p, shift(err, at)
}

// skipExtensions finds where the TCP header begins (RFC 8200 §4). A routing header that is not
// finished would change the pseudo-header; it is not looked into.
func skipExtensions(b []byte, next byte) (at int, err error) {
	at = ipv6Header
	for {
		switch next {
		case protocolTCP:
			return at, nil
		case 0, 43, 60: // hop-by-hop, routing, destination options
		case 44:
			return 0, fmt.Errorf("IPv6 packet: %w", ErrFragment)
		default:
			return 0, fmt.Errorf("IPv6 next header %d: %w", next, ErrNotTCP)
		}
		if len(b) < at+2 {
			return 0, &Error{"IPv6 extension header", at, "2 octets or more", octets(max(len(b)-at, 0))}
		}
		next, at = b[at], at+8+8*int(b[at+1])
	}
}

// shift lets an error count from the packet's first octet.
func shift(err error, by int) error {
	if e, ok := err.(*Error); ok {
		e.Offset += by
	}
	return err
}
