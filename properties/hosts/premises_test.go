package hosts

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/properties"
)

var updatePremises = flag.Bool("update-premises", false, "write premises.txt, with TCPCHECK_LONG=1")

// TestPremisesOfGuarantees: a guarantee names the premises of the catalogue that it needs with the defaults of linux, and no
// others. Cheap answers are searched each time; all of them with TCPCHECK_LONG=1.
func TestPremisesOfGuarantees(t *testing.T) {
	linux, err := ByName("linux")
	if err != nil {
		t.Fatal(err)
	}
	var asker Asker
	var list []properties.Asked
	for _, g := range Guarantees() {
		answer, err := asker.Ask(t.Context(), g, linux.Settings)
		if err != nil {
			t.Fatal(err)
		}
		if asked, ok := g.Asked(answer); ok {
			list = append(list, asked)
		}
	}
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
