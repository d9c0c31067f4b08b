package wire

import (
	"fmt"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/model"
)

// EncodeTCP writes seg as a TCP header and its data, with the checksum for flow. A nil
// payload means seg.Len zero octets. What has no place on the wire is not written:
// the ghost, and an option's value without its option.
func EncodeTCP(seg model.Segment, flow Flow, payload []byte) ([]byte, error) {
	ip, err := ipHeader(flow)
	if err != nil {
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
	tcp := headerOf(seg, flow)
	if err := tcp.SetNetworkLayerForChecksum(ip); err != nil {
		return nil, err
	}
	return serialize(tcp, gopacket.Payload(payload))
}

// Encode writes seg as an IPv4 or IPv6 packet, by the family of flow's addresses.
func Encode(seg model.Segment, flow Flow, payload []byte) ([]byte, error) {
	tcp, err := EncodeTCP(seg, flow, payload)
	if err != nil {
		return nil, err
	}
	ip, err := ipHeader(flow)
	if err != nil {
		return nil, err
	}
	// gopacket would wrap the length of IPv4 around and make a jumbogram of IPv6.
	if n := ipv4Header + len(tcp); ip.LayerType() == layers.LayerTypeIPv4 && n > maxPacket {
		return nil, fmt.Errorf("IPv4 packet: expected at most %d octets, got %d", maxPacket, n)
	}
	if len(tcp) > maxPacket {
		return nil, fmt.Errorf("IPv6 payload: expected at most %d octets, got %d", maxPacket, len(tcp))
	}
	return serialize(ip, gopacket.Payload(tcp))
}

func serialize(l ...gopacket.SerializableLayer) ([]byte, error) {
	b := gopacket.NewSerializeBuffer()
	err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, l...)
	return b.Bytes(), err
}

// ipLayer is layers.IPv4 or layers.IPv6: a header to write, and a pseudo-header to sum up.
type ipLayer interface {
	gopacket.NetworkLayer
	gopacket.SerializableLayer
}

func ipHeader(f Flow) (ipLayer, error) {
	src, dst := f.Src.Addr(), f.Dst.Addr()
	switch {
	case src.Is4() && dst.Is4():
		return &layers.IPv4{
			Version: 4, Flags: layers.IPv4DontFragment, TTL: 64, Protocol: layers.IPProtocolTCP,
			SrcIP: src.AsSlice(), DstIP: dst.AsSlice(),
		}, nil
	case src.Is6() && dst.Is6():
		return &layers.IPv6{
			Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP,
			SrcIP: src.AsSlice(), DstIP: dst.AsSlice(),
		}, nil
	}
	return nil, fmt.Errorf("flow %v: expected two IPv4 or two IPv6 addresses", f)
}

func headerOf(s model.Segment, f Flow) *layers.TCP {
	return &layers.TCP{
		SrcPort: layers.TCPPort(f.Src.Port()), DstPort: layers.TCPPort(f.Dst.Port()),
		Seq: uint32(s.Seq), Ack: uint32(s.Ack), Window: s.Wnd, Urgent: s.Up,
		FIN: s.Has(model.FIN), SYN: s.Has(model.SYN), RST: s.Has(model.RST),
		PSH: s.Has(model.PSH), ACK: s.Has(model.ACK), URG: s.Has(model.URG),
		Options: optionsOf(s),
	}
}
