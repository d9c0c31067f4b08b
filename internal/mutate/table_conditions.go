package main

const (
	invariants  = "properties/invariants.go"
	witnesses   = "properties/witnesses.go"
	liveAsked   = "properties/livescenarios.go"
	byHand      = "TestConditionsOnTwoEndpoints"
	byWitnesses = "TestWitnesses"
)

// conditions are mutants of what theorems ask.
var conditions = []Mutant{{
	Name: "agreement-asks-nothing", File: invariants, Test: byHand,
	Old: "return !connected(p, q) || p.TCB.Irs == q.TCB.Iss", New: "return !connected(p, q) || p.TCB.Irs == p.TCB.Irs",
	Does: "agreement holds whatever the numbers are",
}, {
	Name: "agreement-with-anyone", File: invariants, Test: byHand,
	Old: "p.State().Synchronized() && p.RemoteInc == q.Inc && q", New: "p.State().Synchronized() && q",
	Does: "an endpoint counts as connected with any incarnation of its peer",
}, {
	Name: "agreement-with-listeners", File: invariants, Test: byHand,
	Old: "p.RemoteInc == q.Inc && q.State() >= model.SynSent", New: "p.RemoteInc == q.Inc",
	Does: "an endpoint counts as connected with a peer that has no connection",
}, {
	Name: "agreement-with-open-ones", File: invariants, Test: byHand,
	Old: "p.RemoteInc == q.Inc && q.State() >= model.SynSent", New: "p.RemoteInc == q.Inc && q.State() >= model.Established",
	Does: "agreement is not asked with a peer that is not open yet",
}, {
	Name: "agreement-before-open", File: invariants, Test: byHand,
	Old: "return p.State().Synchronized() && p.RemoteInc", New: "return p.RemoteInc",
	Does: "agreement is asked of an endpoint that is not synchronized",
}, {
	Name: "numbers-expect-anything", File: invariants, Test: byHand,
	Old: "return p.TCB.Rcv.Nxt.AtMost(q.TCB.Snd.Nxt) && ", New: "return ",
	Does: "numbers-agree holds if an endpoint expects what was never sent",
}, {
	Name: "numbers-acknowledge-anything", File: invariants, Test: byHand,
	Old: " && p.TCB.Snd.Una.AtMost(q.TCB.Rcv.Nxt)\n", New: "\n",
	Does: "numbers-agree holds if an endpoint takes for acknowledged what was never received",
}, {
	Name: "numbers-of-strangers", File: invariants, Test: byHand,
	Old: "if !connected(p, q) || !connected(q, p) {", New: "if !connected(p, q) {",
	Does: "numbers-agree is asked where only one side knows the other",
}, {
	Name: "order-of-una-only", File: invariants, Test: byHand,
	Old: "t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)", New: "t.Iss.AtMost(t.Snd.Una)",
	Does: "SND.UNA may be beyond SND.NXT",
}, {
	Name: "order-of-nxt-only", File: invariants, Test: byHand,
	Old: "t.Iss.AtMost(t.Snd.Una) && t.Snd.Una.AtMost(t.Snd.Nxt)", New: "t.Snd.Una.AtMost(t.Snd.Nxt)",
	Does: "SND.UNA may be before ISS",
}, {
	Name: "one-way", File: "properties/condition.go", Test: "TestEachWayAsksBothWays",
	Old: "\t\tw.Peer[a], w.Peer[b] = w.Peer[b], w.Peer[a]\n\t\treturn holds(&w)", New: "\t\treturn holds(&w)",
	Does: "a condition on both sides is asked of A only",
}, {
	Name: "either-way", File: "properties/condition.go", Test: "TestEachWayAsksBothWays",
	Old: "\t\tif !holds(&w) {\n\t\t\treturn false\n\t\t}\n", New: "\t\tif holds(&w) {\n\t\t\treturn true\n\t\t}\n",
	Does: "a condition on both sides holds if it holds on one",
}, {
	Name: "fault-of-any-kind", File: "properties/condition.go", Test: "TestTheorems/three-segments-reused-number",
	Old: "return s.Faults()&f == 0", New: "return s.Faults()&(f<<1) == 0",
	Does: "an invariant that forbids a fault looks at another one",
}, {
	Name: "stuck-nowhere", File: invariants, Test: "TestRepairable",
	Old: "if q.TCB.Snd.Una != q.TCB.Iss && !synUnderWay", New: "if q.TCB.Snd.Una == q.TCB.Iss && !synUnderWay",
	Does: "nobody waits for a SYN that will not come",
}, {
	Name: "stuck-with-syn", File: invariants, Test: "TestRepairable",
	Old: " && !synUnderWay(&w, sys, me, q.TCB.Iss) {", New: " {",
	Does: "an endpoint counts as stuck although the SYN is under way",
}, {
	Name: "syn-to-the-other-side", File: invariants, Test: "TestRepairable",
	Old: "p.Dst == dst && p.Seg.Has(model.SYN)", New: "p.Seg.Has(model.SYN) && p.Dst != dst",
	Does: "a SYN the other way counts as the one that is waited for",
}, {
	Name: "blind-to-the-wire", File: "properties/condition.go", Test: "TestWhatReadsANameOrTheWireIsNotBlind",
	Old: "return Condition{Name: name, holds: holds}", New: "return Condition{Name: name, holds: holds, blind: netfake.EquivalentMessages}",
	Does: "a condition that reads the wire is declared blind to it",
}, {
	Name: "own-segment-is-old", File: witnesses, Test: byWitnesses,
	Old: "p.Inc != q.RemoteInc || p.To != q.Inc && p.To != netfake.NoOne", New: "p.To != q.Inc",
	Does: "a SYN of the present incarnation counts as an old segment",
}, {
	Name: "old-meets-anyone", File: witnesses, Test: byWitnesses,
	Old: "q.State() == model.Established && old", New: "old",
	Does: "an old segment on its way to a closed endpoint counts as a witness",
}, {
	Name: "first-is-second", File: witnesses, Test: byWitnesses,
	Old: "p.Inc == 2 && q.Inc >= 2 && ", New: "",
	Does: "a first incarnation counts as one that was opened again",
}, {
	Name: "any-last-ack", File: witnesses, Test: byWitnesses,
	Old: "w.Peer[a].State() == model.TimeWait && w.Peer[b].State() == model.LastAck", New: "w.Peer[a].State() == model.TimeWait",
	Does: "TIME-WAIT counts as a witness without LAST-ACK at the other side",
}, {
	Name: "fairness-of-everything", File: "properties/live.go", Test: "TestFairnessOfQuestions",
	Old: "\tif f == FairNone {\n\t\treturn p\n\t}\n", New: "",
	Does: "the fairness that a question takes away is there all the same",
}, {
	Name: "fairness-of-the-network", File: "properties/live.go", Test: "TestFairnessOfQuestions",
	Old: "f == FairTimers && arrives || ", New: "f == FairTimers || ",
	Does: "where the network owes nothing, timers owe nothing either",
}, {
	Name: "late-is-never", File: "properties/live.go", Test: "TestTheorems/syn-sent-gives-up",
	Old: "case q.Within > 0:\n\t\treturn l.LeadsToWithin", New: "case q.Within < 0:\n\t\treturn l.LeadsToWithin",
	Does: "a bound in ticks is not asked",
}, {
	Name: "vacuous-response", File: "properties/live.go", Test: "TestAVacuousResponseIsNotAsExpected",
	Old: "Witnessed: a.Premise > 0 || a.Verdict == explore.Violated", New: "Witnessed: true",
	Does: "a response whose premise never holds is taken as verified",
}, {
	Name: "wait-is-over-early", File: liveAsked, Test: byWitnesses,
	Old: "w.Peer[a].State() != model.TimeWait || w.Peer[a].Timer == 0", New: "true",
	Does: "TIME-WAIT counts as over at once",
}, {
	Name: "asked-by-one", File: liveAsked, Test: byWitnesses,
	Old: "return asked(&w.Peer[a]) && asked(&w.Peer[b])", New: "return asked(&w.Peer[a])",
	Does: "both users count as having called CLOSE if A's has",
}, {
	Name: "vacuous-theorem", File: "properties/theorem.go", Test: "TestAVacuousTheoremIsNotAsExpected",
	Old: "return o.Verdict == o.Expected && o.Witnessed", New: "return o.Verdict == o.Expected",
	Does: "a theorem without its witness counts as shown",
}, {
	Name: "reduced-too-much", File: "properties/theorem.go", Test: "TestASearchUsesNoReductionThatItsQuestionSees",
	Old: "\t\tuse &= c.PreservedBy()\n", New: "\t\tuse &= c.PreservedBy() | netfake.AllReductions\n",
	Does: "a search uses reductions that its invariants can see",
}}

// files are mutants of scenario files and saved runs.
var files = []Mutant{{
	Name: "key-of-another-field", File: "internal/scenario/keys.go", Test: "TestAFileMeansWhatItSays",
	Old: "func(f *File) *int { return &net(f).Dups }", New: "func(f *File) *int { return &net(f).Losses }",
	Does: "the key of duplicates sets losses",
}, {
	Name: "field-without-key", File: "internal/scenario/keys.go", Test: "TestEveryFieldHasAKey",
	Old: "\t\tflag(\"net.no-premature-retransmission\", func(f *File) *bool { return &net(f).NoPrematureRetransmission }),\n", New: "",
	Does: "a scenario file cannot say that timers are patient",
}, {
	Name: "both-is-one", File: "internal/scenario/keys.go", Test: "TestBothIsAAndB",
	Old: "\t\tset(f, v)\n\t\tp[netfake.A]", New: "\t\tp[netfake.A]",
	Does: "a key of both hosts sets that of A only",
}, {
	Name: "unlimited-is-none", File: "internal/scenario/kinds.go", Test: "TestParseIsTheInverseOfFormat", Draw: 100,
	Old: "if *at(f) == netfake.Unlimited {", New: "if *at(f) == -2 {",
	Does: "a budget without an end is written as a number",
}, {
	Name: "direction-turned", File: "internal/scenario/segment.go", Test: "TestAFileMeansWhatItSays",
	Old: "case \"A->B\":\n\t\tp.Dst = netfake.B", New: "case \"A->B\":\n\t\tp.Dst = netfake.A",
	Does: "a segment to B is read as one to A",
}, {
	Name: "unknown-key-is-taken", File: "internal/scenario/parse.go", Test: "TestWhatIsRefused",
	Old: "errs = append(errs, unknown(path))", New: "_ = unknown(path)",
	Does: "a key that does not exist is ignored",
}, {
	Name: "watches-nothing", File: "internal/scenario/file.go", Test: "TestWhatIsRefused",
	Old: "case faultOf(name)&^sc.Watch != 0:", New: "case false:",
	Does: "a file may ask for an invariant that could not fail, since its fault is not watched for",
}, {
	Name: "edited-run-is-taken", File: "internal/scenario/run.go", Test: "TestAnEditedRunIsRefused",
	Old: "got, want := fingerprint(t.State), s.Steps[i].State; got != want", New: "got, want := fingerprint(t.State), s.Steps[i].State; got == \"\"",
	Does: "a saved run whose states were edited is taken",
}, {
	Name: "run-without-violation", File: "internal/scenario/run.go", Test: "TestARunThatViolatesNothingIsRefused",
	Old: "if holdsIn(sys, end) {", New: "if holdsIn(sys, end) && len(r.Steps) == 0 {",
	Does: "a saved run that violates nothing is taken",
}}
