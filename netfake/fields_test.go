package netfake

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/tcpcheck/tcpcheck/model"
)

// values is every field of a state by its name.
func values(s State) map[string]uint64 {
	m := map[string]uint64{}
	for _, f := range append(Wholes(), Fields()...) {
		m[f.Name] = f.Value(s)
	}
	return m
}

// TestEveryByteOfAnEndpointIsInAField: a part that no field shows could grow unseen.
func TestEveryByteOfAnEndpointIsInAField(t *testing.T) {
	zero := values(State{})
	if len(zero) != len(Fields())+len(Wholes()) {
		t.Fatal("two fields have the same name")
	}
	for i := range 2 {
		for at := range unsafe.Sizeof(peerCode{}) {
			var s State
			*(*byte)(unsafe.Add(unsafe.Pointer(&s.peer[i]), at)) = 0xff
			parts, whole := 0, 0
			for name, v := range values(s) {
				switch {
				case v == zero[name]:
				case strings.HasPrefix(name, PeerName(i)+": "):
					parts++
				case name == PeerName(i)+", as a whole":
					whole++
				default:
					t.Errorf("byte %d of %s changes %q", at, PeerName(i), name)
				}
			}
			if parts == 0 || whole != 1 {
				t.Errorf("byte %d of %s is in %d fields, and %d wholes", at, PeerName(i), parts, whole)
			}
		}
	}
}

// TestFieldsSayWhatTheWorldSays: on a state made by hand.
func TestFieldsSayWhatTheWorldSays(t *testing.T) {
	sc := calling()
	sc.Net.MSL = 4
	sc.Stale = []Packet{
		to(B, model.Segment{Seq: 90, Flags: model.SYN, Wnd: 4}),
		to(B, model.Segment{Seq: 91, Ack: 291, Flags: model.ACK, Len: 1, Wnd: 4}),
	}
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	s := sys.Step(sys.Init()[0], Action{Kind: Tick})
	s = sys.Step(s, Action{Kind: OpenActive, Peer: A})
	got := values(s)
	for name, want := range map[string]uint64{
		"the wire: segments": 3, "the wire: segments to B": 3, "the wire: segments to A": 0, "the wire: with text": 1,
		"the wire: of earlier incarnations": 2, "the wire: oldest age": 1, "the wire: highest SEQ to B": Below,
		"the wire: highest SEQ to A": 0, "A: state": uint64(model.SynSent), "B: state": 0, "A: incarnation": 1,
		"A: SND.NXT": Below + 1, "A: active OPENs left": 0, "B: passive OPENs left": 1, "faults": 0,
	} {
		if got[name] != want {
			t.Errorf("%s is %d, want %d", name, got[name], want)
		}
	}
	ticked := values(sys.Step(s, Action{Kind: Tick}))
	if ticked["the wire but for ages"] != got["the wire but for ages"] || ticked["the wire, as a whole"] == got["the wire, as a whole"] {
		t.Error("a tick changes ages alone")
	}
}
