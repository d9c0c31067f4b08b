package flags

import (
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// Exclusive refuses flags that say different things about the same.
func Exclusive(f *pflag.FlagSet, names ...string) error {
	var set []string
	for _, n := range names {
		if f.Changed(n) {
			set = append(set, "--"+n)
		}
	}
	if len(set) > 1 {
		return exit.Usagef("%s: found together, expected at most one of them", strings.Join(set, ", "))
	}
	return nil
}

// NotNegative refuses what --workers and --timeout cannot be.
func NotNegative(workers int, timeout time.Duration) error {
	switch {
	case workers < 0:
		return exit.Usagef("--workers %d: expected a whole number from 0", workers)
	case timeout < 0:
		return exit.Usagef("--timeout %v: expected a duration from 0", timeout)
	}
	return nil
}
