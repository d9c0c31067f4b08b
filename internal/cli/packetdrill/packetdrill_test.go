package packetdrill_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

const passing = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000
+0 > S. 0:0(0) ack 1 <...>
`

// written puts scripts into a directory of their own.
func written(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range scripts {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestScriptsHaveVerdictsAndAStatus(t *testing.T) {
	dir := written(t, map[string]string{
		"a.pkt": passing, "b/unsupported.pkt": passing + "+0 epoll_create(1) = 4\n", "fails.pkt": passing + "+0 close(7) = 0\n",
		"readme.txt": "not looked at", "broken.pk": "+0 !\n",
	})
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, c := range []struct {
		args   []string
		status int
		want   []string
	}{
		{[]string{path("a.pkt")}, exit.OK, []string{"PASS         linux    " + path("a.pkt"),
			"1 scripts against model: 1 pass, 0 fail"}},
		{[]string{path("b"), "--list-unsupported"}, exit.OK, []string{"UNSUPPORTED  linux    " + path("b/unsupported.pkt") + ":6",
			"0 pass, 0 fail, 1 unsupported", "     1  the call epoll_create()"}},
		{[]string{dir, "--profile", "rfc9293"}, exit.Violated, []string{"FAIL         rfc9293  " + path("fails.pkt") + ":6",
			"expected  +0 close(7) = 0", "got       no open socket of the script has the descriptor 7",
			"3 scripts against model: 1 pass, 1 fail, 1 unsupported, 0 cannot be read"}},
		{[]string{path("broken.pk"), path("fails.pkt")}, exit.Usage, []string{"ERROR", path("broken.pk") + ":1:4",
			"expected  a system call, a packet after < or >", `got       "!"`, "1 fail", "1 cannot be read"}},
		{[]string{path("none")}, exit.Usage, []string{"expected a script, or a directory with files *.pkt"}},
		{[]string{}, exit.Usage, []string{"expected scripts"}},
		{[]string{dir, "--profile", "beos"}, exit.Usage, []string{"--profile beos: expected one of linux, freebsd, rfc9293"}},
		{[]string{dir, "--tolerance", "-1s"}, exit.Usage, []string{"expected a duration from 0"}},
		{[]string{dir, "--stack", "gvisor", "--exec", "x"}, exit.Usage, []string{"--stack, --exec: found together"}},
		{[]string{dir, "--exec", "/none/such"}, exit.Usage, []string{"/none/such"}},
	} {
		status, out, stderr := clitest.Run(t, append([]string{"packetdrill"}, c.args...)...)
		if status != c.status {
			t.Errorf("packetdrill %v: status %d, want %d\n%s%s", c.args, status, c.status, out, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(out+stderr, want) {
				t.Errorf("packetdrill %v: lacks %q:\n%s%s", c.args, want, out, stderr)
			}
		}
	}
}

func TestScriptsAreReportedAsJSONAndJUnit(t *testing.T) {
	dir := written(t, map[string]string{"a.pkt": passing, "b.pkt": passing + "+0 close(7) = 0\n"})
	junit := filepath.Join(t.TempDir(), "report.xml")
	status, out, stderr := clitest.Run(t, "packetdrill", dir, "--json", "--junit", junit)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != exit.Violated || len(lines) != 3 {
		t.Fatalf("status %d, %d lines\n%s%s", status, len(lines), out, stderr)
	}
	var b struct {
		Verdict, Expected, Got string
		Line                   int
	}
	var sum struct{ Scripts, Pass, Fail int }
	if err := json.Unmarshal([]byte(lines[1]), &b); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(lines[2]), &sum); err != nil {
		t.Fatal(err)
	}
	if b.Verdict != "FAIL" || b.Line != 6 || b.Expected != "+0 close(7) = 0" || b.Got != "no open socket of the script has the descriptor 7" ||
		sum.Scripts != 2 || sum.Fail != 1 {
		t.Errorf("%+v, %+v", b, sum)
	}
	if text, err := os.ReadFile(junit); err != nil || !strings.Contains(string(text),
		`tests="2" failures="1" errors="0" skipped="0"`) {
		t.Errorf("%v\n%s", err, text)
	}
}

// Known failures are checked both ways: what is not in the table fails, and so does an entry that nothing needs.
func TestDeviationsAreCheckedBothWays(t *testing.T) {
	dir := written(t, map[string]string{"a.pkt": passing, "b/c.pkt": passing + "+0 close(7) = 0\n", "b/d.pkt": "", "e.pkt": passing + "+0 pipe() = 0\n"})
	entry := func(script, verdict, more string) string {
		return "[[deviation]]\nscript = \"" + script + "\"\nverdict = \"" + verdict + "\"\nwhat = \"we know\"\n" + more
	}
	for _, c := range []struct {
		table  string
		status int
		want   string
	}{
		{entry("b/c.pkt", "FAIL", "line = 6\n") + entry("d.pkt", "ERROR", ""), exit.OK, "1 pass, 1 fail, 1 unsupported, 1 cannot be read; 2 are known deviations"},
		{entry("b/?.pkt", "FAIL", "") + entry("*.pkt", "ERROR", ""), exit.OK, "2 are known deviations"},
		{entry("b/c.pkt", "FAIL", ""), exit.Usage, "1 are known deviations"},
		{entry("d.pkt", "ERROR", ""), exit.Violated, "1 are known deviations"},
		{entry("c.pkt", "FAIL", "line = 7\n") + entry("d.pkt", "ERROR", ""), exit.Violated, "1 are known deviations"},
		{entry("c.pkt", "FAIL", "") + entry("d.pkt", "ERROR", "") + entry("a.pkt", "FAIL", ""), exit.Violated, "a.pkt: expected FAIL (we know), which did not happen"},
		{entry("c.pkt", "PASS", ""), exit.Usage, `c.pkt: found verdict "PASS", expected FAIL, UNSUPPORTED or ERROR`},
		{"[[deviation]]\nscript = \"c\"\nverdict = \"FAIL\"\n", exit.Usage, "found no what, expected a sentence that says why"},
		{"[[deviation]]\nfile = \"c\"\n", exit.Usage, `:2: found key "deviation.file", expected [[deviation]] with script, verdict, line, what`},
		{"[[deviation]]\nscript = \"[\"\nverdict = \"FAIL\"\nwhat = \"x\"\n", exit.Usage, `found script "["`},
		{"=", exit.Usage, ":1:"},
	} {
		table := filepath.Join(t.TempDir(), "known.toml")
		if err := os.WriteFile(table, []byte(c.table), 0o666); err != nil {
			t.Fatal(err)
		}
		status, out, stderr := clitest.Run(t, "packetdrill", dir, "--deviations", table, "--quiet")
		if status != c.status || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s\nstatus %d, want %d with %q\n%s%s", c.table, status, c.status, c.want, out, stderr)
		}
		if strings.Contains(out, "known     ") || strings.Contains(out, "PASS") || strings.Contains(out, "UNSUPPORTED") {
			t.Errorf("--quiet prints only what is wrong:\n%s", out)
		}
	}
}

// Leniency is granted on demand, and what was granted is printed; names are defined for #ifdef.
func TestLeniencyAndDefinitions(t *testing.T) {
	dir := written(t, map[string]string{
		"lenient.pkt": strings.Replace(passing, "<...>", "<nop,nop,nop,nop,mss 1460>", 1), "define.pkt": passing + "#ifdef MINE\n+0 close(WHAT) = 0\n#endif\n"})
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"lenient.pkt", exit.Violated, "(options)"},
		{"lenient.pkt --lenient", exit.OK, "granted   line 5: the order and the padding of options"},
		{"lenient.pkt --lenient --quiet", exit.OK, "1 pass, 0 fail, 0 unsupported, 0 cannot be read; 1 pass by leniency"},
		{"define.pkt", exit.OK, "1 pass"},
		{"define.pkt --define MINE=1 --define WHAT=3", exit.OK, "1 pass"},
		{"define.pkt --define MINE=1 --define WHAT=9", exit.Violated, "the descriptor 9"},
		{"define.pkt --define MINE", exit.Usage, "--define MINE: expected NAME=VALUE"},
	} {
		args := strings.Fields(c.args)
		args[0] = filepath.Join(dir, args[0])
		status, out, stderr := clitest.Run(t, append([]string{"packetdrill", "--profile", "rfc9293"}, args...)...)
		if status != c.status || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: status %d, want %d with %q\n%s%s", c.args, status, c.status, c.want, out, stderr)
		}
	}
}
