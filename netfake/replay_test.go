package netfake

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A run that is replayed goes through the states that Step gives, and each transition begins where the one before ended.
func TestReplayIsStep(t *testing.T) {
	steps := 0
	rapid.Check(t, func(t *rapid.T) {
		sys := drawSystem(t)
		var run []Action
		var states []State
		walk(t, sys, func(s State, a *Action) {
			states = append(states, s)
			if a != nil {
				run = append(run, *a)
			}
		})
		list, err := sys.Replay(Run{Actions: run})
		if err != nil || len(list) != len(run) {
			t.Fatalf("%d transitions of %d actions: %v", len(list), len(run), err)
		}
		for i, tr := range list {
			possible := 0
			for one := range sys.Transitions(states[i]) {
				if one.Action == run[i] && one.From == tr.From && one.To == tr.To && one.State == tr.State && slices.Equal(one.Sent, tr.Sent) {
					possible++
				}
			}
			if possible != 1 {
				t.Fatalf("step %d is %d of the steps that can be taken there", i+1, possible)
			}
			if tr.State != states[i+1] || tr.From != sys.Unpack(states[i]) || tr.To != sys.Unpack(states[i+1]) || tr.N != i+1 || tr.Action != run[i] {
				t.Fatalf("step %d is not the one that was taken", i+1)
			}
			if tr.State.Fingerprint() == states[i].Fingerprint() && tr.State != states[i] {
				t.Fatalf("step %d: two states have one fingerprint", i+1)
			}
		}
		steps += len(list)
	})
	if steps == 0 {
		t.Error("no walk has a step")
	}
}

func TestReplayNamesTheStepThatCannotHappen(t *testing.T) {
	sys, err := New(pair())
	if err != nil {
		t.Fatal(err)
	}
	_, err = sys.Replay(Run{Actions: []Action{{Kind: EndTimeWait}}})
	if want := "step 1: TIME-WAIT timeout at A /0 is not possible there"; err == nil || err.Error() != want {
		t.Errorf("found %v, expected %s", err, want)
	}
}

func TestALoopLeadsBack(t *testing.T) {
	sc := calling()
	sc.Net.MSL = 1
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	run := Run{Actions: []Action{{Kind: Tick}, {Kind: OpenPassive, Peer: B}, {Kind: Tick}}}
	for loop, want := range map[int]string{0: "", 1: "", 2: "the last 2 of 3 steps do not lead back to the state", 4: "a loop of 4 steps in a run of 3", -1: "a loop of -1 steps"} {
		run.Loop = loop
		if _, err := sys.Replay(run); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("a loop of %d: found %v, expected %q", loop, err, want)
		}
	}
}

func TestEveryFaultHasAMeaningOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for i := range NumFaults {
		m := Fault(1 << i).Meaning()
		if m == "" || seen[m] {
			t.Errorf("%v means %q", Fault(1<<i), m)
		}
		seen[m] = true
	}
}

func TestFaultsAreReadAsTheyAreWritten(t *testing.T) {
	for i, name := range FaultNames {
		f, err := ParseFault(name)
		if err != nil || f != 1<<i || f.String() != name {
			t.Errorf("%s is read as %v, %v", name, f, err)
		}
	}
	if both := (ForeignData | TimeWaitReset).String(); both != "foreign-data, time-wait-reset" {
		t.Errorf("two faults are written as %q", both)
	}
	if _, err := ParseFault("no-fault"); err == nil {
		t.Error("an unknown fault is read")
	}
}
