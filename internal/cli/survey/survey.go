// Package survey is the command that looks for violations that are not in the catalogue.
package survey

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/internal/study"
)

// New returns the command.
func New() *cobra.Command {
	var s options
	cmd := &cobra.Command{
		Use:   "survey [BASE...]",
		Short: "Check all invariants under each policy, and list violations that have no name yet",
		Long: `survey searches small scenarios with the model of RFC 9293, then with each value of each policy
changed at both ends (with --one-sided also at one end), and with --changes 2 each pair of values.
It checks all invariants at once, and in some scenarios also what happens eventually. A violation
that already happens under fewer changes is not listed again. Violations are grouped by the
invariant and by the clauses of RFC 9293 §3.10 that the last step used, and are compared with the
known, named ones.

Exit status: 1 if a violation has no name, 3 if a search was incomplete.`,
		Example: `  tcpcheck survey --list
  tcpcheck survey --changes 0 --all
  tcpcheck survey crossed-opens-leftovers --changes 0 --all --draw
  tcpcheck survey --changes 2 --keep survey.jsonl     continues where it was interrupted`,
		ValidArgsFunction: flags.Complete(baseNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "list", "json", "print"); err != nil {
				return err
			}
			if err := s.Pictures.Check(!s.draw || s.list || s.json || s.print); err != nil {
				return err
			}
			if err := s.check(args); err != nil {
				return err
			}
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.IntVar(&s.Changes, "changes", 1, "how many policies to change at most: 0, 1 or 2")
	f.BoolVar(&s.OneSided, "one-sided", false, "also change single policies at one end only")
	f.StringSliceVar(&s.Policies, "policies", nil, "change only these `policies`, separated by commas")
	f.StringVar(&s.mutant, "mutant", "", "first apply this mutant of the model at both ends")
	s.Pictures.Flags(f)
	flags.Workers(f, &s.Workers)
	f.Uint64Var(&s.MaxStates, "max-states", 100_000, "stop a search, as UNKNOWN, after this `number` of distinct states")
	f.Var((*flags.Bytes)(&s.MaxMem), "mem", "stop a search, as UNKNOWN, when its tables need more memory (0: no limit)")
	flags.Timeout(f, &s.Timeout, 0)
	f.StringVar(&s.kept, "keep", "", "keep finished searches in `file`, and continue from there")
	f.StringVar(&s.save, "save", "", "write the simplest run of each kind into a new `directory`, for replay")
	f.BoolVar(&s.everything, "all", false, "also list violations that have a name")
	f.BoolVar(&s.draw, "draw", false, "draw the simplest run of each kind")
	f.BoolVar(&s.list, "list", false, "list the scenarios and the known names, and search nothing")
	f.BoolVar(&s.print, "print", false, "print the scenario as a file, and search nothing")
	f.BoolVar(&s.json, "json", false, "print the report as JSON")
	return cmd
}

type options struct {
	runfiles.Pictures
	study.Survey
	mutant, kept, save                  string
	everything, draw, list, json, print bool
}

func baseNames() []string {
	return prose.Each(study.Bases(), func(b study.Base) string { return b.Name })
}

func (s *options) check(args []string) error {
	switch {
	case s.Changes < 0 || s.Changes > 2:
		return exit.Usagef("--changes %d: expected 0, 1 or 2", s.Changes)
	case s.print && len(args) != 1:
		return exit.Usagef("--print: found %d scenarios, expected the name of one", len(args))
	}
	for _, p := range s.Policies {
		if !slices.Contains(study.Policies(), p) {
			return exit.Usagef("--policies %s: expected some of %s", p, strings.Join(study.Policies(), ", "))
		}
	}
	if s.mutant != "" {
		ms, err := flags.Mutants([]string{s.mutant})
		if err != nil {
			return err
		}
		s.Mutant = ms[0]
	}
	s.Bases = nil
	for _, name := range args {
		b, ok := study.BaseByName(name)
		if !ok {
			return exit.Usagef("scenario %q: expected some of %s", name, strings.Join(baseNames(), ", "))
		}
		s.Bases = append(s.Bases, b)
	}
	return nil
}

func (s *options) run(ctx context.Context, w, stderr io.Writer) (err error) {
	switch {
	case s.list:
		for _, b := range study.Bases() {
			fmt.Fprintf(w, "%s\n    %s\n", b.Name, b.Says)
		}
		fmt.Fprintln(w, "\nKnown:")
		for _, n := range study.KnownNames() {
			fmt.Fprintf(w, "%s\n    %s\n", n.Name, n.Says)
		}
		return nil
	case s.print:
		_, err = w.Write(scenario.Format(scenario.File{Scenario: s.Bases[0].Scenario()}))
		return err
	}
	if s.kept != "" {
		if s.Kept, err = study.OpenKept(s.kept, flags.Program()); err != nil {
			return exit.Usagef("--keep: %v", err)
		}
		defer s.Kept.Close()
	}
	if s.save != "" { // before the search, which may take hours
		if err := os.Mkdir(s.save, 0o755); err != nil {
			return exit.Usagef("--save: %v: expected the name of a new directory", err)
		}
	}
	line, done := terminal.StatusLine(stderr)
	if line != nil {
		s.Progress = func(done, total int, at string) { line(fmt.Sprintf("%d of %d searches: %s", done, total, at)) }
	}
	r, err := s.Run(ctx)
	done()
	if err != nil {
		return exit.With(exit.Incomplete, err.Error())
	}
	if s.save != "" {
		if err := s.saveAll(r); err != nil {
			return err
		}
	}
	if s.json {
		err = report.Write(w, "survey", s.report(r))
	} else {
		err = s.tell(w, r)
	}
	if err != nil {
		return err
	}
	return s.status(ctx, r)
}

func (s *options) status(ctx context.Context, r *study.Report) error {
	switch {
	case ctx.Err() != nil:
		return exit.With(exit.Incomplete, "interrupted")
	case len(r.Unnamed()) > 0:
		return exit.Status(exit.Violated)
	case len(r.Incomplete()) > 0:
		return exit.Status(exit.Incomplete)
	}
	return nil
}

// shown returns the classes to list.
func (s *options) shown(r *study.Report) []study.Class {
	if s.everything {
		return r.Classes
	}
	return r.Unnamed()
}

func (s *options) tell(w io.Writer, r *study.Report) error {
	for i, c := range s.shown(r) {
		f := c.Simplest()
		fmt.Fprintf(w, "%d. %s\n   %s in %s", i+1, prose.Wrap(c.Key, 96, "   "), runLength(f), f.Base)
		if len(f.Changes) > 0 {
			fmt.Fprintf(w, " with %v", f.Changes)
		}
		fmt.Fprintln(w)
		if names := f.Names; names != nil {
			fmt.Fprintf(w, "   known: %s\n", strings.Join(names, ", "))
		}
		if m := r.FixedBy(f); len(m) > 0 {
			fmt.Fprintf(w, "   prevented by %s\n", prose.Wrap(strings.Join(prose.Each(m, study.Changes.String), ", "), 96, "     "))
		}
		for _, also := range c.Findings[1:] {
			fmt.Fprintf(w, "   also: %s in %s", runLength(also), also.Base)
			if len(also.Changes) > 0 {
				fmt.Fprintf(w, " with %v", also.Changes)
			}
			fmt.Fprintln(w)
		}
		if s.draw {
			fmt.Fprintln(w)
			opt := ladder.Options{Violated: f.Invariant, Why: f.Why}
			if err := runfiles.Show(w, &s.Pictures, f.System, f.Run, f.Base, opt); err != nil {
				return err
			}
		}
		fmt.Fprintln(w)
	}
	s.summary(w, r)
	return nil
}

func (s *options) summary(w io.Writer, r *study.Report) {
	states := uint64(0)
	for _, x := range r.Searches {
		states += x.Distinct
	}
	fmt.Fprintf(w, "%s, %s; %s of violations, %d without a name\n", prose.Count(len(r.Searches), "case"), prose.Count(states, "state"), prose.Count(len(r.Classes), "kind"), len(r.Unnamed()))
	bad := r.Incomplete()
	for i, x := range bad {
		if i == 10 {
			fmt.Fprintf(w, "  … and %d more\n", len(bad)-i)
			break
		}
		fmt.Fprintf(w, "  incomplete: %s %v: %v, %s, %s\n", x.Base, x.Changes, x.Verdict, x.Reason, prose.Count(x.Distinct, "state"))
	}
}

// runLength is the length of a run, with that of the loop at its end.
func runLength(f *study.Finding) string {
	if f.Loop > 0 {
		return fmt.Sprintf("%d+%d steps", f.Stem(), f.Loop)
	}
	return prose.Count(f.Steps(), "step")
}

// saveAll writes the runs of the classes that are shown.
func (s *options) saveAll(r *study.Report) error {
	for i, c := range s.shown(r) {
		f := c.Simplest()
		if f.Why != "" {
			continue // a loop is not a run to a state
		}
		file := scenario.File{Scenario: f.Scenario, Always: []string{f.Invariant}}
		run := scenario.Run{File: file, Violated: f.Invariant, Steps: f.System.MustReplay(f.Run)}
		if err := subject.SaveRun(filepath.Join(s.save, fmt.Sprintf("%03d.json", i+1)), nil, f.System, run); err != nil {
			return err
		}
	}
	return nil
}

func (s *options) report(r *study.Report) *report.Survey {
	out := report.Survey{Searches: len(r.Searches), Unnamed: len(r.Unnamed())}
	for _, c := range s.shown(r) {
		j := report.Class{Name: c.Key}
		for i, f := range c.Findings {
			found := report.ClassFinding{Scenario: f.Base, Changes: f.Changes.String(), Violated: f.Invariant, Steps: f.Steps(), Loop: f.Loop, Clauses: f.Clauses, Known: f.Names}
			if i == 0 { // one run is enough to see what the class is
				found.Run = report.Steps(f.System, f.Run)
			}
			j.Findings = append(j.Findings, found)
		}
		j.FixedBy = prose.Each(r.FixedBy(c.Simplest()), study.Changes.String)
		out.Classes = append(out.Classes, j)
	}
	for _, x := range r.Incomplete() {
		out.Incomplete = append(out.Incomplete, report.Search{Scenario: x.Base, Changes: x.Changes.String(), Verdict: x.Verdict.String(), Reason: x.Reason, Distinct: x.Distinct})
	}
	return &out
}
