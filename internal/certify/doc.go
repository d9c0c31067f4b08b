// Package certify reads and checks certificates: files that prove that a scenario's invariants hold.
//
// A certificate is a set of states of package twin that is said to be all that can be reached. To check it needs no
// search to be believed: each initial state is in the set, whatever can happen in a member leads to a member, no
// member violates an invariant, and the witness is among them. So there is no reachable state that violates one.
//
// Goals: a checker so small that it can be read, which shares no code with package explore and takes no step of
// netfake. What it rests on is model.Step, package twin, the conditions and the loop in this package, and the reader of
// scenario files. Not goals: to make certificates (package collect does), or to find a counterexample.
package certify
