package claims

import (
	"context"
	"fmt"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/claims"
)

func reportClaim(j claims.Judgement) report.Claim {
	r := report.Claim{Name: j.ID, Section: j.Section, Sources: j.Sources, Statement: j.Says, Verdict: string(j.Verdict), Expected: string(j.Expect),
		AsExpected: j.AsExpected(), Right: j.Right}
	r.Evidence, r.RightBy = reportFindings(j.Findings), reportFindings(j.RightOf)
	return r
}

func reportFindings(findings []claims.Finding) (list []report.Evidence) {
	for _, f := range findings {
		one := report.Evidence{Given: f.Given, Statement: f.Shows, Conclusion: f.Conclusion.String(), Brief: f.Brief, Text: f.Text}
		if f.Outcome != nil {
			sc := f.Outcome.System.Scenario()
			o := report.OutcomeOf(*f.Outcome)
			o.Premises = sc.Premises()
			o.Expected, o.AsExpected = "", f.Conclusion == properties.Holds
			one.Outcome = &o
		}
		if len(f.Run.Actions) > 0 {
			one.Run = report.Steps(f.Outcome.System, f.Run)
		}
		list = append(list, one)
	}
	return list
}

func claimSources(j claims.Judgement) string {
	if len(j.Sources) == 0 {
		return "none"
	}
	if len(j.Sources) == 5 {
		return "all"
	}
	return fmt.Sprintf("%d of 5", len(j.Sources))
}

// claimVerdict is the verdict, with a remark if it is not the expected one.
func claimVerdict(j claims.Judgement) string {
	text := string(j.Verdict)
	if j.Verdict != j.Expect {
		text += fmt.Sprintf(" (expected %s)", j.Expect)
	}
	if j.Conclusion() != properties.Holds {
		text += " (the corrected sentence is NOT shown to hold)"
	}
	return text
}

// claimBriefs is the evidence in brief, one line for each piece.
func claimBriefs(findings []claims.Finding) (lines []string) {
	for _, f := range findings {
		line := fmt.Sprintf("%s: %s (%s)", claimFound[f.Conclusion], f.Shows, f.Brief)
		if f.Given != "" {
			line = "if " + f.Given + ", " + line
		}
		lines = append(lines, line)
	}
	return lines
}

// relax reports which premises a corrected sentence needs, if a complete search shows it.
func (c *options) relax(ctx context.Context, w, stderr io.Writer, chosen []claims.Claim) error {
	var list []premises.Sentence
	for _, claim := range chosen {
		for _, x := range claim.Asked() {
			list = append(list, premises.Sentence{Asked: x.Asked, Text: x.Piece.Sentence(), Needs: x.Piece.Needs})
		}
	}
	return premises.Ask(ctx, "claims", list, c.set.Settings, c.json, w, stderr)
}
