package properties

import (
	"context"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// about is the scenario of a theorem or variant, changed.
func about(t *testing.T, name string, changes ...func(*netfake.Scenario)) netfake.Scenario {
	t.Helper()
	q, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range changes {
		change(&q.Scenario)
	}
	return q.Scenario
}

// answers asks one question of a scenario.
func answers(t *testing.T, claim string, sc netfake.Scenario, q Live, want explore.Verdict) Outcome {
	t.Helper()
	o, err := searchLive(context.Background(), sc, q, Settings{})
	if err != nil || o.Verdict != want {
		t.Errorf("%s: got %v, want %v; %v", claim, o.Verdict, want, err)
	}
	return o
}

func without(clock *netfake.Scenario) { clock.Net.MSL = 0 }

// Nobody is made to act because nothing else can happen: users, crashes, and deliveries where they are not promised.
func TestAFairRunMayRest(t *testing.T) {
	established := bothIn(model.Established)
	quiet := talking(0, 0, 0, 0)
	clocked, attacked := quiet, quiet
	clocked.Net.MSL = 1
	attacked.Attacker = []netfake.Packet{{Dst: b, Seg: model.Segment{Seq: 50, Flags: model.RST}}}
	closes := Live{From: InState(a, model.Established), To: InState(a, model.Closed)}
	unasked := closes
	unasked.Fair = FairNone
	bag := func(losses int) func(*netfake.Scenario) {
		return func(sc *netfake.Scenario) {
			sc.Net.Bag, sc.Net.Losses, sc.Net.NoPrematureRetransmission = true, losses, true
		}
	}
	idle, _ := Find("half-open-is-found/B has nothing to send")
	for _, c := range []struct {
		claim string
		sc    netfake.Scenario
		q     Live
	}{
		{"no user has to CLOSE", quiet, closes},
		{"least of all without any fairness", quiet, unasked},
		{"nor with a clock", clocked, closes},
		{"nor with an attacker", attacked, closes},
		{"A need not crash", about(t, "half-open-is-found", without, bag(netfake.Unlimited)), Live{From: established, To: InState(a, model.Closed)}},
		{"B need not SEND", about(t, "half-open-is-found/B has nothing to send", without), *idle.Live},
		{"neither has to CLOSE", about(t, "octets-arrive"), Live{From: established, To: bothIn(model.Closed)}},
		{"B need not OPEN", about(t, "syn-sent-ends"), Live{From: InState(b, model.Closed), To: InState(b, model.Listen)}},
		{"no SYN has to arrive", about(t, "syn-sent-ends", bag(3)),
			Live{From: InState(a, model.SynSent), To: InState(a, model.Established, model.Closed), Fair: FairTimers}},
		{"no FIN has to arrive, though time waits for it", about(t, "close-closes", bag(0)),
			Live{From: InState(a, model.FinWait1), To: InState(a, model.Closed, model.TimeWait, model.FinWait2, model.Closing), Fair: FairTimers}},
	} {
		answers(t, c.claim, c.sc, c.q, explore.Violated)
	}
}

// A patient timer is delayed, and never stopped: what two ends say to each other without end does not starve it. The
// answers are those of timers that may fire early, on a wire that does everything.
func TestPatienceStarvesNoTimer(t *testing.T) {
	small := func(sc *netfake.Scenario) {
		sc.Both(func(h *netfake.Host) { h.TCP.RcvBuf = 1 })
		sc.Peer[a].User.Octets = 1
	}
	shut := func(sc *netfake.Scenario) { sc.Peer[b].User.Octets, sc.Peer[a].TCP.RcvBuf = 2, 1 }
	anyhow := func(sc *netfake.Scenario) { sc.Net = netfake.Network{MSL: 1} }
	for _, c := range []struct {
		theorem string
		change  func(*netfake.Scenario)
	}{{"octets-arrive", small}, {"zero-window-is-left", func(*netfake.Scenario) {}}} {
		q, _ := Find(c.theorem)
		answers(t, c.theorem+", patient", about(t, c.theorem, c.change), *q.Live, explore.Verified)
		answers(t, c.theorem+", timers that fire early", about(t, c.theorem, c.change, anyhow), *q.Live, explore.Verified)
	}
	q, _ := Find("zero-window-is-left")
	answers(t, "data both ways", about(t, "zero-window-is-left", shut), *q.Live, explore.Verified)
	flooded := []string{"syn-sent-ends"} // endless duplicates fill the wire
	if golden.Long() {
		flooded = append(flooded, "zero-window-is-left")
	}
	for _, name := range flooded {
		q, _ := Find(name)
		o := answers(t, name+", duplicates without limit", about(t, name, func(sc *netfake.Scenario) { sc.Net.Dups = netfake.Unlimited }), *q.Live, explore.Bounded)
		if o.Reason != netfake.CutWire.String() {
			t.Errorf("%s: %q", name, o.Reason)
		}
	}
	// The variant that must fail does so with timers that fire.
	q, _ = Find("octets-arrive/mutant old-text-again")
	o := answers(t, "old-text-again", q.Scenario, *q.Live, explore.Violated)
	fired := false
	for _, hop := range o.Live.Run.Loop {
		fired = fired || hop.Action.Kind == netfake.Retransmit
	}
	if !fired {
		t.Error("old-text-again: nothing is sent again in the loop")
	}
}

// Where no segment has to arrive and none may be lost, patience does stop a timer: nothing makes room for it.
func TestPatienceBehindAStuckSegment(t *testing.T) {
	q := Live{From: InState(a, model.SynSent), To: InState(a, model.Established, model.Closed), Fair: FairTimers}
	sc := about(t, "syn-sent-ends", func(sc *netfake.Scenario) { sc.Net.Losses = 0; sc.Peer[a].GiveUp = patience })
	answers(t, "a SYN that is never delivered", sc, q, explore.Violated)
	if p := q.Premise(&sc); !strings.Contains(p, "timers fire while no segment is in the network") {
		t.Error(p)
	}
}

// What happens after the last tick is left open.
func TestTheEndOfTimeRefutesNothing(t *testing.T) {
	three := func(sc *netfake.Scenario) { sc.Net.Ticks = 3 }
	for _, name := range []string{"close-closes", "always-closable", "time-wait-is-over"} {
		q, _ := Find(name)
		o := answers(t, name, about(t, name, three), *q.Live, explore.Bounded)
		if o.Reason != "end of time after 3 ticks" {
			t.Errorf("%s: %q", name, o.Reason)
		}
	}
	opens := Live{From: InState(a, model.Established), To: InState(a, model.FinWait1, model.CloseWait)}
	answers(t, "a CLOSE after the last tick", about(t, "close-closes", three), opens, explore.Bounded)
	// What is refuted before the end stands: the wait is longer than two ticks.
	q, _ := Find("time-wait-is-over")
	long := *q.Live
	long.Within = 1
	answers(t, "a wait of more than one tick", about(t, "time-wait-is-over", three), long, explore.Violated)
}

// The premise "both have called CLOSE" holds only where both have: an end that crashed did not.
func TestBothHaveCalledClose(t *testing.T) {
	sc := about(t, "close-closes", func(sc *netfake.Scenario) {
		sc.Peer[a].User.Crashes, sc.Peer[a].User.Close = 1, false
	})
	o := answers(t, "A can only crash", sc, Live{From: bothAsked, To: bothIn(model.Closed)}, explore.Verified)
	if o.Witnessed {
		t.Error("both have called CLOSE where A cannot")
	}
}
