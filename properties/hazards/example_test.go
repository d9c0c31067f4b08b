package hazards_test

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// The assassination of RFC 1337, and the fix that prevents it.
func ExampleHazard_Answer() {
	h, _ := hazards.ByName("assassination")
	r, err := h.Answer(context.Background(), model.None, properties.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	shown, gone := r.Shown[0], r.Gone[0]
	fmt.Println(shown.With+":", shown.Verdict, "in", shown.Steps, "steps")
	fmt.Println(gone.With+":", gone.Verdict)
	// Output:
	// rst-in-time-wait=obey: VIOLATED in 7 steps
	// rst-in-time-wait=ignore (F1): VERIFIED
}
