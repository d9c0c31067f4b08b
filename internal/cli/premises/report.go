package premises

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

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
