package report

import (
	"github.com/tcpcheck/tcpcheck/properties"
)

// Saturated is a theorem with what raising its bounds showed.
type Saturated struct {
	Name    string
	Verdict string // that the theorem expects
	Bounds  []properties.Saturation
}
