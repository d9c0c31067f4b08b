package properties

import (
	"context"
	"math/bits"
	"sync/atomic"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Bound is one number of a scenario that makes its search finite. The small scope hypothesis says that what can go
// wrong already goes wrong with a small number. Saturate looks for evidence of this.
type Bound struct {
	Name string
	// Value returns the value of the bound in a scenario. It is negative if the scenario has no such bound.
	Value func(*netfake.Scenario) int
	// Raise raises the bound by one. It does nothing if the encoding of a state has no room for more.
	Raise func(*netfake.Scenario)
}

// Bounds are the bounds that Saturate raises, in the order of its report.
var Bounds = []Bound{
	ofUser("octets of A", a, func(u *netfake.User) *int { return &u.Octets }),
	ofUser("octets of B", b, func(u *netfake.User) *int { return &u.Octets }),
	ofUser("active OPENs of A", a, func(u *netfake.User) *int { return &u.Active }),
	ofUser("active OPENs of B", b, func(u *netfake.User) *int { return &u.Active }),
	{
		Name: "passive OPENs of B, and SYNs that each answers",
		Value: func(sc *netfake.Scenario) int {
			if sc.Peer[b].User.Passive == 0 {
				return -1
			}
			return sc.Peer[b].User.Passive
		},
		Raise: func(sc *netfake.Scenario) { sc.Peer[b].User.Passive++; sc.Peer[b].User.Accepts++ },
	},
	{
		Name:  "MSL, and with it every wait",
		Value: func(sc *netfake.Scenario) int { return given(sc.Net.MSL) },
		Raise: func(sc *netfake.Scenario) {
			sc.Net.MSL++
			sc.Both(func(h *netfake.Host) { longer(&h.TimeWait); longer(&h.QuietTime); longer(&h.ReopenDelay) })
		},
	},
	{
		Name:  "R of B, and with it the TIME-WAIT of A",
		Value: func(sc *netfake.Scenario) int { return given(sc.Peer[b].GiveUp) },
		Raise: func(sc *netfake.Scenario) { sc.Peer[b].GiveUp++; longer(&sc.Peer[a].TimeWait) },
	},
	ofBag("losses", func(n *netfake.Network) *int { return &n.Losses }),
	ofBag("duplicates", func(n *netfake.Network) *int { return &n.Dups }),
	{
		Name:  "old segments",
		Value: func(sc *netfake.Scenario) int { return given(len(sc.Stale)) },
		Raise: func(sc *netfake.Scenario) { sc.Stale = append(sc.Stale, olderCopy(sc.Stale)) },
	},
}

// given is n, or negative where n is 0: then the scenario has nothing of the kind.
func given(n int) int {
	if n == 0 {
		return -1
	}
	return n
}

// longer adds a tick to a wait, if there is one.
func longer(wait *int) {
	if *wait > 0 {
		*wait++
	}
}

// ofUser is a bound on what one user does.
func ofUser(name string, me int, at func(*netfake.User) *int) Bound {
	return Bound{
		Name:  name,
		Value: func(sc *netfake.Scenario) int { return *at(&sc.Peer[me].User) },
		Raise: func(sc *netfake.Scenario) { *at(&sc.Peer[me].User)++ },
	}
}

// ofBag is a budget of a bag.
func ofBag(name string, at func(*netfake.Network) *int) Bound {
	return Bound{
		Name: name,
		Value: func(sc *netfake.Scenario) int {
			if !sc.Net.Bag {
				return -1
			}
			return *at(&sc.Net) // netfake.Unlimited is negative as well: there is nothing to raise
		},
		Raise: func(sc *netfake.Scenario) { *at(&sc.Net)++ },
	}
}

// olderCopy is one more old segment: of those in hand the next in turn, from one number earlier for each turn that was made.
func olderCopy(old []netfake.Packet) netfake.Packet {
	p := old[0]
	kinds := 1
	for kinds < len(old) && old[kinds].Seg.Flags != p.Seg.Flags {
		kinds++
	}
	turn := len(old) / kinds
	p = old[len(old)%kinds]
	if !p.Seg.Has(model.RST | model.ACK) {
		p.Seg.Seq -= model.Seq(turn)
	}
	return p
}

// Saturation says how the folded space of a question changed while one bound was raised. The folded space is the
// pairs of states of the two endpoints, with what passed between the world and an endpoint on the way from one pair
// to the next.
type Saturation struct {
	Bound  string      `json:"name"`
	From   int         `json:"from"`             // the bound's value in the question
	Stable int         `json:"stable"`           // the value from which on the folded space did not change for two more steps; negative: it did not settle
	Reason string      `json:"reason,omitempty"` // why it did not settle, if it did not
	Steps  []Saturated `json:"values"`           // one for From, From+1, and so on
}

// Saturated is the answer for one value of a bound.
type Saturated struct {
	Value    int    `json:"value"`
	Verdict  string `json:"verdict"`
	Violated string `json:"violated,omitempty"` // the invariant that does not hold
	Run      int    `json:"steps,omitempty"`    // of the shortest run to that
	Distinct uint64 `json:"distinct"`
	Pairs    int    `json:"pairs"`       // pairs of states that were reached
	Edges    int    `json:"transitions"` // steps from a pair to a pair, distinguished by what passed
}

// settled is for how many steps a folded space must not change.
const settled = 2

// Saturate raises a bound of the question until the folded space does not change for two steps. It raises it at most
// most times. The settings limit each search; one that is cut off ends it.
func (q Question) Saturate(ctx context.Context, bound Bound, most int, set Settings) (Saturation, error) {
	sat := Saturation{Bound: bound.Name, From: bound.Value(&q.Scenario), Stable: -1}
	sc := q.Scenario
	sc.Stale = append([]netfake.Packet{}, sc.Stale...)
	var last *fold
	same := 0
	for n := range most + 1 {
		if n > 0 {
			bound.Raise(&sc)
		}
		f, step, reason, err := q.saturated(ctx, sc, set)
		if err != nil { // the encoding has no room for more
			sat.Reason = err.Error()
			return sat, nil
		}
		step.Value = sat.From + n
		if reason != "" {
			sat.Reason = reason
			return sat, ctx.Err()
		}
		sat.Steps = append(sat.Steps, step)
		if last != nil && *f == *last {
			same++
		} else {
			same = 0
		}
		if same == settled {
			sat.Stable = step.Value - settled
			return sat, nil
		}
		last = f
	}
	sat.Reason = "it still changed"
	return sat, nil
}

// saturated folds the whole space of the scenario, without reductions, and asks the question of it.
func (q Question) saturated(ctx context.Context, sc netfake.Scenario, set Settings) (*fold, Saturated, string, error) {
	sys, err := netfake.New(sc)
	if err != nil {
		return nil, Saturated{}, "", err
	}
	f := &folding{System: sys}
	r := explore.Run(ctx, f, set.options())
	if r.Verdict != explore.Verified {
		reason := r.Reason
		for _, c := range r.Cuts {
			reason += c.Name
		}
		return nil, Saturated{}, reason, nil
	}
	q.Scenario = sc
	o, err := q.Answer(ctx, set)
	if err != nil {
		return nil, Saturated{}, "", err
	}
	step := Saturated{Distinct: r.Distinct, Verdict: o.Verdict.String(), Violated: o.Violated, Run: o.Run.Steps()}
	seen := f.seen()
	step.Pairs, step.Edges = seen.count()
	return seen, step, o.Reason, nil
}

// Of each step the fold keeps the pair before, the pair after, and what passed: a bit for each combination.
const (
	numPairs  = model.NumStates * model.NumStates
	numKinds  = int(netfake.EndTimeWait) + 1
	numPassed = numKinds * 2 * 32 // kinds, endpoints, and five control bits
)

// fold is a folded space: for each pair of states and what passed from there, the set of the pairs that this led to.
type fold [numPairs][numPassed][(numPairs + 63) / 64]uint64

// folding is a system that takes down what its steps look like. It is safe for concurrent use.
type folding struct {
	*netfake.System
	taken [numPairs][numPassed][(numPairs + 63) / 64]atomic.Uint64
}

// Step takes a step down.
func (f *folding) Step(s netfake.State, act netfake.Action) netfake.State {
	to := f.System.Step(s, act)
	f.note(&s, act, &to)
	return to
}

// Expand takes down all steps from a state.
func (f *folding) Expand(dst []netfake.State, s *netfake.State, actions []netfake.Action) []netfake.State {
	n := len(dst)
	dst = f.System.Expand(dst, s, actions)
	for i, act := range actions {
		f.note(s, act, &dst[n+i])
	}
	return dst
}

func (f *folding) note(s *netfake.State, act netfake.Action, to *netfake.State) {
	p := f.Passed(s, act)
	passed := (int(p.Kind)*2+int(p.Peer))*32 + int(p.CTL&31)
	k := pairIndex(to.Pair())
	word, bit := &f.taken[pairIndex(s.Pair())][passed][k/64], uint64(1)<<(k%64)
	if word.Load()&bit == 0 {
		word.Or(bit)
	}
}

func pairIndex(p netfake.Pair) int { return int(p[a])*model.NumStates + int(p[b]) }

// seen is what was taken down.
func (f *folding) seen() *fold {
	seen := &fold{}
	for from := range f.taken {
		for passed := range f.taken[from] {
			for w := range f.taken[from][passed] {
				seen[from][passed][w] = f.taken[from][passed][w].Load()
			}
		}
	}
	return seen
}

// count counts the pairs of states in the fold, and its edges. The first pair of a search that takes no step is not in it.
func (f *fold) count() (pairs, edges int) {
	var reached [numPairs]bool
	for from := range f {
		for passed := range f[from] {
			for w, word := range f[from][passed] {
				edges += bits.OnesCount64(word)
				for ; word != 0; word &= word - 1 {
					reached[from], reached[w*64+bits.TrailingZeros64(word)] = true, true
				}
			}
		}
	}
	for _, is := range reached {
		if is {
			pairs++
		}
	}
	return pairs, edges
}
