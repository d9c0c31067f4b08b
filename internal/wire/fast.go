package wire

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"net/netip"

	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/model"
)

// Captures are mostly of a few shapes: IP without options or extensions, TCP with options that
// are known or legal. fast reads those, in one pass and without allocating. Whatever else there
// is, and every error but one, is left to the slow path; a fuzz target holds the two together.

// otherIPv4 and otherIPv6 are the errors for packets of another protocol: one octet each, which
// Go puts into an interface without allocating, since captures may be full of them.
type (
	otherIPv4 uint8
	otherIPv6 uint8
)

func (o otherIPv4) Error() string { return fmt.Sprintf("IPv4 protocol %d: %v", uint8(o), ErrNotTCP) }
func (o otherIPv6) Error() string { return fmt.Sprintf("IPv6 next header %d: %v", uint8(o), ErrNotTCP) }
func (o otherIPv4) Unwrap() error { return ErrNotTCP }
func (o otherIPv6) Unwrap() error { return ErrNotTCP }

const protocolTCP, protocolUDP, protocolICMPv6 = 6, 17, 58

// fast reads b if it is of an ordinary shape. ok is false if the slow path has to look.
func fast(b []byte) (p Packet, ok bool, err error) {
	switch {
	case len(b) < ipv4Header:
	case b[0] == 0x45: // RFC 791 §3.1: version 4, five words of header
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n < ipv4Header || b[6]&0x3f|b[7] != 0 { // offload leaves 0; more fragments, fragment offset
			break
		}
		if b[9] != protocolTCP {
			return p, true, otherIPv4(b[9])
		}
		p.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[12:])), 0)
		p.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[16:])), 0)
		p.ID, p.TTL = binary.BigEndian.Uint16(b[4:]), b[8]
		ok = p.fastTCP(b[ipv4Header:min(n, len(b))], n-ipv4Header, b[12:20])
	case b[0]>>4 == 6 && len(b) >= ipv6Header: // RFC 8200 §3
		n := int(binary.BigEndian.Uint16(b[4:]))
		switch next := b[6]; {
		case n == 0:
			return p, false, nil
		case next == protocolUDP || next == protocolICMPv6:
			return p, true, otherIPv6(next)
		case next != protocolTCP:
			return p, false, nil
		}
		p.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:])), 0)
		p.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[24:])), 0)
		p.TTL = b[7]
		ok = p.fastTCP(b[ipv6Header:min(ipv6Header+n, len(b))], n, b[8:40])
	}
	return p, ok, nil
}

// fastTCP reads a segment of n octets of which b are at hand (RFC 9293 §3.1).
func (p *Packet) fastTCP(b []byte, n int, addresses []byte) (ok bool) {
	if len(b) < tcpHeader {
		return false
	}
	header := int(b[12]>>4) * 4
	if header < tcpHeader || header > len(b) {
		return false
	}
	be := binary.BigEndian
	p.Src = netip.AddrPortFrom(p.Src.Addr(), be.Uint16(b))
	p.Dst = netip.AddrPortFrom(p.Dst.Addr(), be.Uint16(b[2:]))
	p.Seg = model.Segment{
		Seq: model.Seq(be.Uint32(b[4:])), Ack: model.Seq(be.Uint32(b[8:])),
		Flags: model.Flags(b[13] & 0x3f), Wnd: be.Uint16(b[14:]), Up: be.Uint16(b[18:]),
		Len: uint16(n - header),
	}
	p.Payload = b[header:]
	if !p.fastOptions(b[tcpHeader:header]) {
		return false
	}
	if len(b) < n {
		return true
	}
	pseudo := [4]byte{1: protocolTCP, 2: byte(n >> 8), 3: byte(n)}
	p.Checksum = Bad
	if checksum(addresses, pseudo[:], b) == 0 { // with the field in it, so that its two zeros are one (RFC 1071 §1)
		p.Checksum = Good
	}
	p.Partial = p.Checksum == Bad && be.Uint16(b[16:]) == ^checksum(addresses, pseudo[:])
	return true
}

// fastOptions notes the options of RFC 9293 §3.2. Not ok is an illegal length, and an option of
// Multipath TCP, of which the slow path knows that gopacket reads it.
func (p *Packet) fastOptions(b []byte) (ok bool) {
	const multipath = 30
	s, be := &p.Seg, binary.BigEndian
	for len(b) > 0 {
		kind := layers.TCPOptionKind(b[0])
		switch kind {
		case layers.TCPOptionKindEndList:
			return true
		case layers.TCPOptionKindNop:
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) || kind == multipath {
			return false
		}
		n := int(b[1])
		if known := knownLength(kind); known != 0 && n != known {
			return false
		}
		switch v := b[2:n]; kind {
		case layers.TCPOptionKindMSS:
			s.Opts, s.MSS = s.Opts|model.OptMSS, be.Uint16(v)
		case layers.TCPOptionKindWindowScale:
			s.Opts, s.WScale = s.Opts|model.OptWindowScale, v[0]
		case layers.TCPOptionKindSACKPermitted:
			s.Opts |= model.OptSACKPermitted
		case layers.TCPOptionKindTimestamps:
			s.Opts, s.TSVal, s.TSEcr = s.Opts|model.OptTimestamps, be.Uint32(v), be.Uint32(v[4:])
		}
		b = b[n:]
	}
	return true
}

// checksum is the one's complement of the one's complement sum of the parts, all of them of an
// even number of octets but the last (RFC 9293 §3.1). The sum does not care for the order of
// octets (RFC 1071 §2), so that eight are taken at a time as the machine has them.
func checksum(parts ...[]byte) uint16 {
	le := binary.LittleEndian
	var sum, carry uint64
	for _, b := range parts {
		for ; len(b) >= 32; b = b[32:] {
			sum, carry = bits.Add64(sum, le.Uint64(b), carry)
			sum, carry = bits.Add64(sum, le.Uint64(b[8:]), carry)
			sum, carry = bits.Add64(sum, le.Uint64(b[16:]), carry)
			sum, carry = bits.Add64(sum, le.Uint64(b[24:]), carry)
		}
		for ; len(b) >= 8; b = b[8:] {
			sum, carry = bits.Add64(sum, le.Uint64(b), carry)
		}
		var rest [8]byte
		copy(rest[:], b)
		sum, carry = bits.Add64(sum, le.Uint64(rest[:]), carry)
	}
	sum, carry = bits.Add64(sum, 0, carry)
	sum += carry
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^bits.ReverseBytes16(uint16(sum))
}
