package study

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updatePremises = flag.Bool("update-premises", false, "write premises.txt, with TCPCHECK_LONG=1")

// TestPremisesOfBounds: a bound names the premises of the catalogue that it needs, and no others. Cheap answers are searched each
// time; all of them with TCPCHECK_LONG=1.
func TestPremisesOfBounds(t *testing.T) {
	list := AskedBounds()
	found, differences, err := pins.Check(t.Context(), list, os.Getenv("TCPCHECK_LONG") != "")
	if err != nil {
		t.Fatal(err)
	}
	if *updatePremises && found != nil {
		if err := os.WriteFile("premises.txt", []byte(found.Format()), 0o644); err != nil {
			t.Fatal(err)
		}
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
	for _, q := range Bounds("") {
		if row := "\n| " + q.Topic + " " + q.Name + ": " + q.Asks + " | "; len(q.Small) > 0 && !strings.Contains(string(text), row) {
			t.Errorf("FINDINGS lacks the row %q: tcpcheck bound all --markdown prints it", row)
		}
	}
}
