package flags

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// freeMemory is three quarters of the free memory, or zero if that is unknown. It is the default
// limit, so that a search stops before the system kills it.
func freeMemory() uint64 {
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

// Limits are the flags that stop a search early.
type Limits struct {
	Workers int
	Depth   uint
	States  uint64
	Mem     Bytes
	Timeout time.Duration
}

func (l *Limits) Flags(f *pflag.FlagSet) {
	Group(f, Search, func(f *pflag.FlagSet) {
		Workers(f, &l.Workers)
		f.Uint64Var(&l.States, "max-states", 0, "stop the search, as UNKNOWN, after this `number` of distinct states (0: no limit)")
		f.UintVar(&l.Depth, "max-depth", 0, "search only runs of at most this `number` of steps, which makes the answer BOUNDED (0: no limit)")
		Mem(f, &l.Mem)
		Timeout(f, &l.Timeout, 0)
	})
}

// Workers declares --workers.
func Workers(f *pflag.FlagSet, p *int) {
	f.Var((*workers)(p), "workers", "how many processors to use (0: all)")
}

// Searches declares the limits of the searches of a command.
func Searches(f *pflag.FlagSet, set *properties.Settings, timeout time.Duration) {
	Workers(f, &set.Workers)
	Mem(f, (*Bytes)(&set.MaxMem))
	Timeout(f, &set.Timeout, timeout)
}

// Mem declares --mem. Its default is not shown, since the free memory changes from minute to minute.
func Mem(f *pflag.FlagSet, p *Bytes) {
	*p = Bytes(freeMemory())
	f.Var(p, "mem", "stop a search, as UNKNOWN, when its tables need more memory: 512MiB, 2GB (0: no limit); default: three quarters of the free memory")
	f.Lookup("mem").DefValue = ""
}

// Timeout declares --timeout.
func Timeout(f *pflag.FlagSet, p *time.Duration, unlessSet time.Duration) {
	*p = unlessSet
	f.Var((*timeout)(p), "timeout", "stop a search, as UNKNOWN, after this time: 30s, 5m (0: no limit)")
}

// workers is a number of processors.
type workers int

const mostWorkers = 4096

// Set reads a number.
func (n *workers) Set(text string) error {
	x, err := strconv.Atoi(text)
	if err != nil || x < 0 || x > mostWorkers {
		return fmt.Errorf("found %q, expected a whole number from 0 to %d", text, mostWorkers)
	}
	*n = workers(x)
	return nil
}

// String returns the number.
func (n *workers) String() string { return strconv.Itoa(int(*n)) }

// Type is the name of the value in the help.
func (n *workers) Type() string { return "number" }

// timeout is a duration that is not negative.
type timeout time.Duration

// Set reads a duration.
func (d *timeout) Set(text string) error {
	x, err := time.ParseDuration(text)
	if err != nil || x < 0 {
		return fmt.Errorf("found %q, expected a duration from 0, like 30s or 5m", text)
	}
	*d = timeout(x)
	return nil
}

// String returns the duration, or "" for no limit.
func (d *timeout) String() string {
	if *d == 0 {
		return ""
	}
	return time.Duration(*d).String()
}

// Type is the name of the value in the help.
func (d *timeout) Type() string { return "duration" }

func (l *Limits) Options() properties.Options {
	return properties.Options{Cut: netfake.CutOff, Workers: l.Workers, MaxStates: l.States,
		MaxDepth: int(l.Depth), MaxMem: uint64(l.Mem), Timeout: l.Timeout}
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
		if *b == 0 && n > 0 { // 0 is no limit
			break
		}
		if u.name == "" && 0 < n && n < 1<<20 {
			return fmt.Errorf("found %q, which is %s; expected an amount with a unit, like %sGiB", text, prose.Count(uint64(n), "byte"), digits)
		}
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

// Type is the name of the value in the help.
func (b *Bytes) Type() string { return "size" }

// NoReduction declares --no-reduction, which switches reductions off.
func NoReduction(f *pflag.FlagSet, without *netfake.Reductions) {
	f.Var((*reductions)(without), "no-reduction", "do not use this `reduction` of the state space: all, "+strings.Join(netfake.ReductionNames, ", ")+" (may be repeated)")
}

type reductions netfake.Reductions

// Set reads one name.
func (r *reductions) Set(text string) error {
	one, err := netfake.ParseReductions(text)
	*r |= reductions(one)
	return err
}

// String is empty: there is no default.
func (r *reductions) String() string { return "" }

// Type is the name of the value in the help.
func (r *reductions) Type() string { return "name" }
