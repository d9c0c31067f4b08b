package coverage

import "github.com/tcpcheck/tcpcheck/model"

// Tally counts the steps that are cases of each clause. The zero value is ready.
type Tally struct {
	Steps     uint64 // events of endpoints that were looked at
	Unclaimed uint64 // of these, those of no clause: the model is a mutant, or a clause is missing here

	counts []uint64 // by the place in Clauses
}

// Add takes one step of an endpoint.
func (t *Tally) Add(c model.Config, step *model.Transition) {
	if t.counts == nil {
		t.counts = make([]uint64, len(table))
	}
	t.Steps++
	s := Observe(c, step)
	claimed := false
	for _, i := range places[step.Before.State][step.Event.Kind] {
		if table[i].holds(&s) {
			t.counts[i]++
			claimed = true
		}
	}
	if !claimed {
		t.Unclaimed++
	}
}

// Merge adds what another tally has counted.
func (t *Tally) Merge(u *Tally) {
	if t.counts == nil {
		t.counts = make([]uint64, len(table))
	}
	t.Steps += u.Steps
	t.Unclaimed += u.Unclaimed
	for i, n := range u.counts {
		t.counts[i] += n
	}
}

// Count is how many steps were cases of clause i of Clauses.
func (t *Tally) Count(i int) uint64 {
	if t.counts == nil {
		return 0
	}
	return t.counts[i]
}

// Seen is how many clauses have a case.
func (t *Tally) Seen() (n int) {
	for i := range table {
		if t.Count(i) > 0 {
			n++
		}
	}
	return n
}

// Missed lists the clauses without a case.
func (t *Tally) Missed() (list []Clause) {
	for i, c := range table {
		if t.Count(i) == 0 {
			list = append(list, c)
		}
	}
	return list
}

// Row is a row of docs/REQUIREMENTS.md with what became of its clauses.
type Row struct {
	ID      string
	Text    string
	Clauses []string // the ids of all of them
	Seen    []string // of those with a case
}

// Exercised reports whether one of the row's clauses has a case.
func (r Row) Exercised() bool { return len(r.Seen) > 0 }

// Rows lists the rows of docs/REQUIREMENTS.md that the model implements.
func (t *Tally) Rows() []Row {
	rows := requirements()
	for i := range rows {
		r := &rows[i]
		for j, c := range table {
			for _, id := range c.Rows {
				if id != r.ID {
					continue
				}
				r.Clauses = append(r.Clauses, c.ID)
				if t.Count(j) > 0 {
					r.Seen = append(r.Seen, c.ID)
				}
			}
		}
	}
	return rows
}
