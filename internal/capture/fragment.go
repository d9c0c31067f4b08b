package capture

import (
	"net/netip"
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/wire"
)

const (
	fragmentSkipped = "IP fragment"
	maxDatagrams    = 256 // that wait for fragments at a time
)

// fragments reassembles IP packets. It keeps a bounded number of them, and drops the oldest first. It never reassembles a
// packet with overlapping parts, as RFC 5722 requires for IPv6.
type fragments struct {
	waiting map[fragmentKey]*datagram
	order   []fragmentKey
}

type fragmentKey struct {
	src, dst netip.Addr
	id       uint32
}

type datagram struct {
	header []byte // of the first part
	parts  []wire.Fragment
	octets int
	end    int // of the last part; 0: it has not come
}

// add adds a fragment. If its packet is complete now, add returns the packet and the number of its fragments.
func (f *fragments) add(part wire.Fragment) (whole []byte, parts int) {
	key := fragmentKey{part.Src, part.Dst, part.ID}
	d := f.waiting[key]
	if d == nil {
		if len(f.order) >= maxDatagrams {
			delete(f.waiting, f.order[0])
			f.order = f.order[1:]
		}
		if f.waiting == nil {
			f.waiting = map[fragmentKey]*datagram{}
		}
		d = &datagram{}
		f.waiting[key], f.order = d, append(f.order, key)
	}
	part.Data = slices.Clone(part.Data)
	for _, p := range d.parts {
		if part.Offset < p.Offset+len(p.Data) && p.Offset < part.Offset+len(part.Data) {
			if p.Offset == part.Offset && slices.Equal(p.Data, part.Data) {
				return nil, 0 // a copy
			}
			f.forget(key)
			return nil, 0
		}
	}
	d.parts, d.octets = append(d.parts, part), d.octets+len(part.Data)
	if part.Offset == 0 {
		d.header = part.Header
	}
	if !part.More {
		d.end = part.Offset + len(part.Data)
	}
	if d.end == 0 || d.octets != d.end || d.header == nil {
		return nil, 0
	}
	f.forget(key)
	slices.SortFunc(d.parts, func(a, b wire.Fragment) int { return a.Offset - b.Offset })
	var data []byte
	for _, p := range d.parts {
		data = append(data, p.Data...)
	}
	whole, err := wire.Whole(d.header, data)
	if err != nil {
		return nil, 0
	}
	return whole, len(d.parts)
}

func (f *fragments) forget(key fragmentKey) {
	delete(f.waiting, key)
	f.order = slices.DeleteFunc(f.order, func(k fragmentKey) bool { return k == key })
}
