package trace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/bits"
	"time"
)

// The file format pcapng (draft-ietf-opsawg-pcapng): a sequence of blocks, each with its type
// and its length before and after. Sections may differ in byte order, interfaces in link type.

const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockOldPacket = 2
	blockSimple    = 3
	blockPacket    = 6

	optionEnd     = 0
	optionTSResol = 9
	maxInterfaces = 1 << 12
	sectionMagic  = 0x1a2b3c4d
)

type pcapng struct {
	*reader
	order  binary.ByteOrder
	ifaces []iface
}

type iface struct {
	link uint16
	unit uint64 // ticks in a second
}

func openPcapng(in io.Reader, name string) (Source, error) {
	n := &pcapng{reader: &reader{r: in, name: name}, order: binary.BigEndian}
	return &captureSource{format: "pcapng", next: n.next}, nil
}

// next reads blocks up to and including the next one that holds a packet.
func (p *pcapng) next() (frame, error) {
	for {
		kind, body, err := p.block()
		if err != nil {
			return frame{}, err
		}
		var f frame
		var ok bool
		switch kind {
		case blockSection:
			p.ifaces = nil
		case blockInterface:
			err = p.describe(body)
		case blockPacket:
			f, ok, err = p.packet(body, 0, true)
		case blockOldPacket:
			f, ok, err = p.packet(body, 2, true)
		case blockSimple:
			f, ok, err = p.packet(body, 0, false)
		}
		if ok || err != nil {
			return f, err
		}
	}
}

// block reads one block and returns its type and what is between its two lengths.
func (p *pcapng) block() (kind uint32, body []byte, err error) {
	p.from = p.at
	h, err := p.read(8, "a block header")
	if err != nil {
		return 0, nil, err
	}
	head := [8]byte(h)
	kind = p.order.Uint32(head[:])
	var magic []byte
	if binary.BigEndian.Uint32(head[:]) == blockSection { // a palindrome, in either order
		kind = blockSection
		b, err := p.read(4, "a byte-order magic")
		if err != nil {
			return 0, nil, err
		}
		switch magic = bytes.Clone(b); uint32(sectionMagic) {
		case binary.BigEndian.Uint32(magic):
			p.order = binary.BigEndian
		case binary.LittleEndian.Uint32(magic):
			p.order = binary.LittleEndian
		default:
			return 0, nil, p.bad("the byte-order magic 1a2b3c4d", fmt.Sprintf("%x", magic))
		}
	}
	n := p.order.Uint32(head[4:])
	if n%4 != 0 || n < uint32(12+len(magic)) || n > maxRecord {
		return 0, nil, p.bad(fmt.Sprintf("a block length of whole words up to %d", maxRecord), fmt.Sprint(n))
	}
	rest, err := p.read(int(n)-8-len(magic), "the rest of a block")
	if err != nil {
		return 0, nil, err
	}
	body = rest[:len(rest)-4]
	if again := p.order.Uint32(rest[len(rest)-4:]); again != n {
		return 0, nil, p.bad(fmt.Sprintf("the block length %d again after the block", n), fmt.Sprint(again))
	}
	return kind, body, nil
}

// describe notes an interface: its link type, and the resolution of its clock.
func (p *pcapng) describe(b []byte) error {
	if len(b) < 8 {
		return p.bad("an interface description of 8 octets or more", fmt.Sprint(len(b)))
	}
	if len(p.ifaces) == maxInterfaces {
		return p.bad(fmt.Sprintf("at most %d interfaces", maxInterfaces), "one more")
	}
	i := iface{p.order.Uint16(b), 1e6}
	for o := b[8:]; len(o) >= 4; {
		code, n := p.order.Uint16(o), int(p.order.Uint16(o[2:]))
		padded := (n + 3) &^ 3
		if code == optionEnd || len(o) < 4+padded {
			break
		}
		if code == optionTSResol && n >= 1 {
			i.unit = resolution(o[4])
		}
		o = o[4+padded:]
	}
	p.ifaces = append(p.ifaces, i)
	return nil
}

// resolution is a power of two or of ten; one that no 64 bits hold counts as no time at all.
func resolution(r byte) uint64 {
	if r&0x80 != 0 {
		if r&0x7f > 63 {
			return 0
		}
		return 1 << (r & 0x7f)
	}
	unit := uint64(1)
	for range r {
		if unit > 1e18 {
			return 0
		}
		unit *= 10
	}
	return unit
}

// packet takes a packet block apart. The obsolete one has its interface in two octets and a
// count of drops beside it; the simple one has neither interface, time nor captured length.
func (p *pcapng) packet(b []byte, narrow int, full bool) (frame, bool, error) {
	head := 20
	if !full {
		head = 4
	}
	if len(b) < head {
		return frame{}, false, p.bad(fmt.Sprintf("a packet block of %d octets or more", head), fmt.Sprint(len(b)))
	}
	var id, n uint32
	if full {
		id, n = p.order.Uint32(b), p.order.Uint32(b[12:])
		if narrow != 0 {
			id = uint32(p.order.Uint16(b))
		}
	} else {
		n = min(p.order.Uint32(b), uint32(len(b)-head))
	}
	if uint64(id) >= uint64(len(p.ifaces)) {
		return frame{}, false, p.bad(fmt.Sprintf("one of %d interfaces described before", len(p.ifaces)), fmt.Sprint(id))
	}
	if int64(n) > int64(len(b)-head) {
		return frame{}, false, p.bad(fmt.Sprintf("a packet within the %d octets of its block", len(b)-head), fmt.Sprint(n))
	}
	f := frame{link: p.ifaces[id].link, data: b[head : head+int(n)]}
	if unit := p.ifaces[id].unit; full && unit != 0 {
		ticks := uint64(p.order.Uint32(b[4:]))<<32 | uint64(p.order.Uint32(b[8:]))
		hi, lo := bits.Mul64(ticks%unit, 1e9)
		nano, _ := bits.Div64(hi, lo, unit)
		f.time = time.Unix(int64(ticks/unit), int64(nano)).UTC()
	}
	return f, true, nil
}
