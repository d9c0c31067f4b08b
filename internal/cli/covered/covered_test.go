package covered_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// surveysOf reads what verify --json prints with a survey.
func surveysOf(t *testing.T, args ...string) (theorems []report.Outcome, surveys []*report.Coverage) {
	t.Helper()
	status, out, stderr := clitest.Run(t, args...)
	var got report.Theorems
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exit.OK {
		t.Fatalf("status %d, %v %s", status, err, stderr)
	}
	return got.Theorems, got.Coverage
}

func TestVerifyCoverageAsJSON(t *testing.T) {
	theorems, surveys := surveysOf(t, "verify", "--json", "--coverage", "--dialogues", "three-segments-idle", "two-segments-ghost")
	if len(theorems) != 2 || len(surveys) != 2 {
		t.Fatalf("%d theorems, %d surveys", len(theorems), len(surveys))
	}
	th := theorems[0]
	if sum := total(th.Levels); sum != th.Distinct || len(th.Levels) != th.Depth+1 || th.TableBytes == 0 || th.StatesPerSecond == 0 {
		t.Errorf("all figures are there: %+v", th)
	}
	s := surveys[0]
	if s.Unclaimed > 0 || s.Events == 0 || len(s.Clauses) != len(coverage.Clauses()) || len(s.Requirements) < 100 || len(s.Arrows) < 20 {
		t.Errorf("%d steps, %d of no clause; %d clauses, %d rows, %d arrows", s.Events, s.Unclaimed, len(s.Clauses), len(s.Requirements), len(s.Arrows))
	}
	whole, news := 0, 0
	for _, p := range s.Parts {
		news += p.New
		if p.Partial == "" {
			whole++
		}
		if p.Name == "two-segments-ghost" && p.Partial != "until the violation" {
			t.Errorf("%s saw less than everything: got %q", p.Name, p.Partial)
		}
	}
	seen := 0
	for _, c := range s.Clauses {
		if c.Count > 0 {
			seen++
		}
		if (c.Count > 0) != (c.First != "") {
			t.Errorf("%s: %d times, first in %q", c.Name, c.Count, c.First)
		}
	}
	if seen == 0 || seen != news || whole+s.Partial != len(s.Parts) {
		t.Errorf("%d clauses seen, %d new ones; %d and %d of %d parts", seen, news, whole, s.Partial, len(s.Parts))
	}
	if !slices.ContainsFunc(s.Without, func(name string) bool { return strings.Contains(name, "mutant") }) {
		t.Errorf("bent machines are left out, and said to be: %v", s.Without)
	}
	if d := surveys[1]; d.Unclaimed > 0 || len(d.Parts) < 100 {
		t.Errorf("%d dialogues, %d steps of no clause", len(d.Parts), d.Unclaimed)
	}
}

func total(levels []uint64) (n uint64) {
	for _, x := range levels {
		n += x
	}
	return n
}

func TestCoverageAndFieldsForPeople(t *testing.T) {
	for _, c := range []struct {
		claim, args string
		status      int
		want        []string
		never       string
	}{
		{"a theorem's coverage", "verify three-segments-idle --no-variants --coverage", exit.OK,
			[]string{"1 theorems and 0 variants: all as expected", "Coverage of RFC 9293 §3.10 by the searches", "Clauses that were not reached:", "user-timeout/ESTABLISHED", "Rows of docs/REQUIREMENTS.md that were not exercised:", "Arrows of Figure 5 that were not taken:"}, "the dialogues"},
		{"dialogues alone search nothing", "verify --dialogues", exit.OK, []string{"dialogues:", "159 of  159 rows"}, "as expected"},
		{"both, and what neither reaches", "verify three-segments-idle --no-variants --coverage --dialogues", exit.OK, []string{"Clauses that no theorem and no dialogue reached:"}, ""},
		{"a scenario's coverage", "explore --set stale=[] --coverage", exit.OK, []string{"by the scenario of --example, changed", "listen-syn"}, ""},
		{"fields of a search that came to its end", "explore --set stale=[] --fields", exit.OK, []string{"The search finished", "A: state", "constant"}, "did not finish"},
		{"fields of one that did not", "explore --opens 3 --octets 3 --max-states 20000 --set stale=[] --fields", exit.Incomplete,
			[]string{"The search did not finish", "the wire: segments"}, "The search finished"},
	} {
		status, out, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != c.status {
			t.Errorf("%s: status %d, want %d\n%s", c.claim, status, c.status, stderr)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: output lacks %q:\n%.4000s", c.claim, want, out)
			}
		}
		if c.never != "" && strings.Contains(out, c.never) {
			t.Errorf("%s: output has %q", c.claim, c.never)
		}
	}
}

// TestAnInterruptedSearchIsStillLookedAt: the context is done, and what was seen is reported all the same.
func TestAnInterruptedSearchIsStillLookedAt(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	status, out, errs := clitest.RunIn(ctx, nil, strings.Fields("explore --opens 5 --octets 5 --set stale=[] --coverage --fields --json")...)
	var got report.Exploration
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exit.Incomplete {
		t.Fatalf("status %d, %v %s", status, err, errs)
	}
	if got.Coverage.Events == 0 || got.Coverage.Partial != 1 || len(got.Fields.Fields) == 0 || !got.Fields.Unfinished {
		t.Errorf("%d steps, %d partial, %d fields", got.Coverage.Events, got.Coverage.Partial, len(got.Fields.Fields))
	}
}

func TestExploreAsJSONHasAllFigures(t *testing.T) {
	status, out, _ := clitest.Run(t, "explore", "--json", "--fields", "--coverage", "--opens", "3", "--octets", "3", "--max-states", "20000", "--set", "stale=[]")
	var got report.Exploration
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exit.Incomplete {
		t.Fatalf("status %d, %v", status, err)
	}
	if total(got.Levels) != got.Distinct || got.StatesPerSecond == 0 || got.BytesPerState == 0 || got.TableBytes == 0 {
		t.Errorf("%+v", got)
	}
	f := got.Fields
	if f == nil || !f.Unfinished || !slices.Contains(f.Suspects, "the wire: segments") || f.Levels != len(got.Levels) || len(f.Wholes) != 4 {
		t.Fatalf("%+v", f)
	}
	for _, c := range append(f.Wholes, f.Fields...) {
		if len(c.Levels) != f.Levels || (c.Late > 0) != slices.Contains(f.Suspects, c.Name) && !slices.ContainsFunc(f.Wholes, func(w explore.FieldCount) bool { return w.Name == c.Name }) {
			t.Errorf("%+v", c)
		}
	}
	if c := got.Coverage; c == nil || c.Partial != 1 || c.Unclaimed != 0 || c.Events == 0 {
		t.Errorf("%+v", c)
	}
}

func TestPartsOfGraphs(t *testing.T) {
	file, idle := filepath.Join(t.TempDir(), "graph.jsonl"), filepath.Join(t.TempDir(), "idle.toml")
	if err := os.WriteFile(idle, []byte("start = \"closed\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"along the run to a violation", "graph joint --theorem two-segments-old-data --along violation", exit.OK, `penwidth="3"`},
		{"along a run to a pair", "graph joint --theorem two-segments-ghost --along B=ESTABLISHED", exit.OK, "#0, depth 0"},
		{"around a pair", "graph joint --set stale=[] --around A=SYN-SENT,B=SYN-RECEIVED --radius 2", exit.OK, `A SYN-SENT / B SYN-RECEIVED`},
		{"a radius of nothing", "graph joint --set stale=[] --around A=SYN-SENT,B=SYN-RECEIVED --radius 0 --format aut", exit.OK, "des (0, "},
		{"no such pair", "graph joint --set stale=[] --around A=TIME-WAIT,B=LISTEN", exit.Violated, "no such state among the"},
		{"no such pair in what was seen", "graph joint --max-depth 1 --around A=ESTABLISHED", exit.Incomplete, "no such state among the"},
		{"no violation", "graph joint --theorem three-segments-idle --along violation", exit.Violated, "no such run among the"},
		{"nothing asked", "graph joint --along violation " + idle, exit.Usage, "expected --always too"},
		{"a wrong pair", "graph joint --around A=ASLEEP", exit.Usage, `--around A=ASLEEP: found "A=ASLEEP", expected states as in`},
		{"a wrong run", "graph joint --along run", exit.Usage, `--along run: found "run", expected states as in`},
		{"both", "graph joint --along violation --around A=CLOSED", exit.Usage, "expected one of the two"},
		{"a graph that cannot be cut", "graph endpoint --around A=CLOSED", exit.Usage, "found graph endpoint, expected graph joint"},
		{"a wrong radius", "graph joint --around A=CLOSED --radius -1", exit.Usage, "--radius -1: expected a whole number from 0"},
		{"too large to draw", "graph joint --theorem stream-integrity --max-depth 8", exit.Usage, "more than can be drawn well: expected at most 2000"},
		{"drawn all the same", "graph joint --theorem stream-integrity --max-depth 7 --force", exit.Incomplete, "digraph"},
		{"explore's as well", "explore --theorem stream-integrity --max-depth 8 --dot -", exit.Usage, "more than can be drawn well"},
		{"small enough folded", "graph folded --theorem stream-integrity --max-depth 8", exit.Incomplete, "ESTABLISHED"},
		{"JSON lines beside it", "graph joint --set stale=[] --around A=SYN-SENT,B=SYN-RECEIVED --jsonl " + file, exit.OK, "digraph"},
		{"JSON lines of a search", "explore --set stale=[] --jsonl -", exit.OK, `{"node":0,"label":"A CLOSED / B CLOSED"`},
	} {
		status, out, stderr := clitest.Run(t, strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(out+stderr, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%.2000s%s", c.claim, status, c.status, c.want, out, stderr)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), `"origin":`) {
		t.Errorf("%v %.500s", err, text)
	}
}

func TestGraphvizDrawsParts(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("no Graphviz here")
	}
	for _, args := range []string{
		"graph joint --theorem two-segments-old-data --along violation",
		"graph joint --set stale=[] --around A=SYN-SENT,B=SYN-RECEIVED --radius 2",
	} {
		_, out, _ := clitest.Run(t, strings.Fields(args)...)
		cmd := exec.Command(dot, "-Tsvg")
		cmd.Stdin = strings.NewReader(out)
		svg, err := cmd.CombinedOutput()
		if err != nil || strings.Contains(string(svg), "Warning") || strings.Count(string(svg), `class="node"`) < 3 {
			t.Errorf("%s: %v %.500s", args, err, svg)
		}
	}
}
