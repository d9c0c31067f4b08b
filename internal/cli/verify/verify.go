// Package verify is the command that answers the theorems.
package verify

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/covered"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/parallel"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// New returns the command.
func New() *cobra.Command {
	var v options
	cmd := &cobra.Command{
		Use:   "verify [THEOREM...]",
		Short: "Check every theorem, its witness and its variants",
		Long: `verify searches the scenario of each theorem, and compares the answer with the expected one. A
theorem that must hold is VERIFIED if its whole state space was searched and nothing was cut off.
One that must fail is VIOLATED by a shortest run, which explore --theorem NAME draws. A variant is
the same scenario with one change, and must have the other answer: it shows that the theorem can
fail. "yes, 7+1" means a run of 7 steps, after which 1 more step repeats forever.`,
		Example: `  tcpcheck verify
  tcpcheck verify three-segments-idle --variants
  tcpcheck verify --all --json
  tcpcheck verify --premises wait-keeps-old-fin-out   which premises does it need?
  tcpcheck verify --premises wait-keeps-old-fin-out --show roles   a run without one of them
  tcpcheck verify --coverage --dialogues   which clauses of RFC 9293 §3.10 do they exercise?`,
		ValidArgsFunction: flags.Complete(flags.TheoremNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "variants", "no-variants"); err != nil {
				return err
			}
			if v.all && len(args) > 0 {
				return exit.Usagef("--all: found names too (%s), expected all theorems or some", strings.Join(args, ", "))
			}
			theorems, err := flags.Theorems(args, v.all)
			if err != nil {
				return err
			}
			if err := v.Pictures.Check(v.Ask.show == "" || v.json); err != nil {
				return err
			}
			if err := v.Ask.check(cmd.Flags(), theorems); err != nil {
				return err
			}
			if v.Ask.on {
				return v.premises(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), theorems, len(args) > 0)
			}
			v.named = len(args) > 0
			return v.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), theorems)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&v.all, "all", false, "also the theorems that take long")
	f.BoolVar(&v.variants, "variants", false, "also print a line for each variant")
	f.BoolVar(&v.noVariants, "no-variants", false, "do not search the variants")
	f.BoolVar(&v.list, "list", false, "list the theorems; with names, also their premises, scenarios and sources; search nothing")
	f.BoolVar(&v.json, "json", false, "print all figures as JSON")
	f.BoolVar(&v.coverage, "coverage", false, "print which clauses of RFC 9293 §3.10, which requirements and which arrows of Figure 5 the searches exercise")
	f.BoolVar(&v.dialogues, "dialogues", false, "print the same for the dialogue scripts; without --coverage, search no theorem")
	f.BoolVar(&v.certified, "certify", false, "make a certificate of every answer that holds, and check it as tcpcheck certify does")
	v.Pictures.Flags(f)
	flags.Workers(f, &v.set.Workers)
	flags.NoReduction(f, &v.set.Without)
	v.Ask.flags(f)
	flags.Timeout(f, &v.set.Timeout, 0)
	return cmd
}

type options struct {
	runfiles.Pictures
	all, variants, noVariants, list, json bool
	named                                 bool // the theorems are named
	coverage, dialogues, certified        bool
	Ask                                   relaxer
	set                                   properties.Settings
	surveys                               []*covered.Survey // of the theorems, of the dialogues
	certificates                          certificates
}

func (v *options) run(ctx context.Context, w, stderr io.Writer, theorems []properties.Theorem) error {
	if v.list && v.json {
		return listJSON(w, theorems)
	}
	if v.list {
		if !v.named {
			listShort(w, theorems)
			return nil
		}
		for _, th := range theorems {
			fmt.Fprintf(w, "%s (%s)\n    %s\n    %s\n", th.Name, th.Expect, prose.Wrap(th.Statement(), 96, "    "), strings.Join(th.Sources, "; "))
			prose.Items(w, "      ", 96, th.Premises()...)
		}
		return nil
	}
	if v.dialogues && !v.coverage {
		theorems = nil
	}
	show, done := terminal.Progress(stderr)
	v.set.Progress = show
	defer done()
	start := time.Now()
	var tally Tally
	var all []report.Outcome
	if err := v.beginSurveys(); err != nil {
		return err
	}
	if !v.json && len(theorems) > 0 {
		row(w, "theorem", "verdict", "as expected", "distinct", "generated", "depth", "seconds", "variants")
	}
	next, stop := iter.Pull2(v.answers(ctx, theorems))
	defer stop()
	for _, th := range theorems {
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted before %s\n", th.Name)
			tally.Incomplete++
			break
		}
		one, err := v.answer(ctx, th, next, &tally, stderr)
		done()
		if err != nil {
			return err
		}
		if v.json {
			all = append(all, one)
			continue
		}
		v.line(w, one, len(th.Variants))
		tellCertificates(w, one)
	}
	if v.json {
		if err := v.encode(w, all); err != nil {
			return err
		}
	} else {
		if len(theorems) > 0 {
			fmt.Fprintf(w, "\n%s, in %.1f s\n", tally, time.Since(start).Seconds())
		}
		if v.certified {
			v.certificates.tell(w)
		}
		v.tellSurveys(w)
	}
	return cmp.Or(tally.Exit(), v.certificates.exit())
}

// listShort prints what each theorem says, in a line or two. What it needs is left out, and the list says so.
func listShort(w io.Writer, theorems []properties.Theorem) {
	fmt.Fprintf(w, "%s. Each sentence holds under premises: tcpcheck verify --list THEOREM\nprints them, with the scenario and the sources.\n\n", prose.Count(len(theorems), "theorem"))
	for _, th := range theorems {
		fmt.Fprintf(w, "%s (%s)\n    %s\n", th.Name, th.Expect, prose.Wrap(properties.Provided(th.Claim, nil), 96, "    "))
	}
}

// listJSON prints the theorems as JSON, without a search.
func listJSON(w io.Writer, theorems []properties.Theorem) error {
	var list report.TheoremList
	for _, th := range theorems {
		t := report.Theorem{Name: th.Name, Statement: th.Statement(), Expected: th.Expect.String(), Long: th.Long,
			Needs: th.Needs, Said: th.Said, Open: th.Open,
			Witness: th.Witness.Name, Premises: th.Premises(), Sources: th.Sources,
			Always: prose.Each(th.Always, func(inv properties.Invariant) string { return inv.Name })}
		for _, v := range th.Variants {
			t.Variants = append(t.Variants, report.Variant{Name: v.Name, Expected: v.Expect.String()})
		}
		list.Theorems = append(list.Theorems, t)
	}
	return report.Write(w, "verify", &list)
}

// beginSurveys plays the dialogues, which take no time, and prepares the coverage of the theorems.
func (v *options) beginSurveys() error {
	if v.coverage {
		v.surveys = append(v.surveys, covered.New("the searches of the theorems and their variants"))
	}
	if v.dialogues {
		s := covered.New(fmt.Sprintf("the %d dialogues", len(figures.All())))
		v.surveys = append(v.surveys, s)
		return s.Scripts()
	}
	return nil
}

// surveying returns the settings that add the next search, with this name, to the coverage.
func (v *options) surveying(ctx context.Context, name string) properties.Settings {
	set := v.set
	if v.coverage {
		set.Graph = func(sys *netfake.System, r *properties.Result, g *properties.Graph) {
			v.surveys[0].Graph(ctx, name, sys, r, g)
		}
	}
	return set
}

func (v *options) tellSurveys(w io.Writer) {
	for _, s := range v.surveys {
		s.Write(w)
	}
	if len(v.surveys) == 2 {
		fmt.Fprintf(w, "\nClauses that no theorem and no dialogue reached:\n")
		for _, c := range covered.Neither(v.surveys[0], v.surveys[1]) {
			covered.TellClause(w, c)
		}
	}
}

// encode prints the answers as JSON, with the coverage if a flag asks for it.
func (v *options) encode(w io.Writer, all []report.Outcome) error {
	out := report.Theorems{Theorems: all}
	for _, s := range v.surveys {
		out.Coverage = append(out.Coverage, s.Report())
	}
	return report.Write(w, "verify", &out)
}

// answered is the answer of a theorem, or of one of its variants.
type answered struct {
	properties.Outcome
	err error
}

// answers searches the theorems, each with its variants after it. Searches whose graphs are surveyed run one by one.
func (v *options) answers(ctx context.Context, theorems []properties.Theorem) iter.Seq2[int, answered] {
	var asks []func(set properties.Settings) (properties.Outcome, error)
	ask := func(name string, prove func(context.Context, properties.Settings) (properties.Outcome, error)) {
		asks = append(asks, func(set properties.Settings) (properties.Outcome, error) {
			if v.coverage {
				set = v.surveying(ctx, name)
			}
			o, err := prove(ctx, set)
			if err != nil {
				err = exit.Usagef("%s: %v", name, err)
			}
			return o, err
		})
	}
	for _, th := range theorems {
		ask(th.Name, th.Prove)
		for _, variant := range th.Variants {
			if !v.noVariants {
				ask(th.Name+"/"+variant.Name, func(ctx context.Context, set properties.Settings) (properties.Outcome, error) {
					return th.Vary(ctx, variant, set)
				})
			}
		}
	}
	workers := parallel.Workers(v.set.Workers)
	if v.coverage {
		workers = 1
	}
	return parallel.InOrder(len(asks), workers, func(i, workers int) answered {
		set := v.set
		set.Workers = workers
		o, err := asks[i](set)
		return answered{o, err}
	})
}

// answer reports the answers of a theorem and its variants.
func (v *options) answer(ctx context.Context, th properties.Theorem, next func() (int, answered, bool), t *Tally, stderr io.Writer) (report.Outcome, error) {
	_, a, _ := next()
	if a.err != nil {
		return report.Outcome{}, a.err
	}
	o := a.Outcome
	t.add(o, true)
	if v.coverage && th.Check != nil {
		v.surveys[0].Without = append(v.surveys[0].Without, th.Name)
	}
	one := v.report(ctx, o, stderr)
	one.Statement, one.Sources, one.Premises = th.Statement(), th.Sources, th.Premises()
	if v.noVariants {
		return one, nil
	}
	for range th.Variants {
		if ctx.Err() != nil {
			break
		}
		if _, a, _ = next(); a.err != nil {
			return report.Outcome{}, a.err
		}
		t.add(a.Outcome, false)
		one.Variants = append(one.Variants, v.report(ctx, a.Outcome, stderr))
	}
	return one, nil
}

func (v *options) line(w io.Writer, o report.Outcome, variants int) {
	good := 0
	for _, x := range o.Variants {
		if x.AsExpected {
			good++
		}
	}
	varied := ""
	if len(o.Variants) > 0 {
		varied = fmt.Sprintf("%d of %d", good, variants)
	}
	if o.Reason != "" {
		varied += "  (" + o.Reason + ")"
	}
	counts := func(o report.Outcome) (distinct, generated, depth, seconds string) {
		return fmt.Sprint(o.Distinct), fmt.Sprint(o.Generated), fmt.Sprint(o.Depth), fmt.Sprintf("%.2f", o.Seconds)
	}
	distinct, generated, depth, seconds := counts(o)
	row(w, o.Name, o.Verdict, yesNo(o), distinct, generated, depth, seconds, varied)
	for _, x := range o.Variants {
		if v.variants || !x.AsExpected {
			_, name, _ := strings.Cut(x.Name, "/")
			distinct, generated, depth, seconds := counts(x)
			row(w, "  "+name, x.Verdict, yesNo(x), distinct, generated, depth, seconds, x.Reason)
		}
	}
}

// wholeRow is the width of a row with all columns.
const wholeRow = 97

// row prints a row of the table. A narrow terminal has no room for the successors and the depth, which --json has.
func row(w io.Writer, name, verdict, expected, distinct, generated, depth, seconds, variants string) {
	if prose.Fit(wholeRow, "") < wholeRow {
		fmt.Fprintf(w, "%-29s %-9s %-12s %9s %7s  %s\n", name, verdict, expected, distinct, seconds, variants)
		return
	}
	fmt.Fprintf(w, "%-29s %-9s %-12s %9s %10s %5s %7s  %s\n", name, verdict, expected, distinct, generated, depth, seconds, variants)
}

func yesNo(o report.Outcome) string {
	switch {
	case o.AsExpected && o.Loop > 0:
		return fmt.Sprintf("yes, %d+%d", o.Steps, o.Loop)
	case o.AsExpected && o.Steps > 0:
		return fmt.Sprintf("yes, %d steps", o.Steps)
	case o.AsExpected:
		return "yes"
	case o.Verdict == o.Expected:
		return "NO: vacuous"
	case o.Verdict == explore.Unknown.String():
		return "not finished"
	}
	return "NO: " + o.Expected
}

// Tally counts outcomes for the last line and the exit status.
type Tally struct {
	theorems, variants, Wrong, Incomplete int
	distinct, generated                   uint64
}

func (t *Tally) add(o properties.Outcome, theorem bool) {
	if theorem {
		t.theorems++
	} else {
		t.variants++
	}
	t.distinct += o.Distinct
	t.generated += o.Generated
	if o.AsExpected() {
		return
	}
	if o.Verdict == explore.Unknown || o.Verdict == explore.Bounded {
		t.Incomplete++
	} else {
		t.Wrong++
	}
}

func (t Tally) String() string {
	bad := "all as expected"
	if t.Wrong+t.Incomplete > 0 {
		bad = fmt.Sprintf("%d NOT as expected, %d incomplete", t.Wrong, t.Incomplete)
	}
	return fmt.Sprintf("%d theorems and %d variants: %s; %d distinct states, %d generated", t.theorems, t.variants, bad, t.distinct, t.generated)
}

func (t Tally) Exit() error {
	switch {
	case t.Wrong > 0:
		return exit.Status(exit.Violated)
	case t.Incomplete > 0:
		return exit.Status(exit.Incomplete)
	}
	return nil
}
