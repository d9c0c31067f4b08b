package capture

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// Limits on what a hostile capture can make us keep. A whole record fits the buffer, so that a
// packet is looked at where it lies.
const (
	maxCaptured  = 1 << 18 // octets of a packet; what libpcap calls MAXIMUM_SNAPLEN
	maxRecord    = 1 << 19 // with what is around it
	maxOriginal  = 1 << 20 // octets that a packet can have had before it was cut
	maxDescribed = 1 << 16 // interfaces of a pcapng section
	beyondJSON   = 253402300800
)

// frame is one captured packet with its link header.
type frame struct {
	link    linkType
	time    time.Time
	data    []byte // valid until the next one is read
	missing int    // octets at its end that were not captured
}

// input counts the octets that have been taken from it, so that an error can say where it happened.
type input struct {
	name string
	buf  *bufio.Reader
	at   int64 // the octet that is taken next
	from int64 // where the record in hand begins
}

func newInput(r io.Reader, name string) *input {
	return &input{name: name, buf: bufio.NewReaderSize(r, maxRecord)}
}

// errEnd is returned by take at the end of the file, between two records or in the middle of one.
var errEnd = errors.New("the end of the file")

// peek shows the next n octets, at most maxRecord of them; they are valid until the next call.
func (in *input) peek(n int) ([]byte, error) {
	b, err := in.buf.Peek(n)
	if len(b) == n {
		return b, nil
	}
	if errors.Is(err, io.EOF) {
		err = errEnd
	}
	in.at += int64(len(b))
	return nil, err
}

// take returns the next n octets and consumes them.
func (in *input) take(n int) ([]byte, error) {
	b, err := in.peek(n)
	if err == nil {
		_, _ = in.buf.Discard(n) // which are in the buffer
		in.at += int64(n)
	}
	return b, err
}

// pass skips n octets.
func (in *input) pass(n int64) error {
	for n > 0 {
		step, err := in.buf.Discard(int(min(n, 1<<30)))
		in.at += int64(step)
		n -= int64(step)
		if errors.Is(err, io.EOF) {
			return errEnd
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// more begins a record. It reports io.EOF if there is none.
func (in *input) more() error {
	in.from = in.at
	_, err := in.peek(1)
	if errors.Is(err, errEnd) {
		return io.EOF
	}
	return err
}

// unexpected is the error for unexpected content of a record.
type unexpected struct{ want, got string }

func (u *unexpected) Error() string { return fmt.Sprintf("expected %s, got %s", u.want, u.got) }

// failed adds the position to the error that ended the reading of a record: an error of the input, its end, or
// unexpected content.
func (in *input) failed(what string, err error) error {
	e := &inputError{in.name, fmt.Sprintf("record at octet %d", in.from), what, "", errFormat}
	var u *unexpected
	switch {
	case errors.Is(err, errEnd):
		e.Got, e.Kind = fmt.Sprintf("%d octets and the end of the file", in.at-in.from), errTruncated
	case errors.As(err, &u):
		e.Want, e.Got = u.want, u.got
	default:
		return fmt.Errorf("%s: %s: %w", in.name, e.Place, err)
	}
	return e
}

// captureSource turns frames into segments.
type captureSource struct {
	counts
	in     *input
	format string
	next   func() (frame, error)
	parts  fragments
	rest   []Packet // of a packet with more data than a segment can have
}

func (s *captureSource) Format() string { return s.format }

func (s *captureSource) Next() (Packet, error) {
	for {
		if len(s.rest) > 0 {
			p := s.rest[0]
			s.rest = s.rest[1:]
			return p, nil
		}
		f, err := s.next()
		if err == io.EOF {
			return Packet{}, io.EOF
		}
		if err != nil {
			err = s.in.failed("a packet", err)
			if e, ok := errors.AsType[*inputError](err); ok {
				e.Place = fmt.Sprintf("packet %d, %s", s.packets+1, e.Place)
			}
			return Packet{}, err
		}
		s.packets++
		ip, err := stripLink(f.link, f.data)
		if err != nil {
			s.skip(err.Error())
			continue
		}
		if wire.IsFragment(ip) {
			if part, ok := wire.FragmentOf(ip); ok {
				s.skip(fragmentSkipped)
				whole, n := s.parts.add(part)
				if whole == nil {
					continue
				}
				ip, f.missing = whole, 0
				s.unskip(fragmentSkipped, n)
			}
		}
		p, err := wire.DecodeCaptured(ip, f.missing)
		if errors.Is(err, wire.ErrNotTCP) {
			if inner := inTunnel(ip); inner != nil {
				p, err = wire.DecodeCaptured(inner, f.missing)
			}
		}
		if errors.Is(err, wire.ErrNotTCP) {
			if e, ok := wire.ICMPErrorOf(ip); ok {
				return Packet{Number: s.packets, Time: f.time, Flow: e.Flow, Seg: model.Segment{Seq: e.Seq}, ICMP: &e}, nil
			}
		}
		if err != nil {
			s.skip(skipReason(err))
			continue
		}
		q := Packet{
			Number: s.packets, Time: f.time, Flow: p.Flow, Seg: p.Seg, ID: p.ID, TTL: p.TTL, Damaged: p.Damaged,
			BadChecksum: p.Checksum == wire.Bad, Partial: p.Partial, GoodChecksum: p.Checksum == wire.Good,
		}
		if p.TextLen > int(p.Seg.Len) {
			s.rest = split(q, p.TextLen)
			continue
		}
		return q, nil
	}
}

// split cuts a packet that segmentation offload left in one piece, with more data than a segment can have, into several
// segments with the same packet number.
func split(p Packet, textLen int) (list []Packet) {
	const most = 1 << 15
	last := p.Seg.Flags & (model.FIN | model.PSH)
	for at := 0; at < textLen; at += most {
		q := p
		q.Merged = true
		q.Seg.Seq += model.Seq(at)
		q.Seg.Len = uint16(min(most, textLen-at))
		if at > 0 {
			q.Seg.Flags &^= model.SYN
			if p.Seg.Has(model.SYN) {
				q.Seg.Seq++
			}
		}
		if at+most < textLen {
			q.Seg.Flags &^= last
		}
		list = append(list, q)
	}
	return list
}

func skipReason(err error) string {
	var e *wire.Error
	switch {
	case errors.Is(err, wire.ErrNotTCP):
		return "IP, but not TCP"
	case errors.Is(err, wire.ErrFragment):
		return fragmentSkipped
	case errors.As(err, &e):
		return "malformed " + e.Place // without the numbers, so that the table of reasons stays small
	}
	return "malformed"
}
