package explore

import (
	"context"
	"errors"
	"slices"
	"time"
)

// space keeps the states of a search: [search] in memory, whole or as fingerprints, and [disk] in files. A search goes
// level by level; a reason to end it early is a text, or empty.
type space[S comparable, A any] interface {
	shared() *common[S, A]
	// begin stores the initial states, or takes over the search in Options.Dir.
	begin(ctx context.Context) (reason string)
	// sizes are the numbers of states of the levels, and waiting is that of the states that are not yet expanded.
	sizes() []uint64
	waiting() uint64
	// level expands the level in hand and stores the next. At a leaf it only counts what can happen.
	level(ctx context.Context, leaf bool) (reason string)
	// ancestors returns what is known of each state of a run to f.
	ancestors(f found[S]) ([]layer[S], error)
	// used puts the bytes that the search takes into a result.
	used(r *Result[S, A])
	close()
}

// newSpace is the one place that knows which spaces there are.
func newSpace[S comparable, A any](sys System[S, A], o Options[S, A]) space[S, A] {
	if o.Store == Disk {
		return newDisk(sys, o)
	}
	return newSearch(sys, o)
}

// common is what a search asks and what it has found, wherever its states are.
type common[S comparable, A any] struct {
	stepper[S, A]
	o          Options[S, A]
	counts     counts[S]
	violations []found[S] // per invariant, the first state that violates it
	witnesses  []found[S] // per witness, the first state that satisfies it
	begun      time.Time
	before     time.Duration // spent by the runs that this one resumes
	err        error         // what ended the search early, if that is an error
}

// found is the first state of some kind. Its id is its number in memory and its level on disk, and noState as long as there
// is none.
type found[S comparable] struct {
	id    uint32
	state S
}

// noneFound returns n states that are not found.
func noneFound[S comparable](n int) []found[S] { return slices.Repeat([]found[S]{{id: noState}}, n) }

func newCommon[S comparable, A any](sys System[S, A], o Options[S, A]) common[S, A] {
	o.setDefaults()
	return common[S, A]{stepper: newStepper(sys, &o), o: o, begun: time.Now(),
		violations: noneFound[S](len(o.Always)), witnesses: noneFound[S](len(o.Sometimes))}
}

func (c *common[S, A]) shared() *common[S, A] { return c }

// fail ends a search for an error.
func (c *common[S, A]) fail(err error) (reason string) {
	c.err = err
	return err.Error()
}

func (c *common[S, A]) violated() bool {
	return slices.ContainsFunc(c.violations, func(f found[S]) bool { return f.id != noState })
}

func (c *common[S, A]) elapsed() time.Duration { return c.before + time.Since(c.begun) }

var errTimeout = errors.New("timeout")

// ended is the reason that a done context gives for the end of a search.
func ended(ctx context.Context) string {
	cause := context.Cause(ctx)
	if errors.Is(cause, errTimeout) {
		return cause.Error()
	}
	return "interrupted: " + cause.Error()
}

// searchLevels searches in level by level until no state is left or something ends it.
func searchLevels[S comparable, A any](ctx context.Context, in space[S, A]) *Result[S, A] {
	defer in.close()
	c := in.shared()
	if c.o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.o.Timeout, errTimeout)
		defer cancel()
	}
	reason := in.begin(ctx)
	for leaf := false; reason == "" && !leaf && in.waiting() > 0; {
		leaf = c.o.MaxDepth > 0 && len(in.sizes()) > c.o.MaxDepth
		if c.violated() && !c.o.KeepGoing && !leaf {
			break
		}
		reason = in.level(ctx, leaf)
	}
	return resultOf(in, reason)
}
