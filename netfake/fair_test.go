package netfake

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

// checkFairness: two deliveries are of one class if and only if the same is delivered to the same endpoint, whoever sent
// it when; every other kind of action has a class for each endpoint, or none. Ticks wait for a user timeout that is due.
func checkFairness(t *rapid.T) {
	sys := drawSystem(t)
	classOf, whatOf := map[string]uint64{}, map[uint64]string{}
	walk(t, sys, func(s State, _ *Action) {
		w := sys.Unpack(s)
		wire := w.Wire(sys)
		as := sys.Actions(nil, s)
		for _, a := range as {
			what := ""
			switch a.Kind {
			case Deliver, DeliverKeep:
				seg := wire[a.Index].Seg
				seg.Ghost = 0
				what = fmt.Sprintf("%d %#v", wire[a.Index].Dst, seg)
			case Tick:
				what = "tick"
			case Retransmit, EndTimeWait:
				what = fmt.Sprint(a.Kind, a.Peer)
			case GiveUp:
				p := &w.Peer[a.Peer]
				if r := sys.sc.Peer[a.Peer].GiveUp; r > 0 && (int(p.Age) >= r || int(p.FinAge) >= r) {
					what = fmt.Sprint(a.Kind, a.Peer)
					if as[0].Kind == Tick {
						t.Fatalf("a tick before %v", a)
					}
				} else if sys.sc.Peer[a.Peer].FinWait2 > 0 && p.State() == model.FinWait2 {
					what = fmt.Sprint(a.Kind, a.Peer)
				}
			}
			c := sys.Fairness(s, a)
			if (c == 0) != (what == "") {
				t.Fatalf("%v: class %x of %q", a, c, what)
			}
			if c == 0 {
				continue
			}
			if known, ok := classOf[what]; ok && known != c {
				t.Fatalf("%q has classes %x and %x", what, known, c)
			}
			if known, ok := whatOf[c]; ok && known != what {
				t.Fatalf("class %x is of %q and of %q", c, known, what)
			}
			classOf[what], whatOf[c] = c, what
		}
	})
	if c, ok := classOf["tick"]; ok && c != FairTick {
		t.Fatalf("the tick has class %x", c)
	}
}

func TestFairness(t *testing.T) { often(t, 5, checkFairness) }

// changed is the same scenario on another network.
func changed(t *rapid.T, sys *System, change func(*Network)) *System {
	sc := sys.Scenario()
	change(&sc.Net)
	other, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// checkOwed: what patience holds back is owed, and nothing else. These are the retransmissions of the same scenario with
// timers that may fire early, where the patient one has none.
func checkOwed(t *rapid.T) {
	patient := drawSystem(t)
	if !patient.sc.Net.Bag {
		return
	}
	patient = changed(t, patient, func(n *Network) { n.NoPrematureRetransmission = true })
	early := changed(t, patient, func(n *Network) { n.NoPrematureRetransmission = false })
	classes := func(sys *System, s State) map[uint64]bool {
		list := map[uint64]bool{}
		for _, a := range sys.Actions(nil, s) {
			list[sys.Fairness(s, a)] = true
		}
		return list
	}
	walk(t, patient, func(s State, _ *Action) {
		want := classes(early, s)
		for c := range classes(patient, s) {
			delete(want, c)
		}
		for _, c := range patient.Owed(nil, s) {
			if !want[c] {
				t.Fatalf("class %x is owed, and patience does not hold it back", c)
			}
			delete(want, c)
		}
		if len(want) > 0 {
			t.Fatalf("patience holds %v back, and they are not owed", want)
		}
		if owed := early.Owed(nil, s); len(owed) > 0 {
			t.Fatalf("without patience %x are owed", owed)
		}
	})
}

func TestPatienceOwesTheTimers(t *testing.T) { often(t, 5, checkOwed) }

// checkTimeEnds: the end of time is what takes a tick away that the same scenario has without an end.
func checkTimeEnds(t *rapid.T) {
	sys := drawSystem(t)
	if !sys.timed() {
		return
	}
	ends := changed(t, sys, func(n *Network) { n.Ticks = rapid.IntRange(1, 3).Draw(t, "ticks") })
	never := changed(t, ends, func(n *Network) { n.Ticks = 0 })
	ticks := func(sys *System, s State) bool {
		as := sys.Actions(nil, s)
		return len(as) > 0 && as[0].Kind == Tick
	}
	walk(t, ends, func(s State, _ *Action) {
		if missing := ticks(never, s) && !ticks(ends, s); missing != (ends.TimeEnds(s) != "") {
			t.Fatalf("a tick is missing: %v; found %q", missing, ends.TimeEnds(s))
		}
		if never.TimeEnds(s) != "" {
			t.Fatal("time ends where it has no end")
		}
	})
}

func TestTheEndOfTimeIsNamed(t *testing.T) { often(t, 5, checkTimeEnds) }

func TestAnOldSegmentAndItsTwinAreOneClass(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 3
	sc.Stale = []Packet{to(B, model.Segment{Seq: BaseA + 1, Ack: BaseB + 1, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4})}
	p := newPlay(t, sc)
	s := sysStep(p, Tick, Send)
	var classes []uint64
	for _, a := range p.sys.Actions(nil, s) {
		if a.Kind == Deliver {
			classes = append(classes, p.sys.Fairness(s, a))
		}
	}
	if len(classes) != 2 || classes[0] != classes[1] {
		t.Errorf("classes %x of an old segment and a new one with the same content", classes)
	}
}

// sysStep takes the first action of each kind.
func sysStep(p *play, kinds ...ActionKind) State {
	s := p.s
	for _, k := range kinds {
		for _, a := range p.sys.Actions(nil, s) {
			if a.Kind == k {
				s = p.sys.Step(s, a)
				break
			}
		}
	}
	return s
}
