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

func TestAnOldSegmentAndItsTwinAreOneClass(t *testing.T) {
	sc := connected()
	sc.Net.MSL = 3
	sc.Stale = []Packet{to(B, model.Segment{Seq: baseA + 1, Ack: baseB + 1, Flags: model.ACK | model.PSH, Len: 1, Wnd: 4})}
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
