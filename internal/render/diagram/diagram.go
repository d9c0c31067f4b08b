package diagram

import (
	"context"
	"fmt"
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Edge is an arrow that was found.
type Edge struct {
	Arrow
	Kind  Kind
	Why   string
	Count uint64 // transitions of the searches that it stands for
}

// Diagram collects the arrows that searches find.
type Diagram struct {
	counts map[Arrow]uint64
	Loops  bool // keep the events that do not change the state as well
}

// Add searches a scenario and takes every event of both endpoints in it. Reason says why the
// search saw less than everything, and is empty if it did not.
func (d *Diagram) Add(ctx context.Context, sc netfake.Scenario, o properties.Options) (reason string, err error) {
	sys, err := netfake.New(sc)
	if err != nil {
		return "", err
	}
	o.Cut = netfake.CutOff
	r, g, _ := properties.Search(ctx, sys, netfake.NoReductions, o)
	for n := range g.Nodes() {
		if ctx.Err() != nil {
			return ctx.Err().Error(), nil
		}
		for t := range sys.Transitions(n.State) {
			if t.Stepped {
				d.Observe(&t.Happening.Transition)
			}
		}
	}
	for _, c := range r.Cuts {
		reason += c.Name + " "
	}
	return reason + r.Reason, nil
}

// Observe takes one step of an endpoint.
func (d *Diagram) Observe(t *model.Transition) {
	if t.Before.State == t.After.State && !d.Loops {
		return
	}
	if d.counts == nil {
		d.counts = map[Arrow]uint64{}
	}
	d.counts[Arrow{t.Before.State, t.After.State, event(t), output(t)}]++
}

// AddCalls takes what the calls of a user do who is alone: three calls from CLOSED on, the
// remote socket specified. Among them is SEND in LISTEN, which no joint scenario makes.
func (d *Diagram) AddCalls(c model.Config) {
	level := []model.TCB{{}}
	for range 3 {
		var next []model.TCB
		for _, t := range level {
			for k := model.OpenPassive; k <= model.Status; k++ {
				e := model.Event{Kind: k, Remote: true, N: 1, Iss: 100}
				after, out := model.Step(c, t, e)
				d.Observe(&model.Transition{Before: t, Event: e, After: after, Output: out})
				next = append(next, after)
			}
		}
		level = next
	}
}

// Edges lists what was found, in the order of the states and then of the labels.
func (d *Diagram) Edges() (edges []Edge) {
	for a, n := range d.counts {
		e := Edge{Arrow: a, Count: n}
		e.Kind, e.Why = classify(a)
		edges = append(edges, e)
	}
	slices.SortFunc(edges, func(a, b Edge) int { return compare(a.Arrow, b.Arrow) })
	return edges
}

func compare(a, b Arrow) int {
	key := func(a Arrow) string { return fmt.Sprintf("%02d %02d %s / %s", a.From, a.To, a.Event, a.Output) }
	switch x, y := key(a), key(b); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// Missing lists the arrows of Figure 5 that were not found.
func (d *Diagram) Missing() (arrows []Arrow) {
	for _, a := range Figure5 {
		if d.counts[a] == 0 {
			arrows = append(arrows, a)
		}
	}
	return arrows
}
