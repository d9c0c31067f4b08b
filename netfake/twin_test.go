package netfake_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/twin"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// follower is the twin beside a run of a System. What happens is told in words that both know, so that they can be
// compared: whatever the twin finds enabled the System must enable, and nothing else; and their wires, their
// endpoints and their faults must be the same.
type follower struct {
	sc    netfake.Scenario
	sys   *netfake.System
	world *twin.World
	at    twin.State
}

// packet tells all of a packet that anybody can see of it, and how old it is.
func packet(p netfake.Packet) string {
	s := p.Seg
	return fmt.Sprintf("%s %v wnd %d ts %d,%d sent %d ticks ago", p, s.Flags, s.Wnd, s.TSVal, s.TSEcr, p.Age)
}

func (f *follower) letter(l *twin.Letter) string {
	return packet(netfake.Packet{Dst: l.To, Seg: l.Seg, Age: f.at.Now - l.Sent, Inc: l.From, To: l.For})
}

// letters tells the wire of the twin: by direction, and in each in the order of sending where that counts.
func (f *follower) letters() (list []string) {
	for i := range f.at.Wire {
		list = append(list, f.letter(&f.at.Wire[i]))
	}
	return f.inOrder(list)
}

func (f *follower) packets(w *netfake.World) (list []string) {
	for _, p := range w.Wire(f.sys) {
		list = append(list, packet(p))
	}
	return f.inOrder(list)
}

func (f *follower) inOrder(list []string) []string {
	if f.sc.Net.InOrder {
		slices.SortStableFunc(list, func(a, b string) int { return int(a[0]) - int(b[0]) })
	} else {
		slices.Sort(list)
	}
	return list
}

// tell says what an action is; the packet is told by its words and, where it counts, by its place.
func (f *follower) tell(kind netfake.ActionKind, side, draw, index int, wire []string, to func(i int) int) string {
	switch kind {
	case netfake.Tick:
		return "tick"
	case netfake.Inject:
		return fmt.Sprintf("inject #%d, draw %d", index, draw)
	case netfake.Deliver, netfake.DeliverKeep, netfake.Lose:
		place := ""
		if f.sc.Net.InOrder {
			n := 0
			for i := range index {
				if to(i) == side {
					n++
				}
			}
			place = fmt.Sprint(", place ", n)
		}
		return fmt.Sprintf("%v %s%s, draw %d", kind, wire[index], place, draw)
	}
	return fmt.Sprintf("%s: %v, draw %d", netfake.PeerName(side), kind, draw)
}

// enabled lists what the twin finds enabled, by its words.
func (f *follower) enabled() map[string]twin.Action {
	var wire []string
	for i := range f.at.Wire {
		wire = append(wire, f.letter(&f.at.Wire[i]))
	}
	to := func(i int) int { return f.at.Wire[i].To }
	can := map[string]twin.Action{}
	for _, a := range f.world.Enabled(nil, &f.at) {
		can[f.tell(a.Kind, a.Side, a.Draw, a.Letter, wire, to)] = a
	}
	return can
}

// offered lists what the System enables, in the same words.
func (f *follower) offered(s netfake.State) map[string]netfake.Action {
	w := f.sys.Unpack(s)
	packets := w.Wire(f.sys)
	var wire []string
	for _, p := range packets {
		wire = append(wire, packet(p))
	}
	to := func(i int) int { return packets[i].Dst }
	can := map[string]netfake.Action{}
	for _, a := range f.sys.Actions(nil, s) {
		can[f.tell(a.Kind, int(a.Peer), int(a.Choice), int(a.Index), wire, to)] = a
	}
	return can
}

// numbers is what both the twin and the System must hold of an endpoint.
type numbers struct {
	State                 model.State
	Iss, Una, Nxt, RcvNxt model.Seq
	SndWnd, RcvWnd        uint32
	Unsent, Unread        uint32
	Inc, PeerInc          uint8
	Sent, Got, Theirs     int
}

func numbersIn(t *model.TCB, inc, peerInc uint8) numbers {
	n := numbers{State: t.State, Unsent: t.Unsent, Unread: t.Unread, Inc: inc, PeerInc: peerInc}
	if t.State >= model.SynSent {
		n.Iss, n.Una, n.Nxt, n.RcvWnd = t.Iss, t.Snd.Una, t.Snd.Nxt, t.Rcv.Wnd
	}
	if t.State >= model.SynReceived {
		n.RcvNxt, n.SndWnd = t.Rcv.Nxt, t.Snd.Wnd
	}
	return n
}

const most = 15 // octets that a Peer counts

func ofPeer(p *netfake.Peer) numbers {
	n := numbersIn(&p.TCB, p.Inc, p.RemoteInc)
	n.Sent, n.Got, n.Theirs = int(p.Sent), int(p.Got), int(p.Taken)
	return n
}

func ofSide(s *twin.Side) numbers {
	n := numbersIn(&s.TCB, s.Inc, s.PeerInc)
	n.Sent, n.Got, n.Theirs = s.Sent, min(s.Got, most), s.Theirs
	return n
}

// The adversary means what the design says: on random runs of random scenarios the System and its twin enable the
// same actions, carry the same segments of the same age, have endpoints that hold the same numbers, though the System
// does not keep all of an endpoint's variables, and see the same faults.
func checkTwin(t *rapid.T) { compareTwin(t, netfake.DrawScenario(t)) }

func compareTwin(t *rapid.T, sc netfake.Scenario) {
	sys, err := netfake.New(sc)
	if err != nil {
		t.Fatal(err)
	}
	f := follower{sc: sc, sys: sys, world: twin.New(sc)}
	f.at = f.world.Init()
	last := netfake.State{}
	netfake.Walk(t, sys, func(s netfake.State, a *netfake.Action) {
		if netfake.CutOff(s) != "" {
			return
		}
		if a != nil {
			f.follow(t, last, *a)
		}
		last = s
		f.compare(t, s, a)
	})
}

// follow takes the step that the System took.
func (f *follower) follow(t *rapid.T, last netfake.State, a netfake.Action) {
	for name, offered := range f.offered(last) {
		if offered == a {
			f.world.Step(&f.at, f.enabled()[name])
			f.recode(t)
			return
		}
	}
	t.Fatalf("%v was not offered", a)
}

// recode goes on from what the encoding of the state keeps of it: nothing that matters may be lost.
func (f *follower) recode(t *rapid.T) {
	code := f.world.Encode(nil, &f.at)
	var again twin.State
	if err := f.world.Decode(&again, code); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(code, f.world.Encode(nil, &again)); diff != "" {
		t.Fatalf("encoded again (-before +after):\n%s", diff)
	}
	if rapid.Bool().Draw(t, "go on from the encoding") {
		f.at = again
	}
}

func (f *follower) compare(t *rapid.T, s netfake.State, a *netfake.Action) {
	w := f.sys.Unpack(s)
	if diff := cmp.Diff(f.letters(), f.packets(&w)); diff != "" {
		t.Fatalf("after %v, the wire (-twin +System):\n%s", a, diff)
	}
	for i := range w.Peer {
		if diff := cmp.Diff(ofSide(&f.at.Side[i]), ofPeer(&w.Peer[i])); diff != "" {
			t.Fatalf("after %v, %s (-twin +System):\n%s", a, netfake.PeerName(i), diff)
		}
	}
	if f.at.Faults != w.Faults {
		t.Fatalf("after %v, faults: twin %b, System %b", a, f.at.Faults, w.Faults)
	}
	if diff := cmp.Diff(sortedNames(f.enabled()), sortedNames(f.offered(s))); diff != "" {
		t.Fatalf("after %v, enabled (-twin +System):\n%s", a, diff)
	}
}

func sortedNames[A any](m map[string]A) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestTwin(t *testing.T) { netfake.Often(t, 6, checkTwin) }
func FuzzTwin(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkTwin)) }

// Where windows vary, and where timestamps are in use, more of an endpoint's variables must be kept.
func TestTwinWithWindowsAndTimestamps(t *testing.T) {
	netfake.Often(t, 6, func(t *rapid.T) {
		sc := netfake.DrawScenario(t)
		stamps := rapid.Bool().Draw(t, "both with timestamps")
		sc.Start = netfake.StartEstablished
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 2, MSS: 2, Timestamps: stamps, NoWndFromSynAck: netfake.Seldom(t, "no window from SYN,ACK", 4)}
			h.TCP.ManualReceive = rapid.Bool().Draw(t, "RECEIVEs")
			h.User = netfake.User{Active: 1, Passive: 1, Octets: 3, Abort: netfake.Seldom(t, "aborts", 4)}
		}
		compareTwin(t, sc)
	})
}

// A window that is shut, opens and shuts again, and a peer that gives up unless it is answered.
func TestTwinOfShutWindows(t *testing.T) {
	netfake.Often(t, 3, func(t *rapid.T) {
		sc := netfake.DrawScenario(t)
		sc.Start = netfake.StartEstablished
		sc.Net = netfake.Network{MSL: 1 + rapid.IntRange(0, 1).Draw(t, "MSL-1"), Bag: rapid.Bool().Draw(t, "bag")}
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 1, MSS: 1, ManualReceive: rapid.Bool().Draw(t, "RECEIVEs")}
			h.User = netfake.User{Octets: 3, Close: true}
			h.GiveUp = rapid.IntRange(0, 3).Draw(t, "R")
		}
		compareTwin(t, sc)
	})
}

// Polite users open again after a normal close alone, and there are many ways to end.
func TestTwinOfEndings(t *testing.T) {
	netfake.Often(t, 3, func(t *rapid.T) {
		sc := netfake.DrawScenario(t)
		sc.Start, sc.Net = netfake.StartEstablished, netfake.Network{MSL: 2}
		for i := range sc.Peer {
			h := &sc.Peer[i]
			h.TCP = model.Config{RcvBuf: 2, MSS: 2}
			h.User = netfake.User{Active: 1, Passive: 1, Octets: 1, Close: true, Abort: netfake.Seldom(t, "aborts", 2), ReopenOnlyAfterNormalClose: true, UserTimeout: true}
		}
		compareTwin(t, sc)
	})
}
