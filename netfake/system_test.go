package netfake

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/exploretest"
	"github.com/tcpcheck/tcpcheck/model"
)

var _ explore.System[State, Action] = (*System)(nil)

// Actions and Step keep what explore.System promises: a fixed order, and the same answer to the same question.
func TestContract(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawSystem(t)
		var states []State
		walk(t, sys, func(s State, _ *Action) { states = append(states, s) })
		exploretest.Contract(t, sys, states)
	})
}

// Actions lists the clock first, then the network, then A and its timers, then B.
func TestActionsAreInOrder(t *testing.T) {
	rank := func(a Action) int {
		switch a.Kind {
		case Tick:
			return 0
		case Deliver, DeliverKeep, Lose:
			return 1
		case Inject:
			return 2
		}
		return 3 + int(a.Peer)
	}
	often(t, 10, func(t *rapid.T) {
		sys := drawSystem(t)
		walk(t, sys, func(s State, _ *Action) {
			as := sys.Actions(nil, s)
			if !slices.IsSortedFunc(as, func(a, b Action) int { return rank(a) - rank(b) }) {
				t.Fatalf("not in order: %v", as)
			}
			for i, a := range as {
				if slices.Contains(as[:i], a) {
					t.Fatalf("%v is listed twice: %v", a, as)
				}
			}
		})
	})
}

// busy is a state with much to do in it, and its system.
func busy(tb testing.TB) (*System, State) {
	sc := connected()
	sc.Net.MSL = 3
	sc.Attacker = []Packet{to(B, model.Segment{Seq: BaseA + 3, Flags: model.RST})}
	sc.Watch = 1<<NumFaults - 1
	p := newPlay(tb, sc)
	p.do(A, Send, Send)
	p.deliver(B, "<SEQ=101><ACK=301><DATA=1><CTL=PSH,ACK>")
	p.do(B, Close)
	return p.sys, p.s
}

// The search spends its time in Actions and Step: neither allocates.
func TestNoAllocation(t *testing.T) {
	sys, s := busy(t)
	dst := make([]Action, 0, 64)
	if n := testing.AllocsPerRun(100, func() { dst = sys.Actions(dst[:0], s) }); n != 0 {
		t.Errorf("Actions allocates %v times", n)
	}
	for _, a := range sys.Actions(nil, s) {
		if n := testing.AllocsPerRun(100, func() { sys.Step(s, a) }); n != 0 {
			t.Errorf("Step allocates %v times at %v", n, a)
		}
	}
}

func BenchmarkActions(b *testing.B) {
	sys, s := busy(b)
	dst := make([]Action, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		dst = sys.Actions(dst[:0], s)
	}
}

func BenchmarkStep(b *testing.B) {
	sys, s := busy(b)
	as := sys.Actions(nil, s)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		sys.Step(s, as[i%len(as)])
		i++
	}
}

// Apply tells the same as Step does, and what happened on the way.
func TestApplyTellsWhatHappened(t *testing.T) {
	p := newPlay(t, calling())
	p.do(B, OpenPassive)
	a, _ := p.find(OpenActive, A, "")
	w, h := p.sys.Unpack(p.s), Happening{}
	p.sys.Apply(&w, a, &h)
	if got := p.sys.pack(&w); got != p.sys.Step(p.s, a) {
		t.Error("Apply and Step lead to two states")
	}
	if h.Event.Kind != model.OpenActive || len(h.Sent) != 1 || h.Sent[0].String() != "A1→B <SEQ=100><CTL=SYN>" {
		t.Errorf("got %v, sent %v, want an active OPEN that sent the first SYN of A", h.Event.Kind, h.Sent)
	}
}

// TestAHappeningSaysWhoseStepItWas: and that it was none's where only the network or the host did something.
func TestAHappeningSaysWhoseStepItWas(t *testing.T) {
	sc := onBag()
	sc.Net.Losses, sc.Net.MSL = Unlimited, 3
	sc.Peer[A].User.Crashes, sc.Peer[A].QuietTime = 1, 2
	sc.Stale = []Packet{to(A, model.Segment{Seq: 301, Ack: 101, Flags: model.ACK, Wnd: 4})}
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	w := sys.Unpack(sys.Init()[0])
	for _, c := range []struct {
		claim string
		a     Action
		steps bool
		peer  int
		kind  model.EventKind
	}{
		{"a SEND is a step", Action{Kind: Send, Peer: A}, true, A, model.Send},
		{"a loss is none", Action{Kind: Lose, Peer: B, Index: 0}, false, 0, 0},
		{"a tick is none", Action{Kind: Tick}, false, 0, 0},
		{"an arrival is a step of the receiver", Action{Kind: Deliver, Peer: A, Index: 0}, true, A, model.SegmentArrives},
		{"a CLOSE is a step", Action{Kind: Close, Peer: B}, true, B, model.Close},
		{"a crash is none", Action{Kind: Crash, Peer: A}, false, 0, 0},
		{"an arrival in quiet time is none", Action{Kind: Deliver, Peer: A, Index: 0}, false, 0, 0},
	} {
		var h Happening
		before := w
		sys.Apply(&w, c.a, &h)
		if h.Stepped != c.steps || c.steps && (h.Peer != c.peer || h.Event.Kind != c.kind) {
			t.Errorf("%s: stepped %v, peer %d, %v", c.claim, h.Stepped, h.Peer, h.Event.Kind)
		}
		if after, out := model.Step(sc.Peer[h.Peer].TCP, h.Before, h.Event); c.steps && (h.Before != before.Peer[h.Peer].TCB || after != h.After || out != h.Output) {
			t.Errorf("%s: what is told is not what happened", c.claim)
		}
	}
}
