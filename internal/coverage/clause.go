package coverage

import (
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// Clause is one case that the event processing of RFC 9293 §3.10 distinguishes.
type Clause struct {
	ID      string   // of its own, in kebab case; "/STATE" at its end where each state has one
	Section string   // of RFC 9293, with the step where there are steps; another RFC if it says so
	Says    string   // one sentence: the case, and what is done about it
	Rows    []string // ids of rows of docs/REQUIREMENTS.md
	Kind    model.EventKind
	States  []model.State // the states before the step in which it can come about

	holds func(s *Step) bool
}

// Step is one step of an endpoint, as an observer sees it.
type Step struct {
	Config model.Config
	model.Transition
	route // of a segment in SYN-RECEIVED or a synchronized state
}

// Observe makes a step ready for the clauses.
func Observe(c model.Config, t *model.Transition) Step {
	s := Step{Config: c, Transition: *t}
	if t.Event.Kind == model.SegmentArrives && t.Before.State >= model.SynReceived {
		s.route = follow(&c, &t.Before, t.Event.Seg)
	}
	return s
}

// In reports whether the clause is about one of the events in the state.
func (c *Clause) In(st model.State, kinds ...model.EventKind) bool {
	return slices.Contains(kinds, c.Kind) && slices.Contains(c.States, st)
}

// Holds reports whether the step is a case of the clause.
func (c *Clause) Holds(s *Step) bool {
	return s.Event.Kind == c.Kind && slices.Contains(c.States, s.Before.State) && c.holds(s)
}

// Carried lists the clauses of which a step of an endpoint is a case.
func Carried(c model.Config, t *model.Transition) (list []Clause) {
	s := Observe(c, t)
	for _, i := range places[t.Before.State][t.Event.Kind] {
		if table[i].holds(&s) {
			list = append(list, table[i])
		}
	}
	return list
}

// Clauses returns every clause, in the order of the RFC. The result must not be changed.
func Clauses() []Clause { return table }

var table = slices.Concat(openClauses, sendClauses, receiveClauses, closeClauses, abortClauses,
	closedClauses, listenClauses, synSentClauses, sequenceClauses, resetClauses, synClauses, ackClauses,
	textClauses, finClauses, timeoutClauses)

// places are the clauses of each state and event, by their place in the table.
var places = func() (at [model.NumStates][model.NumEventKinds][]int) {
	for i, c := range table {
		for _, st := range c.States {
			at[st][c.Kind] = append(at[st][c.Kind], i)
		}
	}
	return at
}()

// on makes a clause; rows are separated by blanks.
func on(kind model.EventKind, states []model.State, id, section, says, rows string, holds func(*Step) bool) Clause {
	return Clause{ID: id, Section: section, Says: says, Rows: strings.Fields(rows), Kind: kind, States: states, holds: holds}
}

// each makes a clause for each of the states; their names have the state, so that they differ. A row followed by
// "@STATE" is a row of that state's clause only.
func each(kind model.EventKind, states []model.State, id, section, says, rows string, holds func(*Step) bool) (list []Clause) {
	for _, st := range states {
		c := on(kind, in(st), id+"/"+st.String(), section, st.String()+": "+says, "", holds)
		for row := range strings.FieldsSeq(rows) {
			if name, of, some := strings.Cut(row, "@"); !some || of == st.String() {
				c.Rows = append(c.Rows, name)
			}
		}
		list = append(list, c)
	}
	return list
}

func in(states ...model.State) []model.State { return states }

// Groups of states that the RFC treats alike.
var (
	open         = between(model.Listen, model.TimeWait)
	connected    = between(model.SynReceived, model.TimeWait)
	synchronized = between(model.Established, model.TimeWait)
	receiving    = in(model.Established, model.FinWait1, model.FinWait2)
	sending      = in(model.Established, model.CloseWait)
	closed       = in(model.FinWait1, model.FinWait2, model.Closing, model.LastAck, model.TimeWait)
)

func between(first, last model.State) (list []model.State) {
	for st := first; st <= last; st++ {
		list = append(list, st)
	}
	return list
}
