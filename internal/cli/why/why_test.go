package why_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/program"
	"github.com/tcpcheck/tcpcheck/internal/cli/why"
	"github.com/tcpcheck/tcpcheck/properties"
)

func TestEveryTopicIsAnsweredAsItSays(t *testing.T) {
	for _, topic := range properties.Topics {
		status, out, stderr := clitest.Run(t, "why", topic.Name)
		if status != exit.OK || !strings.Contains(out, topic.Question) {
			t.Errorf("why %s: status %d %s", topic.Name, status, stderr)
		}
	}
}

func TestWhyTwoWayShowsTheRunAndTheExhaustedSearch(t *testing.T) {
	_, out, _ := clitest.Run(t, "why", "two-way")
	for _, want := range []string{"*** ghost-connection", "*** foreign-data", "(lost)", "VERIFIED: ", "<SEQ=90><CTL=SYN>"} {
		if !strings.Contains(out, want) {
			t.Errorf("output lacks %q", want)
		}
	}
}

// The small program prints what the whole one prints, but for the times that searches took.
func TestTheSmallProgramSaysTheSame(t *testing.T) {
	seconds := regexp.MustCompile(`\d+\.\d\d s|"(seconds|statesPerSecond)": [^,]*`)
	for _, args := range [][]string{{"two-way"}, {"time-wait", "--legend"}, {"two-way", "--json"}, {"two"}, {"two-way", "--jsn"}, {}} {
		status, want, wantErr := clitest.Run(t, append([]string{"why"}, args...)...)
		var out, err bytes.Buffer
		if got := program.Run(t.Context(), why.NewTextOnly(), args, nil, &out, &err); got != status {
			t.Errorf("why %v: status %d, want %d: %s", args, got, status, &err)
		}
		if seconds.ReplaceAllString(out.String(), "") != seconds.ReplaceAllString(want, "") || err.String() != wantErr {
			t.Errorf("why %v: the output differs:\n%s%s\nwant\n%s%s", args, &out, &err, want, wantErr)
		}
	}
}
