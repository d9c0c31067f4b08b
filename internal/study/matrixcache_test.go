package study

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// caching is a matrix for the tests of the cache: one cell of each verdict, and a lasso.
func caching(t *testing.T, dir, program string, l Limits) *Matrix {
	t.Helper()
	c, err := OpenCache(dir, program)
	if err != nil {
		t.Fatal(err)
	}
	return filled(t, "handshake=three+two", "old-syn open-ends clean-last-ack", FillOptions{Cache: c, Limits: l})
}

func TestTheCacheAnswersTheSameQuestionsOfTheSameProgram(t *testing.T) {
	dir := t.TempDir()
	first := caching(t, dir, "one", Limits{States: 100})
	if n := first.Count(); n.Cached != 0 || n.Unknown == 0 || n.Fails < 2 || n.Holds == 0 {
		t.Fatalf("got %+v", n)
	}
	again := caching(t, dir, "one", Limits{States: 100})
	if again.Count().Cached != 6 || plainJSON(t, first) != plainJSON(t, again) {
		t.Errorf("%+v", again.Count())
	}
	if n := caching(t, dir, "one", Limits{States: 50}).Count(); n.Cached != 6 {
		t.Errorf("narrower limits: %+v", n)
	}
	if n := caching(t, dir, "two", Limits{States: 100}).Count(); n.Cached != 0 {
		t.Errorf("another program: %+v", n)
	}
	if n := caching(t, dir, "one", Limits{}).Count(); n.Unknown != 0 || n.Cached != 6-first.Count().Unknown {
		t.Errorf("wider limits: %+v, and %+v before", n, first.Count())
	}
}

// Whatever is wrong with an entry, the cell is searched again, and nobody notices.
func TestADamagedCacheIsNotBelieved(t *testing.T) {
	for name, damage := range map[string]func(*keptCell){
		"another verdict":   func(k *keptCell) { k.Answer.Verdict, k.Answer.Violated = explore.Violated, "no-ghost-connection" },
		"no such verdict":   func(k *keptCell) { k.Answer.Verdict = 77 },
		"no loop":           func(k *keptCell) { k.Answer.Loop = 99; k.Answer.Verdict = explore.Violated },
		"a step too many":   func(k *keptCell) { k.Answer.Actions = append(k.Answer.Actions, netfake.Action{Kind: 99}) },
		"another invariant": func(k *keptCell) { k.Answer.Verdict, k.Answer.Violated = explore.Violated, "no-foreign-fin" },
		"another program":   func(k *keptCell) { k.Program = "another" },
		"another question":  func(k *keptCell) { k.Question += " " },
		"nothing":           nil,
	} {
		dir := t.TempDir()
		want := plainJSON(t, caching(t, dir, "one", Limits{}))
		files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		if len(files) == 0 {
			t.Fatal("nothing was kept")
		}
		for _, file := range files {
			data, _ := os.ReadFile(file)
			var k keptCell
			if err := json.Unmarshal(data, &k); err != nil {
				t.Fatal(err)
			}
			data = nil
			if damage != nil {
				if k.Answer.Verdict == explore.Violated && strings.HasPrefix(name, "another verdict") {
					k.Answer.Actions = k.Answer.Actions[:len(k.Answer.Actions)-1] // the step that does it
					k.Answer.Loop = 1
				}
				damage(&k)
				if name != "another number" {
					k.Sum = k.sum()
				}
				data, _ = json.Marshal(k)
			}
			if err := os.WriteFile(file, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		m := caching(t, dir, "one", Limits{})
		if m.Count().Cached != 0 || plainJSON(t, m) != want {
			t.Errorf("%s: %+v", name, m.Count())
		}
	}
}

func TestAnInterruptedMatrixGoesOn(t *testing.T) {
	cache, err := OpenCache(t.TempDir(), "one")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := ParseRows("handshake,isn=fresh+reused")
	columns := columnsNamed(t, "old-syn syn-comes")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := FillOptions{Cache: cache, Workers: 1}
	o.Progress = func(done, _ int) {
		if done == 4 {
			cancel()
		}
	}
	m, err := Fill(ctx, rows, columns, o)
	if err != nil {
		t.Fatal(err)
	}
	finished := m.Count()
	if finished.Unknown == 0 || finished.Holds+finished.Fails == 0 {
		t.Fatalf("interrupted after four searches: %+v", finished)
	}
	o.Progress = nil
	m, err = Fill(t.Context(), rows, columns, o)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := Fill(t.Context(), rows, columns, FillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := m.Count()
	if n.Unknown != 0 || n.Cached < finished.Holds+finished.Fails || plainJSON(t, m) != plainJSON(t, whole) {
		t.Errorf("gone on: %+v", n)
	}
}

// An answer that cannot be kept is told all the same, and so is that it was not kept.
func TestACacheThatCannotBeWrittenLosesNoAnswer(t *testing.T) {
	rows, _ := ParseRows("handshake")
	columns := columnsNamed(t, "old-syn")
	m, err := Fill(t.Context(), rows, columns, FillOptions{Cache: &Cache{filepath.Join(t.TempDir(), "gone"), "one"}})
	if err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("error: %v", err)
	}
	if n := m.Count(); n.Unknown != 0 || n.Holds == 0 || n.Fails == 0 {
		t.Errorf("%+v", n)
	}
}
