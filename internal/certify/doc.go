// Package certify reads and checks certificates: files that prove that a scenario's invariants hold.
//
// A certificate is a set of states of package twin, with the claim that these are all reachable states.  The check
// needs no trust in the search: each initial state is in the set, every step from a member leads to a member, no
// member violates an invariant, and the witness is among the members.  So no reachable state violates an invariant.
//
// Goals: a checker that is small enough to be read, shares no code with package explore, and takes no step of
// netfake.  It depends on model.Step, package twin, the conditions and the loop in this package, and the reader of
// scenario files.  Not goals: to make certificates (package collect does), or to find a counterexample.
package certify
