package properties

import (
	"context"
	"fmt"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Live is a question about what must, or can, happen eventually.
type Live struct {
	From   Condition // where the wait begins; without it: can To be reached from everywhere?
	To     Condition
	Within int // ticks from any From to To, on all runs; 0: eventually, however late
	Fair   Fairness
}

// Fairness says what has to happen infinitely often if it is possible infinitely often. Users, losses, crashes and
// attackers never have to act.
type Fairness uint8

// FairAll: deliveries, timers and time, as netfake.System.Fairness says. FairTimers: timers and time; no segment has
// to arrive. FairArrivals: deliveries; no timer has to expire, and time need not pass. FairNone: nothing.
const (
	FairAll Fairness = iota
	FairTimers
	FairArrivals
	FairNone
)

// String returns the question in words.
func (q Live) String() string {
	if !q.From.Asked() {
		return "always possible: " + q.To.Name
	}
	text := q.From.Name + " leads to " + q.To.Name
	if q.Within > 0 {
		text += fmt.Sprintf(" within %d ticks", q.Within)
	}
	return text
}

// Premise says what has to happen infinitely often in a scenario. It is empty if fairness has no effect on the
// question.
func (q Live) Premise(sc *netfake.Scenario) string {
	if !q.From.Asked() {
		return ""
	}
	const arrive = "a segment that is sent again and again arrives"
	timers, time := "timers fire", ""
	switch {
	case q.Fair.owes(sc):
		timers = "timers fire, and no exchange of segments delays one forever that can still fire"
	case sc.Net.NoPrematureRetransmission:
		timers = "timers fire while no segment is in the network"
	}
	if sc.Net.MSL > 0 {
		time = "; time passes"
	}
	switch q.Fair {
	case FairAll:
		return arrive + "; " + timers + time
	case FairTimers:
		if time != "" && sc.Net.AwaitsDelivery() {
			time += ", but waits for segments that should arrive before they are too old, and need not arrive"
		}
		return "segments need not arrive; " + timers + time
	case FairArrivals:
		return arrive + "; timers need not fire"
	}
	return "nothing is forced to happen"
}

// owes reports whether a timer that a patient wire holds back counts as one that could fire. Where the wire may keep a
// segment for ever without losing it, it does not: then nothing that has to happen makes room for the timer.
func (f Fairness) owes(sc *netfake.Scenario) bool {
	return sc.Net.NoPrematureRetransmission && (f == FairAll || f == FairTimers && sc.Net.Losses == netfake.Unlimited)
}

// promises is what is presumed of the runs of a system.
func (f Fairness) promises(sys *netfake.System) explore.Promises[netfake.State, netfake.Action] {
	p := explore.Promises[netfake.State, netfake.Action]{Open: sys.TimeEnds}
	if f == FairNone {
		return p
	}
	p.Class = func(s netfake.State, a netfake.Action) explore.Class {
		arrives := a.Kind == netfake.Deliver || a.Kind == netfake.DeliverKeep
		if f == FairTimers && arrives || f == FairArrivals && !arrives {
			return 0
		}
		return explore.Class(sys.Fairness(s, a))
	}
	if sc := sys.Scenario(); f.owes(&sc) {
		p.Owed = func(dst []explore.Class, s netfake.State) []explore.Class {
			var both [2]uint64
			for _, c := range sys.Owed(both[:0], s) {
				dst = append(dst, explore.Class(c))
			}
			return dst
		}
	}
	return p
}

// LiveAnswer is the answer to a Live.
type LiveAnswer = explore.Answer[netfake.State, netfake.Action]

// Lasso is a run to a state, and then a loop from there back to it.
type Lasso = explore.Lasso[netfake.State, netfake.Action]

// Ask asks questions of the graph of what a search found. The graph is laid out once for each fairness that they presume.
func Ask(ctx context.Context, sys *netfake.System, r *explore.Result[netfake.State, netfake.Action], g *explore.Graph[netfake.State, netfake.Action], qs ...Live) (answers []LiveAnswer, err error) {
	var laidOut [FairNone + 1]*explore.Live[netfake.State, netfake.Action]
	for _, q := range qs {
		if q.Within > 0 && (q.Fair == FairNone || q.Fair == FairArrivals) {
			return nil, fmt.Errorf("%v: expected that time passes", q)
		}
		l := laidOut[q.Fair]
		if l == nil {
			if l, err = explore.NewLive(ctx, sys, r, g, q.Fair.promises(sys)); err != nil {
				return nil, err
			}
			laidOut[q.Fair] = l
		}
		answers = append(answers, answerOf(q, sys, l))
	}
	return answers, nil
}

// answerOf is no method of Live: every package that uses Live would then compile all methods of explore.Live again.
func answerOf(q Live, sys *netfake.System, l *explore.Live[netfake.State, netfake.Action]) LiveAnswer {
	to := q.To.Predicate(sys)
	switch {
	case !q.From.Asked():
		return l.AlwaysPossible(to)
	case q.Within > 0:
		return l.LeadsToWithin(q.From.Predicate(sys), to, explore.Class(netfake.FairTick), q.Within)
	}
	return l.LeadsTo(q.From.Predicate(sys), to)
}

// Explain says in a sentence why the run is a counterexample to the question.
func (q Live) Explain(a LiveAnswer) string {
	switch a.Flaw {
	case explore.Lost:
		return fmt.Sprintf("after step %d \"%s\" can never become true again", a.Run.Since, q.To.Name)
	case explore.Never:
		text := fmt.Sprintf("\"%s\" is true after step %d, and \"%s\" never becomes true after that", q.From.Name, a.Run.Since, q.To.Name)
		if len(a.Run.Loop) == 0 {
			text += ": nothing has to happen any more"
		}
		return text
	case explore.Late:
		if a.Ticks == explore.Unbounded {
			return fmt.Sprintf("\"%s\" is true after step %d, and any number of ticks can pass before \"%s\"", q.From.Name, a.Run.Since, q.To.Name)
		}
		return fmt.Sprintf("\"%s\" is true after step %d, and %d ticks pass before \"%s\"", q.From.Name, a.Run.Since, a.Ticks, q.To.Name)
	default:
		return ""
	}
}

// searchLive exhausts a scenario and asks the question of what it found. It is witnessed if the wait begins somewhere;
// and if what is always possible is not there all the time.
func searchLive(ctx context.Context, sc netfake.Scenario, q Live, set Settings) (Outcome, error) {
	sys, err := netfake.New(sc)
	if err != nil {
		return Outcome{}, err
	}
	begun := time.Now()
	r, g := explore.RunGraph(ctx, sys, set.options())
	answers, err := Ask(ctx, sys, r, g, q)
	if err != nil {
		return Outcome{}, err
	}
	a := answers[0]
	o := Outcome{
		Verdict: a.Verdict, Witness: q.From.Name, Witnessed: a.Premise > 0 || a.Verdict == explore.Violated, Reason: a.Reason,
		Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Elapsed: time.Since(begun), System: sys,
		Run: a.Run.Stem, Live: &a, Fairness: q.Premise(&sc),
	}
	if !q.From.Asked() {
		o.Witness = "not " + q.To.Name
		o.Witnessed = a.Premise < r.Distinct
	}
	if a.Verdict == explore.Violated {
		o.Violated, o.Why = q.String(), q.Explain(a)
	}
	return o, nil
}
