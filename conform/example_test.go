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
	f := r.Findings[0]
	fmt.Println(r.OK())
	fmt.Printf("%v at %v: it %s\n", f.States, f.Inputs, f.Change)
	fmt.Printf("%s: %s\n", f.Clause, f.Explain[0].Policy)
	// Output:
	// false
	// [SYN-RECEIVED] at [SYN]: it sends SYN,ACK, not ACK
	// RFC 9293 §3.10.7.4 first: dup-syn=syn-ack
}
