package netfake

import (
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake/internal/equivalence"
)

// locals of a random small scenario, with the scenario's system.
func drawLocals(t *rapid.T) (*System, *locals) {
	sys, err := New(DrawSmall(chooser(t)))
	if err != nil {
		t.Fatal(err)
	}
	ls, ok := sys.locals(sys.symmetric() && rapid.Bool().Draw(t, "mirrors"), nil)
	if !ok || sys.clockMatters() {
		t.Skip("not reduced")
	}
	return sys, ls
}

// The key of alike and dead is the state that a delivery leads to, and the whole of what observers see of it. What
// has no effect leads nowhere, and shows them nothing.
func TestEffectsHoldWhatObserversSee(t *testing.T) {
	views := map[view]bool{}
	until(t, 1, func() bool { return len(views) >= 100 }, func(t *rapid.T) {
		sys, ls := drawLocals(t)
		effects := make([]effect, len(ls.effects)+1)
		for e, n := range ls.effects {
			effects[n] = e
		}
		for _, l := range ls.side {
			for i := range l.States {
				w := ls.world(l, int32(i))
				for k := range l.Messages {
					c := l.segment(k)
					for choice := range sys.choices(&w, c) {
						after, h := w, Happening{}
						after.wire[0], after.n = c, 1
						sys.Apply(&after, Action{Kind: Deliver, Peer: uint8(l.side), Choice: uint8(choice)}, &h)
						want := effect{to: ls.arrived(l, &after), view: h.view}
						if want.to == equivalence.Nowhere {
							want.cut = c
						}
						views[h.view] = true
						if !holds(l.States[i].Arrive[k], effects, want, int32(i)) {
							t.Fatalf("in state %d, of segment %v: no outcome has the effect %+v", i, sys.decode(c), want)
						}
					}
				}
			}
		}
	})
	if len(views) < 100 {
		t.Errorf("observers saw %d different views", len(views))
	}
}

// holds reports whether one of the outcomes has that effect on state i.
func holds(outs []equivalence.Outcome, effects []effect, want effect, i int32) bool {
	for _, o := range outs {
		if o.To != want.to {
			continue
		}
		if o.Effect == equivalence.NoEffect && want == (effect{to: i}) || o.Effect != equivalence.NoEffect && effects[o.Effect] == want {
			return true
		}
	}
	return false
}

// Whatever the key does not hold may differ: two segments with the same effect on an endpoint, delivered beside any
// other endpoint, leave the same two endpoints and the same faults.
func TestSameEffectSameWorld(t *testing.T) {
	pairs := 0
	until(t, 1, func() bool { return pairs >= 1000 }, func(t *rapid.T) {
		sys, ls := drawLocals(t)
		walk(t, sys, func(s State, _ *Action) {
			if s.cut != NotCut {
				return
			}
			w := sys.Unpack(s)
			for _, l := range ls.side {
				i, ok := l.at[ls.plain(s.peer[l.side]).unobserved()]
				if !ok {
					t.Fatal("a state that no endpoint comes to")
				}
				of := map[int32]State{}
				for k := range l.Messages {
					c := l.segment(k)
					if sys.choices(&w, c) > 1 {
						continue // which number the generator yields is one more difference
					}
					after := w
					after.wire, after.n = [MaxWire]code{c}, 1
					sys.Apply(&after, Action{Kind: DeliverKeep, Peer: uint8(l.side)}, nil)
					after.wire, after.n, after.Dups = [MaxWire]code{}, 0, w.Dups
					got := sys.pack(&after)
					if ls.mirrors {
						forgetOpener(&got)
					}
					n := l.States[i].Arrive[k][0].Effect
					if old, ok := of[n]; ok && old != got {
						t.Fatalf("%v leaves %+v, and another with the same effect %+v", sys.decode(c), got, old)
					} else if ok {
						pairs++
					}
					of[n] = got
				}
			}
		})
	})
	if pairs < 1000 {
		t.Errorf("only %d pairs of segments have the same effect", pairs)
	}
}

// A state of an endpoint seen alone holds every byte of it but two counts: the octets that the other side has taken, and
// the ticks since that side first acknowledged the FIN.
func TestUnobservedKeepsTheRest(t *testing.T) {
	for at := range unsafe.Sizeof(peerCode{}) {
		for bit := range 8 {
			var c peerCode
			*(*byte)(unsafe.Add(unsafe.Pointer(&c), at)) = 1 << bit
			want := c
			want.taken = 0
			want.crashes &= 15
			if c.unobserved() != want {
				t.Errorf("bit %d of byte %d: %+v becomes %+v", bit, at, c, c.unobserved())
			}
		}
	}
}

// A segment is known by everything but its age.
func TestSegmentsAreKnownByTheirContent(t *testing.T) {
	l := &local{known: map[code]int32{}}
	ps := []Packet{{Dst: B, Seg: model.Segment{Seq: 101, Ack: 301, Flags: model.ACK, Wnd: 4}}}
	for _, change := range []func(*Packet){
		func(p *Packet) { p.Dst = A; p.Seg.Seq, p.Seg.Ack = 301, 101 }, func(p *Packet) { p.Seg.Seq++ }, func(p *Packet) { p.Seg.Ack++ },
		func(p *Packet) { p.Seg.Flags |= model.PSH }, func(p *Packet) { p.Seg.Len++ }, func(p *Packet) { p.Seg.Wnd++ },
		func(p *Packet) { p.Inc++ }, func(p *Packet) { p.To++ },
		func(p *Packet) { p.Seg.Opts = model.OptTimestamps }, func(p *Packet) { p.Seg.Opts, p.Seg.TSVal = model.OptTimestamps, 1 },
		func(p *Packet) { p.Seg.Opts, p.Seg.TSEcr = model.OptTimestamps, 1 },
	} {
		p := ps[0]
		change(&p)
		ps = append(ps, p)
	}
	sys, err := New(pair())
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[int32]bool{}
	for _, p := range ps {
		for age := range 3 {
			p.Age = age
			c, ok := sys.encode(p)
			if !ok {
				t.Fatalf("%v has no code", p)
			}
			numbers[l.packet(c)] = true
		}
	}
	if len(numbers) != len(ps) {
		t.Errorf("%d segments that differ have %d numbers", len(ps), len(numbers))
	}
}

// No data goes to no incarnation where the System says that none does.
func TestDataToNoOneIsForeseen(t *testing.T) {
	to := 0
	until(t, 3, func() bool { return to > 0 }, func(t *rapid.T) {
		sys, err := New(DrawSmall(chooser(t)))
		if err != nil {
			t.Fatal(err)
		}
		walk(t, sys, func(s State, _ *Action) {
			w := sys.Unpack(s)
			for _, p := range w.Wire(sys) {
				if p.Seg.Len == 0 || p.To != NoOne {
					continue
				}
				if to++; !sys.unaddressed {
					t.Fatalf("%v goes to no one", p)
				}
			}
		})
	})
	if to == 0 {
		t.Error("no data went to no one")
	}
}

// What comes of two arrivals that are cut off is not known, so neither is like the other.
func TestCutOffIsLikeNoOther(t *testing.T) {
	sc := calling()
	for wnd := range uint16(2) {
		sc.Stale = append(sc.Stale, to(B, model.Segment{Seq: BaseA + Above, Flags: model.SYN, Wnd: 3 + wnd}))
	}
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	ls, ok := sys.locals(false, nil)
	if !ok {
		t.Fatal("too large")
	}
	of := map[int32]int{} // which segment an effect is of
	for _, n := range ls.side[B].States {
		for k, outs := range n.Arrive {
			for _, o := range outs {
				if other, ok := of[o.Effect]; o.To == equivalence.Nowhere && ok && other != k {
					t.Errorf("segments %d and %d are cut off, and have the same effect", other, k)
				} else if o.To == equivalence.Nowhere {
					of[o.Effect] = k
				}
			}
		}
	}
	if len(of) < 2 {
		t.Error("nothing is cut off")
	}
}
