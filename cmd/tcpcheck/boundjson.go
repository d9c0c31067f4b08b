package main

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/study"
)

// What bound --json prints.
type (
	jsonBound struct {
		Topic    string      `json:"topic"`
		Name     string      `json:"name"`
		Asks     string      `json:"asks"`
		Needs    []string    `json:"needs"` // the premises of the catalogue that the least safe value rests on
		Knob     string      `json:"knob"`
		Axes     []string    `json:"axes"`
		Counts   []string    `json:"counts"`
		Premises []string    `json:"premises"` // of the first point
		Points   []jsonPoint `json:"points"`
		Fits     []jsonFit   `json:"fits"`
		Expected string      `json:"expected,omitempty"`
	}
	jsonPoint struct {
		At       []int         `json:"at"`
		Finding  string        `json:"finding"` // least, none, not-exhausted
		Least    *int          `json:"least,omitempty"`
		Why      string        `json:"why,omitempty"`
		Expected bool          `json:"asExpected"`
		Tried    []jsonAttempt `json:"tried"`
		Run      []ladder.Step `json:"run,omitempty"` // with the largest value that is too small
	}
	jsonAttempt struct {
		Value    int     `json:"value"`
		Verdict  string  `json:"verdict"`
		Violated string  `json:"violated,omitempty"`
		Steps    int     `json:"steps,omitempty"`
		Distinct uint64  `json:"distinct"`
		Seconds  float64 `json:"seconds"`
	}
	jsonFit struct {
		Where      string `json:"where,omitempty"`
		Formula    string `json:"formula,omitempty"`
		Determined bool   `json:"determined"`
		Points     int    `json:"points"`
		Spare      int    `json:"spare"`
		Continuous string `json:"continuous,omitempty"`
	}
)

func boundsJSON(all []study.Answered) []jsonBound {
	list := []jsonBound{}
	for i := range all {
		x := &all[i]
		q := &x.Bound
		j := jsonBound{Topic: q.Topic, Name: q.Name, Asks: q.Asks, Needs: q.Needs, Knob: q.Knob, Counts: q.Faults.Names()}
		for _, a := range q.Axes {
			j.Axes = append(j.Axes, a.Name)
		}
		sc := q.Scenario(q.Small[0], 1)
		j.Premises = sc.Premises()
		j.Expected = q.Expected()
		for k := range x.Points {
			j.Points = append(j.Points, pointJSON(q, &x.Points[k]))
		}
		for _, f := range x.Fits {
			jf := jsonFit{Where: f.Where, Points: f.Points, Spare: f.Points - f.Rank}
			if f.Formula != nil {
				jf.Formula, jf.Determined = f.Formula.Text(q.Axes), f.Determined()
			}
			if jf.Determined && q.Unit == "ticks" {
				jf.Continuous = f.Formula.Continuous(q.Axes)
			}
			j.Fits = append(j.Fits, jf)
		}
		list = append(list, j)
	}
	return list
}

func pointJSON(q *study.Bound, p *study.Point) jsonPoint {
	j := jsonPoint{At: p.At, Expected: !q.Surprised(p)}
	switch p.State {
	case study.LeastFound:
		least := p.Least()
		j.Finding, j.Least = "least", &least
	case study.NoneSafe:
		j.Finding = "none"
	case study.NotExhausted:
		j.Finding, j.Why, j.Expected = "not-exhausted", p.Why(), false
	}
	for _, t := range append(slices.Clone(p.Tried), p.Beyond...) {
		j.Tried = append(j.Tried, jsonAttempt{t.Value, t.Outcome.Verdict.String(), t.Outcome.Violated,
			max(len(t.Outcome.Run)-1, 0), t.Outcome.Distinct, t.Outcome.Elapsed.Seconds()})
	}
	if below := p.Below(); below != nil {
		j.Run = steps(below.Outcome)
	}
	return j
}
