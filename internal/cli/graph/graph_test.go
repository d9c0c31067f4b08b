package graph_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

func TestGraphs(t *testing.T) {
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"the endpoint's diagram has all of Figure 5", "endpoint", exit.OK, "all 20 arrows of the figure were found"},
		{"a policy changes the diagram", "endpoint --format json --set both.tcp.rst-issuer-time-wait=on", exit.OK,
			`{"from":"ESTABLISHED","to":"TIME-WAIT","event":"ABORT","output":"snd RST","figure5":"noted","why":"note 3"`},
		{"loops are kept when asked for", "endpoint --format aut --loops", exit.OK, `(4,"SEND / snd text",4)`},
		{"one scenario has part of the figure", "endpoint --theorem two-segments-ghost", exit.OK, `NEVER FOUND\n CLOSE / snd FIN`},
		{"folded states are pairs", "folded --set stale=[]", exit.OK, `label="A SYN-SENT\nB SYN-RECEIVED\n4 states"`},
		{"a folded edge says what happened", "folded --set stale=[] --format aut", exit.OK, `"B rcv FIN,ACK"`},
		{"a joint node shows the wire", "joint --theorem two-segments-ghost --max-depth 2", exit.Incomplete, `A CLOSED / B ESTABLISHED\nA(old)→B(old) <SEQ=91>`},
		{"a joint graph as Aldebaran", "joint --format aut --set stale=[]", exit.OK, "des (0, "},
		{"a joint graph as JSON", "joint --format json --set stale=[]", exit.OK, `{"node":0,"label":"A CLOSED / B CLOSED","depth":0,"initial":true,"size":1}`},
	} {
		status, out, err := clitest.Run(t, append([]string{"graph"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%.3000s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

func TestWrongGraphs(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "graph: found 0 arguments, expected one of endpoint, mealy, joint, folded"},
		{"all", "graph all: expected one of endpoint, mealy, joint, folded"},
		{"joint --format bmp", "--format bmp: expected one of dot, aut, json, svg, png, pdf"},
		{"folded --loops", "--loops: found graph folded as dot, expected graph endpoint with --format aut or json"},
		{"endpoint --msl 2", "--msl: without a file or a theorem graph endpoint uses its own scenarios"},
		{"folded -o no/such/dir/x", "--output no/such/dir/x: no such file or directory, expected a file that can be written"},
	} {
		status, _, err := clitest.Run(t, append([]string{"graph"}, clitest.Split(c.args)...)...)
		if status != exit.Usage || !strings.Contains(err, c.want) {
			t.Errorf("%s: status %d, %s\nwant %s", c.args, status, err, c.want)
		}
	}
}

func TestPictures(t *testing.T) {
	for _, c := range []struct{ args, begins, has string }{
		{"endpoint --format svg", "<?xml", ">SYN-RECEIVED</text>"},
		{"folded --set stale=[] --format png", "\x89PNG", ""},
		{"mealy --format svg", "<?xml", "CLOSE-WAIT</text>"},
		{"joint --theorem two-segments-ghost --always no-ghost-connection --along violation --format svg", "<?xml", ">*** ghost-connection</text>"},
		{"joint --theorem two-segments-ghost --max-depth 2 --format pdf", "%PDF", ""},
	} {
		_, out, err := clitest.Run(t, append([]string{"graph"}, clitest.Split(c.args)...)...)
		if !strings.HasPrefix(out, c.begins) || !strings.Contains(out, c.has) {
			t.Errorf("%s: want %s ... %s; got\n%.300s%s", c.args, c.begins, c.has, out, err)
		}
	}
}

func TestGraphvizTakesTheGraphs(t *testing.T) {
	if _, err := exec.LookPath("dot"); err != nil {
		t.Skip("no Graphviz here")
	}
	for args, program := range map[string][]string{"endpoint": {"dot", "-Tsvg"}, "folded": {"dot", "-Tsvg"},
		"joint --set stale=[] --max-depth 4": {"dot", "-Tsvg"}, "mealy": {"nop"}} { // nop only reads: dot would take seconds for mealy
		_, out, _ := clitest.Run(t, append([]string{"graph"}, clitest.Split(args)...)...)
		cmd := exec.Command(program[0], program[1:]...)
		cmd.Stdin = strings.NewReader(out)
		if text, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(text), "Warning") {
			t.Errorf("%s: %v %.500s", args, err, text)
		}
	}
}

// A graph that is not the whole says so, in the file and beside it, whatever ended the search.
func TestAGraphThatIsNotTheWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.aut")
	for _, c := range []struct {
		claim, args, want string
		marked            int
	}{
		{"ended by a violation", "--theorem two-segments-ghost", "4 of its 8 states were not expanded", 4},
		{"which need not end it", "--theorem two-segments-ghost --keep-going", "", 0},
		{"cut off", "--theorem two-segments-ghost --always no-wrong-octet --max-depth 1", "A larger limit gives more of it", 3},
	} {
		_, out, err := clitest.Run(t, append([]string{"explore"}, append(clitest.Split(c.args), "--aut", file)...)...)
		text, _ := os.ReadFile(file)
		if whole := c.want == ""; whole == strings.Contains(out, "graph is incomplete") || !strings.Contains(strings.Join(strings.Fields(out), " "), c.want) {
			t.Errorf("%s: want %q; got\n%s%s", c.claim, c.want, out, err)
		}
		if got := strings.Count(string(text), explore.AUTOpen); got != c.marked {
			t.Errorf("%s: %d states are marked, want %d", c.claim, got, c.marked)
		}
	}
	_, out, err := clitest.Run(t, "explore", "--theorem", "two-segments-ghost", "--json", "--aut", file)
	if !json.Valid([]byte(out)) || !strings.Contains(err, "The graph is incomplete") {
		t.Errorf("got\n%s%s", out, err)
	}
}
