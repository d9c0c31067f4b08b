package hazards

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/properties"
)

// TestPremisesOfMitigations: what makes a danger go names the premises of the catalogue that it needs, and no others. Cheap
// answers are searched each time; all of them with TCPCHECK_LONG=all.
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
