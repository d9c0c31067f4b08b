package matrix_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// matrix runs the command on a small matrix, or on one of its own, without a cache.
func matrix(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return clitest.Run(t, append([]string{"matrix", "--no-cache"}, args...)...)
}

var smallMatrix = []string{"--rows", "handshake=three+two", "--columns", "old-syn,blind-text"}

func TestMatrixPrintsATable(t *testing.T) {
	status, out, _ := matrix(t, smallMatrix...)
	for _, want := range []string{"1  handshake=three  yes    NO 1", "2  handshake=two    NO 2!  NO 1", "old-syn ", "4 cells: 1 VERIFIED, 3 VIOLATED"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
	if status != exit.OK {
		t.Errorf("status %d, want 0: every cell has an answer", status)
	}
}

func TestMatrixShowsARunAndASpace(t *testing.T) {
	_, out, _ := matrix(t, append(smallMatrix, "--show", "2.1")...)
	if !strings.Contains(out, "TCP Peer A") || !strings.Contains(out, "*** ghost-connection") {
		t.Errorf("a violated cell shows no ladder:\n%s", out)
	}
	_, out, _ = matrix(t, append(smallMatrix, "--show", "1.1")...)
	if !strings.Contains(out, "VERIFIED: ") || strings.Count(out, "old segments are in the network at the start") != 1 {
		t.Errorf("a verified cell shows no space and premises:\n%s", out)
	}
}

func TestMatrixWritesItsPictures(t *testing.T) {
	dir := t.TempDir()
	svg := filepath.Join(dir, "m.svg")
	status, out, _ := matrix(t, append(smallMatrix, "--svg", svg, "--html", dir, "--json")...)
	var report struct {
		Cells []struct {
			Verdict string
			Steps   int
			Run     []any
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || status != exit.OK {
		t.Fatalf("status %d, %v", status, err)
	}
	if len(report.Cells) != 4 || report.Cells[2].Verdict != "VIOLATED" || report.Cells[2].Steps != len(report.Cells[2].Run) {
		t.Errorf("got %+v", report)
	}
	for file, want := range map[string]string{svg: "</svg>", filepath.Join(dir, "index.html"): "</html>"} {
		if data, err := os.ReadFile(file); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
	for _, flag := range []string{"--svg", "--html"} {
		if _, out, _ := matrix(t, append(smallMatrix, flag, "-")...); !strings.HasPrefix(out, "<") {
			t.Errorf("%s -: output begins %.20q", flag, out)
		}
	}
}

func TestMatrixCutOffIsIncomplete(t *testing.T) {
	if status, out, _ := matrix(t, "--rows", "isn=fresh", "--columns", "old-text", "--max-states", "10"); status != exit.Incomplete || !strings.Contains(out, "isn=fresh  ?") {
		t.Errorf("status %d, want 3\n%s", status, out)
	}
}

func TestMatrixKeepsItsCells(t *testing.T) {
	args := append([]string{"matrix", "--cache", filepath.Join(t.TempDir(), "new")}, smallMatrix...)
	clitest.Run(t, args...)
	if _, out, _ := clitest.Run(t, args...); !strings.Contains(out, "4 from the cache") {
		t.Errorf("a second time nothing comes from the cache:\n%s", out)
	}
}

func TestMatrixRefusesWhatItCannotUse(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--rows nonsense", `--rows: found "nonsense", expected one of isn`},
		{"--columns nonsense", `--columns: found "nonsense", expected one of old-syn`},
		{"--columns no-such.toml", "expected a scenario file"},
		{"--show 99.1", `--show: found "99.1", expected a row from 1 to`},
		{"--svg - --html -", "expected one"},
		{"--html /no-such-directory/m.html", "expected a file that can be written"},
		{"--workers -1", `--workers: found "-1", expected a whole number from 0`},
		{"--cache /tmp", "expected at most one of them"},
	} {
		if status, _, stderr := matrix(t, strings.Fields(c.args)...); status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("matrix %s: status %d, %q; want 2 and %q", c.args, status, stderr, c.want)
		}
	}
	status, _, stderr := clitest.Run(t, "matrix", "--cache", "/dev/null/x")
	if status != exit.Usage || !strings.Contains(stderr, "expected a directory that can be written to") {
		t.Errorf("status %d, %q", status, stderr)
	}
}

func TestMatrixLists(t *testing.T) {
	status, out, _ := matrix(t, "--list")
	for _, want := range []string{"time-wait\n      full, msl, none", "whole-wait (theorem assassination)"} {
		if status != exit.OK || !strings.Contains(out, want) {
			t.Errorf("--list lacks %q", want)
		}
	}
}
