package capture

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

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
	f.Add(string(pcapngOf(binary.LittleEndian, layers.LinkTypeRaw, ip, ip)))
	f.Add(string(enhanced(binary.BigEndian, section(binary.BigEndian, layers.LinkTypeNull, layers.LinkTypeRaw), 1, ip)))
	for _, b := range forms(f, traffic{conns: 2, live: 2, text: 10, mss: 10, v6: true}.packets()) {
		f.Add(string(b))
	}
	f.Fuzz(func(t *testing.T, octets string) {
		judgeAnything(t, octets)
		compareWithPcapgo(t, []byte(octets))
	})
}

// judgeAnything judges the input as a whole and octet by octet, which must come to the same. An
// error says where it happened.
func judgeAnything(t *testing.T, input string) {
	whole := verdictOnAnything(t, strings.NewReader(input))
	if pieces := verdictOnAnything(t, iotest.OneByteReader(strings.NewReader(input))); pieces != whole {
		t.Fatalf("read octet by octet:\n%s\nas a whole:\n%s", pieces, whole)
	}
}

func verdictOnAnything(t *testing.T, r io.Reader) string {
	src, err := Open(r, "fuzz")
	if err != nil {
		return placed(t, err)
	}
	var b bytes.Buffer
	sum, err := Judge(src, Options{Segments: 50, Live: 20}, func(c *Connection) {
		if err := errors.Join(c.Write(&b), c.WriteLine(&b, 80), json.NewEncoder(&b).Encode(c)); err != nil {
			t.Fatal(err)
		}
	})
	if err := json.NewEncoder(&b).Encode(sum); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		b.WriteString(placed(t, err))
	}
	return b.String()
}

// placed is the text of an error, which has a place in the input unless there was nothing to find.
func placed(t *testing.T, err error) string {
	var e *inputError
	hasPlace := errors.As(err, &e) && (strings.Contains(e.Place, "octet ") || strings.Contains(e.Place, "line "))
	if !hasPlace && !errors.Is(err, errNoTCP) {
		t.Fatalf("an error names its place, got %v", err)
	}
	return err.Error()
}

// compareWithPcapgo: the packets that both read are the same. Either may refuse what the other
// takes: pcapgo looks at snapshot lengths, we at the second length of a block.
func compareWithPcapgo(t *testing.T, b []byte) {
	src, err := Open(bytes.NewReader(b), "twin")
	ours, isCapture := src.(*captureSource)
	if err != nil || !isCapture {
		return
	}
	read := pcapgoReader(b)
	for n := 1; read != nil; n++ {
		mine, err := ours.next()
		theirs, info, failed := read()
		if err != nil || failed != nil {
			return
		}
		if !bytes.Equal(mine.data, theirs) {
			t.Fatalf("packet %d: %x, to pcapgo %x", n, mine.data, theirs)
		}
		kind, ok := pcapKinds[string(b[:4])]
		if !ok || kind.header != 16 {
			continue
		}
		fraction := time.Duration(kind.order.Uint32(b[ours.in.from+4:])) * kind.tick
		if fraction < time.Second && !mine.time.Equal(info.Timestamp) { // above it pcapgo overflows
			t.Fatalf("packet %d at %v, to pcapgo %v", n, mine.time, info.Timestamp)
		}
	}
}

func pcapgoReader(b []byte) func() ([]byte, gopacket.CaptureInfo, error) {
	if _, isPcap := pcapKinds[string(b[:4])]; isPcap {
		if r, err := pcapgo.NewReader(bytes.NewReader(b)); err == nil {
			return r.ReadPacketData
		}
		return nil
	}
	if r, err := pcapgo.NewNgReader(bytes.NewReader(b), pcapgo.NgReaderOptions{WantMixedLinkType: true}); err == nil {
		return r.ReadPacketData
	}
	return nil
}
