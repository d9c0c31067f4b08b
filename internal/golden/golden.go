// Package golden compares what a test computes with a file in which it is pinned. All tests share
// its flag: .ci/update writes every pinned file of the repository anew.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the pinned files anew")

// Updating reports whether pinned files are to be written and not compared.
func Updating() bool { return *update }

// Long reports whether tests of some minutes are to run; .ci/run runs some of them.
func Long() bool { return os.Getenv("TCPCHECK_LONG") != "" }

// Everything reports whether tests of hours are to run, too: those that search every relaxed premise.
func Everything() bool { return os.Getenv("TCPCHECK_LONG") == "all" }

// Check compares got with the file, or writes the file if that is asked for.
func Check(t testing.TB, file, got string) {
	t.Helper()
	if Updating() {
		Write(t, file, got)
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (go test -run %s -update writes it)", err, t.Name())
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s (-pinned +got; go test -run %s -update writes it anew):\n%s", file, t.Name(), diff)
	}
}

// Write writes a pinned file, and the folder that it stands in.
func Write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
