package main

const (
	bisimulations = "TestReductionsAreBisimulations"
	expandTest    = "TestExpandIsEveryStep"
	local         = "netfake/reduce_endpoint.go"
	refine        = "netfake/internal/equivalence/refine.go"
	messages      = "netfake/reduce_messages.go"
)

// forgottenKey is a mutant in which what two segments do to an endpoint is compared without one thing. Some of these
// things follow from others that are in the key: no run could show that they are forgotten, but a look at the key does.
func forgottenKey(name, change, does string) Mutant {
	return Mutant{Name: "key-forgets-" + name, File: local, Test: "TestEffectsHoldWhatObserversSee", Draw: 100,
		Old: "\t\te := effect{to: to, view: h.view}\n", New: "\t\te := effect{to: to, view: h.view}\n\t\t" + change + "\n",
		Does: "two segments count as alike although " + does}
}

// reductions are mutants of what the reductions take for the same.
var reductions = []Mutant{
	forgottenKey("where-it-leads", "e.to = i", "they lead an endpoint to two states"),
	forgottenKey("who-sent-it", "e.view.from = 0", "two incarnations sent them"),
	forgottenKey("whom-it-was-for", "e.view.meant = 0", "they were sent to two incarnations"),
	forgottenKey("control-bits", "e.view.control = 0", "one of them is a RST or a SYN, and a fault depends on that"),
	forgottenKey("signals", "e.view.signals = 0", "the user is told something else"),
	forgottenKey("acks", "e.view.acked = false", "one of them moves SND.UNA, and one does not"),
	forgottenKey("octets", "e.view.taken = view{}.taken", "other octets are taken"),
	forgottenKey("event", "e.view.event = 0", "it is another kind of event"),
	forgottenKey("state-before", "e.view.was = 0", "they arrive in two states"),
	forgottenKey("state-after", "e.view.is = 0", "the model goes to two states"),
	forgottenKey("own-incarnation", "e.view.mine = 0", "two incarnations get them"),
	forgottenKey("peer", "e.view.peer = 0", "they arrive at an endpoint that is connected with two incarnations"),
	forgottenKey("sent", "e.view.sent = 0", "the user has sent other numbers of octets"),
	forgottenKey("got", "e.view.got = 0", "other numbers of octets had been accepted"),
	forgottenKey("earlier-peers", "e.view.had = 0", "earlier incarnations had octets from other peers"),
	{
		Name: "key-forgets-cut", File: local, Test: "TestCutOffIsLikeNoOther",
		Old: "\t\t\te.cut = c\n", New: "\t\t\te.cut = 0\n",
		Does: "two segments count as alike although each runs into a bound of its own",
	}, {
		Name: "key-forgets-label", File: local, Test: "TestNoReductionHidesAClass", Pkg: "internal/study",
		Old: "e.label = ls.label(&h)", New: "e.label = 0 * ls.label(&h)",
		Does: "two segments count as alike although a survey would name their steps otherwise",
	}, {
		Name: "key-forgets-view", File: local, Test: "TestHunt", Pkg: "internal/hunt",
		Old: "e := effect{to: to, view: h.view}", New: "e := effect{to: to}",
		Does: "two segments count as alike although observers see something else, and only the hunt is asked",
	}, {
		Name: "seen-alone-without-peers", File: local, Test: "TestUnobservedKeepsTheRest",
		Old: "c.taken, c.crashes = 0, c.crashes&15", New: "c.taken, c.crashes, c.had = 0, c.crashes&15, 0",
		Does: "an endpoint seen alone forgets from whom its earlier incarnations had octets",
	}, {
		Name: "seen-alone-without-counts", File: local, Test: "TestUnobservedKeepsTheRest",
		Old: "c.taken, c.crashes = 0, c.crashes&15", New: "c.taken, c.crashes, c.counts = 0, c.crashes&15, 0",
		Does: "an endpoint seen alone forgets how many octets it has sent and accepted",
	}, {
		Name: "known-without-ghosts", File: local, Test: "TestSegmentsAreKnownByTheirContent",
		Old: "c &^= ageMask\n", New: "c &^= ageMask | ghostMask\n",
		Does: "segments of two incarnations are the same one for an endpoint seen alone",
	}, {
		Name: "known-without-window", File: local, Test: "TestSegmentsAreKnownByTheirContent",
		Old: "c &^= ageMask\n", New: "c &^= ageMask | 255<<codeWnd\n",
		Does: "segments with two windows are the same one for an endpoint seen alone",
	}, {
		Name: "key-forgets-answers", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "key = append(key, byte(len(sent)))\n", New: "sent = sent[:0]\n\t\t\t\tkey = append(key, byte(len(sent)))\n",
		Does: "two segments count as alike although they draw other answers",
	}, {
		Name: "key-forgets-later-states", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "for _, to := range n.Next {\n\t\t\t\tadd(to)\n\t\t\t}", New: "_ = n.Next",
		Does: "two segments count as alike although users and timers may bring about a state in which they differ",
	}, {
		Name: "key-forgets-other-arrivals", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "\t\t\t\t\tadd(o.To)\n", New: "\t\t\t\t\t_ = o.To\n",
		Does: "two segments count as alike although another segment may bring about a state in which they differ",
	}, {
		Name: "key-forgets-ticks", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "\t\tfor _, i := range last {\n\t\t\tadd(e.States[i].Tick)\n\t\t}\n", New: "\t\t_ = last\n",
		Does: "two segments count as alike although they differ a tick later",
	}, {
		Name: "dead-too-early", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "none = none && o.Effect == NoEffect", New: "none = none && i >= 0",
		Does: "a segment counts as dead whatever it does, as long as it draws no answer",
	}, {
		Name: "dead-though-answered", File: refine, Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "if class[k] != 0 || !silent {", New: "if class[k] != 0 {",
		Does: "a segment counts as dead although it draws an answer",
	}, {
		Name: "dead-in-a-bag", File: "netfake/reduce.go", Test: bisimulations, Draw: 100,
		Old: "\t\tr &^= DeadMessages //", New: "\t\tr &^= 0 //",
		Does: "dead segments are dropped from a bag, where delivering one is a step",
	}, {
		Name: "reduced-with-a-clock", File: "netfake/reduce.go", Test: "TestReductionsAreLeftOut",
		Old: "if r == 0 || sys.clockMatters() {", New: "if r == 0 {",
		Does: "segments are reduced where a clock is read",
	}, {
		Name: "outlived-by-a-shorter-life", File: messages, Test: bisimulations, Draw: 100,
		Old: "for age := 0; age <= oldest; age++ {", New: "for age := oldest; age >= 0; age-- {",
		Does: "a segment is dropped for one that does the same and dies sooner",
	}, {
		Name: "put-keeps-the-outlived", File: messages, Test: expandTest, Draw: 300,
		Old: "\t\t\tn = removeFrom(wire, i, n) // it is outlived\n\t\t\ti--\n", New: "\t\t\t_ = r\n",
		Does: "a segment that is sent takes the place of no older one that does the same",
	}, {
		Name: "ages-alike-only-with-moves", File: "netfake/memory.go", Test: "TestTheorems", Pkg: "properties",
		Old: "at != from.at || a.Kind == Tick:", New: "at != from.at:",
		Does: "segments are not compared again after a tick that leaves both endpoints where they are",
	}, {
		Name: "levels-turned", File: "netfake/internal/equivalence/quotient.go", Test: bisimulations, Pkg: "netfake", Draw: 100,
		Old: "return q.life - age", New: "return age",
		Does: "the ticks that a segment has left are taken for those that it has lived",
	}, {
		Name: "mirror-of-unlike-hosts", File: "netfake/reduce_symmetry.go", Test: "TestReductionsAreLeftOut",
		Old: "!reflect.DeepEqual(a, b) || mirror(init) != init", New: "!reflect.DeepEqual(a, a) || mirror(init) != init",
		Does: "A and B change places although their hosts differ",
	}, {
		Name: "mirror-of-unlike-attackers", File: "netfake/reduce_symmetry.go", Test: "TestAnAttackerOfOneSideBreaksTheMirror",
		Old: "return slices.Equal(there, here)", New: "return len(there) == len(here)",
		Does: "A and B change places although the attacker attacks only one of them",
	}, {
		Name: "mirror-forgets-opener", File: "netfake/reduce_symmetry.go", Test: "TestReductionsAreBisimulationsOfWholeSpaces", Ends: panics,
		Old: "model.State(p.state) >= model.Established", New: "model.State(p.state) >= model.SynReceived",
		Does: "a mirror forgets who opened where SYN-RECEIVED still reads it",
	}, {
		Name: "mirror-keeps-the-wire", File: "netfake/reduce_symmetry.go", Test: bisimulations, Draw: 100,
		Old: "func (c code) mirrored() code { return c ^ 1<<codeDst }", New: "func (c code) mirrored() code { return c }",
		Does: "the endpoints change places, and the segments go on to where they went",
	}, {
		Name: "memory-forgets-clock", File: "netfake/memory.go", Test: expandTest, Draw: 300,
		Old: "choice: a.Choice, clock: t.clock}", New: "choice: a.Choice}",
		Does: "what an endpoint did at one time is taken for what it does at another",
	}, {
		Name: "memory-forgets-choice", File: "netfake/memory.go", Test: expandTest, Draw: 300,
		Old: "kind: a.Kind, choice: a.Choice, clock", New: "kind: a.Kind, clock",
		Does: "a call with one initial sequence number is taken for that with another",
	}, {
		Name: "memory-sees-nothing", File: "netfake/memory.go", Test: expandTest, Draw: 300,
		Old: "v.view, v.seen = h.view, h.view != view{}", New: "v.view, v.seen = h.view, false",
		Does: "a remembered step records no fault",
	}, {
		Name: "memory-keeps-lost-segment", File: "netfake/memory.go", Test: expandTest, Draw: 300,
		Old: "\tcase Lose:\n\t\tremoveFrom(&t.wire, int(a.Index), n)\n", New: "\tcase Lose:\n",
		Does: "a segment that is lost stays in the network",
	},
}
