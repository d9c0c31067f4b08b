package properties

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Runs that have refuted what was thought to hold are kept in testdata/runs, and carried out again each time: none of
// them may stop to be a run, or to show what it showed. tcpcheck replay draws them.

var keepRuns = flag.Bool("keep-runs", false, "keep the runs that refute what was asked")

const keptDir = "testdata/runs"

// keep writes the run to its file, if that is asked for.
func (f *found) keep(t testing.TB, name string) {
	t.Helper()
	if _, ok := holdsNamed(f.violated); !ok || !*keepRuns {
		return
	}
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name)
	var b bytes.Buffer
	run := scenario.Run{File: scenario.File{Scenario: f.asked.Scenario, Always: []string{f.violated}}, Violated: f.violated, Steps: f.watch.sys.MustReplay(actions(f.run))}
	if err := scenario.SaveRun(&b, run); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(keptDir, safe+".json"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestKeptRuns(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(keptDir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no runs in %s; %v", keptDir, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scenario.LoadRun(file, data, holdsNamed); err != nil { // it carries the run out
			t.Error(err)
		}
	}
}

// holdsNamed finds an invariant by its name.
func holdsNamed(name string) (func(*netfake.System, netfake.State) bool, bool) {
	for _, c := range Invariants() {
		if c.Name == name {
			return c.Holds, true
		}
	}
	return nil, false
}
