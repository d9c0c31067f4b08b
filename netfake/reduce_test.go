package netfake

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

// transitions is what a System and what is Reduced of it have in common.
type transitions interface {
	Init() []State
	Actions([]Action, State) []Action
	Step(State, Action) State
}

// successors are the states that s leads to, cut ones left out, with the number of those.
func successors(sys transitions, s State) (next map[State]bool, cuts int) {
	next = map[State]bool{}
	for _, a := range sys.Actions(nil, s) {
		if t := sys.Step(s, a); t.cut == NotCut {
			next[t] = true
		} else {
			cuts++
		}
	}
	return next, cuts
}

// checkBisimulation compares what a state leads to with what its representative leads to. A step back to the
// representative counts for nothing: to deliver a segment that does nothing is no progress.
func checkBisimulation(t interface {
	Fatal(...any)
	Fatalf(string, ...any)
}, raw *System, reduced *Reduced, s State) {
	c := reduced.Representative(s)
	if reduced.Representative(c) != c {
		t.Fatalf("a representative is represented by another:\n%+v\n%+v", c, reduced.Representative(c))
	}
	if c.faults != s.faults || !reduced.mirrors && c.peer != s.peer {
		t.Fatal("a representative has other endpoints or other faults")
	}
	of, cuts := successors(raw, s)
	rep, repCuts := successors(reduced, c)
	if cuts > 0 || repCuts > 0 {
		return // the encoding ended the run: what would have come is not known
	}
	want := map[State]bool{}
	for n := range of {
		want[reduced.Representative(n)] = true
	}
	delete(want, c)
	delete(rep, c)
	for n := range want {
		if !rep[n] {
			t.Fatalf("%v: the state leads to what its representative does not lead to", reduced.Reductions())
		}
	}
	for n := range rep {
		if !want[n] {
			t.Fatalf("%v: the representative leads to what the state does not lead to", reduced.Reductions())
		}
	}
}

// drawReducible draws a scenario small enough to be reduced, mostly without clocks that are read, and often with two
// equal sides.
func drawReducible(t *rapid.T) Scenario {
	if rapid.Bool().Draw(t, "small") {
		return DrawSmall(chooser(t))
	}
	sc := drawScenario(t)
	for i := range sc.Peer {
		h := &sc.Peer[i]
		h.TCP.Timestamps = false
		if h.Isn.Policy == Clock {
			h.Isn.Policy = Fresh
		}
		u := &h.User
		u.Active, u.Passive, u.Octets, u.Accepts = min(u.Active, 1), min(u.Passive, 1), min(u.Octets, 2), min(u.Accepts, 1)
	}
	sc.Stale, sc.Attacker = sc.Stale[:min(len(sc.Stale), 2)], sc.Attacker[:min(len(sc.Attacker), 1)]
	sc.Leftover = sc.Leftover[:min(len(sc.Leftover), 1)]
	if rapid.Bool().Draw(t, "symmetric") {
		makeSymmetric(&sc)
	}
	return sc
}

// Every set of reductions is a bisimulation: in random runs of random scenarios a state and its representative
// lead to the same representatives.
func TestReductionsAreBisimulations(t *testing.T) {
	inForce := make([]int, len(ReductionNames))
	until(t, 1, func() bool { return !slices.Contains(inForce, 0) }, func(t *rapid.T) {
		raw, err := New(drawReducible(t))
		if err != nil {
			t.Fatal(err)
		}
		reduced := raw.Reduced(Reductions(integer(t, "reductions", 1, int(AllReductions))))
		r := reduced.Reductions()
		for i := range inForce {
			inForce[i] += int(r >> i & 1)
		}
		if r == NoReductions {
			return
		}
		walk(t, raw, func(s State, _ *Action) {
			if s.cut == NotCut {
				checkBisimulation(t, raw, reduced, s)
			}
		})
	})
	for i, n := range inForce {
		if n == 0 {
			t.Errorf("no scenario was reduced by %v", ReductionNames[i])
		}
	}
}

// wholeSpaces are small scenarios whose every state is looked at.
var wholeSpaces = map[string]func(sc *Scenario){
	"both open and listen": func(sc *Scenario) {
		sc.Peer[A].User = User{Active: 1, Passive: 1, Accepts: 2}
		sc.Peer[B].User = sc.Peer[A].User
	},
	"both talk, on a bag": func(sc *Scenario) {
		sc.Start, sc.Net = StartEstablished, Network{Bag: true, Losses: 1, NoPrematureRetransmission: true}
		sc.Peer[A].User = User{Octets: 1, Close: true}
		sc.Peer[B].User = sc.Peer[A].User
	},
	"a close that is repeated, with a clock": func(sc *Scenario) {
		sc.Start, sc.Net.MSL = StartEstablished, 2
		sc.Peer[A].User = User{Close: true}
		sc.Peer[B].User = User{Close: true, ClosesSecond: true}
		sc.Peer[A].TimeWait, sc.Peer[B].GiveUp = 2, 2
		sc.Watch = LastAckReset
	},
	"an ABORT and a new call, with a clock": func(sc *Scenario) {
		sc.Start, sc.Net.MSL = StartEstablished, 2
		sc.Peer[A].User = User{Active: 1, Abort: true}
		sc.Peer[B].User = User{Passive: 1}
		sc.Peer[A].GiveUp = 1
		sc.Watch = ForeignReset
	},
	"timers that are on time, and a listener": func(sc *Scenario) {
		sc.Start, sc.Net.MSL = StartEstablished, 1
		sc.Both(func(h *Host) { h.RTO, h.TimersWithin, h.TimeWait = 1, 1, 1 })
		sc.Peer[A].User, sc.Peer[B].User = User{Octets: 1, Close: true}, User{Listens: true, Close: true, ActiveIncarnations: 1}
	},
	"an attack": func(sc *Scenario) {
		sc.Start = StartEstablished
		sc.Peer[A].User = User{Octets: 1, Abort: true}
		sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA + 3, Flags: model.RST}), to(B, model.Segment{Seq: BaseA + 1, Ack: BaseB + 1, Flags: model.FIN | model.ACK, Wnd: 4})}
		sc.Watch = ForeignReset | ForeignFin
	},
	"old segments and crashes": func(sc *Scenario) {
		sc.Peer[A].User, sc.Peer[B].User = User{Active: 2, Crashes: 1}, User{Passive: 1, Accepts: 2}
		sc.Stale = []Packet{to(B, model.Segment{Seq: BaseA - 10, Flags: model.SYN, Wnd: 4})}
		sc.Peer[A].Isn, sc.Peer[B].Isn = Isn{Policy: Fresh}, Isn{Policy: Arbitrary, Choices: []uint8{0, 20}}
		sc.Watch = GhostConnection
	},
}

// In every state of a whole space, too.
func TestReductionsAreBisimulationsOfWholeSpaces(t *testing.T) {
	for name, change := range wholeSpaces {
		t.Run(name, func(t *testing.T) {
			sc := pair()
			change(&sc)
			raw, err := New(sc)
			if err != nil {
				t.Fatal(err)
			}
			reduced := raw.Reduced(AllReductions)
			all := reachable(raw)
			few := reachable(reduced)
			for _, s := range all {
				checkBisimulation(t, raw, reduced, s)
			}
			t.Logf("%d states, reduced by %v to %d", len(all), reduced.Reductions(), len(few))
			if len(few) >= len(all) {
				t.Error("no smaller")
			}
		})
	}
}

// reachable lists every state of a system.
func reachable(sys transitions) []State {
	seen := map[State]bool{}
	all := sys.Init()
	for i := 0; i < len(all); i++ {
		next, _ := successors(sys, all[i])
		for t := range next {
			if !seen[t] {
				seen[t] = true
				all = append(all, t)
			}
		}
	}
	return all
}

// A run of a reduced system unfolds into one of the system itself, state for state.
func TestUnfold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sc := pair()
		wholeSpaces[rapid.SampledFrom(slices.Sorted(maps.Keys(wholeSpaces))).Draw(t, "scenario")](&sc)
		raw, err := New(sc)
		if err != nil {
			t.Fatal(err)
		}
		reduced := raw.Reduced(Reductions(integer(t, "reductions", 0, int(AllReductions))))
		var run []State
		walk(t, reduced, func(s State, _ *Action) {
			if len(run) == 0 || s != run[len(run)-1] {
				run = append(run, s)
			}
		})
		actions, err := reduced.Unfold(run)
		if err != nil {
			t.Fatal(err)
		}
		s := raw.Init()[0]
		for i, a := range actions {
			if !slices.Contains(raw.Actions(nil, s), a) {
				t.Fatalf("step %d: %v is not enabled", i+1, a)
			}
			if s = raw.Step(s, a); reduced.Representative(s) != run[i+1] {
				t.Fatalf("step %d: the run stands for another", i+1)
			}
		}
		if _, err := reduced.Unfold(run[1:]); len(run) > 1 && err == nil {
			t.Fatal("what does not begin in the initial state was unfolded")
		}
	})
}

// A step of a reduced system allocates nothing once its pairs of endpoint states are known.
func TestReducedStepsAllocateNothing(t *testing.T) {
	sc := pair()
	wholeSpaces["both open and listen"](&sc)
	raw, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	sys := raw.Reduced(AllReductions)
	all := reachable(sys)
	actions := make([]Action, 0, 64)
	if n := testing.AllocsPerRun(3, func() {
		for _, s := range all {
			for _, a := range sys.Actions(actions[:0], s) {
				sys.Step(s, a)
			}
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What a scenario does not allow is left out, however it was asked for.
func TestReductionsAreLeftOut(t *testing.T) {
	for _, c := range []struct {
		claim  string
		change func(*Scenario)
		want   Reductions
	}{
		{"two equal hosts take all", func(*Scenario) {}, AllReductions},
		{"a bag loses what it delivers, so that a dead segment counts", func(sc *Scenario) { sc.Net.Bag = true }, EquivalentMessages | Symmetry},
		{"a clock that is read joins the two endpoints", func(sc *Scenario) { sc.Peer[B].TCP.Timestamps = true }, NoReductions},
		{"two hosts that differ are not mirror images", func(sc *Scenario) { sc.Peer[B].User.Octets = 1 }, DeadMessages | EquivalentMessages},
		{"numbers close to 0 could meet the SEQ of a RST that bears none", func(sc *Scenario) { sc.Peer[B].Base = 3 }, DeadMessages | EquivalentMessages},
		{"an old segment on one side only", func(sc *Scenario) {
			sc.Stale = []Packet{to(B, model.Segment{Seq: BaseA - 1, Flags: model.SYN})}
		}, DeadMessages | EquivalentMessages},
		{"an attacker on one side only", func(sc *Scenario) {
			sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA - 1, Flags: model.SYN})}
		}, DeadMessages | EquivalentMessages},
		{"who opened matters to four segments", func(sc *Scenario) {
			sc.Peer[A].TCP.Handshake, sc.Peer[B].TCP.Handshake = model.FourSegments, model.FourSegments
		}, DeadMessages | EquivalentMessages},
	} {
		sc := pair()
		sc.Peer[A].User.Active, sc.Peer[B].User.Active = 1, 1
		c.change(&sc)
		raw, err := New(sc)
		if err != nil {
			t.Fatal(err)
		}
		if got := raw.Reduced(AllReductions).Reductions(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.claim, got, c.want)
		}
	}
}

// The two ends may change places only if the attacker does to both what he does to one.
func TestAnAttackerOfOneSideBreaksTheMirror(t *testing.T) {
	for both, want := range map[bool]Reductions{false: NoReductions, true: Symmetry} {
		sc := pair()
		for i := range sc.Peer {
			sc.Peer[i].User.Active = 1
		}
		sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA, Flags: model.RST})}
		if other := to(A, model.Segment{Seq: BaseB, Flags: model.RST}); both {
			sc.Attacker = append(sc.Attacker, other)
		} else {
			sc.Attacker = append(sc.Attacker, to(B, model.Segment{Seq: BaseA + 1, Flags: model.RST}))
		}
		sys, err := New(sc)
		if err != nil {
			t.Fatal(err)
		}
		if got := sys.Reduced(Symmetry).Reductions(); got != want {
			t.Errorf("an attacker of both %v: reduced by %v, want %v", both, got, want)
		}
	}
}
