package documents

import (
	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
	"github.com/tcpcheck/tcpcheck/internal/packetdrill"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// Advice is what advise prints.
type Advice struct {
	report.Head
	Profile    string      `json:"profile"`
	Sources    []string    `json:"sources"`
	LeftOut    []string    `json:"leftOut"`
	Premises   []string    `json:"premises"`
	Default    []string    `json:"default"` // what the hosts are with the defaults,
	Yours      []string    `json:"yours"`   // and with the settings
	Settings   []Setting   `json:"settings"`
	Unknown    []string    `json:"unknown,omitempty"` // settings of TCP in the file that are not known
	Guarantees []Guarantee `json:"guarantees"`
}

// Setting is a setting that was made.
type Setting struct {
	Name      string `json:"name"`
	Value     string `json:"value"`
	Statement string `json:"statement"` // what it does in the model
	LeftOut   string `json:"leftOut,omitempty"`
	NotAsked  bool   `json:"notAsked,omitempty"` // it is known, and no search asks about it
	Source    string `json:"source"`
}

// Guarantee is one guarantee with both answers.
type Guarantee struct {
	Name      string   `json:"name"`
	Statement string   `json:"statement"`
	Needs     []string `json:"needs"` // the premises that it rests on with the defaults of linux
	Default   Answer   `json:"default"`
	Yours     Answer   `json:"yours"`
	Lost      bool     `json:"lost"`
	Sees      string   `json:"sees"`    // if it is lost: what a user sees,
	Likely    string   `json:"likely"`  // how likely that is, and in which traffic,
	Instead   string   `json:"instead"` // and what to do instead
}

// Answer is whether a guarantee holds.
type Answer struct {
	Conclusion  string          `json:"conclusion"` // holds, fails, vacuous, open
	Reason      string          `json:"reason"`
	TickSeconds float64         `json:"tickSeconds,omitempty"`
	Searches    int             `json:"searches"`
	Outcome     *report.Outcome `json:"outcome,omitempty"`
	Premises    []string        `json:"premises,omitempty"`
	Run         []ladder.Step   `json:"run,omitempty"`
}

// Profiles is what advise --list prints.
type Profiles struct {
	report.Head
	Profiles []hosts.Entry    `json:"profiles"`
	Measured []hosts.Measured `json:"measured"` // what Linux was seen to do
}

// Connection is a line of capture: one connection.
type Connection struct {
	report.Head
	*capture.Connection
}

// CaptureSummary is the last line of capture for a file.
type CaptureSummary struct {
	report.Head
	File string `json:"file"`
	capture.Summary
	Reason string `json:"reason,omitempty"` // what ended the reading before its end
}

// Script is a line of packetdrill: one script.
type Script struct {
	report.Head
	packetdrill.Result
}

// ScriptSummary is the last line of packetdrill.
type ScriptSummary struct {
	report.Head
	System      string             `json:"system"`
	Scripts     int                `json:"scripts"`
	Pass        int                `json:"pass"`
	Fail        int                `json:"fail"`
	Unsupported int                `json:"unsupported"`
	Broken      int                `json:"error"`
	Lacks       []packetdrill.Lack `json:"lacks"`
}

// Conformance is what conform prints.
type Conformance struct {
	report.Head
	*conform.Report
}

// Changes is what conform --baseline and --against print.
type Changes struct {
	report.Head
	From    StackVersion `json:"from"`
	To      StackVersion `json:"to"`
	Pairs   int          `json:"pairs"` // with another answer
	Changes []Change     `json:"changes"`
}

// StackVersion is one version of a stack.
type StackVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Change is a group of pairs that changed in the same way. A text that is empty stands for what the model does.
type Change struct {
	Was   string   `json:"was"`
	Now   string   `json:"now"`
	Pairs []string `json:"pairs"`
}

// Situations is what conform --list prints.
type Situations struct {
	report.Head
	Situations  []Situation `json:"situations"`
	Unreachable []string    `json:"unreachable"`
	Classes     []string    `json:"classes"`
	Pairs       int         `json:"pairs"`
}

// Situation is a state in which a stack is compared, with the path to it.
type Situation struct {
	Name  string   `json:"name"`
	Path  []string `json:"path"`
	Pairs int      `json:"pairs"`
}

// Comparison is what compare prints.
type Comparison struct {
	report.Head
	A       string   `json:"fileA"`
	B       string   `json:"fileB"`
	Verdict string   `json:"verdict"` // EQUIVALENT, DIFFERENT
	OnlyA   []string `json:"inputsOfAOnly"`
	OnlyB   []string `json:"inputsOfBOnly"`
	*mealy.Comparison
}

// Keys is what explore --keys prints.
type Keys struct {
	report.Head
	Keys  []scenario.Key  `json:"keys"`
	Names []question.Name `json:"names"` // what an expression can name
}
