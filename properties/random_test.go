package properties

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/netfake"
)

// longStream: every octet is delivered once and in order, and a normal close has delivered all, with up to eight octets
// each way and a network that loses, duplicates and reorders.
var longStream = property{name: "eight octets each way", steps: 150, draw: func(t *rapid.T) Question {
	sc := talking(2+integer(t, "more octets of A", 0, 6), integer(t, "octets of B", 0, 8), integer(t, "losses", 0, 6), integer(t, "duplicates", 0, 6))
	sc.Net.NoPrematureRetransmission = !seldom(t, "timers fire early", 2)
	otherSegments(t, &sc)
	otherReadings(t, &sc)
	anyNumbers(t, &sc)
	faults := []netfake.Fault{netfake.WrongOctet, netfake.LostOctet, netfake.SilentEnd}
	return Question{Scenario: watching(sc, faults...), Always: append(nevers(faults...), numbersAgree, ordered), Witness: bothDone}
}}

func TestStreamInLongRuns(t *testing.T) { rapid.Check(t, longStream.check) }
func FuzzStream(f *testing.F)           { fuzz(f, longStream.check) }
