package advise

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

func answerOf(x hosts.Answer) documents.Answer {
	j := documents.Answer{Conclusion: x.Conclusion.String(), Reason: x.Why, Searches: x.Searches}
	if x.Grid != nil {
		j.TickSeconds = x.Grid.Tick.Seconds()
	}
	if x.Outcome.System != nil {
		o := report.OutcomeOf(x.Outcome)
		o.Expected, o.AsExpected = "", false
		j.Outcome, j.Run = &o, report.Steps(x.Outcome.System, x.Outcome.Actions())
		sc := x.Outcome.System.Scenario()
		j.Premises = sc.Premises()
	}
	return j
}

func adviceOf(p hosts.Profile, mine hosts.Settings, changes []hosts.Change, unknown []string, rows []hosts.Row) *documents.Advice {
	a := documents.Advice{Profile: p.Name, Sources: p.Sources, LeftOut: p.Omits, Premises: hosts.Premises,
		Default: p.Settings.Describe(), Yours: mine.Describe(), Unknown: unknown}
	for _, c := range changes {
		a.Settings = append(a.Settings, documents.Setting{Name: c.Setting.Name, Value: c.Value, Statement: c.Setting.Does, LeftOut: c.Setting.Omits,
			NotAsked: !c.Setting.Asked(), Source: c.Setting.Source})
	}
	for _, r := range rows {
		a.Guarantees = append(a.Guarantees, documents.Guarantee{Name: r.Guarantee.Name, Statement: r.Guarantee.Words, Needs: r.Guarantee.Needs,
			Default: answerOf(r.Default), Yours: answerOf(r.Mine), Lost: r.Loses(),
			Sees: r.Guarantee.Cost.Sees, Likely: r.Guarantee.Cost.Likely, Instead: r.Guarantee.Cost.Instead})
	}
	return &a
}

// relax reports which premises the guarantees need that hold with these settings.
func (ad *options) relax(ctx context.Context, gs []hosts.Guarantee, mine hosts.Settings, stdout, stderr io.Writer) error {
	asker := hosts.Asker{Set: ad.set}
	var list []premises.Sentence
	for _, g := range gs {
		answer, err := asker.Ask(ctx, g, mine)
		if err != nil {
			return err
		}
		if asked, ok := g.Asked(answer); ok {
			list = append(list, premises.Sentence{Asked: asked, Text: g.Words, Found: true})
		}
	}
	return premises.Ask(ctx, "advise", list, ad.set, ad.json, stdout, stderr)
}
