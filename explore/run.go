package explore

import (
	"context"
	"math"
	"unsafe"
)

// Run searches the states that are reachable in sys, as o says, and reports what it found.
func Run[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) *Result[S, A] {
	if o.Store == Disk {
		return runOnDisk(ctx, sys, o)
	}
	s := newSearch(sys, o)
	defer s.store.close()
	s.run(ctx)
	return s.result()
}

func (s *search[S, A]) result() *Result[S, A] {
	r := &Result[S, A]{Reason: s.reason, Err: s.err, Distinct: uint64(s.count), Levels: s.sizes(s.count)}
	r.Depth = max(0, len(r.Levels)-1)
	tellCounts(r, &s.counts)
	for i := range s.seen {
		w := Witness[S, A]{Name: s.o.Sometimes[i].Name, Found: s.seen[i].id != noState}
		if w.Found {
			w.Path = s.path(s.seen[i])
		}
		r.Witnesses = append(r.Witnesses, w)
	}
	r.Violations = s.violations()
	r.Verdict = verdict(len(r.Violations) > 0, s.reason != "", len(r.Cuts) > 0)
	if s.o.Store != Exact {
		r.MissProbability = missProbability(r.Distinct)
	}
	r.MemBytes, r.PeakBytes = s.mem.used.Load(), s.mem.peak.Load()
	r.BytesPerState = float64(r.MemBytes) / float64(max(1, r.Distinct))
	r.Elapsed = s.elapsed()
	return r
}

// missProbability is the bound of Result.MissProbability for n states.
func missProbability(n uint64) float64 {
	return math.Ldexp(float64(n)*float64(max(n, 1)-1), -129)
}

// verdict is the rule of truth.  A violation stands whatever else was or was not seen; without one, a search
// that was ended says nothing, one that a bound held back says so, and only one that saw it all verifies.
func verdict(violated, ended, cut bool) Verdict {
	switch {
	case violated:
		return Violated
	case ended:
		return Unknown
	case cut:
		return Bounded
	default:
		return Verified
	}
}

// violations lists, in the order of Options.Always, the invariants that were violated; unless the search kept
// going, only the one that was violated first.
func (s *search[S, A]) violations() (list []Violation[S, A]) {
	for _, i := range shown(s.never, s.o.KeepGoing) {
		list = append(list, Violation[S, A]{Name: s.o.Always[i].Name, Path: s.path(s.never[i])})
	}
	return list
}

// shown lists those of the invariants that were violated of which a result speaks: all, or the first.
func shown[S comparable](never []found[S], all bool) (list []int) {
	for i, f := range never {
		switch {
		case f.id == noState:
		case all || len(list) == 0:
			list = append(list, i)
		case f.id < never[list[0]].id:
			list[0] = i
		}
	}
	return list
}

// accountBuffers brings the budget up to date with the buffers of the workers, and reports whether it holds.
func (s *search[S, A]) accountBuffers() bool {
	var zero S
	size := uint64(unsafe.Sizeof(zero))
	var n uint64
	for i := range s.chunks {
		c := &s.chunks[i]
		n += uint64(cap(c.states))*size + uint64(cap(c.meta))*candidateBytes + uint64(cap(c.order))*4
	}
	for _, w := range s.workers {
		n += uint64(cap(w.from)+cap(w.states)+cap(w.recent))*size + uint64(cap(w.meta))*candidateBytes
		n += uint64(cap(w.probes)+cap(w.glances)) * 8
	}
	s.mem.give(s.buffers)
	s.buffers = 0
	if !s.mem.take(n) {
		return false
	}
	s.buffers = n
	return true
}
