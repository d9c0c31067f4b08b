package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties/claims"
)

// Claim is a judged claim as --json prints it.
type Claim struct {
	ID, Section       string
	Sources           []string `json:",omitempty"`
	Says              string
	Verdict, Expected claims.Verdict
	AsExpected        bool
	Evidence          []Finding
	Right             string
	RightBy           []Finding `json:",omitempty"`
}

type Finding struct {
	Given   string `json:",omitempty"`
	Shows   string
	Speaks  string // for, against, open
	Brief   string
	Text    string        `json:",omitempty"`
	Outcome *Outcome      `json:",omitempty"`
	Run     []ladder.Step `json:",omitempty"`
}
