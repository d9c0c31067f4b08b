// Package runs draws the runs that commands found.
package runs

import (
	"cmp"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Draw draws a run of the system, in colours if w is a terminal that wants them. Where Why is empty
// it says what the invariant itself says of what that means.
func Draw(w io.Writer, sys *netfake.System, run netfake.Run, o ladder.Options) error {
	o.Color, o.Loop, o.Width = terminal.WantsColor(w), run.Loop, terminal.Columns(w)
	o.Why = cmp.Or(o.Why, properties.Meaning(o.Violated))
	return ladder.Write(w, sys, sys.MustReplay(run), o)
}
