// Package properties holds what is claimed of TCP's connection management: invariants, the
// scenarios in which they are asked, and theorems, which are both together with what the
// search must answer.
//
// A theorem is never just asserted. It has a witness, a reachable state in which the thing
// could have gone wrong, and variants: the same scenario with one thing changed, for which the
// answer must be the other one. A sound design is thus seen to break when it is bent, and a
// broken one to hold when it is mended.
package properties
