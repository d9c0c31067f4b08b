package properties

import "github.com/tcpcheck/tcpcheck/explore"

// Conclusion is what an answer says about its question. It is the one vocabulary of theorems' premises, hazards,
// guarantees, claims and bounds: an explore.Verdict alone does not say whether an answer is vacuous.
type Conclusion uint8

// Open: the search ended before it was complete, and nothing was found, so that nothing is known.
// Holds: all of the space was searched, and what is asked for holds.
// Fails: there is a run that refutes it.
// Vacuous: it holds, but the state in which it could have failed was never reached.
const (
	Open Conclusion = iota
	Holds
	Fails
	Vacuous
)

// String is the conclusion in a word.
func (c Conclusion) String() string { return [...]string{"open", "holds", "fails", "vacuous"}[c] }

// HoldsIf is Holds or Fails.
func HoldsIf(holds bool) Conclusion {
	if holds {
		return Holds
	}
	return Fails
}

// Conclusion is what the outcome says about the question that was asked.
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
