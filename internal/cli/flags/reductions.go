package flags

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// Reductions is the flag that switches reductions off.
type Reductions struct{ Without netfake.Reductions }

func (l *Reductions) Flags(f *pflag.FlagSet) {
	f.Var(l, "no-reduction", "do not use this `reduction` of the state space: all, "+strings.Join(netfake.ReductionNames, ", ")+" (may be repeated)")
}

// Set reads one name.
func (l *Reductions) Set(text string) error {
	r, err := netfake.ParseReductions(text)
	l.Without |= r
	return err
}

// String is empty: there is no default.
func (l *Reductions) String() string { return "" }

// Type is the name of the value in the help.
func (l *Reductions) Type() string { return "name" }
