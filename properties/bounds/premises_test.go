package bounds

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/properties"
)

// TestPremisesOfBounds: a bound names the premises of the catalogue that it needs, and no others. Cheap answers are searched each
// time; all of them with TCPCHECK_LONG=all.
func TestPremisesOfBounds(t *testing.T) {
	list := askedBounds()
	found, differences, err := pins.Check(t.Context(), list, golden.Everything())
	if err != nil {
		t.Fatal(err)
	}
	if found != nil {
		golden.Check(t, "premises.txt", found.Format())
		return
	}
	if diff := cmp.Diff([]string(nil), differences); diff != "" {
		t.Errorf("(-pinned +searched):\n%s", diff)
	}
}

// TestFindingsHaveEveryBound: the table in FINDINGS has a row for each question that is asked by default, in its words.
func TestFindingsHaveEveryBound(t *testing.T) {
	text, err := os.ReadFile("../../docs/FINDINGS.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range All("") {
		if row := "\n| " + q.Topic + " " + q.Name + ": " + q.Asks + " | "; len(q.Small) > 0 && !strings.Contains(string(text), row) {
			t.Errorf("FINDINGS lacks the row %q: tcpcheck bound all --markdown prints it", row)
		}
	}
}

// askedBounds are the bounds that have a safe value, as questions.
func askedBounds() (list []properties.Asked) {
	for _, q := range All("") {
		if asked, ok := q.Asked(); ok {
			list = append(list, asked)
		}
	}
	return list
}
