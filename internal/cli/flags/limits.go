package flags

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// FreeMemory is three quarters of the memory that is free, or zero if that cannot be found out: the default limit,
// so that a search ends before the system ends it.
func FreeMemory() uint64 {
	if runtime.GOOS != "linux" {
		return 0
	}
	free := uint64(0)
	meminfo, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(meminfo)) {
		if text, ok := strings.CutPrefix(line, "MemAvailable:"); ok {
			kib, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			if err != nil {
				return 0
			}
			free = kib << 10
		}
	}
	// A container may have less (control groups, version 2).
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if most, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
			free = min(free, most)
		}
	}
	return free / 4 * 3
}

// Limits are the flags that end a search early.
type Limits struct {
	Workers, Depth int
	States         uint64
	Mem            Bytes
	Timeout        time.Duration
}

func (l *Limits) Flags(f *pflag.FlagSet) {
	f.IntVar(&l.Workers, "workers", 0, "how many processors search (0: all)")
	f.Uint64Var(&l.States, "max-states", 0, "end the search past so many distinct states, as UNKNOWN (0: no limit)")
	f.IntVar(&l.Depth, "max-depth", 0, "look no further than so many steps, which makes the answer BOUNDED (0: no limit)")
	l.Mem = Bytes(FreeMemory())
	f.Var(&l.Mem, "mem", "end the search when its tables need more, as UNKNOWN: 512MiB, 2GB (0: no limit);\nunless set, three quarters of the free memory")
	f.DurationVar(&l.Timeout, "timeout", 0, "end the search after so long, as UNKNOWN: 30s, 5m (0: no limit)")
}

func (l *Limits) Check() error {
	if l.Depth < 0 {
		return exit.Usagef("--max-depth %d: expected a whole number from 0", l.Depth)
	}
	return NotNegative(l.Workers, l.Timeout)
}

type Options = explore.Options[netfake.State, netfake.Action]

func (l *Limits) Options() Options {
	return Options{Cut: netfake.CutOff, Workers: l.Workers, MaxStates: l.States,
		MaxDepth: l.Depth, MaxMem: uint64(l.Mem), Timeout: l.Timeout}
}

// Bytes is a flag that takes an amount of memory.
type Bytes uint64

var byteUnits = []struct {
	name string
	size uint64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1}}

// Set reads a number and its unit.
func (b *Bytes) Set(text string) error {
	for _, u := range byteUnits {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
		if err != nil || !(n >= 0 && n*float64(u.size) < 1<<62) {
			break
		}
		*b = Bytes(n * float64(u.size))
		return nil
	}
	return fmt.Errorf("found %q, expected an amount like 512MiB, 1.5GiB or 2GB", text)
}

// String writes the amount in the largest unit that makes it at least one.
func (b *Bytes) String() string {
	for i := 3; i >= 0; i-- {
		if u := byteUnits[i]; uint64(*b) >= u.size {
			return fmt.Sprintf("%.4g%s", float64(*b)/float64(u.size), u.name)
		}
	}
	return strconv.FormatUint(uint64(*b), 10)
}

// Type is what a usage line calls the value.
func (b *Bytes) Type() string { return "size" }
