package trace

import (
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// The file format pcap (draft-ietf-opsawg-pcap): a header of 24 octets, then records of 16
// octets of header and the packet.

func isPcap(m []byte) bool {
	_, _, ok := pcapMagic(m)
	return ok
}

// pcapMagic tells the byte order and the unit of the fraction of a second.
func pcapMagic(m []byte) (order binary.ByteOrder, unit time.Duration, ok bool) {
	if len(m) < 4 {
		return nil, 0, false
	}
	for _, o := range []binary.ByteOrder{binary.BigEndian, binary.LittleEndian} {
		switch o.Uint32(m) {
		case 0xa1b2c3d4:
			return o, time.Microsecond, true
		case 0xa1b23c4d:
			return o, time.Nanosecond, true
		}
	}
	return nil, 0, false
}

func openPcap(in io.Reader, name string) (Source, error) {
	r := &reader{r: in, name: name}
	head, err := r.read(24, "a pcap file header")
	if err != nil {
		return nil, err
	}
	order, unit, _ := pcapMagic(head)
	if major := order.Uint16(head[4:]); major != 2 {
		return nil, &InputError{name, "octet 4", "pcap version 2", fmt.Sprint(major), ErrFormat}
	}
	link := uint16(order.Uint32(head[20:])) // the upper half tells of frame check sequences
	if !knownLink(link) {
		return nil, &InputError{name, "octet 20", knownLinks, linkName(link), ErrFormat}
	}
	next := func() (frame, error) {
		r.from = r.at
		h, err := r.read(16, "a packet record header")
		if err != nil {
			return frame{}, err
		}
		at := time.Unix(int64(order.Uint32(h)), int64(order.Uint32(h[4:]))*int64(unit)).UTC()
		n := order.Uint32(h[8:])
		if n > maxRecord {
			return frame{}, r.bad(fmt.Sprintf("a packet of at most %d octets", maxRecord), fmt.Sprint(n))
		}
		data, err := r.read(int(n), "a packet")
		return frame{link, at, data}, err
	}
	return &captureSource{format: "pcap, " + linkName(link), next: next}, nil
}
