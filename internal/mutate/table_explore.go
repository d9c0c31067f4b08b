package main

const (
	workersTest = "TestNumberOfWorkersDoesNotShowInTheResult"
	twinTest    = "TestSearchDoesWhatItsTwinDoes"
	storesTest  = "TestStoresFindTheSame"
	resumeTest  = "TestResumedSearchEndsAsIfNothingHadHappened"
	tasksTest   = "TestTasksMayBeDoneTwiceAndHalf"
	verdictTest = "TestVerdictClaimsNoMoreThanWasSeen"
)

// search are mutants of the core of explore: how states are expanded, numbered and judged.
var search = []Mutant{{
	Name: "loses-a-successor", File: "explore/expand.go", Test: twinTest, Draw: 100,
	Old: "for i := n; i < len(w.states); i++ {\n\t\tto", New: "for i := n; i < len(w.states)-len(w.states)/7; i++ {\n\t\tto",
	Does: "one of many successors is lost",
}, {
	Name: "cache-believes-a-neighbour", File: "explore/expand.go", Test: twinTest, Draw: 100,
	Old: "if *known == *to {\n\t\t\tcontinue\n\t\t}\n\t\t*known = *to", New: "if *known == *x {\n\t\t\tcontinue\n\t\t}\n\t\t*known = *to",
	Does: "the cache of recent states takes another state for one that is known",
}, {
	Name: "wrong-parent", File: "explore/expand.go", Test: "TestMinitcpLosesSyncInTenSteps", Ends: panics,
	Old: "s.store.parentRef(lo+uint32(i), x)", New: "s.store.parentRef(lo, x)",
	Does: "a state remembers the first state of the chunk as its parent",
}, {
	Name: "wrong-parent-in-batch", File: "explore/exact.go", Test: "TestMinitcpLosesSyncInTenSteps", Ends: panics,
	Old: "*e.parents.at(id) = m.parent\n", New: "*e.parents.at(id) = c.meta[0].parent\n",
	Does: "with several workers a state remembers the parent of its neighbour",
}, {
	Name: "parent-of-the-last", File: "explore/exact.go", Test: twinTest, Draw: 100, Ends: panics,
	Old: "m.place = place\n\t\t*e.parents.at(e.count) = m.parent", New: "m.place = place\n\t\t*e.parents.at(e.count) = max(m.parent, 1) - 1",
	Does: "a state remembers the state before its parent",
}, {
	Name: "shard-out-of-order", File: "explore/exact.go", Test: twinTest, Draw: 100,
	Old: "t.touched = touched\n\tfor i := range b.chunks {\n\t\tc := &b.chunks[i]\n", New: "t.touched = touched\n\tfor i := range b.chunks {\n\t\ti = len(b.chunks) - 1 - i\n\t\tc := &b.chunks[i]\n",
	Does: "a shard takes its candidates from the last chunk to the first",
}, {
	Name: "chunk-out-of-order", File: "explore/batch.go", Test: twinTest, Draw: 100,
	Old: "for i := range c.meta {\n\t\tk := shardOf(c.meta[i].print.hi)\n", New: "for i := range c.meta {\n\t\ti = len(c.meta) - 1 - i\n\t\tk := shardOf(c.meta[i].print.hi)\n",
	Does: "a shard takes the candidates of a chunk from the last to the first",
}, {
	Name: "chunk-lost", File: "explore/batch.go", Test: twinTest, Draw: 100,
	Old: "s.pool.each(len(b.chunks), b.expand)", New: "s.pool.each(max(1, len(b.chunks)-1), b.expand)",
	Does: "the last chunk of a batch is not expanded",
}, {
	Name: "numbers-not-settled", File: "explore/batch.go", Test: twinTest, Draw: 100,
	Old: "\ts.pool.each(len(b.chunks), b.settle)\n", New: "",
	Does: "the table keeps the provisional numbers of a batch",
}, {
	Name: "level-skipped", File: "explore/search.go", Test: twinTest, Draw: 100,
	Old: "lo, hi := s.next, s.count\n", New: "lo, hi := s.next, s.count\n\t\tif len(s.levels) == 2 {\n\t\t\ts.next, lo = hi, hi\n\t\t}\n",
	Does: "the states of one level are not expanded",
}, {
	Name: "depth-one-less", File: "explore/levels.go", Test: verdictTest,
	Old: "len(in.sizes()) > c.o.MaxDepth", New: "len(in.sizes()) >= c.o.MaxDepth",
	Does: "a search goes one step less deep than it should",
}, {
	Name: "depth-cuts-nothing", File: "explore/search.go", Test: verdictTest,
	Old: "return s.leave(ctx, lo, hi)", New: "return \"\"",
	Does: "the bound on the depth is not reported",
}, {
	Name: "cut-unreported", File: "explore/stepper.go", Test: verdictTest,
	Old: "c.cuts = addCut(c.cuts, name, 1)", New: "c.cuts = addCut(c.cuts, name, 0)[:0]",
	Does: "a bound of the system is not reported",
}, {
	Name: "goes-on-after-violation", File: "explore/levels.go", Test: "TestSearchEndsWithTheLevelOfTheFirstViolation", Ends: hangs,
	Old: "if c.violated() && !c.o.KeepGoing && !leaf {\n\t\t\tbreak\n\t\t}\n", New: "",
	Does: "a search goes on after it has found a violation",
}, {
	Name: "later-violation-wins", File: "explore/search.go", Test: workersTest, Draw: 100,
	Old: "if from[i].id < into[i].id {", New: "if from[i].id != noState {",
	Does: "of several workers that find a violation the last one wins",
	Open: "the random graphs of the test do not get there",
}, {
	Name: "last-violation-shown", File: "explore/run.go", Test: "TestOnlyTheFirstViolationIsReported",
	Old: "case f.id < violations[list[0]].id:", New: "case f.id > violations[list[0]].id:",
	Does: "of two violations the later one is shown",
}, {
	Name: "inspects-the-old", File: "explore/search.go", Test: twinTest, Draw: 100,
	Old: "\t\tid++\n\t}\n}\n\n// mergeFirst", New: "\t}\n}\n\n// mergeFirst",
	Does: "a violation is told of the first state of its chunk",
	Open: "the random graphs of the test do not get there",
}, {
	Name: "witness-not-asked", File: "explore/search.go", Test: twinTest, Draw: 100,
	Old: "s.o.Sometimes[j].Holds(*x)", New: "false",
	Does: "witnesses are never found",
}, {
	Name: "missing-witness-unreported", File: "explore/result.go", Test: "TestWitnessThatIsNotThereIsMissing",
	Old: "if !w.Found {", New: "if w.Name == \"\" {",
	Does: "a witness that was not found is not reported",
}, {
	Name: "verified-though-ended", File: "explore/run.go", Test: verdictTest,
	Old: "case ended:\n\t\treturn Unknown", New: "case ended && cut:\n\t\treturn Unknown",
	Does: "a search that was ended early is VERIFIED",
}, {
	Name: "verified-though-cut", File: "explore/run.go", Test: verdictTest,
	Old: "case cut:\n\t\treturn Bounded", New: "case cut && violated:\n\t\treturn Bounded",
	Does: "a search that a bound held back is VERIFIED",
}, {
	Name: "ended-hides-violation", File: "explore/run.go", Test: verdictTest,
	Old: "case violated:\n\t\treturn Violated\n\tcase ended:\n\t\treturn Unknown", New: "case ended:\n\t\treturn Unknown\n\tcase violated:\n\t\treturn Violated",
	Does: "a violation that was found before the search ended does not count",
}, {
	Name: "nothing-is-verified", File: "explore/search.go", Test: "TestNothingToSeeVerifiesNothing",
	Old: "if len(c.states) == 0 {\n\t\treturn \"no initial state\"\n\t}\n", New: "if len(c.states) == 0 {\n\t\treturn \"\"\n\t}\n",
	Does: "a system without an initial state is VERIFIED",
}, {
	Name: "two-hashes-are-one", File: "explore/exact.go", Test: twinTest, Draw: 100,
	Old: "if probe.matches(hash) && e.states.equal(probe.id(), x) {\n\t\treturn true\n\t}\n\tt :=", New: "if probe.matches(hash) {\n\t\treturn true\n\t}\n\tt :=",
	Does: "two states with the same hash are one",
}, {
	Name: "probing-stops-early", File: "explore/exact.go", Test: twinTest, Draw: 100,
	Old: "if !t.slots[i].matches(hash) {\n\t\t\tcontinue\n\t\t}", New: "if !t.slots[i].matches(hash) {\n\t\t\treturn 0\n\t\t}",
	Does: "a state whose place in the table is taken is lost",
}, {
	Name: "path-takes-any-action", File: "explore/path.go", Test: twinTest, Draw: 100,
	Old: "p = append(p, hop)\n", New: "hop.Action = *new(A)\n\t\tp = append(p, hop)\n",
	Does: "a run is shown with another action than the one that was taken",
}, {
	Name: "replay-believes", File: "explore/path.go", Test: "TestReplayRefusesWhatIsNotARun",
	Old: "got := sys.Step(from, hop.Action); got != hop.State", New: "got := sys.Step(from, hop.Action); got != hop.State && false",
	Does: "a run is not checked step by step when it is replayed",
}, {
	Name: "loops-not-counted", File: "explore/expand.go", Test: twinTest, Draw: 100,
	Old: "s.successors(w, x, s.store.parentRef(lo+uint32(i), x)) == n {", New: "s.successors(w, x, s.store.parentRef(lo+uint32(i), x)) > n {",
	Does: "states that lead only to themselves are not counted",
}}

// stores are mutants of what is kept of a search, and where.
var stores = []Mutant{{
	Name: "pack-takes-the-difference", File: "explore/pack.go", Test: "TestPackedStateIsUnpacked", Draw: 100,
	Old: "s[j] ^= rec[n]", New: "s[j] = rec[n]",
	Does: "a packed state is unpacked without the state that it is the difference from",
}, {
	Name: "disk-drops-a-partition", File: "explore/tasks.go", Test: storesTest, Draw: 60,
	Old: "part < t.To && t.Kind", New: "part < t.To-1 && t.Kind",
	Does: "one partition of a search on disk is dropped",
}, {
	Name: "disk-drops-runs", File: "explore/disk.go", Test: tasksTest, Draw: 60,
	Old: "list = append(list, all[i].Run)", New: "list = []runFile{all[i].Run}",
	Does: "of the run files of a level only the last one is kept",
}, {
	Name: "disk-keeps-any-parent", File: "explore/sorter.go", Test: "TestRunsAreInTheOrderOfFingerprintsAndParents",
	Old: "return cmp.Or(cmp.Compare(x.p.lo, y.p.lo), cmp.Compare(x.parent.hi, y.parent.hi), cmp.Compare(x.parent.lo, y.parent.lo))", New: "return cmp.Or(cmp.Compare(x.p.lo, y.p.lo), cmp.Compare(y.parent.hi, x.parent.hi))",
	Does: "of several parents the one with the greatest fingerprint is kept within a run",
}, {
	Name: "task-cache-outlives-it", File: "explore/diskexpand.go", Test: tasksTest, Draw: 60,
	Old: "\tclear(w.known[:n])\n", New: "",
	Does: "a worker remembers successors of the tasks that it did before",
}, {
	Name: "task-sorter-outlives-it", File: "explore/diskexpand.go", Test: "TestNothingOfAnEndedTaskIsLeft",
	Old: "\tclear(w.known[:n])\n\tw.sorter.empty()\n", New: "\tclear(w.known[:n])\n",
	Does: "what a task leaves in the sorter when it ends half-way goes into the run of the next one",
}, {
	Name: "gathered-outlives-its-task", File: "explore/diskexpand.go", Test: "TestNothingOfAnEndedTaskIsLeft",
	Old: "\tw.sorter.empty()\n\tw.forget()\n", New: "\tw.sorter.empty()\n",
	Does: "successors that a task has not looked up when it ends half-way go into the run of the next one",
}, {
	Name: "gathered-not-looked-up", File: "explore/diskexpand.go", Test: storesTest, Draw: 60,
	Old: "\tj.lookUp()\n\tif !in.done() {", New: "\tif !in.done() {",
	Does: "the successors of the last states of a partition are lost",
}, {
	Name: "small-state-of-its-neighbour", File: "explore/exact.go", Test: "TestMinitcpLosesSyncInTenSteps",
	Old: "= c.states[i]\n\t\t}\n\t\tid++", New: "= c.states[max(i, 1)-1]\n\t\t}\n\t\tid++",
	Does: "with several workers the state of the candidate before is stored",
}, {
	Name: "task-names-shared", File: "explore/tasks.go", Test: tasksTest, Draw: 60,
	Old: "\tattempt := newAttempt()\n", New: "\tattempt := \"0\"\n",
	Does: "all attempts of a task write the same file",
}, {
	Name: "task-caches-what-it-found", File: "explore/diskexpand.go", Test: tasksTest, Draw: 60,
	Old: "\t\tcase !j.seen.has(p):\n", New: "\t\tcase !j.seen.has(p):\n\t\t\tj.seen.add(p)\n",
	Does: "the cache of a process holds successors of attempts that may not count",
}, {
	Name: "task-of-another-step", File: "explore/tasks.go", Test: "TestTasksOfAnotherStepOrSearchAreRefused", Ends: panics,
	Old: "t.Generation == m.Disk.Generation && t.Step == m.Disk.Step", New: "t.Generation == m.Disk.Generation",
	Does: "a task of a step that is over is carried out",
}, {
	Name: "task-of-another-search", File: "explore/tasks.go", Test: "TestTasksOfAnotherStepOrSearchAreRefused",
	Old: "\t\tm, _, err := readManifest(ctx, r.files, r.o.identity())", New: "\t\tm, _, err := loadManifest(ctx, r.files)",
	Does: "a worker carries out tasks of another search",
}, {
	Name: "driver-unfenced", File: "explore/storagedir.go", Test: "TestOldDriverIsFenced",
	Old: "case now != version:", New: "case version == \"\" && now != version:",
	Does: "a driver that another one has replaced commits all the same",
}, {
	Name: "section-unchecked", File: "explore/diskfile.go", Test: "TestDamagedRunFileIsNamed",
	Old: "in.left == 0 && in.crc != in.want {", New: "in.left == 0 && in.crc != in.want && in.want == 1 {",
	Does: "the checksum of a file is not compared",
}, {
	Name: "index-unchecked", File: "explore/runfile.go", Test: "TestDamagedRunFileIsNamed",
	Old: "if rowChecksum(f.Name, entries) != seal {", New: "if rowChecksum(f.Name, entries) != seal && seal == 1 {",
	Does: "the checksum of the index of a run file is not compared",
}, {
	Name: "file-size-unchecked", File: "explore/diskfile.go", Test: "TestDamagedRunFileIsNamed",
	Old: "case f.Size() != size:", New: "case f.Size() < 0:",
	Does: "the size of a file is not compared",
}, {
	Name: "level-list-forgotten", File: "explore/diskcommit.go", Test: "TestBoundsLeaveNoTraceInAKeptSearch",
	Old: "\t\tfor _, f := range prints {\n", New: "\t\tfor _, f := range prints[:1] {\n",
	Does: "a search that is resumed removes fingerprints of its levels",
}, {
	Name: "level-list-of-another", File: "explore/disklevel.go", Test: storesTest, Draw: 60,
	Old: "openFile(ctx, files, s.Earlier[level])", New: "openFile(ctx, files, s.Earlier[0])",
	Does: "the fingerprints of every earlier level are looked up in the files of the first",
}, {
	Name: "half-a-fingerprint", File: "explore/prints.go", Test: storesTest, Draw: 60,
	Old: "return at, at < len(t.hi) && t.hi[at] == p.hi && t.lo[at] == p.lo", New: "return at, at < len(t.hi) && t.hi[at] == p.hi",
	Does: "half of a fingerprint decides whether two states are one",
}, {
	Name: "fingerprint-of-one-kind", File: "explore/compact.go", Test: storesTest, Draw: 60, Ends: panics,
	Old: "func (e *compact[S]) parentRef(_ uint32, x *S) uint32 { return e.hash.sum(x).tag() }", New: "func (e *compact[S]) parentRef(id uint32, x *S) uint32 { return id }",
	Does: "the compact store names a parent by its number, and looks for it by its fingerprint",
}, {
	Name: "disk-forgets-visited", File: "explore/diskvisited.go", Test: storesTest, Draw: 60,
	Old: "seen = seen || !f.end && f.p == p", New: "seen = seen && !f.end && f.p == p",
	Does: "a search on disk takes what was visited for new",
}, {
	Name: "disk-reads-one-file", File: "explore/diskvisited.go", Test: tasksTest, Draw: 60,
	Old: "seen = seen || !f.end && f.p == p", New: "seen = !f.end && f.p == p",
	Does: "a search on disk looks for what was visited in the last file only",
}, {
	Name: "disk-merges-unsorted", File: "explore/diskmerge.go", Test: tasksTest, Draw: 60,
	Old: "return x.p.less(y.p) || x.p == y.p && x.parent.less(y.parent)", New: "return x.parent.less(y.parent)",
	Does: "runs of successors are merged by their parents",
}, {
	Name: "disk-keeps-doubles", File: "explore/diskmerge.go", Test: storesTest, Draw: 60,
	Old: "\t\tif r.p != last {\n", New: "\t\tif r.p != last || r.parent != (print{}) {\n",
	Does: "a successor that two runs have is taken twice",
	Open: "it may be equivalent, since a double is dropped later; not examined",
}, {
	Name: "journal-names-no-parent", File: "explore/journal.go", Test: resumeTest, Draw: 60, Ends: panics,
	Old: "binary.LittleEndian.AppendUint32(j.buf[:0], parent)", New: "binary.LittleEndian.AppendUint32(j.buf[:0], 0)",
	Does: "the journal forgets the parents",
}, {
	Name: "journal-unchecked", File: "explore/journal.go", Test: "TestDamagedDirectoryIsRefused",
	Old: "err != io.EOF || j.crc != m.Log.CRC", New: "err != io.EOF",
	Does: "the checksum of the journal is not compared",
}, {
	Name: "journal-skips-a-level", File: "explore/journal.go", Test: resumeTest, Draw: 60,
	Old: "for _, n := range m.Levels[:len(m.Levels)-1] {\n\t\ts.levels = append(s.levels, s.next)\n\t\ts.next += uint32(n)\n\t}", New: "for _, n := range m.Levels[:len(m.Levels)-1] {\n\t\ts.levels = append(s.levels, s.next)\n\t\ts.next += uint32(n)\n\t}\n\ts.next = uint32(m.Distinct)",
	Does: "a resumed search takes the last level for expanded",
}, {
	Name: "manifest-forgets-counts", File: "explore/manifest.go", Test: resumeTest, Draw: 60,
	Old: "c.generated, c.terminals, c.loops, c.cuts, c.ends = m.Generated, m.Terminals, m.Loops, m.Cuts, m.Ends", New: "c.generated, c.terminals, c.loops, c.ends = m.Generated, m.Terminals, m.Loops, m.Ends",
	Does: "a resumed search forgets what was cut off before",
}, {
	Name: "manifest-forgets-violation", File: "explore/manifest.go", Test: resumeTest, Draw: 60,
	Old: "\t\tlist[i].id = f.ID\n", New: "",
	Does: "a resumed search forgets a violation that was found before",
}, {
	Name: "manifest-unchecked", File: "explore/manifest.go", Test: "TestDamagedDirectoryIsRefused",
	Old: "crc32.Checksum(text.Bytes(), castagnoli) != seal.CRC", New: "seal.CRC == 1",
	Does: "the checksum of the manifest is not compared",
}, {
	Name: "resumes-another-search", File: "explore/manifest.go", Test: "TestDirectoryOfAnotherSearchIsRefusedWithTheDifference",
	Old: "if slices.Equal(stored, asked) {", New: "if true {",
	Does: "a directory that holds another search is resumed",
}, {
	Name: "resumes-another-question", File: "explore/manifest.go", Test: "TestDirectoryOfAnotherSearchIsRefusedWithTheDifference",
	Old: "\t\tlines = append(lines, \"always: \"+p.Name)\n", New: "\t\t_ = p.Name\n",
	Does: "a search is resumed with other invariants",
}, {
	Name: "memory-ends-in-silence", File: "explore/expand.go", Test: "TestNoStateIsLostWhereMemoryEnds",
	Old: "\tif !done {\n\t\treturn ReasonMemory\n\t}\n", New: "\t_ = done\n",
	Does: "states for which there is no memory are lost, and nothing is said",
}}
