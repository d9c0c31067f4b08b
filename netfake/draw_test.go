package netfake

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

func integer(t *rapid.T, label string, low, high int) int {
	return rapid.IntRange(low, high).Draw(t, label)
}

// seldom is true once in n times.
func seldom(t *rapid.T, label string, n int) bool { return integer(t, label, 1, n) == n }

// drawBase is a base anywhere, and often one that makes the numbers of a run wrap.
func drawBase(t *rapid.T, label string) model.Seq {
	if rapid.Bool().Draw(t, label+" near the wrap") {
		return -model.Seq(integer(t, label, 0, 12))
	}
	return model.Seq(rapid.Uint32().Draw(t, label))
}

func drawUser(t *rapid.T) User {
	return User{
		Active: integer(t, "active", 0, 2), Passive: integer(t, "passive", 0, 2), Accepts: integer(t, "accepts", 0, 2),
		Octets: integer(t, "octets", 0, 3), Close: rapid.Bool().Draw(t, "close"), Early: seldom(t, "early", 4),
		Abort: seldom(t, "abort", 4), Second: seldom(t, "second", 4), Talks: integer(t, "talks", 0, 2),
		Polite: seldom(t, "polite", 4), Crashes: integer(t, "crashes", 0, 1), Gives: seldom(t, "gives", 4),
	}
}

// drawConfig draws each policy; most stay as in the base machine, or no run would get far.
func drawConfig(t *rapid.T) model.Config {
	c := model.Config{RcvBuf: uint32(integer(t, "buffer", 1, 4)), MSS: uint16(integer(t, "mss", 1, 3))}
	for _, p := range model.Policies {
		if p.Name != "window-scale" && p.Name != "sack-permitted" && seldom(t, p.Name+" differs", 6) {
			p.Set(&c, integer(t, p.Name, 0, len(p.Values)-1))
		}
	}
	return c
}

func drawHost(t *rapid.T, name string) Host {
	return Host{
		TCP: drawConfig(t), User: drawUser(t), Base: drawBase(t, "base of "+name),
		Isn: Isn{
			Policy:  IsnPolicy(integer(t, "isn", 0, 3)),
			Choices: rapid.SliceOfN(rapid.Uint8Range(0, 30), 1, 3).Draw(t, "choices"),
			Rate:    integer(t, "rate", 1, 3),
		},
		Stamp:    max(0, integer(t, "stamp", -9, 9)),
		TimeWait: integer(t, "time-wait", 0, 4), Reuse: Reuse{rapid.Bool().Draw(t, "takes TIME-WAIT over"), integer(t, "after", 0, 4)},
		GiveUp: integer(t, "give-up", 0, 4), Quiet: integer(t, "quiet", 0, 3),
		FinWait2: integer(t, "fin-wait-2", 0, 2),
		Rest:     max(0, integer(t, "rest", -2, 2)), Grain: integer(t, "grain", 0, 2),
	}
}

// drawPacket draws a segment of the past, or of an attacker, with numbers close to the bases.
func drawPacket(t *rapid.T, sc *Scenario) Packet {
	dst := integer(t, "dst", A, B)
	const syn, ack, fin, rst = model.SYN, model.ACK, model.FIN, model.RST
	s := model.Segment{
		Flags: rapid.SampledFrom([]model.Flags{syn, syn | ack, ack, ack | model.PSH, fin | ack, rst, rst | ack}).Draw(t, "flags"),
		Seq:   sc.Peer[1-dst].Base + model.Seq(integer(t, "seq", -8, 8)),
		Wnd:   uint16(integer(t, "wnd", 0, 4)),
	}
	if s.Has(syn) { // its options are those of its sender's policy
		s.Opts, s.MSS = model.OptMSS, sc.Peer[1-dst].TCP.MSS
	}
	if s.Has(ack) {
		s.Ack = sc.Peer[dst].Base + model.Seq(integer(t, "ack", -8, 8))
	}
	if s.Has(rst | ack) {
		s.Seq = 0
	}
	if !s.Has(rst) {
		s.Len = uint16(integer(t, "len", 0, 2))
	}
	if seldom(t, "has a timestamp", 3) {
		s.Opts, s.TSVal, s.TSEcr = s.Opts|model.OptTimestamps, uint32(integer(t, "tsval", 0, 9)), uint32(integer(t, "tsecr", 0, 9))
	}
	return to(dst, s)
}

func drawNetwork(t *rapid.T) Network {
	n := Network{MSL: integer(t, "msl", 0, 4)}
	if n.Bag = rapid.Bool().Draw(t, "bag"); n.Bag {
		n.Losses, n.Dups = integer(t, "losses", Unlimited, 2), integer(t, "dups", Unlimited, 2)
		n.Patient, n.InOrder = rapid.Bool().Draw(t, "patient"), rapid.Bool().Draw(t, "in order")
	}
	n.FirstAck = !n.Bag && n.MSL > 0 && rapid.Bool().Draw(t, "the first ACK arrives")
	if n.MSL > 0 && seldom(t, "the world ends", 4) {
		n.Ticks = integer(t, "ticks", 1, 9)
	}
	return n
}

// drawScenario draws any scenario that New takes.
func drawScenario(t *rapid.T) Scenario {
	var sc Scenario
	for i := range sc.Peer {
		sc.Peer[i] = drawHost(t, PeerName(i))
	}
	sc.Net = drawNetwork(t)
	sc.Start = Start(integer(t, "start", 0, 1))
	for range integer(t, "stale", 0, 3) {
		sc.Stale = append(sc.Stale, drawPacket(t, &sc))
	}
	for range integer(t, "leftover", 0, 2) {
		sc.Leftover = append(sc.Leftover, drawPacket(t, &sc))
	}
	for range integer(t, "attacker", 0, 2) {
		sc.Attacker = append(sc.Attacker, drawPacket(t, &sc))
	}
	sc.Watch = Fault(integer(t, "watch", 0, 1<<NumFaults-1))
	return sc
}

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

// often checks a property in n hundred runs: most random runs get nowhere.
func often(t *testing.T, n int, check func(*rapid.T)) {
	for range n {
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
	often(t, 30, func(t *rapid.T) {
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
