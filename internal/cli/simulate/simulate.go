// Package simulate is the command that takes random runs.
package simulate

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// New returns the command.
func New() *cobra.Command {
	var m options
	cmd := &cobra.Command{
		Use:   "simulate [FILE]",
		Short: "Take long random runs of a scenario that is too large to search",
		Long: `simulate takes random runs of a scenario, and looks for a state in which an invariant is violated.
It proves nothing: its answer is VIOLATED or UNKNOWN. It is for scenarios that are too large for
explore: many opens, octets and losses, hundreds of steps. It shortens the run that it finds and
draws it; explore may find a shorter one still. The scenario comes from a file, a theorem or
flags, as with explore.

The same seed gives the same runs on any number of processors. With --swarm, each run prefers some
kinds of actions, drawn at random, to others. Such runs reach states that runs with equal chances
miss, for example after many losses in a row, and they can miss states that those reach.`,
		Example: `  tcpcheck simulate --theorem no-wait-old-fin
  tcpcheck simulate my.toml --opens 5 --octets 8 --losses 4 --timeout 1m --swarm
  tcpcheck simulate my.toml --seed 7 --save run.json; tcpcheck replay run.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	m.Source.Flags(f)
	flags.Group(f, flags.Question, func(f *pflag.FlagSet) {
		f.StringArrayVar(&m.sometimes, "sometimes", nil, "draw a run to such a `pair` of states: A=TIME-WAIT,B=LAST-ACK")
	})
	flags.Group(f, "Runs", func(f *pflag.FlagSet) {
		f.Uint64Var(&m.seed, "seed", 0, "the random seed (0: draw one, and print it)")
		f.Uint64Var(&m.runs, "runs", 20_000, "how many runs to take (0: until --timeout or Ctrl-C)")
		f.IntVar(&m.steps, "steps", 500, "the longest run, in steps")
		f.BoolVar(&m.swarm, "swarm", false, "let each run prefer other kinds of actions")
		flags.Workers(f, &m.workers)
		flags.Timeout(f, &m.timeout, 0)
	})
	m.Exporter.Flags(f)
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
		f.BoolVar(&m.json, "json", false, "print the report as JSON")
		f.StringVar(&m.save, "save", "", "write the run that was found to `file`, for replay (-: stdout)")
	})
	return cmd
}

type options struct {
	subject.Source
	runfiles.Exporter
	seed, runs     uint64
	steps, workers int
	timeout        time.Duration
	swarm, json    bool
	save           string
	sometimes      []string
}

type (
	walks     = explore.SimResult[netfake.State, netfake.Action]
	shrunk    = explore.Shrunk[netfake.State, netfake.Action]
	predicate = explore.Predicate[netfake.State]

	simOptions = explore.SimOptions[netfake.State, netfake.Action]
)

// shrinkAround is how many states around each state of a run are searched for a shortcut: about a
// second's work for a long run.
const shrinkAround = 3000

// shrinkRuns is how many shorter runs are tried from the start: about a second's work, too.
const shrinkRuns = 20_000

func (m *options) check() error {
	if m.steps < 1 {
		return exit.Usagef("--steps %d: expected a whole number from 1", m.steps)
	}
	var also []string
	if m.json {
		also = append(also, "--json")
	}
	return cmp.Or(m.Exporter.Check(), flags.Outputs([]flags.File{{Flag: "--save", Name: m.save}}, also...))
}

func (m *options) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	sub, err := m.Subject(args)
	if err != nil {
		return err
	}
	m.TellProfile(stderr)
	var asked properties.Options
	if err := sub.Predicates(&asked, m.sometimes); err != nil {
		return err
	}
	for m.seed == 0 {
		m.seed = uint64(rand.Uint32()) // short enough to type
	}
	o := simOptions{Always: asked.Always, Sometimes: asked.Sometimes, Cut: netfake.CutOff,
		Seed: m.seed, Runs: m.runs, Steps: m.steps, Timeout: m.timeout, Workers: m.workers}
	if m.swarm {
		o.Kind = netfake.Action.Class
	}
	show, done := terminal.StatusLine(stderr)
	if show != nil {
		o.Progress = func(p explore.SimProgress) {
			show(fmt.Sprintf("%s  %d runs, %d steps (%.0f a second), about %d states; Ctrl-C ends", p.Elapsed.Round(time.Second),
				p.Walks, p.Steps, float64(p.Steps)/max(p.Elapsed.Seconds(), 1e-3), p.Distinct))
		}
	}
	r := explore.Simulate(ctx, sub.Sys, o)
	done()
	var short shrunk
	if r.Violation != nil {
		if show != nil {
			show(fmt.Sprintf("a run of %d steps was found, and is being shortened; Ctrl-C ends", r.Violation.Path.Steps()))
		}
		short = shrink(ctx, sub.Sys, o, r.Violation)
		done()
	}
	terminal.EndOnInterrupt()
	human := stdout
	if m.save == "-" {
		human = stderr
	}
	return m.report(&sub, args, r, short, human, stdout)
}

// shrink shortens the run that was found, and looks for other, shorter runs. An interrupt ends this,
// and not the report.
func shrink(ctx context.Context, sys *netfake.System, o simOptions, v *explore.SimViolation[netfake.State, netfake.Action]) shrunk {
	so := explore.ShrinkOptions[netfake.State, netfake.Action, netfake.ActionKey]{Same: sys.Key, Cut: netfake.CutOff, Around: shrinkAround}
	o.Always = slices.DeleteFunc(slices.Clone(o.Always), func(p predicate) bool { return p.Name != v.Name })
	so.Shows = func(s netfake.State) bool { return !o.Always[0].Holds(s) }
	short := explore.Shrink(ctx, sys, v.Path, so)
	o.Sometimes, o.Timeout, o.Progress, o.Runs = nil, 0, nil, shrinkRuns
	for short.Path.Steps() > 1 && ctx.Err() == nil {
		o.Seed, o.Steps = o.Seed+1, short.Path.Steps()-1
		r := explore.Simulate(ctx, sys, o)
		if r.Violation == nil {
			short.Minimal = short.Minimal && ctx.Err() == nil
			break
		}
		other := explore.Shrink(ctx, sys, r.Violation.Path, so)
		other.Replays += short.Replays
		short = other
	}
	return short
}

func (m *options) report(sub *subject.Subject, args []string, r *walks, short shrunk, human, raw io.Writer) error {
	var err error
	if m.json {
		err = m.writeJSON(human, sub, args, r, short)
	} else {
		err = m.tell(human, sub, args, r, short)
	}
	if err != nil {
		return err
	}
	if r.Violation == nil {
		m.Exporter.Nothing(human)
		if m.save != "" {
			fmt.Fprintf(human, "\nNothing was saved to %s: no violation was found.\n", m.save)
		}
		return exit.Status(exit.Incomplete)
	}
	run := sub.Sys.MustReplay(report.Actions(short.Path))
	if err := m.Exporter.Export(sub.Sys, run, sub.Name, ladder.Options{Violated: r.Violation.Name}); err != nil {
		return err
	}
	saved := scenario.Run{File: sub.File, Theorem: sub.Theorem, Violated: r.Violation.Name, Steps: run}
	if err := subject.SaveRun(m.save, raw, sub.Sys, saved); err != nil {
		return err
	}
	return exit.Status(exit.Violated)
}

func (m *options) tell(w io.Writer, sub *subject.Subject, args []string, r *walks, short shrunk) error {
	asked := sub.Asked()
	switch {
	case len(sub.Live) > 0 && len(sub.File.Always) == 0:
		asked = "no invariant is checked, and random runs cannot decide what happens eventually"
	case len(sub.Live) > 0:
		asked += "; random runs cannot decide what happens eventually"
	}
	fmt.Fprintf(w, "%s\n  %s\n\n", sub.Name, prose.Wrap(asked, 96, "  "))
	if v := r.Violation; v != nil {
		fmt.Fprintf(w, "%s: %s fails in run %d after %d steps, shortened to %d\n", r.Verdict, v.Name, v.Walk+1, v.Path.Steps(), short.Path.Steps())
	} else {
		fmt.Fprintf(w, "%s: no violation was found in %d steps, which proves nothing%s\n", r.Verdict, r.Steps, because(r.Reason))
	}
	fmt.Fprintf(w, "  %s, %d steps in total (%.0f a second), the longest run %d; about %d distinct states, in %.2f s\n",
		prose.Count(r.Walks, "run"), r.Steps, float64(r.Steps)/max(r.Elapsed.Seconds(), 1e-3), r.Longest, r.Distinct, r.Elapsed.Seconds())
	for _, e := range endings(r) {
		fmt.Fprintf(w, "  %8d  %s\n", e.States, e.Name)
	}
	for _, wit := range r.Witnesses {
		if wit.Found {
			fmt.Fprintf(w, "  witness reached: %s, first after %d steps\n", wit.Name, wit.Path.Steps())
		} else {
			fmt.Fprintf(w, "  witness not reached: %s\n", wit.Name)
		}
	}
	fmt.Fprintf(w, "  seed %d; to repeat: %s\n", r.Seed, m.repeat(args, r))
	for i, wit := range r.Witnesses {
		if wit.Found && i < len(m.sometimes) {
			fmt.Fprintf(w, "\nA run to %s:\n\n", wit.Name)
			if err := runs.Draw(w, sub.Sys, report.Actions(wit.Path), ladder.Options{Legend: m.Legend}); err != nil {
				return err
			}
		}
	}
	if r.Violation == nil {
		return nil
	}
	fmt.Fprintf(w, "\nA run to a violation of %s%s:\n\n", r.Violation.Name, unfinished(short))
	return runs.Draw(w, sub.Sys, report.Actions(short.Path), ladder.Options{Violated: r.Violation.Name, Legend: m.Legend})
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func unfinished(s shrunk) string {
	if s.Minimal {
		return ", in which no step can be left out"
	}
	return ", which could be shortened further"
}

// endings lists how runs ended, and how many runs ended so.
func endings(r *walks) (list []explore.Cut) {
	for _, e := range []explore.Cut{
		{Name: "ended in a state without actions", States: r.Terminals},
		{Name: "ended in a state that no action changes", States: r.Loops},
		{Name: "reached the longest length", States: r.Full},
	} {
		if e.States > 0 {
			list = append(list, e)
		}
	}
	for _, c := range r.Cuts {
		list = append(list, explore.Cut{Name: "cut off: " + c.Name, States: c.States})
	}
	return list
}

// repeat returns the command that takes the same runs again, up to the violation if there is one.
func (m *options) repeat(args []string, r *walks) string {
	words := append([]string{"tcpcheck", "simulate"}, m.Source.Words(args)...)
	for _, s := range m.sometimes {
		words = append(words, "--sometimes", prose.Quote(s))
	}
	runs := r.Walks
	if r.Violation == nil && r.Reason == "" {
		runs = m.runs
	}
	words = append(words, "--seed", fmt.Sprint(r.Seed), "--runs", fmt.Sprint(runs), "--steps", fmt.Sprint(m.steps))
	if m.swarm {
		words = append(words, "--swarm")
	}
	return strings.Join(words, " ")
}

func (m *options) writeJSON(w io.Writer, sub *subject.Subject, args []string, r *walks, short shrunk) (err error) {
	j := report.Simulation{Name: sub.Name, Always: sub.File.Always, Verdict: r.Verdict.String(), Reason: r.Reason, Seed: r.Seed,
		Again: m.repeat(args, r), Runs: r.Walks, TotalSteps: r.Steps, Generated: r.Generated, Longest: r.Longest, Distinct: r.Distinct,
		Seconds: r.Elapsed.Seconds(), Terminals: r.Terminals, Loops: r.Loops, Full: r.Full}
	j.Cuts, j.Witnesses = r.Cuts, report.Witnesses(sub.Sys, r.Witnesses)
	if v := r.Violation; v != nil {
		j.Violated, j.FoundIn = v.Name, &report.FoundRun{Run: v.Walk + 1, Steps: v.Path.Steps(), Minimal: short.Minimal}
		j.Steps = short.Path.Steps()
		j.Run = report.Steps(sub.Sys, report.Actions(short.Path))
	}
	return report.Write(w, "simulate", &j)
}
