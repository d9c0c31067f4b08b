package netfake

import (
	"reflect"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
)

// everything is a scenario in which a state keeps all that it ever keeps of an endpoint.
func everything(t *testing.T) *System {
	sc := pair()
	for i := range sc.Peer {
		sc.Peer[i].TCP = model.Config{RcvBuf: 4, MSS: uint16(2 + i), ManualReceive: true, Timestamps: true}
		sc.Peer[i].Isn = Isn{Policy: Fresh}
	}
	sys, err := New(sc)
	if err != nil {
		t.Fatal(err)
	}
	return sys
}

// full is an endpoint in which no two variables could be taken for each other.
func full(sys *System, me int) Peer {
	mine, theirs, n := sys.sc.Peer[me].Base, sys.sc.Peer[1-me].Base, uint32(me)
	k := uint8(me)
	p := Peer{
		Inc: 2 + k, RemoteInc: 4 + k, Sent: 6 + k, Got: 8 + k, Taken: 10 + k, Actives: 1 + k, Passive: 3 + k, Accepts: 5 + k,
		Crashes: 7 + k, Timer: 9 + k, Age: 11 + k, FinAge: 13 + k, FinAckAge: 14 - k, LastCloseNormal: true, Answered: true, Had: 6 - k, ISNFloor: mine + 40,
	}
	p.TCB = model.TCB{
		Snd:  model.SendVars{Una: mine + 11, Nxt: mine + 12, Wl1: theirs + 13, Wl2: mine + 14, Wnd: 15 + n, MaxWnd: 17 + n},
		Iss:  mine + 10,
		Rcv:  model.RecvVars{Nxt: theirs + 21, Wnd: 22 + n},
		Irs:  theirs + 20,
		TS:   model.TimestampVars{Recent: 24 + n, LastAckSent: theirs + 26},
		Held: [model.MaxHeld]model.Held{{Seq: theirs + 27, Len: 2, Flags: model.PSH | model.FIN, Ghost: 0x23}, {Seq: theirs + 30, Len: 1, Ghost: 0x45}},
		Old:  model.OldVars{SndNxt: mine + 31, RcvNxt: theirs + 32, TSRecent: 33 + n},

		Unsent: 1 + n, Unread: 3 + n, Wanted: 5 + n, SynText: 7 + k,
		MSS: sys.sc.Peer[1-me].TCP.MSS, Marks: model.OldTSOK<<1 - 1, State: model.Established,
	}
	p.TCB.Rcv.Up = p.TCB.Rcv.Nxt - model.Seq(p.TCB.Unread) // it has no place of its own
	return p
}

// zeros names what is zero in a value, and in no other place of an array of its type.
func zeros(v reflect.Value, name string) (names []string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			names = append(names, zeros(v.Field(i), name+"."+v.Type().Field(i).Name)...)
		}
	case reflect.Array:
		names = zeros(v.Index(0), name)
	default:
		if v.IsZero() {
			names = []string{name}
		}
	}
	return names
}

// A state keeps every variable of both endpoints and of their users, and every budget. The scenario files have no urgent data and
// no window scale, so that these variables are always zero.
func TestAStateKeepsEveryVariable(t *testing.T) {
	sys := everything(t)
	w := World{Peer: [2]Peer{full(sys, A), full(sys, B)}, Faults: ForeignAck | LostOctet, Clock: 300, Losses: 5, Dups: 6}
	want := []string{".TCB.Snd.Up", ".TCB.SndShift", ".TCB.RcvShift"}
	if got := zeros(reflect.ValueOf(w.Peer[A]), ""); !reflect.DeepEqual(got, want) {
		t.Errorf("not tried: %v, want %v", got, want)
	}
	got := sys.Unpack(sys.pack(&w))
	for i := range got.Peer {
		if got.Peer[i] != w.Peer[i] {
			t.Errorf("%s: got\n%+v, want\n%+v", PeerName(i), got.Peer[i], w.Peer[i])
		}
	}
	got.Peer = w.Peer
	if got != w {
		t.Errorf("besides the endpoints: got\n%+v, want\n%+v", got, w)
	}
}

// A segment on the wire keeps all of itself, and its ghosts.
func TestTheWireKeepsASegment(t *testing.T) {
	sys := everything(t)
	for dst, bases := range [][2]model.Seq{A: {BaseB, BaseA}, B: {BaseA, BaseB}} {
		for _, seg := range []model.Segment{
			{Seq: bases[0] + 5, Flags: model.SYN, Wnd: 9, Opts: model.OptMSS, MSS: sys.sc.Peer[1-dst].TCP.MSS},
			{Seq: bases[0] + 6, Ack: bases[1] + 7, Flags: model.ACK | model.PSH | model.FIN, Len: 3, Wnd: 200, Opts: model.OptTimestamps, TSVal: 11, TSEcr: 12},
			{Seq: bases[0] + 8, Flags: model.RST},
			{Ack: bases[1] + 9, Flags: model.RST | model.ACK},
		} {
			want := Packet{Dst: dst, Seg: seg, Age: 3, Inc: 4, To: 5}
			want.Seg.Ghost = want.ghost()
			c, ok := sys.encode(want)
			if got := sys.decode(c); !ok || got != want {
				t.Errorf("got\n%+v, %v, want\n%+v", got, ok, want)
			}
		}
	}
}

// SND.WL1 and SND.WL2 are left out of the state only where every window is the same.
func TestWhereWindowsAreConstant(t *testing.T) {
	for _, c := range []struct {
		claim  string
		change func(*Scenario)
		want   bool
	}{
		{"plain hosts", func(*Scenario) {}, true},
		{"a user that reads by hand shuts the window", func(sc *Scenario) { sc.Peer[B].TCP.ManualReceive = true }, false},
		{"a window that is not known from the SYN,ACK", func(sc *Scenario) { sc.Peer[B].TCP.NoWndFromSynAck = true }, false},
		{"one segment opens, and no window was heard", func(sc *Scenario) { sc.Peer[B].TCP.Handshake = model.OneSegment }, false},
		{"a mutant", func(sc *Scenario) { sc.Peer[B].TCP.Mutant = model.None + 1 }, false},
		{"an old segment with the window of its sender", func(sc *Scenario) { sc.Stale = []Packet{to(B, model.Segment{Seq: BaseA, Flags: model.SYN, Wnd: 4})} }, true},
		{"an old segment with another", func(sc *Scenario) { sc.Stale = []Packet{to(B, model.Segment{Seq: BaseA, Flags: model.SYN, Wnd: 3})} }, false},
		{"an old segment that comes later", func(sc *Scenario) {
			sc.Net.MSL, sc.Leftover = 2, []Packet{to(B, model.Segment{Seq: BaseA, Flags: model.SYN, Wnd: 3})}
		}, false},
		{"a segment of an attacker", func(sc *Scenario) { sc.Attacker = []Packet{to(A, model.Segment{Seq: BaseB, Flags: model.SYN, Wnd: 3})} }, false},
	} {
		sc := pair()
		c.change(&sc)
		if got := (&System{sc: sc}).windowsAreConstant(); got != c.want {
			t.Errorf("%s: %v, want %v", c.claim, got, c.want)
		}
	}
}
