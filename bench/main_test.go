package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// TestMain makes the test binary what the command is: also the process in which tcpcheck searches.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == searchArg {
		os.Exit(searchHere(context.Background(), os.Args[2:], os.Stdout, os.Stderr))
	}
	adoptOrphans()
	os.Exit(m.Run())
}

func TestSizesAreReadOrRefused(t *testing.T) {
	for text, want := range map[string]minitcp.System{
		"tiny": {Wire: 3, Opens: 1, Numbers: 2}, "L": {Wire: 3, Opens: 2, Numbers: 2}, "1,2,3": {Wire: 1, Opens: 2, Numbers: 3},
	} {
		got, err := parseSize(text)
		if err != nil || got != want {
			t.Errorf("parseSize(%q) = %v, %v; want %v", text, got, err, want)
		}
		if again, err := parseSize(sizeText(got)); err != nil || again != want {
			t.Errorf("%v written as %q reads %v, %v", got, sizeText(got), again, err)
		}
	}
	for _, text := range []string{"", "s", "1,2", "0,1,1", "4,1,1", "1,1,1,1", "a,b,c"} {
		if sys, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %v, want an error", text, sys)
		}
	}
}

func TestOnlyPicksToolsAndRows(t *testing.T) {
	ids := func(only ...string) (list []string) {
		chosen, err := pick(only)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range chosen {
			list = append(list, r.id)
		}
		return list
	}
	if diff := cmp.Diff([]string{"tcpcheck-2", "floor-1", "floor-2"}, ids("floor", "tcpcheck-2")); diff != "" {
		t.Errorf("a tool and a row, in the order of the table (-want +got):\n%s", diff)
	}
	all := ids()
	if len(all) != len(rows) || all[0] != baseline {
		t.Errorf("without --only: %v, want all %d rows, %s first", all, len(rows), baseline)
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != len(rows) {
		t.Errorf("two rows have the same id: %v", all)
	}
	if _, err := pick([]string{"spin-"}); err == nil {
		t.Error("--only spin- was taken, want an error")
	}
}

func TestFlagsThatCannotBeUsedAreStatusTwo(t *testing.T) {
	for _, args := range [][]string{
		{"--size", "5,1,1"}, {"--only", "nobody"}, {"--runs", "0"}, {"--timeout", "-1s"}, {"--tlc", "no/such.jar"}, {"word"}, {"--bogus"},
	} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, io.Discard, &stderr); code != exitUsage || stderr.Len() == 0 {
			t.Errorf("%v: status %d and %q, want 2 and a reason", args, code, stderr.String())
		}
	}
	for _, args := range [][]string{nil, {"floor-1", "1,1,1"}, {baseline, "x"}} {
		if code := searchHere(t.Context(), args, io.Discard, io.Discard); code != exitUsage {
			t.Errorf("search of %v: status %d, want 2", args, code)
		}
	}
}

// captured are what the tools printed on this model, and what there is to read in it. That of TLC was written from
// the words of its messages.
var captured = []struct {
	file  string
	count func(string) (uint64, error)
	want  uint64 // 0: an error
}{
	{"spin-dfs.txt", countSpin, 611_756},
	{"spin-bfs.txt", countSpin, 611_756},
	{"spin-par.txt", countSpin, 611_756},
	{"spin-hc4.txt", countSpin, 608_733},
	{"spin-bit.txt", countSpin, 611_756},
	{"spin-cut.txt", countSpin, 0},
	{"rumur.txt", countRumur, 611_756},
	{"tlc.txt", countTLC, 112_113},
}

func TestCountsAreReadFromWhatTheToolsPrint(t *testing.T) {
	for _, c := range captured {
		text, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.count(string(text))
		if got != c.want || (err == nil) != (c.want != 0) {
			t.Errorf("%s: %d, %v; want %d", c.file, got, err, c.want)
		}
		if _, err := c.count(""); err == nil {
			t.Errorf("%s: nothing printed, and no error", c.file)
		}
	}
	if n, err := countOurs("571 distinct states, 2962 generated, depth 13\n"); n != 571 || err != nil {
		t.Errorf("ours: %d, %v; want 571", n, err)
	}
	if n, err := countSpin("errors: 0\n 1.2345679e+08 states, stored\n"); err == nil {
		t.Errorf("a rounded count was read as %d", n)
	}
}

func TestConstantsOfTheModelsAreReplaced(t *testing.T) {
	sys := minitcp.System{Wire: 1, Opens: 3, Numbers: 3}
	for name, want := range map[string][]string{
		"models/minitcp.m": {"  K: 1;", "  OPENS: 3;", "  NISS: 3;"},
		"models/L.cfg":     {"  K = 1", "  OPENS = 3", "  ISS = {0,3,5}"},
		"models/S.cfg":     {"  K = 1", "  OPENS = 3", "  ISS = {0,3,5}"},
	} {
		edits := tlaConstants(sys)
		if strings.HasSuffix(name, ".m") {
			edits = murphiConstants(sys)
		}
		text, err := edited(name, edits)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range want {
			if !slices.Contains(strings.Split(string(text), "\n"), line) {
				t.Errorf("%s has no line %q", name, line)
			}
		}
	}
	if _, err := edited("models/minitcp.m", tlaConstants(sys)); err == nil {
		t.Error("edits that find no place were taken")
	}
}

// TestToolsAgree runs what this machine has. Stateright takes a minute to build, so it waits for TCPCHECK_LONG.
func TestToolsAgree(t *testing.T) {
	sizes := []struct {
		sys  minitcp.System
		only []string // SPIN's program is compiled for each size and mode
	}{
		{minitcp.System{Wire: 1, Opens: 1, Numbers: 1}, nil},
		{minitcp.System{Wire: 2, Opens: 1, Numbers: 1}, []string{"tcpcheck-1", "floor-2", "rumur-1"}},
		{minitcp.System{Wire: 2, Opens: 1, Numbers: 2}, []string{"tcpcheck-2", "floor-1", "rumur-2"}},
		{minitcp.System{Wire: 2, Opens: 2, Numbers: 1}, []string{"tcpcheck", "floor", "rumur-2"}},
		{minitcp.System{Wire: 3, Opens: 1, Numbers: 2}, []string{"tcpcheck", "floor", "rumur-2", "spin-dfs"}},
	}
	long := os.Getenv("TCPCHECK_LONG") != ""
	for _, c := range sizes {
		chosen, err := pick(c.only)
		if err != nil {
			t.Fatal(err)
		}
		if long {
			chosen = rows
		} else {
			chosen = slices.DeleteFunc(slices.Clone(chosen), func(r row) bool { return r.tool() == "stateright" })
		}
		dir := t.TempDir()
		w := &workshop{sys: c.sys, dir: dir, cargo: cargoFolder(dir), optimize: "-O0", say: io.Discard}
		rep := measureAll(t.Context(), w, chosen, 1, 5*time.Minute)
		for _, o := range rep.Rows {
			t.Run(sizeText(c.sys)+" "+o.ID, func(t *testing.T) {
				switch o.Status {
				case statusAbsent:
					t.Skip(o.Why)
				case statusOK, statusMissed:
				default:
					t.Errorf("%s: %s", o.Status, o.Why)
				}
			})
		}
		if !long {
			t.Logf("%s: Stateright was left out; TCPCHECK_LONG=1 runs everything", sizeText(c.sys))
		}
	}
}

func TestReportHasFiguresOfEveryRun(t *testing.T) {
	var stdout bytes.Buffer
	args := []string{"--size", "2,1,3", "--only", "tcpcheck,tlc", "--runs", "2", "--json"}
	if code := run(t.Context(), args, &stdout, io.Discard); code != exitOK {
		t.Fatalf("status %d, want 0", code)
	}
	var rep report
	if err := json.Unmarshal(stdout.Bytes(), &rep); err != nil {
		t.Fatal(err)
	}
	picked, err := pick([]string{"tcpcheck", "tlc"})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Distinct == 0 || rep.Source != "counted by "+baseline || len(rep.Rows) != len(picked) {
		t.Errorf("%d states %s in %d rows, want a count of tcpcheck's own and %d rows", rep.Distinct, rep.Source, len(rep.Rows), len(picked))
	}
	for _, o := range rep.Rows {
		if strings.HasPrefix(o.ID, "tlc") {
			if o.Status != statusAbsent || o.Why == "" || o.Median != nil {
				t.Errorf("%s without a jar: %s (%s), want absent, with a reason and no figures", o.ID, o.Status, o.Why)
			}
			continue
		}
		if o.Status != statusOK || len(o.Samples) != 2 || o.Distinct != rep.Distinct {
			t.Errorf("%s: %s, %d runs, %d states", o.ID, o.Status, len(o.Samples), o.Distinct)
		}
		for _, s := range o.Samples {
			if s.CPU <= 0 || s.Wall <= 0 || s.Peak < 1<<20 {
				t.Errorf("%s: unlikely figures %+v", o.ID, s)
			}
		}
	}
	if r := rep.Rows[0].Ratio; r == nil || *r != (median{1, 1, 1, 1}) {
		t.Errorf("ratios of the baseline to itself: %+v, want 1", r)
	}
}

// A table for a document has the date, the versions and the load, and ratios instead of seconds.
func TestMarkdownHasRatiosAndCircumstances(t *testing.T) {
	rep := &report{Size: "1,1,1", Distinct: 571, Runs: 3, Date: "2026-01-02"}
	rep.Machine.Load = [2]string{"0.1 0.2 0.3", "0.4 0.5 0.6"}
	rep.Rows = []*outcome{
		{ID: "spin-dfs", Mode: "DFS", Keeps: states, Version: versionOf(t.Context(), "tlc", "TLC2 Version 2.19 of 08 August 2024 (rev: 5a47802)"),
			row: row{id: "spin-dfs"}, Median: &median{CPU: 123.25}, Ratio: &median{1.5, 2.5, 3.5, 1}},
		{ID: "gone", Status: statusAbsent, Why: "not here", row: row{id: "gone"}},
	}
	var b strings.Builder
	if err := rep.writeMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026-01-02", "spin 2.19 of 08 August 2024", "0.1 0.2 0.3 before", "0.4 0.5 0.6 after",
		"| spin-dfs | DFS | states | 1.50 | 2.50 | 3.50 |  |", "| gone |  |  | - | - | - | not here |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("found %s\nexpected %s in it", b.String(), want)
		}
	}
	if strings.Contains(b.String(), "123.25") {
		t.Error("the table has seconds")
	}
}

// says is a row whose command prints one count after another: one for each run.
func says(id string, lossy bool, counts ...string) row {
	n := 0
	return row{
		id: id, lossy: lossy,
		prepare: func(context.Context, *workshop) (command, error) { return command{argv: []string{"true"}}, nil },
		count: func(string) (uint64, error) {
			n++
			return countOurs(counts[(n-1)%len(counts)] + " distinct states, 1 generated")
		},
	}
}

func TestCountsAreJudged(t *testing.T) {
	build := row{id: "broken", prepare: func(context.Context, *workshop) (command, error) { return command{}, errors.New("no luck") }}
	gone := row{id: "gone", prepare: func(context.Context, *workshop) (command, error) { return command{}, absent("not here") }}
	slow := row{id: "slow", count: countOurs, prepare: func(context.Context, *workshop) (command, error) {
		return command{argv: []string{"sleep", "60"}}, nil
	}}
	crash := row{id: "crash", count: countOurs, prepare: func(context.Context, *workshop) (command, error) {
		return command{argv: []string{"sh", "-c", "echo 571 distinct states, 1 generated; exit 7"}}, nil
	}}
	for _, c := range []struct {
		row    row
		status string
		code   int
		note   string
	}{
		{says("same", false, "571"), statusOK, exitOK, ""},
		{says("fewer", false, "570"), statusDisagrees, exitDisagree, "DISAGREES: found 570 states, expected 571"},
		{says("more", false, "571", "572"), statusDisagrees, exitDisagree, "DISAGREES: found 572 states, expected 571"},
		{says("lossy", true, "571", "569"), statusMissed, exitOK, "MISSED 2"},
		{says("lossy", true, "569", "571"), statusMissed, exitOK, "MISSED 2"},
		{says("lossy", true, "572"), statusDisagrees, exitDisagree, "DISAGREES: found 572 states, expected 571"},
		{says("unreadable", false, "571", "some"), statusFailed, exitIncomplete, "failed: found no count of states in what it printed (figures of 1 run)"},
		{build, statusFailed, exitIncomplete, "failed: no luck"},
		{gone, statusAbsent, exitOK, "not here"},
		{slow, statusTimeout, exitIncomplete, "timeout: a run took too long"},
		{crash, statusFailed, exitIncomplete, "failed: exit status 7: 571 distinct states, 1 generated"},
	} {
		w := &workshop{sys: minitcp.System{Wire: 1, Opens: 1, Numbers: 1}, say: io.Discard}
		rep := measureAll(t.Context(), w, []row{c.row}, 2, time.Second/2)
		o := rep.Rows[0]
		if o.Status != c.status || rep.status() != c.code || o.note() != c.note {
			t.Errorf("%s: %s, exit status %d, %q; want %s, %d, %q", c.row.id, o.Status, rep.status(), o.note(), c.status, c.code, c.note)
		}
	}
}

func TestInterruptIsStatusThree(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout bytes.Buffer
	code := run(ctx, []string{"--size", "1,1,1", "--only", "tcpcheck-1,floor-1"}, &stdout, io.Discard)
	if code != exitIncomplete || strings.Count(stdout.String(), "  interrupted\n") != 2 {
		t.Errorf("status %d, want 3 and two rows interrupted:\n%s", code, stdout.String())
	}
}

func TestMediansAreTakenOfEachFigure(t *testing.T) {
	got := medians([]sample{{4, 1, 9, 8}, {4, 3, 2, 4}, {4, 2, 4, 40}})
	if diff := cmp.Diff(&median{CPU: 2, Wall: 4, Peak: 8, State: 2}, got); diff != "" {
		t.Errorf("odd number of runs (-want +got):\n%s", diff)
	}
	if got := medians([]sample{{Distinct: 1, CPU: 1}, {Distinct: 1, CPU: 2}}); got.CPU != 1.5 {
		t.Errorf("median of 1 and 2 is %v, want 1.5", got.CPU)
	}
}

func TestProcessesLeftBehindAreCountedAndEnded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("orphans are adopted on Linux only")
	}
	// The first shell is gone after a second. The second one, which nobody waits for, computes for ever.
	c := command{argv: []string{"sh", "-c", "(while :; do :; done) & sleep 1; echo $!"}}
	out, s, err := measure(t.Context(), c, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.CPU < 0.05 {
		t.Errorf("%.3f CPU s, want those of the process that was left behind", s.CPU)
	}
	if err := exec.Command("kill", "-0", strings.TrimSpace(out)).Run(); err == nil {
		t.Errorf("process %s is still there", out)
	}
}

func TestTablesOfPanGrowWithTheStates(t *testing.T) {
	for id, want := range map[string]string{
		"spin-dfs": "-w25", "spin-par": "-w25 -u2", "spin-bit": "-w32 -k3",
	} {
		if got := strings.Join(panArgs(id, 14_161_931), " "); got != want {
			t.Errorf("%s of 14 million states: %s, want %s", id, got, want)
		}
	}
}

func TestTableIsAligned(t *testing.T) {
	rep := &report{Size: "1,1,1", Distinct: 571, Source: "counted", Runs: 1, Rows: []*outcome{
		{ID: "a", Mode: "m", Keeps: "k", Status: statusOK, Distinct: 571, Median: &median{1, 2, 3 << 20, 4}},
		{ID: "bb", Mode: "m", Keeps: "k", Status: statusAbsent, Why: "not here"},
	}}
	var b bytes.Buffer
	if err := rep.writeTable(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	last := lines[len(lines)-3:]
	for i, word := range []string{"distinct", "571", "-"} {
		if end := strings.Index(last[i], word) + len(word); end != strings.Index(last[0], "distinct")+len("distinct") {
			t.Errorf("line %d: %q does not end where its heading does", i, word)
		}
	}
	if !strings.HasSuffix(last[2], "not here") {
		t.Errorf("%q does not say why", last[2])
	}
	if n := len((&outcome{}).cells()); n != len(headings) {
		t.Errorf("%d cells in a row, want one for each of %d headings", n, len(headings))
	}
}
