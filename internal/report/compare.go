package report

import (
	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
)

// Comparison is what compare --json prints.
type Comparison struct {
	A          string   `json:"fileA"`
	B          string   `json:"fileB"`
	Equivalent bool     `json:"equivalent"`
	OnlyA      []string `json:"inputsOfAOnly,omitempty"`
	OnlyB      []string `json:"inputsOfBOnly,omitempty"`
	*mealy.Comparison
}
