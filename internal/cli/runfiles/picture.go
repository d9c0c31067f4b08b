package runfiles

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/render/sequence"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Pictures are the flags of every command that draws runs. The first run goes to the named file; later ones go to
// files beside it, with numbers.
type Pictures struct {
	flags.Text
	Picture string
	drawn   int
}

func (p *Pictures) Flags(f *pflag.FlagSet) {
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
		f.StringVar(&p.Picture, "picture", "", "draw the run to `file`; its ending says how: "+endings()+"; a second run goes to file-2, and so on")
	})
	p.Text.Flags(f)
}

// Check refuses a name that says no format, and files that cannot be written. If textOnly is set, the command
// draws nothing, and a picture was asked for in vain.
func (p *Pictures) Check(textOnly bool) error {
	switch {
	case p.Picture == "":
		return nil
	case !slices.Contains(sequence.Formats, p.format()):
		return exit.Usagef("--picture %s: expected a name that ends in one of %s", p.Picture, endings())
	case textOnly:
		return exit.Usagef("--picture: expected a command that draws runs as text (see its help)")
	}
	return flags.Outputs([]flags.File{{Flag: "--picture", Name: p.Picture}})
}

// DrawConnection draws one connection of a capture as a picture; name is that of the capture.
func (p *Pictures) DrawConnection(c *capture.Connection, name string) error {
	p.drawn++
	o := sequence.Options{Title: name + ": closed " + c.Ending()}
	return flags.WriteTo(numbered(p.Picture, p.drawn), "--picture", nil, func(w io.Writer) error {
		if err := sequence.WriteConnection(w, c, o, p.format()); err != nil {
			return exit.Usagef("--picture %s: %v", p.Picture, err)
		}
		return nil
	})
}

func (p *Pictures) format() string { return strings.TrimPrefix(filepath.Ext(p.Picture), ".") }

// endings are those of the names of pictures.
func endings() string { return "." + strings.Join(sequence.Formats, ", .") }

// Draw draws one run as a picture; name says whose run it is.
func (p *Pictures) Draw(sys *netfake.System, run []netfake.Transition, name string, o ladder.Options) error {
	p.drawn++
	title := fmt.Sprintf("%s: a run of %s", name, prose.Count(len(run), "step"))
	if o.Violated != "" {
		title = fmt.Sprintf("%s: VIOLATED after %s", name, prose.Count(len(run), "step"))
	}
	if o.Why == "" {
		o.Why = properties.Meaning(o.Violated)
	}
	return flags.WriteTo(numbered(p.Picture, p.drawn), "--picture", nil, func(w io.Writer) error {
		return sequence.Write(w, sys, run, sequence.Options{Options: o, Title: title}, p.format())
	})
}

// Show draws a run as text, and as a picture if --picture asks for one. The title of the picture says whose run it is.
func Show(w io.Writer, p *Pictures, sys *netfake.System, run netfake.Run, whose string, o ladder.Options) error {
	o.Legend = p.Legend
	if err := runs.Draw(w, sys, run, o); err != nil {
		return err
	}
	o.Loop = run.Loop
	return p.Draw(sys, sys.MustReplay(run), whose, o)
}

// numbered returns the name of the file for the n-th run.
func numbered(name string, n int) string {
	if name == "" || n == 1 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext)
}
