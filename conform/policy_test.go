package conform_test

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// Mutants that no pair shows, each with the reason.
var invisibleMutants = map[model.Mutant]string{
	model.SynSentWholeAck: "it needs text on our own SYN, which sockets do not send",
	model.NoPAWS:          "it needs timestamps, which no segment of the classes bears",
}

// Every bent check of the machine that can be seen from outside is seen by the pairs.
func TestThePairsFindTheMutants(t *testing.T) {
	for m := model.None + 1; int(m) < model.NumMutants; m++ {
		c, o := model.Default(), conform.Options{First: true}
		if m == model.SentAckLate { // it bends a policy
			c.AckRange = model.SentAck
			o.Policies = []string{"ack-range=sent"}
		}
		c.Mutant = m
		r := check(t, opener(c), o)
		if why, invisible := invisibleMutants[m]; invisible != (r.Unexplained == 0) {
			t.Errorf("%v: %d unexplained; %s", m, r.Unexplained, why)
		}
	}
}
