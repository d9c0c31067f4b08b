package claims_test

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/properties/claims"
)

// A sentence of a textbook, with the evidence against it.
func ExampleClaim_Judge() {
	c, _ := claims.ByID("third-seq")
	j, err := c.Judge(context.Background(), claims.Settings{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j.Says, j.Verdict)
	fmt.Println(j.Right)
	// Output:
	// The third segment carries seq = K+1. REFUTED
	// The third segment carries seq = J+1 and ack = K+1: each side counts its own octets.
}
