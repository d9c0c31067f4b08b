package explore

import (
	"context"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// Run searches the states that are reachable in sys, as o says, and reports what it found.
func Run[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) *Result[S, A] {
	s := newSearch(sys, o)
	s.run(ctx)
	return s.result()
}

func (s *search[S, A]) result() *Result[S, A] {
	r := &Result[S, A]{
		Reason:   s.reason,
		Distinct: uint64(s.count), Generated: s.generated, Depth: max(0, len(s.levels)-1),
		Terminals: s.terminals, Loops: s.loops, Cuts: slices.Clone(s.cuts),
	}
	slices.SortFunc(r.Cuts, func(a, b Cut) int { return strings.Compare(a.Name, b.Name) })
	for i, lo := range s.levels {
		hi := s.count
		if i+1 < len(s.levels) {
			hi = s.levels[i+1]
		}
		r.Levels = append(r.Levels, uint64(hi-lo))
	}
	for _, id := range s.firstTerminals {
		r.TerminalStates = append(r.TerminalStates, *s.states.at(id))
	}
	r.Violations = s.violations()
	for i, id := range s.seen {
		w := Witness[S, A]{Name: s.o.Sometimes[i].Name, Found: id != noState}
		if w.Found {
			w.Path = s.path(id)
		}
		r.Witnesses = append(r.Witnesses, w)
	}
	r.Verdict = verdict(len(r.Violations) > 0, s.reason != "", len(r.Cuts) > 0)
	r.MemBytes = s.mem.used.Load()
	r.BytesPerState = float64(r.MemBytes) / float64(max(1, r.Distinct))
	r.Elapsed = time.Since(s.begun)
	return r
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
	first := slices.Min(append([]uint32{noState}, s.never...))
	for i, id := range s.never {
		if id == noState || id != first && !s.o.KeepGoing {
			continue
		}
		list = append(list, Violation[S, A]{Name: s.o.Always[i].Name, Path: s.path(id)})
		if !s.o.KeepGoing {
			break
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
		n += uint64(cap(c.states))*size + uint64(cap(c.meta))*16 + uint64(cap(c.order))*4
	}
	for _, w := range s.workers {
		n += uint64(cap(w.next)+cap(w.recent))*size + uint64(cap(w.meta))*16 + uint64(cap(w.probes))*8
	}
	s.mem.give(s.buffers)
	s.buffers = 0
	if !s.mem.take(n) {
		return false
	}
	s.buffers = n
	return true
}
