package profile

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Verdict is what became of a guarantee.
type Verdict uint8

// Holds: everything that can happen was seen. Lost: there is a run. Unsure: the search was cut off, or the ticks
// that were tried are too coarse to tell. Empty: everything was seen, and what is to be kept never comes up.
const (
	Holds Verdict = iota
	Lost
	Unsure
	Empty
)

// String is the verdict in a word.
func (v Verdict) String() string { return [...]string{"holds", "LOST", "unsure", "-"}[v] }

// Answer is what was found out about a guarantee.
type Answer struct {
	Verdict  Verdict
	Why      string
	Grid     *Grid              // the ticks in which it was decided
	Scenario netfake.Scenario   // that decided it
	Outcome  properties.Outcome // of the search that decided it
	Searches int
}

// Row is one line of the table of advice.
type Row struct {
	Guarantee     Guarantee
	Default, Mine Answer
}

// Changed reports whether the two answers differ, and Loses whether something is lost that the default keeps.
func (r Row) Changed() bool { return r.Default.Verdict != r.Mine.Verdict }

// Loses reports whether the settings lose what the default keeps.
func (r Row) Loses() bool { return r.Default.Verdict == Holds && r.Mine.Verdict == Lost }

// Asker asks about guarantees, each scenario once.
type Asker struct {
	Set   properties.Settings // the limits of each search
	known map[string]properties.Outcome
}

// Advise answers the guarantees for the default and for the settings; told hears of each row when it is done.
func (q *Asker) Advise(ctx context.Context, gs []Guarantee, normal, mine Settings, told func(Row)) (rows []Row, err error) {
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
		if told != nil {
			told(r)
		}
	}
	return rows, nil
}

// Ask answers one guarantee. Where TIME-WAIT may be taken over, both ways of its ending must keep it.
func (q *Asker) Ask(ctx context.Context, g Guarantee, s Settings) (answer Answer, err error) {
	for _, reuse := range []bool{false, true} {
		if reuse && (!g.Timed || !s.reuses()) {
			break
		}
		one, err := q.ask(ctx, g, s, reuse)
		if err != nil {
			return one, fmt.Errorf("%s: %w", g.Name, err)
		}
		one.Searches += answer.Searches
		if reuse && one.Verdict == Lost {
			one.Why += "; TIME-WAIT is taken over"
		}
		if !reuse || answer.Verdict == Holds && one.Verdict != Empty || one.Verdict == Lost {
			answer = one
		}
		if answer.Verdict == Lost {
			break
		}
	}
	return answer, nil
}

func (q *Asker) ask(ctx context.Context, g Guarantee, s Settings, reuse bool) (Answer, error) {
	if !g.Timed {
		return q.once(ctx, g, g.scenario(s, reuse))
	}
	answer, err := q.onGrids(ctx, g, s, reuse)
	if err != nil || answer.Verdict == Holds || answer.Verdict == Empty || !g.Stamped || !s.TCP.Timestamps {
		return answer, err
	}
	stamped, err := q.search(ctx, g, g.stamped(s, reuse))
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
		endless, err := q.search(ctx, g, sc)
		if err != nil {
			return answer, err
		}
		searches++
		if endless.Verdict == explore.Violated {
			answer = decided(Lost, endless, fmt.Sprintf("a run of %d steps, timestamps and all", endless.Run.Steps()))
			answer.Searches = searches
			return answer, nil
		}
	}
	switch {
	case stamped.Verdict == explore.Verified && stamped.Witnessed:
		answer = decided(Holds, stamped, "kept by the timestamps alone: "+exhausted(stamped)+", while the timestamp clock moves once")
	case stamped.Verdict == explore.Violated && !g.lasts(s, reuse, stamped.Run):
		answer = decided(Unsure, stamped, fmt.Sprintf("a run of %d steps with timestamps, which need not fit into the times", stamped.Run.Steps()))
	case stamped.Verdict == explore.Violated:
		answer = decided(Lost, stamped, fmt.Sprintf("a run of %d steps, timestamps and all", stamped.Run.Steps()))
	default:
		without := map[Verdict]string{Lost: "lost", Unsure: "undecided"}[answer.Verdict]
		answer.Verdict, answer.Why = Unsure, without+" without timestamps; with them the search ended: "+unfinished(stamped)
	}
	answer.Searches = searches
	return answer, nil
}

// lasts reports whether a run of stamped can be had in real time. If no tick passes in it, it is all done in one. If one
// does, it has to last for as long as the wait that it may be the end of, and segments and the peer's patience too.
func (g *Guarantee) lasts(s Settings, reuse bool, run properties.Run) bool {
	wait := s.wait()
	if reuse {
		wait = min(wait, s.ReuseAfter)
	}
	l := g.lengths(s)
	for _, hop := range run[1:] {
		if hop.Action.Kind == netfake.Tick {
			return wait < min(l.msl, l.giveUp)
		}
	}
	return true
}

// onGrids tries ticks of several lengths, until a run fails that can be real, or a grid that covers all is exhausted.
func (q *Asker) onGrids(ctx context.Context, g Guarantee, s Settings, reuse bool) (answer Answer, err error) {
	l := g.lengths(s)
	answer = Answer{Verdict: Unsure, Why: "no length of a tick fits: " + l.String()}
	for _, tick := range l.ticks() {
		for _, grid := range []Grid{l.realizable(tick), l.covering(tick)} {
			sc := g.scenario(s, reuse)
			grid.set(&sc)
			o, err := q.search(ctx, g, sc)
			if err != nil {
				return answer, err
			}
			n := answer.Searches + 1
			switch {
			case !grid.Covering && o.Verdict == explore.Violated:
				answer = decided(Lost, o, fmt.Sprintf("a run of %d steps; %v", o.Run.Steps(), grid))
			case grid.Covering && o.Verdict == explore.Verified && o.Witnessed:
				answer = decided(Holds, o, exhausted(o)+"; "+grid.String())
			case grid.Covering && o.Verdict == explore.Verified:
				answer = decided(Empty, o, neverUp(o)+"; "+grid.String())
			case o.Verdict == explore.Unknown || o.Verdict == explore.Bounded: // shorter ticks are more of them
				answer.Why = "the search ended: " + unfinished(o) + "; " + grid.String()
				answer.Searches = n
				return answer, nil
			default:
				answer.Why = "too close to tell: " + l.String()
			}
			answer.Searches = n
			if answer.Verdict != Unsure {
				answer.Grid = &grid
				return answer, nil
			}
		}
	}
	return answer, nil
}

// once asks a guarantee that no length of time plays a part in.
func (q *Asker) once(ctx context.Context, g Guarantee, sc netfake.Scenario) (Answer, error) {
	o, err := q.search(ctx, g, sc)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case o.Verdict == explore.Violated && g.Avoids != nil:
		return decided(Holds, o, fmt.Sprintf("a run of %d steps", o.Run.Steps())), nil
	case o.Verdict == explore.Verified && o.Witnessed && g.Avoids != nil:
		return decided(Lost, o, "it never is: "+exhausted(o)), nil
	case o.Verdict == explore.Violated && o.Live != nil:
		return decided(Lost, o, o.Why), nil
	case o.Verdict == explore.Violated:
		return decided(Lost, o, fmt.Sprintf("a run of %d steps", o.Run.Steps())), nil
	case o.Verdict != explore.Verified:
		return decided(Unsure, o, "the search ended: "+unfinished(o)), nil
	case o.Witnessed:
		return decided(Holds, o, exhausted(o)), nil
	}
	return decided(Empty, o, neverUp(o)), nil
}

func neverUp(o properties.Outcome) string {
	return "it never comes up: that " + o.Witness + "; " + exhausted(o)
}

func decided(v Verdict, o properties.Outcome, why string) Answer {
	return Answer{Verdict: v, Why: why, Outcome: o, Scenario: o.System.Scenario(), Searches: 1}
}

func exhausted(o properties.Outcome) string { return fmt.Sprintf("%d states, all seen", o.Distinct) }

func unfinished(o properties.Outcome) string {
	reason := o.Reason
	if o.Verdict == explore.Verified {
		reason = "but it never came up that " + o.Witness
	}
	return fmt.Sprintf("%v, %s, after %d states", o.Verdict, reason, o.Distinct)
}

// search asks the guarantee of a scenario, unless that was asked before.
func (q *Asker) search(ctx context.Context, g Guarantee, sc netfake.Scenario) (o properties.Outcome, err error) {
	key := fmt.Sprintf("%s %+v", g.Name, sc)
	if o, ok := q.known[key]; ok {
		return o, nil
	}
	th, v := g.theorem()
	switch live := th.Question(v); {
	case g.Avoids != nil:
		o, err = properties.Search(ctx, sc, []properties.Invariant{*g.Avoids}, g.Witness, q.Set)
	case g.Never != nil || g.Always != nil:
		o, err = properties.Search(ctx, sc, g.always(), g.Witness, q.Set)
	case live != nil:
		o, err = properties.SearchLive(ctx, sc, *live, q.Set)
	default:
		o, err = properties.Search(ctx, sc, th.Always, th.Witness, q.Set)
	}
	if err == nil && ctx.Err() == nil {
		if q.known == nil {
			q.known = map[string]properties.Outcome{}
		}
		q.known[key] = o
	}
	return o, err
}

// theorem finds the theorem that the guarantee rests on, and its variant.
func (g *Guarantee) theorem() (properties.Theorem, properties.Variant) {
	name, variant, varied := strings.Cut(g.Theorem, "/")
	th, ok := properties.ByName(name)
	if !ok {
		panic("BUG: no theorem " + name)
	}
	for _, v := range th.Variants {
		if v.Name == variant {
			return th, v
		}
	}
	if varied {
		panic("BUG: no variant " + g.Theorem)
	}
	return th, properties.Variant{}
}

func (g *Guarantee) always() (list []properties.Invariant) {
	if g.Always != nil {
		return []properties.Invariant{*g.Always}
	}
	for _, inv := range properties.Invariants() {
		for _, f := range g.Never {
			if inv.Name == "no-"+faultName(f) {
				list = append(list, inv)
			}
		}
	}
	return list
}

func faultName(f netfake.Fault) string {
	for i, name := range netfake.FaultNames {
		if f == 1<<i {
			return name
		}
	}
	panic("BUG: no such fault")
}

// lengths are the times that the guarantee is about.
func (g *Guarantee) lengths(s Settings) lengths {
	l := lengths{s.MSL, s.usual(), s.wait(), s.ReuseAfter}
	if g.Patient {
		l.giveUp = s.GiveUp
	}
	return l
}

// String says them in words.
func (l lengths) String() string {
	return fmt.Sprintf("MSL %v, R %v, TIME-WAIT %v", short(l.msl), short(l.giveUp), short(l.wait))
}

// scenario is that of the theorem, between two hosts with these settings. Timestamps are left out: they join the two
// hosts by a clock that never ends. They only refuse more text; where they can mend something, stamped asks with them.
func (g *Guarantee) scenario(s Settings, reuse bool) netfake.Scenario {
	th, v := g.theorem()
	sc := th.Scenario()
	if v.Change != nil {
		v.Change(&sc)
	}
	for i := range sc.Peer {
		s.configure(&sc.Peer[i].TCP)
		sc.Peer[i].TCP.Timestamps = false
	}
	h := &sc.Peer[a]
	if reuse {
		h.Reuse.On = true
		h.Isn = netfake.Isn{Policy: netfake.Fresh}
		sc.Peer[b].User.Second = true // only then has A a TIME-WAIT that could be taken over
	}
	if g.Never != nil {
		sc.Watch = 0
		for _, f := range g.Never {
			sc.Watch |= f
		}
	}
	if g.Change != nil {
		g.Change(&sc, &s)
	}
	if s.Linger && h.User.Close {
		h.User.Close, h.User.Abort, h.User.Polite = false, true, false
	}
	return sc
}

// configure sets the policies, and leaves the buffers as they are.
func (s *Settings) configure(c *model.Config) {
	for _, p := range model.Policies {
		p.Set(c, p.Get(s.TCP))
	}
}

// stampTicks is how many ticks of the timestamp clock are asked about: with one there are stamps from before and from
// after it, which is what the comparison is about.
const stampTicks = 1

// stampTick is the longest that a tick of the timestamp clocks of the systems is.
const stampTick = time.Millisecond

// stamped asks the same with timestamps, whose clock is the clock of the scenario. Only the order of stamps counts:
// any run with few changes of the clock is one of these, with longer ticks. Segments live on to the end, the peer is
// patient or gives up at any time, and a TIME-WAIT of at least a tick lasts for one or more: all of that allows more.
func (g *Guarantee) stamped(s Settings, reuse bool) netfake.Scenario {
	sc := g.scenario(s, reuse)
	wait := 0
	if s.wait() >= stampTick {
		wait = 1
	}
	after := 0
	if s.ReuseAfter >= stampTick {
		after = 1
	}
	sc.Net.MSL, sc.Net.Ticks = stampTicks+1, stampTicks
	for i := range sc.Peer {
		sc.Peer[i].TCP.Timestamps, sc.Peer[i].TimeWait = true, wait
	}
	sc.Peer[a].Reuse.After = after
	sc.Peer[b].GiveUp, sc.Peer[b].User.Gives = 0, true
	return sc
}
