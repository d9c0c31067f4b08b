package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/tcpcheck/tcpcheck/model"
)

// ICMPError is an ICMP message about a TCP segment, whose beginning it quotes (RFC 792, RFC 4443 §3).
type ICMPError struct {
	From    netip.Addr // the sender of the message
	Flow               // of the segment that it is about
	Seq     model.Seq  // of that segment
	Meaning string     // "port unreachable (type 3, code 3)"
}

const protocolICMP = 1

// ICMPErrorOf reads an IP packet with an ICMP error that quotes the ports and the sequence number of a TCP segment, 8 octets
// of it at least. ok is false for any other packet.
func ICMPErrorOf(b []byte) (e ICMPError, ok bool) {
	var names map[[2]byte]string
	var message []byte
	switch {
	case len(b) >= ipv4Header && b[0]>>4 == 4 && b[9] == protocolICMP && len(b) >= int(b[0]&15)*4:
		e.From, _ = netip.AddrFromSlice(b[12:16])
		names, message = icmpv4, b[int(b[0]&15)*4:]
	case len(b) >= ipv6Header && b[0]>>4 == 6 && b[6] == protocolICMPv6:
		e.From, _ = netip.AddrFromSlice(b[8:24])
		names, message = icmpv6, b[ipv6Header:]
	default:
		return e, false
	}
	const header = 8
	if len(message) < header {
		return e, false
	}
	kind := [2]byte{message[0], message[1]}
	name := names[kind]
	if name == "" {
		name = names[[2]byte{kind[0], anyCode}]
	}
	if name == "" {
		return e, false
	}
	e.Meaning = fmt.Sprintf("%s (type %d, code %d)", name, kind[0], kind[1])
	return e, e.quote(message[header:])
}

// quote reads the addresses, ports and sequence number of the segment that is quoted.
func (e *ICMPError) quote(b []byte) bool {
	at := ipv6Header
	var src, dst netip.Addr
	switch {
	case len(b) >= ipv4Header && b[0]>>4 == 4 && b[9] == protocolTCP && b[6]&0x1f|b[7] == 0:
		at = int(b[0]&15) * 4
		src, dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
	case len(b) >= ipv6Header && b[0]>>4 == 6 && b[6] == protocolTCP:
		src, dst = netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:]))
	default:
		return false
	}
	if at < ipv4Header || len(b) < at+8 {
		return false
	}
	be := binary.BigEndian
	e.Src, e.Dst = netip.AddrPortFrom(src, be.Uint16(b[at:])), netip.AddrPortFrom(dst, be.Uint16(b[at+2:]))
	e.Seq = model.Seq(be.Uint32(b[at+4:]))
	return true
}

// anyCode stands for the codes of a type that have no name of their own.
const anyCode = 255

// The errors by type and code (RFC 792, RFC 1812 §5.2.7.1; RFC 4443 §3).
var (
	icmpv4 = map[[2]byte]string{
		{3, 0}: "network unreachable", {3, 1}: "host unreachable", {3, 2}: "protocol unreachable",
		{3, 3}: "port unreachable", {3, 4}: "too large, and not to be fragmented",
		{3, 9}: "network administratively prohibited", {3, 10}: "host administratively prohibited",
		{3, 13}: "administratively prohibited", {3, anyCode}: "destination unreachable",
		{11, 0}: "time to live exceeded", {11, anyCode}: "time exceeded", {12, anyCode}: "bad parameter", {4, anyCode}: "source quench",
	}
	icmpv6 = map[[2]byte]string{
		{1, 0}: "no route", {1, 1}: "administratively prohibited", {1, 3}: "address unreachable", {1, 4}: "port unreachable",
		{1, anyCode}: "destination unreachable", {2, anyCode}: "packet too big", {3, 0}: "hop limit exceeded",
		{3, anyCode}: "time exceeded", {4, anyCode}: "bad parameter",
	}
)
