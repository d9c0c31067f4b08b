package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

type Part struct {
	Say     string
	Outcome Outcome
	Run     []ladder.Step `json:",omitempty"`
}
