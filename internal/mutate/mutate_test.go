package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each row names a file that has the old text once, and a test that there is.
func TestEveryRowIsExact(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range Table() {
		if err := m.check(root); err != nil {
			t.Error(err)
		}
		if seen[m.Name] {
			t.Errorf("two mutants have the name %s", m.Name)
		}
		seen[m.Name] = true
	}
}

// docs/MUTANTS.md has the table as it is.
func TestTheDocumentHasTheTable(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	if err := compare(filepath.Join(root, "docs", "MUTANTS.md"), Table()); err != nil {
		t.Error(err)
	}
}

// How a test ended is read from its output: a build that fails, a test that does not run and a panic are no assertion.
func TestHowATestEnds(t *testing.T) {
	failed := errors.New("exit status")
	for _, c := range []struct {
		claim, output string
		err           error
		want          string
	}{
		{"a test that passes", "=== RUN   TestX\n--- PASS: TestX (0.00s)\nPASS\n", nil, "it passes"},
		{"an assertion", "--- FAIL: TestX (0.00s)\n    x_test.go:3: got 1\nFAIL\n", failed, "it fails"},
		{"a panic", "--- FAIL: TestX (0.00s)\npanic: BUG\n", failed, "it panics"},
		{"a panic that rapid catches", "--- FAIL: TestX (0.00s)\n    [rapid] panic after 2 tests: BUG\n", failed, "it panics"},
		{"a stack that is too deep", "runtime: stack exceeds\n\nfatal error: stack overflow\n", failed, "it panics"},
		{"a timeout", "panic: test timed out after 1s\n", failed, "it hangs"},
		{"no test at all", "testing: warning: no tests to run\nPASS\n", nil, ""},
		{"a program that does not start", "flag provided but not defined\n", failed, ""},
	} {
		if got := ended([]byte(c.output), c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.claim, got, c.want)
		}
	}
}

// On a module of its own: a mutant that a test notices, one that none does, and rows that are wrong. No file is changed.
func TestMutantsOfASmallModule(t *testing.T) {
	dir := t.TempDir()
	source := "package p\n\nfunc Twice(x int) int { return x + x }\n\nfunc Thrice(x int) int { return 3 * x }\n"
	for name, text := range map[string]string{
		"go.mod":      "module p\n",
		"p/p.go":      source,
		"p/p_test.go": "package p\n\nimport \"testing\"\n\nfunc TestTwice(t *testing.T) {\n\tif Twice(2) != 4 {\n\t\tt.Error(\"not twice\")\n\t}\n}\n",
	} {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	row := func(name, old, to string) Mutant {
		return Mutant{Name: name, File: "p/p.go", Old: old, New: to, Does: "what it does", Test: "TestTwice"}
	}
	rows := []Mutant{row("noticed", "x + x", "x"), row("unnoticed", "3 * x", "4 * x"), row("no-go", "x + x", "x +"), row("panics", "x + x", "[]int{}[x]")}
	quiet := func(int, int, string) {}
	var outcomes []outcome
	var out bytes.Buffer
	r := reporter{w: &out}
	err := tryAll(t.Context(), rows, 2, quiet, func(m *Mutant, o outcome) {
		outcomes = append(outcomes, o)
		r.add(m, o)
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ killed, wrong bool }{{true, false}, {false, false}, {false, true}, {false, false}} {
		if o := outcomes[i]; o.killed != want.killed || (o.err != nil) != want.wrong {
			t.Errorf("%s: killed %v, %v, want killed %v, wrong %v", rows[i].Name, o.killed, o.err, want.killed, want.wrong)
		}
	}
	if r.survive != 2 || r.wrong != 1 || !strings.Contains(out.String(), "SURVIVES  unnoticed") {
		t.Errorf("%d survive, %d are wrong:\n%s", r.survive, r.wrong, &out)
	}
	for _, bad := range []Mutant{row("twice", "x", "y"), row("never", "z", "y"), {Name: "no-test", File: "p/p.go", Old: "3 * x", New: "x", Does: "x", Test: "TestThrice"}} {
		if tryAll(t.Context(), []Mutant{bad}, 1, quiet, r.add) == nil {
			t.Errorf("%s: no error", bad.Name)
		}
	}
	if text, err := os.ReadFile("p/p.go"); err != nil || string(text) != source {
		t.Errorf("the source was changed: %v\n%s", err, text)
	}
}
