package properties_test

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/properties"
)

// A theorem is searched anew each time; its variant has the other answer.
func ExampleTheorem_Prove() {
	th, _ := properties.ByName("three-segments-idle")
	o, _ := th.Prove(context.Background(), properties.Settings{})
	fmt.Println(o.Verdict, o.Distinct, "states, reduced by", o.Reduced)
	o, _ = th.Vary(context.Background(), th.Variants[0], properties.Settings{})
	fmt.Println(th.Variants[0].Name+":", o.Verdict, o.Violated, "in", len(o.Run)-1, "steps")
	// Output:
	// VERIFIED 21 states, reduced by dead-messages,equivalent-messages
	// two segments: VIOLATED no-ghost-connection in 2 steps
}
