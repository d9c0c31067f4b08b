package report

import (
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// Exploration is what explore prints.
type Exploration struct {
	Head
	Name     string   `json:"name"`
	Always   []string `json:"always"`
	Verdict  string   `json:"verdict"`
	Reason   string   `json:"reason,omitempty"`
	Violated string   `json:"violated,omitempty"`
	Part     string   `json:"part,omitempty"` // of the invariant that does not hold, if its name does not say that
	Steps    int      `json:"steps,omitempty"`
	Counts
	PeakTableBytes  uint64              `json:"peakTableBytes"`
	DiskBytes       uint64              `json:"diskBytes,omitempty"`
	Store           string              `json:"store"`
	MissProbability float64             `json:"missProbability"`
	Ends            []End               `json:"ends"` // the states without an action, by the states of the endpoints
	Witnesses       []Witness           `json:"witnesses"`
	Run             []ladder.Step       `json:"run,omitempty"`
	Others          []Witness           `json:"otherViolations,omitempty"` // with --keep-going
	Live            []Live              `json:"live,omitempty"`
	Fields          *Fields             `json:"fields,omitempty"`
	Coverage        *Coverage           `json:"coverage,omitempty"`
	Certificate     *WrittenCertificate `json:"certificate,omitempty"`
}

// WrittenCertificate is what became of --certificate.
type WrittenCertificate struct {
	File    string `json:"file"`
	States  int    `json:"states,omitempty"` // of the second model
	Bytes   int    `json:"bytes,omitempty"`
	Without string `json:"without,omitempty"` // why nothing was written
}

// Fields says which parts of a state take how many values.
type Fields struct {
	Unfinished bool                 `json:"unfinished"` // there was more to see: some field is the reason
	Levels     int                  `json:"levels"`
	Last       int                  `json:"lastLevels"` // how many of them count as the last
	Suspects   []string             `json:"suspects"`   // of an unfinished search: the fields that still grow, worst first
	Wholes     []explore.FieldCount `json:"wholes"`     // parts that consist of fields
	Fields     []explore.FieldCount `json:"fields"`
}

// End is how many runs end in a pair of states.
type End struct {
	States string `json:"states"`
	Count  int    `json:"count"`
}

// Live is the answer to a question about what happens eventually.
type Live struct {
	Statement string        `json:"statement"`
	Fairness  string        `json:"fairness,omitempty"`
	Verdict   string        `json:"verdict"`
	Reason    string        `json:"reason,omitempty"`
	Premise   uint64        `json:"premiseStates"`
	Why       string        `json:"why,omitempty"`
	Ticks     *int          `json:"ticks,omitempty"` // the longest wait; -1: there is none
	Since     int           `json:"since,omitempty"` // the step after which the goal is lost or waited for
	Steps     int           `json:"steps,omitempty"`
	Loop      int           `json:"loop,omitempty"` // the number of the last steps that repeat forever
	Run       []ladder.Step `json:"run,omitempty"`
}

// Simulation is what simulate prints.
type Simulation struct {
	Head
	Name       string        `json:"name"`
	Always     []string      `json:"always"`
	Verdict    string        `json:"verdict"`
	Reason     string        `json:"reason,omitempty"`
	Violated   string        `json:"violated,omitempty"`
	Steps      int           `json:"steps,omitempty"` // of the run, made shorter
	Run        []ladder.Step `json:"run,omitempty"`
	FoundIn    *FoundRun     `json:"foundIn,omitempty"`
	Seed       uint64        `json:"seed"`
	Again      string        `json:"again"` // the command that takes the same runs
	Runs       uint64        `json:"runs"`
	TotalSteps uint64        `json:"totalSteps"`
	Longest    int           `json:"longest"`
	Distinct   uint64        `json:"distinctAbout"`
	Generated  uint64        `json:"generated"`
	Seconds    float64       `json:"seconds"`
	Terminals  uint64        `json:"endedTerminal"`
	Loops      uint64        `json:"endedLoop"`
	Full       uint64        `json:"endedLength"`
	Cuts       []explore.Cut `json:"endedCut"`
	Witnesses  []Witness     `json:"witnesses"`
}

// FoundRun is the run that showed a violation first.
type FoundRun struct {
	Run     uint64 `json:"number"`
	Steps   int    `json:"steps"`
	Minimal bool   `json:"minimal"` // no step of the shorter one can be left out
}

// Replay is what replay prints.
type Replay struct {
	Head
	Name     string        `json:"name"` // of the file
	Theorem  string        `json:"theorem,omitempty"`
	Violated string        `json:"violated,omitempty"`
	Steps    int           `json:"steps"` // of the whole run
	Run      []ladder.Step `json:"run"`   // up to --step
}

// Certified is what certify prints.
type Certified struct {
	Head
	File        string   `json:"file"`
	Name        string   `json:"name"`
	Program     string   `json:"program"`
	Verdict     string   `json:"verdict"` // CERTIFIED, REFUSED
	Always      []string `json:"always"`
	Witnesses   []string `json:"witnesses"`
	Claimed     int      `json:"claimed"` // states
	States      int      `json:"states"`  // checked
	Transitions int      `json:"transitions"`
	Seconds     float64  `json:"seconds"`
	Reason      string   `json:"reason,omitempty"` // why it is refused
	State       string   `json:"state,omitempty"`  // in which it fails
	Action      string   `json:"action,omitempty"`
}

// Coverage says what searches or dialogues exercise of RFC 9293 §3.10.
type Coverage struct {
	Of           string         `json:"of"`
	Events       uint64         `json:"events"`    // of endpoints
	Unclaimed    uint64         `json:"unclaimed"` // of these, the cases of no clause
	Partial      int            `json:"partial"`   // parts of which not all was seen
	Parts        []CoveragePart `json:"parts"`
	Without      []string       `json:"withoutGraph"` // theorems about the model itself, and mutants
	Clauses      []Clause       `json:"clauses"`
	Requirements []Requirement  `json:"requirements"`
	Arrows       []Arrow        `json:"figure5"`
}

// CoveragePart is one search, or one dialogue.
type CoveragePart struct {
	Name    string `json:"name"`
	Events  uint64 `json:"events"`
	Clauses int    `json:"clauses"`
	New     int    `json:"new"`               // clauses that no part before exercised
	Partial string `json:"partial,omitempty"` // why not all that is reachable was seen
}

// Clause is a clause of RFC 9293 §3.10.
type Clause struct {
	Name         string   `json:"name"`
	Section      string   `json:"section"`
	Statement    string   `json:"statement"`
	Requirements []string `json:"requirements"`
	Count        uint64   `json:"count"`
	First        string   `json:"first,omitempty"` // the part that exercised it first
}

// Requirement is a row of docs/REQUIREMENTS.md.
type Requirement struct {
	Name      string   `json:"name"`
	Statement string   `json:"statement"`
	Exercised []string `json:"exercised"`
	Clauses   []string `json:"clauses"`
}

// Arrow is a change of state.
type Arrow struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Event  string `json:"event"`
	Output string `json:"output"`
	Kind   string `json:"figure5"` // drawn, noted, undrawn
	Count  uint64 `json:"count"`
}
