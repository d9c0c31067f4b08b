package capture

import (
	"encoding/binary"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// Tunnels are rare, so that gopacket's decoders are fast enough for them: it knows IP in IP, GRE with ERSPAN, AH, VXLAN, Geneve,
// GTP-U, PPPoE, MPLS and the headers of wireless frames.

// inTunnel returns the innermost IP packet with TCP in an IP packet of another protocol, or nil.
func inTunnel(ip []byte) []byte {
	if !mayTunnel(ip) {
		return nil
	}
	first := layers.LayerTypeIPv4
	if ip[0]>>4 == 6 {
		first = layers.LayerTypeIPv6
	}
	return innermost(ip, first)
}

// innermost decodes b, which begins with a layer of that type, and returns the last IP packet in it if TCP follows. What is
// malformed has none; gopacket turns the panics of its decoders into errors.
func innermost(b []byte, first gopacket.Decoder) (ip []byte) {
	packet := gopacket.NewPacket(b, first, gopacket.DecodeOptions{NoCopy: true})
	for _, l := range packet.Layers() {
		switch l := l.(type) {
		case *layers.IPv4:
			if ip = joined(l.Contents, l.Payload); l.Protocol != layers.IPProtocolTCP {
				ip = nil
			}
		case *layers.IPv6:
			if ip = joined(l.Contents, l.Payload); l.NextHeader != layers.IPProtocolTCP {
				ip = nil
			}
		}
	}
	return ip
}

// joined is a header and what follows it: they lie side by side in the packet.
func joined(header, payload []byte) []byte {
	if n := len(header) + len(payload); n <= cap(header) {
		return header[:n]
	}
	return nil
}

// The protocols and ports that carry other packets.
const (
	protocolIPIP, protocolIPv6, protocolGRE, protocolAH, protocolUDP = 4, 41, 47, 51, 17

	portVXLAN, portGeneve, portGTPU = 4789, 6081, 2152
)

// mayTunnel looks only at the outer packet: most UDP is no tunnel, and need not be decoded.
func mayTunnel(ip []byte) bool {
	var protocol byte
	var rest []byte
	switch {
	case len(ip) >= 20 && ip[0]>>4 == 4 && len(ip) >= int(ip[0]&15)*4:
		protocol, rest = ip[9], ip[int(ip[0]&15)*4:]
	case len(ip) >= 40 && ip[0]>>4 == 6:
		protocol, rest = ip[6], ip[40:]
	default:
		return false
	}
	switch protocol {
	case protocolIPIP, protocolIPv6, protocolGRE, protocolAH:
		return true
	case protocolUDP:
		if len(rest) < 8 {
			return false
		}
		switch binary.BigEndian.Uint16(rest[2:]) {
		case portVXLAN, portGeneve, portGTPU:
			return true
		}
	}
	return false
}

// stripNFLOG finds the packet among the attributes that Linux's nflog target puts around it, each with its length and type in
// the byte order of the host that captured.
func stripNFLOG(b []byte) ([]byte, error) {
	const header, payload = 4, 9
	if len(b) < header {
		return nil, errBadLink
	}
	for b = b[header:]; len(b) >= 4; {
		order := binary.ByteOrder(binary.LittleEndian)
		if n := order.Uint16(b); n < 4 || int(n) > len(b) {
			order = binary.BigEndian
		}
		n, kind := int(order.Uint16(b)), order.Uint16(b[2:])&0x3fff
		if n < 4 || n > len(b) {
			return nil, errBadLink
		}
		if kind == payload {
			return b[4:n], nil
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return nil, errNotIP
}
