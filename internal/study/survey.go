package study

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Setting is one policy of one endpoint that is not as in the scenario that the survey begins from.
type Setting struct {
	Peer   int // netfake.A or netfake.B
	Policy string
	Value  string
}

// Changes is a set of settings, in a fixed order.
type Changes []Setting

// String lists the changes as "A.tcp.reopen=any-syn both.tcp.timestamps=on", the keys of a scenario file.
func (c Changes) String() string {
	var parts []string
	for i, s := range c {
		at := netfake.PeerName(s.Peer)
		if j := c.twin(i); j >= 0 {
			if j < i {
				continue
			}
			at = "both"
		}
		parts = append(parts, at+".tcp."+s.Policy+"="+s.Value)
	}
	return strings.Join(parts, " ")
}

// twin is the place of the same setting at the other endpoint, or negative.
func (c Changes) twin(i int) int {
	s := c[i]
	s.Peer = 1 - s.Peer
	return slices.Index(c, s)
}

// within reports whether every setting of c is one of d.
func (c Changes) within(d Changes) bool {
	for _, s := range c {
		if !slices.Contains(d, s) {
			return false
		}
	}
	return true
}

// apply makes the changes in a scenario.
func (c Changes) apply(sc *netfake.Scenario) {
	for _, s := range c {
		p, ok := model.PolicyByName(s.Policy)
		v, in := p.Index(s.Value)
		if !ok || !in {
			panic("BUG: no policy " + s.Policy + "=" + s.Value)
		}
		p.Set(&sc.Peer[s.Peer].TCP, v)
	}
}

// Finding is a shortest run to a violation of an invariant, with as few changes as possible.
type Finding struct {
	Base      string
	Changes   Changes
	Invariant string
	State     model.State // of the endpoint, before the step that goes wrong
	Event     string      // what it went through then: "SYN,ACK arrives", or a call
	Clauses   []string    // of coverage, which that step is a case of
	Scenario  netfake.Scenario
	System    *netfake.System // of Scenario; the run is one of its
	netfake.Run
	Why   string   // of a question about what happens eventually: how the run refutes it
	Names []string // of what is known that it is a case of
}

// Steps is the length of the run.
func (f *Finding) Steps() int { return len(f.Actions) }

// Class is what findings are grouped by: what fails, where, and in the case of which clauses. Those that say what
// became of a window or of text once it was taken tell no defect from another, and are left out.
func (f *Finding) Class() string {
	var deciding []string
	for _, c := range f.Clauses {
		if !slices.ContainsFunc(minor, func(prefix string) bool { return strings.HasPrefix(c, prefix) }) {
			deciding = append(deciding, c)
		}
	}
	key := fmt.Sprintf("%s in %v: %s", f.Invariant, f.State, f.Event)
	if deciding != nil {
		key += " (" + strings.Join(deciding, ", ") + ")"
	}
	return key
}

// minor is how the clauses begin that Class leaves out.
var minor = []string{"window-", "text-given", "text-push", "gap-filled", "answer-", "inside-"}

// name finds what is known of a finding, given the findings of fewer changes in its base. Where the same event in the
// same state breaks the same with fewer changes, the clauses of a policy tell it in other words: the name is the same.
func (f *Finding) name(fewer []*Finding) {
	for _, n := range named {
		if n.Matches(f) {
			f.Names = append(f.Names, n.Name)
		}
	}
	for _, g := range fewer {
		if f.Names == nil && len(g.Changes) < len(f.Changes) && g.Changes.within(f.Changes) &&
			g.Invariant == f.Invariant && g.State == f.State && g.Event == f.Event {
			f.Names = g.Names
		}
	}
}

// Searched is one search of a survey.
type Searched struct {
	Base     string
	Changes  Changes
	Verdict  explore.Verdict // Verified: the whole space was seen, whatever was found there
	Reason   string          // why it was not
	Distinct uint64
	Violated []string // all that failed, also what fails under fewer changes
}

// Class is the findings that go wrong in the same way, the simplest first.
type Class struct {
	Key      string
	Findings []*Finding
}

// Simplest is the finding with the fewest changes, and of those one with the shortest run.
func (c Class) Simplest() *Finding { return c.Findings[0] }

// Report is what a survey found.
type Report struct {
	Searches []Searched
	Classes  []Class
}

// Incomplete lists the searches that did not see all.
func (r *Report) Incomplete() (list []Searched) {
	for _, s := range r.Searches {
		if s.Verdict != explore.Verified {
			list = append(list, s)
		}
	}
	return list
}

// Unnamed is the classes with findings that nothing known names, and those findings.
func (r *Report) Unnamed() (list []Class) {
	for _, c := range r.Classes {
		u := Class{Key: c.Key}
		for _, f := range c.Findings {
			if len(f.Names) == 0 {
				u.Findings = append(u.Findings, f)
			}
		}
		if u.Findings != nil {
			list = append(list, u)
		}
	}
	return list
}

// FixedBy lists the changes of one policy at both ends, on top of those of the finding, under which its invariant does
// not fail in its base any more, as far as they were searched to the end.
func (r *Report) FixedBy(f *Finding) (list []Changes) {
	for _, s := range r.Searches {
		more := len(s.Changes) == len(f.Changes)+2 && f.Changes.within(s.Changes)
		if s.Base == f.Base && more && s.Verdict == explore.Verified && !slices.Contains(s.Violated, f.Invariant) {
			list = append(list, slices.DeleteFunc(slices.Clone(s.Changes), func(x Setting) bool { return slices.Contains(f.Changes, x) }))
		}
	}
	return slices.DeleteFunc(list, func(c Changes) bool { return c[0].Policy != c[1].Policy })
}

// Survey says what to ask.
type Survey struct {
	Bases     []Base   // nil: Bases()
	Policies  []string // that are changed; nil: all that the joint world can carry
	Changes   int      // up to so many policies are changed: 0, 1 or 2
	OneSided  bool     // a single policy also at one end alone; else at both
	Mutant    model.Mutant
	Workers   int // searches at a time; 0: one for each processor
	MaxStates uint64
	MaxMem    uint64 // of the tables of one search
	Timeout   time.Duration
	Progress  func(done, total int, at string)
	Kept      *Kept // searches that are known already, and where new ones are kept; may be nil
}

// job is one search.
type job struct {
	base    Base
	changes Changes
}

// Run carries a survey out. The report does not depend on the number of workers.
func (s Survey) Run(ctx context.Context) (*Report, error) {
	if s.Bases == nil {
		s.Bases = Bases()
	}
	if s.Workers <= 0 {
		s.Workers = runtime.GOMAXPROCS(0)
	}
	rounds, err := s.rounds()
	if err != nil {
		return nil, err
	}
	total, done := 0, 0
	for _, r := range rounds {
		total += len(r) * len(s.Bases)
	}
	var report Report
	known := map[string][]*Finding{} // by base
	for _, round := range rounds {
		var jobs []job
		for _, b := range s.Bases {
			for _, c := range round {
				jobs = append(jobs, job{b, c})
			}
		}
		results, err := s.all(ctx, jobs, known, func(j job) {
			done++
			if s.Progress != nil {
				s.Progress(done, total, j.base.Name+" "+j.changes.String())
			}
		})
		if err != nil {
			return nil, err
		}
		for i, r := range results {
			report.Searches = append(report.Searches, r.searched)
			known[jobs[i].base.Name] = append(known[jobs[i].base.Name], r.found...)
		}
	}
	for _, b := range s.Bases {
		for i, f := range known[b.Name] {
			f.name(known[b.Name][:i])
		}
		report.add(known[b.Name])
	}
	report.sort()
	return &report, nil
}

// rounds is the sets of changes, those with fewer first: no set of a round is part of another of the same round.
func (s Survey) rounds() (rounds [][]Changes, err error) {
	singles, err := s.values()
	if err != nil {
		return nil, err
	}
	rounds = [][]Changes{{nil}}
	if s.Changes >= 1 {
		var one, both []Changes
		for _, v := range singles {
			one = append(one, v[:1], v[1:])
			both = append(both, v)
		}
		if s.OneSided {
			rounds = append(rounds, one)
		}
		rounds = append(rounds, both)
	}
	if s.Changes >= 2 {
		var pairs []Changes
		for i, v := range singles {
			for _, w := range singles[i+1:] {
				if v[0].Policy != w[0].Policy {
					pairs = append(pairs, slices.Concat(v, w))
				}
			}
		}
		rounds = append(rounds, pairs)
	}
	return rounds, nil
}

// values returns every value of a policy other than the base model's, at both endpoints.
func (s Survey) values() (list []Changes, err error) {
	for _, name := range s.Policies {
		if known := Policies(); !slices.Contains(known, name) {
			return nil, fmt.Errorf("policy %q: expected one of %s", name, strings.Join(known, ", "))
		}
	}
	for _, p := range netfake.Policies {
		if s.Policies != nil && !slices.Contains(s.Policies, p.Name) {
			continue
		}
		for _, v := range p.Values[1:] {
			list = append(list, Changes{{netfake.A, p.Name, v}, {netfake.B, p.Name, v}})
		}
	}
	return list, nil
}

// Policies names what a survey can change.
func Policies() (names []string) {
	for _, p := range netfake.Policies {
		names = append(names, p.Name)
	}
	return names
}

// outcome is what came of one job.
type outcome struct {
	searched Searched
	found    []*Finding
	err      error
}

// all carries out jobs that do not depend on each other, several at a time.
func (s Survey) all(ctx context.Context, jobs []job, known map[string][]*Finding, tell func(job)) ([]outcome, error) {
	results := make([]outcome, len(jobs))
	var pool errgroup.Group
	var telling sync.Mutex
	pool.SetLimit(s.Workers)
	for i, j := range jobs {
		pool.Go(func() error {
			results[i] = s.one(ctx, j, known[j.base.Name])
			telling.Lock()
			defer telling.Unlock()
			tell(j)
			return nil
		})
	}
	pool.Wait()
	for _, r := range results {
		if r.err != nil {
			return nil, fmt.Errorf("%s %v: %w", r.searched.Base, r.searched.Changes, r.err)
		}
	}
	return results, nil
}

// add puts the findings of one base into their classes.
func (r *Report) add(list []*Finding) {
	for _, f := range list {
		key := f.Class()
		i := slices.IndexFunc(r.Classes, func(c Class) bool { return c.Key == key })
		if i < 0 {
			i = len(r.Classes)
			r.Classes = append(r.Classes, Class{Key: key})
		}
		r.Classes[i].Findings = append(r.Classes[i].Findings, f)
	}
}

// sort puts the simplest first: fewest changes, then the shortest run.
func (r *Report) sort() {
	simpler := func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(len(a.Changes), len(b.Changes)), cmp.Compare(a.Steps(), b.Steps()))
	}
	for i := range r.Classes {
		slices.SortStableFunc(r.Classes[i].Findings, simpler)
	}
	slices.SortStableFunc(r.Classes, func(a, b Class) int {
		return cmp.Or(cmp.Compare(a.Simplest().Steps(), b.Simplest().Steps()),
			cmp.Compare(len(a.Simplest().Changes), len(b.Simplest().Changes)), cmp.Compare(a.Key, b.Key))
	})
}
