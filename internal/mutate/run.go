package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	testTime = 4 * time.Minute  // for a test that must end
	hangTime = 20 * time.Second // for one that must not
)

// bench runs tests in a repository, with its binaries in a directory of their own.
type bench struct{ root, tmp string }

// outcome is what a test did with a mutant.
type outcome struct {
	killed bool
	output string
	err    error // an error of the table: whether the mutant survives is not known
}

// try compiles the test of a mutant with it, and runs that.
func (b *bench) try(ctx context.Context, m *Mutant) (o outcome) {
	dir := filepath.Join(b.tmp, m.Name)
	if o.err = os.Mkdir(dir, 0o777); o.err != nil {
		return o
	}
	defer os.RemoveAll(dir)
	overlay, err := b.overlay(dir, m)
	if err != nil {
		return outcome{err: err}
	}
	binary := filepath.Join(dir, "test")
	if o.err = b.compile(ctx, m, binary, "-overlay="+overlay); o.err != nil {
		return o
	}
	end, output, err := b.run(ctx, m, binary)
	return outcome{end == "it "+m.Ends.String(), "with the mutant " + end + "\n" + output, err}
}

// passes is an error unless the test of a mutant passes without it.
func (b *bench) passes(ctx context.Context, m *Mutant) error {
	binary := filepath.Join(b.tmp, "without-"+strings.ReplaceAll(m.pkg(), "/", "-"))
	if _, err := os.Stat(binary); err != nil {
		if err := b.compile(ctx, m, binary); err != nil {
			return err
		}
	}
	end, output, err := b.run(ctx, m, binary)
	if err == nil && end != passed {
		err = fmt.Errorf("%s: without a mutant %s\n%s", m.killer(), end, output)
	}
	return err
}

// overlay writes the file that tells the compiler to read the changed source.
func (b *bench) overlay(dir string, m *Mutant) (name string, err error) {
	text, err := m.changed(b.root)
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, filepath.Base(m.File))
	list, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(b.root, m.File): source}})
	if err != nil {
		return "", err
	}
	name = filepath.Join(dir, "overlay.json")
	return name, errors.Join(os.WriteFile(source, text, 0o666), os.WriteFile(name, list, 0o666))
}

// compile makes the binary of a package's tests.
func (b *bench) compile(ctx context.Context, m *Mutant, binary string, flags ...string) error {
	args := append([]string{"test", "-c", "-ldflags=-s -w", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, "./"+m.pkg())...)
	cmd.Dir = b.root
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: the test does not compile: %w\n%s", m.Name, err, out)
	}
	return nil
}

const passed = "it passes"

// run runs the test of a mutant, and says how it ended: "it passes", or "it" and an End.
func (b *bench) run(ctx context.Context, m *Mutant, binary string) (end, output string, err error) {
	limit := testTime
	if m.Ends == hangs {
		limit = hangTime
	}
	args := []string{"-test.v", "-test.count=1", "-test.run=^" + strings.ReplaceAll(m.Test, "/", "$/^") + "$", "-test.timeout=" + limit.String()}
	if m.Draw > 0 {
		args = append(args, "-rapid.nofailfile", "-rapid.seed=1", fmt.Sprint("-rapid.checks=", m.Draw))
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = filepath.Join(b.root, m.pkg())
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return "", "", ctx.Err()
	}
	end = ended(out, err)
	if end == "" {
		return "", "", fmt.Errorf("%s: the test did not run: %w\n%s", m.killer(), err, out)
	}
	return end, string(out), nil
}

// ended reads from the output of a test how it ended; it is empty if no test was run.
func ended(out []byte, err error) string {
	has := func(s string) bool { return bytes.Contains(out, []byte(s)) }
	switch {
	case has("panic: test timed out"):
		return "it " + hangs.String()
	case has("\npanic: ") || has("[rapid] panic") || has("\nfatal error: "):
		return "it " + panics.String()
	case err != nil && has("--- FAIL: "):
		return "it " + fails.String()
	case err == nil && has("--- PASS: "):
		return passed
	}
	return ""
}
