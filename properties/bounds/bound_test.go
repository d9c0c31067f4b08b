package bounds

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

func bound(t *testing.T, topic, name string) Bound {
	t.Helper()
	for _, q := range All(topic) {
		if q.Name == name {
			return q
		}
	}
	t.Fatalf("no question %s %s", topic, name)
	return Bound{}
}

// changed is the question with its scenarios changed.
func changed(q Bound, change func(*netfake.Scenario)) Bound {
	plain := q.Scenario
	q.Scenario = func(at []int, value int) netfake.Scenario {
		sc := plain(at, value)
		change(&sc)
		return sc
	}
	return q
}

func at(t *testing.T, q Bound, beyond int, point ...int) Point {
	t.Helper()
	p, err := q.At(context.Background(), point, beyond, properties.Settings{})
	if err != nil {
		t.Fatalf("%s %s at %v: %v", q.Topic, q.Name, point, err)
	}
	return p
}

// searchedLong are the bounds that take longest to search; they wait for TCPCHECK_LONG.
var searchedLong = []string{"a-to-b-second-opens", "resets-fin", "resets-793-segments-fin", "resets-793-segments-answer",
	"three-segments-roles", "three-segments-early"}

// The smallest safe values with MSL 2 (and what else is quick), each found by search: the value before is violated.
func TestLeastSafeValues(t *testing.T) {
	for _, c := range []struct {
		topic, name string
		at          []int
		want        string
	}{
		{"time-wait", "a-to-b", []int{2, 2}, "2"},
		{"time-wait", "b-to-a-c1", []int{2}, "3"},
		{"time-wait", "b-to-a-c1", []int{3}, "5"},
		{"time-wait", "b-to-a-loss", []int{2, 2}, "3"},
		{"time-wait", "b-to-a-loss", []int{2, 3}, "4"},
		{"time-wait", "b-to-a-loss", []int{2, 4}, "5"},
		{"time-wait", "b-to-a-loss-again", []int{2, 2}, "4"},
		{"time-wait", "b-to-a-unbounded", []int{2}, "none to 9"},
		{"time-wait", "a-to-b-second-opens", []int{2, 2}, "none to 11"},
		{"time-wait", "last-ack", []int{1, 3}, "3"},
		{"time-wait", "last-ack", []int{2, 2}, "3"},
		{"time-wait", "last-ack", []int{3, 3}, "4"},
		{"time-wait", "last-ack", []int{4, 4}, "5"},
		{"time-wait", "fresh-numbers", []int{2, 2}, "0"},
		{"time-wait", "fresh-numbers-roles", []int{2, 2}, "2"},
		{"time-wait", "fresh-numbers-roles", []int{2, 3}, "2"},
		{"time-wait", "fresh-numbers-roles", []int{3, 2}, "3"},
		{"time-wait", "acks-c1", []int{2}, "none to 9"},
		{"time-wait", "acks-second-c1", []int{2}, "3"},
		{"time-wait", "resets-fin", []int{2}, "4"},
		{"time-wait", "resets-793-fin", []int{2}, "4"},
		{"time-wait", "resets-793-segments-fin", []int{2}, "5"},
		{"time-wait", "resets-793-segments-answer", []int{2}, "3"},
		{"time-wait", "resets-793-literal", []int{2}, "5"},
		{"time-wait", "resets-793-answer", []int{2}, "3"},
		{"time-wait", "resets-793-never", []int{3}, "9"},
		{"time-wait", "resets-no-text-never", []int{2}, "3"},
		{"time-wait", "resets-either-fin", []int{2}, "none to 9"},
		{"time-wait", "resets-either-answer", []int{2}, "3"},
		{"quiet-time", "own-text", []int{2}, "2"},
		{"quiet-time", "peers-text", []int{2}, "none to 9"},
		{"retention", "two-segments", []int{2, 1}, "2"},
		{"retention", "two-segments", []int{2, 3}, "3"},
		{"retention", "two-segments", []int{2, 0}, "3"},
		{"quiet-time", "own-text-two-crashes", []int{2}, "none to 9"},
		{"retention", "three-segments", []int{2, 2}, "0"},
		{"retention", "three-segments-roles", []int{2, 2}, "3"},
		{"retention", "three-segments-early", []int{2, 2}, "3"},
		{"isn-rate", "text", []int{1}, "1"},
		{"isn-rate", "fin", []int{1}, "2"},
		{"isn-rate", "rst", []int{1}, "2"},
		{"isn-rate", "text-from-closed", []int{1}, "none to 3"},
		{"paws", "text", []int{2, 2}, "2"},
		{"paws", "text-from-closed", []int{2, 1}, "none to 3"},
		{"paws", "peers-text", []int{2, 1}, "none to 3"},
	} {
		if slices.Contains(searchedLong, c.name) && !golden.Long() {
			continue
		}
		q := bound(t, c.topic, c.name)
		p := at(t, q, 0, c.at...)
		if got := p.Said(); got != c.want {
			t.Errorf("%s %s, %s: %s, want %s", c.topic, c.name, q.Place(c.at), got, c.want)
		}
		if q.Surprised(&p) {
			t.Errorf("%s %s, %s: %s is not what Expected says: %s", c.topic, c.name, q.Place(c.at), p.Said(), q.Expected())
		}
		for i, tried := range p.Tried {
			if tried.Value != i || tried.Outcome.Verdict == explore.Violated != (p.Conclusion == properties.Fails || i < len(p.Tried)-1) {
				t.Errorf("%s: value %d is tried as number %d and %v", c.name, tried.Value, i, tried.Outcome.Verdict)
			}
		}
	}
}

// A bent machine, or another policy, has another bound.
func TestWhatMovesTheBound(t *testing.T) {
	mutant := func(m model.Mutant) func(*netfake.Scenario) {
		return func(sc *netfake.Scenario) { sc.Peer[a].TCP.Mutant, sc.Peer[b].TCP.Mutant = m, m }
	}
	fresh := func(sc *netfake.Scenario) {
		sc.Peer[a].Isn, sc.Peer[b].Isn = netfake.Isn{Policy: netfake.Fresh}, netfake.Isn{Policy: netfake.Fresh}
	}
	for _, c := range []struct {
		topic, name string
		at          []int
		what        string
		change      func(*netfake.Scenario)
		want        string
	}{
		{"time-wait", "b-to-a-loss", []int{2, 2}, "mutant no-time-wait", mutant(model.NoTimeWait), "none to 11"},
		{"time-wait", "last-ack", []int{2, 2}, "mutant no-time-wait", mutant(model.NoTimeWait), "none to 11"},
		{"time-wait", "b-to-a-c1", []int{2}, "the first ACK may be lost", func(sc *netfake.Scenario) { sc.Net.FirstAck = false }, "none to 9"},
		{"time-wait", "b-to-a-loss", []int{2, 2}, "a RST ends the wait, and A opens whatever the end", func(sc *netfake.Scenario) {
			sc.Peer[a].User.ReopenOnlyAfterNormalClose = false
			sc.Peer[a].TCP.RstInTimeWait, sc.Peer[b].TCP.RstInTimeWait = model.ObeyRst, model.ObeyRst
		}, "none to 11"},
		{"quiet-time", "own-text", []int{2}, "fresh numbers", fresh, "0"},
		{"retention", "two-segments", []int{2, 1}, "three segments", func(sc *netfake.Scenario) {
			sc.Peer[a].TCP.Handshake, sc.Peer[b].TCP.Handshake = model.ThreeSegments, model.ThreeSegments
		}, "0"},
		{"isn-rate", "text", []int{1}, "fresh numbers", fresh, "0"},
		{"paws", "text", []int{2, 1}, "no timestamps", func(sc *netfake.Scenario) {
			sc.Peer[a].TCP.Timestamps, sc.Peer[b].TCP.Timestamps = false, false
		}, "2"},
	} {
		q := changed(bound(t, c.topic, c.name), c.change)
		p := at(t, q, 0, c.at...)
		if got := p.Said(); got != c.want {
			t.Errorf("%s %s, %s, %s: %s, want %s", c.topic, c.name, q.Place(c.at), c.what, got, c.want)
		}
		if !q.Surprised(&p) && c.topic != "paws" {
			t.Errorf("%s %s, %s: %s is still what was expected", c.topic, c.name, c.what, p.Said())
		}
	}
}

// A point that a limit cut off is no bound, takes no part in a fit, and says how far it came.
func TestAPointThatWasNotExhausted(t *testing.T) {
	q := bound(t, "time-wait", "b-to-a-loss")
	p, err := q.At(context.Background(), []int{2, 2}, 1, properties.Settings{MaxStates: 8000})
	if err != nil {
		t.Fatal(err)
	}
	if p.Conclusion != properties.Open || p.Said() != "> 2, not exhausted" || p.Why() != "max states" {
		t.Errorf("found %v: %s (%s), want a point cut off above 2", p.Conclusion, p.Said(), p.Why())
	}
	if f := fitPoints(q.Axes, []Point{p}); f.Points != 0 || f.Formula != nil {
		t.Errorf("the fit has %d points and the formula %v, want none", f.Points, f.Formula)
	}
}

// A search that never comes to its witness proves nothing, though nothing was violated.
func TestAVacuousPointIsNotSafe(t *testing.T) {
	q := changed(bound(t, "time-wait", "b-to-a-c1"), func(sc *netfake.Scenario) { sc.Peer[a].User.Active = 0 })
	if p := at(t, q, 0, 2); p.Conclusion != properties.Open || !strings.Contains(p.Why(), "vacuous") {
		t.Errorf("found %s (%s), want a vacuous point", p.Said(), p.Why())
	}
}

// That more is safer is seen, not presumed.
func TestALargerValueMayBeUnsafeAgain(t *testing.T) {
	q := bound(t, "time-wait", "last-ack")
	plain := q.Scenario
	q.Scenario = func(at []int, value int) netfake.Scenario {
		if value == 5 {
			value = 0
		}
		return plain(at, value)
	}
	p := at(t, q, 2, 2, 2)
	if p.Said() != "3" || p.UnsafeAgain() == nil || p.UnsafeAgain().Value != 5 || !q.Surprised(&p) {
		t.Errorf("found %s and then %v, want 3, unsafe again at 5", p.Said(), p.UnsafeAgain())
	}
}

// found makes points by hand: the last number of each is its smallest safe value.
func found(rows ...[]int) (points []Point) {
	for _, r := range rows {
		n := len(r) - 1
		points = append(points, Point{At: r[:n], Conclusion: properties.Holds, Tried: []Attempt{{Value: r[n]}}})
	}
	return points
}

func TestFits(t *testing.T) {
	mslR := []Parameter{byMSL, byR}
	for _, c := range []struct {
		what   string
		axes   []Parameter
		points []Point
		want   string
	}{
		{"three points fix a plane", mslR, found([]int{2, 2, 3}, []int{2, 3, 4}, []int{3, 2, 4}), "MSL + R - 1, 3 points, rank 3, true"},
		{"a fourth confirms it", mslR, found([]int{2, 2, 3}, []int{2, 3, 4}, []int{3, 2, 4}, []int{4, 4, 7}), "MSL + R - 1, 4 points, rank 3, true"},
		{"a fourth refutes it", mslR, found([]int{2, 2, 3}, []int{2, 3, 4}, []int{3, 2, 4}, []int{4, 5, 7}), "none"},
		{"with one MSL only R is fixed", mslR, found([]int{2, 2, 3}, []int{2, 3, 4}, []int{2, 4, 5}), "?*MSL + R + ?, 3 points, rank 2, false"},
		{"one point fixes nothing", mslR, found([]int{2, 2, 0}), "?*MSL + ?*R + ?, 1 points, rank 1, false"},
		{"a fraction", []Parameter{byMSL}, found([]int{2, 1}, []int{4, 2}, []int{6, 3}), "1/2*MSL, 3 points, rank 2, true"},
		{"what never ends is no number", mslR, found([]int{2, 2, 3}, []int{2, 3, 4}, []int{3, 2, 4}, []int{2, 0, 99}), "MSL + R - 1, 3 points, rank 3, true"},
		{"zero", []Parameter{byMSL}, found([]int{2, 0}, []int{3, 0}), "0, 2 points, rank 2, true"},
	} {
		f := fitPoints(c.axes, c.points)
		got := "none"
		if f.Formula != nil {
			got = fmt.Sprintf("%s, %d points, rank %d, %v", f.Formula.Text(c.axes), f.Points, f.Rank, f.Determined())
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// A bound that is the least of two chains has its bend where the parameters are equal.
func TestFitsOnEachSideOfABend(t *testing.T) {
	axes := []Parameter{byMSL, byGrain}
	fits := Fits(axes, found([]int{2, 1, 1}, []int{2, 2, 2}, []int{3, 1, 1}, []int{3, 3, 3}, []int{2, 3, 2}, []int{3, 4, 3}, []int{3, 5, 3}))
	var got []string
	for _, f := range fits {
		if f.Formula == nil {
			got = append(got, "none")
			continue
		}
		got = append(got, f.Where+": "+f.Formula.Text(axes))
	}
	if want := []string{"none", "G <= MSL: G", "G >= MSL: MSL"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestContinuousReading(t *testing.T) {
	mslR := []Parameter{byMSL, byR}
	for _, c := range []struct {
		f    *Formula
		want string
	}{
		{Linear(1, 1, -1), "MSL + R, a chain of 2 intervals"},
		{Linear(4, 0, -3), "4*MSL, a chain of 4 intervals"},
		{Linear(1, 0, 0), "MSL, a chain of 1 interval"},
		{Linear(2, 0, 0), "2*MSL"}, // no chain has this constant
		{Linear(0, 0, 0), "0"},
	} {
		if got := c.f.Continuous(mslR); got != c.want {
			t.Errorf("%s in continuous time: %q, want %q", c.f.Text(mslR), got, c.want)
		}
	}
}

// Every question can be asked at each of its points, counts something, and says where it comes from.
func TestQuestionsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, q := range All("") {
		if seen[q.Topic+q.Name] || q.Asks == "" || q.Faults == 0 || len(q.Sources) == 0 || len(properties.Never(q.Faults)) == 0 || !q.Witness.Asked() {
			t.Errorf("%s %s is not whole, or there twice", q.Topic, q.Name)
		}
		seen[q.Topic+q.Name] = true
		for _, at := range append(slices.Clone(q.Small), q.Large...) {
			for _, v := range []int{0, 1, q.Most(at)} {
				if _, err := netfake.New(q.Scenario(at, v)); err != nil {
					t.Errorf("%s %s, %s, %s = %d: %v", q.Topic, q.Name, q.Place(at), q.Symbol, v, err)
				}
			}
		}
	}
	for _, topic := range Topics {
		if len(All(topic.Name)) == 0 {
			t.Errorf("no question of %s", topic.Name)
		}
	}
}
