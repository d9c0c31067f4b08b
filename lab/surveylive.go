package lab

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// live asks what happens at last. It is asked of the whole space, which records no fault then.
func (s Survey) live(ctx context.Context, j job, sc netfake.Scenario, known []*Finding, o *outcome) error {
	sc.Watch = 0
	for _, q := range j.base.Ask {
		a, err := properties.SearchLive(ctx, sc, q.Live, s.settings())
		if err != nil {
			return err
		}
		if a.Verdict != explore.Violated {
			if a.Verdict != explore.Verified && o.searched.Verdict == explore.Verified {
				o.searched.Verdict, o.searched.Reason = a.Verdict, q.Name+": "+a.Reason
			}
			continue
		}
		if f := refuted(j, sc, q, a); isNew(f, known) {
			o.found = append(o.found, f)
		}
	}
	return nil
}

// refuted makes a finding of the answer to a question. Its class is where the two ends are stuck.
func refuted(j job, sc netfake.Scenario, q Question, a properties.Outcome) *Finding {
	run := a.Whole()
	w := a.System.Unpack(run.Last())
	f := &Finding{Base: j.base.Name, Changes: j.changes, Invariant: q.Name, Scenario: sc, System: a.System, Loop: a.Loop(), Why: a.Why}
	states := [2]string{w.Peer[0].State().String(), w.Peer[1].State().String()}
	f.State = w.Peer[0].State()
	if w.Peer[1].State() > w.Peer[0].State() { // A and B tell nothing of the way in which it fails
		f.State = w.Peer[1].State()
		states[0], states[1] = states[1], states[0]
	}
	f.Event = fmt.Sprintf("for ever in %s and %s", states[0], states[1])
	for _, hop := range run[1:] {
		f.Actions = append(f.Actions, hop.Action)
	}
	return f
}
