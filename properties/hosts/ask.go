package hosts

import (
	"context"
	"fmt"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Answer is what was found out about a guarantee.
type Answer struct {
	Conclusion properties.Conclusion // Open also where the ticks that were tried are too coarse to tell
	Why        string
	Grid       *Grid              // the ticks in which it was decided
	Scenario   netfake.Scenario   // that decided it
	Outcome    properties.Outcome // of the search that decided it
	Searches   int
}

// Row is one line of the table of advice.
type Row struct {
	Guarantee     Guarantee
	Default, Mine Answer
}

// Changed reports whether the two answers differ, and Loses whether something is lost that the default keeps.
func (r Row) Changed() bool { return r.Default.Conclusion != r.Mine.Conclusion }

// Loses reports whether the settings lose what the default keeps.
func (r Row) Loses() bool {
	return r.Default.Conclusion == properties.Holds && r.Mine.Conclusion == properties.Fails
}

// Asker asks about guarantees, each scenario once.
type Asker struct {
	Set   properties.Settings // the limits of each search
	known map[string]properties.Outcome
}

// Advise answers the guarantees for the default and for the settings.
func (q *Asker) Advise(ctx context.Context, gs []Guarantee, normal, mine Settings) (rows []Row, err error) {
	for _, g := range gs {
		if ctx.Err() != nil {
			return rows, nil
		}
		r := Row{Guarantee: g}
		if r.Default, err = q.Ask(ctx, g, normal); err != nil {
			return rows, err
		}
		if r.Mine, err = q.Ask(ctx, g, mine); err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// Ask answers one guarantee. Where TIME-WAIT may be taken over, both ways of its ending must keep it.
func (q *Asker) Ask(ctx context.Context, g Guarantee, s Settings) (answer Answer, err error) {
	if g.Bound && s.BoundReuses {
		s.Reuse, s.ReuseAfter = true, 0
	}
	for _, reuse := range []bool{false, true} {
		if reuse && (!g.Timed || g.Orphaned || !s.reuses()) {
			break
		}
		one, err := q.ask(ctx, g, s, reuse)
		if err != nil {
			return one, fmt.Errorf("%s: %w", g.Name, err)
		}
		one.Searches += answer.Searches
		if reuse && one.Conclusion == properties.Fails {
			one.Why += "; a new connection takes the place of TIME-WAIT"
		}
		if !reuse || answer.Conclusion == properties.Holds && one.Conclusion != properties.Vacuous || one.Conclusion == properties.Fails {
			answer = one
		}
		if answer.Conclusion == properties.Fails {
			break
		}
	}
	return answer, nil
}

func (q *Asker) ask(ctx context.Context, g Guarantee, s Settings, reuse bool) (Answer, error) {
	if !g.Timed {
		answer, err := q.once(ctx, g, g.scenario(s, reuse))
		if l := answer.Outcome.Live; g.Paced && l != nil && l.Ticks > 0 {
			answer.Why = fmt.Sprintf("it may take up to %v, if nothing is lost and a SYN is repeated every %v; %v",
				short(time.Duration(l.Ticks)*s.paceOf()), short(pacedTicks*s.paceOf()), exhausted(answer.Outcome))
		}
		return answer, err
	}
	answer, err := q.timeless(ctx, g, s, reuse)
	if err != nil || answer.Conclusion == properties.Holds {
		return answer, err
	}
	answer, err = q.onGrids(ctx, g, s, reuse)
	if err != nil || answer.Conclusion == properties.Holds || answer.Conclusion == properties.Vacuous || !g.Stamped || !s.TCP.Timestamps {
		return answer, err
	}
	stamped, err := q.search(ctx, g, g.stamped(s, reuse), q.Set)
	if err != nil {
		return answer, err
	}
	searches := answer.Searches + 1
	if stamped.Verdict == explore.Violated && !g.lasts(s, reuse, stamped.Run) {
		// It may be that another run fits: one that needs no end of a TIME-WAIT.
		sc := g.stamped(s, reuse)
		for i := range sc.Peer {
			sc.Peer[i].TimeWait, sc.Peer[i].Reuse.After = stampTicks+1, stampTicks+1
		}
		endless, err := q.search(ctx, g, sc, q.Set)
		if err != nil {
			return answer, err
		}
		searches++
		if endless.Verdict == explore.Violated {
			answer = decided(properties.Fails, endless, fmt.Sprintf("a run of %d steps, also with timestamps", endless.Run.Steps()))
			answer.Searches = searches
			return answer, nil
		}
	}
	switch {
	case stamped.Verdict == explore.Verified && stamped.Witnessed:
		answer = decided(properties.Holds, stamped, "kept by the timestamps alone: "+exhausted(stamped)+", while the timestamp clock moves once")
	case stamped.Verdict == explore.Violated && !g.lasts(s, reuse, stamped.Run):
		answer = decided(properties.Open, stamped, fmt.Sprintf("a run of %d steps with timestamps, which may be impossible with these times", stamped.Run.Steps()))
	case stamped.Verdict == explore.Violated:
		answer = decided(properties.Fails, stamped, fmt.Sprintf("a run of %d steps, also with timestamps", stamped.Run.Steps()))
	default:
		without := map[properties.Conclusion]string{properties.Fails: "lost", properties.Open: "undecided"}[answer.Conclusion]
		answer.Conclusion, answer.Why = properties.Open, without+" without timestamps; with them the search stopped: "+unfinished(stamped)
	}
	answer.Searches = searches
	return answer, nil
}

// aFew is how many states a search without a clock may take, since it need not succeed.
const aFew = 50_000

// timeless asks without a clock, where segments live for ever, and every wait and every patience may end at any time:
// what holds there holds whatever the times are. What fails there says nothing, and is Unsure.
func (q *Asker) timeless(ctx context.Context, g Guarantee, s Settings, reuse bool) (Answer, error) {
	if g.Orphaned { // which is about a time that has not passed
		return Answer{Conclusion: properties.Open}, nil
	}
	sc := g.scenario(s, reuse)
	sc.Net.MSL, sc.Peer[b].GiveUp, sc.Peer[b].User.UserTimeout = 0, 0, true
	set := q.Set
	if set.MaxStates == 0 || set.MaxStates > aFew {
		set.MaxStates = aFew
	}
	o, err := q.search(ctx, g, sc, set)
	if err != nil || o.Verdict != explore.Verified || !o.Witnessed {
		return Answer{Conclusion: properties.Open}, err
	}
	return decided(properties.Holds, o, exhausted(o)+", whatever the times are"), nil
}

// onGrids tries ticks of several lengths, until a run fails that can be real, or a grid that covers all is exhausted.
func (q *Asker) onGrids(ctx context.Context, g Guarantee, s Settings, reuse bool) (answer Answer, err error) {
	l := g.lengths(s)
	answer = Answer{Conclusion: properties.Open, Why: "no length of a tick is possible: " + l.String()}
	for _, tick := range l.ticks() {
		for _, grid := range []Grid{l.realizable(tick), l.covering(tick)} {
			if !grid.usable(l) {
				continue
			}
			sc := g.scenario(s, reuse)
			grid.set(&sc)
			o, err := q.search(ctx, g, sc, q.Set)
			if err != nil {
				return answer, err
			}
			n := answer.Searches + 1
			switch {
			case !grid.Covering && o.Verdict == explore.Violated:
				answer = decided(properties.Fails, q.calm(ctx, g, sc, o), fmt.Sprintf("a run of %d steps, %v", o.Run.Steps(), grid))
			case grid.Covering && o.Verdict == explore.Verified && o.Witnessed:
				answer = decided(properties.Holds, o, exhausted(o)+", "+grid.String())
			case grid.Covering && o.Verdict == explore.Verified:
				answer = decided(properties.Vacuous, o, neverUp(o)+", "+grid.String())
			case o.Verdict == explore.Unknown || o.Verdict == explore.Bounded: // shorter ticks are more of them
				answer.Why = "the search stopped: " + unfinished(o) + ", " + grid.String()
				answer.Searches = n
				return answer, nil
			default:
				answer.Why = "too close to decide: " + l.String()
			}
			answer.Searches = n
			if answer.Conclusion != properties.Open {
				answer.Grid = &grid
				return answer, nil
			}
		}
	}
	return answer, nil
}

// calm returns a run of the same length in a network that delivers each segment at most once, if there is one: it has
// fewer surprises for a reader. Each run of that network is a run of the network that was searched.
func (q *Asker) calm(ctx context.Context, g Guarantee, sc netfake.Scenario, found properties.Outcome) properties.Outcome {
	if sc.Net.Bag || g.question().Live != nil {
		return found
	}
	if sc.Net.Bag = true; !sc.Net.FirstAck {
		sc.Net.Losses = netfake.Unlimited
	}
	sc.Net.FirstAck = false // in a bag without losses every segment arrives in time
	o, err := q.search(ctx, g, sc, q.Set)
	if err != nil || o.Verdict != explore.Violated || o.Run.Steps() != found.Run.Steps() {
		return found
	}
	return o
}

// once asks a guarantee that no length of time plays a part in.
func (q *Asker) once(ctx context.Context, g Guarantee, sc netfake.Scenario) (Answer, error) {
	o, err := q.search(ctx, g, sc, q.Set)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case o.Verdict == explore.Violated && g.Avoids != nil:
		return decided(properties.Holds, o, fmt.Sprintf("a run of %d steps", o.Run.Steps())), nil
	case o.Verdict == explore.Verified && o.Witnessed && g.Avoids != nil:
		return decided(properties.Fails, o, "it never is: "+exhausted(o)), nil
	case o.Verdict == explore.Violated && o.Live != nil:
		return decided(properties.Fails, o, o.Why), nil
	case o.Verdict == explore.Violated:
		return decided(properties.Fails, o, fmt.Sprintf("a run of %d steps", o.Run.Steps())), nil
	case o.Verdict != explore.Verified:
		return decided(properties.Open, o, "the search stopped: "+unfinished(o)), nil
	case o.Witnessed:
		return decided(properties.Holds, o, exhausted(o)), nil
	}
	return decided(properties.Vacuous, o, neverUp(o)), nil
}

func neverUp(o properties.Outcome) string {
	return "it never comes up: that " + o.Witness + "; " + exhausted(o)
}

func decided(c properties.Conclusion, o properties.Outcome, why string) Answer {
	return Answer{Conclusion: c, Why: why, Outcome: o, Scenario: o.System.Scenario(), Searches: 1}
}

func exhausted(o properties.Outcome) string {
	return fmt.Sprintf("%d states, all searched", o.Distinct)
}

func unfinished(o properties.Outcome) string {
	reason := o.Reason
	if o.Verdict == explore.Verified {
		reason = "but it never came up that " + o.Witness
	}
	return fmt.Sprintf("%v, %s, after %d states", o.Verdict, reason, o.Distinct)
}

// search asks the guarantee of a scenario, unless that was asked before.
func (q *Asker) search(ctx context.Context, g Guarantee, sc netfake.Scenario, set properties.Settings) (properties.Outcome, error) {
	key := fmt.Sprintf("%s %+v", g.Name, sc)
	if o, ok := q.known[key]; ok {
		return o, nil
	}
	asked := g.question()
	asked.Scenario = sc
	o, err := asked.Answer(ctx, set)
	if err == nil && ctx.Err() == nil {
		if q.known == nil {
			q.known = map[string]properties.Outcome{}
		}
		q.known[key] = o
	}
	return o, err
}
