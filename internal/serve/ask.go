package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// quest is a request for a search from a position: for a violation, for a pair of states, or for a question of the
// scenario file.
type quest struct {
	place
	Pair    [2]string `json:"pair"`    // states of A and of B, each may be empty; both empty: a violation
	Reach   int       `json:"reach"`   // a condition of the file, counted from 1
	LeadsTo int       `json:"leadsTo"` // what must happen eventually, the same
}

// found is the answer to a quest.
type found struct {
	Verdict string   `json:"verdict"` // FOUND, NONE, BOUNDED or UNKNOWN
	Says    string   `json:"says"`
	Actions []string `json:"actions"` // from the start, if a run was found
	Loop    int      `json:"loop"`    // so many of the last actions repeat forever
}

// from is a system that starts in the state of a position.
type from struct {
	*netfake.System
	state netfake.State
}

func (f from) Init() []netfake.State { return []netfake.State{f.state} }

// live is what must happen eventually, if the quest asks for it.
func (q *quest) live(a *asked) *properties.Live {
	switch {
	case q.LeadsTo > 0 && q.LeadsTo <= len(a.leadsTo):
		return &a.leadsTo[q.LeadsTo-1]
	case q.Pair == [2]string{} && q.Reach == 0:
		return a.Live
	}
	return nil
}

func (q *quest) goal(a *asked) (list []explore.Predicate[netfake.State], what string, err error) {
	switch {
	case q.LeadsTo < 0 || q.LeadsTo > len(a.leadsTo) || q.Reach < 0 || q.Reach > len(a.reach):
		return nil, "", fmt.Errorf("this scenario has %d conditions of reach and %d of leads-to", len(a.reach), len(a.leadsTo))
	case q.live(a) != nil && len(q.Actions) > 0:
		return nil, "", fmt.Errorf("what happens eventually can be asked only at the start")
	case q.live(a) != nil:
		return nil, "", nil
	case q.Reach > 0:
		c := a.reach[q.Reach-1]
		return []explore.Predicate[netfake.State]{{Name: c.Name, Holds: func(s netfake.State) bool { return !c.Holds(a.sys, s) }}}, c.Name, nil
	case q.Pair == [2]string{}:
		for _, inv := range a.Always {
			list = append(list, inv.Predicate(a.sys))
		}
		if len(list) == 0 {
			return nil, "", fmt.Errorf("this scenario has no invariant that could be violated; ask for a pair of states")
		}
		return list, "a violation", nil
	}
	return q.pair(a)
}

// pair is the goal of a pair of states.
func (q *quest) pair(a *asked) (list []explore.Predicate[netfake.State], what string, err error) {
	var want [2]model.State
	var words []string
	for i, name := range q.Pair {
		if name == "" {
			continue
		}
		st, ok := model.ParseState(name)
		if !ok {
			return nil, "", fmt.Errorf("state %.40q: expected one of RFC 9293's, such as TIME-WAIT", name)
		}
		want[i] = st
		words = append(words, netfake.PeerName(i)+" in "+name)
	}
	what = strings.Join(words, " and ")
	never := func(s netfake.State) bool {
		w := a.sys.Unpack(s)
		for i, name := range q.Pair {
			if name != "" && w.Peer[i].State() != want[i] {
				return true
			}
		}
		return false
	}
	return []explore.Predicate[netfake.State]{{Name: what, Holds: never}}, what, nil
}

// ask searches, and sends events: progress every quarter of a second, and then the answer.
func (s *server) ask(w http.ResponseWriter, r *http.Request) {
	var q quest
	if !read(w, r, &q) {
		return
	}
	a, run, err := q.replay()
	if err == nil {
		_, _, err = q.goal(a)
	}
	if err != nil {
		text, lines := problemOf(err)
		refuse(w, http.StatusUnprocessableEntity, text, lines...)
		return
	}
	if !s.begin(w) {
		return
	}
	defer s.end()
	send := stream(w)
	send("done", s.search(r.Context(), a, run, &q, func(p explore.Progress) {
		send("progress", map[string]any{"says": fmt.Sprintf("%s, %d steps deep, %.0f s", prose.Count(p.Distinct, "state"), p.Depth, p.Elapsed.Seconds())})
	}))
}

// stream begins an answer of events, and returns what sends one.
func stream(w http.ResponseWriter) (send func(event string, v any)) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	return func(event string, v any) {
		data, err := json.Marshal(v)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, data)
		out.Flush() //nolint:errcheck // then the page has gone, and the context ends the search
	}
}

// search looks for a shortest run from the end of a run to the goal.
func (s *server) search(ctx context.Context, a *asked, run []netfake.Transition, q *quest, show func(explore.Progress)) found {
	if live := q.live(a); live != nil {
		return s.searchLive(ctx, a, live, show)
	}
	goal, what, _ := q.goal(a)
	start := from{a.sys, a.sys.Init()[0]}
	if n := len(run); n > 0 {
		start.state = run[n-1].State
	}
	r := properties.Explore(ctx, start, properties.Options{Always: goal, Cut: netfake.CutOff, Store: explore.Compact, MaxStates: s.limits.States,
		MaxMem: s.limits.Mem, Timeout: s.limits.Timeout, Progress: show, ProgressEvery: time.Second / 4})
	f := found{Actions: []string{}}
	states := prose.Count(r.Distinct, "state")
	switch r.Verdict {
	case explore.Violated:
		v := r.Violations[0]
		f.Verdict = "FOUND"
		f.Actions = append(f.Actions, q.Actions...)
		for _, act := range v.Path.Actions() {
			f.Actions = append(f.Actions, actionID(act))
		}
		name := what
		if q.Pair == [2]string{} && q.Reach == 0 {
			name = "a violation of " + v.Name
		}
		f.Says = fmt.Sprintf("A shortest run from here to %s has %s. %s searched.", name, prose.Count(v.Path.Steps(), "step"), were(states))
		if v.Path.Steps() == 0 {
			f.Says = fmt.Sprintf("Here it is already: %s.", name)
		}
	case explore.Verified:
		f.Verdict = "NONE"
		f.Says = fmt.Sprintf("From here no run leads to %s. Every one of %s that can be reached was searched. "+
			"States were kept as fingerprints; the probability that this hid one is below %.0e.", what, states, r.MissProbability)
	case explore.Bounded:
		f.Verdict = "BOUNDED"
		f.Says = fmt.Sprintf("No run to %s was found in %s, but runs were cut off: %s.", what, states, r.Reason)
	default:
		f.Verdict = "UNKNOWN"
		f.Says = fmt.Sprintf("No run to %s was found in %s. The search stopped early: %s.", what, states, r.Reason)
	}
	return f
}

// searchLive asks about the whole future.
func (s *server) searchLive(ctx context.Context, a *asked, live *properties.Live, show func(explore.Progress)) found {
	f := found{Actions: []string{}}
	o, err := properties.Question{Scenario: a.Scenario, Live: live, Witness: a.Witness}.Answer(ctx,
		properties.Settings{MaxStates: s.limits.States, MaxMem: s.limits.Mem, Timeout: s.limits.Timeout, Progress: show})
	switch {
	case err != nil:
		f.Verdict, f.Says = "UNKNOWN", "The search stopped early: "+err.Error()
	case o.Verdict == explore.Violated:
		f.Verdict, f.Loop = "FOUND", o.Loop()
		for _, act := range o.Actions().Actions {
			f.Actions = append(f.Actions, actionID(act))
		}
		f.Says = fmt.Sprintf("%s: this does not always happen. %s.", live, o.Why)
	case o.Verdict == explore.Verified && !o.Witnessed && live.From.Asked():
		f.Verdict, f.Says = "NONE", fmt.Sprintf("%s holds in none of %s that can be reached, so nothing had to happen.", live.From.Name, prose.Count(o.Distinct, "state"))
	case o.Verdict == explore.Verified:
		f.Verdict, f.Says = "NONE", fmt.Sprintf("%s: this always happens. Every one of %s was searched.", live, prose.Count(o.Distinct, "state"))
	default:
		f.Verdict, f.Says = o.Verdict.String(), fmt.Sprintf("No counterexample was found in %s: %s.", prose.Count(o.Distinct, "state"), o.Reason)
	}
	return f
}

func were(states string) string {
	if strings.HasPrefix(states, "1 ") {
		return states + " was"
	}
	return states + " were"
}
