package netfake

import (
	"reflect"
	"slices"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// premised is for each field of a scenario a change of it, which the premises must tell. What is not told is where the numbers lie,
// what they are, and which faults are recorded: the first two are in the scenario file, and the last are in the question.
var premised = map[string]func(sc *Scenario){
	"Scenario.Peer": nil, "Scenario.Adversary": nil, "Scenario.Observed": nil, // their fields have rows
	"Host.Protocol": nil, "Host.User": nil, "Adversary.Net": nil, // the same
	"Protocol.Base":  nil, // in the scenario file
	"Observed.Watch": nil, // in the question

	"Scenario.Start":     func(sc *Scenario) { sc.Start = StartEstablished },
	"Adversary.Stale":    func(sc *Scenario) { sc.Stale = make([]Packet, 1) },
	"Adversary.Attacker": func(sc *Scenario) { sc.Attacker = make([]Packet, 1) },
	"Adversary.Leftover": func(sc *Scenario) {
		sc.Leftover = append(sc.Leftover, to(B, model.Segment{Seq: BaseA, Flags: model.RST}))
	},
	"Protocol.TCP":                  func(sc *Scenario) { sc.Peer[A].TCP.DataOnSyn = true },
	"Protocol.Isn":                  func(sc *Scenario) { sc.Peer[A].Isn.Policy = Fresh },
	"Protocol.TimeWait":             func(sc *Scenario) { sc.Peer[A].TimeWait++ },
	"Protocol.TimestampOffset":      func(sc *Scenario) { sc.Peer[A].TimestampOffset++ },
	"Protocol.Reuse":                func(sc *Scenario) { sc.Peer[A].Reuse.On = true },
	"Protocol.GiveUp":               func(sc *Scenario) { sc.Peer[A].GiveUp++ },
	"Protocol.FinWait2":             func(sc *Scenario) { sc.Peer[A].FinWait2++ },
	"Protocol.RTO":                  func(sc *Scenario) { sc.Peer[A].RTO++ },
	"Protocol.TimersWithin":         func(sc *Scenario) { sc.Peer[A].TimersWithin++ },
	"Protocol.QuietTime":            func(sc *Scenario) { sc.Peer[A].QuietTime++ },
	"Protocol.ReopenDelay":          func(sc *Scenario) { sc.Peer[A].ReopenDelay++ },
	"Protocol.TimestampGranularity": func(sc *Scenario) { sc.Peer[A].TimestampGranularity = 2 },

	"User.Active":                     func(sc *Scenario) { sc.Peer[A].User.Active++ },
	"User.Passive":                    func(sc *Scenario) { sc.Peer[A].User.Passive++ },
	"User.Listens":                    func(sc *Scenario) { sc.Peer[A].User.Listens = true },
	"User.Accepts":                    func(sc *Scenario) { sc.Peer[A].User.Accepts = 2 },
	"User.Octets":                     func(sc *Scenario) { sc.Peer[A].User.Octets++ },
	"User.Close":                      func(sc *Scenario) { sc.Peer[A].User.Close = true },
	"User.CloseBeforeEstablished":     func(sc *Scenario) { sc.Peer[A].User.CloseBeforeEstablished = true },
	"User.Abort":                      func(sc *Scenario) { sc.Peer[A].User.Abort = true },
	"User.ClosesSecond":               func(sc *Scenario) { sc.Peer[A].User.ClosesSecond = true },
	"User.ActiveIncarnations":         func(sc *Scenario) { sc.Peer[A].User.ActiveIncarnations++ },
	"User.ReopenOnlyAfterNormalClose": func(sc *Scenario) { sc.Peer[A].User.ReopenOnlyAfterNormalClose = true },
	"User.Crashes":                    func(sc *Scenario) { sc.Peer[A].User.Crashes++ },
	"User.UserTimeout":                func(sc *Scenario) { sc.Peer[A].User.UserTimeout = true },

	"Network.Bag":                       func(sc *Scenario) { sc.Net.Bag = !sc.Net.Bag },
	"Network.MSL":                       func(sc *Scenario) { sc.Net.MSL++ },
	"Network.Losses":                    func(sc *Scenario) { sc.Net.Losses++ },
	"Network.Dups":                      func(sc *Scenario) { sc.Net.Dups++ },
	"Network.NoPrematureRetransmission": func(sc *Scenario) { sc.Net.NoPrematureRetransmission = true },
	"Network.InOrder":                   func(sc *Scenario) { sc.Net.InOrder = true },
	"Network.FirstAck":                  func(sc *Scenario) { sc.Net.FirstAck = true },
	"Network.Ticks":                     func(sc *Scenario) { sc.Net.Ticks++ },
}

// Whatever a scenario lets happen shows in its premises: with a clock, on a set or on a bag.
func TestPremisesSayEverything(t *testing.T) {
	timed := func() Scenario {
		sc := pair()
		sc.Net.MSL = 2
		sc.Peer[A].User = User{Passive: 1, Crashes: 1}
		sc.Peer[A].TCP.Timestamps = true
		return sc
	}
	for _, typ := range []any{Scenario{}, Host{}, Protocol{}, User{}, Adversary{}, Observed{}, Network{}} {
		typ := reflect.TypeOf(typ)
		for i := range typ.NumField() {
			name := typ.Name() + "." + typ.Field(i).Name
			change, known := premised[name]
			if !known {
				t.Errorf("%s is in no row of this test", name)
			}
			if change == nil {
				continue
			}
			told := false
			for _, bag := range []bool{false, true} {
				sc := timed()
				sc.Net.Bag = bag
				before := sc.Premises()
				change(&sc)
				told = told || !slices.Equal(before, sc.Premises())
			}
			if !told {
				t.Errorf("the premises do not tell of %s", name)
			}
		}
	}
}

// Each value of each policy shows in the premises.
func TestPremisesSayEveryPolicy(t *testing.T) {
	for _, p := range model.Policies {
		said := map[string]bool{}
		for v := range p.Values {
			sc := pair()
			p.Set(&sc.Peer[B].TCP, v)
			said[sc.Premises()[2]] = true
		}
		if len(said) != len(p.Values) {
			t.Errorf("the premises tell %d values of policy %s apart, want %d", len(said), p.Name, len(p.Values))
		}
	}
}

// Losses, duplicates and the lifetime of a segment are told as they are, and none for another.
func TestPremisesOfTheNetwork(t *testing.T) {
	for _, c := range []struct {
		net  Network
		want string
	}{
		{Network{Bag: true, Losses: 1, Dups: 2}, "the network may lose 1 segment and duplicate 2, and reorders without limit"},
		{Network{Bag: true, Losses: 2, Dups: 1}, "the network may lose 2 segments and duplicate 1, and reorders without limit"},
		{Network{MSL: 1}, "the network loses, duplicates and reorders without limit; segments live for 1 tick"},
		{Network{MSL: 2}, "the network loses, duplicates and reorders without limit; segments live for 2 ticks"},
	} {
		sc := pair()
		sc.Net = c.net
		if got := sc.Premises()[0]; got != c.want {
			t.Errorf("%+v: got %q, want %q", c.net, got, c.want)
		}
	}
}
