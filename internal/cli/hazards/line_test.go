package hazards

import (
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// An answer of a search that was cut off is incomplete, and not "NOT as expected".
func TestALineSaysWhatIsIncomplete(t *testing.T) {
	for found, want := range map[properties.Conclusion]string{
		properties.Open: "incomplete: expected holds", properties.Fails: "NOT as expected: found fails, expected holds",
	} {
		if got := oneLine(hazards.Answer{Sentence: "s", Conclusion: found, Expected: properties.Holds}); !strings.HasSuffix(got, "; "+want) {
			t.Errorf("got %q, want %q at its end", got, want)
		}
	}
}
