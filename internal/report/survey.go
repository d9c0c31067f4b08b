package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// Survey is the report as --json prints it.
type Survey struct {
	Searches   int      `json:"searches"`
	Classes    []Class  `json:"classes"`
	Unnamed    int      `json:"unnamed"`
	Incomplete []Search `json:"incomplete"`
}

type Class struct {
	Class    string        `json:"class"`
	Findings []FoundChange `json:"findings"`
	Mended   []string      `json:"goneWith,omitempty"`
}

type FoundChange struct {
	Base      string        `json:"scenario"`
	Changes   string        `json:"changes,omitempty"`
	Invariant string        `json:"invariant"`
	Steps     int           `json:"steps"`
	Loop      int           `json:"loop,omitempty"`
	Clauses   []string      `json:"clauses,omitempty"`
	Names     []string      `json:"names,omitempty"`
	Run       []ladder.Step `json:"run,omitempty"`
}

type Search struct {
	Base    string `json:"scenario"`
	Changes string `json:"changes,omitempty"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	States  uint64 `json:"states"`
}
