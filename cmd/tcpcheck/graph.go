package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/ladder/diagram"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/scenario"
)

func newGraphCmd() *cobra.Command {
	var g grapher
	cmd := &cobra.Command{
		Use:   "graph endpoint|joint|folded [FILE]",
		Short: "Draw the state diagram that a search finds: of one endpoint, or of both with the network",
		Long: `graph writes what a search finds as a graph.

  endpoint  every change of state of one endpoint with its event and output, compared with RFC 9293
            Figure 5; without a scenario, from several that together bring about all of the figure
  joint     every joint state of a scenario, with all that can happen
  folded    the same, states that differ only in numbers and segments taken together

The scenario comes from a file, a theorem or flags, as with explore.`,
		Example: `  tcpcheck graph endpoint | dot -Tsvg -o endpoint.svg
  tcpcheck graph folded --set 'stale=[]' -o folded.dot
  tcpcheck graph joint --theorem two-segments-ghost --format aut`,
		ValidArgs: graphKinds,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usagef("graph: found %d arguments, expected one of %s, and perhaps a file", len(args), strings.Join(graphKinds, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	g.source.flags(f)
	g.limits.flags(f)
	f.StringVar(&g.format, "format", "dot", "dot, aut or json")
	f.StringVarP(&g.out, "output", "o", "-", "write to `file` (-: stdout)")
	f.BoolVar(&g.loops, "loops", false, "endpoint: also the events that change no state (aut and json)")
	return cmd
}

var graphKinds = []string{"endpoint", "joint", "folded"}

type grapher struct {
	source
	limits
	format, out string
	loops       bool
}

func (g *grapher) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if err := g.limits.check(); err != nil {
		return err
	}
	if g.format != "dot" && g.format != "aut" && g.format != "json" {
		return usagef("--format %s: expected one of dot, aut, json", g.format)
	}
	if g.loops && (args[0] != "endpoint" || g.format == "dot") {
		return usagef("--loops: found graph %s as %s, expected graph endpoint with --format aut or json", args[0], g.format)
	}
	if err := writable(g.out, "--output"); err != nil {
		return err
	}
	var write func(io.Writer) error
	var partial string
	var err error
	switch args[0] {
	case "endpoint":
		write, partial, err = g.endpoint(ctx, args[1:], stderr)
	case "joint", "folded":
		write, partial, err = g.joint(ctx, args[0] == "folded", args[1:], stderr)
	default:
		return usagef("graph %s: expected one of %s", args[0], strings.Join(graphKinds, ", "))
	}
	if err != nil {
		return err
	}
	endOnInterrupt()
	if err := writeTo(g.out, "--output", stdout, write); err != nil {
		return err
	}
	if partial != "" {
		return exitError{exitIncomplete, "the graph is not the whole: " + partial}
	}
	return nil
}

// endpoint finds the diagram of one endpoint.
func (g *grapher) endpoint(ctx context.Context, args []string, stderr io.Writer) (write func(io.Writer) error, partial string, err error) {
	d := &diagram.Diagram{Loops: g.loops}
	config := scenario.Default().Scenario.Peer[netfake.A].TCP
	var list []netfake.Scenario
	given := len(args) > 0 || g.theorem != ""
	limited := g.states > 0 || g.depth > 0 || g.mem > 0 || g.timeout > 0
	if given {
		sub, err := g.subject(args)
		if err != nil {
			return nil, "", err
		}
		list = []netfake.Scenario{sub.file.Scenario}
	} else {
		if config, err = g.policies(config); err != nil {
			return nil, "", err
		}
		list = diagram.Rich(config)
	}
	for _, sc := range list {
		o := g.options()
		var done func()
		o.Progress, done = progress(stderr)
		why, err := d.Add(ctx, sc, o)
		done()
		if err != nil {
			return nil, "", usagef("%v", err)
		}
		if why != "" && (given || limited) || ctx.Err() != nil {
			partial = why
		}
	}
	if !given {
		d.AddCalls(config)
	}
	if missing := d.Missing(); len(missing) > 0 {
		fmt.Fprintf(stderr, "arrows of RFC 9293 Figure 5 that were never found:\n")
		for _, a := range missing {
			fmt.Fprintf(stderr, "  %v -> %v: %s / %s\n", a.From, a.To, a.Event, a.Output)
		}
	}
	return map[string]func(io.Writer) error{"dot": d.WriteDOT, "aut": d.WriteAUT, "json": d.WriteJSONL}[g.format], partial, nil
}

// policies takes the machine from the flags; its scenarios are given.
func (g *grapher) policies(c model.Config) (model.Config, error) {
	f := scenario.Default()
	for _, ch := range g.changes {
		if ch.add || !strings.Contains(ch.keys[0], ".tcp.") {
			return c, usagef("--%s: without a file or a theorem the endpoint's diagram has scenarios of its own; expected a policy, as in --set both.tcp.reopen=any-syn", ch.flag)
		}
		if err := f.Set(ch.keys[0], ch.value); err != nil {
			return c, usagef("--%s: %v", ch.flag, err)
		}
	}
	return f.Scenario.Peer[netfake.A].TCP, nil
}

// joint finds the graph of both endpoints and the network, folded or whole.
func (g *grapher) joint(ctx context.Context, fold bool, args []string, stderr io.Writer) (write func(io.Writer) error, partial string, err error) {
	sub, err := g.subject(args)
	if err != nil {
		return nil, "", err
	}
	o := explore.Options[netfake.State, labelled]{Cut: netfake.CutOff, Workers: g.workers, MaxStates: g.states,
		MaxDepth: g.depth, MaxMem: uint64(g.mem), Timeout: g.timeout}
	var done func()
	o.Progress, done = progress(stderr)
	r, gr := explore.RunGraph(ctx, labelling{sub.sys, fold}, o)
	done()
	if n := gr.Len(); !fold && g.format == "dot" && n > 2000 {
		fmt.Fprintf(stderr, "tcpcheck: %d states are more than Graphviz draws well: folded, or --max-depth, shows less\n", n)
	}
	partial = r.Reason
	for _, c := range r.Cuts {
		partial += " " + c.Name
	}
	return func(w io.Writer) error { return g.writeJoint(w, sub.sys, gr, fold) }, strings.TrimSpace(partial), nil
}

func (g *grapher) writeJoint(w io.Writer, sys *netfake.System, gr *explore.Graph[netfake.State, labelled], fold bool) error {
	text := func(l labelled) string { return l.String() }
	if fold {
		f := explore.Fold(gr, func(s netfake.State) string { return named(sys, s) }, text)
		same := func(s string) string { return s }
		switch g.format {
		case "aut":
			return explore.WriteAUT(w, f, same)
		case "json":
			return explore.WriteJSONL(w, f, same, same)
		}
		return explore.WriteDOT(w, f, foldedStyle())
	}
	node := func(s netfake.State) string { return jointLabel(sys, s) }
	switch g.format {
	case "aut":
		return explore.WriteAUT(w, gr, text)
	case "json":
		return explore.WriteJSONL(w, gr, node, text)
	}
	return explore.WriteDOT(w, gr, jointStyle(sys, text))
}
