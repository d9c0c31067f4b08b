package runfiles_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

func TestRunsAreExported(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		claim, args string
		status      int
		files       []string
	}{
		{"a counterexample of explore", "explore --theorem two-segments-old-data --pcap " + path("a.pcapng") + " --packetdrill " + path("a.pkt") +
			" --at B --save " + path("run.json"), exit.Violated, []string{"a.pcapng", "a.pkt", "run.json"}},
		{"a saved run", "replay " + path("run.json") + " --pcap " + path("b.pcapng"), exit.OK, []string{"b.pcapng"}},
		{"a run that was asked for", "explore --theorem wait-keeps-old-fin-out --sometimes A=TIME-WAIT,B=LAST-ACK --packetdrill " + path("w.pkt"), exit.OK, []string{"w.pkt"}},
		{"the runs of an answer, numbered", "why two-way --pcap " + path("c.pcapng"), exit.OK, []string{"c.pcapng", "c-2.pcapng"}},
		{"a random run", "simulate --theorem no-wait-old-fin --seed 1 --pcap " + path("d.pcapng"), exit.Violated, []string{"d.pcapng"}},
		{"a picture of each run", "why two-way --legend --picture " + path("w.svg"), exit.OK, []string{"w.svg", "w-2.svg", "w-3.svg"}},
		{"a picture of a hazard", "hazards 11 --picture " + path("h.png"), exit.OK, []string{"h.png"}},
		{"a picture of a claim's evidence", "claims two-way-only-wastes --picture " + path("c.mmd"), exit.OK, []string{"c.mmd"}},
		{"a picture of what needs a premise", "verify --premises fresh-numbers-need-no-wait --show attacker --picture " + path("v.tex"), exit.OK, []string{"v.tex"}},
		{"a picture of a lost guarantee", "advise --sysctl net.ipv4.tcp_tw_reuse=1 --only last-ack --picture " + path("a.pdf"), exit.Violated, []string{"a.pdf"}},
		{"a picture of each connection of a capture", "capture ../../capture/testdata/reuse.pcap --picture " + path("r.svg"), exit.OK, []string{"r.svg", "r-2.svg"}},
		{"a picture of a lasso", "explore --leads-to A=CLOSED=>B=ESTABLISHED --fair none --picture " + path("l.svg"), exit.Violated, []string{"l.svg"}},
		{"the run below a bound", "bound time-wait last-ack --msl 2 --give-up 2 --pcap " + path("e.pcapng"), exit.OK, []string{"e.pcapng"}},
	} {
		status, out, err := clitest.Run(t, clitest.Split(c.args)...)
		if status != c.status {
			t.Errorf("%s: status %d, want %d: %s%.500s", c.claim, status, c.status, err, out)
		}
		for _, name := range c.files {
			if info, err := os.Stat(path(name)); err != nil || info.Size() < 100 {
				t.Errorf("%s: %v", c.claim, err)
			}
		}
	}
	status, out, err := clitest.Run(t, "capture", path("a.pcapng"))
	if !strings.Contains(out, "<SEQ=90><CTL=SYN>") {
		t.Errorf("capture reads the file: status %d %s%s", status, out, err)
	}
	script, failed := os.ReadFile(path("a.pkt"))
	if want := "< S 0:0(0) win 4 <mss 2>\n+0 > S. 0:0(0) ack 1 <...>\n+0 accept(3, ..., ...) = 4\n"; failed != nil || !strings.Contains(string(script), want) {
		t.Errorf("the script accepts the old SYN: %s", script)
	}
}

func TestWrongExports(t *testing.T) {
	for args, want := range map[string]string{
		"why two-way --picture x.gif":              "--picture x.gif: expected a name that ends in one of .svg, .png, .pdf, .mmd, .tex",
		"capture x --json --picture x.svg":         "--picture: expected a command that draws runs as text",
		"capture x --picture x.mmd":                "--picture x.mmd: expected a name that ends in .svg, .png, .pdf or .tex",
		"hazards 11 --json --picture x.svg":        "--picture: expected a command that draws runs as text",
		"explore --at C --pcap x":                  `--at: found "C", expected one of A, B, wire`,
		"explore --at A":                           "--at A: expected with --pcap or --packetdrill",
		"explore --at wire --packetdrill x":        "expected the endpoint under test, A or B",
		"simulate --pcap -":                        "--pcap -: expected a file",
		"why two-way --pcap no/such/x":             "--pcap no/such/x: no such file or directory",
		"bound time-wait last-ack --json --pcap x": "expected runs that are drawn",
	} {
		status, _, err := clitest.Run(t, clitest.Split(args)...)
		if status != exit.Usage || !strings.Contains(err, want) {
			t.Errorf("%s: status %d, %s\nwant %s", args, status, err, want)
		}
	}
}

// TestAldebaranIsReadAgain reads the format as its manual has it: des (first, transitions, states), then (from,"label",to).
func TestAldebaranIsReadAgain(t *testing.T) {
	for _, args := range []string{"explore --theorem two-segments-ghost --aut -", "graph joint --set stale=[] --format aut", "graph endpoint --format aut --loops"} {
		_, out, _ := clitest.Run(t, clitest.Split(args)...)
		lines := bufio.NewScanner(strings.NewReader(out))
		lines.Scan()
		var first, transitions, states int
		if n, err := fmt.Sscanf(lines.Text(), "des (%d, %d, %d)", &first, &transitions, &states); n != 3 || err != nil || first >= states {
			t.Fatalf("%s: the header is %q", args, lines.Text())
		}
		reached := map[int]bool{first: true}
		n, labels := 0, map[string]bool{}
		for ; lines.Scan(); n++ {
			from, rest, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "("), ",\"")
			label, to, ok2 := strings.Cut(rest, "\",")
			i, err := strconv.Atoi(from)
			j, err2 := strconv.Atoi(strings.TrimSuffix(to, ")"))
			if !ok || !ok2 || err != nil || err2 != nil || i < 0 || j < 0 || i >= states || j >= states || label == "" || strings.Contains(label, `"`) {
				t.Fatalf("%s: line %d is %q", args, n+2, lines.Text())
			}
			reached[j], labels[label] = true, true
		}
		if n != transitions || n == 0 || len(reached) != states {
			t.Errorf("%s: %d transitions to %d states, the header says %d and %d", args, n, len(reached), transitions, states)
		}
		if strings.HasPrefix(args, "explore") && !labels["deliver <SEQ=90><CTL=SYN> to B"] {
			t.Errorf("%s: a label names the segment: got %v", args, labels)
		}
	}
}
