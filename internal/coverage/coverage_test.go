package coverage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/model"
)

const many = 300_000

// claims lists the clauses of which a step is a case.
func claims(s *Step) (list []int) {
	for i := range table {
		if table[i].Holds(s) {
			list = append(list, i)
		}
	}
	return list
}

// TestEveryStepIsACase: an honest machine does nothing that no clause speaks of.
func TestEveryStepIsACase(t *testing.T) {
	failures := 0
	sample(1, many, func(x taken) {
		var tally Tally
		s := x.step()
		if tally.Add(x.c, &s.Transition); tally.Unclaimed > 0 && failures < 5 {
			failures++
			t.Errorf("no clause in %v at %v\nconfig %+v\nbefore %+v\nevent %+v\nafter %+v\noutput %+v\nroute %+v", x.t.State, x.e.Kind, x.c, x.t, x.e, s.After, s.Output, s.route)
		}
	})
}

// outcomes are the clauses of events that the RFC gives one outcome; others only add to them.
var outcomes = []string{"open-passive", "abort/SYN-RECEIVED", "repeat-syn/SYN-RECEIVED", "repeat-syn/SYN-SENT"}

// TestClausesDiffer: each clause has a case, none has every step of its state and event unless there
// is one outcome, and no two have the same.
func TestClausesDiffer(t *testing.T) {
	cases := make([][]int, len(table))
	steps := 0
	var at [model.NumStates][model.NumEventKinds]int
	rare := func() bool { return slices.ContainsFunc(cases, func(c []int) bool { return c == nil }) }
	each := func(x taken) {
		s := x.step()
		for _, i := range places[x.t.State][x.e.Kind] {
			if table[i].holds(&s) {
				cases[i] = append(cases[i], steps)
			}
		}
		steps++
		at[x.t.State][x.e.Kind]++
	}
	for seed := uint64(1); rare() && seed <= 8; seed++ { // which cases are met depends on how many policies are drawn
		sample(seed, many, each)
	}
	seen := map[string]string{}
	for i, c := range table {
		n, alone := 0, true
		for _, st := range c.States {
			n += at[st][c.Kind]
			alone = alone && len(places[st][c.Kind]) == 1
		}
		switch key := fmt.Sprint(cases[i]); {
		case len(cases[i]) == 0:
			t.Errorf("%s has no case among %d steps", c.ID, n)
		case len(cases[i]) == n && !alone && !slices.Contains(outcomes, c.ID):
			t.Errorf("%s is true of all %d steps of its states and event", c.ID, n)
		case seen[key] != "":
			t.Errorf("%s and %s are true of the same steps", c.ID, seen[key])
		default:
			seen[key] = c.ID
		}
	}
}

// differs finds a drawn step of which the clauses say something else if it is mutated.
func differs(seed uint64, n int, bend func(model.Config) model.Config) bool {
	found := false
	s := from(seed)
	for i := 0; i < n && !found; i++ {
		c, t := s.config(), s.tcb()
		e := s.event(t)
		after, o := model.Step(c, t, e)
		mutated, mutantOut := model.Step(bend(c), t, e)
		if after == mutated && o == mutantOut {
			continue
		}
		straight := Observe(c, &model.Transition{Before: t, Event: e, After: after, Output: o})
		other := Observe(c, &model.Transition{Before: t, Event: e, After: mutated, Output: mutantOut})
		found = !slices.Equal(claims(&straight), claims(&other))
	}
	return found
}

// TestClausesSeeEveryMutant: what a mutated check does is not what the clauses of the straight one say.
func TestClausesSeeEveryMutant(t *testing.T) {
	for m := model.None + 1; m < model.NumMutants; m++ {
		if m == model.ReadsGhosts {
			continue // the machine is told a ghost, which no clause reads
		}
		if !differs(3, many, func(c model.Config) model.Config { c.Mutant = m; return c }) {
			t.Errorf("%v makes no difference to any clause", m)
		}
	}
}

// TestClausesSeeEveryPolicy: each value of each policy but the first does what another clause speaks of.
func TestClausesSeeEveryPolicy(t *testing.T) {
	for _, p := range model.Policies {
		for v := 1; v < len(p.Values); v++ {
			with := func(v int) func(model.Config) model.Config {
				return func(c model.Config) model.Config { p.Set(&c, v); return c }
			}
			found := false
			s := from(4)
			for i := 0; i < many && !found; i++ {
				c, tcb := s.config(), s.tcb()
				x := taken{with(0)(c), tcb, s.event(tcb)}
				base := x.step()
				x.c = with(v)(c)
				other := x.step()
				if base.After != other.After || base.Output != other.Output {
					found = !slices.Equal(claims(&base), claims(&other))
				}
			}
			if !found {
				t.Errorf("internal/coverage: %s=%s makes no difference to any clause", p.Name, p.Values[v])
			}
		}
	}
}

func TestClausesAreWellFormed(t *testing.T) {
	if len(table) < 120 {
		t.Errorf("%d clauses", len(table))
	}
	rows := map[string]bool{}
	for _, r := range requirements() {
		rows[r.ID] = true
	}
	ids := map[string]bool{}
	for _, c := range table {
		if ids[c.ID] || c.Section == "" || c.Says == "" || len(c.Rows) == 0 || len(c.States) == 0 {
			t.Errorf("%s: wants an id of its own, a section, a sentence, rows and states", c.ID)
		}
		ids[c.ID] = true
		for _, id := range c.Rows {
			if !rows[id] {
				t.Errorf("%s: docs/REQUIREMENTS.md has no row %s", c.ID, id)
			}
		}
	}
}

// TestEveryRowHasAClause: what docs/REQUIREMENTS.md says the machine carries out can be observed.
func TestEveryRowHasAClause(t *testing.T) {
	rows := (&Tally{}).Rows()
	if len(rows) < 100 {
		t.Fatalf("only %d rows were read", len(rows))
	}
	for _, r := range rows {
		if len(r.Clauses) == 0 {
			t.Errorf("%s: %s", r.ID, r.Text)
		}
		if r.Exercised() {
			t.Errorf("%s: nothing was counted, and yet it was exercised", r.ID)
		}
	}
}

// TestDialoguesExerciseEveryRow: each requirement that the machine carries out is seen in some script.
func TestDialoguesExerciseEveryRow(t *testing.T) {
	var tally Tally
	for _, s := range figures.All() {
		if err := s.Watch(tally.Add); err != nil {
			t.Fatal(err)
		}
	}
	if tally.Unclaimed > 0 {
		t.Errorf("%d of %d steps are cases of no clause", tally.Unclaimed, tally.Steps)
	}
	for _, r := range tally.Rows() {
		if !r.Exercised() {
			t.Errorf("%s: %s", r.ID, r.Text)
		}
	}
}

func TestATallyCountsAndMerges(t *testing.T) {
	var one, both Tally
	open := taken{model.Default(), model.TCB{}, model.Event{Kind: model.OpenActive, Remote: true, Iss: 5}}
	s := open.step()
	one.Add(s.Config, &s.Transition)
	both.Merge(&one)
	both.Merge(&one)
	i := slices.IndexFunc(table, func(c Clause) bool { return c.ID == "open-active" })
	if one.Seen() != 2 || both.Count(i) != 2 || both.Steps != 2 || len(both.Missed()) != len(table)-2 {
		t.Errorf("seen %d, count %d, steps %d", one.Seen(), both.Count(i), both.Steps)
	}
	var rows []string
	for _, r := range both.Rows() {
		if r.Exercised() {
			rows = append(rows, r.ID)
		}
	}
	if strings.Join(rows, " ") != "MUST-14,MUST-65,SHLD-5,MAY-3 EP-O-1" {
		t.Errorf("an active OPEN exercises %v", rows)
	}
	s.After.State = model.Listen
	if one.Add(s.Config, &s.Transition); one.Unclaimed != 1 {
		t.Error("an OPEN that leads to LISTEN is a case of some clause")
	}
}
