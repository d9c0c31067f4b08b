// Package covered reports which clauses of RFC 9293 searches and dialogues exercise.
package covered

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/diagram"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Survey collects which clauses searches or scripts exercise.
type Survey struct {
	what    string // what was run, for people
	all     coverage.Tally
	figure  diagram.Diagram
	parts   []report.CoveragePart
	first   []string // per clause, the first part that exercised it
	partial int      // parts that were not searched completely
	Without []string // what was run and has no graph
}

func New(what string) *Survey {
	return &Survey{what: what, first: make([]string, len(coverage.Clauses()))}
}

// add takes what one part exercised.
func (s *Survey) add(name, partial string, t *coverage.Tally) {
	p := report.CoveragePart{Name: name, Events: t.Steps, Clauses: t.Seen(), Partial: partial}
	for i := range s.first {
		if s.first[i] == "" && t.Count(i) > 0 {
			s.first[i] = name
			p.New++
		}
	}
	if partial != "" {
		s.partial++
	}
	s.all.Merge(t)
	s.parts = append(s.parts, p)
}

// Graph adds every event of an endpoint in the graph of a search. A mutant exercises no clause of the model.
func (s *Survey) Graph(ctx context.Context, name string, sys *netfake.System, r *properties.Result, g *properties.Graph) {
	sc := sys.Scenario()
	if sc.Peer[0].TCP.Mutant != model.None || sc.Peer[1].TCP.Mutant != model.None {
		s.Without = append(s.Without, name)
		return
	}
	var t coverage.Tally
	partial := seenOf(r)
	for n := range g.Nodes() {
		if n.Open {
			continue
		}
		if n.ID%4096 == 0 && ctx.Err() != nil {
			partial = "interrupted before all states of the graph were looked at"
			break
		}
		for x := range sys.Transitions(n.State) {
			if x.Stepped {
				t.Add(sc.Peer[x.Peer].TCP, &x.Happening.Transition)
				s.figure.Observe(&x.Happening.Transition)
			}
		}
	}
	s.add(name, partial, &t)
}

// seenOf says why a search did not reach all states.
func seenOf(r *properties.Result) string {
	var why []string
	if len(r.Violations) > 0 {
		why = append(why, "until the violation")
	}
	if r.Reason != "" {
		why = append(why, r.Reason)
	}
	for _, c := range r.Cuts {
		why = append(why, c.Name)
	}
	return strings.Join(why, ", ")
}

// Scripts plays every dialogue.
func (s *Survey) Scripts() error {
	for _, script := range figures.All() {
		var t coverage.Tally
		err := script.Watch(func(c model.Config, step *model.Transition) {
			t.Add(c, step)
			s.figure.Observe(step)
		})
		if err != nil {
			return exit.With(exit.Violated, err.Error())
		}
		s.add(script.Name, "", &t)
	}
	return nil
}

func (s *Survey) Report() *report.Coverage {
	r := &report.Coverage{Of: s.what, Events: s.all.Steps, Unclaimed: s.all.Unclaimed, Partial: s.partial, Parts: s.parts, Without: s.Without}
	for i, c := range coverage.Clauses() {
		r.Clauses = append(r.Clauses, report.Clause{Name: c.ID, Section: c.Section, Statement: c.Says, Requirements: c.Rows, Count: s.all.Count(i), First: s.first[i]})
	}
	for _, row := range s.all.Rows() {
		r.Requirements = append(r.Requirements, report.Requirement{Name: row.ID, Statement: row.Text, Exercised: row.Seen, Clauses: row.Clauses})
	}
	for _, a := range s.figure.Missing() {
		r.Arrows = append(r.Arrows, report.Arrow{From: a.From.String(), To: a.To.String(), Event: a.Event, Output: a.Output, Kind: diagram.Drawn.String()})
	}
	for _, e := range s.figure.Edges() {
		r.Arrows = append(r.Arrows, report.Arrow{From: e.From.String(), To: e.To.String(), Event: e.Event, Output: e.Output, Kind: e.Kind.String(), Count: e.Count})
	}
	return r
}

// Write prints what was exercised and what was not.
func (s *Survey) Write(w io.Writer) {
	rows, done := s.all.Rows(), 0
	for _, r := range rows {
		if r.Exercised() {
			done++
		}
	}
	others := 0
	for _, e := range s.figure.Edges() {
		if e.Kind != diagram.Drawn {
			others++
		}
	}
	fmt.Fprintf(w, "\nCoverage of RFC 9293 §3.10 by %s: %d events of endpoints\n", s.what, s.all.Steps)
	if s.partial > 0 {
		fmt.Fprintf(w, "  (%d of %d were not searched completely; --json says why)\n", s.partial, len(s.parts))
	}
	if n := len(s.Without); n > 0 {
		fmt.Fprintf(w, "  (%d answers are about the model itself, or about a mutant, and are not counted here)\n", n)
	}
	if s.all.Unclaimed > 0 {
		fmt.Fprintf(w, "  (%d events belong to no clause, which is an omission of tcpcheck)\n", s.all.Unclaimed)
	}
	missing := s.figure.Missing()
	fmt.Fprintf(w, "  %4d of %4d clauses\n", s.all.Seen(), len(coverage.Clauses()))
	fmt.Fprintf(w, "  %4d of %4d rows of docs/REQUIREMENTS.md\n", done, len(rows))
	fmt.Fprintf(w, "  %4d of %4d arrows of Figure 5, and %d changes of state that are not in it\n", len(diagram.Figure5)-len(missing), len(diagram.Figure5), others)
	s.matrix(w)
	fmt.Fprintf(w, "\nClauses that were not reached:\n")
	for _, c := range s.all.Missed() {
		TellClause(w, c)
	}
	fmt.Fprintf(w, "\nRows of docs/REQUIREMENTS.md that were not exercised:\n")
	for _, r := range rows {
		if !r.Exercised() {
			prose.Entry(w, "  ", 14, r.ID, r.Text, 96)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(w, "\nArrows of Figure 5 that were not taken:\n")
	}
	for _, a := range missing {
		fmt.Fprintf(w, "  %v -> %v: %s / %s\n", a.From, a.To, a.Event, a.Output)
	}
}

func TellClause(w io.Writer, c coverage.Clause) {
	fmt.Fprintf(w, "  %-28s %s (%s)\n", c.ID, prose.Wrap(c.Says, 96, strings.Repeat(" ", 31)), c.Section)
}

// eventColumns are the columns of the matrix.
var eventColumns = []struct {
	name  string
	kinds []model.EventKind
}{
	{"OPEN", []model.EventKind{model.OpenPassive, model.OpenActive}}, {"SEND", []model.EventKind{model.Send}},
	{"RECEIVE", []model.EventKind{model.Receive}}, {"CLOSE", []model.EventKind{model.Close}},
	{"ABORT", []model.EventKind{model.Abort}}, {"STATUS", []model.EventKind{model.Status}},
	{"segment", []model.EventKind{model.SegmentArrives}}, {"giveup", []model.EventKind{model.UserTimeout}},
	{"repeat", []model.EventKind{model.RetransmissionTimeout}}, {"2MSL", []model.EventKind{model.TimeWaitTimeout}},
}

// matrix counts the clauses that were reached, by state and event. A clause of several states counts in each.
func (s *Survey) matrix(w io.Writer) {
	head := []string{"state"}
	for _, col := range eventColumns {
		head = append(head, col.name)
	}
	rows := [][]string{nil, head}
	for st := range model.State(model.NumStates) {
		row := []string{st.String()}
		for _, col := range eventColumns {
			seen, all := s.cell(st, col.kinds)
			text := "-"
			if all > 0 {
				text = fmt.Sprintf("%d/%d", seen, all)
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	prose.Table(w, "  ", "<"+strings.Repeat(">", len(eventColumns)), rows...)
}

func (s *Survey) cell(st model.State, kinds []model.EventKind) (seen, all int) {
	for i, c := range coverage.Clauses() {
		if !c.In(st, kinds...) {
			continue
		}
		all++
		if s.all.Count(i) > 0 {
			seen++
		}
	}
	return seen, all
}

// Neither lists the clauses that neither of two surveys reached.
func Neither(a, b *Survey) (list []coverage.Clause) {
	for i, c := range coverage.Clauses() {
		if a.all.Count(i) == 0 && b.all.Count(i) == 0 {
			list = append(list, c)
		}
	}
	return list
}
