// Package coverage says which clauses of RFC 9293 §3.10, as package model implements them, were exercised by a set of
// steps.  A clause is an observer of one step.  It looks at the policies, the TCB before and after, the event and the
// output, and says whether the step is a case of the clause and did what the clause says.  The model itself is not
// changed.
//
// Every clause names the rows of docs/REQUIREMENTS.md that it belongs to.  A row is exercised if one of its clauses
// is.
//
// Goals: some clause sees every decision of the model; every step of the unchanged model is a case of at least one
// clause of its state and event; no two clauses are the same.  Not goals: to judge a step (theorems do this), or to
// say that what was exercised is right.
package coverage
