package properties

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// conditions are all questions that theorems ask.
func conditions(th Theorem) []Condition {
	cs := append(Invariants(), bothEstablished, oldMeetsNew, reopened, bothDone, lastAck)
	cs = append(cs, th.Always...)
	if th.Witness.Asked() {
		cs = append(cs, th.Witness)
	}
	return cs
}

// What a condition claims to be blind to it does not see: along random runs of reduced scenarios of the theorems
// it has the same answer in the state that stands for others and in one of those.
func checkBlindness(t *rapid.T) {
	all := Theorems()
	th := all[rapid.IntRange(0, len(all)-1).Draw(t, "theorem")]
	if th.Scenario == nil {
		return
	}
	sys, err := netfake.New(th.Scenario())
	if err != nil {
		t.Fatal(err)
	}
	reduced := sys.Reduced(netfake.Reductions(rapid.IntRange(1, int(netfake.AllReductions)).Draw(t, "reductions")))
	s := reduced.Init()[0]
	run := Run{{State: s}}
	for range rapid.IntRange(10, 40).Draw(t, "steps") {
		as := reduced.Actions(nil, s)
		if len(as) == 0 {
			break
		}
		a := pick(t, as)
		if next := reduced.Step(s, a); next != s {
			s = next
			run = append(run, explore.Hop[netfake.State, netfake.Action]{Action: a, State: s})
		}
	}
	unfolded, err := Unfold(reduced, sys, run)
	if err != nil {
		t.Fatal(err)
	}
	for i := range run {
		for _, c := range conditions(th) {
			if reduced.Reductions()&^c.Blind() != 0 {
				continue
			}
			if got, want := c.Holds(sys, run[i].State), c.Holds(sys, unfolded[i].State); got != want {
				t.Fatalf("%s, reduced by %v, step %d: %s is %v for the representative, %v for what it stands for",
					th.Name, reduced.Reductions(), i, c.Name, got, want)
			}
		}
	}
}

func TestConditionsAreBlind(t *testing.T) { rapid.Check(t, checkBlindness) }

// What reads the name of an endpoint is not blind to a mirror, and what reads the wire to nothing.
func TestWhatReadsANameOrTheWireIsNotBlind(t *testing.T) {
	if lastAck.Blind()&netfake.Mirror != 0 || repairable.Blind() != 0 || oldMeetsNew.Blind() != 0 {
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
	o, err := Search(t.Context(), sc, nevers(netfake.GhostConnection), Condition{}, Settings{})
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
