package study

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// everyFault is what the judge of a survey watches for.
const everyFault = netfake.Fault(1<<netfake.NumFaults - 1)

// marked is a joint state with what went wrong in the step that led to it. The mark is of that step alone, so
// what an earlier one did wrong hides nothing.
type marked struct {
	at   netfake.State
	mark mark
}

// mark is nothing, or: two bytes of faults, one of invariants that broke, the state before, and four of a hash of
// the step's class. It only has to tell classes apart; what they are is read off the run.
type mark [8]byte

// marking is a system that marks its steps. It is searched with the least of faults recorded: each would double the
// states. The judge is the same system, and watches for all of them.
type marking struct {
	searched *netfake.Reduced
	judge    *netfake.System
	always   []properties.Condition
}

// watched is what the searched system must record: without it the wire does not keep whose a RST is.
const watched = netfake.ForeignReset

func (m marking) Init() (list []marked) {
	for _, s := range m.searched.Init() {
		list = append(list, marked{at: s})
	}
	return list
}

func (m marking) Actions(dst []netfake.Action, s marked) []netfake.Action {
	return m.searched.Actions(dst, s.at)
}

func (m marking) Step(s marked, a netfake.Action) marked {
	to := marked{at: m.searched.Step(s.at, a)}
	if a.Kind == netfake.Tick || a.Kind == netfake.Lose || netfake.CutOff(to.at) != "" {
		return to
	}
	if w := m.wrong(s.at, to.at, a); w != nil {
		to.mark = w.mark()
	}
	return to
}

// wrong is what a step does wrong.
type wrong struct {
	faults netfake.Fault
	broken uint8 // the places in always of what held before, and does not any more
	state  model.State
	event  string
	step   coverage.Step
}

func (m marking) wrong(from, to netfake.State, a netfake.Action) *wrong {
	w := m.judge.Unpack(from)
	w.Faults = 0
	var h netfake.Happening
	m.judge.Apply(&w, a, &h)
	x := wrong{faults: w.Faults}
	for i, c := range m.always {
		if !c.Holds(m.judge, to) && c.Holds(m.judge, from) {
			x.broken |= 1 << i
		}
	}
	if x.faults == 0 && x.broken == 0 {
		return nil
	}
	if h.Stepped {
		m.describe(&x, &h)
	} else {
		x.state, x.event = m.state(from, a), a.Kind.String()
	}
	return &x
}

// describe returns the class of an endpoint's step.
func (m marking) describe(x *wrong, h *netfake.Happening) {
	x.state, x.event = h.Before.State, eventName(h.Event)
	x.step = coverage.Observe(m.judge.Scenario().Peer[h.Peer].TCP, &h.Transition)
}

// label distinguishes arrivals of segments that could be of different classes, so that a reduction loses no class.
func (m marking) label(h *netfake.Happening) uint32 {
	var x wrong
	m.describe(&x, h)
	k := x.mark()
	return binary.LittleEndian.Uint32(k[4:])
}

// state is that of the endpoint that an action is about.
func (m marking) state(s netfake.State, a netfake.Action) model.State {
	w := m.judge.Unpack(s)
	return w.Peer[a.Peer].State()
}

// eventName returns an event without its numbers.
func eventName(e model.Event) string {
	if e.Kind != model.SegmentArrives {
		return e.Kind.String()
	}
	name := (e.Seg.Flags &^ model.PSH).String()
	if e.Seg.Len > 0 {
		name += " with text"
	}
	return name + " arrives"
}

// clauses is the ids of the clauses that the step is a case of.
func (x *wrong) clauses() (ids []string) {
	list := coverage.Clauses()
	for i := range list {
		if list[i].Holds(&x.step) {
			ids = append(ids, list[i].ID)
		}
	}
	return ids
}

func (x *wrong) mark() (k mark) {
	h := fnv.New32a()
	fmt.Fprint(h, x.event, x.clauses())
	k[0], k[1], k[2], k[3] = uint8(x.faults), uint8(x.faults>>8), x.broken, uint8(x.state)
	h.Sum(k[4:4])
	return k
}

// kinds names what is wrong, one for each of the invariants.
func (m marking) kinds(k mark) (names []string) {
	for _, n := range (netfake.Fault(k[0]) | netfake.Fault(k[1])<<8).Names() {
		names = append(names, "no-"+n)
	}
	for i, c := range m.always {
		if k[2]&(1<<i) != 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// one carries out one job, and finds what no finding of fewer changes has.
func (s Survey) one(ctx context.Context, j job, known []*Finding) (o outcome) {
	o.searched = Searched{Base: j.base.Name, Changes: j.changes}
	if ctx.Err() != nil {
		o.searched.Reason = "interrupted before it began"
		return o
	}
	sc := j.base.Scenario()
	j.changes.apply(&sc)
	for i := range sc.Peer {
		sc.Peer[i].TCP.Mutant = s.Mutant
	}
	if !s.Kept.recall(s, j, sc, &o) {
		s.ask(ctx, j, sc, &o)
	}
	// Only now: what is kept must not depend on which other changes this survey makes.
	o.found = slices.DeleteFunc(o.found, func(f *Finding) bool { return !isNew(f, known) })
	return o
}

// ask carries out a job of which nothing is known yet, and keeps what comes of it.
func (s Survey) ask(ctx context.Context, j job, sc netfake.Scenario, o *outcome) {
	for _, use := range []netfake.Reductions{netfake.AllReductions, netfake.NoReductions} {
		again := false
		if again, o.err = s.search(ctx, j, sc, use, o); !again || o.err != nil {
			break
		}
	}
	if o.err == nil {
		o.err = s.live(ctx, j, sc, o)
	}
	if o.err == nil && ctx.Err() == nil {
		o.err = s.Kept.keep(s, j, sc, o)
	}
}

// search looks at every step that can be taken. If what was found with reductions cannot be shown without, it
// has to be done again.
func (s Survey) search(ctx context.Context, j job, sc netfake.Scenario, use netfake.Reductions, o *outcome) (again bool, err error) {
	m, err := j.base.marking(sc, use)
	if err != nil {
		return false, err
	}
	opt := explore.Options[marked, netfake.Action]{
		Cut: func(x marked) string { return netfake.CutOff(x.at) }, Workers: 1,
		MaxStates: s.MaxStates, MaxMem: s.MaxMem, Timeout: s.Timeout,
	}
	r, g := explore.RunGraph(ctx, m, opt)
	o.searched.Violated = nil
	o.searched.Verdict, o.searched.Distinct = r.Verdict, r.Distinct
	o.searched.Reason = r.Reason
	for _, c := range r.Cuts {
		o.searched.Reason = join(o.searched.Reason, c.Name)
	}
	seen := map[mark]bool{}
	for n := range g.Nodes() {
		k := n.State.mark
		if k == (mark{}) || seen[k] {
			continue
		}
		seen[k] = true
		for _, name := range m.kinds(k) {
			if !slices.Contains(o.searched.Violated, name) {
				o.searched.Violated = append(o.searched.Violated, name)
			}
		}
		opt.Always = append(opt.Always, explore.Predicate[marked]{
			Name: fmt.Sprintf("%x", k), Holds: func(x marked) bool { return x.mark != k }})
	}
	slices.Sort(o.searched.Violated)
	if len(seen) == 0 {
		return false, nil
	}
	opt.KeepGoing = true
	o.found = nil
	r = explore.Run(ctx, m, opt)
	if len(r.Violations) < len(opt.Always) && o.searched.Verdict != explore.Unknown { // the clock ended this one only
		o.searched.Verdict, o.searched.Reason = explore.Unknown, join(o.searched.Reason, "while runs were looked for: "+r.Reason)
	}
	for _, v := range r.Violations {
		fs, err := m.findings(j, sc, v.Path)
		switch {
		case err != nil && use != netfake.NoReductions:
			return true, nil
		case err != nil:
			return false, err
		}
		for _, f := range fs {
			if isNew(f, o.found) {
				o.found = append(o.found, f)
			}
		}
	}
	return false, nil
}

func join(text, more string) string {
	if text == "" {
		return more
	}
	return text + ", " + more
}

// isNew reports whether no finding with the same or fewer changes is of the same class.
func isNew(f *Finding, list []*Finding) bool {
	return !slices.ContainsFunc(list, func(k *Finding) bool { return k.Class() == f.Class() && k.Changes.within(f.Changes) })
}

// marking makes the system of a scenario of the base.
func (b Base) marking(sc netfake.Scenario, use netfake.Reductions) (m marking, err error) {
	m.always = b.always()
	for _, c := range m.always {
		use &= c.PreservedBy()
	}
	sc.Watch = watched
	sys, err := netfake.New(sc)
	if err != nil {
		return m, err
	}
	sc.Watch = everyFault
	if m.judge, err = netfake.New(sc); err != nil {
		return m, err
	}
	m.searched = sys.ReducedBy(use, m.label)
	return m, nil
}

// findings is what goes wrong in the last step of a run, one for each invariant. The run is told as one of the
// system itself; it fails if it is none.
func (m marking) findings(j job, sc netfake.Scenario, path explore.Path[marked, netfake.Action]) (list []*Finding, err error) {
	var run properties.Run
	for _, hop := range path {
		run = append(run, explore.Hop[netfake.State, netfake.Action]{Action: hop.Action, State: hop.State.at})
	}
	if run, err = properties.Unfold(m.searched, m.judge, run); err != nil {
		return nil, err
	}
	last := len(run) - 1
	x := m.wrong(run[last-1].State, run[last].State, run[last].Action)
	if x == nil {
		return nil, fmt.Errorf("the last step of the run does nothing wrong")
	}
	sc.Watch = everyFault
	for _, name := range m.kinds(x.mark()) {
		list = append(list, &Finding{Base: j.base.Name, Changes: j.changes, Invariant: name, State: x.state, Event: x.event,
			Clauses: x.clauses(), Scenario: sc, System: m.judge, Run: netfake.Run{Actions: run.Actions()}})
	}
	return list, nil
}
