package collect

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// A condition that a theorem asks about is known to the checker, as an invariant or as a witness.
func TestEveryConditionIsKnown(t *testing.T) {
	for _, inv := range properties.Invariants() {
		if _, ok := certify.Invariant(inv.Name); !ok {
			t.Errorf("invariant %s is not known to package certify", inv.Name)
		}
	}
	for _, name := range answers(t) {
		q, err := properties.Find(name)
		if err != nil || q.Live != nil {
			continue
		}
		for _, inv := range q.Always {
			if _, ok := certify.Invariant(inv.Name); !ok {
				t.Errorf("%s: invariant %s is not known to package certify", name, inv.Name)
			}
		}
		if _, ok := certify.WitnessNamed(q.Witness.Name); q.Witness.Asked() && !ok {
			t.Errorf("%s: witness %q is not known to package certify: witness.go wants a line for it", name, q.Witness.Name)
		}
	}
}

// answers are the names of the theorems and variants.
func answers(t *testing.T) (names []string) {
	for _, th := range properties.Theorems() {
		names = append(names, th.Name)
		for _, v := range th.Variants {
			names = append(names, th.Name+"/"+v.Name)
		}
	}
	if len(names) < 50 {
		t.Fatalf("found %d theorems and variants: the test reads nothing", len(names))
	}
	return names
}

// few is how many states a space has at most that the tests look at whole.
const few = 3000

// The conditions of the twin, which were written apart, say of each state of it what the conditions of the theorems say of
// the state of netfake under it; and the faults of both are the same.
func TestConditionsAgree(t *testing.T) {
	saw := map[string]map[bool]bool{} // the answers that were met, by condition
	for _, name := range answers(t) {
		q, err := properties.Find(name)
		if err != nil || q.Live != nil {
			continue
		}
		sys, err := netfake.New(q.Scenario)
		if err != nil {
			t.Fatal(err)
		}
		r, g := explore.RunGraph(context.Background(), sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff, MaxStates: few})
		if r.Verdict != explore.Verified {
			continue
		}
		c := newCollector(sys, g)
		if err := c.run(context.Background(), nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		asked := append(properties.Invariants(), q.Always...)
		if q.Witness.Asked() {
			asked = append(asked, q.Witness)
		}
		for _, cond := range asked {
			compare(t, name, c, cond, saw)
		}
	}
	for _, cond := range properties.Invariants() {
		if !strings.HasPrefix(cond.Name, "no-") && !(saw[cond.Name][true] && saw[cond.Name][false]) {
			t.Logf("%s was met with the answers %v only", cond.Name, saw[cond.Name])
		}
	}
}

func compare(t *testing.T, name string, c *collector, cond properties.Condition, saw map[string]map[bool]bool) {
	t.Helper()
	holds, ok := certify.Invariant(cond.Name)
	if !ok {
		holds, ok = certify.WitnessNamed(cond.Name)
	}
	if !ok {
		return // the test above says so
	}
	if saw[cond.Name] == nil {
		saw[cond.Name] = map[bool]bool{}
	}
	var s twin.State
	for i, node := range c.node {
		if err := c.world.Decode(&s, c.set.Code(i)); err != nil {
			t.Fatal(err)
		}
		under := c.graph.Node(int(node)).State
		want := cond.Holds(c.sys, under)
		if got := holds(c.world, &s); got != want {
			t.Fatalf("%s: %s: twin %v, netfake %v, in the state %s", name, cond.Name, got, want, c.world.Describe(&s))
		}
		if s.Faults != under.Faults() {
			t.Fatalf("%s: faults %b of the twin, %b of netfake, in the state %s", name, s.Faults, under.Faults(), c.world.Describe(&s))
		}
		saw[cond.Name][want] = true
	}
}

// What the search did not find is not collected, and what it found and nothing leads to is an error.
func TestWhatTheSearchFoundIsCollected(t *testing.T) {
	q, err := properties.Find("agreement")
	if err != nil {
		t.Fatal(err)
	}
	sys, err := netfake.New(q.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	opt := explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff}
	_, g := explore.RunGraph(context.Background(), sys, opt)
	c := newCollector(sys, g)
	if err := c.run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if c.set.Len() < g.Len() {
		t.Errorf("%d states of the twin over %d of netfake", c.set.Len(), g.Len())
	}
	q.Scenario.Peer[netfake.A].User.Active++
	more, err := netfake.New(q.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	_, g = explore.RunGraph(context.Background(), more, opt)
	if _, err := States(context.Background(), sys, g, nil); err == nil {
		t.Error("the states of another scenario were collected without an error")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := States(ctx, more, g, nil); err != context.Canceled {
		t.Errorf("found %v, expected that it was interrupted", err)
	}
}

var scenarios = flag.Uint64("collect.scenarios", 60, "how many random scenarios are searched whole and certified")

// What a search of a whole random scenario found is certified by the twin, and of each of its states the conditions of both
// say the same.
func TestRandomScenariosAreCertified(t *testing.T) {
	ctx := context.Background()
	saw := map[string]map[bool]bool{}
	certified := 0
	for number := range *scenarios {
		rng := rand.New(rand.NewPCG(7, number))
		sc := netfake.DrawSmall(func(_ string, low, high int) int { return low + rng.IntN(high-low+1) })
		f := scenario.File{Scenario: sc}
		name := fmt.Sprintf("scenario %d:\n%s", number, scenario.Format(f))
		sys, err := netfake.New(sc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		r, g := explore.RunGraph(ctx, sys, explore.Options[netfake.State, netfake.Action]{Cut: netfake.CutOff, MaxStates: few / 2})
		if r.Verdict != explore.Verified {
			continue
		}
		c := newCollector(sys, g)
		if err := c.run(ctx, nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, cond := range properties.Invariants() {
			compare(t, name, c, cond, saw)
		}
		if _, err := certify.Check(ctx, &certify.Certificate{Scenario: f, States: c.set}, certify.Options{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		certified++
	}
	t.Logf("%d of %d scenarios were small enough and certified", certified, *scenarios)
	if *scenarios >= 50 && certified < int(*scenarios)/4 {
		t.Error("the scenarios are too large: hardly any was certified")
	}
}
