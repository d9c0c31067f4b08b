package report

// CoveragePart is one search, or one script.
type CoveragePart struct {
	Name    string `json:"name"`
	Steps   uint64 `json:"steps"`
	Clauses int    `json:"clauses"`
	New     int    `json:"new"`               // clauses that no part before exercised
	Partial string `json:"partial,omitempty"` // why not all that is reachable was seen
}

// Coverage is what --json prints of a survey.
type Coverage struct {
	Of        string         `json:"of"`
	Steps     uint64         `json:"steps"`     // events of endpoints
	Unclaimed uint64         `json:"unclaimed"` // of these, the cases of no clause
	Partial   int            `json:"partial"`   // parts of which not all was seen
	Parts     []CoveragePart `json:"parts"`
	Without   []string       `json:"withoutGraph,omitempty"` // theorems about the machine itself, and bent machines
	Clauses   []Clause       `json:"clauses"`
	Rows      []Requirement  `json:"requirements"`
	Arrows    []Arrow        `json:"figure5"`
}

type Clause struct {
	ID      string   `json:"id"`
	Section string   `json:"section"`
	Says    string   `json:"says"`
	Rows    []string `json:"requirements"`
	Count   uint64   `json:"count"`
	First   string   `json:"first,omitempty"` // the part that exercised it first
}

type Requirement struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`
	Seen    []string `json:"exercised"`
	Clauses []string `json:"clauses"`
}

type Arrow struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Event  string `json:"event"`
	Output string `json:"output"`
	Kind   string `json:"figure5"` // drawn, noted, undrawn
	Count  uint64 `json:"count"`
}
