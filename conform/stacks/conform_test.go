package main

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/conform/stacks/smoltcp"
)

// Every pair of a situation and an input agrees with the machine or is explained by the stack's table, and every
// entry of the table is needed. Fewest is a pin: less compared means that something has gone out of reach.
func TestPairs(t *testing.T) {
	for _, x := range []struct {
		stack  string
		fewest int
	}{{"lneto", 13100}, {"smoltcp", 19100}} {
		t.Run(x.stack, func(t *testing.T) {
			r := compare(t, x.stack, conform.Options{Table: table(t, x.stack+"/deviations.toml", x.stack+"/walks.toml")})
			if !r.OK() || r.Compared() < x.fewest {
				t.Error(text(t, r))
			}
			t.Logf("%d pairs compared: %d agree, %d known; %d not reached", r.Compared(), r.Agree, r.Known, r.NotReached)
		})
	}
}

// Each folder with a table is a stack that both programs know, and each stack but the model has a table.
func TestEveryStackHasATable(t *testing.T) {
	files, err := filepath.Glob("*/deviations.toml")
	if err != nil {
		t.Fatal(err)
	}
	missing := maps.Clone(stacks)
	delete(missing, "model")
	for _, file := range files {
		if name := filepath.Dir(file); stacks[name] == nil {
			t.Errorf("conform/stacks/main.go: no line for %s", name)
		} else {
			delete(missing, name)
		}
	}
	for name := range missing {
		t.Errorf("conform/stacks/%s: no deviations.toml", name)
	}
	for name := range stacks {
		if err := conform.StackKnown(name); err != nil {
			t.Errorf("conform/stack.go: %s: %v", name, err)
		}
	}
}

// At random, what only shows behind something else is met, too; the walks have entries of their own, each with
// a script that tells whether it still happens.
func TestWalks(t *testing.T) {
	for stack, steps := range map[string]int{"lneto": 400_000, "smoltcp": 120_000} { // as if no walk ended early
		t.Run(stack, func(t *testing.T) {
			both := table(t, stack+"/deviations.toml", stack+"/walks.toml")
			r := compare(t, stack, conform.Options{Table: both, Steps: steps, Seed: 1, Pairs: regexp.MustCompile("^CLOSED: close$")})
			if !r.OK() {
				t.Error(text(t, r))
			}
			t.Logf("%d steps in %d walks", r.Steps, r.Walks)
		})
	}
}

// No step of a script can be left out.
func TestScriptsAreShort(t *testing.T) {
	for _, stack := range []string{"lneto", "smoltcp"} {
		t.Run(stack, func(t *testing.T) {
			both := table(t, stack+"/deviations.toml", stack+"/walks.toml")
			r := compare(t, stack, conform.Options{Table: both, Pairs: regexp.MustCompile("^no pair$")})
			shown := map[string]int{}
			for _, e := range r.Entries {
				shown[e.Name] = len(e.Script)
			}
			for _, d := range table(t, stack+"/walks.toml").Deviations {
				if n := len(d.Script); n == 0 || shown[d.Name] != n {
					t.Errorf("%s: a script of %d steps, expected one of %d", d.Name, n, shown[d.Name])
				}
			}
		})
	}
}

// table reads a table, and adds the deviations of further files.
func table(t *testing.T, files ...string) *conform.Table {
	t.Helper()
	parsed, err := conform.ReadTable(files[0], files[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func compare(t *testing.T, stack string, o conform.Options) *conform.Report {
	t.Helper()
	return compareOpen(t, stacks[stack], o)
}

func compareOpen(t *testing.T, open func() (conform.Peer, error), o conform.Options) *conform.Report {
	t.Helper()
	r, err := conform.Check(context.Background(), open, o)
	if errors.Is(err, smoltcp.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(t *testing.T, r *conform.Report) string {
	var b bytes.Buffer
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
