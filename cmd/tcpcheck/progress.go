package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// limits are the flags that end a search early.
type limits struct {
	workers, depth int
	states         uint64
	mem            byteSize
	timeout        time.Duration
}

func (l *limits) flags(f *pflag.FlagSet) {
	f.IntVar(&l.workers, "workers", 0, "how many processors search (0: all)")
	f.Uint64Var(&l.states, "max-states", 0, "end the search past so many distinct states, as UNKNOWN (0: no limit)")
	f.IntVar(&l.depth, "max-depth", 0, "look no further than so many steps, which makes the answer BOUNDED (0: no limit)")
	l.mem = byteSize(memoryToUse())
	f.Var(&l.mem, "mem", "end the search when its tables need more, as UNKNOWN: 512MiB, 2GB (0: no limit);\nunless set, three quarters of the free memory")
	f.DurationVar(&l.timeout, "timeout", 0, "end the search after so long, as UNKNOWN: 30s, 5m (0: no limit)")
}

func (l *limits) check() error {
	if l.depth < 0 {
		return usagef("--max-depth %d: expected a whole number from 0", l.depth)
	}
	return notNegative(l.workers, l.timeout)
}

// notNegative refuses what --workers and --timeout cannot be.
func notNegative(workers int, timeout time.Duration) error {
	switch {
	case workers < 0:
		return usagef("--workers %d: expected a whole number from 0", workers)
	case timeout < 0:
		return usagef("--timeout %v: expected a duration from 0", timeout)
	}
	return nil
}

type options = explore.Options[netfake.State, netfake.Action]

func (l *limits) options() options {
	return options{Cut: netfake.CutOff, Workers: l.workers, MaxStates: l.states,
		MaxDepth: l.depth, MaxMem: uint64(l.mem), Timeout: l.timeout}
}

// byteSize is a flag that takes an amount of memory.
type byteSize uint64

var byteUnits = []struct {
	name string
	size uint64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}

// Set reads a number and its unit.
func (b *byteSize) Set(text string) error {
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err != nil || !(n >= 0 && n*float64(u.size) < 1<<62) {
			break
		}
		*b = byteSize(n * float64(u.size))
		return nil
	}
	return fmt.Errorf("found %q, expected an amount like 512MiB, 1.5GiB or 2GB", text)
}

// String writes the amount in the largest unit that makes it at least one.
func (b *byteSize) String() string {
	for i := 3; i >= 0; i-- {
		if u := byteUnits[i]; uint64(*b) >= u.size {
			return fmt.Sprintf("%.4g%s", float64(*b)/float64(u.size), u.name)
		}
	}
	return strconv.FormatUint(uint64(*b), 10)
}

// Type is what a usage line calls the value.
func (b *byteSize) Type() string { return "size" }

// onTerminal reports whether a person watches what is written to w.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// columns is how wide the terminal is that is written to; 0 if it is none.
func columns(w io.Writer) int {
	if !onTerminal(w) {
		return 0
	}
	n, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return n
}

// wantsColor reports whether ANSI colours may be used on w (https://no-color.org).
func wantsColor(w io.Writer) bool {
	return onTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// endOnInterrupt gives Ctrl-C its usual meaning back, for work that no context reaches, such as
// waiting for a person to press Enter.
func endOnInterrupt() { signal.Reset(interrupts...) }

// interrupts are the signals that end a search, which then reports what it has.
var interrupts = []os.Signal{os.Interrupt, syscall.SIGTERM}

// progress tells a person on stderr how far a search is.
func progress(stderr io.Writer) (show func(explore.Progress), done func()) {
	line, done := statusLine(stderr)
	if line == nil {
		return nil, done
	}
	return func(p explore.Progress) {
		mem, disk := byteSize(p.MemBytes), byteSize(p.DiskBytes)
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

// statusLine returns what shows a line to a person on stderr in place of the one before, and what
// clears it. The first is nil, and the second does nothing, if nobody watches.
func statusLine(stderr io.Writer) (show func(string), done func()) {
	if !onTerminal(stderr) {
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
