package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// KeptCertificate is what became of --certificate.
type KeptCertificate struct {
	File    string `json:"file"`
	States  int    `json:"states,omitempty"` // of the twin
	Bytes   int    `json:"bytes,omitempty"`
	Without string `json:"without,omitempty"` // why nothing was written
}

// FieldReport says which parts of a state take how many values.
type FieldReport struct {
	Unfinished bool         `json:"unfinished"` // there was more to see: some field is the reason
	Levels     int          `json:"levels"`
	Last       int          `json:"lastLevels"` // how many of them count as the last
	Suspects   []string     `json:"suspects"`   // of an unfinished search: the fields that still grow, worst first
	Wholes     []FieldCount `json:"wholes"`     // parts that consist of fields
	Fields     []FieldCount `json:"fields"`
}

type FieldCount struct {
	Name   string `json:"name"`
	Values int    `json:"values"`   // different ones
	Late   int    `json:"late"`     // of these, the ones that the last levels were the first to bring
	Levels []int  `json:"perLevel"` // different ones per level
	Fresh  []int  `json:"newInIt"`  // of these, the ones that no earlier level has
}

// End is how many runs end in a pair of states.
type End struct {
	States string `json:"states"`
	Count  int    `json:"count"`
}

// Live is an answer as --json prints it.
type Live struct {
	Question string        `json:"question"`
	Fairness string        `json:"fairness,omitempty"`
	Verdict  string        `json:"verdict"`
	Reason   string        `json:"reason,omitempty"`
	Premise  uint64        `json:"premiseStates"`
	Why      string        `json:"why,omitempty"`
	Ticks    *int          `json:"ticks,omitempty"` // the longest wait; -1: there is none
	Since    int           `json:"since,omitempty"` // the step after which the goal is lost or waited for
	Stem     []ladder.Step `json:"stem,omitempty"`
	Loop     []ladder.Step `json:"loop,omitempty"`
}

// Exploration is what explore --json prints.
type Exploration struct {
	Name      string        `json:"name"`
	Always    []string      `json:"always,omitempty"`
	Verdict   string        `json:"verdict"`
	Reason    string        `json:"reason,omitempty"`
	Reduced   string        `json:"reduced,omitempty"`
	Distinct  uint64        `json:"distinct"`
	Generated uint64        `json:"generated"`
	Depth     int           `json:"depth"`
	Levels    []uint64      `json:"levels"`
	Seconds   float64       `json:"seconds"`
	Rate      float64       `json:"statesPerSecond"`
	Bytes     uint64        `json:"tableBytes"`
	Peak      uint64        `json:"peakTableBytes"`
	DiskBytes uint64        `json:"diskBytes,omitempty"`
	Store     string        `json:"store"`
	Missed    float64       `json:"missProbability"`
	PerState  float64       `json:"bytesPerState"`
	Terminals uint64        `json:"terminalStates"`
	Loops     uint64        `json:"loops"` // states from which everything leads back to themselves
	Cuts      []Cut         `json:"cuts,omitempty"`
	Ends      []End         `json:"terminals,omitempty"`
	Witnesses []Witness     `json:"witnesses,omitempty"`
	Violated  string        `json:"violated,omitempty"`
	Part      string        `json:"part,omitempty"` // of the invariant that does not hold, if its name does not say that
	Run       []ladder.Step `json:"run,omitempty"`
	Others    []Witness     `json:"otherViolations,omitempty"` // with --keep-going
	Live      []Live        `json:"live,omitempty"`

	Fields   *FieldReport `json:"fields,omitempty"`
	Coverage *Coverage    `json:"coverage,omitempty"`

	Certificate *KeptCertificate `json:"certificate,omitempty"`
}
