// Package command makes a program of a system: flags, progress, a saved run, JSON, an exit status. A main function needs one
// line for it.
//
//	func main() { command.Main("jugs", jugs{}, explore.Options[litres, string]{Always: ...}, explore.RunStyle[litres, string]{}) }
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/tcpcheck/tcpcheck/explore"
)

// The exit statuses.
const (
	statusOK         = 0 // verified, or the saved run is a run
	statusViolated   = 1
	statusUsage      = 2
	statusIncomplete = 3 // bounded, or ended early
)

// Main runs the program on the arguments and streams of the process, and ends it.
func Main[S comparable, A any](name string, sys explore.System[S, A], o explore.Options[S, A], style explore.RunStyle[S, A]) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := Run(ctx, name, sys, o, style, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// flags are the values of the command line.
type flags struct {
	save, replay, dot string
	json              bool
}

// Run is Main with the arguments and streams of the caller. It returns the exit status.
func Run[S comparable, A any](ctx context.Context, name string, sys explore.System[S, A], o explore.Options[S, A], style explore.RunStyle[S, A],
	args []string, stdout, stderr io.Writer) int {
	c := &call[S, A]{name, sys, style, stdout, stderr}
	var f flags
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&f.save, "save", "", "write the run to the first violation to `file`")
	set.StringVar(&f.replay, "replay", "", "print the run in `file`, after checking that it is one")
	set.StringVar(&f.dot, "dot", "", "write the graph for Graphviz to `file`")
	set.BoolVar(&f.json, "json", false, "print the result as JSON")
	set.Uint64Var(&o.MaxStates, "max-states", o.MaxStates, "stop after this `number` of states (0: no limit)")
	set.IntVar(&o.MaxDepth, "max-depth", o.MaxDepth, "do not go beyond this `depth` (0: no limit)")
	set.IntVar(&o.Workers, "workers", o.Workers, "search with this `number` of goroutines (0: one for each processor)")
	set.DurationVar(&o.Timeout, "timeout", o.Timeout, "stop after this `time` (0: no limit)")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return statusOK
		}
		return statusUsage
	}
	if set.NArg() > 0 {
		fmt.Fprintf(stderr, "%s: found %q, expected flags only\n", name, set.Arg(0))
		return statusUsage
	}
	if f.replay != "" {
		return replay(c, f.replay, o.Always)
	}
	r, g := c.search(ctx, o, f.dot != "")
	if err := c.write(f, r, g); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", name, err)
		return statusUsage
	}
	switch r.Verdict {
	case explore.Violated:
		return statusViolated
	case explore.Verified:
		return statusOK
	}
	return statusIncomplete
}

// call is one execution of the program.
type call[S comparable, A any] struct {
	name           string
	sys            explore.System[S, A]
	style          explore.RunStyle[S, A]
	stdout, stderr io.Writer
}

// search searches, and shows progress on a terminal.
func (c *call[S, A]) search(ctx context.Context, o explore.Options[S, A], graph bool) (*explore.Result[S, A], *explore.Graph[S, A]) {
	if terminal(c.stderr) {
		o.Progress = func(p explore.Progress) { fmt.Fprintf(c.stderr, "\r%d states, depth %d ", p.Distinct, p.Depth) }
		defer fmt.Fprint(c.stderr, "\r\x1b[K")
	}
	if graph {
		return explore.RunGraph(ctx, c.sys, o)
	}
	return explore.Run(ctx, c.sys, o), nil
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// replay prints a saved run, if it is one and ends in the violation that it names.
func replay[S comparable, A any](c *call[S, A], file string, always []explore.Predicate[S]) int {
	p, violated, err := readRun(file, c.sys)
	if err == nil {
		i := slices.IndexFunc(always, func(q explore.Predicate[S]) bool { return q.Name == violated })
		if i < 0 || always[i].Holds(p.Last()) {
			err = fmt.Errorf("%s: violated: found %q, expected an invariant that does not hold where the run ends", file, violated)
		}
	}
	if err == nil {
		fmt.Fprintf(c.stdout, "A run to a violation of %s:\n", violated)
		err = explore.WriteRun(c.stdout, p, c.style)
	}
	if err != nil {
		fmt.Fprintf(c.stderr, "%s: %v\n", c.name, err)
		return statusUsage
	}
	return statusOK
}

// dotStyle labels the nodes with their states, and the edges with their actions.
func (c *call[S, A]) dotStyle() explore.DotStyle[S, A] {
	return explore.DotStyle[S, A]{
		Name: c.name,
		NodeLabel: func(n explore.Node[S]) string {
			if c.style.State != nil {
				return c.style.State(n.State)
			}
			return fmt.Sprintf("%+v", n.State)
		},
		EdgeLabel: func(e explore.Edge[A]) string {
			if c.style.Action != nil {
				return c.style.Action(e.Action)
			}
			return fmt.Sprint(e.Action)
		},
	}
}

// write reports what was found.
func (c *call[S, A]) write(f flags, r *explore.Result[S, A], g *explore.Graph[S, A]) error {
	if f.dot != "" {
		file, err := os.Create(f.dot)
		if err != nil {
			return err
		}
		if err := errors.Join(explore.WriteDOT(file, g, c.dotStyle()), file.Close()); err != nil {
			return err
		}
	}
	if f.save != "" && len(r.Violations) > 0 {
		if err := saveRun(f.save, c.sys, r.Violations[0]); err != nil {
			return err
		}
	}
	if f.json {
		return writeJSON(c.stdout, r)
	}
	text := fmt.Sprintf("%v: %d states, depth %d", r.Verdict, r.Distinct, r.Depth)
	if r.Reason != "" {
		text += "; the search stopped early: " + r.Reason
	}
	for _, cut := range r.Cuts {
		text += "; not searched beyond: " + cut.Name
	}
	for _, name := range r.Missing() {
		if r.Verdict == explore.Verified {
			text += "\nno state fulfils: " + name
		} else {
			text += "\nnot reached in what was searched: " + name
		}
	}
	if _, err := fmt.Fprintln(c.stdout, text); err != nil {
		return err
	}
	for _, v := range r.Violations {
		fmt.Fprintf(c.stdout, "\nA shortest run to a violation of %s:\n", v.Name)
		if err := explore.WriteRun(c.stdout, v.Path, c.style); err != nil {
			return err
		}
	}
	return nil
}
