package netfake

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
)

func integer(t *rapid.T, label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(t, label)
}

// seldom is true once in n times.
func seldom(t *rapid.T, label string, n int) bool { return integer(t, label, 1, n) == n }

// chooser draws from rapid.
func chooser(t *rapid.T) Choose {
	return func(what string, low, high int) int { return integer(t, what, low, high) }
}

func drawScenario(t *rapid.T) Scenario { return drawAny(chooser(t)) }

// drawAction draws from the enabled actions; those that end or lose things less often.
func drawAction(t *rapid.T, as []Action) Action {
	mild := slices.Clone(as)
	mild = slices.DeleteFunc(mild, func(a Action) bool {
		switch a.Kind {
		case Abort, Crash, GiveUp, Lose, Close, Tick, Inject:
			return true
		}
		return false
	})
	if len(mild) > 0 && !seldom(t, "harsh", 4) {
		as = mild
	}
	return as[integer(t, "action", 0, len(as)-1)]
}

// walk shows each state of a random run, and the action that led to it; the first has none.
func walk(t *rapid.T, sys transitions, show func(s State, a *Action)) {
	s := sys.Init()[0]
	show(s, nil)
	for range integer(t, "steps", 1, 120) {
		as := sys.Actions(nil, s)
		if len(as) == 0 {
			return
		}
		a := drawAction(t, as)
		s = sys.Step(s, a)
		show(s, &a)
	}
}

// often checks a property in n hundred runs, without TCPCHECK_LONG in half as many: most random runs
// get nowhere.
func often(t *testing.T, n int, check func(*rapid.T)) {
	if !golden.Long() {
		n = (n + 1) / 2
	}
	for range n {
		rapid.Check(t, check)
	}
}

// until checks a property in n hundred runs, and then in more until done: what a few draws leave out by chance is
// drawn for again, up to a hundred times as often.
func until(t *testing.T, n int, done func() bool, check func(*rapid.T)) {
	for round := 0; round < n || round < 100*n && !done(); round++ {
		rapid.Check(t, check)
	}
}

func drawSystem(t *rapid.T) *System {
	sys, err := New(drawScenario(t))
	if err != nil {
		t.Fatal(err)
	}
	return sys
}

// The walks of the tests get somewhere: every kind of action and every state of an endpoint occurs in them.
func TestWalksReachEverything(t *testing.T) {
	var kinds [EndTimeWait + 1]int
	var states [model.NumStates]int
	all := func() bool { return !slices.Contains(kinds[:], 0) && !slices.Contains(states[:], 0) }
	until(t, 10, all, func(t *rapid.T) {
		sys := drawSystem(t)
		walk(t, sys, func(s State, a *Action) {
			if a != nil {
				kinds[a.Kind]++
			}
			w := sys.Unpack(s)
			for i := range w.Peer {
				states[w.Peer[i].State()]++
			}
		})
	})
	for k, n := range kinds {
		if n == 0 {
			t.Errorf("no walk has the action %v", ActionKind(k))
		}
	}
	for s, n := range states {
		if n == 0 {
			t.Errorf("no walk reaches %v", model.State(s))
		}
	}
}

// drawAny returns a random scenario, out of all that New accepts. Most of its policies are those of the base model,
// because otherwise no run would get far.
func drawAny(pick Choose) Scenario {
	var sc Scenario
	for i := range sc.Peer {
		sc.Peer[i] = pick.host()
	}
	sc.Net = pick.network()
	sc.Start = Start(pick("start", 0, 1))
	for range pick("stale", 0, 3) {
		sc.Stale = append(sc.Stale, pick.packet(&sc))
	}
	for range pick("leftover", 0, 2) {
		sc.Leftover = append(sc.Leftover, pick.packet(&sc))
	}
	for range pick("attacker", 0, 2) {
		sc.Attacker = append(sc.Attacker, pick.packet(&sc))
	}
	sc.Watch = Fault(pick("watch", 0, 1<<NumFaults-1))
	return sc
}

func (pick Choose) user() User {
	return User{
		Active: pick("active", 0, 2), Passive: pick("passive", 0, 2), Accepts: pick("accepts", 0, 2),
		Octets: pick("octets", 0, 3), Close: pick.bool("close"), CloseBeforeEstablished: pick.seldom("early", 4),
		Abort: pick.seldom("abort", 4), ClosesSecond: pick.seldom("second", 4), ActiveIncarnations: pick("talks", 0, 2),
		ReopenOnlyAfterNormalClose: pick.seldom("polite", 4), Crashes: pick("crashes", 0, 1), UserTimeout: pick.seldom("gives", 4),
		Listens: pick.seldom("listens", 4),
	}
}

func (pick Choose) host() Host {
	h := Host{Protocol{TCP: pick.config(6)}, pick.user()}
	h.Base = pick.base()
	h.Isn.Policy, h.Isn.Rate = IsnPolicy(pick("isn", 0, 3)), pick("rate", 1, 3)
	h.TimestampOffset = max(0, pick("stamp", -9, 9))
	h.TimeWait, h.Reuse = pick("time-wait", 0, 4), Reuse{pick.bool("takes TIME-WAIT over"), pick("after", 0, 4)}
	h.GiveUp, h.QuietTime, h.FinWait2 = pick("give-up", 0, 4), pick("quiet", 0, 3), pick("fin-wait-2", 0, 2)
	h.ReopenDelay, h.TimestampGranularity = max(0, pick("rest", -2, 2)), pick("grain", 0, 2)
	h.RTO, h.TimersWithin = max(0, pick("rto", -2, 3)), max(0, pick("timely", -2, 2))
	for range pick("choices", 1, 3) {
		h.Isn.Choices = append(h.Isn.Choices, uint8(pick("choice", 0, 30)))
	}
	return h
}

// packet is a segment of the past, or of an attacker, with numbers close to the bases.
func (pick Choose) packet(sc *Scenario) Packet {
	dst := pick("dst", A, B)
	s := model.Segment{Flags: drawnFlags[pick("flags", 0, len(drawnFlags)-1)], Wnd: uint16(pick("wnd", 0, 4))}
	s.Seq = sc.Peer[1-dst].Base + model.Seq(pick("seq", -8, 8))
	s.Ack = sc.Peer[dst].Base + model.Seq(pick("ack", -8, 8))
	s.Len = uint16(pick("len", 0, 2))
	if pick.seldom("has a timestamp", 3) {
		s.Opts, s.TSVal, s.TSEcr = model.OptTimestamps, uint32(pick("tsval", 0, 9)), uint32(pick("tsecr", 0, 9))
	}
	return tidy(sc, Packet{Dst: dst, Seg: s})
}

func (pick Choose) network() Network {
	n := Network{MSL: pick("msl", 0, 4)}
	if n.Bag = pick.bool("bag"); n.Bag {
		n.Losses, n.Dups = pick("losses", Unlimited, 2), pick("dups", Unlimited, 2)
		n.NoPrematureRetransmission, n.InOrder = pick.bool("patient"), pick.bool("in order")
	}
	n.FirstAck = !n.Bag && n.MSL > 0 && pick.bool("the first ACK arrives")
	if n.MSL > 0 && pick.seldom("the world ends", 4) {
		n.Ticks = pick("ticks", 1, 9)
	}
	return n
}
