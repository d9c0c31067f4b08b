// Package properties holds what is claimed of TCP's connection management: invariants, the
// scenarios in which they are asked, and theorems, which are both together with what the
// search must answer.
//
// Begin with four questions, which random runs answer in plain sentences and drawn runs:
//
//	go test ./properties -run TestWhyTwoHandshakesFail -v
//	go test ./properties -run TestWhyThreeDoNot -v
//	go test ./properties -run TestWhyTimeWaitKeepsOldSegmentsOut -v
//	go test ./properties -run TestWhyOneTickLessDoesNot -v
//
// They are the first of the properties that rapid checks (why_test.go, whywait_test.go). Every theorem with a scenario is
// one as well, in scenarios that are wider than any search: TestEveryTheoremThatHolds, TestEveryTheoremThatFails. Give
// -rapid.checks=N for longer runs.
//
// A theorem is never just asserted. It has a witness, a reachable state in which the thing
// could have gone wrong, and variants: the same scenario with one thing changed, for which the
// answer must be the other one. So a sound design is seen to fail with one thing changed, and an
// unsound one to hold.
package properties
