package hosts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/properties"
)

// TestPremisesOfGuarantees: a guarantee names the premises of the catalogue that it needs with the defaults of linux, and no
// others. Cheap answers are searched each time; all of them with TCPCHECK_LONG=all.
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
