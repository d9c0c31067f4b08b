package capture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/golden"
)

// judgeFile judges a file of testdata.
func judgeFile(t *testing.T, path string) (conns []*Connection, sum Summary) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	src, err := Open(f, filepath.Base(path))
	if err != nil {
		t.Fatal(err)
	}
	sum, err = Judge(src, Options{}, func(c *Connection) { conns = append(conns, c) })
	if err != nil {
		t.Fatal(err)
	}
	return conns, sum
}

func ladders(conns []*Connection, sum Summary) string {
	var b bytes.Buffer
	for _, c := range conns {
		_ = c.Write(&b)
		fmt.Fprintln(&b)
	}
	fmt.Fprintf(&b, "%s: %d packets, %d segments, %d connections, %d impossible, %d doubtful\n",
		sum.Format, sum.Packets, sum.Segments, sum.Connections, sum.Impossible, sum.Doubt)
	var skipped []string
	for why, n := range sum.Skipped {
		skipped = append(skipped, fmt.Sprintf("skipped %d: %s\n", n, why))
	}
	sort.Strings(skipped)
	return b.String() + strings.Join(skipped, "")
}

// Every capture of testdata is judged as it was when its golden file was written (-update).
// testdata/make.go made the captures; handshake.txt is typed by hand.
func TestGolden(t *testing.T) {
	for _, pattern := range []string{"testdata/*.pcap", "testdata/*.txt"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: no captures, %v", pattern, err)
		}
		for _, path := range paths {
			file := strings.TrimSuffix(path, filepath.Ext(path)) + ".golden"
			golden.Check(t, file, ladders(judgeFile(t, path)))
		}
	}
}

// What each capture shows, in a word.
func TestWhatTheCapturesShow(t *testing.T) {
	tests := []struct{ file, opened, closed, by, timeWait string }{
		{"close", OpenedThree, closedFour, "A", "A"},
		{"three", OpenedThree, closedThree, "A", "A"},
		{"ipv6", OpenedThree, closedFour, "A", "A"},
		{"any", OpenedThree, closedFour, "A", "A"},
		{"half", OpenedThree, closedHalf, "A", "A"},
		{"reset", OpenedThree, ClosedReset, "A", "nobody"},
		{"refused", openedRefused, closedNotOpened, "", "nobody"},
		{"self", openedSelf, closedSimultaneous, "both", "A perhaps"},
		{"reuse", OpenedThree, closedFour, "B", "B"},
		{"window", OpenedThree, closedThree, "A", "A"},
		{"keepalive", OpenedThree, closedThree, "A", "A"},
	}
	for _, tt := range tests {
		conns, sum := judgeFile(t, "testdata/"+tt.file+".pcap")
		for _, c := range conns {
			got := [4]string{c.Opened, c.Closed, c.ClosedBy, c.TimeWait}
			if want := [4]string{tt.opened, tt.closed, tt.by, tt.timeWait}; got != want {
				t.Errorf("%s: opened, closed, by, TIME-WAIT:\nwant %q\ngot  %q", tt.file, want, got)
			}
		}
		if sum.Impossible > 0 {
			t.Errorf("%s: the kernel sends nothing impossible, got %d", tt.file, sum.Impossible)
		}
	}
}

func TestConnectionSurvivesJSON(t *testing.T) {
	conns, _ := judgeFile(t, "testdata/reuse.pcap")
	for _, c := range conns {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back Connection
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		for i := range back.Segments {
			back.Segments[i].Seg = c.Segments[i].Seg // not written: Segment says it
		}
		if d := cmp.Diff(*c, back, cmp.Comparer(func(a, b interface{ String() string }) bool { return a.String() == b.String() })); d != "" {
			t.Errorf("a Connection comes back from JSON (-want +got):\n%s", d)
		}
	}
}

// tcpdump's print of a capture, with relative numbers and without most of SEG.SEQ, is judged
// as the capture itself.
func TestPrintedCaptureSaysTheSame(t *testing.T) {
	captured, _ := judgeFile(t, "testdata/reuse.pcap")
	printed, _ := judgeFile(t, "testdata/reuse-printed.txt")
	dateless := strings.ReplaceAll(draw(captured), "begins 2026-11-21 ", "begins ") // a text without a dates
	if d := cmp.Diff(dateless, draw(printed)); d != "" {
		t.Errorf("text and capture agree (-capture +text):\n%s", d)
	}
}

// For a narrow terminal nothing is left out; and no line is wider than the terminal.
func TestNarrowLaddersSayTheSame(t *testing.T) {
	said := func(c *Connection, width int) (list []string, lines []string) {
		var b bytes.Buffer
		_ = c.WriteWidth(&b, width)
		text := strings.Replace(b.String(), "segment, and the states after it", "", 1) // the head of the table
		for word := range strings.FieldsSeq(strings.NewReplacer("<", " <", "(", " (", "|", " ").Replace(text)) {
			if word != "A" && word != "B" {
				list = append(list, word)
			}
		}
		sort.Strings(list)
		return list, strings.Split(b.String(), "\n")
	}
	paths, _ := filepath.Glob("testdata/*.pcap")
	for _, path := range append(paths, "testdata/handshake.txt") {
		conns, _ := judgeFile(t, path)
		for _, c := range conns {
			wide, _ := said(c, 0)
			for _, width := range []int{80, 100, 132, 200} {
				narrow, lines := said(c, width)
				if d := cmp.Diff(wide, narrow); d != "" {
					t.Errorf("%s in %d columns (-wide +narrow):\n%s", path, width, d)
				}
				for _, line := range lines {
					if len(line) > width {
						t.Errorf("%s: a line of %d in %d columns: %s", path, len(line), width, line)
					}
				}
			}
		}
	}
}
