package main

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// What hazards --json prints.
type jsonHazard struct {
	Number         int           `json:"number"`
	Name           string        `json:"name"`
	What           string        `json:"what"`
	Sources        []string      `json:"sources"`
	AsExpected     *bool         `json:"asExpected,omitempty"` // left out where nothing was searched
	Shown          []jsonExhibit `json:"shown,omitempty"`
	Gone           []jsonExhibit `json:"gone,omitempty"`
	Costs          []jsonExhibit `json:"costs,omitempty"`
	Found          string        `json:"found,omitempty"`
	NotExpressible string        `json:"notExpressible,omitempty"`
}

type jsonExhibit struct {
	With       string        `json:"with"`
	Sentence   string        `json:"sentence"` // with, and the premises that it rests on
	By         string        `json:"by"`
	Verdict    string        `json:"verdict"`
	Sight      string        `json:"sight"`
	AsExpected bool          `json:"asExpected"`
	Steps      int           `json:"steps,omitempty"`
	Loop       int           `json:"loop,omitempty"`
	Distinct   uint64        `json:"distinct,omitempty"`
	Seconds    float64       `json:"seconds,omitempty"`
	Detail     string        `json:"detail,omitempty"`
	Premises   []string      `json:"premises,omitempty"`
	Run        []ladder.Step `json:"run,omitempty"`
	Back       []jsonExhibit `json:"back,omitempty"` // without each of its premises
}

func headOfHazard(h hazards.Hazard) jsonHazard {
	return jsonHazard{Number: h.Number, Name: h.Name, What: h.What, Sources: h.Sources, Found: h.Found, NotExpressible: h.Left}
}

func jsonOfHazard(r hazards.Report) (j jsonHazard, err error) {
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

func jsonExhibits(list []hazards.Answer) (out []jsonExhibit, err error) {
	for _, a := range list {
		x := jsonExhibit{With: a.With, Sentence: a.Sentence, By: a.By, Verdict: a.Verdict, Sight: a.Sight.String(), AsExpected: a.AsExpected(),
			Steps: a.Steps, Loop: a.Loop, Detail: a.Detail, Premises: a.Premises()}
		if o := a.Outcome; o != nil {
			x.Distinct, x.Seconds = o.Distinct, o.Elapsed.Seconds()
			if run := a.Actions(); len(run) > 0 {
				if x.Run, err = ladder.Steps(o.System, run); err != nil {
					return nil, err
				}
			}
		}
		if x.Back, err = jsonExhibits(a.Back); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}
