// Package coverage says which clauses of RFC 9293 §3.10, as package model carries them out, a
// set of steps has exercised. A clause is an observer of one step: it looks at the policies,
// the TCB before and after, the event and the output, and says whether the step is a case of
// what the clause is about and did what the clause says. The machine itself is not touched.
//
// Every clause names the rows of docs/REQUIREMENTS.md that it belongs to; a row is exercised
// when one of its clauses is.
//
// Goals: every decision of the machine is seen by some clause; every step of an honest
// machine is a case of at least one clause of its state and event; no two clauses are the
// same. Not goals: to judge a step (theorems do), or to say that what was exercised is right.
package coverage
