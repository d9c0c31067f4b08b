package netfake

import (
	"reflect"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// A state and its world say the same: what is unpacked and packed again is the state as it was.
func checkPack(t *rapid.T) {
	sys := drawSystem(t)
	walk(t, sys, func(s State, a *Action) {
		w := sys.Unpack(s)
		if again := sys.pack(&w); again != s {
			t.Fatalf("packed again after %v: got\n%+v, want\n%+v", a, again, s)
		}
	})
}

func TestPackIsTheInverseOfUnpack(t *testing.T) { often(t, 30, checkPack) }
func FuzzPack(f *testing.F)                     { f.Fuzz(rapid.MakeFuzz(checkPack)) }

// leaves adds up the sizes of all that is in a value of the type.
func leaves(t reflect.Type) (n uintptr) {
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			n += leaves(t.Field(i).Type)
		}
	case reflect.Array:
		n = uintptr(t.Len()) * leaves(t.Elem())
	case reflect.Uint8, reflect.Uint16, reflect.Uint64:
		n = t.Size()
	default:
		panic("BUG: a state holds a " + t.String())
	}
	return n
}

// A state is small, flat, and has no padding, which would make it slow to hash.
func TestStateIsFlatAndSmall(t *testing.T) {
	var s State
	if got, want := leaves(reflect.TypeOf(s)), unsafe.Sizeof(s); got != want {
		t.Errorf("the fields take %d octets of %d: the rest is padding", got, want)
	}
	if unsafe.Sizeof(s) > 256 {
		t.Errorf("a state takes %d octets, want at most 256", unsafe.Sizeof(s))
	}
}

// The wire is canonical: in which order segments were sent does not show in the state, in a set
// and in a bag without order. Where the order counts, that of each direction is kept.
func TestWireIsCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sys := drawSystem(t)
		var ps []Packet
		for range integer(t, "packets", 0, 12) {
			p := chooser(t).packet(&sys.sc)
			p.Age = integer(t, "age", 0, 2)
			ps = append(ps, p)
		}
		sent := func(ps []Packet) World {
			var w World
			for _, p := range ps {
				sys.put(&w, p)
			}
			return w
		}
		w, shuffled := sent(ps), sent(rapid.Permutation(ps).Draw(t, "another order"))
		if !sys.sc.Net.InOrder && sys.pack(&w) != sys.pack(&shuffled) {
			t.Fatalf("in one order %v, in another %v", w.Wire(sys), shuffled.Wire(sys))
		}
		if !sys.sc.Net.InOrder {
			return
		}
		for dst := range 2 {
			var want, got []string
			for _, p := range ps {
				if p.Dst == dst {
					want = append(want, p.Seg.String())
				}
			}
			for _, p := range w.Wire(sys) {
				if p.Dst == dst {
					got = append(got, p.Seg.String())
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("to %s: got %v, want the order of sending, %v", PeerName(dst), got, want)
			}
		}
	})
}

// What two endpoints do without hearing of each other leads to one state, in whatever order they do it.
func TestIndependentStepsCommute(t *testing.T) {
	sc := connected()
	sc.Peer[B].User.Octets = 2
	one, other := newPlay(t, sc), newPlay(t, sc)
	one.do(A, Send, Close)
	one.do(B, Send, Close)
	other.do(B, Send)
	other.do(A, Send)
	other.do(B, Close)
	other.do(A, Close)
	if one.s != other.s {
		t.Errorf("two orders lead to two states:\n%+v\n%+v", one.s, other.s)
	}
}
