package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/model"
)

// maxOffloaded is how many octets a packet may have that segmentation offload (BIG TCP) hands to a capture in one piece.
const maxOffloaded = 1 << 20

// DecodeCaptured reads an IPv4 or IPv6 packet of a capture, of which missing octets were cut off. It accepts more than
// [Decode], since a judge of captures needs the first 20 octets of the TCP header and no more (RFC 9293 §3.1): options
// may be cut off or malformed, which Packet.Damaged says, and Packet.TextLen may exceed what an IP packet can bear, as
// segmentation offload has it. An IP length of 0, which offload leaves to the network card, stands for the whole packet.
func DecodeCaptured(b []byte, missing int) (Packet, error) {
	if p, ok, err := fast(b); ok {
		p.TextLen = int(p.Seg.Len)
		return p, err
	}
	p, err := decodeSlowly(b)
	if err == nil && !(missing > 0 && offloaded(b)) {
		p.TextLen = int(p.Seg.Len)
		return p, nil
	}
	if errors.Is(err, ErrNotTCP) || errors.Is(err, ErrFragment) {
		return p, err
	}
	if lenient, ok := headerOnly(b, missing); ok {
		return lenient, nil
	}
	return p, err
}

// offloaded reports whether the packet leaves its length to the network card.
func offloaded(b []byte) bool {
	return len(b) > 5 && (b[0]>>4 == 4 && b[2]|b[3] == 0 || b[0]>>4 == 6 && b[4]|b[5] == 0)
}

// headerOnly reads the fixed part of the TCP header, and those options that are whole and legal.
func headerOnly(b []byte, missing int) (p Packet, ok bool) {
	if len(b) < 1 {
		return p, false
	}
	var at, n int // where TCP begins, and how long the packet is
	switch whole := len(b) + missing; {
	case b[0]>>4 == 4 && len(b) >= ipv4Header && b[9] == protocolTCP:
		at, n = int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
		p.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[12:])), 0)
		p.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[16:])), 0)
		p.ID, p.TTL = binary.BigEndian.Uint16(b[4:]), b[8]
		if n == 0 {
			n = whole
		}
	case b[0]>>4 == 6 && len(b) >= ipv6Header && b[6] == protocolTCP:
		at, n = ipv6Header, ipv6Header+int(binary.BigEndian.Uint16(b[4:]))
		p.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:])), 0)
		p.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[24:])), 0)
		p.TTL = b[7]
		if n == ipv6Header {
			n = whole
		}
	case jumbogram(b):
		at, n = ipv6Header+hopByHop, ipv6Header+int(min(binary.BigEndian.Uint32(b[ipv6Header+4:]), maxOffloaded))
		p.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:])), 0)
		p.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[24:])), 0)
		p.TTL = b[7]
	default:
		return p, false
	}
	if at < ipv4Header || len(b) < at+tcpHeader || n < at+tcpHeader || n > maxOffloaded {
		return p, false
	}
	t := b[at:min(len(b), n)]
	if len(t) < tcpHeader {
		return p, false
	}
	header := int(t[12]>>4) * 4
	if header < tcpHeader || at+header > n {
		return p, false
	}
	be := binary.BigEndian
	p.Src, p.Dst = netip.AddrPortFrom(p.Src.Addr(), be.Uint16(t)), netip.AddrPortFrom(p.Dst.Addr(), be.Uint16(t[2:]))
	p.TextLen = n - at - header
	p.Seg = model.Segment{
		Seq: model.Seq(be.Uint32(t[4:])), Ack: model.Seq(be.Uint32(t[8:])),
		Flags: model.Flags(t[13] & 0x3f), Wnd: be.Uint16(t[14:]), Up: be.Uint16(t[18:]),
		Len: uint16(min(p.TextLen, maxPacket)),
	}
	options := t[tcpHeader:min(header, len(t))]
	switch seg := p.Seg; {
	case len(t) < header:
		p.Damaged = "TCP options cut off"
		p.wholeOptions(options)
	case !p.fastOptions(options):
		p.Seg = seg
		p.Damaged = "malformed TCP option"
		p.wholeOptions(options)
	}
	if len(t) > header {
		p.Payload = t[header:]
	}
	return p, true
}

const hopByHop = 8 // octets of a hop-by-hop header with the jumbo payload option alone

// jumbogram reports whether TCP follows a header with the jumbo payload option alone (RFC 2675 §2).
func jumbogram(b []byte) bool {
	return len(b) >= ipv6Header+hopByHop && b[0]>>4 == 6 && b[6] == 0 && b[4]|b[5] == 0 &&
		b[ipv6Header] == protocolTCP && b[ipv6Header+1] == 0 && b[ipv6Header+2] == 0xc2 && b[ipv6Header+3] == 4
}

// wholeOptions takes the options that come before the first one that is cut off or malformed.
func (p *Packet) wholeOptions(b []byte) {
	for end := 0; end < len(b); {
		n := 1
		switch kind := layers.TCPOptionKind(b[end]); kind {
		case layers.TCPOptionKindEndList:
			return
		case layers.TCPOptionKindNop:
		default:
			if end+1 >= len(b) || b[end+1] < 2 || end+int(b[end+1]) > len(b) {
				return
			}
			n = int(b[end+1])
		}
		if !p.fastOptions(b[end : end+n]) {
			return
		}
		end += n
	}
}

// Fragment is what an IP packet says of the larger one that it is a part of.
type Fragment struct {
	Src, Dst netip.Addr
	ID       uint32
	Offset   int    // of Data, in octets
	More     bool   // there are parts behind it
	Header   []byte // of a packet that is not cut into parts, but for its length
	Data     []byte
}

// IsFragment reports whether FragmentOf may find something. It is asked of every packet, and so looks at three octets only.
func IsFragment(b []byte) bool {
	return len(b) > 8 && (b[0]>>4 == 4 && b[6]&0x3f|b[7] != 0 || b[0]>>4 == 6 && b[6] == 44)
}

// FragmentOf reads an IPv4 packet that is a fragment, or an IPv6 packet whose first extension header is a fragment
// header (RFC 791 §3.1, RFC 8200 §4.5). ok is false for any other.
func FragmentOf(b []byte) (f Fragment, ok bool) {
	be := binary.BigEndian
	switch {
	case len(b) >= ipv4Header && b[0]>>4 == 4:
		header, n, bits := int(b[0]&15)*4, int(be.Uint16(b[2:])), be.Uint16(b[6:])
		if bits&0x3fff == 0 || header < ipv4Header || n < header || n > len(b) {
			return f, false
		}
		f.Src, f.Dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
		f.ID, f.Offset, f.More = uint32(be.Uint16(b[4:])), int(bits&0x1fff)*8, bits&0x2000 != 0
		f.Header = append([]byte(nil), b[:header]...)
		f.Header[6], f.Header[7] = 0, 0
		f.Data = b[header:n]
		return f, true
	case len(b) >= ipv6Header+8 && b[0]>>4 == 6 && b[6] == 44:
		n, bits := ipv6Header+int(be.Uint16(b[4:])), be.Uint16(b[ipv6Header+2:])
		if n < ipv6Header+8 || n > len(b) {
			return f, false
		}
		f.Src, f.Dst = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
		f.ID, f.Offset, f.More = be.Uint32(b[ipv6Header+4:]), int(bits&^7), bits&1 != 0
		f.Header = append([]byte(nil), b[:ipv6Header]...)
		f.Header[6] = b[ipv6Header] // what follows the fragment header
		f.Data = b[ipv6Header+8 : n]
		return f, true
	}
	return f, false
}

// Whole is the packet that header begins and data fills.
func Whole(header, data []byte) ([]byte, error) {
	b := append(append([]byte(nil), header...), data...)
	n := len(b)
	if header[0]>>4 == 6 {
		n -= ipv6Header
	}
	if n > maxPacket {
		return nil, fmt.Errorf("%d octets do not fit into an IP packet", n)
	}
	if header[0]>>4 == 4 {
		binary.BigEndian.PutUint16(b[2:], uint16(n))
	} else {
		binary.BigEndian.PutUint16(b[4:], uint16(n))
	}
	return b, nil
}
