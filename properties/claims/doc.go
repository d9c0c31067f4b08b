// Package claims judges sentences about TCP that explanations of its handshake and its close state. Each gets a verdict
// that is computed anew: by exhausting a scenario, by searching for a run, by playing a script, by arithmetic on the
// header, or by judging a capture.
//
// A claim is a row of a table: the sentence in our words, the pieces of evidence, the verdict that they must have,
// and one sentence that would be right. A piece speaks for the sentence or against it, under an assumption
// that it names, or under none. The verdict follows from the pieces alone:
//
//	REFUTED    a piece under no assumption speaks against it, or all do
//	QUALIFIED  under one assumption a piece speaks for it, and under another one against it
//	HOLDS      every piece speaks for it
//	UNKNOWN    no piece refutes it as it stands, and one was not finished, or says nothing
//
// Goals: no verdict without evidence that can be shown; a verdict that changes when the model is changed accordingly.
// Not goals: to prove a sentence of all networks and users. HOLDS is said of what was searched, and the premises
// of each search are part of the evidence.
package claims
