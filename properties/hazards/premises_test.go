package hazards

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/properties"
)

// TestPremisesOfMitigations: what makes a danger go names the premises of the catalogue that it needs, and no others. Cheap
// answers are searched each time; all of them with TCPCHECK_LONG=1, and with -update as well they are pinned anew.
func TestPremisesOfMitigations(t *testing.T) {
	var list []properties.Asked
	for _, h := range Hazards() {
		all, err := h.Asked()
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			list = append(list, x.Asked)
		}
	}
	found, differences, err := pins.Check(t.Context(), list, os.Getenv("TCPCHECK_LONG") != "")
	if err != nil {
		t.Fatal(err)
	}
	if *update && found != nil {
		if err := os.WriteFile("premises.txt", []byte(found.Format()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff([]string(nil), differences); diff != "" {
		t.Errorf("(-pinned +searched):\n%s", diff)
	}
}
