package serve_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
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

func TestWrongFlags(t *testing.T) {
	for args, want := range map[string]string{
		"serve x":            `serve: found "x", expected no argument`,
		"serve --port 70000": "--port",
		"serve --timeout -1": "expected a duration",
	} {
		if status, _, err := clitest.Run(t, strings.Fields(args)...); status != exit.Usage || !strings.Contains(err, want) {
			t.Errorf("%s: status %d, %q, want %q", args, status, err, want)
		}
	}
}
