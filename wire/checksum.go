package wire

import "net/netip"

// sum adds the 16-bit words of b to a one's-complement sum; an odd last octet is padded with
// a zero octet that is not sent (RFC 9293 §3.1).
func sum(acc uint32, b []byte) uint32 {
	for len(b) >= 2 {
		acc += uint32(b[0])<<8 | uint32(b[1])
		b = b[2:]
	}
	if len(b) == 1 {
		acc += uint32(b[0]) << 8
	}
	for acc > 0xffff {
		acc = acc>>16 + acc&0xffff
	}
	return acc
}

// pseudo is the sum of the pseudo-header: that of IPv4 in RFC 9293 §3.1, Figure 2, that of
// IPv6 in RFC 8200 §8.1. The widths differ, the sum of the words does not.
func pseudo(f Flow, tcpLength int) uint32 {
	acc := addressSum(0, f.Src.Addr())
	acc = addressSum(acc, f.Dst.Addr())
	return sum(acc, []byte{
		0, protocolTCP,
		byte(tcpLength >> 24), byte(tcpLength >> 16), byte(tcpLength >> 8), byte(tcpLength),
	})
}

func addressSum(acc uint32, a netip.Addr) uint32 {
	if a.Is4() {
		b := a.As4()
		return sum(acc, b[:])
	}
	b := a.As16()
	return sum(acc, b[:])
}

// tcpSum is the complement of the sum over pseudo-header and segment. Over a segment whose
// checksum field is right it is zero; over one whose field is zero it is the checksum.
func tcpSum(f Flow, segment []byte) uint16 {
	return ^uint16(sum(pseudo(f, len(segment)), segment))
}
