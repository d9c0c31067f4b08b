package bound

import (
	"context"
	"io"
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

func boundsOf(all []bounds.Answered) *report.Bounds {
	var out report.Bounds
	for i := range all {
		x := &all[i]
		q := &x.Bound
		j := report.Bound{Topic: q.Topic, Name: q.Name, Statement: q.Asks, Needs: q.Needs, Symbol: q.Symbol, Counts: q.Faults.Names()}
		j.Axes = prose.Each(q.Axes, func(a bounds.Parameter) string { return a.Name })
		sc := q.Scenario(q.Small[0], 1)
		j.Premises = sc.Premises()
		j.Expected = q.Expected()
		for k := range x.Points {
			j.Points = append(j.Points, pointJSON(q, &x.Points[k]))
		}
		for _, f := range x.Fits {
			jf := report.Fit{Where: f.Where, Points: f.Points, Spare: f.Points - f.Rank}
			if f.Formula != nil {
				jf.Formula, jf.Determined = f.Formula.Text(q.Axes), f.Determined()
			}
			if jf.Determined && q.Unit == "ticks" {
				jf.Continuous = f.Formula.Continuous(q.Axes)
			}
			j.Fits = append(j.Fits, jf)
		}
		out.Questions = append(out.Questions, j)
	}
	return &out
}

func pointJSON(q *bounds.Bound, p *bounds.Point) report.Point {
	j := report.Point{At: p.At, Conclusion: p.Conclusion.String(), AsExpected: !q.Surprised(p)}
	switch p.Conclusion {
	case properties.Holds:
		least := p.Least()
		j.Least = &least
	case properties.Open:
		j.Reason, j.AsExpected = p.Why(), false
	}
	for _, t := range append(slices.Clone(p.Tried), p.Beyond...) {
		j.Tried = append(j.Tried, report.Attempt{Value: t.Value, Verdict: t.Outcome.Verdict.String(), Violated: t.Outcome.Violated,
			Steps: t.Outcome.Run.Steps(), Distinct: t.Outcome.Distinct, Seconds: t.Outcome.Elapsed.Seconds()})
	}
	if below := p.Below(); below != nil {
		j.Run = report.Steps(below.Outcome.System, below.Outcome.Actions())
	}
	return j
}

// relax reports which premises each question with a safe value needs.
func (m *options) relax(ctx context.Context, questions []bounds.Bound, stdout, stderr io.Writer) error {
	show, done := terminal.Progress(stderr)
	defer done()
	m.set.Progress = show
	var list []premises.Sentence
	for _, q := range questions {
		if asked, ok := q.Asked(); ok {
			list = append(list, premises.Sentence{Asked: asked, Text: q.Sentence(), Needs: q.Needs})
		}
	}
	return premises.Ask(ctx, "bound", list, m.set, m.json, stdout, stderr)
}
