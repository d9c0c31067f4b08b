package capture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/internal/wire"
)

// linkHeader is what stands before an IP packet: for IPv4, and for IPv6.
type linkHeader struct {
	name   string
	link   layers.LinkType
	v4, v6 []byte
	layer  gopacket.LayerType // as gopacket names it
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

var (
	macs = make([]byte, 12)
	ip4  = []byte{0x08, 0x00}
	ip6  = []byte{0x86, 0xdd}
	tag  = []byte{0x81, 0x00, 0, 5}
	tag2 = []byte{0x88, 0xa8, 0, 6}
	sll  = make([]byte, 14)
	sll2 = make([]byte, 18)

	linkHeaders = []linkHeader{
		{"Ethernet", layers.LinkTypeEthernet, join(macs, ip4), join(macs, ip6), layers.LayerTypeEthernet},
		{"802.1Q", layers.LinkTypeEthernet, join(macs, tag, ip4), join(macs, tag, ip6), layers.LayerTypeEthernet},
		{"QinQ", layers.LinkTypeEthernet, join(macs, tag2, tag, ip4), join(macs, tag2, tag, ip6), layers.LayerTypeEthernet},
		{"three tags", layers.LinkTypeEthernet, join(macs, tag, tag, tag, ip4), join(macs, tag, tag, tag, ip6), layers.LayerTypeEthernet},
		{"NULL of a small host", layers.LinkTypeNull, []byte{2, 0, 0, 0}, []byte{30, 0, 0, 0}, layers.LayerTypeLoopback},
		{"NULL of a big host", layers.LinkTypeNull, []byte{0, 0, 0, 2}, []byte{0, 0, 0, 24}, layers.LayerTypeLoopback},
		{"LOOP", layers.LinkTypeLoop, []byte{0, 0, 0, 2}, []byte{0, 0, 0, 28}, layers.LayerTypeLoopback},
		{"raw IP", layers.LinkTypeRaw, nil, nil, 0},
		{"raw IP of BSD", 12, nil, nil, 0},
		{"raw IP of OpenBSD", 14, nil, nil, 0},
		{"SLL", layers.LinkTypeLinuxSLL, join(sll, ip4), join(sll, ip6), layers.LayerTypeLinuxSLL},
		{"SLL, 802.1Q", layers.LinkTypeLinuxSLL, join(sll, tag, ip4), join(sll, tag, ip6), layers.LayerTypeLinuxSLL},
		{"SLL2", layers.LinkTypeLinuxSLL2, join(ip4, sll2), join(ip6, sll2), layers.LayerTypeLinuxSLL2},
		{"SLL2, 802.1Q", layers.LinkTypeLinuxSLL2, join(tag[:2], sll2, tag[2:], ip4), join(tag[:2], sll2, tag[2:], ip6), layers.LayerTypeLinuxSLL2},
	}
)

// on is the packet as it was captured there.
func (h linkHeader) on(t testing.TB, p Packet) []byte {
	ip, err := wire.Encode(p.Seg, p.Flow, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Flow.Src.Addr().Is4() {
		return join(h.v4, ip)
	}
	return join(h.v6, ip)
}

func pcapRecord(o binary.AppendByteOrder, b []byte, at time.Time, tick time.Duration, packet []byte) []byte {
	n := uint32(len(packet))
	for _, v := range []uint32{uint32(at.Unix()), uint32(at.Nanosecond() / int(tick)), n, n} {
		b = o.AppendUint32(b, v)
	}
	return append(b, packet...)
}

// asPcap and asPcapng write packets as a file of one kind.
func asPcap(t testing.TB, ps []Packet, o binary.AppendByteOrder, magic uint32, tick time.Duration, h linkHeader) []byte {
	b := pcapOf(o, magic, h.link)
	for _, p := range ps {
		b = pcapRecord(o, b, p.Time, tick, h.on(t, p))
	}
	return b
}

// asPcapng changes the section, with its byte order, every hundred packets; each has two interfaces
// with clocks of their own, and blocks that nobody knows between the packets.
func asPcapng(t testing.TB, ps []Packet, h linkHeader) (b []byte) {
	orders := []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}
	var o binary.AppendByteOrder
	for i, p := range ps {
		if i%100 == 0 {
			o = orders[i/100%2]
			b = append(b, pcapngOf(o, h.link)...) // with nanoseconds
			face := o.AppendUint32(o.AppendUint16(o.AppendUint16(nil, uint16(h.link)), 0), 0)
			face = o.AppendUint64(o.AppendUint16(o.AppendUint16(face, 14), 8), uint64(600)) // and microseconds, 600 s behind
			b = block(o, b, 1, o.AppendUint32(face, 0))
		}
		if i%7 == 0 {
			b = block(o, b, 0x80000000|uint32(i), make([]byte, i%50))
		}
		packet := h.on(t, p)
		ticks, n := uint64(p.Time.UnixNano()), uint32(len(packet))
		if i%2 == 1 {
			ticks = uint64(p.Time.UnixMicro() - 600e6)
		}
		var body []byte
		for _, v := range []uint32{uint32(i % 2), uint32(ticks >> 32), uint32(ticks), n, n} {
			body = o.AppendUint32(body, v)
		}
		body = append(body, packet...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		body = append(body, o.AppendUint16(o.AppendUint16(nil, 1), 2)...) // a comment
		b = block(o, b, 6, append(body, 'h', 'i', 0, 0, 0, 0, 0, 0))
	}
	return b
}

// forms are the same packets in all forms that are read.
func forms(t testing.TB, ps []Packet) map[string][]byte {
	list := map[string][]byte{}
	for _, h := range linkHeaders {
		list["pcapng, "+h.name] = asPcapng(t, ps, h)
		for _, o := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			list[fmt.Sprintf("pcap, %v, %s", o, h.name)] = asPcap(t, ps, o, 0xa1b2c3d4, time.Microsecond, h)
			list[fmt.Sprintf("pcap, nanoseconds, %v, %s", o, h.name)] = asPcap(t, ps, o, 0xa1b23c4d, time.Nanosecond, h)
		}
	}
	return list
}

func judgedAll(t testing.TB, src Source) (string, Summary) {
	t.Helper()
	var conns []*Connection
	sum, err := Judge(src, Options{}, func(c *Connection) { conns = append(conns, c) })
	if err != nil {
		t.Fatal(err)
	}
	sum.Format = ""
	return draw(conns), sum
}

var mixed = traffic{conns: 24, live: 6, text: 3000, mss: 1000, loss: 20, v6: true, step: 3 * time.Millisecond}

// Whatever the link, the file and the way in which it is read: the verdicts are the same.
func TestAllFormsSayTheSame(t *testing.T) {
	ps := mixed.packets()
	want, wantSum := judgedAll(t, &list{ps: ps})
	for name, b := range forms(t, ps) {
		for way, r := range map[string]io.Reader{
			"at once": bytes.NewReader(b), "octet by octet": iotest.OneByteReader(bytes.NewReader(b)),
			"in halves": iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(b))),
		} {
			src, err := Open(r, name)
			if err != nil {
				t.Fatal(err)
			}
			got, sum := judgedAll(t, src)
			if d := cmp.Diff(wantSum, sum); got != want || d != "" {
				t.Errorf("%s, read %s, is judged as the packets are (-want +got):\n%s%s", name, way, d, cmp.Diff(want, got))
			}
		}
	}
}

// stripWithGopacket is the slow twin of stripLink.
func stripWithGopacket(next gopacket.LayerType, b []byte) ([]byte, bool) {
	for {
		var d gopacket.DecodingLayer
		switch next {
		case layers.LayerTypeIPv4, layers.LayerTypeIPv6:
			return b, true
		case layers.LayerTypeEthernet:
			d = new(layers.Ethernet)
		case layers.LayerTypeLoopback:
			d = new(layers.Loopback)
		case layers.LayerTypeLinuxSLL:
			d = new(layers.LinuxSLL)
		case layers.LayerTypeLinuxSLL2:
			d = new(layers.LinuxSLL2)
		case layers.LayerTypeDot1Q:
			d = new(layers.Dot1Q)
		default:
			return nil, false
		}
		if err := d.DecodeFromBytes(b, gopacket.NilDecodeFeedback); err != nil {
			return nil, false
		}
		next, b = d.NextLayerType(), d.LayerPayload()
	}
}

// What we strip is what gopacket strips, on packets that are whole, and on those cut short.
func TestStripLinkAgainstGopacket(t *testing.T) {
	for _, h := range linkHeaders {
		if h.layer == 0 {
			continue
		}
		for _, head := range [][]byte{h.v4, h.v6, append(bytes.Clone(h.v4[:len(h.v4)-1]), 99)} {
			whole := append(bytes.Clone(head), make([]byte, 60)...)
			for n := range whole {
				got, err := stripLink(linkType(h.link), whole[:n])
				want, ok := stripWithGopacket(h.layer, whole[:n])
				if ok != (err == nil) || !bytes.Equal(got, want) {
					t.Errorf("%s %x cut at %d: want %x, %v; got %x, %v", h.name, head, n, want, ok, got, err)
				}
			}
		}
	}
}
