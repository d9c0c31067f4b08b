package trace

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tcpcheck/tcpcheck/wire"
)

// maxRecord bounds what one record of a capture may hold, whatever its header claims.
const maxRecord = 1 << 20

// frame is one captured packet with its link header.
type frame struct {
	link uint16
	time time.Time
	data []byte // valid until the next one is read
}

// reader counts the octets that have been read, so that an error can say where it happened.
type reader struct {
	r    io.Reader
	name string
	at   int64 // of the next octet
	from int64 // where the record in hand begins
	buf  []byte
}

// read returns the next n octets. At the very beginning of a record the end of the input is
// io.EOF; later it is a truncation.
func (r *reader) read(n int, what string) ([]byte, error) {
	if n < 0 || n > maxRecord {
		return nil, &InputError{r.name, r.place(), fmt.Sprintf("%s of at most %d octets", what, maxRecord), fmt.Sprint(n), ErrFormat}
	}
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	b := r.buf[:n]
	got, err := io.ReadFull(r.r, b)
	fresh := r.at == r.from
	r.at += int64(got)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, io.EOF) && fresh && got == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &InputError{r.name, r.place(), fmt.Sprintf("%s of %d octets", what, n), fmt.Sprintf("%d octets and the end of the file", got), ErrTruncated}
	}
	return nil, fmt.Errorf("%s: %s: %w", r.name, r.place(), err)
}

func (r *reader) place() string { return fmt.Sprintf("record at octet %d", r.from) }

func (r *reader) bad(want, got string) error {
	return &InputError{r.name, r.place(), want, got, ErrFormat}
}

// captureSource turns frames into segments.
type captureSource struct {
	counts
	format string
	next   func() (frame, error)
}

func (s *captureSource) Format() string { return s.format }

func (s *captureSource) Next() (Packet, error) {
	for {
		f, err := s.next()
		if err != nil {
			var e *InputError
			if errors.As(err, &e) {
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
