package main

const wireFile = "netfake/wire.go"

// wire are mutants of what the network does, and of time.
var wire = []Mutant{{
	Name: "set-keeps-old-age", File: wireFile, Test: "TestSendingAgainMakesYoungAgain",
	Old: "if wire[i].age() > c.age() {", New: "if wire[i].age() > 15 {",
	Does: "sending the same segment again does not make it young again",
}, {
	Name: "set-holds-doubles", File: wireFile, Test: "TestSendingAgainMakesYoungAgain",
	Old: "wire[i]&^ageMask == c&^ageMask", New: "wire[i] == c",
	Does: "a set holds the same segment twice, in two ages",
}, {
	Name: "bag-joins-copies", File: wireFile, Test: "TestTwin", Draw: 100,
	Old: "if !sys.sc.Net.Bag {", New: "{",
	Does: "two copies of a segment in a bag become one",
}, {
	Name: "full-wire-forgets", File: wireFile, Test: "TestCutWire",
	Old: "w.Cut = CutWire\n", New: "w.Cut = NotCut\n",
	Does: "a segment that finds no room on the wire is lost, and nothing is said",
}, {
	Name: "numbers-wrap", File: wireFile, Test: "TestCutNumbersOfAnAnswer",
	Old: "\tif !ok {\n\t\tw.Cut = CutNumbers\n\t\treturn\n\t}\n", New: "\t_ = ok\n",
	Does: "a number out of range on the wire wraps, and nothing is said",
}, {
	Name: "state-numbers-wrap", File: "netfake/pack.go", Test: "TestCutNumbers",
	Old: "s.cut = CutNumbers", New: "s.cut = w.Cut",
	Does: "a number out of range in an endpoint wraps, and nothing is said",
}, {
	Name: "clock-runs-on", File: timers, Test: "TestCutClock",
	Old: "w.Cut = CutClock", New: "w.Cut = NotCut",
	Does: "a clock out of range goes on, and nothing is said",
}, {
	Name: "incarnations-run-on", File: step, Test: "TestCutIncarnations",
	Old: "\t\tw.Cut = CutIncarnations\n\t\treturn\n", New: "\t\treturn\n",
	Does: "an incarnation without a number of its own is not counted, and nothing is said",
}, {
	Name: "cut-state-steps", File: enabled, Test: "TestCutWire",
	Old: "if s.cut != NotCut {", New: "if s.cut > CutIncarnations {",
	Does: "something happens after a bound was hit",
}, {
	Name: "cut-step-is-taken", File: step, Test: "TestCutWire",
	Old: "if after.cut == NotCut {", New: "if after.cut != CutNumbers {",
	Does: "a step that runs into a bound is taken",
}, {
	Name: "unsorted", File: wireFile, Test: "TestIndependentStepsCommute",
	Old: "return a > b", New: "return false",
	Does: "the order of sending shows in the state where it should not",
}, {
	Name: "sorted-in-order", File: wireFile, Test: "TestReorderingIsOnOrOff",
	Old: "return a.dst() > b.dst()", New: "return a > b",
	Does: "a wire that keeps order sorts its segments",
}, {
	Name: "remove-leaves-a-tail", File: wireFile, Test: "TestLossHasABudget",
	Old: "\twire[n] = 0\n", New: "",
	Does: "a segment that is removed leaves a copy at the end of the wire",
}, {
	Name: "lives-a-tick-longer", File: timers, Test: "TestDelayEndsWithMSL",
	Old: "c.age() < sys.sc.Net.MSL", New: "c.age() <= sys.sc.Net.MSL",
	Does: "a segment can be delivered one tick too late",
}, {
	Name: "dies-a-tick-early", File: timers, Test: "TestDelayEndsWithMSL",
	Old: "c.age() < sys.sc.Net.MSL", New: "c.age() < sys.sc.Net.MSL-1",
	Does: "a segment is gone one tick too early",
}, {
	Name: "ageless", File: timers, Test: "TestDelayEndsWithMSL",
	Old: "c += oneTick", New: "c += 0",
	Does: "segments do not grow older",
}, {
	Name: "timer-stands-still", File: timers, Test: "TestTimeWaitLastsAtLeastAsLongAsItSays",
	Old: "p.Timer--", New: "p.Timer -= 0",
	Does: "timers do not run",
}, {
	Name: "text-does-not-age", File: timers, Test: "TestTwin", Draw: 100,
	Old: "\t\t\tp.Age++\n", New: "\t\t\tp.Age += 0\n",
	Does: "unacknowledged text does not grow older",
}, {
	Name: "fin-does-not-age", File: timers, Test: "TestFinIsNotSentAgainAfterR",
	Old: "\t\t\tp.FinAge++\n", New: "\t\t\tp.FinAge += 0\n",
	Does: "an unacknowledged FIN does not grow older",
}, {
	Name: "age-outlives-ack", File: timers, Test: "TestFinIsNotSentAgainAfterR",
	Old: "!textUnacked(&p.TCB) || p.TCB.Snd.Una != before.Snd.Una || p", New: "!textUnacked(&p.TCB) || p",
	Does: "the age of unacknowledged text does not start anew when SND.UNA moves",
}, {
	Name: "fin-age-outlives-ack", File: timers, Test: "TestTimeGoesOnWhenAFinIsAcknowledged",
	Old: "if !finUnacked(&p.TCB) || out.Answered {", New: "if out.Answered {",
	Does: "the age of a FIN is kept when it is acknowledged",
}, {
	Name: "time-passes-R", File: enabled, Test: "TestGivingUp",
	Old: "r > 0 && int(max(w.Peer[i].Age, w.Peer[i].FinAge)) >= r", New: "r > 0 && int(max(w.Peer[i].Age, w.Peer[i].FinAge)) > r",
	Does: "a tick passes while an endpoint that is R ticks old has not given up",
}, {
	Name: "time-passes-R-of-fin", File: enabled, Test: "TestFinIsNotSentAgainAfterR",
	Old: "r > 0 && int(max(w.Peer[i].Age, w.Peer[i].FinAge)) >= r", New: "r > 0 && int(w.Peer[i].Age) >= r",
	Does: "a tick passes while an endpoint whose FIN is R ticks old has not given up",
}, {
	Name: "answer-unheard", File: timers, Test: "TestAPeerThatAnswersIsNotGivenUp",
	Old: "p.TCB.Iss != before.Iss || out.Answered {", New: "p.TCB.Iss != before.Iss {",
	Does: "an answer of a peer whose window is shut does not clear the age of what waits",
}, {
	Name: "answer-ages", File: timers, Test: "TestAPeerThatAnswersIsNotGivenUp",
	Old: "h.GiveUp > 0 && !p.Answered {", New: "h.GiveUp > 0 {",
	Does: "what waits grows older although the peer has answered the last probe",
}, {
	Name: "answer-for-ever", File: timers, Test: "TestAPeerThatAnswersIsNotGivenUp",
	Old: "case !p.TCB.Unacked() || out.WantsAck():\n", New: "case !p.TCB.Unacked():\n",
	Does: "an answer counts although something was sent again since",
}, {
	Name: "first-ack-may-be-lost", File: enabled, Test: "TestFirstAckOfAFinArrives",
	Old: "int(w.Peer[i].FinAckAge) >= sys.sc.Net.MSL", New: "int(w.Peer[i].FinAckAge) > sys.sc.Net.MSL",
	Does: "a tick passes that loses the first ACK of a FIN where it should arrive",
}, {
	Name: "first-ack-always", File: "netfake/view.go", Test: "TestFirstAckOfAFinArrives",
	Old: "sys.sc.Net.FirstAck && finUnacked(&q.TCB)", New: "finUnacked(&q.TCB)",
	Does: "the ticks since the first ACK of a FIN are counted where nobody asks",
}, {
	Name: "first-ack-of-anything", File: "netfake/view.go", Test: "TestOnlyTheAckOfTheFinArrives",
	Old: "h.Flags&model.FIN != 0 && sys.sc.Net.FirstAck", New: "sys.sc.Net.FirstAck",
	Does: "the first ACK of text counts as one of the FIN",
}, {
	Name: "first-ack-of-anyone", File: "netfake/view.go", Test: "TestOnlyTheAckOfTheFinArrives",
	Old: "\t\tif inc != q.Inc {\n\t\t\tcontinue\n\t\t}\n\t\tq.Taken += uint8(h.Len)\n", New: "\t\tif inc == q.Inc {\n\t\t\tq.Taken += uint8(h.Len)\n\t\t}\n",
	Does: "the first ACK of an old FIN counts as one of the present FIN",
}, {
	Name: "heard-for-ever", File: timers, Test: "TestFirstAckOfAFinArrives",
	Old: "\tif !finUnacked(&p.TCB) {\n\t\tp.FinAckAge = 0\n\t}\n", New: "",
	Does: "time stands still although the first ACK of the FIN has arrived",
}, {
	Name: "endless-world", File: enabled, Test: "TestTheWorldEndsAfterTicks",
	Old: "w.Clock >= sys.sc.Net.Ticks", New: "w.Clock > sys.sc.Net.Ticks",
	Does: "one tick more passes than the scenario says",
}, {
	Name: "tick-loses", File: enabled, Test: "TestTimeWaitsForAWireThatMayNotLose",
	Old: "if c.age() >= sys.sc.Net.MSL-1 {", New: "if c.age() >= sys.sc.Net.MSL {",
	Does: "a tick loses a segment on a wire that may not lose",
}, {
	Name: "loss-is-free", File: step, Test: "TestLossHasABudget",
	Old: "w.Losses = spend(w.Losses)", New: "w.Losses = spend(w.Losses + 1)",
	Does: "a loss does not count against the budget",
}, {
	Name: "lossless", File: enabled, Test: "TestLossHasABudget",
	Old: "(net.Losses == Unlimited || w.Losses > 0)", New: "net.Losses == Unlimited",
	Does: "a wire with a budget loses nothing",
}, {
	Name: "duplicates-are-free", File: step, Test: "TestDuplicationHasABudget",
	Old: "w.Dups = spend(w.Dups)", New: "w.Dups = spend(w.Dups + 1)",
	Does: "a duplicate does not count against the budget",
}, {
	Name: "no-duplicates", File: enabled, Test: "TestDuplicationHasABudget",
	Old: "(net.Dups == Unlimited || w.Dups > 0)", New: "net.Dups == Unlimited",
	Does: "a wire with a budget duplicates nothing",
}, {
	Name: "delivery-keeps", File: step, Test: "TestDuplicationHasABudget",
	Old: "\t\tcase Deliver:\n\t\t\tw.remove(int(a.Index))\n", New: "",
	Does: "a bag delivers the same copy again and again",
}, {
	Name: "loss-keeps", File: step, Test: "TestLossHasABudget",
	Old: "\t\t\tw.remove(int(a.Index))\n\t\t\tw.Losses", New: "\t\t\tw.Losses",
	Does: "what is lost is still on the wire",
}, {
	Name: "overtakes", File: enabled, Test: "TestReorderingIsOnOrOff",
	Old: "if net.InOrder && seen[c.dst()] {", New: "if net.InOrder && seen[c.dst()] && false {",
	Does: "a segment overtakes another on a wire that keeps order",
}, {
	Name: "one-queue", File: enabled, Test: "TestReorderingIsOnOrOff",
	Old: "seen[c.dst()] = true", New: "seen = [2]bool{true, true}",
	Does: "a wire that keeps order has one queue for both directions",
}, {
	Name: "attacker-is-silent", File: enabled, Test: "TestAttackerSendsAtAnyTimeAndAgain",
	Old: "for i, c := range sys.attacks {", New: "for i, c := range sys.attacks[:0] {",
	Does: "the attacker sends nothing",
}, {
	Name: "old-segments-are-lost", File: system, Test: "TestStaleSegments",
	Old: "sys.put(&w, old(p))", New: "_ = old(p)",
	Does: "the old segments of the scenario are not on the wire",
}, {
	Name: "old-numbers-unused", File: system, Test: "TestStaleSegments",
	Old: "\tsys.raiseUsed(&w)\n", New: "",
	Does: "a fresh number may be one that an old segment bears",
}, {
	Name: "old-acks-unused", File: system, Test: "TestStaleSegments",
	Old: "you.ISNFloor = you.ISNFloor.Max(p.Seg.Ack)", New: "you.ISNFloor = you.ISNFloor.Max(you.ISNFloor)",
	Does: "a fresh number may be one that an old segment acknowledges",
}, {
	Name: "clock-not-kept", File: timers, Test: "TestCutClock",
	Old: "if sys.sc.Peer[i].Isn.Policy == Clock || ", New: "if ",
	Does: "the clock is not kept where the generator of initial numbers reads it",
}, {
	Name: "clock-not-kept-for-stamps", File: timers, Test: "TestGrainOfTheTimestampClock",
	Old: "sys.sc.Peer[i].Isn.Policy == Clock || sys.sc.Peer[i].TCP.Timestamps", New: "sys.sc.Peer[i].Isn.Policy == Clock",
	Does: "the clock is not kept where timestamps read it",
}}
