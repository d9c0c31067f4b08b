package explore

import (
	"context"
	"fmt"
	"math"
	"unsafe"
)

// Run searches the reachable states of sys with the options o, and reports what it found.
func Run[S comparable, A any](ctx context.Context, sys System[S, A], o Options[S, A]) *Result[S, A] {
	return searchLevels(ctx, newSpace(sys, o))
}

// resultOf is the result of a search that has ended. reason says why it ended early, and is empty if it did not.
func resultOf[S comparable, A any](in space[S, A], reason string) *Result[S, A] {
	c := in.shared()
	r := &Result[S, A]{Reason: reason, Err: c.err, Levels: in.sizes()}
	for _, n := range r.Levels {
		r.Distinct += n
	}
	r.Depth = max(0, len(r.Levels)-1)
	setCounts(r, &c.counts)
	answers(r, in)
	r.Verdict = verdict(len(r.Violations) > 0, r.Reason != "", len(r.Cuts) > 0)
	if c.o.Store != Exact {
		r.MissProbability = missProbability(r.Distinct)
	}
	in.used(r)
	r.BytesPerState = float64(r.MemBytes) / float64(max(1, r.Distinct))
	r.Elapsed = c.elapsed()
	return r
}

// answers puts the runs that were found into a result. Violations are in the order of Options.Always. Without
// KeepGoing there is only the first one. It is an error if a run can no longer be read from the files.
func answers[S comparable, A any](r *Result[S, A], in space[S, A]) {
	c := in.shared()
	path := func(name string, f found[S]) Path[S, A] {
		way, err := in.ancestors(f)
		if err != nil {
			r.Err = fmt.Errorf("the run to %q, of %d steps, is lost: %w", name, f.id, err)
			r.Reason = r.Err.Error()
			return nil
		}
		return follow(c.sys, way, f.state)
	}
	for _, i := range shown(c.violations, c.o.KeepGoing) {
		name := c.o.Always[i].Name
		if p := path(name, c.violations[i]); p != nil {
			r.Violations = append(r.Violations, Violation[S, A]{Name: name, Path: p})
		}
	}
	for i, f := range c.witnesses {
		w := Witness[S, A]{Name: c.o.Sometimes[i].Name}
		if f.id != noState {
			w.Path = path(w.Name, f)
		}
		w.Found = w.Path != nil
		r.Witnesses = append(r.Witnesses, w)
	}
}

// missProbability computes Result.MissProbability for n states.
func missProbability(n uint64) float64 {
	return math.Ldexp(float64(n)*float64(max(n, 1)-1), -129)
}

// verdict derives the verdict. A violation counts even if the search was incomplete. Without a violation, a search
// that ended early is Unknown, and one that a bound cut off is Bounded. Only a search of all reachable states is
// Verified.
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

// shown lists the violated invariants that a result has: all of them, or the first.
func shown[S comparable](violations []found[S], all bool) (list []int) {
	for i, f := range violations {
		switch {
		case f.id == noState:
		case all || len(list) == 0:
			list = append(list, i)
		case f.id < violations[list[0]].id:
			list[0] = i
		}
	}
	return list
}

// accountBuffers updates the budget with the size of the workers' buffers, and reports whether the budget allows it.
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
