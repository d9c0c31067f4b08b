package bounds

import (
	_ "embed"

	"github.com/tcpcheck/tcpcheck/properties"
)

//go:embed premises.txt
var pinned string

// pins are the premises of the bounds.
var pins = properties.ParsePins(pinned)

// Asked is the bound as a question: at its basis, with the smallest safe value that is expected there. It reports false where
// none is.
func (b *Bound) Asked() (properties.Asked, bool) {
	least := b.expected(b.Basis())
	if least == nil {
		return properties.Asked{}, false
	}
	return properties.Asked{Name: b.Topic + " " + b.Name, Question: b.Question(b.Basis(), int(least.Num().Int64()))}, true
}
