package netfake_test

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// A opens actively and B passively. With the first action of each state that is not an OPEN once
// more, the handshake of RFC 9293, Figure 6, goes by.
func ExampleSystem() {
	sc := netfake.TwoHosts()
	sc.Peer[netfake.A].User.Active = 1
	sc.Peer[netfake.B].User.Passive = 1
	sc.Net.Bag = true // no losses, no duplicates: each segment is delivered once
	sys, err := netfake.New(sc)
	if err != nil {
		fmt.Println(err)
		return
	}
	s := sys.Init()[0]
	for _, kind := range []netfake.ActionKind{netfake.OpenPassive, netfake.OpenActive, netfake.Deliver, netfake.Deliver, netfake.Deliver} {
		for _, a := range sys.Actions(nil, s) {
			if a.Kind == kind {
				w, h := sys.Unpack(s), netfake.Happening{}
				sys.Apply(&w, a, &h)
				fmt.Printf("%-12v at %s:  A %-11v  B %-12v  %v\n", kind, netfake.PeerName(int(a.Peer)), w.Peer[0].State(), w.Peer[1].State(), h.Sent)
				s = sys.Step(s, a)
				break
			}
		}
	}
	// Output:
	// passive OPEN at B:  A CLOSED       B LISTEN        []
	// active OPEN  at A:  A SYN-SENT     B LISTEN        [A1→B <SEQ=100><CTL=SYN>]
	// deliver      at B:  A SYN-SENT     B SYN-RECEIVED  [B1→A1 <SEQ=300><ACK=101><CTL=SYN,ACK>]
	// deliver      at A:  A ESTABLISHED  B SYN-RECEIVED  [A1→B1 <SEQ=101><ACK=301><CTL=ACK>]
	// deliver      at B:  A ESTABLISHED  B ESTABLISHED   []
}

// The premises of a scenario are what a verdict about it rests on.
func ExampleScenario_Premises() {
	var sc netfake.Scenario
	sc.Net = netfake.Network{Bag: true, Losses: 1, NoPrematureRetransmission: true}
	sc.Peer[netfake.A].User = netfake.User{Active: 1, Octets: 2, Close: true}
	sc.Peer[netfake.B].User = netfake.User{Passive: 1, Close: true, ClosesSecond: true}
	for _, line := range sc.Premises() {
		fmt.Println(line)
	}
	// Output:
	// the network may lose 1 segment and duplicate 0, and reorders without limit; nothing is retransmitted while a segment is in the network
	// A: 1 active OPEN, 2 octets an incarnation, may CLOSE, fixed initial sequence numbers
	// B: 1 passive OPEN, closed after 1 answered SYN, may CLOSE, closes second, fixed initial sequence numbers
}
