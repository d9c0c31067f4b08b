package hosts

import (
	_ "embed"

	"github.com/tcpcheck/tcpcheck/properties"
)

//go:embed premises.txt
var pinned string

// pins are the premises of the guarantees that hold with the defaults of linux.
var pins = properties.ParsePins(pinned)

// Asked is a guarantee as a question in the scenario that decided it. It reports false if that scenario does not show that the
// guarantee holds: then it rests on no premise.
func (g Guarantee) Asked(x Answer) (properties.Asked, bool) {
	if x.Conclusion != properties.Holds || g.Avoids != nil {
		return properties.Asked{}, false
	}
	q := g.question()
	q.Scenario = x.Scenario
	return properties.Asked{Name: g.Name, Question: q}, true
}
