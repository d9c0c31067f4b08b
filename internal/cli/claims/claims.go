// Package claims is the command that judges sentences about TCP.
package claims

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/claims"
)

// New returns the command.
func New() *cobra.Command {
	var c options
	cmd := &cobra.Command{
		Use:   "claims [CLAIM...]",
		Short: "Judge sentences of textbooks and explanations, with computed evidence",
		Long: `claims judges sentences from textbooks and explanations of TCP's handshake and close. It computes
each verdict again:

  HOLDS      all evidence supports the sentence
  QUALIFIED  the sentence holds under a named assumption, and fails without it
  REFUTED    the sentence is false
  UNKNOWN    some evidence is missing

Without names it prints a table; with names it prints all evidence, with runs and scripts. --set
changes the model first, so that you see which verdicts change.`,
		Example: `  tcpcheck claims
  tcpcheck claims two-way-only-wastes
  tcpcheck claims --set handshake=two,silent-when-closed=on
  tcpcheck claims --set mutant=no-time-wait --json`,
		ValidArgsFunction: flags.Complete(claimIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, pair := range [][]string{{"json", "markdown"}, {"premises", "markdown"}, {"premises", "set"}} {
				if err := flags.Exclusive(cmd.Flags(), pair...); err != nil {
					return err
				}
			}
			if err := c.Pictures.Check(c.json || c.markdown || len(args) == 0); err != nil {
				return err
			}
			chosen, err := chooseClaims(args)
			if err != nil {
				return err
			}
			if c.set.Change, err = claimChange(c.sets); err != nil {
				return err
			}
			c.whole = len(args) > 0
			if c.premises {
				return c.relax(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), chosen)
			}
			return c.run(cmd.Context(), cmd.OutOrStdout(), chosen)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print all evidence as JSON")
	f.BoolVar(&c.premises, "premises", false, "relax each premise of the corrected sentences, and report which are needed")
	f.BoolVar(&c.markdown, "markdown", false, "print a table in Markdown")
	f.StringSliceVar(&c.sets, "set", nil, "change the model before all evidence is computed: `policy=value`, or mutant=NAME")
	c.Pictures.Flags(f)
	flags.Workers(f, &c.set.Workers)
	flags.Timeout(f, &c.set.Timeout, 0)
	return cmd
}

type options struct {
	runfiles.Pictures
	json, markdown, whole bool
	premises              bool
	sets                  []string
	set                   claims.Settings
}

func claimIDs() []string {
	return prose.Each(claims.All(), func(c claims.Claim) string { return c.ID })
}

func chooseClaims(ids []string) (chosen []claims.Claim, err error) {
	for _, id := range ids {
		c, ok := claims.ByID(id)
		if !ok {
			return nil, flags.Unknown(fmt.Sprintf("claim %q", id), id, claimIDs())
		}
		chosen = append(chosen, c)
	}
	if len(ids) == 0 {
		chosen = claims.All()
	}
	return chosen, nil
}

// claimChange reads policy=value and mutant=NAME.
func claimChange(words []string) (func(*model.Config), error) {
	var changes []func(*model.Config)
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		if name == "mutant" {
			ms, err := flags.Mutants([]string{value})
			if err != nil {
				return nil, err
			}
			changes = append(changes, func(c *model.Config) { c.Mutant = ms[0] })
			continue
		}
		p, ok := model.PolicyByName(name)
		if !ok {
			return nil, exit.Usagef("--set %s: found no policy %q, expected one of %s, or mutant", word, name, strings.Join(prose.Each(model.Policies, func(p model.Policy) string { return p.Name }), ", "))
		}
		v, ok := p.Index(value)
		if !ok {
			return nil, exit.Usagef("--set %s: found %q, expected one of %s", word, value, strings.Join(p.Values, ", "))
		}
		changes = append(changes, func(c *model.Config) { p.Set(c, v) })
	}
	if len(changes) == 0 {
		return nil, nil
	}
	return func(c *model.Config) {
		for _, change := range changes {
			change(c)
		}
	}, nil
}

func (c *options) run(ctx context.Context, w io.Writer, chosen []claims.Claim) error {
	var all report.Claims
	status := exit.OK
	tally := map[claims.Verdict]int{}
	changed, open := 0, 0
	for _, claim := range chosen {
		j, err := claim.Judge(ctx, c.set)
		if err != nil {
			return exit.Usagef("%s: %v", claim.ID, err)
		}
		if ctx.Err() != nil {
			return exit.With(exit.Incomplete, "interrupted before "+claim.ID+" was judged")
		}
		tally[j.Verdict]++
		switch {
		case j.AsExpected():
		case j.Verdict == claims.Unknown || j.Verdict == j.Expect && j.Conclusion() == properties.Open:
			open++
			if status == exit.OK {
				status = exit.Incomplete
			}
		default:
			status, changed = exit.Violated, changed+1
		}
		if c.json {
			all.Claims = append(all.Claims, reportClaim(j))
			continue
		}
		if err := c.tell(w, j, claim.ID == chosen[0].ID); err != nil {
			return err
		}
	}
	if c.json {
		if err := report.Write(w, "claims", &all); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "\n%d judged: %d hold, %d qualified, %d refuted, %d unknown; %d not as expected", len(chosen),
			tally[claims.Holds], tally[claims.Qualified], tally[claims.Refuted], tally[claims.Unknown], changed)
		if open > 0 {
			fmt.Fprintf(w, ", %d open: the evidence for them was cut off or says nothing", open)
		}
		fmt.Fprintln(w)
	}
	return exit.Status(status)
}

func (c *options) tell(w io.Writer, j claims.Judgement, first bool) error {
	switch {
	case c.markdown:
		if first {
			fmt.Fprint(w, "| claim | said by | what it says | verdict | evidence | the corrected sentence |\n|---|---|---|---|---|---|\n")
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", j.ID, claimSources(j), prose.Cell(j.Says), claimVerdict(j),
			prose.Cell(strings.Join(claimBriefs(j.Findings), "; ")), prose.Cell(strings.Join(append([]string{j.Right}, claimBriefs(j.RightOf)...), " ")))
		return nil
	case c.whole:
		return c.tellClaim(w, j)
	}
	const form = "%-25s %-12s %s\n"
	if first {
		fmt.Fprintf(w, form, "claim", "said by", "verdict; then what it says, the evidence, and the corrected sentence")
	}
	fmt.Fprintf(w, form, j.ID, claimSources(j), claimVerdict(j))
	prose.Items(w, "    ", claimWidth, "Says: "+j.Says)
	prose.Items(w, "    ", claimWidth, claimBriefs(j.Findings)...)
	prose.Items(w, "    ", claimWidth, "Correct: "+j.Right)
	prose.Items(w, "      ", claimWidth-2, claimBriefs(j.RightOf)...)
	return nil
}

// claimWidth is the width of the table.
const claimWidth = 110

// tellClaim prints everything about a claim.
func (c *options) tellClaim(w io.Writer, j claims.Judgement) error {
	fmt.Fprintf(w, "%s (said by %s explanations): %s\n   %s\n", j.ID, claimSources(j), claimVerdict(j), prose.Wrap(j.Says, 96, "   "))
	said := map[string]bool{}
	if err := c.tellFindings(w, j.ID, j.Findings, said); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s\n", prose.Wrap("Correct: "+j.Right, 96, "   "))
	err := c.tellFindings(w, j.ID, j.RightOf, said)
	fmt.Fprintln(w)
	return err
}

// tellFindings prints pieces of evidence with their runs. The meaning of a violation is explained once.
func (c *options) tellFindings(w io.Writer, id string, findings []claims.Finding, said map[string]bool) error {
	for i, f := range findings {
		shows := f.Shows
		if f.Given != "" {
			shows = "if " + f.Given + ": " + shows
		}
		fmt.Fprintf(w, "\n%d. %s\n   %s: %s\n\n", i+1, prose.Wrap(shows, 96, "   "), claimSides[f.Conclusion], prose.Wrap(f.Brief, 96, "   "))
		if f.Text != "" {
			for line := range strings.Lines(f.Text) {
				fmt.Fprintf(w, "   %s", line)
			}
		}
		if f.Outcome == nil {
			continue
		}
		if err := c.tellSearch(w, id, f, said); err != nil {
			return err
		}
	}
	return nil
}

// claimSides says what a piece of evidence does for the sentence.
var claimSides = map[properties.Conclusion]string{properties.Holds: "This supports it", properties.Fails: "This contradicts it", properties.Open: "This decides nothing"}

// tellSearch draws the run, or prints how many states were searched and under which premises.
func (c *options) tellSearch(w io.Writer, id string, f claims.Finding, said map[string]bool) error {
	o := f.Outcome
	if len(f.Run.Actions) > 0 {
		opt := ladder.Options{Violated: o.Violated, Why: f.Why, Part: o.Part}
		if strings.HasPrefix(o.Violated, "never: ") { // a question of package claims, whose name says everything
			opt.Violated, opt.Why = "", ""
		} else if said[o.Violated] {
			opt.Why = "as above"
		}
		said[o.Violated] = true
		return runfiles.Show(w, &c.Pictures, o.System, f.Run, "claim "+id, opt)
	}
	runs.Searched(w, *o)
	fmt.Fprintln(w)
	sc := o.System.Scenario()
	prose.Items(w, "     ", 96, sc.Premises()...)
	return nil
}

// claimFound says whether a piece of evidence was found to be so.
var claimFound = map[properties.Conclusion]string{properties.Holds: "true", properties.Fails: "not true", properties.Open: "not known"}
