package conform_test

import (
	"context"
	"fmt"
	"regexp"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	"github.com/tcpcheck/tcpcheck/model"
)

// A stack that answers a second SYN in SYN-RECEIVED with a SYN,ACK, not with a challenge ACK. The stack
// here is the model with another policy; an author opens the adapter of a stack in its place.
func ExampleCheck() {
	open := func() (conform.Peer, error) {
		c := model.Default()
		c.DupSyn = model.DupSynSynAck
		return conform.Machine(c, timed.RFC(), 300), nil
	}
	r, err := conform.Check(context.Background(), open, conform.Options{Pairs: regexp.MustCompile("^SYN-RECEIVED/passive: SYN seq")})
	if err != nil {
		fmt.Println(err)
		return
	}
	k := r.Kinds[0]
	fmt.Println(r.OK())
	fmt.Printf("%s at %s: %s\n", k.From, k.Input, k.Change)
	// Output:
	// false
	// SYN-RECEIVED at SYN: sends SYN,ACK, not ACK
}
