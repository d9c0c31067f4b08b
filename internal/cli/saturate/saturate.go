// Package saturate is the command that raises the bounds of a theorem.
package saturate

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

// New returns the command.
func New() *cobra.Command {
	var s options
	cmd := &cobra.Command{
		Use:   "saturate [THEOREM...]",
		Short: "Raise the bounds of a theorem one by one: is the small scope large enough?",
		Long: `saturate raises each bound of a theorem's scenario step by step: octets, OPENs, MSL, R, losses,
duplicates, old segments. At each value it searches the whole space without reductions, and folds
it: it keeps the pairs of states of the two endpoints, and the events (a call, a timer, or a
segment with its control bits) that lead from one pair to the next. If the folded space stays the
same for two more steps, a larger bound probably shows nothing new. That is evidence, and not a
proof. saturate also answers the theorem at each value. If an answer changes, the bound is a
premise of the theorem.

Exit status: 0 if the folded space stops changing for every bound, 1 if an answer changed, 3 if that
is not known for some bound.`,
		Example: `  tcpcheck saturate three-segments-idle
  tcpcheck saturate --max-states 3000000 --raise 8 wait-keeps-old-fin-out`,
		ValidArgsFunction: flags.Complete(flags.TheoremNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "json", "markdown"); err != nil {
				return err
			}
			if s.raise < 1 || s.set.MaxStates == 0 {
				return exit.Usagef("--raise %d, --max-states %d: expected at least 1", s.raise, s.set.MaxStates)
			}
			theorems, err := flags.Theorems(args, false)
			if err != nil {
				return err
			}
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), theorems)
		},
	}
	f := cmd.Flags()
	f.IntVar(&s.raise, "raise", 5, "raise a bound at most this `number` of times")
	f.Uint64Var(&s.set.MaxStates, "max-states", 300_000, "stop a search after this `number` of states")
	flags.Workers(f, &s.set.Workers)
	f.BoolVar(&s.json, "json", false, "print all figures as JSON")
	f.BoolVar(&s.markdown, "markdown", false, "print the table as a document")
	return cmd
}

type options struct {
	set            properties.Settings
	raise          int
	json, markdown bool
}

func (s *options) run(ctx context.Context, w, stderr io.Writer, theorems []properties.Theorem) error {
	show, done := terminal.Progress(stderr)
	s.set.Progress = show
	defer done()
	var all []report.Saturation
	if s.markdown {
		fmt.Fprintf(w, saturationHead, s.set.MaxStates, s.raise)
	}
	for _, th := range theorems {
		if th.Scenario == nil {
			continue
		}
		one, err := s.theorem(ctx, th)
		done()
		if err != nil {
			return err
		}
		all = append(all, one)
		switch {
		case s.markdown:
			markdown(one, w)
		case !s.json:
			tell(one, w)
		}
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted at %s\n", th.Name)
			break
		}
	}
	if s.json {
		if err := report.Write(w, "saturate", &report.Saturations{Theorems: all}); err != nil {
			return err
		}
	}
	return s.summary(w, all, ctx.Err() != nil)
}

func (s *options) theorem(ctx context.Context, th properties.Theorem) (report.Saturation, error) {
	one := report.Saturation{Name: th.Name, Expected: th.Expect.String()}
	q, err := properties.Find(th.Name)
	if err != nil {
		return one, err
	}
	for _, bound := range properties.Bounds {
		if ctx.Err() != nil || bound.Value(&q.Scenario) < 0 {
			continue
		}
		sat, err := q.Saturate(ctx, bound, s.raise, s.set)
		if err != nil && ctx.Err() == nil {
			return one, exit.Usagef("%s, %s: %v", th.Name, bound.Name, err)
		}
		one.Bounds = append(one.Bounds, sat)
	}
	return one, nil
}

// other returns the first value of the bound at which the answer differs from the theorem's.
func other(one report.Saturation, sat properties.Saturation) (properties.Saturated, bool) {
	for _, step := range sat.Steps {
		if conclusive := step.Verdict == explore.Verified.String() || step.Verdict == explore.Violated.String(); conclusive && step.Verdict != one.Expected {
			return step, true
		}
	}
	return properties.Saturated{}, false
}

// settles says from which value on the folded space does not change, or why that is not known.
func settles(sat properties.Saturation) string {
	if sat.Stable >= 0 {
		return fmt.Sprintf("does not change from %d on (searched to %d)", sat.Stable, sat.Steps[len(sat.Steps)-1].Value)
	}
	reached := sat.From - 1
	if n := len(sat.Steps); n > 0 {
		reached = sat.Steps[n-1].Value
	}
	return fmt.Sprintf("is not known to settle (searched up to %d: %s)", max(reached, sat.From), sat.Reason)
}

// answer says whether the theorem's answer changed while the bound was raised.
func answer(one report.Saturation, sat properties.Saturation) string {
	if len(sat.Steps) == 0 {
		return "not searched"
	}
	if step, ok := other(one, sat); ok {
		text := fmt.Sprintf("%s at %d", step.Verdict, step.Value)
		if step.Run > 0 {
			text += fmt.Sprintf(", %d steps", step.Run)
		}
		return text
	}
	return one.Expected + " throughout"
}

func tell(one report.Saturation, w io.Writer) {
	fmt.Fprintf(w, "%s (%s)\n", one.Name, one.Expected)
	for _, sat := range one.Bounds {
		fmt.Fprintf(w, "  %s, %d: the folded space %s; %s\n", sat.Bound, sat.From, settles(sat), answer(one, sat))
		for _, step := range sat.Steps {
			fmt.Fprintf(w, "    %3d  %9d states, %4d pairs, %6d steps between them\n", step.Value, step.Distinct, step.Pairs, step.Edges)
		}
	}
}

const saturationHead = `# Saturation

Made by ` + "`go run ./cmd/tcpcheck saturate --markdown`" + ` (at most %d states a search, each bound
raised at most %d times). A row is one bound of one theorem. *Pairs, steps* counts the folded space at
the last value that was searched: the pairs of states of the two endpoints, and the different steps
between them. If it does not change, that is evidence that the bound is large enough, and not a proof.
If the answer changes, the bound is a premise of the theorem.

| theorem | bound | value | folded space | pairs, steps | answer |
|---|---|---|---|---|---|
`

func markdown(one report.Saturation, w io.Writer) {
	for _, sat := range one.Bounds {
		folded := ""
		if n := len(sat.Steps); n > 0 {
			folded = fmt.Sprintf("%d, %d", sat.Steps[n-1].Pairs, sat.Steps[n-1].Edges)
		}
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %s |\n", one.Name, sat.Bound, sat.From, settles(sat), folded, answer(one, sat))
	}
}

// summary counts, and gives the exit status.
func (s *options) summary(w io.Writer, all []report.Saturation, interrupted bool) error {
	settled, open, changed := 0, 0, 0
	for _, one := range all {
		for _, sat := range one.Bounds {
			if sat.Stable >= 0 {
				settled++
			} else {
				open++
			}
			if _, ok := other(one, sat); ok {
				changed++
			}
		}
	}
	if !s.json {
		fmt.Fprintf(w, "\n%s: %d settled (the folded space stops changing), %d did not; the answer changed for %d.\n", prose.Count(settled+open, "bound"), settled, open, changed)
	}
	switch {
	case changed > 0:
		return exit.Status(exit.Violated)
	case open > 0 || interrupted:
		return exit.Status(exit.Incomplete)
	}
	return nil
}
