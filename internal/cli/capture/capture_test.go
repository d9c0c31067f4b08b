package capture_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

func TestTrace(t *testing.T) {
	const capture = "../../capture/testdata/close.pcap"
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"a connection is drawn", capture, exit.OK, "TIME-WAIT  A"},
		{"a summary only", capture + " --summary", exit.OK, "11 of TCP, 1 connections"},
		{"JSON, a line each", capture + " --json", exit.OK, `{"schemaVersion":2,"command":"capture","file":"../../capture/testdata/close.pcap","format":`},
		{"another flow is none, and what there is is said", capture + " --flow 127.0.0.1:81", exit.Usage, "--flow 127.0.0.1:81: found no such connection, expected one of 127.0.0.1:40000-127.0.0.1:8080"},
		{"after an unusable file the next is judged", "no/such/file capture_test.go " + capture, exit.Usage, "TIME-WAIT  A"},
		{"each unusable file is named", "no/such/file " + capture + " capture_test.go", exit.Usage, "capture_test.go: line 1: expected a line of tcpdump"},
		{"each unusable file is named", "no/such/file " + capture + " capture_test.go", exit.Usage, "tcpcheck: open no/such/file"},
		{"both ends in either order", capture + " --flow 127.0.0.1:8080,127.0.0.1:40000", exit.OK, "(1 shown)"},
		{"a port is enough", capture + " --flow :8080", exit.OK, "(1 shown)"},
		{"both ends with a dash", capture + " --flow 127.0.0.1:8080-:40000", exit.OK, "(1 shown)"},
		{"no capture", "capture_test.go", exit.Usage, "capture_test.go: line 1: expected a line of tcpdump"},
		{"no file", "no/such/file", exit.Usage, "no such file or directory: expected a capture"},
		{"no argument", "", exit.Usage, "capture: found no file, expected a capture, or - for stdin"},
		{"a word without a value", capture + " --where ended", exit.Usage, `--where: found "ended", expected KEY=VALUE with a key of opened, ended`},
		{"a word that is none", capture + " --where colour=red", exit.Usage, `--where: found the key "colour", expected one of opened, ended`},
		{"a state that is none", capture + " --where state=ASLEEP", exit.Usage, "expected a state such as ESTABLISHED"},
		{"an ending that is none", capture + " --where ended=rest", exit.Usage, "--where: ended=rest: expected a part of one of: four-segments; three-segments"},
		{"an opening that is none", capture + " --where opened=five", exit.Usage, "--where: opened=five: expected a part of one of: three-segments"},
		{"an ending by one end", capture + " --where ended=four-segments,-A-first", exit.OK, ""},
		{"a reset in a state", capture + " --where ended=reset,-by-A-in-ESTABLISHED", exit.OK, ""},
		{"a rule that is none", capture + " --where rule=x", exit.Usage, "expected a rule such as retransmission"},
		{"a grouping that is none", capture + " --by colour", exit.Usage, "--by colour: expected one of host, port, opened, ended"},
		{"a flow that is none", capture + " --flow x", exit.Usage, `--flow x: found "x", expected one or two of`},
	} {
		status, out, err := clitest.Run(t, append([]string{"capture"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out+err, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

// printed is n connections as tcpdump prints them, every tenth with a segment that has no ACK.
func printed(n int) string {
	var b strings.Builder
	for i := range n {
		host := fmt.Sprintf("10.0.%d.%d.4000", i/250, i%250+1)
		fmt.Fprintf(&b, "IP %s > 192.0.2.1.80: Flags [S], seq 100, win 1000, length 0\n", host)
		fmt.Fprintf(&b, "IP 192.0.2.1.80 > %s: Flags [S.], seq 300, ack 101, win 1000, length 0\n", host)
		fmt.Fprintf(&b, "IP %s > 192.0.2.1.80: Flags [.], seq 101, ack 301, win 1000, length 0\n", host)
		if i%10 == 0 {
			fmt.Fprintf(&b, "IP %s > 192.0.2.1.80: Flags [P], seq 101:106, win 1000, length 5\n", host)
		}
	}
	return b.String()
}

func traceStdin(ctx context.Context, in io.Reader, args ...string) (status int, stdout, stderr string) {
	return clitest.RunIn(ctx, in, append(append([]string{"capture"}, args...), "-")...)
}

func TestManyConnections(t *testing.T) {
	for _, c := range []struct {
		claim string
		n     int
		args  []string
		lines int // that begin with a connection
		want  string
	}{
		{"few are drawn", 20, nil, 20, "packet    seconds"},
		{"of many the doubtful have a line", 30, nil, 3, "IMPOSSIBLE no-ack 1"},
		{"and each, if asked for", 30, []string{"--lines"}, 30, "(30 shown)"},
		{"or all are drawn", 30, []string{"--ladders", "30"}, 30, "packet    seconds"},
		{"of very many doubtful ones only some", 1000, nil, 50, "and 50 more with something doubtful"},
		{"the sums", 1000, []string{"--summary"}, 0, "found         100  IMPOSSIBLE no-ack [RFC 9293"},
		{"those of which all words hold", 1000, []string{"--where", "rule=no-ack host=10.0.0.11 port=4000 opened=three", "--lines"}, 1, "IMPOSSIBLE no-ack: only a SYN"},
		{"none of them was reset", 1000, []string{"--where", "ended=reset state=ESTABLISHED", "--lines"}, 0, "(0 shown)"},
		{"counts by host", 1000, []string{"--by", "host"}, 0, "192.0.2.1          1000        0          0      0         100"},
		{"counts by outcome", 1000, []string{"--by", "opened"}, 0, "three segments         1000        0          0      0         100"},
		{"one of many is drawn", 1000, []string{"--flow", "10.0.1.10-:80"}, 1, "packet    seconds"},
	} {
		status, out, err := traceStdin(t.Context(), strings.NewReader(printed(c.n)), c.args...)
		if n := strings.Count("\n"+out, "\nA 10."); n != c.lines || !strings.Contains(out, c.want) || status != exit.Violated && c.lines > 1 {
			t.Errorf("%s: status %d, %d connections, want %d and %q; got\n%s%s", c.claim, status, n, c.lines, c.want, out, err)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if len([]rune(line)) > capture.PageWidth {
				t.Errorf("%s: a line of %d columns: %s", c.claim, len(line), line)
			}
		}
	}
}

// JSON tells every connection, many or few; of many, segments only if they are doubtful.
func TestManyConnectionsInJSON(t *testing.T) {
	_, out, _ := traceStdin(t.Context(), strings.NewReader(printed(30)), "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 31 || !strings.Contains(lines[30], `"found":[{"rule":"no-ack","grade":"impossible","count":3}`) {
		t.Errorf("thirty connections and a summary, got %d lines, the last\n%s", len(lines), lines[len(lines)-1])
	}
	if !strings.Contains(lines[0], `"elided":3`) || !strings.Contains(lines[1], `"elided":3`) || strings.Contains(lines[1], `"SYN"`) {
		t.Errorf("segments are counted, got\n%s\n%s", lines[0], lines[1])
	}
}

// stalled is an input that goes on after what it holds, without anything more to come.
type stalled struct {
	io.Reader
	empty func()
}

func (s stalled) Read(b []byte) (int, error) {
	if n, _ := s.Reader.Read(b); n > 0 {
		return n, nil
	}
	s.empty()
	select {}
}

func TestInterruptedTraceTellsWhatItFound(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	status, out, err := traceStdin(ctx, stalled{strings.NewReader(printed(2)), cancel})
	if status != exit.Incomplete || !strings.Contains(err, "-: interrupted after 7 packets") ||
		!strings.Contains(out, "2 connections (2 shown)") {
		t.Errorf("status 3, after seven packets of two connections: got %d, %s\n%s", status, err, out)
	}
}

func TestCutCaptureIsJudgedUpToTheCut(t *testing.T) {
	whole, err := os.ReadFile("../../capture/testdata/close.pcap")
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.pcap")
	if err := os.WriteFile(cut, whole[:len(whole)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	const place = "packet 11, record at octet 890: expected a packet, got 81 octets and the end of the file"
	status, out, stderr := clitest.Run(t, "capture", cut, "../../capture/testdata/three.pcap")
	if status != exit.Usage || !strings.Contains(out, "10 of TCP, 1 connections (1 shown)") || !strings.Contains(stderr, place) ||
		!strings.Contains(out, "three.pcap: pcap") {
		t.Errorf("ten segments, the place, and the next file: got %d\n%s%s", status, out, stderr)
	}
	_, out, _ = clitest.Run(t, "capture", cut, "--json", "--summary")
	if !bytes.Contains([]byte(out), []byte(`"reason":"`+place)) {
		t.Errorf("JSON says it, too, got %s", out)
	}
}
