package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// Simulation is what simulate --json prints.
type Simulation struct {
	Name      string        `json:"name"`
	Always    []string      `json:"always,omitempty"`
	Verdict   string        `json:"verdict"`
	Reason    string        `json:"reason,omitempty"`
	Seed      uint64        `json:"seed"`
	Again     string        `json:"again"` // the command that takes the same runs
	Runs      uint64        `json:"runs"`
	Steps     uint64        `json:"steps"`
	Generated uint64        `json:"generated"`
	Longest   int           `json:"longest"`
	Distinct  uint64        `json:"distinctAbout"`
	Seconds   float64       `json:"seconds"`
	Terminals uint64        `json:"endedTerminal"`
	Loops     uint64        `json:"endedLoop"`
	Full      uint64        `json:"endedLength"`
	Cuts      []Cut         `json:"endedCut,omitempty"`
	Witnesses []Witness     `json:"witnesses,omitempty"`
	Violated  string        `json:"violated,omitempty"`
	FoundIn   *FoundRun     `json:"found,omitempty"`
	Run       []ladder.Step `json:"run,omitempty"` // made shorter
}

type FoundRun struct {
	Run     uint64 `json:"run"`
	Steps   int    `json:"steps"`
	Shrunk  int    `json:"shrunk"`
	Minimal bool   `json:"minimal"`
}
