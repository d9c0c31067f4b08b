package conform

import (
	"math/rand/v2"
	"slices"

	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/model"
)

// novelty guides walks to steps that no walk has taken yet. Steps differ if another clause of §3.10 applies, in another
// state, at another input, or after a step with another clause.
type novelty struct {
	met     map[moment]bool
	clauses map[string]bool // by their IDs
}

// moment is one thing that a walk can cover: a clause with its input, or with the clause before it.
type moment struct {
	state         model.State
	input         string
	clause, after string
	second        bool // it is not the first connection on these sockets
}

// drawn is how many inputs are drawn for one step of a walk. The one with the most new moments is taken.
const drawn = 6

// choose draws the next step of a walk. One step in four is drawn without regard to what is new.
func (n *novelty) choose(r *rand.Rand, w twin, others []Step, after string) Step {
	best := drawStep(r, w.conn.TCB, others)
	if r.IntN(4) == 0 {
		return best
	}
	most := n.fresh(w, best, after)
	for range drawn - 1 {
		step := drawStep(r, w.conn.TCB, others)
		if k := n.fresh(w, step, after); k > most {
			best, most = step, k
		}
	}
	return best
}

// fresh counts the new moments of a step. It returns -1 if there is no such step.
func (n *novelty) fresh(w twin, step Step, after string) int {
	list, ok := moments(w, step, after)
	if !ok {
		return -1
	}
	k := 0
	for _, m := range list {
		if !n.met[m] {
			k++
		}
	}
	return k
}

// add records the moments of a step, and returns its clause, which is part of the next step's moments.
func (n *novelty) add(w twin, step Step, after string) (last string) {
	list, _ := moments(w, step, after)
	for _, m := range list {
		n.met[m] = true
		n.clauses[m.clause] = true
		last = m.clause
	}
	return last
}

// moments lists the moments of a step of the model.
func moments(w twin, step Step, after string) (list []moment, ok bool) {
	before := w.conn.TCB
	e, ok := step.event(before)
	if !ok {
		return nil, false
	}
	if step.Op == Sleep {
		e = model.Event{Kind: timerOf(before)}
	}
	e.Iss = w.iss
	to, out := model.Step(w.conn.Config, before, e)
	input := step.String()
	for _, c := range coverage.Carried(w.conn.Config, &model.Transition{Before: before, Event: e, After: to, Output: out}) {
		list = append(list, moment{before.State, input, c.ID, "", w.old.used}, moment{before.State, "", c.ID, after, w.old.used})
	}
	return slices.Clip(list), true
}
