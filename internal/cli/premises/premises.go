// Package premises finds which premises an answer needs, for every command with --premises.
package premises

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

// WriteCells prints what was found about the premises of one question, and what its sentence does not say of it.
func WriteCells(w io.Writer, r properties.Rests) {
	var not []string
	for _, c := range r.Cells {
		p, _ := properties.PremiseByName(c.Premise)
		switch c.Answer {
		case properties.Fails:
			steps := prose.Count(c.Steps, "step")
			if c.Loop > 0 {
				steps += fmt.Sprintf(", then %d that repeat forever", c.Loop)
			}
			prose.Entry(w, "  ", 28, c.Premise, fmt.Sprintf("needed: %s (%s)", p.Text, steps), 118)
		case properties.Open:
			prose.Entry(w, "  ", 28, c.Premise, fmt.Sprintf("open: %s (%d states searched: %s)", p.Text, c.Distinct, c.Reason), 118)
		default:
			not = append(not, c.Premise)
		}
	}
	fmt.Fprintf(w, "  not needed: %s\n", prose.Wrap(strings.Join(not, ", "), 96, "    "))
	for _, bad := range []struct {
		what  string
		names []string
	}{{"needed, but the sentence does not name it", r.Unsaid()}, {"named in the sentence, but not known to be needed", r.Unneeded()}} {
		if len(bad.names) > 0 {
			fmt.Fprintf(w, "  NOT as expected: %s: %s\n", bad.what, strings.Join(bad.names, ", "))
		}
	}
	fmt.Fprintln(w)
}

// Sentence is a question that is no theorem, with the sentence that is printed of it.
type Sentence struct {
	properties.Asked
	Text  string
	Needs []string // the premises that the text names
	Found bool     // nothing is known of its premises before: the text gets those that are found
}

// Ask answers each question once without each premise of the catalogue that applies to it, and prints
// which premises are needed. Unless set has a limit, each search stops after the same number of states
// as the searches that found the premises of the sentences.
func Ask(ctx context.Context, command string, list []Sentence, set properties.Settings, asJSON bool, w, stderr io.Writer) error {
	if len(list) == 0 {
		return exit.Usagef("--premises: found no answer that is VERIFIED, expected a question whose answer can need premises")
	}
	if set.MaxStates == 0 {
		set.MaxStates = properties.PinnedStates
	}
	var all report.Premises
	status := exit.OK
	for _, s := range list {
		cells, err := s.Question.Cells(ctx, properties.PinnedPremises(), set)
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted in %s\n", s.Name)
			return exit.Status(exit.Incomplete)
		}
		if err != nil {
			return exit.Usagef("%s: %v", s.Name, err)
		}
		if s.Found {
			s.Needs = properties.NeededOf(cells)
			s.Text = properties.Provided(s.Text, s.Needs)
		}
		r := properties.Rests{Theorem: properties.Theorem{Name: s.Name, Needs: s.Needs}, Cells: cells}
		status = exit.Worse(status, RestsStatus(r))
		if asJSON {
			one := JSON([]properties.Rests{r})[0]
			one.Statement = s.Text
			all.Questions = append(all.Questions, one)
			continue
		}
		fmt.Fprintf(w, "%s\n    %s\n", s.Name, prose.Wrap(s.Text, 96, "    "))
		WriteCells(w, r)
	}
	if asJSON {
		if err := report.Write(w, command, &all); err != nil {
			return err
		}
	}
	return exit.Status(status)
}

// RestsStatus: a premise that is needed and not named is a violation; one that is named must be known to be needed.
func RestsStatus(r properties.Rests) int {
	if len(r.Unsaid()) > 0 {
		return exit.Violated
	}
	for _, name := range r.Unneeded() {
		open := slices.ContainsFunc(r.Cells, func(c properties.Cell) bool { return c.Premise == name && c.Answer == properties.Open })
		if !open {
			return exit.Violated
		}
	}
	if len(r.Unneeded()) > 0 {
		return exit.Incomplete
	}
	return exit.OK
}

func JSON(all []properties.Rests) (list []report.QuestionPremises) {
	for _, r := range all {
		j := report.QuestionPremises{Name: r.Theorem.Name, Statement: r.Theorem.Statement(), Unsaid: r.Unsaid(), Unneeded: r.Unneeded()}
		for _, c := range r.Cells {
			p, _ := properties.PremiseByName(c.Premise)
			j.Premises = append(j.Premises, report.Premise{Name: c.Premise, Statement: p.Text, Answer: c.Need(), Verdict: c.Verdict.String(),
				Steps: c.Steps, Loop: c.Loop, Violated: c.Violated, Reason: c.Reason, Distinct: c.Distinct})
		}
		list = append(list, j)
	}
	return list
}
