package main

// premises are mutants of the sentences that say what a scenario lets happen.
var premises = []Mutant{{
	Name: "premise-of-lifetime", File: "netfake/premises.go", Test: "TestPremisesOfTheNetwork",
	Old: `"; segments live for " + prose.Count(n.MSL, "tick")`, New: `"; segments live for " + prose.Count(n.MSL+1, "tick")`,
	Does: "the premises say a longer lifetime of segments than the scenario has",
}, {
	Name: "premise-of-losses", File: "netfake/premises.go", Test: "TestPremisesOfTheNetwork",
	Old: `budget(n.Losses), lost, budget(n.Dups)`, New: `budget(n.Dups), lost, budget(n.Losses)`,
	Does: "the premises say losses for duplicates",
}, {
	Name: "premise-of-horizon", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "if n.Ticks == 0 {", New: "if n.Ticks >= 0 {",
	Does: "the premises do not say that the world ends",
}, {
	Name: "premise-of-patience", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "if n.NoPrematureRetransmission {", New: "if n.NoPrematureRetransmission && n.InOrder {",
	Does: "the premises do not say that timers are patient",
}, {
	Name: "premise-of-order", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "\tif n.InOrder {\n", New: "\tif n.InOrder && n.NoPrematureRetransmission {\n",
	Does: "the premises do not say that the wire keeps order",
}, {
	Name: "premise-of-old-segments", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "n := len(sc.Stale); n > 0", New: "n := len(sc.Stale); n > 1",
	Does: "the premises do not say that there is an old segment",
}, {
	Name: "premise-of-the-attacker", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "n := len(sc.Attacker); n > 0", New: "n := len(sc.Attacker); n > 1",
	Does: "the premises do not say that there is an attacker",
}, {
	Name: "premise-of-policies", File: "netfake/premises.go", Test: "TestPremisesSayEverything",
	Old: "if v := p.Get(h.TCP); v != 0 {", New: "if v := p.Get(h.TCP); v > 1 {",
	Does: "the premises do not say which policies differ",
}}

// fairness are mutants of what must happen again and again.
var fairness = []Mutant{{
	Name: "tick-owes-nothing", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "\tcase Tick:\n\t\treturn fairTick\n", New: "\tcase Tick:\n\t\treturn 0\n",
	Does: "time need not pass",
}, {
	Name: "class-by-ghost", File: "netfake/fair.go", Test: "TestAnOldSegmentAndItsTwinAreOneClass",
	Old: "uint64(s.wire[a.Index] &^ (ageMask | ghostMask))", New: "uint64(s.wire[a.Index] &^ ageMask)",
	Does: "an old segment and a new one with the same content are two classes of fairness",
}, {
	Name: "class-by-age", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "uint64(s.wire[a.Index] &^ (ageMask | ghostMask))", New: "uint64(s.wire[a.Index] &^ ghostMask)",
	Does: "two ages of a segment are two classes of fairness",
}, {
	Name: "one-class-of-deliveries", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "uint64(s.wire[a.Index] &^ (ageMask | ghostMask))", New: "codePresent",
	Does: "it is enough that anything is delivered again and again",
}, {
	Name: "one-timer-for-both", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "return fairRetransmit + me", New: "return fairRetransmit",
	Does: "it is enough that one side sends again",
}, {
	Name: "gives-up-by-duty", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "if sys.mustGiveUp(&s, a.Peer) || sys.orphaned(&s, a.Peer) {", New: "{",
	Does: "a user who may give up at any time must",
}, {
	Name: "overdue-owes-nothing", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "sys.mustGiveUp(&s, a.Peer) || sys.orphaned(&s, a.Peer)", New: "sys.orphaned(&s, a.Peer)",
	Does: "an endpoint that is R ticks old need not give up",
}, {
	Name: "orphan-owes-nothing", File: "netfake/fair.go", Test: "TestFairness", Draw: 100,
	Old: "sys.mustGiveUp(&s, a.Peer) || sys.orphaned(&s, a.Peer)", New: "sys.mustGiveUp(&s, a.Peer)",
	Does: "FIN-WAIT-2 need not end where its host has a timer for it",
}, {
	Name: "wait-owes-nothing", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "return fairWait + me", New: "return 0",
	Does: "TIME-WAIT need not end",
}, {
	Name: "users-owe", File: "netfake/fair.go", Test: "TestFairness", Draw: 60,
	Old: "case Lose, Inject, OpenActive, OpenPassive, Send, Receive, Close, Abort, Crash:\n\t\treturn 0", New: "case Lose, Inject, OpenActive, OpenPassive, Send, Receive, Close, Abort, Crash:\n\t\treturn fairWait + 2 + me",
	Does: "users, losses, attackers and crashes must act again and again",
}}
