package capture

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/gopacket/gopacket/layers"
	"github.com/klauspost/compress/zstd"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

func readFile(t testing.TB, name string) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func judgeBytes(t *testing.T, b []byte) (string, Summary, error) {
	t.Helper()
	src, err := Open(bytes.NewReader(b), "input")
	if err != nil {
		return "", Summary{}, err
	}
	var conns []*Connection
	sum, err := Judge(src, Options{}, func(c *Connection) { conns = append(conns, c) })
	return draw(conns), sum, err
}

// pcapOf is a capture of one packet, in the given order and link type.
func pcapOf(order binary.AppendByteOrder, magic uint32, link layers.LinkType, packets ...[]byte) []byte {
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 4)
	for _, v := range []uint32{0, 0, 65535, uint32(link)} {
		b = order.AppendUint32(b, v)
	}
	for _, p := range packets {
		for _, v := range []uint32{1000, 5, uint32(len(p)), uint32(len(p))} {
			b = order.AppendUint32(b, v)
		}
		b = append(b, p...)
	}
	return b
}

// pcapngOf is the same packets in a pcapng section with one interface.
func pcapngOf(order binary.AppendByteOrder, link layers.LinkType, packets ...[]byte) []byte {
	b := section(order, link)
	b = block(order, b, 5, make([]byte, 12)) // statistics, passed over
	for i, p := range packets {
		if i%2 == 1 {
			b = block(order, b, 3, append(order.AppendUint32(nil, uint32(len(p))), p...))
			continue
		}
		b = enhanced(order, b, 0, p)
	}
	return b
}

// section is the header of one, and the descriptions of its interfaces.
func section(order binary.AppendByteOrder, links ...layers.LinkType) []byte {
	head := order.AppendUint32(nil, 0x1a2b3c4d)
	head = order.AppendUint16(head, 1)
	head = order.AppendUint16(head, 0)
	head = order.AppendUint64(head, ^uint64(0))
	b := block(order, nil, 0x0a0d0d0a, head)
	for _, link := range links {
		face := order.AppendUint16(nil, uint16(link))
		face = order.AppendUint16(face, 0)
		face = order.AppendUint32(face, 0)
		face = order.AppendUint16(face, 9) // the resolution of time
		face = order.AppendUint16(face, 1)
		face = append(face, 9, 0, 0, 0) // nanoseconds
		b = block(order, b, 1, face)
	}
	return b
}

// enhanced appends a packet of 1000 s and 7 ns.
func enhanced(order binary.AppendByteOrder, b []byte, face uint32, packet []byte) []byte {
	n := uint32(len(packet))
	var body []byte
	for _, v := range []uint32{face, 232, 3567587328 + 7, n, n} {
		body = order.AppendUint32(body, v)
	}
	return block(order, b, 6, append(body, packet...))
}

func block(order binary.AppendByteOrder, b []byte, kind uint32, body []byte) []byte {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	b = order.AppendUint32(b, kind)
	b = order.AppendUint32(b, uint32(12+len(body)))
	b = append(b, body...)
	return order.AppendUint32(b, uint32(12+len(body)))
}

func TestTimes(t *testing.T) {
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	for _, tt := range []struct {
		name  string
		b     []byte
		nanos int
	}{
		{"microseconds", pcapOf(binary.BigEndian, 0xa1b2c3d4, layers.LinkTypeRaw, ip), 5000},
		{"nanoseconds", pcapOf(binary.BigEndian, 0xa1b23c4d, layers.LinkTypeRaw, ip), 5},
		{"pcapng", pcapngOf(binary.BigEndian, layers.LinkTypeRaw, ip), 7},
	} {
		src, err := Open(bytes.NewReader(tt.b), tt.name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := src.Next()
		if err != nil || p.Time.Unix() != 1000 || p.Time.Nanosecond() != tt.nanos {
			t.Errorf("%s: 1000 seconds and %d ns, got %v, %v", tt.name, tt.nanos, p.Time, err)
		}
	}
}

// JSON ends with the year 9999. A clock that runs in whole seconds reaches beyond.
func TestTimeBeyondJSON(t *testing.T) {
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	o := binary.BigEndian
	b := enhanced(o, section(o, layers.LinkTypeRaw), 0, ip)
	b[28+20] = 0x80 // of the clock: 2 to the power of -0
	judgeAnything(t, string(b))
	src, err := Open(bytes.NewReader(b), "input")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := src.Next(); err != nil || !p.Time.IsZero() {
		t.Errorf("such a time is none, got %v, %v", p.Time, err)
	}
}

// A capture that breaks off is judged as far as it goes, and the error says where it broke.
func TestTruncation(t *testing.T) {
	whole := readFile(t, "close.pcap")
	for n := range whole {
		_, sum, err := judgeBytes(t, whole[:n])
		switch {
		case n == 0 && !errors.Is(err, errFormat):
			t.Fatalf("an empty input is no capture, got %v", err)
		case n < 4 || errors.Is(err, errNoTCP) && n == 24:
		case err != nil && !errors.Is(err, errTruncated):
			t.Fatalf("%d octets: expected errTruncated, got %v", n, err)
		case err == nil && sum.Segments == 11 && n < len(whole):
			t.Fatalf("%d octets do not hold eleven segments", n)
		}
	}
	_, sum, err := judgeBytes(t, whole[:len(whole)-1])
	const want = "input: packet 11, record at octet 890: expected a packet, got 81 octets and the end of the file"
	if err == nil || err.Error() != want || sum.Segments != 10 || sum.Connections != 1 {
		t.Errorf("ten segments are judged and the place is named:\nwant %s\ngot  %v, %+v", want, err, sum)
	}
}

// Interfaces differ in link type, sections in byte order; a link type that is not known is
// named, and its packets are counted.
func TestInterfacesAndSections(t *testing.T) {
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	var b []byte
	for _, o := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		s := section(o, layers.LinkTypeRaw, layers.LinkTypeNull, 147)
		s = enhanced(o, s, 0, ip)
		s = enhanced(o, s, 2, ip)
		s = enhanced(o, s, 1, append([]byte{2, 0, 0, 0}, ip...))
		b = append(b, s...)
	}
	_, sum, err := judgeBytes(t, b)
	if err != nil || sum.Packets != 6 || sum.Segments != 4 || sum.Skipped["link type 147"] != 2 {
		t.Errorf("four SYNs of two link types, and two packets of a strange one, got %+v, %v", sum, err)
	}
}

// A pcapng that breaks off within a block is truncated; between blocks it is whole.
func TestTruncatedPcapng(t *testing.T) {
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	one := pcapngOf(binary.BigEndian, layers.LinkTypeRaw, ip)
	whole := pcapngOf(binary.BigEndian, layers.LinkTypeRaw, ip, ip)
	for n := len(one) + 1; n < len(whole); n++ {
		_, sum, err := judgeBytes(t, whole[:n])
		want := fmt.Sprintf("input: packet 2, record at octet %d: expected a packet, got %d octets and the end of the file", len(one), n-len(one))
		if !errors.Is(err, errTruncated) || err.Error() != want || sum.Segments != 1 {
			t.Fatalf("cut at %d:\nwant %s\ngot  %v, %+v", n, want, err, sum)
		}
	}
	if _, sum, err := judgeBytes(t, one); err != nil || sum.Segments != 1 {
		t.Errorf("an end between blocks is a good one, got %v, %+v", err, sum)
	}
}

// An error of the file itself is neither a truncation nor a bad format.
func TestReadError(t *testing.T) {
	whole, broken := readFile(t, "close.pcap"), errors.New("the disk is on fire")
	src, err := Open(io.MultiReader(bytes.NewReader(whole[:500]), iotest.ErrReader(broken)), "input")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Judge(src, Options{}, func(*Connection) {})
	if !errors.Is(err, broken) || errors.Is(err, errTruncated) || errors.Is(err, errFormat) {
		t.Errorf("the reader's own error comes through, got %v", err)
	}
}

// What a hostile capture claims costs no memory beyond our limits.
func TestHostileCaptures(t *testing.T) {
	o := binary.LittleEndian
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	faces := enhanced(o, section(o, make([]layers.LinkType, maxDescribed+1)...), 0, ip)
	vast := pcapOf(o, 0xa1b2c3d4, layers.LinkTypeRaw, ip)
	o.PutUint32(vast[16:], 1<<30)
	o.PutUint32(vast[24+8:], 1<<30)
	o.PutUint32(vast[24+12:], 1<<30)
	for _, tt := range []struct {
		claim string
		in    io.Reader
		want  string
	}{
		{"too many interfaces", bytes.NewReader(faces), "input: packet 1, record at octet 1835036: expected at most 65536 interfaces, got one more"},
		{"an interface that is not there", bytes.NewReader(enhanced(o, section(o, layers.LinkTypeRaw), 1<<32-1, ip)),
			"input: packet 1, record at octet 56: expected one of 1 interfaces, got number 4294967295"},
		{"a vast packet", io.MultiReader(bytes.NewReader(vast), zeros{}),
			"input: packet 1, record at octet 24: expected a packet of at most 262144 octets, got one of 1073741824"},
		{"a vast block", io.MultiReader(bytes.NewReader(o.AppendUint32(o.AppendUint32(section(o), 99), 1<<30)), zeros{}),
			"input: packet 1, record at octet 28: expected the length 1073741824 again at the end of the block, got 0"},
	} {
		src, err := Open(tt.in, "input")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Judge(src, Options{}, func(*Connection) {}); !errors.Is(err, errFormat) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s is refused:\nwant %s...\ngot  %v", tt.claim, tt.want, err)
		}
	}
}

// zeros is a file without an end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestWhatIsNoCapture(t *testing.T) {
	tests := []struct{ claim, input, want string }{
		{"a poem", "Roses are red\n", `input: line 1: expected a line of tcpdump such as "IP 192.0.2.1.4000 > 192.0.2.2.80: Flags [S], seq 1, win 65535, length 0", got "Roses are red"`},
		{"a bad number", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [S], seq x, win 1, length 0\n", `input: line 1: expected seq as a number up to 4294967295, got "x"`},
		{"a bad flag", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [Q], win 1, length 0\n", `input: line 1: expected flags of the letters SFRP.UEW, got "Q"`},
		{"a length that contradicts", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [.], seq 1:11, ack 1, win 1, length 9\n", `input: line 1: expected the length 10 that the sequence numbers span, got "9"`},
		{"an unknown link", string(pcapOf(binary.BigEndian, 0xa1b2c3d4, 147)), "input: octet 20: expected " + knownLinks + ", got link type 147"},
		{"a broken pcapng", "\x0a\x0d\x0d\x0a\x00\x00\x00\x1cabcd", "input: record at octet 0: expected the header of a pcapng section, got 61626364 for the byte order"},
	}
	for _, tt := range tests {
		_, _, err := judgeBytes(t, []byte(tt.input))
		if err == nil || !errors.Is(err, errFormat) || strings.ReplaceAll(err.Error(), `got "9"`, "got 9") != strings.ReplaceAll(tt.want, `got "9"`, "got 9") {
			t.Errorf("%s is refused:\nwant %s\ngot  %v", tt.claim, tt.want, err)
		}
	}
	_, sum, err := judgeBytes(t, []byte("10:00:00.5 ARP, Request who-has 1.2.3.4 tell 1.2.3.5, length 28\n10:00:01 IP 1.2.3.4.53 > 1.2.3.5.53: 1+ A? x. (20)\n"))
	if !errors.Is(err, errNoTCP) || sum.Packets != 2 || sum.Skipped["not IP"] != 1 || sum.Skipped["IP, but not TCP"] != 1 {
		t.Errorf("a capture without TCP says so and counts, got %v %+v", err, sum)
	}
}

// The same two segments in the forms that tcpdump prints.
func TestFormsOfText(t *testing.T) {
	want, _, err := judgeBytes(t, []byte(`IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 100, win 1000, options [mss 1460], length 0
IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 300, ack 101, win 900, length 0
IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], seq 101:111, ack 301, win 1000, length 10
`))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"relative": `IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [S], seq 100, win 1000, options [mss 1460], length 0
IP 10.0.0.2.80 > 10.0.0.1.4000: Flags [S.], seq 300, ack 101, win 900, length 0
IP 10.0.0.1.4000 > 10.0.0.2.80: Flags [P.], seq 1:11, ack 1, win 1000, length 10: HTTP, length: 10
`,
		"old": `IP 10.0.0.1.4000 > 10.0.0.2.80: S 100:100(0) win 1000 <mss 1460>
10.0.0.2.80 > 10.0.0.1.4000: S 300:300(0) ack 101 win 900
IP 10.0.0.1.4000 > 10.0.0.2.80: P 101:111(10) ack 301 win 1000
`,
	} {
		got, _, err := judgeBytes(t, []byte(text))
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("the %s form says the same (-want +got):\n%s%v", name, d, err)
		}
	}
	for name, prefix := range map[string]string{
		"default": "12:00:00.123456 ", "-tt": "1700000000.123456 ", "-tttt": "2024-01-02 12:00:00.123456 ",
		"-i any": "12:00:00.123456 lo    In  ", "-v": "12:00:00.5 IP (tos 0x0, ttl 64, id 1, proto TCP (6), length 60)\n    ",
	} {
		line := "10.0.0.1.4000 > 10.0.0.2.80: Flags [S], cksum 0xfe34 (incorrect -> 0xb4ed), seq 100, win 1000, length 0\n"
		if name != "-v" {
			line = "IP " + line
		}
		src, err := Open(strings.NewReader("tcpdump: listening on lo\n"+prefix+line), name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		p, err := src.Next()
		if err != nil || p.Seg.Seq != 100 || p.Time.IsZero() || p.Flow.Src.Port() != 4000 {
			t.Errorf("%s is read with its time, got %+v, %v", name, p, err)
		}
	}
	src, err := Open(strings.NewReader("IP6 (flowlabel 0x9, hlim 64, next-header TCP (6) payload length: 20) 2001:db8::1.4000 > fe80::2.80: Flags [R.], seq 0, ack 5, win 0, length 0\n"), "v6")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := src.Next(); err != nil || p.Flow.String() != "[2001:db8::1]:4000 > [fe80::2]:80" || p.Seg.Ack != 5 {
		t.Errorf("IPv6 addresses have their port behind the last dot, got %+v, %v", p, err)
	}
}

// A compressed capture is read as what is in it; a damaged one, or one that was compressed twice, is refused.
func TestCompressedCaptures(t *testing.T) {
	plain, err := os.ReadFile("testdata/close.pcap")
	if err != nil {
		t.Fatal(err)
	}
	packed := func(b []byte) []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		if _, err := z.Write(b); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte) (string, error) {
		src, err := Open(bytes.NewReader(b), "a.pcap")
		if err != nil {
			return "", err
		}
		text, _ := judgedAll(t, src)
		return text, nil
	}
	want, err := read(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"gzip": packed(plain), "zstd": z.EncodeAll(plain, nil)} {
		if got, err := read(b); err != nil || got != want {
			t.Errorf("%s: %v, got\n%s\nwant\n%s", name, err, got, want)
		}
	}
	for name, b := range map[string][]byte{"twice": packed(packed(plain)), "no capture": packed([]byte("hello")), "damaged": []byte("\x1f\x8b\x08\x00packed")} {
		if _, err := read(b); err == nil {
			t.Errorf("%s: it is refused, got no error", name)
		}
	}
}
