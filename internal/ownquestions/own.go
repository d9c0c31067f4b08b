// Package ownquestions makes the questions of a scenario file ready for a search: the invariants that it names, and those that
// its user wrote as expressions.
package ownquestions

import (
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Always returns the invariants of a file. known has those that the file may name. The file was checked, so that an
// error is one of an expression that was added later.
func Always(f *scenario.File, known map[string]properties.Invariant) (list []properties.Invariant, err error) {
	for _, name := range f.Always {
		if inv, ok := known[name]; ok || !question.Is(name) {
			list = append(list, inv)
			continue
		}
		q, err := question.Parse(name)
		if err != nil {
			return nil, err
		}
		list = append(list, condition(q))
	}
	return list, nil
}

// Reach returns the conditions that some state has to fulfil.
func Reach(f *scenario.File) (list []properties.Condition, err error) {
	for _, text := range f.Reach {
		q, err := question.Parse(text)
		if err != nil {
			return nil, err
		}
		list = append(list, condition(q))
	}
	return list, nil
}

// LeadsTo returns what must happen eventually, under all fairness.
func LeadsTo(f *scenario.File) (list []properties.Live, err error) {
	for _, text := range f.LeadsTo {
		from, to, err := question.ParseLeadsTo(text)
		if err != nil {
			return nil, err
		}
		list = append(list, properties.Live{From: condition(from), To: condition(to)})
	}
	return list, nil
}

// condition is a question for a search: what it reads decides on the reductions.
func condition(q question.Question) properties.Condition {
	if q.World != nil {
		return properties.OnWorld(q.Name, q.World)
	}
	return properties.OnState(q.Name, q.State)
}
