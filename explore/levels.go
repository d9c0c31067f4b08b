package explore

import (
	"context"
	"errors"
	"slices"
	"time"
)

// space keeps the states of a search: [search] in memory, whole or as fingerprints, and [disk] in files. A search
// proceeds level by level. The reason to end it early is a string; it is empty if there is none.
type space[S comparable, A any] interface {
	shared() *common[S, A]
	// begin stores the initial states, or takes over the search in Options.Dir.
	begin(ctx context.Context) (reason string)
	// sizes are the numbers of states of the levels, and waiting is that of the states that are not yet expanded.
	sizes() []uint64
	waiting() uint64
	// level expands the current level and stores the next one. At a leaf it only counts.
	level(ctx context.Context, leaf bool) (reason string)
	// ancestors returns, for each place of a run to f, what the stored data says about the state there.
	ancestors(f found[S]) ([]layer[S], error)
	// used sets the memory and disk usage of the search in a result.
	used(r *Result[S, A])
	close()
}

// newSpace is the only place that chooses between the kinds of space.
func newSpace[S comparable, A any](sys System[S, A], o Options[S, A]) space[S, A] {
	if o.Store == Disk {
		return newDisk(sys, o)
	}
	return newSearch(sys, o)
}

// common is the part of a search that does not depend on where its states are: its questions and its results.
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

// found is the first state of some kind. Its id is its number if states are in memory, its level if they are on disk,
// and noState as long as no such state was found.
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

// fail ends a search because of an error.
func (c *common[S, A]) fail(err error) (reason string) {
	c.err = err
	return err.Error()
}

func (c *common[S, A]) violated() bool {
	return slices.ContainsFunc(c.violations, func(f found[S]) bool { return f.id != noState })
}

func (c *common[S, A]) elapsed() time.Duration { return c.before + time.Since(c.begun) }

var errTimeout = errors.New("timeout")

// ended returns why a search whose context is done has ended.
func ended(ctx context.Context) string {
	cause := context.Cause(ctx)
	if errors.Is(cause, errTimeout) {
		return cause.Error()
	}
	return "interrupted: " + cause.Error()
}

// searchLevels searches in, level by level, until no state is left or something ends the search.
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
