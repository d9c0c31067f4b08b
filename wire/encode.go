package wire

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/tcpcheck/tcpcheck/model"
)

// EncodeTCP writes seg as a TCP header and its text, with the checksum for flow. A nil
// payload stands for seg.Len zero octets. What has no place on the wire is not written:
// the ghost, and an option's value without its option.
func EncodeTCP(seg model.Segment, flow Flow, payload []byte) ([]byte, error) {
	if err := checkFlow(flow); err != nil {
		return nil, err
	}
	if payload == nil {
		payload = make([]byte, seg.Len)
	}
	switch {
	case len(payload) != int(seg.Len):
		return nil, fmt.Errorf("payload: expected the %d octets that the segment counts, got %d", seg.Len, len(payload))
	case seg.Opts&model.OtherCompartment != 0:
		return nil, fmt.Errorf("segment %v: expected TCP options only, got a security compartment, which travels in IP", seg)
	case seg.Flags>>6 != 0:
		return nil, fmt.Errorf("segment %v: expected the six control bits, got flags %#x", seg, uint8(seg.Flags))
	}
	b := make([]byte, tcpHeader, maxTCPHeader+len(payload))
	binary.BigEndian.PutUint16(b[0:], flow.Src.Port())
	binary.BigEndian.PutUint16(b[2:], flow.Dst.Port())
	binary.BigEndian.PutUint32(b[4:], uint32(seg.Seq))
	binary.BigEndian.PutUint32(b[8:], uint32(seg.Ack))
	b[13] = byte(seg.Flags)
	binary.BigEndian.PutUint16(b[14:], seg.Wnd)
	binary.BigEndian.PutUint16(b[18:], seg.Up)
	b = appendOptions(b, seg)
	b[12] = byte(len(b)/4) << 4
	b = append(b, payload...)
	binary.BigEndian.PutUint16(b[16:], tcpSum(flow, b))
	return b, nil
}

// Encode writes seg as an IPv4 or IPv6 packet, by the family of flow's addresses.
func Encode(seg model.Segment, flow Flow, payload []byte) ([]byte, error) {
	tcp, err := EncodeTCP(seg, flow, payload)
	if err != nil {
		return nil, err
	}
	if flow.Src.Addr().Is4() {
		if ipv4Header+len(tcp) > maxPacket {
			return nil, fmt.Errorf("IPv4 packet: expected at most %d octets, got %d", maxPacket, ipv4Header+len(tcp))
		}
		return append(ipv4(flow, len(tcp)), tcp...), nil
	}
	if len(tcp) > maxPacket {
		return nil, fmt.Errorf("IPv6 payload: expected at most %d octets, got %d", maxPacket, len(tcp))
	}
	return append(ipv6(flow, len(tcp)), tcp...), nil
}

func checkFlow(f Flow) error {
	src, dst := f.Src.Addr(), f.Dst.Addr()
	if family(src) == 0 || family(src) != family(dst) {
		return fmt.Errorf("flow %v: expected two IPv4 or two IPv6 addresses", f)
	}
	return nil
}

func family(a netip.Addr) int {
	switch {
	case a.Is4():
		return 4
	case a.Is6():
		return 6
	}
	return 0
}

func ipv4(f Flow, n int) []byte {
	b := make([]byte, ipv4Header, ipv4Header+n)
	b[0] = 4<<4 | ipv4Header/4
	binary.BigEndian.PutUint16(b[2:], uint16(ipv4Header+n))
	b[6] = 0x40 // do not fragment
	b[8], b[9] = 64, protocolTCP
	src, dst := f.Src.Addr().As4(), f.Dst.Addr().As4()
	copy(b[12:], src[:])
	copy(b[16:], dst[:])
	binary.BigEndian.PutUint16(b[10:], ^uint16(sum(0, b)))
	return b
}

func ipv6(f Flow, n int) []byte {
	b := make([]byte, ipv6Header, ipv6Header+n)
	b[0] = 6 << 4
	binary.BigEndian.PutUint16(b[4:], uint16(n))
	b[6], b[7] = protocolTCP, 64
	src, dst := f.Src.Addr().As16(), f.Dst.Addr().As16()
	copy(b[8:], src[:])
	copy(b[24:], dst[:])
	return b
}
