// Package report has what every --json prints: one schema for all commands.
package report

import (
	"encoding/json"
	"io"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

type Cut struct {
	Name   string `json:"name"`
	States uint64 `json:"states"`
}

type Witness struct {
	Name  string        `json:"name"`
	Found bool          `json:"found"`
	Part  string        `json:"part,omitempty"`
	Run   []ladder.Step `json:"run,omitempty"`
}

func Cuts(cuts []explore.Cut) (list []Cut) {
	for _, c := range cuts {
		list = append(list, Cut{c.Name, c.States})
	}
	return list
}

func Write(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// WriteLine writes v as one line of JSON.
func WriteLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// ReducedBy names the reductions in a report, or is empty.
func ReducedBy(r netfake.Reductions) string {
	if r == netfake.NoReductions {
		return ""
	}
	return r.String()
}

// Outcome is one outcome as --json prints it.
type Outcome struct {
	Name, Statement     string `json:",omitempty"`
	Verdict, Expected   string
	AsExpected          bool
	Violated, Reason    string `json:",omitempty"`
	Witness             string `json:",omitempty"`
	Steps               int    `json:",omitempty"`
	Reduced             string `json:",omitempty"`
	Loop                int    `json:",omitempty"` // steps that follow again and again
	Ticks               int    `json:",omitempty"` // the longest wait; -1: there is none
	Distinct, Generated uint64
	Depth               int
	Levels              []uint64 `json:",omitempty"` // states found per level
	Terminals           uint64
	Loops               uint64
	Cuts                []Cut `json:",omitempty"`
	Seconds             float64
	StatesPerSecond     float64
	TableBytes          uint64
	BytesPerState       float64
	Variants            []Outcome    `json:",omitempty"`
	Sources             []string     `json:",omitempty"`
	Premises            []string     `json:",omitempty"`
	Certificate         *Certificate `json:",omitempty"` // of an answer that holds, with --certify
}

func OutcomeOf(o properties.Outcome) Outcome {
	ticks := 0
	if o.Live != nil {
		ticks = o.Live.Ticks
	}
	return Outcome{Name: o.Name, Loop: o.Loop(), Ticks: ticks, Verdict: o.Verdict.String(), Expected: o.Expected.String(), AsExpected: o.AsExpected(),
		Violated: o.Violated, Reason: o.Reason, Witness: o.Witness, Steps: max(len(o.Run)-1, 0),
		Reduced:  ReducedBy(o.Reduced),
		Distinct: o.Distinct, Generated: o.Generated, Depth: o.Depth, Seconds: o.Elapsed.Seconds(),
		Levels: o.Levels, Terminals: o.Terminals, Loops: o.Loops, Cuts: Cuts(o.Cuts), TableBytes: o.MemBytes,
		StatesPerSecond: float64(o.Distinct) / max(o.Elapsed.Seconds(), 1e-9), BytesPerState: float64(o.MemBytes) / float64(max(1, o.Distinct))}
}

// Certificate is what became of the certificate of one answer that holds.
type Certificate struct {
	States, Steps, Bytes int
	Seconds              float64 // of checking it
	Refused              string  `json:",omitempty"` // why
	Without              string  `json:",omitempty"` // why there is none
}

// Actions is a run without its states.
func Actions(run properties.Run) netfake.Run { return netfake.Run{Actions: run.Actions()} }

func Steps(o properties.Outcome) []ladder.Step {
	if len(o.Run) == 0 {
		return nil
	}
	list, err := ladder.Steps(o.System, o.Actions())
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return list
}
