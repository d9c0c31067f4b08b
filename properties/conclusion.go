package properties

import "github.com/tcpcheck/tcpcheck/explore"

// Conclusion is what an answer says about its question. The premises of theorems, hazards, guarantees, claims and
// bounds all use these words, because an explore.Verdict alone does not say whether an answer is vacuous.
type Conclusion uint8

// Open: the search ended before it was complete and found nothing, so nothing is known. Holds: the whole space was
// searched, and what is asked for holds. Fails: there is a run that is a counterexample. Vacuous: it holds, but no
// state was reached in which it could have failed.
const (
	Open Conclusion = iota
	Holds
	Fails
	Vacuous
)

// String returns the conclusion as a word.
func (c Conclusion) String() string { return [...]string{"open", "holds", "fails", "vacuous"}[c] }

// HoldsIf returns Holds or Fails.
func HoldsIf(holds bool) Conclusion {
	if holds {
		return Holds
	}
	return Fails
}

// Conclusion returns what the outcome says about the question.
func (o Outcome) Conclusion() Conclusion {
	switch {
	case o.Verdict == explore.Violated:
		return Fails
	case o.Verdict != explore.Verified:
		return Open
	case !o.Witnessed:
		return Vacuous
	}
	return Holds
}
