package main

const (
	checkFile = "internal/certify/check.go"
	twinCode  = "internal/twin/code.go"
)

// certificates are mutants of what checks a certificate: each check left out, and the twin bent.
var certificates = []Mutant{{
	Name: "successors-unchecked", File: checkFile, Test: "TestAStateRemovedIsRefused", Draw: 100,
	Old: "to, ok := w.states.Find(w.code)\n", New: "to, ok := w.states.Find(w.code)\n\t\tif !ok {\n\t\t\tcontinue\n\t\t}\n",
	Does: "a successor that is not in the certificate is passed over",
}, {
	Name: "invariants-unasked", File: checkFile, Test: "TestAViolationIsRefused",
	Old: "if !inv.holds(w.world, &w.at) {", New: "if !inv.holds(w.world, &w.at) && w.steps < 0 {",
	Does: "a certificate is accepted in whose states an invariant does not hold",
}, {
	Name: "witness-unasked", File: checkFile, Test: "TestAWitnessThatIsNotReachedIsRefused",
	Old: "if !wit.found.Load() {\n", New: "if wit.holds == nil {\n",
	Does: "a certificate is accepted in none of whose states its witness holds",
}, {
	Name: "unreached-unasked", File: checkFile, Test: "TestStatesThatNothingLeadsToAreRefused",
	Old: "if r.States < r.Claimed {", New: "if r.States > r.Claimed {",
	Does: "a certificate is accepted with states that nothing leads to",
}, {
	Name: "first-refusal-wins", File: checkFile, Test: "TestTheLeastRefusalIsKept",
	Old: "if w.first.refused == nil || i < w.first.state {", New: "if w.first.refused == nil || i > w.first.state {",
	Does: "which refusal is reported depends on which worker took which states",
}, {
	Name: "checksum-unasked", File: "internal/certify/file.go", Test: "TestAByteChangedIsRefused", Draw: 100,
	Old: "found != want {", New: "found == want+want {",
	Does: "a certificate is accepted that was changed after it was written",
}, {
	Name: "states-uncounted", File: "internal/certify/file.go", Test: "TestFilesThatSayOtherwiseAreRefused/more_states_than_it_says",
	Old: "!errors.Is(err, io.EOF) {", New: "errors.Is(err, io.ErrNoProgress) {",
	Does: "a file is read that has more states than it says",
}, {
	Name: "states-unsorted", File: "internal/certify/file.go", Test: "TestFilesThatSayOtherwiseAreRefused/a_state_twice",
	Old: "bytes.Compare(before, code) >= 0", New: "bytes.Compare(before, code) > 0",
	Does: "a file is read that has a state twice",
}, {
	Name: "lost-on-the-way", File: "internal/certify/collect/collect.go", Test: "TestWhatTheSearchFoundIsCollected",
	Old: "if i := slices.Index(over, false); i >= 0 {", New: "if i := slices.Index(over, false); i > len(over) {",
	Does: "a state that the search found and that no step leads to is not told of",
}, {
	Name: "twin-forgets-text", File: twinCode, Test: "TestEncodingHoldsEveryVariable",
	Old: "\tnumber(c, &t.Wanted)\n", New: "", Does: "two states of the twin count as one that differ in what a RECEIVE waits for",
}, {
	Name: "twin-forgets-waits", File: twinCode, Test: "TestEncodingHoldsEveryVariable",
	Old: "w.timed() && st == model.TimeWait", New: "w.timed() && st == model.Listen",
	Does: "two states of the twin count as one that differ in how long TIME-WAIT lasts",
}, {
	Name: "twin-sorts-what-is-in-order", File: twinCode, Test: "TestEncodingOfTheWire",
	Old: "if w.sc.Net.InOrder || *x == *y {", New: "if *x == *y {",
	Does: "two states of the twin count as one that differ in the order of the segments, though it is kept",
}, {
	Name: "twin-spares-nobody", File: "internal/twin/side.go", Pkg: "netfake", Test: "TestTwinOfShutWindows", Draw: 100,
	Old: "s.Spared = (out.Answered || s.Spared)", New: "s.Spared = s.Spared",
	Does: "the twin gives up a connection whose probes are answered",
}, {
	Name: "twin-sees-no-foreign-data", File: "internal/twin/fault.go", Pkg: "internal/certify/collect", Test: "TestConditionsAgree",
	Old: "f |= netfake.ForeignData\n", New: "_ = netfake.ForeignData\n",
	Does: "the twin does not see that data was taken that another incarnation sent",
}}
