// Package runs shows the runs that commands found, and what a search saw where there is no run.
package runs

import (
	"cmp"
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Draw draws a run of the system, in colours if w is a terminal that wants them. If Why is empty, the meaning of
// the invariant stands there.
func Draw(w io.Writer, sys *netfake.System, run netfake.Run, o ladder.Options) error {
	o.Color, o.Loop, o.Width = terminal.WantsColor(w), run.Loop, terminal.Columns(w)
	o.Why = cmp.Or(o.Why, properties.Meaning(o.Violated))
	return ladder.Write(w, sys, sys.MustReplay(run), o)
}

// Of says how the run of an answer is drawn.
func Of(o properties.Outcome) ladder.Options {
	return ladder.Options{Violated: o.Violated, Why: o.Why, Part: o.Part, Loop: o.Loop()}
}

// Searched prints how many states were searched for an answer without a run.
func Searched(w io.Writer, o properties.Outcome) {
	fmt.Fprintf(w, "   %s: %d distinct states, %d generated, depth %d, in %.2f s", o.Verdict, o.Distinct, o.Generated, o.Depth, o.Elapsed.Seconds())
}
