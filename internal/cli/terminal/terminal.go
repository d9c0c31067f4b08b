// Package terminal shows progress to a person, and knows the width and the colours of a terminal.
package terminal

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
)

// Checked is an output that remembers its first error.
type Checked struct {
	io.Writer
	Err error
}

func (c *Checked) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	if err != nil && c.Err == nil {
		c.Err = err
	}
	return n, err
}

// file returns the terminal that w writes to, or nil.
func file(w io.Writer) *os.File {
	if c, ok := w.(*Checked); ok {
		w = c.Writer
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// OnTerminal reports whether w writes to a terminal.
func OnTerminal(w io.Writer) bool { return file(w) != nil }

// Columns is the width of the terminal that w writes to, or 0 if it is not a terminal.
func Columns(w io.Writer) int {
	f := file(w)
	if f == nil {
		return 0
	}
	n, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return n
}

// WantsColor reports whether ANSI colours may be used on w (https://no-color.org).
func WantsColor(w io.Writer) bool {
	return OnTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// EndOnInterrupt restores the usual meaning of Ctrl-C, for work that a context cannot stop, such as
// waiting for Enter.
func EndOnInterrupt() { signal.Reset(Interrupts...) }

// Interrupts are the signals that stop a search, which then reports what it has found.
var Interrupts = []os.Signal{os.Interrupt, syscall.SIGTERM}

// Progress shows on stderr how far a search is.
func Progress(stderr io.Writer) (show func(explore.Progress), done func()) {
	line, done := StatusLine(stderr)
	if line == nil {
		return nil, done
	}
	return func(p explore.Progress) {
		if p.Untaken > 0 {
			line(fmt.Sprintf("no worker has taken the search for %s; Ctrl-C ends", p.Untaken.Round(time.Second)))
			return
		}
		mem, disk := flags.Bytes(p.MemBytes), flags.Bytes(p.DiskBytes)
		rate := float64(p.Distinct) / max(p.Elapsed.Seconds(), 1e-3)
		text := fmt.Sprintf("%s  depth %d, %d states (%.0f a second), %d to expand, %s",
			p.Elapsed.Round(time.Second), p.Depth, p.Distinct, rate, p.Frontier, &mem)
		if disk > 0 {
			text += fmt.Sprintf(" and %s on disk", &disk)
		}
		if p.Left > 0 {
			text += fmt.Sprintf(", perhaps %d more states in %s", p.Left, time.Duration(float64(p.Left)/rate*1e9).Round(time.Second))
		}
		line(text + "; Ctrl-C ends")
	}, done
}

// StatusLine returns a function that replaces the status line on stderr, and one that clears it. If
// stderr is not a terminal, the first is nil and the second does nothing.
func StatusLine(stderr io.Writer) (show func(string), done func()) {
	if !OnTerminal(stderr) {
		return nil, func() {}
	}
	var mu sync.Mutex // several searches may show how far they are
	shown := false
	show = func(text string) {
		mu.Lock()
		defer mu.Unlock()
		shown = true
		if wide := Columns(stderr); wide > 0 && len(text) >= wide { // a second row would not be cleared
			text = text[:wide-1]
		}
		fmt.Fprint(stderr, "\r\x1b[K", text)
	}
	return show, func() {
		mu.Lock()
		defer mu.Unlock()
		if shown {
			fmt.Fprint(stderr, "\r\x1b[K")
		}
		shown = false
	}
}
