package capture

import (
	"encoding/binary"
	"fmt"
	"time"
)

// The format of https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/, of either byte order.

// pcapKinds are the magic numbers, as they lie in a file of the order.
var pcapKinds = map[string]pcapKind{
	"\xd4\xc3\xb2\xa1": {binary.LittleEndian, time.Microsecond, 16},
	"\xa1\xb2\xc3\xd4": {binary.BigEndian, time.Microsecond, 16},
	"\x4d\x3c\xb2\xa1": {binary.LittleEndian, time.Nanosecond, 16},
	"\xa1\xb2\x3c\x4d": {binary.BigEndian, time.Nanosecond, 16},
	"\x34\xcd\xb2\xa1": {binary.LittleEndian, time.Microsecond, 24}, // of Linux in the nineties
	"\xa1\xb2\xcd\x34": {binary.BigEndian, time.Microsecond, 24},
}

type pcapKind struct {
	order  binary.ByteOrder
	tick   time.Duration
	header int // octets before each packet
}

const pcapHeader = 24

func openPcap(in *input, kind pcapKind) (Source, error) {
	head, err := in.take(pcapHeader)
	if err != nil {
		return nil, in.failed("the header of a pcap file", err)
	}
	if major := kind.order.Uint16(head[4:]); major != 2 {
		return nil, &inputError{in.name, "octet 4", "2 as version of the pcap format", fmt.Sprint(major), errFormat}
	}
	link := linkType(kind.order.Uint32(head[20:]) & 0x3ffffff) // above it: what follows the packets
	if !link.known() {
		return nil, &inputError{in.name, "octet 20", knownLinks, link.String(), errFormat}
	}
	next := func() (frame, error) {
		if err := in.more(); err != nil {
			return frame{}, err
		}
		return in.pcapRecord(kind, link)
	}
	return &captureSource{in: in, format: "pcap, " + link.String(), next: next}, nil
}

// pcapRecord reads a packet and what stands before it: its time, how much of it was captured, and
// how long it was.
func (in *input) pcapRecord(kind pcapKind, link linkType) (f frame, err error) {
	head, err := in.take(kind.header)
	if err != nil {
		return f, err
	}
	seconds, fraction := kind.order.Uint32(head), kind.order.Uint32(head[4:])
	n, original := kind.order.Uint32(head[8:]), kind.order.Uint32(head[12:])
	if n > maxCaptured {
		return f, tooLong(n)
	}
	f = frame{link: link, time: time.Unix(int64(seconds), int64(fraction)*int64(kind.tick)), missing: missing(n, original)}
	f.data, err = in.take(int(n))
	return f, err
}

// missing is how many octets of a packet were not captured. Some programs write an original length that is
// smaller than what they captured, or absurd: then nothing is known to be missing.
func missing(captured, original uint32) int {
	if original < captured || original > maxOriginal {
		return 0
	}
	return int(original - captured)
}

func tooLong(n uint32) error {
	return &unexpected{fmt.Sprintf("a packet of at most %d octets", maxCaptured), fmt.Sprintf("one of %d", n)}
}
