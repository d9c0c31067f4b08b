package main

// liveness are mutants of what must, or can, happen eventually.
var liveness = []Mutant{{
	Name: "no-recursion", File: "explore/livefair.go", Test: "TestLivenessOfKnownGraphs", Ends: panics,
	Old: "if len(rest) > 0 {", New: "if len(rest) > len(l.open) {",
	Does: "a part of a component that leaves out what is starved is not looked at",
}, {
	Name: "no-fairness", File: "explore/livefair.go", Test: "TestLivenessOfKnownGraphs", Ends: panics,
	Old: "if loops && !enabled.beyond(taken) {", New: "if loops {",
	Does: "every loop is fair",
}, {
	Name: "weak-fairness", File: "explore/livefair.go", Test: "TestLivenessAgreesWithItsTwin", Draw: 300, Ends: hangs,
	Old: "if c := l.class[e]; c != 0 && !taken.has(c) {", New: "if c := l.class[e]; c == 1 && !taken.has(c) {",
	Does: "only the first class of fairness is strong",
}, {
	Name: "taken-outside", File: "explore/livefair.go", Test: "TestLivenessOfKnownGraphs", Ends: panics,
	Old: "if part[w.to[e]] == p {\n\t\t\t\tloops = true\n\t\t\t\ttaken.add(w.class[e])\n\t\t\t}", New: "if part[w.to[e]] == p {\n\t\t\t\tloops = true\n\t\t\t}\n\t\t\ttaken.add(w.class[e])",
	Does: "an action that leaves a loop counts as taken in it",
}, {
	Name: "open-states-are-ends", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "func(v uint32) bool { return l.open[v] })", New: "func(v uint32) bool { return false })",
	Does: "a run may stop in a state that was not expanded",
}, {
	Name: "rests-where-it-owes", File: "explore/liveanswer.go", Test: "TestOwedClassesAndOpenStates",
	Old: "if len(l.owing(v)) > 0 {", New: "if len(l.owing(v)) > maxOwed {",
	Does: "a run may stop where something is owed",
}, {
	Name: "rests-where-it-must-act", File: "explore/liveanswer.go", Test: "TestLivenessOfKnownGraphs",
	Old: "if l.class[e] != 0 {\n\t\t\treturn false", New: "if l.class[e] != 0 {\n\t\t\treturn true",
	Does: "a run may stop where something that is promised is enabled",
}, {
	Name: "never-rests", File: "explore/liveanswer.go", Test: "TestLivenessOfKnownGraphs",
	Old: "if l.class[e] != 0 {\n\t\t\treturn false", New: "{\n\t\t\treturn false",
	Does: "a run must go on wherever anything can happen, though nothing is promised",
}, {
	Name: "owes-nothing", File: "explore/livefair.go", Test: "TestOwedClassesAndOpenStates", Ends: panics,
	Old: "for _, c := range w.owing(v) {\n\t\t\tenabled.add(c)\n\t\t}\n", New: "",
	Does: "what is owed in a loop need not happen",
}, {
	Name: "owes-the-impossible", File: "explore/livedebt.go", Test: "TestWhateverHasHappenedCanGoOnFairly", Draw: 300,
	Old: "\t\tl.forgive(k, bit[k])\n", New: "\t\t_ = k\n",
	Does: "a class is owed from which no action can be reached any more",
}, {
	Name: "end-of-time-is-closed", File: "explore/live.go", Test: "TestOwedClassesAndOpenStates",
	Old: "if name := p.Open(n.State); name != \"\" {", New: "if name := p.Open(n.State); name == \"-\" {",
	Does: "a state in which a bound took an action away counts as fully known",
}, {
	Name: "open-states-reach-nothing", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs", Ends: panics,
	Old: "can[v] = can[v] || l.open[v]", New: "can[v] = can[v] && true",
	Does: "a state that was not expanded counts as one from which the goal is lost",
}, {
	Name: "dead-ends-are-unfair", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "if part[v] == 0 && !stays {", New: "if part[v] == 0 {",
	Does: "a run that ends without the goal refutes nothing",
}, {
	Name: "wait-outlives-goal", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "return !r.q[v] && (waiting || r.p[v])", New: "return waiting || !r.q[v] && r.p[v]",
	Does: "a wait goes on after the goal has come",
}, {
	Name: "tick-in-a-loop-is-free", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "} else if t.class[e] == t.tick {\n\t\t\t\t\tmost = Unbounded\n\t\t\t\t}", New: "}",
	Does: "a loop with a tick in it counts as if it took no time",
}, {
	Name: "faster-way-counts", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "most = max(most, t.cost(e)+t.after(e))", New: "most = max(0, min(most+1, t.cost(e)+t.after(e)))",
	Does: "a wait is measured along a way that is not the slowest",
}, {
	Name: "late-is-allowed", File: "explore/liveask.go", Test: "TestLivenessOfKnownGraphs",
	Old: "a.Ticks > limit {", New: "a.Ticks > limit+1 {",
	Does: "one tick more than the bound is allowed",
}, {
	Name: "ended-search-is-complete", File: "explore/live.go", Test: "TestLivenessOfKnownGraphs",
	Old: "l.stop = \"the search ended at a violation\"", New: "l.stop = \"\"",
	Does: "a search that ended at a violation counts as complete",
}, {
	Name: "cut-is-complete", File: "explore/live.go", Test: "TestLivenessOfKnownGraphs",
	Old: "l.cut = strings.Join(bounds, \", \")", New: "l.cut = strings.Join(bounds[:0], \", \")",
	Does: "a graph that a bound cut off counts as complete",
}, {
	Name: "stem-begins-anywhere", File: "explore/livewalk.go", Test: "TestLivenessAgreesWithItsTwin", Draw: 300,
	Old: "since = i\n", New: "since = 0\n",
	Does: "a counterexample says that the wait begins at its first state",
}}

// runs are mutants of what is done with a run that was found: shrinking and unfolding.
var runs = []Mutant{{
	Name: "shrink-shows-nothing", File: "explore/shrink.go", Test: "TestShrunkRunsAreMinimal", Draw: 100,
	Old: "if len(s.try) >= len(s.run) || !s.o.Shows(s.try.Last()) {", New: "if len(s.try) >= len(s.run) {",
	Does: "a shrunk run need not show what it is kept for",
}, {
	Name: "shrink-keeps-singles", File: "explore/shrink.go", Test: "TestShrunkRunsAreMinimal", Draw: 100,
	Old: "case !helped:\n\t\t\treturn\n", New: "case !helped || true:\n\t\t\treturn\n",
	Does: "shrinking stops after it has tried single steps once",
	Open: "the runs of the test need no second round",
}, {
	Name: "shrink-goes-through-walls", File: "explore/shrink.go", Test: "TestShrinkStopsAtABound",
	Old: "if s.o.Cut == nil || s.o.Cut(at) == \"\" {", New: "if true {",
	Does: "a shrunk run goes on after a bound",
}, {
	Name: "no-shortcuts", File: "explore/shrink.go", Test: "TestShrunkRunsAreMinimal", Draw: 100,
	Old: "if gain := at - from - how[i].depth - 1; onRun && gain > saved {", New: "if gain := at - from - how[i].depth - 1; onRun && gain > saved+len(s.run) {",
	Does: "shrinking takes no shortcuts",
}, {
	Name: "unfold-anything", File: "netfake/reduce.go", Test: "TestUnfold",
	Old: "return r.Step(s, a) == want", New: "return r.Step(s, a) != s || want == s",
	Does: "a run of the reduced system is unfolded into any run",
}}
