package why_test

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
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
