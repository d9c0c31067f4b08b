package capture

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Packet is one TCP segment as a source delivers it.
type Packet struct {
	Number int       // of the packet, or of the line, in its input; from 1
	Time   time.Time // zero if the input has none
	Flow   wire.Flow
	Seg    model.Segment

	NoSeq        bool // the text does not have SEG.SEQ
	Relative     bool // the numbers look relative, and it is not known to what
	BadChecksum  bool
	Partial      bool            // the bad checksum is one that the sender's network card would have completed
	GoodChecksum bool            // neither: not all octets are there to check it
	ID           uint16          // the identification of its IPv4 packet; 0: none is known
	Damaged      string          // what of its header could not be read: "malformed TCP option"
	TTL          uint8           // of its packet; 0: none is known
	ICMP         *wire.ICMPError // this is no segment, but an ICMP error about one of Flow
	Merged       bool            // one of several segments that offload had put together
}

// Source is a stream of segments. Next returns io.EOF at the end.
type Source interface {
	Next() (Packet, error)
	// Format names the input's format. Skipped counts the packets that are no TCP segment,
	// by reason.
	Format() string
	Skipped() map[string]int
	// Packets is how many packets, or lines, have been read.
	Packets() int
}

// Open detects what r contains: a pcap or pcapng capture, or tcpdump's text. name names the input in errors.
func Open(r io.Reader, name string) (Source, error) {
	in := newInput(r, name)
	magic, err := in.buf.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(magic) == 0 {
		return nil, &inputError{name, "octet 0", "a pcap or pcapng capture or tcpdump's text", "an empty input", errFormat}
	}
	if kind, ok := pcapKinds[string(magic)]; ok {
		return openPcap(in, kind)
	}
	if strings.HasPrefix(string(magic), "\x1f\x8b") {
		z, err := gzip.NewReader(in.buf)
		if err != nil {
			return nil, &inputError{name, "octet 0", "a pcap or pcapng capture or tcpdump's text", "gzip: " + err.Error(), errFormat}
		}
		return openInside(z, name)
	}
	if string(magic) == "\x28\xb5\x2f\xfd" {
		z, err := zstd.NewReader(in.buf, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return nil, &inputError{name, "octet 0", "a pcap or pcapng capture or tcpdump's text", "zstd: " + err.Error(), errFormat}
		}
		return openInside(z, name)
	}
	if string(magic) == "\x0a\x0d\x0d\x0a" {
		return openPcapng(in)
	}
	return openText(in.buf, name)
}

// maxWindow is how many octets a decompressor may keep.
const maxWindow = 128 << 20

// openInside opens what was compressed. A file that was compressed twice is refused.
func openInside(r io.Reader, name string) (Source, error) {
	in := newInput(r, name)
	if magic, err := in.buf.Peek(2); err == nil && string(magic) == "\x1f\x8b" {
		return nil, &inputError{name, "octet 0", "a pcap or pcapng capture or tcpdump's text", "gzip within a compressed file", errFormat}
	}
	return Open(in.buf, name)
}

// counts are the counters of every source.
type counts struct {
	packets int
	skipped map[string]int
}

func (c *counts) skip(why string) {
	if c.skipped == nil {
		c.skipped = make(map[string]int)
	}
	c.skipped[why]++
}

// unskip takes n of the packets that were skipped for that reason back.
func (c *counts) unskip(why string, n int) {
	if c.skipped[why] -= n; c.skipped[why] == 0 {
		delete(c.skipped, why)
	}
}

func (c *counts) Skipped() map[string]int { return c.skipped }
func (c *counts) Packets() int            { return c.packets }
