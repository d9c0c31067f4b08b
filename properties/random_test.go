package properties

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Long random runs beyond the bounds of any exhaustive search: more incarnations, more octets,
// other buffers, and numbers anywhere in the 32-bit space, often around the wrap.

// anyBase draws a base, often one that makes the numbers of a run wrap.
func anyBase(t *rapid.T, label string) model.Seq {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) model.Seq { return model.Seq(rapid.Uint32().Draw(t, "base")) }),
		rapid.Custom(func(t *rapid.T) model.Seq { return -model.Seq(rapid.IntRange(0, 12).Draw(t, "before wrap")) }),
		rapid.Custom(func(t *rapid.T) model.Seq { return 1<<31 - model.Seq(rapid.IntRange(0, 12).Draw(t, "before half")) }),
	).Draw(t, label)
}

// widen turns a scenario into a larger one around random numbers.
func widen(t *rapid.T, sc netfake.Scenario) netfake.Scenario {
	moveTo(&sc, anyBase(t, "base A"), anyBase(t, "base B"))
	both(&sc, func(h *netfake.Host) {
		h.TCP.RcvBuf = 4
		h.TCP.MSS = uint16(rapid.IntRange(1, 4).Draw(t, "mss"))
		h.TCP.DropOutOfOrder = rapid.Bool().Draw(t, "drop out of order")
		h.TCP.SeqCheck = rapid.SampledFrom([]model.SeqCheck{model.SeqLiteral, model.SeqOneBefore}).Draw(t, "seq-check")
		h.TCP.DupSyn = rapid.SampledFrom([]model.DupSyn{model.DupSynAck, model.DupSynSynAck}).Draw(t, "dup-syn")
	})
	return sc
}

// walk takes a random run of a scenario and checks the invariants in every state of it.
func walk(t *rapid.T, sc netfake.Scenario, always []Invariant, steps int) {
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := sys.Init()[0]
	for range rapid.IntRange(steps/2, steps).Draw(t, "steps") {
		as := sys.Actions(nil, s)
		if len(as) == 0 {
			return
		}
		a := pick(t, as)
		s = sys.Step(s, a)
		for _, c := range always {
			if !c.Holds(sys, s) {
				t.Fatalf("%s does not hold after %v", c.Name, a)
			}
		}
	}
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

// Three segments with fresh numbers keep old segments out over four incarnations with text.
func checkHandshake(t *rapid.T) {
	sc := widen(t, opening(model.ThreeSegments, 4))
	sc.Net.MSL = 3
	sc.Peer[a].User = netfake.User{Active: 4, Octets: 3, Close: true, Abort: true, Gives: true}
	sc.Peer[b].User = netfake.User{Passive: 3, Accepts: 2, Octets: 3, Close: true, Abort: true, Crashes: 1}
	walk(t, watching(sc, netfake.GhostConnection, netfake.ForeignData, netfake.ForeignFin, netfake.WrongOctet),
		append(nevers(netfake.GhostConnection, netfake.ForeignData, netfake.ForeignFin, netfake.WrongOctet), agreement, ordered), 120)
}

func TestHandshakeInLongRuns(t *testing.T) { rapid.Check(t, checkHandshake) }
func FuzzHandshake(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(checkHandshake)) }

// Every octet is delivered once and in order, and a normal close has delivered all, with eight
// octets each way and a network that loses, duplicates and reorders.
func checkStream(t *rapid.T) {
	sc := widen(t, talking(8, 8, 6, 6))
	sc.Net.Patient = rapid.Bool().Draw(t, "patient")
	walk(t, watching(sc, netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd),
		append(nevers(netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd), numbersAgree, ordered), 150)
}

func TestStreamInLongRuns(t *testing.T) { rapid.Check(t, checkStream) }
func FuzzStream(f *testing.F)           { f.Fuzz(rapid.MakeFuzz(checkStream)) }

// The property of the long runs can fail: the walk finds that two segments let old text in.
func TestWalkCanFail(t *testing.T) {
	sc := opening(model.TwoSegments, 1)
	sys, err := netfake.New(watching(sc, netfake.GhostConnection))
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for seed := range 200 {
		gen := rapid.Custom(func(t *rapid.T) bool {
			s := sys.Init()[0]
			for range 20 {
				as := sys.Actions(nil, s)
				if len(as) == 0 {
					break
				}
				s = sys.Step(s, as[rapid.IntRange(0, len(as)-1).Draw(t, "action")])
			}
			return s.Faults() != 0
		})
		found = found || gen.Example(seed)
	}
	if !found {
		t.Error("200 random runs of the two-segment handshake show no ghost connection")
	}
}
