package main

// outside are mutants of what meets the world: captures, questions of a user's own, the page, pictures.
var outside = []Mutant{{
	Name: "terminal-does-not-fit", File: "internal/cli/program/program.go", Pkg: "internal/cli", Test: "TestATerminalOf80Columns",
	Old: "out.Fit = &terminal.Fit{Columns: columns}", New: "_ = columns",
	Does: "lines on a terminal are as long as they are",
}, {
	Name: "page-findings-without-packets", File: "internal/serve/capture.go", Test: "TestFindings",
	Old: "packets[r] = append(packets[r], fmt.Sprint(c.Segments[i].Number))", New: "packets[r] = append(packets[r], \"\")",
	Does: "a finding of a capture does not name its packets",
}, {
	Name: "question-loses-its-condition", File: "internal/question/compile.go", Test: "TestErrors",
	Old: "if err := named(text); err != nil {", New: "if err := named(text); err != nil && text == \"\" {",
	Does: "a question a ? b : c without a name is asked as c",
}, {
	Name: "capture-partial-is-damage", File: "internal/capture/conn.go", Test: "TestChecksumsLeftToTheCard",
	Old: "case p.BadChecksum && !p.Partial && x.summed:", New: "case p.BadChecksum && x.summed:",
	Does: "a checksum that the network card completes is taken for damage",
}, {
	Name: "wire-no-partial-checksum", File: "internal/wire/fast.go", Test: "TestPartialChecksum",
	Old: "p.Partial = p.Checksum == Bad &&", New: "p.Partial = p.Checksum == Good &&",
	Does: "the sum of the pseudo-header is not recognized",
}, {
	Name: "capture-earlier-reset-counts", File: "internal/capture/conn.go", Test: "TestResetOfAnEarlierConnection",
	Old: `return name == "rst-number" && (young || c.again)`, New: `return name == "x" && young`,
	Does: "a RST of a connection before the capture ends this one",
}, {
	Name: "page-always-vacuously", File: "internal/serve/ask.go", Test: "TestAsking",
	Old: "!o.Witnessed && live.From.Asked()", New: "!o.Witnessed && false",
	Does: "what never begins is said to happen always",
}, {
	Name: "orphan-gives-up-early", File: "properties/hosts/profiles.go", Test: "TestBackoff",
	Old: "linuxBackoff(k, rto)-rto <", New: "linuxBackoff(k, rto) <",
	Does: "a closed socket of Linux gives up one retransmission too early",
}, {
	Name: "capture-rst-never-final", File: "internal/capture/conn.go", Test: "TestWhatWasOvertaken",
	Old: "x.rstFinal, x.rstHeard = true, y.nxt", New: "x.rstFinal = true",
	Does: "it is not known what the peer had sent when the RST passed that ended the connection",
}, {
	Name: "capture-rst-never-in-vain", File: "internal/capture/side.go", Test: "TestOpeningsAndClosings",
	Old: "v.heard.Less(t.Ack)", New: "false",
	Does: "a RST that both ends survive ends the connection",
}, {
	Name: "capture-old-syn", File: "internal/capture/excuse.go", Test: "TestWhatWasOvertaken",
	Old: `rule == "syn-not-own" && x.lostOld`, New: "false",
	Does: "a SYN that an earlier connection left in the network is a violation",
}, {
	Name: "question-clock-counted", File: "internal/question/counted.go", Pkg: "internal/scenario", Test: "TestWhatIsRefused",
	Old: "return s.Net.Ticks > 0", New: "return true",
	Does: "a question may read a clock that no state has",
}, {
	Name: "certificate-of-a-question", File: "internal/cli/explore/certificate.go", Pkg: "internal/cli/certify", Test: "TestCertificateWithoutOwnConditions",
	Old: "w.Found && !question.Is(w.Name)", New: "w.Found",
	Does: "a certificate has conditions that its checker does not know",
}, {
	Name: "replay-believes-the-name", File: "internal/cli/replay/replay.go", Test: "TestTheNameOfATheoremIsNotBelieved",
	Old: "&& !isOf(&saved)", New: "&& false",
	Does: "replay believes the name of a theorem in the file of a run",
}, {
	Name: "map-is-elsewhere", File: "internal/serve/map.go", Test: "TestTheMap",
	Old: "here = joint.Named(a.sys, t.State)", New: "_ = t",
	Does: "the map does not show where the run is",
}, {
	Name: "page-reach-reversed", File: "internal/serve/ask.go", Test: "TestOwnQuestions",
	Old: "return !c.Holds(a.sys, s)", New: "return c.Holds(a.sys, s)",
	Does: "the page asks for the opposite of an own condition",
}, {
	Name: "column-without-liveness", File: "internal/study/matrixcolumns.go", Test: "TestAColumnFromAnExpression",
	Old: "c.Live = &live[0]", New: "_ = live",
	Does: "a column of a matrix leaves the leads-to of its file out",
}, {
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
}, {
	Name: "map-without-a-place", File: "internal/serve/map.go", Test: "TestTheMap",
	Old: "here = joint.Named(a.sys, t.State)", New: "_ = t",
	Does: "the map does not show where the run is",
}, {
	Name: "reach-is-turned", File: "internal/serve/ask.go", Test: "TestOwnQuestions",
	Old: "return !c.Holds(a.sys, s)", New: "return c.Holds(a.sys, s)",
	Does: "a question to reach a state finds a state in which its condition fails",
}, {
	Name: "column-without-its-liveness", File: "internal/study/matrixcolumns.go", Test: "TestAColumnFromAnExpression",
	Old: "c.Live = &live[0]", New: "_ = live",
	Does: "a column of the matrix does not ask its liveness question",
}, {
	Name: "paragraph-ignores-terminal", File: "internal/prose/prose.go", Test: "TestATerminal",
	Old: "return min(width, max(columns-1, len(indent)+leastText))", New: "return width",
	Does: "a paragraph is wider than the terminal",
}, {
	Name: "where-takes-any-ending", File: "internal/cli/capture/where.go", Test: "TestTrace",
	Old: "!who && !slices", New: "false && !who && !slices",
	Does: "an ending that does not exist chooses nothing, without an error",
}, {
	Name: "advice-without-a-question", File: "internal/cli/advise/verdict.go", Test: "TestAdviceHasStatusTableAndLadder",
	Old: "case asked == 0 && notAsked > 0:", New: "case false:",
	Does: "advise says that a setting loses nothing which no search asks about",
}, {
	Name: "sequence-number-minus-number", File: "internal/question/operators.go", Test: "TestAnswers",
	Old: "model.Seq(x(e) - y(e))", New: "model.Seq(x(e) + y(e))",
	Does: "a number is added to a sequence number instead of subtracted",
}}
