package capture

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"
)

// The format of https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/: blocks of a type and
// a length, which stands before and after. Each section has its own byte order and interfaces.

// The types of blocks that are read; others are passed over.
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // of old files
	blockSimple    = 3
	blockEnhanced  = 6
)

const (
	blockFrame  = 12 // the type, and the length twice
	maxExponent = 19 // of a resolution in powers of ten; 10^20 does not fit 64 bits
)

// device is an interface, as a section describes it.
type device struct {
	link    linkType
	snaplen uint32
	ticks   uint64 // a second
	offset  int64  // seconds to add
}

type pcapng struct {
	in      *input
	order   binary.ByteOrder // of the section
	devices []device
}

func openPcapng(in *input) (Source, error) {
	r := &pcapng{in: in}
	if err := in.more(); err != nil {
		return nil, err
	}
	if _, _, err := r.block(); err != nil {
		return nil, in.failed("the header of a pcapng section", err)
	}
	return &captureSource{in: in, format: "pcapng", next: r.next}, nil
}

// next reads up to the next packet.
func (r *pcapng) next() (frame, error) {
	for {
		if err := r.in.more(); err != nil {
			return frame{}, err
		}
		if f, ok, err := r.block(); ok || err != nil {
			return f, err
		}
	}
}

// block reads a block, and returns the packet that it holds. ok is false if there is none.
func (r *pcapng) block() (f frame, ok bool, err error) {
	head, err := r.in.peek(blockFrame)
	if err != nil {
		return f, false, err
	}
	// The type of a section's header is the same in both byte orders; the header says which order it is.
	if string(head[:4]) == "\x0a\x0d\x0d\x0a" {
		if r.order, err = sectionOrder(head[8:]); err != nil {
			return f, false, err
		}
		r.devices = r.devices[:0]
	}
	kind, n := r.order.Uint32(head), r.order.Uint32(head[4:])
	if n < blockFrame || n%4 != 0 {
		return f, false, &unexpected{"the length of a block, 12 or more and divisible by 4", fmt.Sprint(n)}
	}
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockEnhanced:
	default:
		return f, false, r.passBlock(n)
	}
	if n > maxRecord {
		return f, false, &unexpected{fmt.Sprintf("a block of at most %d octets", maxRecord), fmt.Sprintf("one of %d", n)}
	}
	b, err := r.in.take(int(n))
	if err != nil {
		return f, false, err
	}
	if again := r.order.Uint32(b[n-4:]); again != n {
		return f, false, lengthsDiffer(n, again)
	}
	return r.read(kind, b[8:n-4])
}

func lengthsDiffer(n, again uint32) error {
	return &unexpected{fmt.Sprintf("the length %d again at the end of the block", n), fmt.Sprint(again)}
}

func (r *pcapng) passBlock(n uint32) error {
	if err := r.in.pass(int64(n - 4)); err != nil {
		return err
	}
	b, err := r.in.take(4)
	if err != nil {
		return err
	}
	if again := r.order.Uint32(b); again != n {
		return lengthsDiffer(n, again)
	}
	return nil
}

func sectionOrder(magic []byte) (binary.ByteOrder, error) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if order.Uint32(magic) == 0x1a2b3c4d {
			return order, nil
		}
	}
	return nil, &unexpected{"the header of a pcapng section", fmt.Sprintf("%x for the byte order", magic[:4])}
}

// read takes a block's body apart.
func (r *pcapng) read(kind uint32, body []byte) (f frame, ok bool, err error) {
	o := r.order
	if need := leastBody(kind); len(body) < need {
		return f, false, &unexpected{fmt.Sprintf("a block of type %d with %d octets or more in it", kind, need), fmt.Sprint(len(body))}
	}
	var d *device
	switch kind {
	case blockSection:
		if major := o.Uint16(body[4:]); major != 1 {
			err = &unexpected{"1 as version of the pcapng format", fmt.Sprint(major)}
		}
		return f, false, err
	case blockInterface:
		return f, false, r.describe(body)
	case blockSimple: // of the first interface, without a time
		d, err = r.device(0)
	case blockPacket: // a count of drops follows the interface
		d, err = r.device(uint32(o.Uint16(body)))
	case blockEnhanced:
		d, err = r.device(o.Uint32(body))
	}
	if err != nil {
		return f, false, err
	}
	f.link = d.link
	if kind == blockSimple {
		original := o.Uint32(body)
		n := original
		if d.snaplen > 0 {
			n = min(n, d.snaplen)
		}
		f.missing = missing(n, original)
		f.data, err = captured(body[4:], n)
		return f, true, err
	}
	f.time = d.time(uint64(o.Uint32(body[4:]))<<32 | uint64(o.Uint32(body[8:])))
	f.missing = missing(o.Uint32(body[12:]), o.Uint32(body[16:]))
	f.data, err = captured(body[20:], o.Uint32(body[12:]))
	return f, true, err
}

// leastBody is how many octets there must be between the two lengths of a block.
func leastBody(kind uint32) int {
	switch kind {
	case blockSection:
		return 16
	case blockInterface:
		return 8
	case blockSimple:
		return 4
	}
	return 20
}

func (r *pcapng) device(id uint32) (*device, error) {
	if int64(id) >= int64(len(r.devices)) {
		return nil, &unexpected{fmt.Sprintf("one of %d interfaces", len(r.devices)), fmt.Sprintf("number %d", id)}
	}
	return &r.devices[id], nil
}

func captured(b []byte, n uint32) ([]byte, error) {
	switch {
	case n > maxCaptured:
		return nil, tooLong(n)
	case int64(n) > int64(len(b)):
		return nil, &unexpected{fmt.Sprintf("a packet within the %d octets left of its block", len(b)), fmt.Sprintf("one of %d", n)}
	}
	return b[:n], nil
}

// describe records an interface, and its options about time.
func (r *pcapng) describe(body []byte) error {
	if len(r.devices) >= maxDescribed {
		return &unexpected{fmt.Sprintf("at most %d interfaces", maxDescribed), "one more"}
	}
	const optResolution, optOffset = 9, 14
	d := device{link: linkType(r.order.Uint16(body)), snaplen: r.order.Uint32(body[4:]), ticks: 1e6}
	for b := body[8:]; len(b) >= 4; {
		code, n := r.order.Uint16(b), int(r.order.Uint16(b[2:]))
		if b = b[4:]; n > len(b) {
			return &unexpected{fmt.Sprintf("an option within the %d octets left of its block", len(b)), fmt.Sprintf("one of %d", n)}
		}
		switch {
		case code == 0:
			b = nil
			continue
		case code == optResolution && n == 1:
			d.ticks = ticksOf(b[0])
		case code == optOffset && n == 8:
			d.offset = int64(r.order.Uint64(b))
		}
		b = b[min(len(b), (n+3)&^3):]
	}
	r.devices = append(r.devices, d)
	return nil
}

// ticksOf is how many ticks a second has: a power of ten, or of two if the first bit is on. It is
// 0 if that does not fit.
func ticksOf(resolution byte) uint64 {
	n := resolution & 0x7f
	if resolution&0x80 != 0 {
		if n > 63 {
			return 0
		}
		return 1 << n
	}
	if n > maxExponent {
		return 0
	}
	ticks := uint64(1)
	for range n {
		ticks *= 10
	}
	return ticks
}

// time is zero if the time is unknown, or too late for JSON.
func (d *device) time(at uint64) time.Time {
	if d.ticks == 0 {
		return time.Time{}
	}
	seconds, rest := at/d.ticks, at%d.ticks
	high, low := bits.Mul64(rest, 1e9)
	nanos, _ := bits.Div64(high, low, d.ticks)
	if seconds >= beyondJSON || d.offset <= -int64(seconds) || d.offset >= beyondJSON-int64(seconds) {
		return time.Time{}
	}
	return time.Unix(int64(seconds)+d.offset, int64(nanos))
}
