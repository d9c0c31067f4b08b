package equivalence

import "testing"

// done is the only state of an endpoint that no message does anything to.
func done(messages ...uint64) *Endpoint {
	return &Endpoint{States: []State{{Tick: Nowhere, Arrive: make([][]Outcome, len(messages))}}, Messages: messages}
}

// Messages are equivalent if they have the same effect and draw equivalent answers, now and later.
func TestClasses(t *testing.T) {
	const x, y = 1, 2 // effects
	here := func(tick int32, arrive ...[]Outcome) State { return State{Tick: tick, Arrive: arrive} }
	does := func(effect int32, sends ...int32) []Outcome { return []Outcome{{Effect: effect, Sends: sends}} }
	for _, c := range []struct {
		claim  string
		states []State // of the first endpoint, which gets messages 0 and 1
		other  *Endpoint
		ticks  int
		age    int
		drop   bool
		want   [2]uint16
	}{
		{"the same effect", []State{here(Nowhere, does(x), does(x))}, done(), 0, 0, false, [2]uint16{1, 1}},
		{"two effects", []State{here(Nowhere, does(x), does(y))}, done(), 0, 0, false, [2]uint16{0, 1}},
		{"no effect, and dropped", []State{here(Nowhere, does(NoEffect), does(x))}, done(), 0, 0, true, [2]uint16{Dropped, 1}},
		{"no effect, and kept", []State{here(Nowhere, does(NoEffect), does(x))}, done(), 0, 0, false, [2]uint16{0, 1}},
		{"answers that do nothing", []State{here(Nowhere, does(x, 0), does(x, 1))}, done(7, 8), 0, 0, false, [2]uint16{1, 1}},
		{"answers that differ", []State{here(Nowhere, does(x, 0), does(x, 1))},
			&Endpoint{States: []State{here(Nowhere, does(x), does(y))}, Messages: []uint64{7, 8}}, 0, 0, false, [2]uint16{0, 1}},
		{"two effects a tick later, which the messages live to see", []State{here(1, does(x), does(x)), here(1, does(x), does(y))}, done(), 2, 0, false, [2]uint16{0, 1}},
		{"two effects a tick later, when the messages are gone", []State{here(1, does(x), does(x)), here(1, does(x), does(y))}, done(), 2, 1, false, [2]uint16{1, 1}},
	} {
		first := &Endpoint{States: c.states, Messages: []uint64{6, 5}} // the least of a class is message 1
		q := New([2]*Endpoint{first, c.other}, c.ticks, false, c.drop)
		classes := q.Of([2]int32{0, 0})
		if got := [2]uint16(q.Row(classes, 0, c.age)); got != c.want {
			t.Errorf("%s: messages 0 and 1 are represented by %v, want %v", c.claim, got, c.want)
		}
	}
}
