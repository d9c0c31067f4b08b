package capture

import (
	"bytes"
	"encoding/binary"
	"net"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// outer4 and outer6 are the headers of a tunnel's own packets.
func outer4(p layers.IPProtocol) *layers.IPv4 {
	return &layers.IPv4{Version: 4, TTL: 64, Protocol: p, SrcIP: net.IP{192, 0, 2, 101}, DstIP: net.IP{192, 0, 2, 102}}
}

func outer6(p layers.IPProtocol) *layers.IPv6 {
	return &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: p, SrcIP: net.ParseIP("2001:db8::101"), DstIP: net.ParseIP("2001:db8::102")}
}

func udpTo(port layers.UDPPort, ip gopacket.NetworkLayer) *layers.UDP {
	u := &layers.UDP{SrcPort: 40000, DstPort: port}
	_ = u.SetNetworkLayerForChecksum(ip)
	return u
}

func ethernet(kind layers.EthernetType) *layers.Ethernet {
	return &layers.Ethernet{SrcMAC: net.HardwareAddr{2, 0, 0, 0, 0, 1}, DstMAC: net.HardwareAddr{2, 0, 0, 0, 0, 2}, EthernetType: kind}
}

// A segment is found in each kind of tunnel and behind each link header, and it is the inner connection that is judged.
func TestTunnels(t *testing.T) {
	flow := flowAB
	inner, err := wire.Encode(model.Segment{Seq: 100, Flags: model.SYN, Wnd: 1000}, flow, nil)
	if err != nil {
		t.Fatal(err)
	}
	join := func(parts ...gopacket.SerializableLayer) []byte {
		b := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(b, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, append(parts, gopacket.Payload(inner))...); err != nil {
			t.Fatal(err)
		}
		return bytes.Clone(b.Bytes())
	}
	vxlan, geneve, gtp := outer4(layers.IPProtocolUDP), outer6(layers.IPProtocolUDP), outer4(layers.IPProtocolUDP)
	nflog := append([]byte{2, 0, 0, 1, 8, 0, 1, 0, 8, 0, 2, 0}, 0, 0)
	nflog = binary.LittleEndian.AppendUint16(nflog[:12], uint16(4+len(inner)))
	nflog = append(binary.LittleEndian.AppendUint16(nflog, 9), inner...)
	for _, c := range []struct {
		name   string
		link   layers.LinkType
		packet []byte
	}{
		{"IP in IP", layers.LinkTypeRaw, join(outer4(layers.IPProtocolIPv4))},
		{"IPv4 in IPv6", layers.LinkTypeRaw, join(outer6(layers.IPProtocolIPv4))},
		{"GRE", layers.LinkTypeRaw, join(outer4(layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeIPv4})},
		{"VXLAN", layers.LinkTypeRaw, join(vxlan, udpTo(4789, vxlan), &layers.VXLAN{ValidIDFlag: true, VNI: 7}, ethernet(layers.EthernetTypeIPv4))},
		{"Geneve", layers.LinkTypeRaw, join(geneve, udpTo(6081, geneve), &layers.Geneve{Protocol: layers.EthernetTypeTransparentEthernetBridging}, ethernet(layers.EthernetTypeIPv4))},
		{"GTP-U", layers.LinkTypeRaw, join(gtp, udpTo(2152, gtp), &layers.GTPv1U{Version: 1, ProtocolType: 1, MessageType: 255, TEID: 9})},
		{"ERSPAN", layers.LinkTypeRaw, join(outer4(layers.IPProtocolGRE), &layers.GRE{Protocol: layers.EthernetTypeERSPAN, SeqPresent: true, Seq: 4}, &layers.ERSPANII{Version: 1, SessionID: 3}, ethernet(layers.EthernetTypeIPv4))},
		{"AH", layers.LinkTypeRaw, join(outer4(layers.IPProtocolAH), gopacket.Payload{4, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})},
		{"PPPoE", layers.LinkTypeEthernet, join(ethernet(layers.EthernetTypePPPoESession), &layers.PPPoE{Version: 1, Type: 1, SessionId: 3}, &layers.PPP{PPPType: layers.PPPTypeIPv4})},
		{"MPLS", layers.LinkTypeEthernet, join(ethernet(layers.EthernetTypeMPLSUnicast), &layers.MPLS{Label: 17, StackBottom: true, TTL: 9})},
		{"PPP", layers.LinkTypePPP, join(&layers.PPP{PPPType: layers.PPPTypeIPv4})},
		{"Cisco HDLC", layers.LinkTypeC_HDLC, join(gopacket.Payload{0x0f, 0, 8, 0})},
		{"NFLOG", layers.LinkType(239), nflog},
	} {
		src, err := Open(bytes.NewReader(pcapOf(binary.LittleEndian, 0xa1b2c3d4, c.link, c.packet)), c.name)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		p, err := src.Next()
		if err != nil || p.Flow != flow || p.Seg.Seq != 100 || p.Seg.Flags != model.SYN {
			t.Errorf("%s: got %v %v, %v, skipped %v, want the SYN of %v", c.name, p.Flow, p.Seg, err, src.Skipped(), flow)
		}
	}
}

// Of a tunnel that is cut or damaged nothing is read, and nothing panics.
func FuzzTunnel(f *testing.F) {
	inner, err := wire.Encode(model.Segment{Flags: model.SYN}, flowAB, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append([]byte{0x45, 0, 0, 60, 0, 0, 0, 0, 64, 4, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}, inner...), uint32(101))
	f.Add([]byte{0x0f, 0, 8, 0}, uint32(104))
	f.Fuzz(func(t *testing.T, b []byte, link uint32) {
		if ip, err := stripLink(linkType(link), b); err == nil {
			if in := inTunnel(ip); in != nil {
				_, _ = wire.DecodeCaptured(in, 0)
			}
			_, _ = wire.DecodeCaptured(ip, 100)
			_, _ = wire.ICMPErrorOf(ip)
			if part, ok := wire.FragmentOf(ip); ok {
				new(fragments).add(part)
			}
		}
	})
}
