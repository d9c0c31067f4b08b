package main

import (
	"github.com/tcpcheck/tcpcheck/claims"
	"github.com/tcpcheck/tcpcheck/ladder"
)

// claimReport is a judged claim as --json prints it.
type claimReport struct {
	ID, Section       string
	Sources           []string `json:",omitempty"`
	Says              string
	Verdict, Expected claims.Verdict
	AsExpected        bool
	Evidence          []findingReport
	Right             string
	RightBy           []findingReport `json:",omitempty"`
}

type findingReport struct {
	Given   string `json:",omitempty"`
	Shows   string
	Speaks  string // for, against, open
	Brief   string
	Text    string        `json:",omitempty"`
	Outcome *answered     `json:",omitempty"`
	Run     []ladder.Step `json:",omitempty"`
}

func reportClaim(j claims.Judgement) claimReport {
	r := claimReport{ID: j.ID, Section: j.Section, Sources: j.Sources, Says: j.Says, Verdict: j.Verdict, Expected: j.Expect,
		AsExpected: j.AsExpected(), Right: j.Right}
	r.Evidence, r.RightBy = reportFindings(j.Findings), reportFindings(j.RightOf)
	return r
}

func reportFindings(findings []claims.Finding) (list []findingReport) {
	for _, f := range findings {
		one := findingReport{Given: f.Given, Shows: f.Shows, Speaks: f.Side.String(), Brief: f.Brief, Text: f.Text}
		if f.Outcome != nil {
			sc := f.Outcome.System.Scenario()
			o := report(*f.Outcome)
			o.Premises = sc.Premises()
			o.Expected, o.AsExpected = "", f.Side == claims.For
			one.Outcome = &o
		}
		if len(f.Run) > 0 {
			steps, err := ladder.Steps(f.Outcome.System, f.Run)
			if err != nil {
				panic("BUG: " + err.Error())
			}
			one.Run = steps
		}
		list = append(list, one)
	}
	return list
}
