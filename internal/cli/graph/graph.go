// Package graph is the command that draws state diagrams.
package graph

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/learn/mapper"
	"github.com/tcpcheck/tcpcheck/internal/render/diagram"
	"github.com/tcpcheck/tcpcheck/internal/render/dot"
	"github.com/tcpcheck/tcpcheck/internal/render/joint"
	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// New returns the command.
func New() *cobra.Command {
	var g options
	cmd := &cobra.Command{
		Use:   "graph endpoint|mealy|joint|folded [FILE]",
		Short: "Draw the states that a search finds: of one endpoint, or of both with the network",
		Long: `graph writes what a search finds as a graph.

  endpoint  every change of state of one endpoint with its event and output, compared with Figure 5
            of RFC 9293; without a scenario, from several scenarios that together cover Figure 5
  mealy     one endpoint as a minimal Mealy machine over calls and abstract segments, for compare;
            automata learning finds such machines (CAV 2016); it takes policies and no scenario
  joint     every joint state of a scenario, with all actions
  folded    the same, where states that differ only in sequence numbers and segments are one node

The scenario comes from a file, a theorem or flags, as with explore.`,
		Example: `  tcpcheck graph endpoint --format svg -o endpoint.svg
  tcpcheck graph mealy --set both.tcp.attacks=rfc793 --fine -o old.dot
  tcpcheck graph folded --set 'stale=[]' -o folded.dot
  tcpcheck graph joint --theorem two-segments-ghost --format aut
  tcpcheck graph joint --theorem two-segments-old-data --along violation --format svg -o run.svg
  tcpcheck graph joint --around A=TIME-WAIT,B=LAST-ACK --radius 2 --theorem wait-spares-last-ack`,
		ValidArgs: graphKinds,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return exit.Usagef("graph: found %d arguments, expected one of %s, and perhaps a file", len(args), strings.Join(graphKinds, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	g.Source.Flags(f)
	g.Limits.Flags(f)
	flags.Group(f, "Part of the graph", func(f *pflag.FlagSet) {
		g.cutter.flags(f)
		f.BoolVar(&g.loops, "loops", false, "endpoint: also write events that do not change the state (only with aut and json)")
		f.BoolVar(&g.abstract.Fine, "fine", false, "mealy: also use sequence numbers in the window and just before it, and more kinds of segments")
		f.BoolVar(&g.abstract.Timers, "timers", false, "mealy: also use timeouts as inputs")
	})
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
		f.StringVarP(&g.out, "output", "o", "-", "write to `file` (-: stdout)")
		f.StringVar(&g.format, "format", "dot", strings.Join(formats, ", "))
		f.StringVar(&g.aut, "aut", "", "also write the graph in the Aldebaran format to `file` (-: stdout)")
		f.StringVar(&g.jsonl, "jsonl", "", "also write the graph to `file`, one JSON object a line (-: stdout)")
	})
	return cmd
}

var graphKinds = []string{"endpoint", "mealy", "joint", "folded"}

type options struct {
	subject.Source
	flags.Limits
	cutter
	format, out, aut, jsonl string
	loops                   bool
	abstract                mapper.Options
}

// output is a graph in each of its forms. One without aut and json has a comment before it as DOT.
type output struct {
	draw      func() *dot.Graph
	aut, json func(io.Writer) error
	comment   string
}

// formats are the names of the forms.
var formats = append([]string{"dot", "aut", "json"}, picture.Formats...)

func (o *output) write(w io.Writer, format string) error {
	switch format {
	case "aut":
		return o.aut(w)
	case "json":
		return o.json(w)
	case "dot":
		g := o.draw()
		g.Comment = o.comment
		return g.Write(w)
	}
	return picture.Write(w, o.draw(), format)
}

func (g *options) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if !slices.Contains(formats, g.format) {
		return exit.Usagef("--format %s: expected one of %s", g.format, strings.Join(formats, ", "))
	}
	if g.loops && (args[0] != "endpoint" || g.format != "aut" && g.format != "json") {
		return exit.Usagef("--loops: found graph %s as %s, expected graph endpoint with --format aut or json", args[0], g.format)
	}
	if args[0] == "mealy" && (len(args) > 1 || g.Theorem != "" || g.format == "aut" || g.format == "json" || g.aut != "" || g.jsonl != "") {
		return exit.Usagef("graph mealy: found a file, --theorem, aut or json, expected policies, as in --set both.tcp.reopen=any-syn")
	}
	if g.abstract != (mapper.Options{}) && args[0] != "mealy" {
		return exit.Usagef("--fine, --timers: found graph %s, expected graph mealy", args[0])
	}
	files := []flags.File{{Flag: "--output", Name: g.out}, {Flag: "--aut", Name: g.aut}, {Flag: "--jsonl", Name: g.jsonl}}
	if err := flags.Outputs(files); err != nil {
		return err
	}
	if err := g.cutter.check(args[0]); err != nil {
		return err
	}
	var o output
	var partial string
	var err error
	switch args[0] {
	case "endpoint":
		o, partial, err = g.endpoint(ctx, args[1:], stderr)
	case "mealy":
		o, err = g.mealy()
	case "joint", "folded":
		o, partial, err = g.joint(ctx, args[0] == "folded", args[1:], stderr)
	default:
		return exit.Usagef("graph %s: expected one of %s", args[0], strings.Join(graphKinds, ", "))
	}
	if err != nil {
		return err
	}
	terminal.EndOnInterrupt()
	for _, f := range []struct{ flag, file, format string }{
		{"--output", g.out, g.format}, {"--aut", g.aut, "aut"}, {"--jsonl", g.jsonl, "json"},
	} {
		if err := flags.WriteTo(f.file, f.flag, stdout, func(w io.Writer) error { return o.write(w, f.format) }); err != nil {
			return err
		}
	}
	if partial != "" {
		return exit.With(exit.Incomplete, "the graph is incomplete: "+partial)
	}
	return nil
}

// endpoint finds the diagram of one endpoint.
func (g *options) endpoint(ctx context.Context, args []string, stderr io.Writer) (o output, partial string, err error) {
	d := &diagram.Diagram{Loops: g.loops}
	config := scenario.Default().Scenario.Peer[netfake.A].TCP
	var list []netfake.Scenario
	given := len(args) > 0 || g.Theorem != ""
	limited := g.States > 0 || g.Depth > 0 || g.Mem > 0 || g.Timeout > 0
	if given {
		sub, err := g.Subject(args)
		if err != nil {
			return o, "", err
		}
		list = []netfake.Scenario{sub.File.Scenario}
	} else {
		if config, err = g.policies(config); err != nil {
			return o, "", err
		}
		list = diagram.Rich(config)
	}
	for _, sc := range list {
		search := g.Options()
		var done func()
		search.Progress, done = terminal.Progress(stderr)
		why, err := d.Add(ctx, sc, search)
		done()
		if err != nil {
			return o, "", exit.Usagef("%v", err)
		}
		if why != "" && (given || limited) || ctx.Err() != nil {
			partial = why
		}
	}
	if !given {
		d.AddCalls(config)
	}
	if missing := d.Missing(); len(missing) > 0 {
		fmt.Fprintf(stderr, "arrows of RFC 9293, Figure 5, that were not found:\n")
		for _, a := range missing {
			fmt.Fprintf(stderr, "  %v -> %v: %s / %s\n", a.From, a.To, a.Event, a.Output)
		}
	}
	return output{draw: d.Draw, aut: d.WriteAUT, json: d.WriteJSONL}, partial, nil
}

// mealy makes the machine that automata learning would find.
func (g *options) mealy() (o output, err error) {
	c, err := g.policies(scenario.Default().Scenario.Peer[netfake.A].TCP)
	if err != nil {
		return o, err
	}
	m, err := mapper.New(c, g.abstract).Machine()
	if err != nil {
		return o, exit.Usagef("graph mealy: %v", err)
	}
	about := "tcpcheck graph mealy: one endpoint of RFC 9293"
	for _, ch := range g.Changes {
		about += ", " + ch.Keys[0] + "=" + ch.Value
	}
	key := func(input int) any { return input }
	if g.format != "dot" {
		key = func(int) any { return nil } // in a picture one arrow for all that leads from one state to another
	}
	draw := func() *dot.Graph {
		d := m.Draw(key)
		if g.format != "dot" { // a DOT file is for other programs, which have a form of their own
			d.Title = about
		}
		return d
	}
	return output{draw: draw, comment: about}, nil
}

// policies takes the policies from the flags, for a graph that has its own scenarios.
func (g *options) policies(c model.Config) (model.Config, error) {
	f := scenario.Default()
	if err := g.Apply(&f.Scenario); err != nil {
		return c, err
	}
	for _, ch := range g.Changes {
		if ch.Add || !strings.Contains(ch.Keys[0], ".tcp.") {
			return c, exit.Usagef("--%s: without a file or a theorem graph endpoint uses its own scenarios; expected a policy, as in --set both.tcp.reopen=any-syn", ch.Flag)
		}
		if err := f.Set(ch.Keys[0], ch.Value); err != nil {
			return c, exit.Usagef("--%s: %v", ch.Flag, err)
		}
	}
	return f.Scenario.Peer[netfake.A].TCP, nil
}

// joint finds the graph of both endpoints and the network, folded or whole.
func (g *options) joint(ctx context.Context, fold bool, args []string, stderr io.Writer) (o output, partial string, err error) {
	sub, err := g.Subject(args)
	if err != nil {
		return o, "", err
	}
	g.TellProfile(stderr)
	search := jointOptions{Cut: netfake.CutOff, Workers: g.Workers, MaxStates: g.States,
		MaxDepth: int(g.Depth), MaxMem: uint64(g.Mem), Timeout: g.Timeout}
	if err := g.cutter.ask(&sub, &search); err != nil {
		return o, "", err
	}
	var done func()
	search.Progress, done = terminal.Progress(stderr)
	r, gr := joint.Search(ctx, joint.Labelling{System: sub.Sys, Fold: fold}, search)
	done()
	j := &jointWriter{sys: sub.Sys, part: g.around != "" || g.along != "", title: sub.Name}
	if j.g, j.Run, err = g.cutter.part(&sub, r, gr); err != nil {
		return o, "", err
	}
	if fold {
		j.fold = joint.Folded(sub.Sys, j.g)
	}
	if n := j.g.OpenNodes(); n > 0 && g.along != "" && r.Reason == "" && len(r.Violations) > 0 {
		fmt.Fprintf(stderr, "the search ended at the violation: %d states are drawn without all their successors\n", n)
	}
	partial = r.Reason
	for _, c := range r.Cuts {
		partial += " " + c.Name
	}
	if g.format != "aut" && g.format != "json" {
		if err := flags.Drawable(g.out, j.nodes(), g.force); err != nil {
			return o, "", err
		}
	}
	return j.output(), strings.TrimSpace(partial), nil
}
