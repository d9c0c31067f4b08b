package capture

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
)

// readAhead reads in the background, so that reading and judging overlap, and so that Ctrl-C also ends
// a wait for input.
type readAhead struct {
	ctx    context.Context
	cancel context.CancelFunc
	full   chan chunk
	empty  chan []byte
	rest   []byte // of the chunk in hand
	whole  []byte
	err    error
	read   int64
	began  time.Time
	told   time.Time
	tell   func()
}

type chunk struct {
	b   []byte
	err error
}

const (
	chunkSize  = 1 << 18
	chunkCount = 4
	tellEvery  = 200 * time.Millisecond
)

func newReadAhead(ctx context.Context, r io.Reader) *readAhead {
	a := &readAhead{full: make(chan chunk), empty: make(chan []byte, chunkCount), began: time.Now()}
	a.ctx, a.cancel = context.WithCancel(ctx)
	for range chunkCount {
		a.empty <- make([]byte, chunkSize)
	}
	go a.pump(r)
	return a
}

func (a *readAhead) pump(r io.Reader) {
	for {
		var b []byte
		select {
		case b = <-a.empty:
		case <-a.ctx.Done():
			return
		}
		n, err := r.Read(b[:cap(b)])
		select {
		case a.full <- chunk{b[:n], err}:
		case <-a.ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

func (a *readAhead) Read(b []byte) (int, error) {
	for len(a.rest) == 0 {
		if err := a.ctx.Err(); err != nil {
			return 0, err
		}
		if a.err != nil {
			return 0, a.err
		}
		if a.whole != nil {
			a.empty <- a.whole
			a.whole = nil
		}
		select {
		case c := <-a.full:
			a.rest, a.whole, a.err = c.b, c.b, c.err
		case <-a.ctx.Done():
			return 0, a.ctx.Err()
		}
		if a.tell != nil && time.Since(a.told) >= tellEvery {
			a.told = time.Now()
			a.tell()
		}
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	a.read += int64(n)
	return n, nil
}

// stop ends the reading. Input that still arrives is dropped.
func (a *readAhead) stop() { a.cancel() }

// progress shows from time to time how much was read of a file of size octets (0: unknown). A nil line
// shows nothing.
func (a *readAhead) progress(line func(string), size int64, packets func() int) {
	if line == nil {
		return
	}
	a.told = time.Now()
	a.tell = func() {
		seconds := max(time.Since(a.began).Seconds(), 1e-3)
		read := flags.Bytes(a.read)
		rate := flags.Bytes(float64(a.read) / seconds)
		text := fmt.Sprintf("%d packets (%.0f a second), %s", packets(), float64(packets())/seconds, &read)
		if size > 0 {
			text += fmt.Sprintf(", %d%%", 100*a.read/size)
		}
		line(fmt.Sprintf("%s, %s a second; Ctrl-C ends", text, &rate))
	}
}
