package bounds_test

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// The least TIME-WAIT that keeps a RST out of the peer's LAST-ACK, at MSL 2 and R 2.
func ExampleBound_At() {
	for _, q := range bounds.All("time-wait") {
		if q.Name != "last-ack" {
			continue
		}
		p, err := q.At(context.Background(), []int{2, 2}, 0, properties.Settings{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(q.Place(p.At)+":", q.Symbol, "=", p.Least())
	}
	// Output:
	// MSL 2, R 2: T = 3
}
