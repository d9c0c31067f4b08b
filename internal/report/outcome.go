package report

import (
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Counts are the figures of a search.
type Counts struct {
	Distinct        uint64        `json:"distinct"` // states
	Generated       uint64        `json:"generated"`
	Depth           int           `json:"depth"`
	Levels          []uint64      `json:"levels"`    // states found at each depth
	Terminals       uint64        `json:"terminals"` // states without an action
	Loops           uint64        `json:"loops"`     // states from which everything leads back to themselves
	Cuts            []explore.Cut `json:"cuts"`
	Reduced         string        `json:"reduced,omitempty"` // by which reductions
	Seconds         float64       `json:"seconds"`
	StatesPerSecond float64       `json:"statesPerSecond"`
	TableBytes      uint64        `json:"tableBytes"`
	BytesPerState   float64       `json:"bytesPerState"`
}

// Outcome is the answer to one question.
type Outcome struct {
	Name       string `json:"name,omitempty"`
	Statement  string `json:"statement,omitempty"`
	Verdict    string `json:"verdict"`
	Expected   string `json:"expected,omitempty"`
	AsExpected bool   `json:"asExpected"`
	Violated   string `json:"violated,omitempty"` // the invariant or the question that fails
	Reason     string `json:"reason,omitempty"`   // why the search ended early
	Witness    string `json:"witness,omitempty"`
	Steps      int    `json:"steps,omitempty"`
	Loop       int    `json:"loop,omitempty"`  // the number of steps that then repeat forever
	Ticks      int    `json:"ticks,omitempty"` // the longest wait; -1: there is none
	Counts
	Variants    []Outcome          `json:"variants,omitempty"`
	Sources     []string           `json:"sources,omitempty"`
	Premises    []string           `json:"premises,omitempty"`
	Certificate *AnswerCertificate `json:"certificate,omitempty"` // of an answer that holds, with --certify
}

// OutcomeOf is an outcome as it is reported, without its run.
func OutcomeOf(o properties.Outcome) Outcome {
	ticks := 0
	if o.Live != nil {
		ticks = o.Live.Ticks
	}
	return Outcome{Name: o.Name, Loop: o.Loop(), Ticks: ticks, Verdict: o.Verdict.String(), Expected: o.Expected.String(),
		AsExpected: o.AsExpected(), Violated: o.Violated, Reason: o.Reason, Witness: o.Witness, Steps: o.Run.Steps(),
		Counts: Counts{Distinct: o.Distinct, Generated: o.Generated, Depth: o.Depth, Seconds: o.Elapsed.Seconds(),
			Levels: o.Levels, Terminals: o.Terminals, Loops: o.Loops, Cuts: o.Cuts, Reduced: ReducedBy(o.Reduced),
			TableBytes: o.MemBytes, StatesPerSecond: float64(o.Distinct) / max(o.Elapsed.Seconds(), 1e-9),
			BytesPerState: float64(o.MemBytes) / float64(max(1, o.Distinct))}}
}

// ReducedBy names the reductions in a report, or is empty.
func ReducedBy(r netfake.Reductions) string {
	if r == netfake.NoReductions {
		return ""
	}
	return r.String()
}

// AnswerCertificate is what became of the certificate of one answer that holds.
type AnswerCertificate struct {
	States      int     `json:"states"`
	Transitions int     `json:"transitions"`
	Bytes       int     `json:"bytes"`
	Seconds     float64 `json:"seconds"` // of checking it
	Refused     string  `json:"refused,omitempty"`
	Without     string  `json:"without,omitempty"` // why there is none
}

// Witness is a condition that is looked for, with a shortest run to it.
type Witness struct {
	Name    string        `json:"name"`
	Reached bool          `json:"reached"`
	Part    string        `json:"part,omitempty"` // of an invariant: what of it does not hold
	Steps   int           `json:"steps"`
	Run     []ladder.Step `json:"run,omitempty"`
}

// Witnesses are the conditions that were looked for, with their runs.
func Witnesses(sys *netfake.System, found []explore.Witness[netfake.State, netfake.Action]) (list []Witness) {
	for _, w := range found {
		list = append(list, Witness{Name: w.Name, Reached: w.Found, Steps: w.Path.Steps(), Run: Steps(sys, Actions(w.Path))})
	}
	return list
}

// Actions is a run without its states.
func Actions(run properties.Run) netfake.Run { return netfake.Run{Actions: run.Actions()} }

// Steps describes the steps of a run that was found, if one was.
func Steps(sys *netfake.System, run netfake.Run) []ladder.Step {
	if len(run.Actions) == 0 {
		return nil
	}
	return ladder.Describe(sys, sys.MustReplay(run))
}
