package study

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// live asks what happens eventually. It is asked of the whole space, which records no fault then.
func (s Survey) live(ctx context.Context, j job, sc netfake.Scenario, o *outcome) error {
	if len(j.base.Ask) == 0 {
		return nil
	}
	sc.Watch = 0
	sys, err := netfake.New(sc)
	if err != nil {
		return err
	}
	r, g, _ := properties.Search(ctx, sys, netfake.NoReductions, properties.Options{
		Cut: netfake.CutOff, Workers: 1, MaxStates: s.MaxStates, MaxMem: s.MaxMem, Timeout: s.Timeout})
	var qs []properties.Live
	for _, q := range j.base.Ask {
		qs = append(qs, q.Live)
	}
	answers, err := properties.Ask(ctx, sys, r, g, qs...)
	if err != nil {
		return err
	}
	for i, q := range j.base.Ask {
		a := answers[i]
		if a.Verdict != explore.Violated {
			if a.Verdict != explore.Verified && o.searched.Verdict == explore.Verified {
				o.searched.Verdict, o.searched.Reason = a.Verdict, q.Name+": "+a.Reason
			}
			continue
		}
		o.searched.Violated = append(o.searched.Violated, q.Name)
		f := refuted(sys, q, a)
		f.Base, f.Changes, f.Scenario = j.base.Name, j.changes, sc
		o.found = append(o.found, f)
	}
	return nil
}

// refuted makes a finding of the answer to a question. Its class is where the two ends are stuck.
func refuted(sys *netfake.System, q Question, a properties.LiveAnswer) *Finding {
	run := a.Run.Unroll(1)
	w := sys.Unpack(run.Last())
	f := &Finding{Invariant: q.Name, System: sys, Run: netfake.Run{Actions: run.Actions(), Loop: len(a.Run.Loop)}, Why: q.Explain(a)}
	more, less := w.Peer[0].State(), w.Peer[1].State()
	if less > more { // whether it is A or B makes no difference
		more, less = less, more
	}
	f.State, f.Event = more, fmt.Sprintf("for ever in %v and %v", more, less)
	return f
}
