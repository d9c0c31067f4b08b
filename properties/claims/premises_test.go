package claims

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/properties"
)

var updatePremises = flag.Bool("update-premises", false, "write premises.txt, with TCPCHECK_LONG=1")

// TestPremisesOfWhatIsRight: what would be right names the premises of the catalogue that it needs, and no others. Cheap answers are
// searched each time; all of them with TCPCHECK_LONG=1.
func TestPremisesOfWhatIsRight(t *testing.T) {
	var list []properties.Asked
	for _, c := range All() {
		for _, x := range c.Asked() {
			list = append(list, x.Asked)
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
