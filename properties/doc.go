// Package properties has the theorems about TCP's connection management: what is claimed, in which
// scenario it is searched, and which answer the search must give.
//
// It is for people who want to read, check or add a claim about TCP. Begin with these names:
//
//   - [Theorems] lists the theorems, and [ByName] finds one. Each is a literal in the file of its
//     subject: handshake.go, timewait.go, stream.go, liveness.go and others. Copy one to add your own.
//   - [Theorem.Prove] searches a theorem, and returns an [Outcome] with the verdict and the run.
//     ExampleTheorem_Prove shows it.
//   - [Question] is what is searched: a scenario with invariants, a witness, or a question about what
//     happens eventually ([Live]). A [Change] is one change to a question.
//   - [Premises] lists what scenarios exclude. [Theorem.Relax] searches a theorem without each premise.
//
// Packages below this one ask questions of other kinds: hazards (known hazards and what prevents
// them), claims (sentences of textbooks), hosts (guarantees of real systems) and bounds (smallest safe
// values).
//
// Four questions are also answered by random runs, in plain sentences and drawn runs:
//
//	go test ./properties -run TestWhyTwoHandshakesFail -v
//	go test ./properties -run TestWhyThreeDoNot -v
//	go test ./properties -run TestWhyTimeWaitKeepsOldSegmentsOut -v
//	go test ./properties -run TestWhyOneTickLessDoesNot -v
//
// They are in why_test.go and whywait_test.go. Every theorem with a scenario is tested by random runs
// as well, in scenarios wider than any search: TestEveryTheoremThatHolds, TestEveryTheoremThatFails.
// The flag -rapid.checks=N takes more runs.
//
// A theorem is never only asserted. One that holds has a witness, a reachable state in which it could
// have failed. Every theorem has variants: the same question after one change, with the other answer.
package properties
