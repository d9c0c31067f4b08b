package conform

import (
	"context"
	"strings"
)

// TB is the part of testing.TB that Test needs.
type TB interface {
	Helper()
	Context() context.Context
	Log(...any)
	Error(...any)
	Fatal(...any)
}

// Test checks a stack in a Go test. The test fails if there is an unexplained difference, or if the table is not
// exact: an entry that no longer happens, or that another number of pairs needs than is pinned.
func Test(t TB, open func() (Peer, error), o Options) *Report {
	t.Helper()
	r, err := Check(t.Context(), open, o)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Error(b.String())
	} else {
		t.Log(b.String())
	}
	return r
}
