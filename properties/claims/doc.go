// Package claims judges sentences from explanations of TCP's handshake and close. Each verdict is
// computed again: by a complete search, by the search for a run, by a script, by arithmetic on the
// header, or by a capture.
//
// It is for teachers and authors. Begin with these names: [All] lists the claims, [ByID] finds one, and
// [Claim.Judge] computes its verdict and returns a [Judgement] with the evidence.
//
// A claim is a row of a table: the sentence in our words, the pieces of evidence, the expected verdict,
// and a corrected sentence. A piece supports the sentence or contradicts it, under a named assumption
// or without one. The verdict follows from the pieces alone:
//
//	REFUTED    a piece without an assumption contradicts it, or all pieces do
//	QUALIFIED  a piece supports it under one assumption, and another contradicts it under another one
//	HOLDS      every piece supports it
//	UNKNOWN    it is not refuted, and a piece was not finished or is vacuous
//
// Goals: no verdict without evidence that can be shown; a verdict that changes when the model is
// changed accordingly. Not goals: to prove a sentence for all networks and users. HOLDS is about what
// was searched, and the premises of each search are part of the evidence.
package claims
