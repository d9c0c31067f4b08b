package twin

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// everything is a scenario in which every variable of a state matters.
func everything() netfake.Scenario {
	var sc netfake.Scenario
	sc.Net = netfake.Network{MSL: 3, FirstAck: true}
	sc.Watch = 1<<netfake.NumFaults - 1
	for me, base := range []model.Seq{100, 300} {
		sc.Peer[me] = netfake.Host{Protocol: netfake.Protocol{
			TCP:  model.Config{RcvBuf: 4, MSS: 2, Timestamps: true, DataOnSyn: true},
			Isn:  netfake.Isn{Policy: netfake.Fresh},
			Base: base, TimeWait: 3, GiveUp: 3, FinWait2: 3, QuietTime: 3, RTO: 2, TimersWithin: 2,
		}}
	}
	return sc
}

// leaves calls with each variable that v consists of, by its name.
func leaves(name string, v reflect.Value, with func(name string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(name+"."+v.Type().Field(i).Name, v.Field(i), with)
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			leaves(fmt.Sprintf("%s[%d]", name, i), v.Index(i), with)
		}
	default:
		with(name, v)
	}
}

// change gives a variable another value than it has.
func change(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Bool:
		v.SetBool(!v.Bool())
	case v.CanInt():
		v.SetInt(v.Int() + 1)
	default:
		v.SetUint(v.Uint() ^ 1)
	}
}

// The encoding leaves nothing out: whichever variable of a state is another one, so is the encoding, and decoded it is
// the same state. A time counts only while something waits for it.
func TestEncodingHoldsEveryVariable(t *testing.T) {
	w := New(everything())
	waits := map[string]model.State{"Quiet": model.Closed, "WaitEnds": model.TimeWait, "OrphanEnds": model.FinWait2}
	for _, st := range []model.State{model.Closed, model.TimeWait, model.FinWait2, model.Established} {
		s := State{Now: 5, Wire: []Letter{{To: b, Sent: 4}}}
		for me := range s.Side {
			s.Side[me] = w.fresh(me)
			side := &s.Side[me]
			side.TCB.State = st
			side.Quiet, side.WaitEnds, side.OrphanEnds, side.ResendsAt, side.TextSince, side.FinSince, side.FinHeard = 7, 7, 7, 7, 3, 3, 3
		}
		code := w.Encode(nil, &s)
		for k := range 200 {
			changed := State{}
			changed.Set(&s)
			n, what := 0, ""
			leaves("", reflect.ValueOf(&changed).Elem(), func(name string, v reflect.Value) {
				if n == k {
					what = name
					change(v)
				}
				n++
			})
			if k >= n {
				if k < 100 {
					t.Fatalf("a state has %d variables, expected more", n)
				}
				break
			}
			field := last(what)
			if at, timed := waits[field]; timed && at != st || field == "Ghost" && what[:5] == ".Wire" || field == "To" {
				continue // not waited for; a label of From and For; and the only letter there is
			}
			other := w.Encode(nil, &changed)
			if bytes.Equal(code, other) {
				t.Errorf("in %v the encoding does not hold %s", st, what)
			}
			var again State
			if err := w.Decode(&again, other); err != nil {
				t.Errorf("in %v with another %s: %v", st, what, err)
			} else if !bytes.Equal(w.Encode(nil, &again), other) {
				t.Errorf("in %v with another %s: decoded it is another state", st, what)
			}
		}
	}
}

// last is the part of a name behind the last dot.
func last(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return name
}

// The order of the letters does not count, unless the wire keeps it.
func TestEncodingOfTheWire(t *testing.T) {
	x := Letter{To: b, Seg: model.Segment{Seq: 101, Flags: model.ACK, Ack: 301}, From: 1, For: 1}
	y := Letter{To: b, Seg: model.Segment{Seq: 102, Flags: model.ACK, Ack: 301}, From: 1, For: 1}
	z := Letter{To: a, Seg: model.Segment{Seq: 301, Flags: model.ACK, Ack: 101}, From: 1, For: 1}
	for _, inOrder := range []bool{false, true} {
		sc := everything()
		sc.Net = netfake.Network{Bag: true, InOrder: inOrder, Losses: netfake.Unlimited}
		w := New(sc)
		code := func(wire ...Letter) string {
			s := w.Init()
			s.Wire = wire
			return string(w.Encode(nil, &s))
		}
		if same := code(x, y, z) == code(y, x, z); same == inOrder {
			t.Errorf("in order %v: two letters of one direction in another order are the same state: %v", inOrder, same)
		}
		if code(x, y, z) != code(z, x, y) {
			t.Errorf("in order %v: letters of different directions in another order are another state", inOrder)
		}
		if code(x, x) == code(x) {
			t.Errorf("in order %v: two copies are the same state as one", inOrder)
		}
	}
}

// Whatever the bytes, Decode returns: an error, or a state.
func FuzzDecode(f *testing.F) {
	w := New(everything())
	s := w.Init()
	s.Wire = []Letter{{To: b, From: 1, For: 1}}
	f.Add(w.Encode(nil, &s))
	f.Fuzz(func(t *testing.T, data []byte) {
		var s State
		if err := w.Decode(&s, data); err != nil {
			return
		}
		code := w.Encode(nil, &s)
		var again State
		if err := w.Decode(&again, code); err != nil || !bytes.Equal(w.Encode(nil, &again), code) {
			t.Fatalf("a state that was decoded is not the one that it is encoded as (%v)", err)
		}
	})
}
