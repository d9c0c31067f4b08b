package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Theorems is what verify prints.
type Theorems struct {
	Head
	Theorems []Outcome   `json:"theorems"`
	Coverage []*Coverage `json:"coverage,omitempty"` // of the searches, of the dialogues
}

// TheoremList is what verify --list prints.
type TheoremList struct {
	Head
	Theorems []Theorem `json:"theorems"`
}

// Theorem is a theorem that is not searched.
type Theorem struct {
	Name      string    `json:"name"`
	Statement string    `json:"statement"`
	Expected  string    `json:"expected"`
	Long      bool      `json:"long"`
	Always    []string  `json:"always"`
	Witness   string    `json:"witness,omitempty"`
	Needs     []string  `json:"needs"` // premises by name: needed,
	Said      []string  `json:"said"`  // said in the statement,
	Open      []string  `json:"open"`  // not known to be needed
	Premises  []string  `json:"premises"`
	Variants  []Variant `json:"variants"`
	Sources   []string  `json:"sources"`
}

// Variant is a change to the scenario of a theorem.
type Variant struct {
	Name     string `json:"name"`
	Expected string `json:"expected"`
}

// Premises is what every command with --premises prints.
type Premises struct {
	Head
	Questions []QuestionPremises `json:"questions"`
}

// QuestionPremises says which premises one answer needs.
type QuestionPremises struct {
	Name      string    `json:"name"`
	Statement string    `json:"statement"`
	Premises  []Premise `json:"premises"`
	Unsaid    []string  `json:"unsaid"`   // needed, and not named by the statement
	Unneeded  []string  `json:"unneeded"` // named, and not known to be needed
}

// Premise is one premise, with the answer without it.
type Premise struct {
	Name      string `json:"name"`
	Statement string `json:"statement"`
	Answer    string `json:"answer"` // needed, not needed, open
	Verdict   string `json:"verdict"`
	Violated  string `json:"violated,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Steps     int    `json:"steps,omitempty"`
	Loop      int    `json:"loop,omitempty"`
	Distinct  uint64 `json:"distinct"`
}

// Explanation is what why prints.
type Explanation struct {
	Head
	Name      string            `json:"name"`
	Statement string            `json:"statement"` // the question
	Parts     []ExplanationPart `json:"parts"`
	Moral     string            `json:"moral"`
}

// ExplanationPart is one sentence of an explanation with its evidence.
type ExplanationPart struct {
	Statement string        `json:"statement"`
	Outcome   Outcome       `json:"outcome"`
	Run       []ladder.Step `json:"run,omitempty"`
}

// Saturations is what saturate prints.
type Saturations struct {
	Head
	Theorems []Saturation `json:"theorems"`
}

// Saturation is a theorem with what raising its bounds showed.
type Saturation struct {
	Name     string                  `json:"name"`
	Expected string                  `json:"expected"`
	Bounds   []properties.Saturation `json:"bounds"` // stable -1: it did not settle
}

// Mutants is what mutants prints.
type Mutants struct {
	Head
	Mutants []Mutant `json:"mutants"`
}

// Mutant is what is known of one mutant: what reports it.
type Mutant struct {
	Name      string   `json:"name"`
	Section   string   `json:"section"`
	Statement string   `json:"statement"`
	Dialogues []string `json:"dialogues"`
	Theorems  []string `json:"theorems"`
}
