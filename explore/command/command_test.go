package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/explore/command"
)

// counter counts to three, and may start again.
type counter struct{}

func (counter) Init() []int { return []int{0} }

func (counter) Actions(dst []string, s int) []string {
	if s < 3 {
		dst = append(dst, "add")
	}
	return append(dst, "start again")
}

func (counter) Step(s int, a string) int {
	if a == "add" {
		return s + 1
	}
	return 0
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "run.json")
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte(`{"violated":"x","initial":0,"steps":[{"index":0,"action":"fly"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	below := func(n int) explore.Options[int, string] {
		return explore.Options[int, string]{Always: []explore.Predicate[int]{{Name: "small", Holds: func(s int) bool { return s < n }}}}
	}
	for _, tt := range []struct {
		limit  int
		args   []string
		status int
		out    string
	}{
		{4, nil, 0, "VERIFIED: 4 states, depth 3"},
		{2, []string{"-save", file}, 1, "A shortest run to a violation of small:"},
		{2, []string{"-replay", file}, 0, "   2.  add                      2"},
		{2, []string{"-json"}, 1, `"steps": [`},
		{4, []string{"-max-depth", "1"}, 3, "BOUNDED: 2 states, depth 1; not searched beyond: max depth"},
		{4, []string{"-max-states", "1"}, 3, "UNKNOWN"},
		{4, []string{"-dot", filepath.Join(dir, "g.dot")}, 0, "VERIFIED"},
		{4, []string{"-replay", file}, 2, `violated: found "small", expected an invariant that does not hold`},
		{4, []string{"-replay", bad}, 2, `step 1: found action 0 "fly", which is none of [add start again]`},
		{4, []string{"-replay", filepath.Join(dir, "none")}, 2, "no such file"},
		{4, []string{"-fly"}, 2, "flag provided but not defined: -fly"},
		{4, []string{"here"}, 2, `found "here", expected flags only`},
	} {
		var out bytes.Buffer
		status := command.Run(context.Background(), "counter", counter{}, below(tt.limit), explore.RunStyle[int, string]{}, tt.args, &out, &out)
		if status != tt.status || !strings.Contains(out.String(), tt.out) {
			t.Errorf("%v: got status %d and %q, want %d and %q", tt.args, status, out.String(), tt.status, tt.out)
		}
	}
	if g, err := os.ReadFile(filepath.Join(dir, "g.dot")); err != nil || !bytes.Contains(g, []byte("start again")) {
		t.Errorf("the graph has the actions: %s %v", g, err)
	}
}
