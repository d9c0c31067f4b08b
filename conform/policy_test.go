package conform_test

import (
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/model"
)

// Mutants that no pair shows, each with the reason.
var invisibleMutants = map[model.Mutant]string{
	model.KeepsSynStamp:    "it needs an old SYN that reopens TIME-WAIT, which is a policy",
	model.RstUnstamped:     "RFC 7323 §3.2: a RST SHOULD have the timestamp; whether it does is not compared",
	model.SynSentWholeAck:  "it needs text on our own SYN, which sockets do not send",
	model.TextBeyondWindow: "a FIN beyond text that does not fit is dropped all the same, and text held beyond the window shows once the user has read and the gap is closed",
}

// Every bent check of the machine that can be seen from outside is seen by the pairs.
func TestThePairsFindTheMutants(t *testing.T) {
	t.Parallel()
	for m := model.None + 1; int(m) < model.NumMutants; m++ {
		c, o := model.Default(), conform.Options{First: true, Cover: conform.CoverPlaces, NoAdapterCheck: true}
		if m == model.SentAckLate { // it bends a policy
			c.AckRange = model.SentAck
			o.Policies = []string{"ack-range=sent"}
		}
		c.Mutant, c.RcvBuf, c.Timestamps = m, 1000, true // quickly full
		r := check(t, opener(c), o)
		if why, invisible := invisibleMutants[m]; invisible != (r.Unexplained == 0) {
			t.Errorf("%v: %d unexplained; %s", m, r.Unexplained, why)
		}
	}
}

// A peer with another policy differs from the base model, and from a model with the same policy it does not.
func TestThePairsTellThePoliciesApart(t *testing.T) {
	t.Parallel()
	notSeen := figures.NotSeen("pairs")
	for _, p := range model.Policies {
		for v := 1; v < len(p.Values); v++ {
			name := p.Name + "=" + p.Values[v]
			c := model.Default()
			c.RcvBuf = 1000 // quickly full
			p.Set(&c, v)
			r := check(t, opener(c), conform.Options{First: true, Cover: conform.CoverPlaces, NoAdapterCheck: true})
			if why, hidden := notSeen[name]; hidden != (r.Unexplained == 0) {
				t.Errorf("%s: %d unexplained; internal/figures/scripts: a line \"pairs: %s is not seen: ...\" says why there is none (found %q)", name, r.Unexplained, name, why)
			}
			if name == "handshake=one" {
				continue // its initiator knows no number of its peer: there is nothing to place a segment by
			}
			same := check(t, opener(c), conform.Options{
				Cover: conform.CoverPlaces, Parallel: 2, Steps: 200, Seed: 1, Table: &conform.Table{Policies: []string{name}},
			})
			if !same.OK() || same.Agree < 200 {
				t.Errorf("%s, compared with itself: %s", name, text(t, same))
			}
		}
	}
}
