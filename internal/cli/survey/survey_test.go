package survey_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

func TestSurveyStatuses(t *testing.T) {
	for _, tt := range []struct {
		args, says string
		want       int
	}{
		{"survey early-close --changes 0", "0 without a name", exit.OK},
		{"survey opening --changes 0 --mutant syn-rcvd-any-ack", "no-ghost-connection", exit.Violated},
		{"survey closing --changes 0 --max-states 20", "incomplete: ", exit.Incomplete},
		{"survey --list", "opener-meets-old-syn", exit.OK},
		{"survey early-close --print", "close-before-established = true", exit.OK},
		{"survey nowhere", `"nowhere": expected some of opening`, exit.Usage},
		{"survey --changes 3", "expected 0, 1 or 2", exit.Usage},
		{"survey --policies window-scale", "expected some of handshake", exit.Usage},
		{"survey --print", "expected the name of one", exit.Usage},
		{"survey --save .", "--save: mkdir .: file exists: expected the name of a new directory", exit.Usage},
		{"survey --timeout -1s", `--timeout: found "-1s", expected a duration from 0`, exit.Usage},
		{"survey --mutant none-such", "expected one of", exit.Usage},
	} {
		code, out, errs := clitest.Run(t, clitest.Split(tt.args)...)
		if code != tt.want || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%s: exit %d, want %d and %q:\n%s%s", tt.args, code, tt.want, tt.says, out, errs)
		}
	}
}

// A run that a survey saves is one that replay carries out.
func TestSurveySavesItsRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs")
	if code, out, errs := clitest.Run(t, "survey", "early-close", "--changes", "0", "--all", "--draw", "--save", dir); code != exit.OK || !strings.Contains(out, "accepts data 91") {
		t.Fatalf("exit %d:\n%s%s", code, out, errs)
	}
	if code, out, errs := clitest.Run(t, "replay", filepath.Join(dir, "001.json")); code != exit.OK || !strings.Contains(out, "foreign-data") {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
}

func TestSurveyJSON(t *testing.T) {
	_, out, _ := clitest.Run(t, "survey", "early-close", "--changes", "0", "--all", "--json")
	var r report.Survey
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Searches != 1 || len(r.Classes) == 0 || len(r.Classes[0].Findings[0].Run) != r.Classes[0].Findings[0].Steps {
		t.Errorf("got %+v", r)
	}
}
