package main

// outside are mutants of what meets the world: captures, questions of a user's own, the page, pictures.
var outside = []Mutant{{
	Name: "capture-complete", File: "internal/capture/excuse.go", Test: "TestWhatWasOvertaken",
	Old: `return l.say("unless an ACK of {y} with a wider window is missing in the capture")`, New: `return ""`,
	Does: "data beyond the window is impossible, although an ACK may be missing",
}, {
	Name: "capture-identifications", File: "internal/capture/excuse.go", Test: "TestWhatWasOvertaken",
	Old: "if s.id++; id == 0 || id != s.id {", New: "if s.id++; false {",
	Does: "a missing packet of the receiver is no reason to doubt",
}, {
	Name: "capture-never-confirms", File: "internal/capture/excuse.go", Test: "TestWhatWasOvertaken",
	Old: "later && t.Seq == x.nxt && t.End().Less(s.seq)", New: "false",
	Does: "a RST below which its sender continues stays a doubt",
}, {
	Name: "capture-refusal", File: "internal/capture/notes.go", Test: "TestCauses",
	Old: "if l.y.refuses {", New: "if false {",
	Does: "a SYN that comes again after a refusal is not told apart",
}, {
	Name: "jumbogram", File: "internal/wire/captured.go", Test: "TestJumbogram",
	Old: "b[ipv6Header+3] == 4", New: "b[ipv6Header+3] == 5",
	Does: "a jumbogram is not read",
}, {
	Name: "question-not-equal", File: "internal/question/operators.go", Test: "TestAnswers",
	Old: `equal := n.Operator == "=="`, New: "equal := true",
	Does: "!= is == in an expression",
}, {
	Name: "question-numbers-ordered", File: "internal/question/operators.go", Test: "TestErrors",
	Old: "\tif k == seq {\n\t\tc.fail(n, c.source(n)+\", which is a sequence number and wraps\"", New: "\tif false {\n\t\tc.fail(n, c.source(n)+\", which is a sequence number and wraps\"",
	Does: "an order of sequence numbers is refused without the reason",
}, {
	Name: "panic-without-action", File: "explore/panicked.go", Test: "TestPanicsNameTheState",
	Old: "action = fmt.Sprint(a)", New: "_ = a",
	Does: "a panic of a system does not name the action",
}, {
	Name: "page-any-host", File: "internal/serve/server.go", Test: "TestRefusals",
	Old: "case !loopback(r.Host):", New: "case false:",
	Does: "a request with another Host is answered",
}, {
	Name: "page-any-origin", File: "internal/serve/server.go", Test: "TestRefusals",
	Old: `case origin != "" && origin != "http://"+r.Host:`, New: "case false:",
	Does: "a request from another origin is answered",
}, {
	Name: "page-any-body", File: "internal/serve/server.go", Test: "TestRefusals",
	Old: "http.MaxBytesReader(w, r.Body, mostBody)", New: "r.Body",
	Does: "a request may have any length",
}, {
	Name: "page-search-goes-on", File: "internal/serve/ask.go", Test: "TestASearchEndsWithItsPage",
	Old: "s.search(r.Context(), a,", New: "s.search(context.Background(), a,",
	Does: "a search goes on when its page is gone",
}, {
	Name: "page-fault-late", File: "internal/serve/position.go", Test: "TestTheRunToOldData",
	Old: "v.Broken = i + 1", New: "v.Broken = i",
	Does: "a violation is shown at another step",
}, {
	Name: "picture-clause", File: "internal/render/sequence/events.go", Test: "TestAFaultHasItsClause",
	Old: `ForeignFin: {"eighth"}`, New: `ForeignFin: {"ninth"}`,
	Does: "a fault in a picture has another clause",
}}
