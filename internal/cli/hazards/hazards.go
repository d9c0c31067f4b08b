// Package hazards is the command that shows known hazards and what prevents each.
package hazards

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/cli/verify"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// New returns the command.
func New() *cobra.Command {
	var z options
	cmd := &cobra.Command{
		Use:   "hazards [HAZARD...]",
		Short: "Show known hazards of TCP's connection management, and what prevents each",
		Long: `hazards computes each hazard again. First it must appear: as a shortest run that shows it
(VIOLATED), or as a script that the model follows. Then a policy or a change must prevent it
(VERIFIED, or the model departs from the script). Each prevention names the premises that it
needs; without one of them the hazard must appear again. Without arguments hazards prints a line
for each hazard; a name or a number shows one hazard with its run and an explanation.`,
		Example: `  tcpcheck hazards
  tcpcheck hazards 11
  tcpcheck hazards killed-by-old-ack ack-loop --runs
  tcpcheck hazards --list`,
		ValidArgsFunction: flags.Complete(hazardNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := chooseHazards(args)
			if err != nil {
				return err
			}
			if err := z.Pictures.Check(z.json || z.list); err != nil {
				return err
			}
			return z.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), chosen, len(args) > 0)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&z.list, "list", false, "list the hazards with a description, and search nothing")
	f.BoolVar(&z.each, "each", false, "print a line for every search and every script of a hazard")
	f.BoolVar(&z.runs, "runs", false, "draw every run of the named hazards, not only the first")
	f.BoolVar(&z.premises, "premises", false, "relax each premise of each prevention, and report which are needed")
	f.BoolVar(&z.json, "json", false, "print everything as JSON")
	z.Pictures.Flags(f)
	flags.Searches(f, &z.set, 0)
	flags.NoReduction(f, &z.set.Without)
	return cmd
}

type options struct {
	runfiles.Pictures
	list, each, runs, json bool
	premises               bool
	set                    properties.Settings
	other                  bool // some hazards differ from their usual description
	wrong, open            int
}

func hazardNames() []string {
	return prose.Each(hazards.Hazards(), func(h hazards.Hazard) string { return h.Name })
}

// chooseHazards finds hazards by number or name. Without arguments it returns all.
func chooseHazards(args []string) (chosen []hazards.Hazard, err error) {
	if len(args) == 0 {
		return hazards.Hazards(), nil
	}
	for _, arg := range args {
		h, ok := hazards.ByName(arg)
		if n, err := strconv.Atoi(arg); err == nil {
			h, ok = hazards.ByNumber(n)
		}
		if !ok {
			return nil, flags.Unknown(fmt.Sprintf("hazard %q, a number from 1 to %d or a name", arg, len(hazardNames())), arg, hazardNames())
		}
		chosen = append(chosen, h)
	}
	return chosen, nil
}

func (z *options) run(ctx context.Context, w, stderr io.Writer, chosen []hazards.Hazard, named bool) error {
	if z.list {
		return listHazards(w, chosen, z.json)
	}
	show, done := terminal.Progress(stderr)
	z.set.Progress = show
	defer done()
	if z.premises {
		return z.relax(ctx, w, stderr, chosen)
	}
	table := !z.json && (!named || z.each)
	if table {
		row(w, "#", "hazard", "appears", "", "then", "", "prevented by")
	}
	var all report.Hazards
	for _, h := range chosen {
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted before %s\n", h.Name)
			z.open++
			break
		}
		r, err := h.Answer(ctx, model.None, z.set)
		done()
		if err != nil {
			return err
		}
		z.count(r)
		switch {
		case z.json:
			one, err := jsonOfHazard(r)
			if err != nil {
				return err
			}
			all.Hazards = append(all.Hazards, one)
		case table:
			z.line(w, r)
		default:
			if err := z.explain(w, r); err != nil {
				return err
			}
		}
	}
	if z.json {
		if err := report.Write(w, "hazards", &all); err != nil {
			return err
		}
	} else if table {
		fmt.Fprintf(w, "\n%s\n", prose.Wrap(legend, 112, ""))
		fmt.Fprintf(w, "\n%s: %s\n", prose.Count(len(chosen), "hazard"), z.verdict())
		if z.other {
			fmt.Fprintln(w, "* differs from the usual description: tcpcheck hazards NUMBER says how")
		}
	}
	return z.exit()
}

const legend = "appears: the answer without the prevention; VIOLATED 2+7 is a run of 2 steps, after which 7 more repeat forever. " +
	"then: the answer with the prevention. 2 of 3: the table shows the first of 3 pieces of evidence, and 2 came out as expected. " +
	"FOLLOWED, DEPARTS, SEEN, ABSENT: what the model does with a script."

func (z *options) count(r hazards.Report) {
	for _, a := range r.Answers() {
		switch {
		case a.AsExpected():
		case a.Conclusion == properties.Open:
			z.open++
		default:
			z.wrong++
		}
	}
}

func (z *options) verdict() string {
	if z.wrong+z.open > 0 {
		return fmt.Sprintf("%d NOT as expected, %d incomplete", z.wrong, z.open)
	}
	return "each appears, and is prevented as expected"
}

func (z *options) exit() error { return verify.Tally{Wrong: z.wrong, Incomplete: z.open}.Exit() }

// line prints the first run that shows a hazard, the first prevention, and how many of each are as expected.
func (z *options) line(w io.Writer, r hazards.Report) {
	first, gone, name := r.Shown[0], r.Gone[0], r.Name
	if r.Found != "" {
		name += "*"
		z.other = true
	}
	row(w, fmt.Sprint(r.Number), name, told(first), asExpected(r.Shown), gone.Verdict, asExpected(r.Gone), gone.With)
	if z.each && r.Found != "" {
		fmt.Fprintf(w, "      %s\n", prose.Wrap("Remark: "+r.Found, 110, "        "))
	}
	for _, a := range r.Answers() {
		if z.each || !a.AsExpected() {
			fmt.Fprintf(w, "      %s\n", prose.Wrap(oneLine(a), 110, "        "))
		}
	}
}

// wholeRow is the width of a row. A terminal with less has the last column on a line of its own.
const wholeRow = 118

func row(w io.Writer, number, name, shown, allShown, gone, allGone, with string) {
	columns := fmt.Sprintf("%3s %-29s %-13s %-7s %-9s %-7s", number, name, shown, allShown, gone, allGone)
	if prose.Fit(wholeRow, "") < wholeRow {
		fmt.Fprintf(w, "%s\n      %s\n", strings.TrimRight(columns, " "), prose.Wrap(with, wholeRow, "      "))
		return
	}
	fmt.Fprintf(w, "%s %s\n", columns, prose.Wrap(with, wholeRow, hazardIndent))
}

// hazardIndent is where the last column of the table begins.
const hazardIndent = "                                                                         "

// told is a verdict with the length of its run: its steps, and those that repeat forever.
func told(a hazards.Answer) string {
	switch {
	case a.Loop > 0:
		return fmt.Sprintf("%s %d+%d", a.Verdict, a.Steps, a.Loop)
	case a.Steps > 0:
		return fmt.Sprintf("%s %d", a.Verdict, a.Steps)
	}
	return a.Verdict
}

func asExpected(list []hazards.Answer) string {
	good := 0
	for _, a := range list {
		if a.AsExpected() {
			good++
		}
	}
	return fmt.Sprintf("%d of %d", good, len(list))
}

// oneLine prints an answer: the question, the scenario or script, and the result.
func oneLine(a hazards.Answer) string {
	text := fmt.Sprintf("%s: %s (%s", a.Sentence, a.Verdict, a.By)
	if a.Steps > 0 {
		text += ", " + prose.Count(a.Steps, "step")
	}
	if a.Loop > 0 {
		text += fmt.Sprintf(", then %d that repeat forever", a.Loop)
	}
	if a.Outcome != nil {
		text += ", " + prose.Count(a.Outcome.Distinct, "state")
	}
	text += ")"
	if a.Detail != "" {
		text += ": " + a.Detail
	}
	switch {
	case a.AsExpected():
	case a.Conclusion == properties.Open:
		text += fmt.Sprintf("; incomplete: expected %v", a.Expected)
	default:
		text += fmt.Sprintf("; NOT as expected: found %v, expected %v", a.Conclusion, a.Expected)
	}
	return text
}

// explain prints one hazard with its run.
func (z *options) explain(w io.Writer, r hazards.Report) error {
	title := fmt.Sprintf("%d. %s", r.Number, r.Name)
	fmt.Fprintf(w, "%s\n%s\n%s\n    %s\n", title, strings.Repeat("=", len(title)), prose.Wrap(r.What, 96, ""), prose.Wrap(strings.Join(r.Sources, "; "), 96, "    "))
	for i, a := range r.Shown {
		fmt.Fprintf(w, "\n%s\n", prose.Wrap("Shown by: "+oneLine(a), 96, "    "))
		if i > 0 && !z.runs {
			continue
		}
		if err := z.drawHazard(w, r.Name, a); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	for _, a := range r.Gone {
		fmt.Fprintf(w, "%s\n", prose.Wrap("Prevented by: "+oneLine(a), 96, "    "))
		for _, back := range a.Back {
			fmt.Fprintf(w, "  %s\n", prose.Wrap("Appears again "+oneLine(back), 96, "    "))
		}
	}
	for _, a := range r.Costs {
		fmt.Fprintf(w, "%s\n", prose.Wrap("Cost: "+oneLine(a), 96, "    "))
	}
	for _, note := range []struct{ word, text string }{{"Remark", r.Found}, {"Not modelled", r.Left}} {
		if note.text != "" {
			fmt.Fprintf(w, "\n%s: %s\n", note.word, prose.Wrap(note.text, 96, "    "))
		}
	}
	fmt.Fprintln(w)
	return nil
}

// drawHazard draws what shows a hazard: a run, or a script.
func (z *options) drawHazard(w io.Writer, name string, a hazards.Answer) error {
	if a.Script != "" {
		fmt.Fprintln(w)
		for line := range strings.SplitSeq(strings.TrimRight(a.Script, "\n"), "\n") {
			fmt.Fprintln(w, strings.TrimRight("    "+line, " "))
		}
		return nil
	}
	prose.Items(w, "      ", 96, a.Premises()...)
	run := a.Actions()
	if len(run.Actions) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return runfiles.Show(w, &z.Pictures, a.Outcome.System, run, "hazard "+name, runs.Of(*a.Outcome))
}

func listHazards(w io.Writer, chosen []hazards.Hazard, asJSON bool) error {
	if asJSON {
		var list report.Hazards
		for _, h := range chosen {
			list.Hazards = append(list.Hazards, headOfHazard(h))
		}
		return report.Write(w, "hazards", &list)
	}
	for _, h := range chosen {
		fmt.Fprintf(w, "%2d. %s\n    %s\n    %s\n", h.Number, h.Name, prose.Wrap(h.What, 100, "    "), prose.Wrap(strings.Join(h.Sources, "; "), 100, "    "))
	}
	return nil
}
