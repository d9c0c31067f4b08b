package wire

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/model"
)

// Decode reads an IPv4 or IPv6 packet. The packet may be cut behind its TCP header, as
// captures do; what it says of its length counts, and the checksum is then unchecked.
func Decode(b []byte) (Packet, error) {
	if p, ok, err := fast(b); ok {
		return p, err
	}
	return decodeSlowly(b)
}

// decodeSlowly reads any packet.
func decodeSlowly(b []byte) (Packet, error) {
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
func decodeTCP(t *layers.TCP, b []byte, n int, ip gopacket.NetworkLayer) (Packet, error) {
	if err := t.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
		return Packet{}, headerError(t, len(b), n)
	}
	header := len(t.Contents)
	if n-header > maxPacket {
		return Packet{}, &Error{"TCP text", header, fmt.Sprintf("at most %d octets", maxPacket), octets(n - header)}
	}
	p := Packet{Flow: flowOf(ip, t), Seg: segmentOf(t), Payload: t.Payload}
	p.Seg.Len = uint16(n - header)
	if err := takeOptions(&p.Seg, t); err != nil {
		return p, err
	}
	if len(b) < n {
		return p, nil
	}
	if err := t.SetNetworkLayerForChecksum(ip); err != nil {
		return p, err
	}
	t.Contents = slices.Clip(t.Contents) // VerifyChecksum appends to it: not into the input
	err, sum := t.VerifyChecksum()
	p.Checksum = Bad
	if sum.Valid {
		p.Checksum = Good
	}
	p.Partial = p.Checksum == Bad && uint16(sum.Correct) == checksum(b[:n]) // with the field in it, in place of the pseudo-header
	return p, err
}

// segmentOf is what the fixed part of the header says.
func segmentOf(t *layers.TCP) model.Segment {
	s := model.Segment{Seq: model.Seq(t.Seq), Ack: model.Seq(t.Ack), Wnd: t.Window, Up: t.Urgent}
	for _, bit := range []struct {
		flag model.Flags
		on   bool
	}{
		{model.FIN, t.FIN}, {model.SYN, t.SYN}, {model.RST, t.RST},
		{model.PSH, t.PSH}, {model.ACK, t.ACK}, {model.URG, t.URG},
	} {
		if bit.on {
			s.Flags |= bit.flag
		}
	}
	return s
}

func flowOf(ip gopacket.NetworkLayer, t *layers.TCP) Flow {
	src, dst := ip.NetworkFlow().Endpoints()
	return Flow{socket(src, t.SrcPort), socket(dst, t.DstPort)}
}

func socket(e gopacket.Endpoint, port layers.TCPPort) netip.AddrPort {
	a, _ := netip.AddrFromSlice(e.Raw())
	return netip.AddrPortFrom(a, uint16(port))
}

// headerError names the place of what gopacket found wrong in a segment of n octets of which
// here are at hand.
func headerError(t *layers.TCP, here, n int) error {
	switch header := int(t.DataOffset) * 4; {
	case here < tcpHeader:
		return &Error{"TCP header", 0, "20 octets or more", octets(here)}
	case header < tcpHeader:
		return &Error{"TCP data offset", 12, "5 words or more", fmt.Sprint(t.DataOffset)}
	case header > n:
		return &Error{"TCP data offset", 12, fmt.Sprintf("at most the segment's %d octets", n), octets(header)}
	default:
		return &Error{"TCP header", 0, octets(header), octets(here)}
	}
}

func decodeIPv4(b []byte) (Packet, error) {
	var ip layers.IPv4
	if err := ip.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
		return Packet{}, &Error{"IPv4 header", 0, "a whole and legal one", err.Error()}
	}
	switch next := ip.NextLayerType(); {
	case ip.Protocol != layers.IPProtocolTCP:
		return Packet{}, otherIPv4(ip.Protocol)
	case next == gopacket.LayerTypeFragment:
		return Packet{}, fmt.Errorf("IPv4 packet: %w", ErrFragment)
	}
	header := len(ip.Contents)
	// A length of zero, which segmentation offload leaves to the card, stands for all of b.
	n := max(int(ip.Length)-header, len(ip.Payload))
	p, err := decodeTCP(new(layers.TCP), ip.Payload, n, &ip)
	p.ID, p.TTL = ip.Id, ip.TTL
	return p, shift(err, header)
}

func decodeIPv6(b []byte) (Packet, error) {
	var ip layers.IPv6
	err := ip.DecodeFromBytes(b, gopacket.NilDecodeFeedback)
	// gopacket takes a length of zero for a jumbogram, and for an error if there is none;
	// here it is what segmentation offload leaves to the card.
	offload := len(b) >= ipv6Header && ip.Length == 0 && ip.NextHeader != layers.IPProtocolIPv6HopByHop
	if err != nil && !offload {
		return Packet{}, &Error{"IPv6 header", 0, "a whole and legal one", err.Error()}
	}
	segment, at, err := skipExtensions(&ip)
	if err != nil {
		return Packet{}, err
	}
	n := max(ipv6Header+int(ip.Length)-at, len(segment))
	p, err := decodeTCP(new(layers.TCP), segment, n, &ip)
	p.TTL = ip.HopLimit
	return p, shift(err, at)
}

// skipExtensions finds where the TCP header begins (RFC 8200 §4).
func skipExtensions(ip *layers.IPv6) (b []byte, at int, err error) {
	next, b, at := ip.NextLayerType(), ip.Payload, ipv6Header
	if ip.HopByHop != nil { // which gopacket counts as of the IPv6 header
		at += len(ip.HopByHop.Contents)
	}
	for next != layers.LayerTypeTCP {
		switch {
		case next == layers.LayerTypeIPv6Fragment:
			return nil, at, fmt.Errorf("IPv6 packet: %w", ErrFragment)
		case !layers.LayerClassIPv6Extension.Contains(next):
			return nil, at, fmt.Errorf("IPv6 next header %v: %w", next, ErrNotTCP)
		}
		var e layers.IPv6ExtensionSkipper
		if err := e.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
			return nil, at, &Error{"IPv6 extension header", at, "a whole one", err.Error()}
		}
		next, b, at = e.NextLayerType(), e.Payload, at+len(e.Contents)
	}
	return b, at, nil
}

// shift lets an error count from the packet's first octet.
func shift(err error, by int) error {
	if e, ok := err.(*Error); ok {
		e.Offset += by
	}
	return err
}
