// Package exploretest checks that a system keeps what explore.System promises.
package exploretest

import (
	"reflect"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
)

// TB is the part of testing.TB that a check needs, so that a *rapid.T can be one.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Contract checks sys in each of the given states: Init and Actions say the same when asked again, Actions
// appends to what it is given, and Step gives the same successor whatever was asked in between.
func Contract[S comparable, A any](t TB, sys explore.System[S, A], states []S) {
	t.Helper()
	if a, b := sys.Init(), sys.Init(); !slices.Equal(a, b) {
		t.Errorf("Init changed its mind: %v, then %v", a, b)
	}
	for _, s := range states {
		first := sys.Actions(nil, s)
		var steps []S
		for _, a := range first {
			steps = append(steps, sys.Step(s, a))
		}
		if again := sys.Actions(nil, s); !same(first, again) {
			t.Errorf("in %v the actions are %v, then %v", s, first, again)
			continue
		}
		for i := len(first) - 1; i >= 0; i-- {
			if got := sys.Step(s, first[i]); got != steps[i] {
				t.Errorf("in %v action %v leads to %v, then to %v", s, first[i], steps[i], got)
			}
		}
		appends(t, sys, s, first)
		if x, ok := sys.(explore.Expander[S, A]); ok {
			if got := x.Expand(slices.Clone(states[:1]), &s, first); !slices.Equal(got, append(slices.Clone(states[:1]), steps...)) {
				t.Errorf("in %v Expand gives %v, not what Step gives: %v", s, got, steps)
			}
		}
	}
}

// appends checks that Actions leaves what is in dst, in a slice with room and in one without.
func appends[S comparable, A any](t TB, sys explore.System[S, A], s S, actions []A) {
	t.Helper()
	var marker A
	for _, room := range []int{0, 1 + len(actions)} {
		dst := append(make([]A, 0, 1+room), marker)
		got := sys.Actions(dst, s)
		if len(got) == 0 || !same(got[:1], []A{marker}) || !same(got[1:], actions) {
			t.Errorf("in %v, Actions gave %v for %v and %v after it", s, got, dst, actions)
		}
	}
}

func same[A any](a, b []A) bool {
	return slices.EqualFunc(a, b, func(x, y A) bool { return reflect.DeepEqual(x, y) })
}
