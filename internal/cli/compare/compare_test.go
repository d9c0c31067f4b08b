package compare_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

func TestCompare(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	honest, bent := filepath.Join(dir, "honest.dot"), filepath.Join(dir, "bent.dot")
	for name, args := range map[string]string{honest: "mealy --fine", bent: "mealy --fine --set both.tcp.mutant=rst-in-window"} {
		if status, _, err := clitest.Run(t, append([]string{"graph"}, append(clitest.Split(args), "-o", name)...)...); status != exit.OK {
			t.Fatal(err)
		}
	}
	one := file("one.dot", `digraph { a -> b [label="x/1"]; b -> a [label="x/2"]; a -> a [label="go/0"]; b -> b [label="go/0"] }`)
	two := file("two.dot", `digraph { a -> a [label="X/1"]; a -> a [label="go/0"]; a -> a [label="more/0"] }`)
	hole := file("hole.dot", `digraph { a -> a [label="go/0"]; a -> b [label="x/1"]; b -> b [label="x/2"] }`)
	spelling := file("spelling", "# learned\nX = x\n")
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"a machine is itself", honest + " " + honest, exit.OK, "EQUIVALENT on 118 inputs"},
		{"a bent one is not, and a shortest word shows it", honest + " " + bent, exit.Violated, "*** RST(WIN,V,0)  ACK(V,V,0)"},
		{"on other inputs it may be", honest + " " + bent + " --inputs LISTEN,SYN(V,V,0),ACK(V,V,0)", exit.OK, "EQUIVALENT on 3 inputs"},
		{"JSON has the word", honest + " " + bent + " --json", exit.Violated, `"RST(WIN,V,0)"`},
		{"only what both have is compared", one + " " + two, exit.OK, "only " + two + " has 2 inputs: X more"},
		{"spellings can be told", one + " " + two + " --rename X=x", exit.Violated, "***"},
		{"or kept in a file", one + " " + two + " --all --rename " + spelling, exit.Violated, "answered differently in 1 of 2 pairs"},
		{"a partial machine is refused", one + " " + hole, exit.Usage, `state "b" does not answer input "go", expected an answer to every input`},
		{"unless that is asked for", one + " " + hole + " --partial", exit.Violated, "only one machine answers: an input in 2 pairs of states"},
		{"nothing in common", one + " " + honest, exit.Usage, "found no input that both have"},
		{"an input that is none", one + " " + one + " --inputs y", exit.Usage, "--inputs y: expected an input of " + one},
		{"two inputs cannot become one", one + " " + one + " --rename go=x", exit.Usage, `found an input "x" already`},
		{"a bad spelling", one + " " + one + " --rename =x", exit.Usage, `--rename:1: found "=x", expected old=new`},
		{"no file", one + " " + dir + "/none", exit.Usage, "no such file or directory: expected a Mealy machine"},
		{"no machine", one + " " + spelling, exit.Usage, spelling + `:2: found "X", expected "digraph"`},
		{"one file", one, exit.Usage, "compare: found 1 argument, expected two"},
	} {
		status, out, err := clitest.Run(t, append([]string{"compare"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out+err, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%.2000s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

func TestWrongMealyGraphs(t *testing.T) {
	for args, want := range map[string]string{
		"mealy --format aut":    "graph mealy: found a file, --theorem, aut or json",
		"joint --fine":          "--fine, --timers: found graph joint, expected graph mealy",
		"mealy --handshake one": "handshake=one: expected one in which the SYN is answered",
		"mealy --msl 2":         "--msl: without a file or a theorem",
	} {
		status, _, err := clitest.Run(t, append([]string{"graph"}, clitest.Split(args)...)...)
		if status != exit.Usage || !strings.Contains(err, want) {
			t.Errorf("%s: status %d, %s\nwant %s", args, status, err, want)
		}
	}
}
