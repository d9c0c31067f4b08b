package flags

import "github.com/spf13/pflag"

// Text has the flag of every command that draws runs as text.
type Text struct{ Legend bool }

func (t *Text) Flags(f *pflag.FlagSet) {
	Group(f, Output, func(f *pflag.FlagSet) {
		f.BoolVar(&t.Legend, "legend", false, "explain the signs below each run that is drawn as text")
	})
}

// WithLegend reports whether the legend was asked for.
func (t *Text) WithLegend() bool { return t.Legend }
