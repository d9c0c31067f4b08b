package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// Answer is an answer as --json prints it.
type Answer struct {
	Verdict  string        `json:"verdict"`
	Why      string        `json:"why"`
	Tick     float64       `json:"tick_seconds,omitempty"`
	Searches int           `json:"searches"`
	Outcome  *Outcome      `json:"outcome,omitempty"`
	Premises []string      `json:"premises,omitempty"`
	Run      []ladder.Step `json:"run,omitempty"`
}
