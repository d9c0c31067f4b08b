package serve_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/internal/cli"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// The command prints where its page is, serves it, and ends with status 0 at Ctrl-C.
func TestServe(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	ended := make(chan int)
	go func() { ended <- cli.Run(ctx, []string{"serve", "--port", "0"}, nil, stdout, io.Discard) }()
	lines := bufio.NewReader(out)
	at, err := lines.ReadString('\n')
	if err != nil || !strings.HasPrefix(at, "http://127.0.0.1:") {
		t.Fatalf("%q, %v", at, err)
	}
	go io.Copy(io.Discard, lines) //nolint:errcheck // ends with the command
	resp, err := http.Get(strings.TrimSpace(at))
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "tcpcheck") {
		t.Errorf("%d, %v: %.100s", resp.StatusCode, err, page)
	}
	interrupt()
	select {
	case status := <-ended:
		if status != exit.OK {
			t.Errorf("status %d after an interrupt", status)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the command goes on after an interrupt")
	}
}

// The exported page has the chosen entries, and a picture of each run.
func TestExport(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lecture")
	status, out, errs := clitest.Run(t, "serve", "--export", dir, "two-segments-old-data", "three-segments-idle", "last-ack-meets-syn-sent")
	if status != exit.OK || !strings.Contains(out, "two-segments-old-data: VIOLATED after 3 steps: no-foreign-data") || !strings.Contains(out, "three-segments-idle: VERIFIED; 21 states were searched") {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`src="runs/theorem-two-segments-old-data.svg"`, "three-segments-idle", "last-ack-meets-syn-sent", `href="docs/manual/README.html"`, `href="stacks/gvisor.html"`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if n := strings.Count(string(page), "<article"); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="([^":]+)"`).FindAllStringSubmatch(string(page), -1) {
		if data, err := os.ReadFile(filepath.Join(dir, m[1])); err != nil || len(data) < 500 {
			t.Errorf("%s: %d bytes, %v", m[1], len(data), err)
		}
	}
	if strings.Contains(string(page), "matrix.html") || strings.Contains(string(page), `="/`) {
		t.Error("the page links to what was not asked for, or to a server")
	}
	lecture, err := os.ReadFile(filepath.Join(dir, "docs", "manual", "teachers.html"))
	if err != nil || !strings.Contains(string(lecture), `href="../../index.html#theorem-two-segments-old-data"`) || strings.Contains(string(lecture), "no-wait-old-fin in the gallery") {
		t.Errorf("the manual's links to the galleries: %v", err)
	}
	lasso, err := os.ReadFile(filepath.Join(dir, "runs", "theorem-last-ack-meets-syn-sent.svg"))
	if err != nil || !strings.Contains(string(lasso), "from here again and again") {
		t.Errorf("the picture of a lasso: %v", err)
	}
}

func TestWrongFlags(t *testing.T) {
	for args, want := range map[string]string{
		"serve x":                               `serve: found "x", expected no argument without --export`,
		"serve --export " + "/dev/null":         "--export /dev/null",
		"serve --export x two-segments-old-dat": "did you mean two-segments-old-data?",
		"serve --port 70000":                    "--port",
		"serve --timeout -1":                    "expected a duration",
	} {
		if status, _, err := clitest.Run(t, strings.Fields(args)...); status != exit.Usage || !strings.Contains(err, want) {
			t.Errorf("%s: status %d, %q, want %q", args, status, err, want)
		}
	}
}
