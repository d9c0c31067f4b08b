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
	rcv := file("rcv.dot", `digraph { a -> a [label="RCV / TIMEOUT"]; a -> a [label="RECV / TIMEOUT"] }`)
	spelling := file("spelling", "# learned\nX = x\n")
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"a machine is itself", honest + " " + honest, exit.OK, "EQUIVALENT on 118 inputs"},
		{"a bent one is not, and a shortest word shows it", honest + " " + bent, exit.Violated, "***  RST(WIN,V,0)  ACK(V,V,0)"},
		{"on other inputs it may be", honest + " " + bent + " --inputs LISTEN,SYN(V,V,0),ACK(V,V,0)", exit.OK, "EQUIVALENT on 3 inputs"},
		{"JSON has the word", honest + " " + bent + " --json", exit.Violated, `"RST(WIN,V,0)"`},
		{"only what both have is compared", one + " " + two, exit.OK, "only " + two + " has 2 inputs: X more"},
		{"spellings can be told", one + " " + two + " --rename X=x", exit.Violated, "***"},
		{"or kept in a file", one + " " + two + " --all --rename " + spelling, exit.Violated, "\n   to    x\n   in    b\n   after x\n"},
		{"a partial machine is refused", one + " " + hole, exit.Usage, `state "b" does not answer input "go", expected an answer to every input`},
		{"unless that is asked for", one + " " + hole + " --partial", exit.Violated, "only one machine answers: an input in 2 pairs of states"},
		{"nothing in common", one + " " + honest, exit.Usage, "found no input that both have"},
		{"an input that is none", one + " " + one + " --inputs y", exit.Usage, "--inputs y: expected an input of " + one},
		{"two inputs cannot become one", one + " " + one + " --rename go=x", exit.Usage, `found an input "x" already`},
		{"a bad spelling", one + " " + one + " --rename =x", exit.Usage, `--rename:1: found "=x", expected old=new`},
		{"no file", one + " " + dir + "/none", exit.Usage, "no such file or directory: expected a Mealy machine"},
		{"no machine", one + " " + spelling, exit.Usage, spelling + `:2: found "X", expected "digraph"`},
		{"one file", one, exit.Usage, "compare: found 1 argument, expected two"},
		{"a profile and two files", one + " " + two + " --profile linux", exit.Usage, "expected two different files, or --profile and one"},
		{"a host that is not known", one + " --profile beos", exit.Usage, "--profile: found \"beos\", expected one of linux"},
		{"two names of one call", rcv + " --profile linux", exit.Usage, `found an input "RECEIVE" already ("RCV")`},
		{"which are two as they are", rcv + " " + rcv + " --as-is", exit.OK, "EQUIVALENT on 2 inputs"},
	} {
		status, out, err := clitest.Run(t, append([]string{"compare"}, clitest.Split(c.args)...)...)
		if status != c.status || !strings.Contains(out+err, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%.2000s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

// learned is a machine that we wrote in the words of learners: a server that ignores a SYN in
// SYN-RECEIVED, resets one in ESTABLISHED, and does not acknowledge data there.
const learned = `digraph g {
	__start0 [label="" shape="none"];
	s0 -> s1 [label="LISTEN / TIMEOUT"];
	s0 -> s0 [label="SYN(V,V,0) / ACK+RST(ZERO,NEXT,0)"];
	s0 -> s0 [label="ACK(V,V,0) / RST(NEXT,ZERO,0)"];
	s0 -> s0 [label="ACK+PSH(V,V,1) / RST(NEXT,ZERO,0)"];
	s1 -> s1 [label="LISTEN / TIMEOUT"];
	s1 -> s2 [label="SYN(V,V,0) / ACK+SYN(FRESH,NEXT,0)"];
	s1 -> s1 [label="ACK(V,V,0) / RST(NEXT,ZERO,0)"];
	s1 -> s1 [label="ACK+PSH(V,V,1) / RST(NEXT,ZERO,0)"];
	s2 -> s2 [label="LISTEN / TIMEOUT"];
	s2 -> s2 [label="SYN(V,V,0) / TIMEOUT"];
	s2 -> s3 [label="ACK(V,V,0) / TIMEOUT"];
	s2 -> s3 [label="ACK+PSH(V,V,1) / ACK(NEXT,NEXT,0)"];
	s3 -> s3 [label="LISTEN / TIMEOUT"];
	s3 -> s1 [label="SYN(V,V,0) / ACK+RST(ZERO,NEXT,0)"];
	s3 -> s3 [label="ACK(V,V,0) / TIMEOUT"];
	s3 -> s3 [label="ACK+PSH(V,V,1) / ACK(NEXT,CURRENT,0)"];
	__start0 -> s0;
}`

// All differences of a learned machine and the model of a host are listed, with the state in which each shows.
func TestLearnedMachineBesideAHost(t *testing.T) {
	name := filepath.Join(t.TempDir(), "learned.dot")
	if err := os.WriteFile(name, []byte(learned), 0o644); err != nil {
		t.Fatal(err)
	}
	status, out, err := clitest.Run(t, "compare", "--profile", "linux", name)
	_, out, _ = strings.Cut(out, "by where they go different ways:\n")
	want := `
1. at SYN(V,V,0) they go different ways, which leads to 3 differences; the first:
   profile linux: SYN+ACK(V,V,0)
   learned: TIMEOUT
   to    SYN(V,V,0) ACK(V,V,0) ACK+PSH(V,V,1)
   in    LISTEN
   after LISTEN SYN(V,V,0) SYN(V,V,0)

2. profile linux: ACK(V,CURR,0)
   learned: RST+ACK(ZERO,V,0)
   to    SYN(V,V,0)
   in    ESTABLISHED
   after LISTEN SYN(V,V,0) ACK(V,V,0)

3. profile linux: ACK(V,V,0)
   learned: ACK(V,CURR,0)
   to    ACK+PSH(V,V,1)
   in    ESTABLISHED
   after LISTEN SYN(V,V,0) ACK(V,V,0)
`
	if got := strings.ReplaceAll(out, name, "learned"); status != exit.Violated || got != want {
		t.Errorf("status %d %v, got\n%s\nwant\n%s", status, err, got, want)
	}
}

// The graph of a host's model is that of its profile, and not that of another one.
func TestAProfileIsItsOwnGraph(t *testing.T) {
	name := filepath.Join(t.TempDir(), "windows.dot")
	if status, _, err := clitest.Run(t, "graph", "mealy", "--fine", "--profile", "windows", "-o", name); status != exit.OK {
		t.Fatalf("status %d, %s", status, err)
	}
	for profile, want := range map[string]int{"windows": exit.OK, "rfc793": exit.Violated} {
		if status, out, err := clitest.Run(t, "compare", "--profile", profile, name); status != want {
			t.Errorf("%s: status %d, want %d: %s%.300s", profile, status, want, err, out)
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
