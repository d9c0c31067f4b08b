package explore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// A search that is kept goes on where it was, in every store, and finds what one without a break finds.
func TestKeptSearchGoesOn(t *testing.T) {
	ask := []string{"explore", "--theorem", "wait-keeps-old-fin-out", "--json"}
	figures := func(args ...string) (r report.Exploration, status int) {
		t.Helper()
		status, out, stderr := clitest.Run(t, append(args, "--json")...)
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v: %v\n%s%s", args, err, out, stderr)
		}
		return r, status
	}
	whole, _ := figures(ask...)
	for _, store := range []string{"exact", "compact", "disk"} {
		dir := filepath.Join(t.TempDir(), "kept")
		cut, status := figures(append(ask, "--store", store, "--dir", dir, "--max-states", "4000", "--mem", "64MiB")...)
		if status != exit.Incomplete || cut.Verdict != "UNKNOWN" || cut.Distinct < 4000 {
			t.Fatalf("%s: status %d, %s with %d states", store, status, cut.Verdict, cut.Distinct)
		}
		r, status := figures("explore", "--resume", dir, "--workers", "1")
		if status != exit.OK || r.Verdict != whole.Verdict || r.Distinct != whole.Distinct || r.Generated != whole.Generated ||
			r.Depth != whole.Depth || r.Store != store || len(r.Witnesses) != 1 || len(r.Witnesses[0].Run) != len(whole.Witnesses[0].Run) {
			t.Errorf("%s: status %d, resumed %+v, want %+v", store, status, r, whole)
		}
		if (store == "exact") != (r.MissProbability == 0) {
			t.Errorf("%s: the probability of having missed a state is %g", store, r.MissProbability)
		}
	}
}

// A question about what happens eventually is asked again when its search is resumed, whoever asked it.
func TestKeptQuestionsAreAskedAgain(t *testing.T) {
	own := filepath.Join(t.TempDir(), "own.toml")
	questions := "always = [\"one: A.incarnation <= 1\"]\nreach = [\"up: A.state == \\\"ESTABLISHED\\\"\"]\nleads-to = [\"ends: A.finSent => A.state == \\\"CLOSED\\\"\"]\n"
	if err := os.WriteFile(own, []byte("start = \"established\"\n"+questions+"[A.user]\nclose = true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for claim, ask := range map[string][]string{
		"a theorem":   {"--theorem", "close-closes/who gives up leaves FIN-WAIT-2 behind"},
		"possible":    {"--possible", "A=CLOSED,B=CLOSED"},
		"leads to":    {"--leads-to", "A=SYN-SENT => A=ESTABLISHED", "--fair", "none"},
		"in so long":  {"--leads-to", "A=SYN-SENT => A=ESTABLISHED|CLOSED", "--within", "1", "--msl", "2"},
		"of a file":   {own},
		"none at all": nil,
	} {
		dir := filepath.Join(t.TempDir(), "kept")
		status, first, stderr := clitest.Run(t, append([]string{"explore", "--dir", dir, "--json"}, ask...)...)
		if want := map[bool]int{true: exit.OK, false: exit.Violated}[ask == nil]; status != want {
			t.Fatalf("%s: status %d, want %d: %s", claim, status, want, stderr)
		}
		again, second, stderr := clitest.Run(t, "explore", "--resume", dir, "--json")
		var a, b struct{ Live, Witnesses any }
		if err := errors.Join(json.Unmarshal([]byte(first), &a), json.Unmarshal([]byte(second), &b)); err != nil {
			t.Fatal(err, stderr)
		}
		if diff := cmp.Diff(a, b); again != status || diff != "" || (a.Live == nil) != (ask == nil) {
			t.Errorf("%s: status %d, then %d (-first +resumed):\n%s", claim, status, again, diff)
		}
	}
}

func TestWhatCannotBeKeptOrResumed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	if status, _, stderr := clitest.Run(t, "explore", "--dir", dir, "--max-depth", "2"); status != exit.Incomplete {
		t.Fatal(status, stderr)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.CopyFS(other, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	resealed(t, filepath.Join(other, "manifest.json"), `"program: `, `"program: older `)
	torn := filepath.Join(t.TempDir(), "torn")
	if err := os.CopyFS(torn, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(torn, "states"), 30); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ claim, args, want string }{
		{"a directory that is in use", "--dir " + dir, "not empty: expected a new directory"},
		{"both", "--dir " + dir + " --resume " + dir, "expected one of the two"},
		{"a scenario as well", "--resume " + dir + " --theorem agreement", "expected none, since the directory has its own"},
		{"no search", "--resume " + t.TempDir(), "holds no search"},
		{"another scenario", "--resume " + dir + " --handshake two", "here:  scenario: handshake = \"two\""},
		{"another program", "--resume " + other, "there: program: older"},
		{"a damaged file", "--resume " + torn, "states: "},
		{"a question in its stead", "--resume " + dir + " --sometimes A=CLOSED", "--resume, --sometimes: found together"},
		{"another store", "--resume " + dir + " --store disk", "--resume, --store: found together"},
		{"other reductions", "--resume " + dir + " --no-reduction all", "--resume, --no-reduction: found together"},
		{"a comparison that is kept", "--reductions --dir new", "--reductions, --dir: found together"},
		{"a comparison as JSON", "--reductions --json", "--reductions, --json: found together"},
		{"JSON lines to nowhere", "--jsonl /nowhere/x", "--jsonl /nowhere/x: no such file"},
		{"two for stdout", "--json --jsonl -", "found together, but each writes to stdout"},
		{"a wrong store", "--store memory", `found "memory", expected exact, compact or disk`},
		{"disk without a directory", "--store disk", "expected --dir"},
		{"a graph of fingerprints", "--store compact --dot x.dot", "found --dot, which needs --store exact"},
		{"fields of fingerprints", "--store compact --fields", "found --fields, which needs --store exact"},
	} {
		status, _, stderr := clitest.Run(t, append([]string{"explore"}, strings.Fields(c.args)...)...)
		if status != exit.Usage || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: status %d, want %d and %q; got %s", c.claim, status, exit.Usage, c.want, stderr)
		}
	}
}

// resealed changes a manifest, and its checksum as well.
func resealed(t *testing.T, name, from, to string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var sealed struct {
		Format int             `json:"format"`
		CRC    uint32          `json:"crc32c"`
		Search json.RawMessage `json:"search"`
	}
	if err := json.Unmarshal([]byte(strings.Replace(string(text), from, to, 1)), &sealed); err != nil {
		t.Fatal(err)
	}
	var search bytes.Buffer
	if err := json.Compact(&search, sealed.Search); err != nil {
		t.Fatal(err)
	}
	sealed.CRC = crc32.Checksum(search.Bytes(), crc32.MakeTable(crc32.Castagnoli))
	if text, err = json.Marshal(sealed); err == nil {
		err = os.WriteFile(name, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// One search finds a shortest run for each invariant that fails, and says which part of it does.
func TestKeepGoingShowsEveryViolation(t *testing.T) {
	status, out, _ := clitest.Run(t, "explore", "--handshake", "two", "--always", "agreement", "--keep-going", "--json")
	var r report.Exploration
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if status != exit.Violated || r.Violated != "no-ghost-connection" || len(r.Run) != 2 ||
		len(r.Others) != 1 || r.Others[0].Name != "no-foreign-data" || len(r.Others[0].Run) != 3 {
		t.Errorf("status %d, %s in %d steps, others %+v", status, r.Violated, len(r.Run), r.Others)
	}
	status, out, _ = clitest.Run(t, "explore", "--handshake", "two", "--keep-going", "--max-states", "50")
	if status != exit.Violated || !strings.Contains(out, "the search stopped early (max states)") {
		t.Errorf("status %d, and nothing says that not everything was seen:\n%s", status, out)
	}
	for theorem, part := range map[string]string{
		"two-segments-unconfirmed":                            ": A waits for <SEQ=300><CTL=SYN>.",
		"three-segments-opening/mutant syn-sent-any-ack":      ": A has ISS=100, SND.UNA=",
		"three-segments-opening/mutant syn-sent-needs-no-syn": ": A has IRS=",
		"stream-integrity/mutant old-text-again, two losses":  ": B expects RCV.NXT=",
	} {
		status, out, _ := clitest.Run(t, "explore", "--keep-going", "--theorem", theorem, "--always", "agreement", "--always", "numbers-agree", "--always", "una-nxt-ordered")
		if status != exit.Violated || !strings.Contains(strings.Join(strings.Fields(out), " "), part) {
			t.Errorf("%s: status %d, and nothing says %q:\n%s", theorem, status, part, out)
		}
	}
}

func TestProfileIsWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cpu.prof")
	if status, _, stderr := clitest.Run(t, "explore", "--pprof", file); status != exit.OK {
		t.Fatal(status, stderr)
	}
	if info, err := os.Stat(file); err != nil || info.Size() == 0 {
		t.Error(err, "no profile")
	}
	if status, _, stderr := clitest.Run(t, "explore", "--pprof", "/nowhere/cpu.prof"); status != exit.Usage || !strings.Contains(stderr, "--pprof") {
		t.Error(status, stderr)
	}
}
