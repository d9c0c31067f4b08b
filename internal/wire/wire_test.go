package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

var (
	flow4 = Flow{netip.MustParseAddrPort("10.0.2.2:51323"), netip.MustParseAddrPort("10.0.2.15:80")}
	flow6 = Flow{netip.MustParseAddrPort("[2001:db8::1]:4000"), netip.MustParseAddrPort("[2001:db8::2]:443")}
)

// drawSegment draws any segment that a header can carry.
func drawSegment(t *rapid.T, maxText uint16) model.Segment {
	s := model.Segment{
		Seq:   model.Seq(rapid.Uint32().Draw(t, "seq")),
		Ack:   model.Seq(rapid.Uint32().Draw(t, "ack")),
		Len:   rapid.Uint16Range(0, maxText).Draw(t, "len"),
		Wnd:   rapid.Uint16().Draw(t, "wnd"),
		Up:    rapid.Uint16().Draw(t, "up"),
		Flags: model.Flags(rapid.Uint8Range(0, 63).Draw(t, "flags")),
		Opts:  model.Options(rapid.Uint8Range(0, 15).Draw(t, "opts")),
	}
	if s.Opts&model.OptMSS != 0 {
		s.MSS = rapid.Uint16().Draw(t, "mss")
	}
	if s.Opts&model.OptWindowScale != 0 {
		s.WScale = rapid.Uint8().Draw(t, "wscale")
	}
	if s.Opts&model.OptTimestamps != 0 {
		s.TSVal, s.TSEcr = rapid.Uint32().Draw(t, "tsval"), rapid.Uint32().Draw(t, "tsecr")
	}
	return s
}

func checkRoundTrip(t *rapid.T) {
	s := drawSegment(t, 1500)
	flow := rapid.SampledFrom([]Flow{flow4, flow6}).Draw(t, "flow")
	text := rapid.SliceOfN(rapid.Byte(), int(s.Len), int(s.Len)).Draw(t, "text")
	b, err := Encode(s, flow, text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	want := Packet{Flow: flow, Seg: s, Payload: text, Checksum: Good}
	if d := cmp.Diff(want.Seg, got.Seg); d != "" || got.Flow != want.Flow || got.Checksum != Good || !bytes.Equal(got.Payload, text) {
		t.Fatalf("a segment comes back as it went (-want +got):\n%s%v %v", d, got.Flow, got.Checksum)
	}
	compareWithTwin(t, b, s)
}

// compareWithTwin reads the octets without gopacket, at the places of RFC 9293 §3.1, Figure 1.
func compareWithTwin(t *rapid.T, b []byte, s model.Segment) {
	header, addresses := ipv4Header, b[12:20]
	if b[0]>>4 == 6 {
		header, addresses = ipv6Header, b[8:40]
	}
	tcp, be := b[header:], binary.BigEndian
	if got := onesSum(addresses, []byte{0, 6, byte(len(tcp) >> 8), byte(len(tcp))}, tcp); got != 0xffff {
		t.Fatalf("pseudo-header and segment sum up to ffff, got %x", got)
	}
	if header == ipv4Header && onesSum(b[:ipv4Header]) != 0xffff {
		t.Fatalf("the IPv4 header sums up to ffff, got %x", onesSum(b[:ipv4Header]))
	}
	got := model.Segment{
		Seq: model.Seq(be.Uint32(tcp[4:])), Ack: model.Seq(be.Uint32(tcp[8:])),
		Flags: model.Flags(tcp[13]), Wnd: be.Uint16(tcp[14:]), Up: be.Uint16(tcp[18:]),
		Len: uint16(len(tcp) - int(tcp[12]>>4)*4),
	}
	want := s
	want.Opts, want.MSS, want.WScale, want.TSVal, want.TSEcr = 0, 0, 0, 0, 0
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("the fields stand where the RFC has them (-want +got):\n%s", d)
	}
}

// onesSum is the one's-complement sum of the 16-bit words of the parts, each padded to words.
func onesSum(parts ...[]byte) uint32 {
	acc := uint32(0)
	for _, b := range parts {
		for i, octet := range b {
			acc += uint32(octet) << (8 * (1 - i%2))
			acc = acc>>16 + acc&0xffff
		}
	}
	return acc
}

func TestRoundTrip(t *testing.T) { rapid.Check(t, checkRoundTrip) }

// The sum by hand, in 16-bit words. Pseudo-header 0a00+0202+0a00+020f+0006+0018 = 182f;
// ports +c87b+0050 = e0fa; SEQ +050c+4201 = 12807; offset, SYN and window +6002+ffff = 28808;
// MSS 1460 +0204+05b4 = 28fc0; folded 8fc2; complement 703d.
const synByHand = "c87b0050" + "050c4201" + "00000000" + "6002ffff" + "703d0000" + "020405b4"

// The same over IPv6. Pseudo-header 2001+0db8+0001+2001+0db8+0002+0014+0006 = 5b8f; ports
// +0fa0+01bb = 6cea; SEQ +0001 = 6ceb; offset, SYN and window +5002+1000 = cced; complement 3312.
const syn6ByHand = "0fa001bb" + "00000001" + "00000000" + "50021000" + "33120000"

func TestKnownOctets(t *testing.T) {
	for _, tt := range []struct {
		seg  model.Segment
		flow Flow
		want string
	}{
		{model.Segment{Seq: 84689409, Wnd: 65535, Flags: model.SYN, Opts: model.OptMSS, MSS: 1460}, flow4, synByHand},
		{model.Segment{Seq: 1, Wnd: 4096, Flags: model.SYN}, flow6, syn6ByHand},
	} {
		b, err := EncodeTCP(tt.seg, tt.flow, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := hex.EncodeToString(b); got != tt.want {
			t.Errorf("a SYN encodes as computed by hand:\nwant %s\ngot  %s", tt.want, got)
		}
		whole, err := Encode(tt.seg, tt.flow, nil)
		if err != nil || !bytes.HasSuffix(whole, b) {
			t.Fatalf("a packet has the segment at its end: %v", err)
		}
		p, err := Decode(whole)
		if err != nil || p.Seg != tt.seg || p.Flow != tt.flow {
			t.Errorf("and decodes again: got %v %v, %v", p.Flow, p.Seg, err)
		}
	}
}

func TestEveryCorruptBitIsFound(t *testing.T) {
	b, err := Encode(model.Segment{Seq: 7, Ack: 9, Len: 5, Flags: model.ACK | model.PSH, Wnd: 100}, flow4, []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	for bit := ipv4Header * 8; bit < len(b)*8; bit++ {
		bad := bytes.Clone(b)
		bad[bit/8] ^= 1 << (bit % 8)
		if p, err := Decode(bad); err == nil && p.Checksum != Bad {
			t.Errorf("a flipped bit %d of the segment spoils the checksum, got %v", bit, p.Checksum)
		}
	}
}

func TestCutPackets(t *testing.T) {
	b, err := Encode(model.Segment{Len: 100, Flags: model.ACK, Opts: model.OptTimestamps}, flow6, nil)
	if err != nil {
		t.Fatal(err)
	}
	const headers = ipv6Header + 32
	for n := range b {
		p, err := Decode(b[:n])
		switch {
		case n < headers && err == nil:
			t.Errorf("%d octets do not hold the headers, yet no error", n)
		case n >= headers && err != nil:
			t.Errorf("%d octets hold the headers, got %v", n, err)
		case n >= headers && (p.Seg.Len != 100 || p.Checksum != unchecked || len(p.Payload) != n-headers):
			t.Errorf("cut at %d the header still counts the text, got %+v", n, p)
		}
	}
}

func TestIllegalHeaders(t *testing.T) {
	tests := []struct{ claim, options, want string }{
		{"a known option has its one length", "02030000", "MSS option at octet 20: expected length 4, got 3"},
		{"a length covers kind and length", "fe010000", "option of kind 254 at octet 20: expected a length of 2 or more, got 1"},
		{"a zero length does not loop", "01080000", "timestamps option at octet 21: expected a length of 2 or more, got 0"},
		{"an option ends in the header", "0101fe05", "option of kind 254 at octet 22: expected a length within the 2 octets left, got 5"},
		{"a length octet is there", "01010103", "window scale option at octet 23: expected a length octet, got the end of the header"},
		{"an unknown option is skipped", "fe040000", ""},
		{"nothing counts after the end of the list", "00ff00ff", ""},
	}
	ip, _ := ipHeader(flow4)
	for _, tt := range tests {
		options, _ := hex.DecodeString(tt.options)
		b := append(make([]byte, tcpHeader), options...)
		b[12] = 6 << 4
		_, err := decodeTCP(new(layers.TCP), b, len(b), ip)
		if got := message(err); got != tt.want {
			t.Errorf("%s:\nwant %q\ngot  %q", tt.claim, tt.want, got)
		}
	}
}

// RFC 9293 §3.2, MUST-6: an option of Multipath TCP whose inside is strange is one that is not
// known, and what follows it counts; gopacket alone would drop all of it.
func TestStrangeMultipathOption(t *testing.T) {
	options, _ := hex.DecodeString("1e0500ffff" + "020405b4" + "1e02" + "030307" + "0101")
	b := append(make([]byte, tcpHeader), options...)
	b[12] = 9 << 4
	ip, _ := ipHeader(flow4)
	p, err := decodeTCP(new(layers.TCP), b, len(b), ip)
	if err != nil || p.Seg.MSS != 1460 || p.Seg.WScale != 7 {
		t.Errorf("MSS and window scale are read on, got %+v, %v", p.Seg, err)
	}
	b[32] = 9 // the length of the window scale, behind both strange options
	_, err = decodeTCP(new(layers.TCP), b, len(b), ip)
	if want := "window scale option at octet 31: expected a length within the 5 octets left, got 9"; message(err) != want {
		t.Errorf("an error behind it keeps its place:\nwant %q\ngot  %q", want, message(err))
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestOtherPackets(t *testing.T) {
	tcp, _ := Encode(model.Segment{Flags: model.SYN}, flow4, nil)
	udp, fragment := bytes.Clone(tcp), bytes.Clone(tcp)
	udp[9] = 17
	fragment[7] = 1
	if _, err := Decode(udp); !errors.Is(err, ErrNotTCP) {
		t.Errorf("UDP is told apart, got %v", err)
	}
	if _, err := Decode(fragment); !errors.Is(err, ErrFragment) {
		t.Errorf("a fragment is told apart, got %v", err)
	}
	v6, _ := Encode(model.Segment{Seq: 5, Flags: model.SYN}, flow6, nil)
	hop := append(bytes.Clone(v6[:ipv6Header]), 6, 0, 1, 4, 0, 0, 0, 0)
	hop = append(hop, v6[ipv6Header:]...)
	hop[5] += 8
	hop[6] = 0
	if p, err := Decode(hop); err != nil || p.Seg.Seq != 5 || p.Checksum != Good {
		t.Errorf("an extension header is passed over, got %v %v %v", p.Seg, p.Checksum, err)
	}
}

// RFC 9293 §3.1 and RFC 8200 §8.1: while a source route is not finished, the pseudo-header has
// the last address of the route, not that of the next hop.
func TestSourceRoute(t *testing.T) {
	v4, _ := Encode(model.Segment{Seq: 5, Flags: model.SYN}, flow4, nil)
	last := flow4.Dst.Addr().As4()
	b := append(bytes.Clone(v4[:ipv4Header]), 131, 7, 4, last[0], last[1], last[2], last[3], 0)
	b = append(b, v4[ipv4Header:]...)
	b[0], b[3] = 0x47, b[3]+8
	copy(b[16:], []byte{192, 0, 2, 99})
	if p, err := Decode(b); err != nil || p.Checksum != Good || p.Seg.Seq != 5 {
		t.Errorf("the checksum is right for the last address, got %v %v %v", p.Seg, p.Checksum, err)
	}
}

// Segmentation offload leaves the length to the card; a trailer is not of the packet.
func TestLengthsThatLie(t *testing.T) {
	for _, flow := range []Flow{flow4, flow6} {
		b, _ := Encode(model.Segment{Len: 5, Flags: model.ACK}, flow, nil)
		trailer := append(bytes.Clone(b), 1, 2, 3)
		if p, err := Decode(trailer); err != nil || p.Checksum != Good || len(p.Payload) != 5 {
			t.Errorf("%v: a trailer is left out, got %v %v %v", flow, p.Checksum, p.Payload, err)
		}
		zero := bytes.Clone(b)
		if zero[0]>>4 == 4 {
			zero[2], zero[3] = 0, 0
		} else {
			zero[4], zero[5] = 0, 0
		}
		if p, err := Decode(zero); err != nil || p.Checksum != Good || p.Seg.Len != 5 {
			t.Errorf("%v: a length of zero stands for all there is, got %v %v %v", flow, p.Checksum, p.Seg, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	mixed := Flow{flow4.Src, flow6.Dst}
	tests := []struct {
		claim string
		seg   model.Segment
		flow  Flow
		text  []byte
		want  string
	}{
		{"mixed families", model.Segment{}, mixed, nil, "two IPv4 or two IPv6"},
		{"a text of another length", model.Segment{Len: 2}, flow4, []byte("x"), "2 octets that the segment counts, got 1"},
		{"a compartment", model.Segment{Opts: model.OtherCompartment}, flow4, nil, "compartment"},
		{"a seventh control bit", model.Segment{Flags: 64}, flow4, nil, "six control bits"},
		{"more than an IPv4 packet holds", model.Segment{Len: 65500}, flow4, nil, "at most 65535"},
	}
	for _, tt := range tests {
		if _, err := Encode(tt.seg, tt.flow, tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Encode refuses %s with %q, got %v", tt.claim, tt.want, err)
		}
	}
}

// FuzzDecode: no octets make Decode panic, and what it reads it writes and reads again.
func FuzzDecode(f *testing.F) {
	for _, flow := range []Flow{flow4, flow6} {
		b, _ := Encode(model.Segment{Seq: 1, Len: 3, Flags: model.SYN, Opts: 15, MSS: 1460}, flow, nil)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Encode(p.Seg, p.Flow, nil)
		if err != nil {
			t.Fatalf("%v is representable: %v", p.Seg, err)
		}
		q, err := Decode(again)
		if err != nil || q.Seg != p.Seg || q.Flow != p.Flow {
			t.Fatalf("%v comes back, got %v, %v", p.Seg, q.Seg, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	packet, _ := Encode(model.Segment{Seq: 1, Len: 1000, Flags: model.ACK, Opts: model.OptTimestamps}, flow4, nil)
	b.ReportAllocs()
	b.SetBytes(int64(len(packet)))
	for b.Loop() {
		if _, err := Decode(packet); err != nil {
			b.Fatal(err)
		}
	}
}

// A jumbogram (RFC 2675) has its length in an option, and may be cut off by the capture.
func TestJumbogram(t *testing.T) {
	b, err := Encode(model.Segment{Seq: 9, Flags: model.ACK, Ack: 5}, flow6, nil)
	if err != nil {
		t.Fatal(err)
	}
	const text = 100000
	jumbo := append(bytes.Clone(b[:ipv6Header]), 6, 0, 0xc2, 4, 0, 0, 0, 0)
	jumbo[4], jumbo[5], jumbo[6] = 0, 0, 0
	binary.BigEndian.PutUint32(jumbo[ipv6Header+4:], uint32(hopByHop+len(b)-ipv6Header+text))
	jumbo = append(jumbo, b[ipv6Header:]...)
	for _, whole := range []bool{true, false} {
		packet, missing := jumbo, text
		if whole {
			packet, missing = append(bytes.Clone(jumbo), make([]byte, text)...), 0
		}
		p, err := DecodeCaptured(packet, missing)
		if err != nil || p.TextLen != text || p.Seg.Seq != 9 || p.Flow != flow6 {
			t.Errorf("whole %v: want %d octets of %v, got %d of %v, %v", whole, text, flow6, p.TextLen, p.Flow, err)
		}
	}
}
