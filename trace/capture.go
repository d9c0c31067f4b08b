package trace

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"github.com/tcpcheck/tcpcheck/wire"
)

// Limits on what a hostile capture can make pcapgo keep: how many octets may lie between two
// packets, and how many interfaces and names a pcapng section may describe.
const (
	maxBetween   = 1 << 24
	maxDescribed = 1 << 16
)

// frame is one captured packet with its link header.
type frame struct {
	link layers.LinkType
	time time.Time
	data []byte // valid until the next one is read
}

// input counts the octets that it hands out, so that an error can say where it happened.
type input struct {
	r    io.Reader
	name string
	buf  *bufio.Reader // reads from the input; pcapgo reads from it without one of its own
	read int64
	from int64 // where the record in hand begins, or, in a pcapng, the blocks before it
	err  error // that ended the input
}

func newInput(r io.Reader, name string) *input {
	in := &input{r: r, name: name}
	in.buf = bufio.NewReaderSize(in, 1<<16)
	return in
}

var errTooLong = errors.New("no packet so far")

func (in *input) Read(b []byte) (n int, err error) {
	if in.read-in.from > maxBetween {
		in.err = errTooLong
	} else {
		n, in.err = in.r.Read(b)
		in.read += int64(n)
	}
	return n, in.err
}

// at is the octet that pcapgo reads next.
func (in *input) at() int64 { return in.read - int64(in.buf.Buffered()) }

// failed says what ended the reading of a record: the input, or what is in it. pcapgo wraps
// the errors of its reader in some places only, so that the input's own is asked.
func (in *input) failed(want string, err error) error {
	e := &InputError{in.name, fmt.Sprintf("record at octet %d", in.from), want, err.Error(), ErrFormat}
	if in.buf.Buffered() > 0 || in.err == nil {
		return e
	}
	switch {
	case errors.Is(in.err, io.EOF):
		e.Got, e.Kind = fmt.Sprintf("%d octets and the end of the file", in.at()-in.from), ErrTruncated
	case errors.Is(in.err, errTooLong):
		e.Got = fmt.Sprintf("%d octets without one", in.at()-in.from)
	default:
		return fmt.Errorf("%s: %s: %w", in.name, e.Place, in.err)
	}
	return e
}

func openPcap(in *input) (Source, error) {
	r, err := pcapgo.NewReader(in.buf)
	if err != nil {
		return nil, in.failed("the header of a pcap file", err)
	}
	link := r.LinkType()
	if _, known := links[link]; !known {
		return nil, &InputError{in.name, "octet 20", knownLinks, linkName(link), ErrFormat}
	}
	next := func() (frame, error) {
		data, ci, err := r.ZeroCopyReadPacketData()
		if errors.Is(err, io.EOF) && ci.CaptureLength > 0 {
			err = io.ErrUnexpectedEOF // pcapgo tells no end between header and packet from a good one
		}
		return frame{link, ci.Timestamp, data}, err
	}
	return &captureSource{in: in, format: "pcap, " + linkName(link), next: next}, nil
}

// openPcapng: sections may differ in byte order, interfaces in link type.
func openPcapng(in *input) (Source, error) {
	r, err := pcapgo.NewNgReader(in.buf, pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		return nil, in.failed("the header of a pcapng section", err)
	}
	next := func() (frame, error) {
		data, ci, err := readNg(r)
		if err != nil {
			return frame{}, err
		}
		if n := r.NInterfaces() + r.NNames(); n > maxDescribed {
			return frame{}, fmt.Errorf("%d interfaces and names", n)
		}
		link, ok := ci.AncillaryData[0].(layers.LinkType)
		if !ok {
			panic("BUG: pcapgo tells no link type")
		}
		return frame{link, ci.Timestamp, data}, nil
	}
	return &captureSource{in: in, format: "pcapng", next: next}, nil
}

// readNg makes an error of a panic: where an int has 32 bits, pcapgo v1.7.7 indexes by the
// number of an interface before it checks that it is not negative. The block is read inside
// pcapgo, so that nothing can be checked before.
func readNg(r *pcapgo.NgReader) (data []byte, ci gopacket.CaptureInfo, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a block that pcapgo cannot read: %v", p)
		}
	}()
	return r.ZeroCopyReadPacketData()
}

// captureSource turns frames into segments.
type captureSource struct {
	counts
	in     *input
	format string
	next   func() (frame, error)
}

func (s *captureSource) Format() string { return s.format }

func (s *captureSource) Next() (Packet, error) {
	for {
		s.in.from = s.in.at()
		f, err := s.next()
		if errors.Is(err, io.EOF) {
			return Packet{}, io.EOF
		}
		if err != nil {
			err = s.in.failed("a packet", err)
			var e *InputError
			if errors.As(err, &e) {
				e.Place = fmt.Sprintf("packet %d, %s", s.packets+1, e.Place)
			}
			return Packet{}, err
		}
		s.packets++
		if y := f.time.Year(); y < 0 || y > 9999 {
			f.time = time.Time{} // JSON has no such time; the capture's clock is wrong
		}
		ip, err := stripLink(f.link, f.data)
		if err != nil {
			s.skip(err.Error())
			continue
		}
		p, err := wire.Decode(ip)
		if err != nil {
			s.skip(skipReason(err))
			continue
		}
		return Packet{
			Number: s.packets, Time: f.time, Flow: p.Flow, Seg: p.Seg,
			BadChecksum: p.Checksum == wire.Bad,
		}, nil
	}
}

func skipReason(err error) string {
	var e *wire.Error
	switch {
	case errors.Is(err, wire.ErrNotTCP):
		return "IP, but not TCP"
	case errors.Is(err, wire.ErrFragment):
		return "IP fragment"
	case errors.As(err, &e):
		return "malformed " + e.Place // without the numbers, lest the count grow with the capture
	}
	return "malformed"
}
