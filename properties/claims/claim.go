package claims

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Verdict is what the evidence makes of a claim.
type Verdict string

// The verdicts; the package comment says when which is given.
const (
	Holds     Verdict = "HOLDS"
	Refuted   Verdict = "REFUTED"
	Qualified Verdict = "QUALIFIED"
	Unknown   Verdict = "UNKNOWN"
)

// Claim is a sentence, and how it is judged.
type Claim struct {
	ID       string
	Section  string
	Sources  []string // the numbers of the explanations that state it; none if it is what all of them leave out
	Says     string
	Expect   Verdict // computed, and pinned by a test
	Evidence []Piece
	Right    string  // what would be right
	RightBy  []Piece // what Right is computed from: each must speak for it
}

// Piece is one piece of evidence.
type Piece struct {
	Given string // the assumption under which it speaks; empty: none
	Shows string // what is looked at
	form
}

// form is a way to find evidence, and the question that is asked if it is a search.
type form struct {
	find func(ctx context.Context, set Settings) (Finding, error)
	asks func() properties.Question // nil: it is no search

	supports explore.Verdict // of a search: the answer that speaks for the sentence

	// Needs, of a search that is VERIFIED, are the premises of the catalogue of package properties without which it is not.
	Needs []string
}

// Sentence is Shows and the premises that it rests on.
func (p Piece) Sentence() string {
	return strings.TrimSuffix(properties.Provided(p.Shows, p.Needs), ".")
}

//go:embed premises.txt
var pinned string

// pins are the premises of what would be right.
var pins = properties.ParsePins(pinned)

// pinName is the name under which the premises of a piece of RightBy are pinned.
func (c Claim) pinName(i int) string { return fmt.Sprintf("%s/right-%d", c.ID, i+1) }

// Asked is a piece of what would be right that is a search to the end, and its question.
type Asked struct {
	properties.Asked
	Piece Piece
}

// Asked are the questions of RightBy of which the answer is VERIFIED: only such an answer rests on premises.
func (c Claim) Asked() (list []Asked) {
	for i, p := range c.RightBy {
		if p.asks != nil && p.supports == explore.Verified {
			list = append(list, Asked{properties.Asked{Name: c.pinName(i), Question: p.asks()}, p})
		}
	}
	return list
}

// Question returns what the first search among the evidence asks; ok is false if no piece of it is a search.
func (c Claim) Question() (q properties.Question, ok bool) {
	for _, p := range c.Evidence {
		if p.asks != nil {
			return p.asks(), true
		}
	}
	return q, false
}

// Settings are the limits of the searches, and a change of the model with which all evidence is found.
type Settings struct {
	properties.Settings
	Change func(*model.Config) // nil: none
}

// Finding is what a piece of evidence turned out to be.
type Finding struct {
	Given, Shows string
	Conclusion   properties.Conclusion // Holds if it speaks for the sentence, Fails if it speaks against it
	Brief        string                // "VERIFIED, 7 states", "a run of 3 steps", "script half-close plays"
	Text         string                // the script, the arithmetic or the judgement of the capture, as it is

	// Of a search: what came of it, and the run that it shows, if any.
	Outcome *properties.Outcome
	Run     netfake.Run
	Why     string // what the end of the run shows
}

// Judgement is a claim with its findings.
type Judgement struct {
	Claim
	Verdict  Verdict
	Findings []Finding
	RightOf  []Finding // what RightBy found
}

// AsExpected reports whether the verdict is the pinned one, and everything speaks for what would be right.
func (j Judgement) AsExpected() bool {
	return j.Verdict == j.Expect && j.Conclusion() == properties.Holds
}

// Conclusion is what the evidence says of what would be right: it Holds if all pieces speak for it.
func (j Judgement) Conclusion() properties.Conclusion {
	s := properties.Holds
	for _, f := range j.RightOf {
		if f.Conclusion == properties.Fails || s == properties.Holds {
			s = f.Conclusion
		}
	}
	return s
}

// Judge finds the evidence of a claim and gives the verdict.
func (c Claim) Judge(ctx context.Context, set Settings) (Judgement, error) {
	j := Judgement{Claim: c}
	var err error
	if j.Findings, err = find(ctx, c.Evidence, set); err != nil {
		return j, err
	}
	j.Verdict = decide(j.Findings)
	j.RightOf, err = find(ctx, c.RightBy, set)
	return j, err
}

func find(ctx context.Context, pieces []Piece, set Settings) (list []Finding, err error) {
	for _, p := range pieces {
		f, err := p.find(ctx, set)
		if err != nil {
			return list, err
		}
		f.Given, f.Shows = p.Given, p.Sentence()
		list = append(list, f)
	}
	return list, nil
}

// decide is the verdict of the package comment.
func decide(findings []Finding) Verdict {
	var given, plain [properties.Fails + 1]int // pieces for each side, under assumptions and under none
	for _, f := range findings {
		if f.Given != "" {
			given[f.Conclusion]++
		} else {
			plain[f.Conclusion]++
		}
	}
	switch {
	case plain[properties.Fails] > 0:
		return Refuted
	case len(findings) == 0 || plain[properties.Open]+given[properties.Open] > 0:
		return Unknown
	case given[properties.Fails] == 0:
		return Holds
	case given[properties.Holds] == 0:
		return Refuted
	}
	return Qualified
}

// All is every claim, in the order in which they are told.
func All() []Claim {
	var all []Claim
	for _, s := range []struct {
		title  string
		claims []Claim
	}{
		{"Identity and header", headerClaims()},
		{"The handshake", handshakeClaims()},
		{"The close", closeClaims()},
		{"TIME-WAIT", timeWaitClaims()},
		{"A capture", captureClaims()},
	} {
		for _, c := range s.claims {
			c.Section = s.title
			for i := range c.RightBy {
				c.RightBy[i].Needs = pins.Needs(c.pinName(i))
			}
			all = append(all, c)
		}
	}
	return all
}

// ByID finds a claim.
func ByID(id string) (Claim, bool) {
	for _, c := range All() {
		if c.ID == id {
			return c, true
		}
	}
	return Claim{}, false
}
