package netfake

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
)

// The twin is the same world told a second time, without any thought of speed or of canonical
// states: absolute times instead of ages, a list of letters instead of sorted words, endpoints
// whose variables are all kept. It shares only model.Step with the package. Whatever it finds
// enabled the System must enable, and nothing else; and their wires must be the same.
type twin struct {
	sc     *Scenario
	now    int
	wire   []*letter
	losses int
	dups   int
	side   [2]*twinSide
}

// letter is a packet with the time of its sending.
type letter struct {
	Packet
	sent int
}

// inscription tells all of a letter that anybody can see of it.
func (l *letter) inscription() string {
	s := l.Seg
	return fmt.Sprintf("%s %v wnd %d ts %d,%d", l.Packet, s.Flags, s.Wnd, s.TSVal, s.TSEcr)
}

func newTwin(sc *Scenario) *twin {
	tw := &twin{sc: sc, losses: sc.Net.Losses, dups: sc.Net.Dups}
	for i := range tw.side {
		tw.side[i] = newTwinSide(tw, i)
	}
	for _, p := range sc.Stale {
		tw.post(tw.left(p))
	}
	for _, p := range sc.Leftover {
		tw.left(p)
	}
	return tw
}

// left is a packet of an earlier incarnation, whose numbers count as used.
func (tw *twin) left(p Packet) Packet {
	p.Inc, p.To = Before, Before
	if p.Seg.Has(synOnly) && !p.Seg.Has(ackOnly) {
		p.To = NoOne
	}
	tw.side[1-p.Dst].use(p.Seg.End())
	if p.Seg.Has(ackOnly) {
		tw.side[p.Dst].use(p.Seg.Ack)
	}
	return p
}

// post sends. On a wire that duplicates at will there is one letter of each kind, as young as the last.
func (tw *twin) post(p Packet) {
	p.Age = 0
	p.Seg.Ghost = p.ghost()
	l := &letter{p, tw.now}
	if !tw.sc.Net.Bag {
		tw.wire = slices.DeleteFunc(tw.wire, func(old *letter) bool { return old.inscription() == l.inscription() })
	}
	tw.wire = append(tw.wire, l)
}

func (tw *twin) timed() bool { return tw.sc.Net.MSL > 0 }

// lists what can happen, each thing in words, with what carrying it out means.
func (tw *twin) enabled() map[string]func() {
	can := map[string]func(){}
	if tw.mayTick() {
		can["tick"] = tw.tick
	}
	var queue [2]int // letters of each direction so far
	for _, l := range tw.wire {
		place := queue[l.Dst]
		queue[l.Dst]++
		name := fmt.Sprintf("%s sent %d ticks ago", l.inscription(), tw.now-l.sent)
		if tw.sc.Net.InOrder {
			name += fmt.Sprint(", place ", place)
		}
		if tw.sc.Net.Bag && tw.losses != 0 {
			put(can, "lose "+name, func() {
				tw.losses--
				tw.drop(l)
			})
		}
		if tw.sc.Net.InOrder && place > 0 {
			continue
		}
		for k := range tw.side[l.Dst].draws(l.Packet) {
			put(can, fmt.Sprintf("deliver %s, draw %d", name, k), func() {
				if tw.sc.Net.Bag {
					tw.drop(l)
				}
				tw.side[l.Dst].hear(l.Packet, k)
			})
			if tw.sc.Net.Bag && tw.dups != 0 {
				put(can, fmt.Sprintf("deliver and keep %s, draw %d", name, k), func() {
					tw.dups--
					tw.side[l.Dst].hear(l.Packet, k)
				})
			}
		}
	}
	for i, p := range tw.sc.Attacker {
		p.Inc, p.To = Attacker, Attacker
		p.Seg.Ghost = p.ghost()
		for k := range tw.side[p.Dst].draws(p) {
			can[fmt.Sprintf("inject #%d, draw %d", i, k)] = func() { tw.side[p.Dst].hear(p, k) }
		}
	}
	for i, p := range tw.sc.Leftover {
		p = tw.left(p)
		p.Seg.Ghost = p.ghost()
		for k := range tw.side[p.Dst].draws(p) {
			if !tw.timed() || tw.now < tw.sc.Net.MSL {
				can[fmt.Sprintf("inject #%d, draw %d", len(tw.sc.Attacker)+i, k)] = func() { tw.side[p.Dst].hear(p, k) }
			}
		}
	}
	for _, s := range tw.side {
		s.enabled(can)
	}
	return can
}

// put keeps the first of two equal copies: which of them is taken does not matter.
func put(can map[string]func(), name string, do func()) {
	if can[name] == nil {
		can[name] = do
	}
}

func (tw *twin) drop(l *letter) {
	i := slices.Index(tw.wire, l)
	tw.wire = slices.Delete(tw.wire, i, i+1)
}

// mayTick: the world is not at its end, nobody is overdue to give up or to hear the first ACK of a FIN, and no letter would be lost that must not be.
func (tw *twin) mayTick() bool {
	for _, s := range tw.side {
		if s.exhausted() || tw.sc.Net.FirstAck && s.heard != never && tw.now >= s.heard+tw.sc.Net.MSL-1 {
			return false
		}
	}
	if tw.sc.Net.Ticks > 0 && tw.now >= tw.sc.Net.Ticks {
		return false
	}
	for _, l := range tw.wire {
		if last := l.sent + tw.sc.Net.MSL - 1; tw.sc.Net.Bag && tw.sc.Net.Losses >= 0 && tw.now >= last {
			return false
		}
	}
	return tw.timed()
}

// tick: a segment sent at t can be delivered at t to t+MSL-1.
func (tw *twin) tick() {
	tw.now++
	tw.wire = slices.DeleteFunc(tw.wire, func(l *letter) bool { return tw.now > l.sent+tw.sc.Net.MSL-1 })
}

// letters tells the wire: what is on it, how old, how often, and where it counts in which order.
func (tw *twin) letters() (list []string) {
	for _, l := range tw.wire {
		list = append(list, fmt.Sprintf("%s sent %d ticks ago", l.inscription(), tw.now-l.sent))
	}
	return list
}

// told is an action of the System in the words of the twin.
func told(sys *System, s State, a Action) string {
	w := sys.Unpack(s)
	switch a.Kind {
	case Tick:
		return "tick"
	case Lose:
		return "lose " + place(sys, &w, a)
	case Deliver, DeliverKeep:
		return fmt.Sprintf("%v %s, draw %d", a.Kind, place(sys, &w, a), a.Choice)
	case Inject:
		return fmt.Sprintf("inject #%d, draw %d", a.Index, a.Choice)
	}
	return fmt.Sprintf("%s: %v, draw %d", PeerName(int(a.Peer)), a.Kind, a.Choice)
}

// place names the letter of an action, and where it stands if that counts.
func place(sys *System, w *World, a Action) string {
	name := wireLetters(sys, w)[a.Index]
	if !sys.sc.Net.InOrder {
		return name
	}
	before := 0
	for _, p := range w.Wire(sys)[:a.Index] {
		if p.Dst == int(a.Peer) {
			before++
		}
	}
	return name + fmt.Sprint(", place ", before)
}

func wireLetters(sys *System, w *World) (list []string) {
	for _, p := range w.Wire(sys) {
		l := letter{Packet: p}
		list = append(list, fmt.Sprintf("%s sent %d ticks ago", l.inscription(), p.Age))
	}
	return list
}

// The adversary means what the design says: on random runs of random scenarios the System and
// its twin enable the same actions, carry the same segments of the same age, and have endpoints
// that hold the same numbers, though the System does not keep all of an endpoint's variables.
func checkTwin(t *rapid.T) { compareTwin(t, drawScenario(t)) }

func compareTwin(t *rapid.T, sc Scenario) {
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	tw := newTwin(&sys.sc)
	var can map[string]func()
	last := State{}
	walk(t, sys, func(s State, a *Action) {
		if s.cut != NotCut {
			return
		}
		if a != nil {
			can[told(sys, last, *a)]()
		}
		last = s
		w := sys.Unpack(s)
		got, want := wireLetters(sys, &w), tw.letters()
		if !sys.sc.Net.InOrder {
			slices.Sort(got)
			slices.Sort(want)
		} else { // the order between the directions is of no matter
			byDst := func(a, b string) int { return int(b[0]) - int(a[0]) }
			slices.SortStableFunc(got, byDst)
			slices.SortStableFunc(want, byDst)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("after %v, the wire (-twin +System):\n%s", a, diff)
		}
		for i := range w.Peer {
			if diff := cmp.Diff(tw.side[i].numbers(), peerNumbers(&w.Peer[i])); diff != "" {
				t.Fatalf("after %v, %s (-twin +System):\n%s", a, PeerName(i), diff)
			}
		}
		can = tw.enabled()
		var enabled []string
		for _, a := range sys.Actions(nil, s) {
			enabled = append(enabled, told(sys, s, a))
		}
		slices.Sort(enabled)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(can)), enabled); diff != "" {
			t.Fatalf("after %v, enabled (-twin +System):\n%s", a, diff)
		}
	})
}

func TestTwin(t *testing.T) { often(t, 6, checkTwin) }
func FuzzTwin(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkTwin)) }

// Where windows vary, and where timestamps are in use, more of an endpoint's variables must be kept.
func TestTwinWithWindowsAndTimestamps(t *testing.T) {
	often(t, 6, func(t *rapid.T) {
		sc := drawScenario(t)
		stamps := rapid.Bool().Draw(t, "both with timestamps")
		sc.Start = StartEstablished
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 2, MSS: 2, Timestamps: stamps, NoWndFromSynAck: seldom(t, "no window from SYN,ACK", 4)}
			h.TCP.ManualReceive = rapid.Bool().Draw(t, "RECEIVEs")
			h.User = User{Active: 1, Passive: 1, Octets: 3, Abort: seldom(t, "aborts", 4)}
		}
		compareTwin(t, sc)
	})
}

// A window that is shut, opens and shuts again, and a peer that gives up unless it is answered.
func TestTwinOfShutWindows(t *testing.T) {
	often(t, 3, func(t *rapid.T) {
		sc := drawScenario(t)
		sc.Start, sc.Net = StartEstablished, Network{MSL: 1 + rapid.IntRange(0, 1).Draw(t, "MSL-1"), Bag: rapid.Bool().Draw(t, "bag")}
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 1, MSS: 1, ManualReceive: rapid.Bool().Draw(t, "RECEIVEs")}
			h.User = User{Octets: 3, Close: true}
			h.GiveUp = rapid.IntRange(0, 3).Draw(t, "R")
		}
		compareTwin(t, sc)
	})
}

// Polite users open again after a normal close alone, and there are many ways to end.
func TestTwinOfEndings(t *testing.T) {
	often(t, 3, func(t *rapid.T) {
		sc := drawScenario(t)
		sc.Start, sc.Net = StartEstablished, Network{MSL: 2}
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 2, MSS: 2}
			h.User = User{Active: 1, Passive: 1, Octets: 1, Close: true, Abort: seldom(t, "aborts", 2), Polite: true, Gives: true}
		}
		compareTwin(t, sc)
	})
}
