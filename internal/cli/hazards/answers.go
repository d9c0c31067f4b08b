package hazards

import (
	"context"
	"io"
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

func headOfHazard(h hazards.Hazard) report.Hazard {
	return report.Hazard{Number: h.Number, Name: h.Name, Statement: h.What, Sources: h.Sources, Remark: h.Found, NotExpressible: h.Left}
}

func jsonOfHazard(r hazards.Report) (j report.Hazard, err error) {
	j = headOfHazard(r.Hazard)
	all := !slices.ContainsFunc(r.Answers(), func(a hazards.Answer) bool { return !a.AsExpected() })
	j.AsExpected = &all
	if j.Shown, err = jsonExhibits(r.Shown); err != nil {
		return j, err
	}
	if j.Gone, err = jsonExhibits(r.Gone); err != nil {
		return j, err
	}
	j.Costs, err = jsonExhibits(r.Costs)
	return j, err
}

func jsonExhibits(list []hazards.Answer) (out []report.Exhibit, err error) {
	for _, a := range list {
		x := report.Exhibit{Name: a.With, Statement: a.Sentence, By: a.By, Verdict: a.Verdict, Conclusion: a.Conclusion.String(), AsExpected: a.AsExpected(),
			Steps: a.Steps, Loop: a.Loop, Detail: a.Detail, Premises: a.Premises()}
		if o := a.Outcome; o != nil {
			x.Distinct, x.Seconds = o.Distinct, o.Elapsed.Seconds()
			if run := a.Actions(); len(run.Actions) > 0 {
				x.Run = report.Steps(o.System, run)
			}
		}
		if x.Back, err = jsonExhibits(a.Back); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// relax reports which premises each prevention needs.
func (z *options) relax(ctx context.Context, w, stderr io.Writer, chosen []hazards.Hazard) error {
	var list []premises.Sentence
	for _, h := range chosen {
		asked, err := h.Asked()
		if err != nil {
			return err
		}
		for _, x := range asked {
			list = append(list, premises.Sentence{Asked: x.Asked, Text: x.Exhibit.Sentence(), Needs: x.Exhibit.Needs})
		}
	}
	return premises.Ask(ctx, "hazards", list, z.set, z.json, w, stderr)
}
