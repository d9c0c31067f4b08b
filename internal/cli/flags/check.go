package flags

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// Exclusive refuses flags that contradict each other.
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
