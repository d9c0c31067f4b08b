// Package skeletons has adapters without a stack, to copy: C, Rust, Python and Go.
package skeletons

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
)

// mostLines is how long a skeleton may be without its stack, which is about forty lines.
const mostLines = 110 + 40

// Each skeleton, with its stack that has no sockets, agrees with the model in CLOSED, where every kind of segment is sent.
func TestSkeletons(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "skeleton")
	for file, x := range map[string]struct{ build, run []string }{
		"c/skeleton.c":       {[]string{"cc", "-Wall", "-Wextra", "-Werror", "-o", out + "-c", "c/skeleton.c"}, []string{out + "-c"}},
		"rust/skeleton.rs":   {[]string{"rustc", "--edition", "2021", "-D", "warnings", "-o", out + "-rs", "rust/skeleton.rs"}, []string{out + "-rs"}},
		"python/skeleton.py": {nil, []string{"python3", "python/skeleton.py"}},
		"go/main.go":         {[]string{"go", "build", "-o", out + "-go", "./go"}, []string{out + "-go"}},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(text, []byte("\n")); n > mostLines {
				t.Errorf("%d lines, expected at most %d", n, mostLines)
			}
			if x.build != nil {
				need(t, x.build[0])
				if said, err := exec.Command(x.build[0], x.build[1:]...).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, said)
				}
			}
			need(t, x.run[0])
			open := func() (conform.Peer, error) { return conform.Exec(10*time.Second, x.run...) }
			o := conform.Options{Pairs: regexp.MustCompile("^CLOSED: ")}
			var adapter *conform.AdapterError
			if _, err := conform.Check(t.Context(), open, o); !errors.As(err, &adapter) || adapter.At != "connect" {
				t.Errorf("without a stack the first call that is missing is named, got %v", err)
			}
			o.NoAdapterCheck = true
			r, err := conform.Check(t.Context(), open, o)
			if err != nil {
				t.Fatal(err)
			}
			if !r.OK() || r.Agree < 200 || r.Agree != r.Compared() {
				var b bytes.Buffer
				r.WriteText(&b)
				t.Errorf("%d pairs of %d agree, expected all of more than 200\n%.2000s", r.Agree, r.Chosen, &b)
			}
			if r.TimeWait != 0 {
				t.Errorf("TIME-WAIT lasts %v in a stack that is never in it", r.TimeWait)
			}
		})
	}
}

// need skips a test whose tool is not there.
func need(t *testing.T, tool string) {
	if _, err := exec.LookPath(tool); err != nil && (errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist)) {
		t.Skip(err)
	}
}
