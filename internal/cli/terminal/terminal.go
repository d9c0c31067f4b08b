// Package terminal shows progress to a person, and knows the width and the colours of a terminal.
package terminal

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
)

// OnTerminal reports whether a person watches what is written to w.
func OnTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Columns is how wide the terminal is that is written to; 0 if it is none.
func Columns(w io.Writer) int {
	if !OnTerminal(w) {
		return 0
	}
	n, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return n
}

// WantsColor reports whether ANSI colours may be used on w (https://no-color.org).
func WantsColor(w io.Writer) bool {
	return OnTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// EndOnInterrupt gives Ctrl-C its usual meaning back, for work that no context reaches, such as
// waiting for a person to press Enter.
func EndOnInterrupt() { signal.Reset(Interrupts...) }

// Interrupts are the signals that end a search, which then reports what it has.
var Interrupts = []os.Signal{os.Interrupt, syscall.SIGTERM}

// Progress tells a person on stderr how far a search is.
func Progress(stderr io.Writer) (show func(explore.Progress), done func()) {
	line, done := StatusLine(stderr)
	if line == nil {
		return nil, done
	}
	return func(p explore.Progress) {
		mem, disk := flags.Bytes(p.MemBytes), flags.Bytes(p.DiskBytes)
		rate := float64(p.Distinct) / max(p.Elapsed.Seconds(), 1e-3)
		text := fmt.Sprintf("%s  depth %d, %d states (%.0f a second), %d to expand, %s",
			p.Elapsed.Round(time.Second), p.Depth, p.Distinct, rate, p.Frontier, &mem)
		if disk > 0 {
			text += fmt.Sprintf(" and %s on disk", &disk)
		}
		if p.Left > 0 {
			text += fmt.Sprintf(", perhaps %d more in %s", p.Left, time.Duration(float64(p.Left)/rate*1e9).Round(time.Second))
		}
		line(text + "; Ctrl-C ends")
	}, done
}

// StatusLine returns what shows a line to a person on stderr in place of the one before, and what
// clears it. The first is nil, and the second does nothing, if nobody watches.
func StatusLine(stderr io.Writer) (show func(string), done func()) {
	if !OnTerminal(stderr) {
		return nil, func() {}
	}
	shown := false
	show = func(text string) {
		shown = true
		fmt.Fprint(stderr, "\r\x1b[K", text)
	}
	return show, func() {
		if shown {
			fmt.Fprint(stderr, "\r\x1b[K")
		}
		shown = false
	}
}
