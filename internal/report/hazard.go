package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// What hazards --json prints.
type Hazard struct {
	Number         int       `json:"number"`
	Name           string    `json:"name"`
	What           string    `json:"what"`
	Sources        []string  `json:"sources"`
	AsExpected     *bool     `json:"asExpected,omitempty"` // left out where nothing was searched
	Shown          []Exhibit `json:"shown,omitempty"`
	Gone           []Exhibit `json:"gone,omitempty"`
	Costs          []Exhibit `json:"costs,omitempty"`
	Found          string    `json:"found,omitempty"`
	NotExpressible string    `json:"notExpressible,omitempty"`
}

type Exhibit struct {
	With       string        `json:"with"`
	Sentence   string        `json:"sentence"` // with, and the premises that it rests on
	By         string        `json:"by"`
	Verdict    string        `json:"verdict"`
	Sight      string        `json:"sight"`
	AsExpected bool          `json:"asExpected"`
	Steps      int           `json:"steps,omitempty"`
	Loop       int           `json:"loop,omitempty"`
	Distinct   uint64        `json:"distinct,omitempty"`
	Seconds    float64       `json:"seconds,omitempty"`
	Detail     string        `json:"detail,omitempty"`
	Premises   []string      `json:"premises,omitempty"`
	Run        []ladder.Step `json:"run,omitempty"`
	Back       []Exhibit     `json:"back,omitempty"` // without each of its premises
}
