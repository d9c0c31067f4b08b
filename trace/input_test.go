package trace

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/wire"
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
func pcapOf(order binary.AppendByteOrder, magic uint32, link uint32, packets ...[]byte) []byte {
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 4)
	for _, v := range []uint32{0, 0, 65535, link} {
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
func pcapngOf(order binary.AppendByteOrder, link uint16, packets ...[]byte) []byte {
	block := func(b []byte, kind uint32, body []byte) []byte {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		b = order.AppendUint32(b, kind)
		b = order.AppendUint32(b, uint32(12+len(body)))
		b = append(b, body...)
		return order.AppendUint32(b, uint32(12+len(body)))
	}
	section := order.AppendUint32(nil, sectionMagic)
	section = order.AppendUint16(section, 1)
	section = order.AppendUint16(section, 0)
	section = order.AppendUint64(section, ^uint64(0))
	b := block(nil, blockSection, section)
	face := order.AppendUint16(nil, link)
	face = order.AppendUint16(face, 0)
	face = order.AppendUint32(face, 0)
	face = order.AppendUint16(face, optionTSResol)
	face = order.AppendUint16(face, 1)
	face = append(face, 9, 0, 0, 0) // nanoseconds
	b = block(b, blockInterface, face)
	b = block(b, 5, make([]byte, 12)) // statistics, passed over
	for i, p := range packets {
		if i%2 == 1 {
			b = block(b, blockSimple, append(order.AppendUint32(nil, uint32(len(p))), p...))
			continue
		}
		var body []byte
		for _, v := range []uint32{0, 232, 3567587328 + 7, uint32(len(p)), uint32(len(p))} { // 1000 s and 7 ns
			body = order.AppendUint32(body, v)
		}
		b = block(b, blockPacket, append(body, p...))
	}
	return b
}

func TestLinkLayersAndByteOrders(t *testing.T) {
	ip, err := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	if err != nil {
		t.Fatal(err)
	}
	mac := make([]byte, 12)
	headers := []struct {
		name string
		link uint16
		head []byte
	}{
		{"Ethernet", linkEthernet, append(bytes.Clone(mac), 8, 0)},
		{"Ethernet with a VLAN tag", linkEthernet, append(bytes.Clone(mac), 0x81, 0, 0, 5, 8, 0)},
		{"Ethernet with two tags", linkEthernet, append(bytes.Clone(mac), 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0)},
		{"NULL", linkNull, []byte{2, 0, 0, 0}},
		{"LOOP", linkLoop, []byte{0, 0, 0, 2}},
		{"raw IP", linkRaw, nil},
		{"raw IPv4", linkIPv4, nil},
		{"SLL", linkSLL, append(make([]byte, 14), 8, 0)},
		{"SLL with a VLAN tag", linkSLL, append(make([]byte, 14), 0x81, 0, 0, 5, 8, 0)},
		{"SLL2", linkSLL2, append([]byte{8, 0}, make([]byte, 18)...)},
		{"SLL2 with a VLAN tag", linkSLL2, append(append([]byte{0x81, 0}, make([]byte, 18)...), 0, 5, 8, 0)},
	}
	orders := []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}
	for _, h := range headers {
		p := append(bytes.Clone(h.head), ip...)
		for _, o := range orders {
			for i, b := range [][]byte{
				pcapOf(o, 0xa1b2c3d4, uint32(h.link), p, p),
				pcapOf(o, 0xa1b23c4d, uint32(h.link), p, p),
				pcapngOf(o, h.link, p, p),
			} {
				_, sum, err := judgeBytes(t, b)
				if err != nil || sum.Segments != 2 || sum.Connections != 1 || sum.BadChecksums != 0 {
					t.Errorf("%s, format %d, %v: two SYNs of one connection, got %+v, %v", h.name, i, o, sum, err)
				}
			}
		}
	}
}

func TestTimes(t *testing.T) {
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	for _, tt := range []struct {
		name  string
		b     []byte
		nanos int
	}{
		{"microseconds", pcapOf(binary.BigEndian, 0xa1b2c3d4, linkRaw, ip), 5000},
		{"nanoseconds", pcapOf(binary.BigEndian, 0xa1b23c4d, linkRaw, ip), 5},
		{"pcapng", pcapngOf(binary.BigEndian, linkRaw, ip), 7},
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

// A capture that breaks off is judged as far as it goes, and the error says where it broke.
func TestTruncation(t *testing.T) {
	whole := readFile(t, "close.pcap")
	for n := range whole {
		_, sum, err := judgeBytes(t, whole[:n])
		switch {
		case n == 0 && !errors.Is(err, ErrFormat):
			t.Fatalf("an empty input is no capture, got %v", err)
		case n < 4 || errors.Is(err, ErrNoTCP) && n == 24:
		case err != nil && !errors.Is(err, ErrTruncated):
			t.Fatalf("%d octets: expected ErrTruncated, got %v", n, err)
		case err == nil && sum.Segments == 11 && n < len(whole):
			t.Fatalf("%d octets do not hold eleven segments", n)
		}
	}
	_, sum, err := judgeBytes(t, whole[:len(whole)-1])
	const want = "input: packet 11, record at octet 890: expected a packet of 66 octets, got 65 octets and the end of the file"
	if err == nil || err.Error() != want || sum.Segments != 10 || sum.Connections != 1 {
		t.Errorf("ten segments are judged and the place is named:\nwant %s\ngot  %v, %+v", want, err, sum)
	}
}

func TestWhatIsNoCapture(t *testing.T) {
	tests := []struct{ claim, input, want string }{
		{"a poem", "Roses are red\n", `input: line 1: expected a line of tcpdump such as "IP 192.0.2.1.4000 > 192.0.2.2.80: Flags [S], seq 1, win 65535, length 0", got "Roses are red"`},
		{"a bad number", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [S], seq x, win 1, length 0\n", `input: line 1: expected seq as a number up to 4294967295, got "x"`},
		{"a bad flag", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [Q], win 1, length 0\n", `input: line 1: expected flags of the letters SFRP.UEW, got "Q"`},
		{"a length that contradicts", "IP 1.2.3.4.5 > 1.2.3.4.6: Flags [.], seq 1:11, ack 1, win 1, length 9\n", `input: line 1: expected the length 10 that the sequence numbers span, got "9"`},
		{"an unknown link", string(pcapOf(binary.BigEndian, 0xa1b2c3d4, 105)), "input: octet 20: expected Ethernet, loopback, raw IP, Linux SLL or SLL2, got link type 105"},
		{"a broken pcapng", "\x0a\x0d\x0d\x0a\x00\x00\x00\x1cabcd", "input: packet 1, record at octet 0: expected the byte-order magic 1a2b3c4d, got 61626364"},
	}
	for _, tt := range tests {
		_, _, err := judgeBytes(t, []byte(tt.input))
		if err == nil || !errors.Is(err, ErrFormat) || strings.ReplaceAll(err.Error(), `got "9"`, "got 9") != strings.ReplaceAll(tt.want, `got "9"`, "got 9") {
			t.Errorf("%s is refused:\nwant %s\ngot  %v", tt.claim, tt.want, err)
		}
	}
	_, sum, err := judgeBytes(t, []byte("10:00:00.5 ARP, Request who-has 1.2.3.4 tell 1.2.3.5, length 28\n10:00:01 IP 1.2.3.4.53 > 1.2.3.5.53: 1+ A? x. (20)\n"))
	if !errors.Is(err, ErrNoTCP) || sum.Packets != 2 || sum.Skipped["not IP"] != 1 || sum.Skipped["IP, but not TCP"] != 1 {
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

// FuzzText: no text makes the reader or the judge panic.
func FuzzText(f *testing.F) {
	f.Add(string(readFile(f, "handshake.txt")))
	f.Add("12:00:00.1 IP6 ::1.1 > ::1.2: Flags [S.], seq 1:5, ack 1, win 2, options [mss 1,TS val 1 ecr 2], length 4\n")
	f.Add("IP 1.2.3.4.5 > 1.2.3.4.6: FP 1:2(1) ack 3 win 4 <wscale 1>\n")
	f.Fuzz(func(t *testing.T, text string) {
		judgeAnything(t, "IP 1.1.1.1.1 > 1.1.1.1.2: Flags [S], seq 1, win 1, length 0\n"+text)
	})
}

// FuzzCapture: no octets do either.
func FuzzCapture(f *testing.F) {
	for _, name := range []string{"close.pcap", "any.pcap", "ipv6.pcap", "self.pcap", "reuse.pcap"} {
		f.Add(string(readFile(f, name)))
	}
	ip, _ := wire.Encode(model.Segment{Seq: 7, Flags: syn}, flowAB, nil)
	f.Add(string(pcapngOf(binary.LittleEndian, linkRaw, ip, ip)))
	f.Fuzz(func(t *testing.T, octets string) { judgeAnything(t, octets) })
}

func judgeAnything(t *testing.T, input string) {
	src, err := Open(strings.NewReader(input), "fuzz")
	if err != nil {
		return
	}
	_, _ = Judge(src, Options{Segments: 50, Live: 20}, func(c *Connection) {
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
	})
}
