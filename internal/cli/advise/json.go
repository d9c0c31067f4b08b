package advise

import (
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

func jsonAnswerOf(x hosts.Answer) report.Answer {
	j := report.Answer{Verdict: strings.ToLower(x.Verdict.String()), Why: x.Why, Searches: x.Searches}
	if x.Grid != nil {
		j.Tick = x.Grid.Tick.Seconds()
	}
	if x.Outcome.System != nil {
		o := report.OutcomeOf(x.Outcome)
		o.Expected, o.AsExpected = "", false
		j.Outcome, j.Run = &o, report.Steps(x.Outcome)
		sc := x.Outcome.System.Scenario()
		j.Premises = sc.Premises()
	}
	return j
}

func (ad *options) jsonReport(p hosts.Profile, mine hosts.Settings, changes []hosts.Change, rows []hosts.Row) any {
	type setting struct {
		Name, Value, Does, Omits, Source string
	}
	type guarantee struct {
		Name    string        `json:"name"`
		Words   string        `json:"words"`
		Needs   []string      `json:"needs"` // the premises that it rests on with the defaults of linux
		Default report.Answer `json:"default"`
		Yours   report.Answer `json:"yours"`
		Lost    bool          `json:"lost"`
	}
	settings := []setting{}
	for _, c := range changes {
		settings = append(settings, setting{c.Knob.Name, c.Value, c.Knob.Does, c.Knob.Omits, c.Knob.Source})
	}
	list := []guarantee{}
	for _, r := range rows {
		list = append(list, guarantee{r.Guarantee.Name, r.Guarantee.Words, r.Guarantee.Needs, jsonAnswerOf(r.Default), jsonAnswerOf(r.Mine), r.Loses()})
	}
	return map[string]any{
		"profile": p.Name, "sources": p.Sources, "left_out": p.Omits, "premises": hosts.Premises,
		"default": p.Settings.Describe(), "yours": mine.Describe(), "settings": settings, "guarantees": list,
	}
}
