package model

import "testing"

// work is a mix of events that an endpoint in the middle of things meets.
func work() []struct {
	t TCB
	e Event
} {
	s := fromSeed(1)
	all := make([]struct {
		t TCB
		e Event
	}, 256)
	for i := range all {
		all[i].t = s.anyTCB().sane()
		all[i].e = s.event(all[i].t)
	}
	return all
}

// TestStepDoesNotAllocate: a search calls Step some million times a second.
func TestStepDoesNotAllocate(t *testing.T) {
	all, c := work(), base()
	var sink TCB
	n := testing.AllocsPerRun(10, func() {
		for _, w := range all {
			sink, _ = Step(c, w.t, w.e)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations, the last for %v", n, sink.State)
	}
}

func BenchmarkStep(b *testing.B) {
	all, c := work(), base()
	b.ReportAllocs()
	for i := range b.N {
		w := &all[i%len(all)]
		_, _ = Step(c, w.t, w.e)
	}
}
