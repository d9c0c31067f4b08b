package properties

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// conditions are all questions that theorems and their variants ask, and all invariants.
func conditions() (cs []Condition) {
	cs = Invariants()
	seen := map[string]bool{"": true}
	add := func(list ...Condition) {
		for _, c := range list {
			if !seen[c.Name] && c.Asked() {
				seen[c.Name] = true
				cs = append(cs, c)
			}
		}
	}
	for _, th := range Theorems() {
		add(th.Always...)
		add(th.Witness)
		questions := []Question{th.Asks()}
		for _, v := range th.Variants {
			questions = append(questions, th.Varied(v))
		}
		for _, q := range questions {
			if q.Live != nil {
				add(q.Live.From, q.Live.To)
			}
		}
	}
	return cs
}

// What a condition is blind to it does not see: in the states of random runs, of theorems and of random scenarios, it
// has the same answer as in the state that stands for each.
func checkBlindness(t *rapid.T) {
	sc := netfake.DrawSmall(func(what string, low, high int) int { return rapid.IntRange(low, high).Draw(t, what) })
	if all := Theorems(); rapid.Bool().Draw(t, "of a theorem") {
		if th := all[rapid.IntRange(0, len(all)-1).Draw(t, "theorem")]; th.Scenario != nil {
			sc = th.Scenario()
		}
	}
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	reduced := sys.Reduced(netfake.Reductions(rapid.IntRange(1, int(netfake.AllReductions)).Draw(t, "reductions")))
	cs := conditions()
	s := sys.Init()[0]
	for range rapid.IntRange(10, 40).Draw(t, "steps") {
		if netfake.CutOff(s) != "" {
			return
		}
		other := reduced.Representative(s)
		for _, c := range cs {
			if reduced.Reductions()&^c.PreservedBy() != 0 {
				continue
			}
			if got, want := c.Holds(sys, other), c.Holds(sys, s); got != want {
				t.Fatalf("reduced by %v: %s is %v for the representative, %v for what it stands for", reduced.Reductions(), c.Name, got, want)
			}
		}
		as := sys.Actions(nil, s)
		if len(as) == 0 {
			return
		}
		s = sys.Step(s, pick(t, as))
	}
}

func TestConditionsAreBlind(t *testing.T) { rapid.Check(t, checkBlindness) }

// What reads the name of an endpoint is not blind to a mirror, and what reads the wire to nothing.
func TestWhatReadsANameOrTheWireIsNotBlind(t *testing.T) {
	if lastAck.PreservedBy()&netfake.Symmetry != 0 || repairable.PreservedBy() != 0 || oldMeetsNew.PreservedBy() != 0 {
		t.Error("a condition claims not to see what it reads")
	}
}

// Where dead segments fill the wire, what the reduced search finds is no run of the system itself; then that is
// searched, and its own run shown.
func TestARunThatCannotBeUnfolded(t *testing.T) {
	sc := opening(model.TwoSegments, 0)
	for i := range model.Seq(netfake.MaxWire - len(sc.Stale)) {
		sc.Stale = append(sc.Stale, netfake.Packet{Dst: a, Seg: model.Segment{Seq: 290, Ack: 50 + i, Flags: model.ACK, Wnd: 4}})
	}
	o, err := search(t.Context(), sc, nevers(netfake.GhostConnection), Condition{}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if o.Verdict != explore.Violated || o.Reduced != netfake.NoReductions {
		t.Errorf("got %v, reduced by %v", o.Verdict, o.Reduced)
	}
	isRun(t, o)
}

// pick draws an action from the enabled ones. What ends a connection or loses a segment is drawn
// less often, or no run would get far.
func pick(t *rapid.T, as []netfake.Action) netfake.Action {
	var mild []netfake.Action
	for _, a := range as {
		switch a.Kind {
		case netfake.Abort, netfake.Crash, netfake.GiveUp, netfake.Lose, netfake.Close:
		default:
			mild = append(mild, a)
		}
	}
	if len(mild) > 0 && rapid.IntRange(0, 7).Draw(t, "mild") > 0 {
		as = mild
	}
	return as[rapid.IntRange(0, len(as)-1).Draw(t, "action")]
}
