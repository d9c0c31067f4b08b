package report

import "github.com/tcpcheck/tcpcheck/internal/render/ladder"

// Bounds is what bound prints.
type Bounds struct {
	Head
	Questions []Bound `json:"questions"`
}

// Bound is one smallest safe value.
type Bound struct {
	Topic     string   `json:"topic"`
	Name      string   `json:"name"`
	Statement string   `json:"statement"`
	Needs     []string `json:"needs"` // the premises of the catalogue that the smallest safe value rests on
	Symbol    string   `json:"symbol"`
	Axes      []string `json:"axes"`
	Counts    []string `json:"counts"`   // which faults count
	Premises  []string `json:"premises"` // of the first point
	Points    []Point  `json:"points"`
	Fits      []Fit    `json:"fits"`
	Expected  string   `json:"expected,omitempty"`
}

// Point is what was found at one point of the grid.
type Point struct {
	At         []int         `json:"at"`
	Conclusion string        `json:"conclusion"` // holds: there is a smallest safe value; fails: no value that was tried is safe; open
	Least      *int          `json:"least,omitempty"`
	Reason     string        `json:"reason,omitempty"`
	AsExpected bool          `json:"asExpected"`
	Tried      []Attempt     `json:"tried"`
	Run        []ladder.Step `json:"run,omitempty"` // with the largest value that is too small
}

// Attempt is one search.
type Attempt struct {
	Value    int     `json:"value"`
	Verdict  string  `json:"verdict"`
	Violated string  `json:"violated,omitempty"`
	Steps    int     `json:"steps,omitempty"`
	Distinct uint64  `json:"distinct"`
	Seconds  float64 `json:"seconds"`
}

// Fit is a formula that goes through points.
type Fit struct {
	Where      string `json:"where,omitempty"`
	Formula    string `json:"formula,omitempty"`
	Determined bool   `json:"determined"`
	Points     int    `json:"points"`
	Spare      int    `json:"spare"`
	Continuous string `json:"continuous,omitempty"`
}

// Matrix is what matrix prints.
type Matrix struct {
	Head
	Program string         `json:"program,omitempty"`
	Limits  MatrixLimits   `json:"limits"` // of the search of a cell; 0: none
	Seconds float64        `json:"seconds"`
	Rows    []MatrixRow    `json:"rows"`
	Columns []MatrixColumn `json:"columns"`
	Cells   []MatrixCell   `json:"cells"`
}

// MatrixLimits end the search of a cell.
type MatrixLimits struct {
	Distinct uint64  `json:"distinct"`
	Bytes    uint64  `json:"tableBytes"`
	Seconds  float64 `json:"seconds"`
}

// MatrixRow is a combination of policies.
type MatrixRow struct {
	Name string         `json:"name"`
	Set  []MatrixChoice `json:"set"`
	Base int            `json:"base,omitempty"` // the row with which it is compared, from 1
}

// MatrixChoice is one policy with its value.
type MatrixChoice struct {
	Axis  string `json:"axis"`
	Value string `json:"value"`
}

// MatrixColumn is a guarantee.
type MatrixColumn struct {
	Name      string `json:"name"`
	Statement string `json:"statement"`
	From      string `json:"from"`
}

// MatrixCell is one answer.
type MatrixCell struct {
	Row       int           `json:"row"` // from 1, as in the table
	Column    int           `json:"column"`
	Verdict   string        `json:"verdict,omitempty"`
	NotAsked  string        `json:"notAsked,omitempty"`
	Change    string        `json:"change,omitempty"`
	Violated  string        `json:"violated,omitempty"`
	Part      string        `json:"part,omitempty"`
	Why       string        `json:"why,omitempty"`
	Steps     int           `json:"steps,omitempty"`
	Loop      int           `json:"loop,omitempty"` // the number of the run's last steps that repeat forever
	Reason    string        `json:"reason,omitempty"`
	Missing   string        `json:"missing,omitempty"` // what never happened, so that the guarantee says little
	Distinct  uint64        `json:"distinct"`
	Generated uint64        `json:"generated"`
	Depth     int           `json:"depth"`
	Seconds   float64       `json:"seconds"` // of the search, when it was made
	Reduced   string        `json:"reduced,omitempty"`
	Cached    bool          `json:"cached,omitempty"`
	Scenario  string        `json:"scenario"`
	Run       []ladder.Step `json:"run,omitempty"`
}

// Survey is what survey prints.
type Survey struct {
	Head
	Searches   int      `json:"searches"`
	Classes    []Class  `json:"classes"`
	Unnamed    int      `json:"unnamed"`
	Incomplete []Search `json:"incomplete"`
}

// Class is a kind of violations.
type Class struct {
	Name     string         `json:"name"`
	Findings []ClassFinding `json:"findings"`
	FixedBy  []string       `json:"fixedBy"` // changes without the violation
}

// ClassFinding is one violation; the first of a class has its run.
type ClassFinding struct {
	Scenario string        `json:"scenario"`
	Changes  string        `json:"changes,omitempty"`
	Violated string        `json:"violated"`
	Steps    int           `json:"steps"`
	Loop     int           `json:"loop,omitempty"`
	Clauses  []string      `json:"clauses"`
	Known    []string      `json:"known"` // the names under which it is known
	Run      []ladder.Step `json:"run,omitempty"`
}

// Search is one search that did not see all.
type Search struct {
	Scenario string `json:"scenario"`
	Changes  string `json:"changes,omitempty"`
	Verdict  string `json:"verdict"`
	Reason   string `json:"reason"`
	Distinct uint64 `json:"distinct"`
}

// Hazards is what hazards prints.
type Hazards struct {
	Head
	Hazards []Hazard `json:"hazards"`
}

// Hazard is a known hazard with what shows it, what prevents it, and what that costs.
type Hazard struct {
	Number         int       `json:"number"`
	Name           string    `json:"name"`
	Statement      string    `json:"statement"`
	Sources        []string  `json:"sources"`
	AsExpected     *bool     `json:"asExpected,omitempty"` // left out where nothing was searched
	Shown          []Exhibit `json:"shown,omitempty"`
	Gone           []Exhibit `json:"gone,omitempty"`
	Costs          []Exhibit `json:"costs,omitempty"`
	Remark         string    `json:"remark,omitempty"` // what was found to be other than the sources say
	NotExpressible string    `json:"notExpressible,omitempty"`
}

// Exhibit is one answer about a hazard.
type Exhibit struct {
	Name       string        `json:"name"`
	Statement  string        `json:"statement"` // the name, and the premises that it rests on
	By         string        `json:"by"`
	Verdict    string        `json:"verdict"`
	Conclusion string        `json:"conclusion"`
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

// Claims is what claims prints.
type Claims struct {
	Head
	Claims []Claim `json:"claims"`
}

// Claim is a sentence with its verdict and the evidence.
type Claim struct {
	Name       string     `json:"name"`
	Section    string     `json:"section"`
	Sources    []string   `json:"sources"`
	Statement  string     `json:"statement"`
	Verdict    string     `json:"verdict"`
	Expected   string     `json:"expected"`
	AsExpected bool       `json:"asExpected"`
	Evidence   []Evidence `json:"evidence"`
	Right      string     `json:"right"` // what would be right
	RightBy    []Evidence `json:"rightBy"`
}

// Evidence is one piece of evidence.
type Evidence struct {
	Given      string        `json:"given,omitempty"`
	Statement  string        `json:"statement"`
	Conclusion string        `json:"conclusion"` // of the statement: holds, fails, open
	Brief      string        `json:"brief"`
	Text       string        `json:"text,omitempty"`
	Outcome    *Outcome      `json:"outcome,omitempty"`
	Run        []ladder.Step `json:"run,omitempty"`
}
