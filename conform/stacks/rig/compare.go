package rig

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
)

// noPair is a pattern that no pair's name matches: only random walks are taken.
var noPair = regexp.MustCompile(`^$`)

// Compare checks a stack by the table in a file: the pairs, and walks of each seed. What is unexplained in any of them fails,
// and so does an entry that none of them needs: one that random walks alone show is not bound to one seed.
func Compare(t *testing.T, open func() (conform.Peer, error), file string, o conform.Options, seeds ...uint64) {
	t.Helper()
	var unused []string
	needed := map[string]bool{}
	for i, seed := range seeds {
		table, err := conform.ReadTable(file) // each with a table of its own, which counts its uses
		if err != nil {
			t.Fatal(err)
		}
		o.Table, o.Seed = table, seed
		if i > 0 {
			o.Pairs = noPair
		}
		r, err := conform.Check(t.Context(), open, o)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			for _, u := range r.Unused {
				unused = append(unused, u.Name)
			}
			r.Unused = nil
		}
		for _, e := range r.Entries {
			needed[e.Name] = true
		}
		tell(t, r, seed, i == 0)
	}
	unused = slices.DeleteFunc(unused, func(name string) bool { return needed[name] })
	if len(unused) > 0 {
		t.Errorf("no longer happens: %s", strings.Join(unused, ", "))
	}
}

// tell writes the report; of a later seed, which shows the same entries again, only if it failed.
func tell(t *testing.T, r *conform.Report, seed uint64, whole bool) {
	t.Helper()
	if r.OK() && !whole {
		t.Logf("seed %d: %d random steps in %d walks", seed, r.Steps, r.Walks)
		return
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if !r.OK() {
		t.Errorf("seed %d: %s", seed, &b)
		return
	}
	t.Logf("seed %d: %s", seed, &b)
}
