package main

const (
	system  = "netfake/system.go"
	step    = "netfake/step.go"
	enabled = "netfake/enabled.go"
	timers  = "netfake/timers.go"
)

// users are mutants of what users and timers may do, and of what it does.
var users = []Mutant{{
	Name: "opens-without-end", File: step, Test: "TestOpensAreCounted",
	Old: "p.Actives--\n", New: "p.Actives -= 0\n",
	Does: "an active OPEN does not count against how many there may be",
}, {
	Name: "opens-in-quiet-time", File: enabled, Test: "TestQuietTimeAfterACrash",
	Old: "mayOpen := !(s == model.Closed && p.Timer > 0) && (", New: "mayOpen := (",
	Does: "a user opens in the quiet time after a crash",
}, {
	Name: "rude-user", File: enabled, Test: "TestPoliteUserOpensAgainAfterANormalClose",
	Old: " && (p.LastCloseNormal || !h.User.ReopenOnlyAfterNormalClose)", New: "",
	Does: "a polite user opens again however the last connection ended",
}, {
	Name: "impolite-by-default", File: enabled, Test: "TestPoliteUserOpensAgainAfterANormalClose",
	Old: "(p.LastCloseNormal || !h.User.ReopenOnlyAfterNormalClose)", New: "p.LastCloseNormal",
	Does: "every user opens again only after a normal close",
}, {
	Name: "takes-over-young-wait", File: enabled, Test: "TestReuseTakesTimeWaitOver",
	Old: " && int(p.Timer) <= max(h.TimeWait-h.Reuse.After, 0)+h.lateness()", New: "",
	Does: "an active OPEN takes TIME-WAIT over before it is old enough",
}, {
	Name: "takes-over-unasked", File: enabled, Test: "TestTimeWaitIsNotTakenOver",
	Old: "s == model.TimeWait && h.Reuse.On && ", New: "s == model.TimeWait && ",
	Does: "an active OPEN takes TIME-WAIT over where the host does not do that",
}, {
	Name: "one-initial-number", File: enabled, Test: "TestArbitraryNumbersAreAllTried",
	Old: "for k := range sys.isnChoices(me) {", New: "for k := range 1 {",
	Does: "an active OPEN draws only the first of the arbitrary numbers",
}, {
	Name: "one-number-in-answer", File: enabled, Test: "TestArbitraryNumbersAreAllTried",
	Old: "c.is(model.SYN) && (t == model.Listen || t == model.TimeWait)", New: "c.is(model.SYN) && t == model.TimeWait",
	Does: "a listener draws only the first of the arbitrary numbers",
}, {
	Name: "one-number-in-reopening", File: enabled, Test: "TestReopeningDrawsEveryNumber",
	Old: "c.is(model.SYN) && (t == model.Listen || t == model.TimeWait)", New: "c.is(model.SYN) && t == model.Listen",
	Does: "an endpoint that reopens from TIME-WAIT draws only the first of the arbitrary numbers",
}, {
	Name: "talks-in-every-incarnation", File: enabled, Test: "TestTalksOnlyInFirstIncarnations",
	Old: "h.User.ActiveIncarnations == 0 || int(p.Inc) <= h.User.ActiveIncarnations", New: "true",
	Does: "a user sends and closes in every incarnation",
}, {
	Name: "talks-once-more", File: enabled, Test: "TestTalksOnlyInFirstIncarnations",
	Old: "int(p.Inc) <= h.User.ActiveIncarnations", New: "int(p.Inc) <= h.User.ActiveIncarnations+1",
	Does: "a user sends and closes in one incarnation more than it should",
}, {
	Name: "one-octet-more", File: enabled, Test: "TestTwin", Draw: 100,
	Old: "int(p.Sent) < h.User.Octets", New: "int(p.Sent) <= h.User.Octets",
	Does: "a user sends one octet more than it should",
}, {
	Name: "send-is-free", File: step, Test: "TestTwin", Draw: 100,
	Old: "w.Peer[me].Sent++", New: "w.Peer[me].Sent += 0",
	Does: "a SEND does not count against the octets of the user",
}, {
	Name: "no-text-on-syn", File: step, Test: "TestTalksOnlyInFirstIncarnations",
	Old: "min(h.User.Octets, 1)", New: "min(h.User.Octets, 0)",
	Does: "no text is ever on a SYN",
}, {
	Name: "closes-unasked", File: enabled, Test: "TestTwin", Draw: 100,
	Old: "h.User.Close && s.Synchronized()", New: "s.Synchronized()",
	Does: "a user closes that should not",
}, {
	Name: "closes-early", File: enabled, Test: "TestEarlyUserClosesBeforeTheConnectionIsOpen",
	Old: "h.User.CloseBeforeEstablished && s != model.Closed", New: "h.User.Close && s != model.Closed",
	Does: "a user closes before the connection is synchronized that should not",
}, {
	Name: "closes-first", File: enabled, Test: "TestSecondClosesSecond",
	Old: "mayClose = mayClose && !(h.User.ClosesSecond && s != model.CloseWait)\n", New: "",
	Does: "a user that should close second closes at any time",
}, {
	Name: "aborts-unasked", File: enabled, Test: "TestTwin", Draw: 100,
	Old: "h.User.Abort && s != model.Closed", New: "s != model.Closed",
	Does: "a user aborts that should not",
}, {
	Name: "crash-is-free", File: step, Test: "TestQuietTimeAfterACrash",
	Old: "p.Crashes--\n", New: "p.Crashes -= 0\n",
	Does: "a host crashes as often as it likes",
}, {
	Name: "crash-keeps-memory", File: step, Test: "TestQuietTimeAfterACrash",
	Old: "p.Crashes--\n\t\tp.TCB = model.TCB{}\n", New: "p.Crashes--\n",
	Does: "a host that crashes keeps its connection",
}, {
	Name: "no-quiet-time", File: step, Test: "TestQuietTimeAfterACrash",
	Old: "sys.settle(w, me, model.Established, sys.sc.Peer[me].QuietTime)", New: "sys.settle(w, me, model.Established, 0)",
	Does: "a host is not quiet after a crash",
}, {
	Name: "answers-in-quiet-time", File: step, Test: "TestQuietTimeAfterACrash",
	Old: "q.State() == model.Closed && q.Timer > 0 {", New: "q.State() > model.TimeWait {",
	Does: "a host answers segments in its quiet time",
}, {
	Name: "no-rest", File: timers, Test: "TestRestAfterAConnection",
	Old: "p.Timer = max(p.Timer, uint8(sys.sc.Peer[me].ReopenDelay))", New: "p.Timer = max(p.Timer, 0)",
	Does: "a host does not rest after a connection",
}, {
	Name: "listener-stays", File: timers, Test: "TestListenerIsClosedAfterSoManySyns",
	Old: "s == model.Listen && before != model.Closed && p.Accepts == 0", New: "false",
	Does: "a listener is never closed",
}, {
	Name: "listener-counts-nothing", File: step, Test: "TestListenerIsClosedAfterSoManySyns",
	Old: "p.Accepts = uint8(spend(int(p.Accepts)))", New: "p.Accepts += 0",
	Does: "a listener does not count the SYNs that it answers",
}, {
	Name: "clean-after-reset", File: step, Test: "TestPoliteUserOpensAgainAfterANormalClose",
	Old: "after.State == model.Closed && endedNormally(&before, e.Kind, &out)", New: "after.State == model.Closed",
	Does: "a connection that was aborted counts as closed normally",
}, {
	Name: "sends-again-without-need", File: enabled, Test: "TestTwin", Draw: 100,
	Old: "return pending(p) && h.mayRetransmit(p) && due || ", New: "return h.mayRetransmit(p) && due || ",
	Does: "the retransmission timer runs where nothing is unacknowledged",
}, {
	Name: "sends-again-too-long", File: enabled, Test: "TestGivingUp",
	Old: "h.GiveUp == 0 || int(max(p.Age, p.FinAge)) < h.GiveUp", New: "h.GiveUp == 0 || int(max(p.Age, p.FinAge)) <= h.GiveUp",
	Does: "what is unacknowledged is sent again at age R, too",
}, {
	Name: "text-hides-age-of-fin", File: enabled, Test: "TestFinIsNotSentAgainAfterR",
	Old: "h.GiveUp == 0 || int(max(p.Age, p.FinAge)) < h.GiveUp", New: "h.GiveUp == 0 || int(p.Age) < h.GiveUp",
	Does: "a FIN of age R is sent again behind younger text",
}, {
	Name: "impatient", File: enabled, Test: "TestPatience",
	Old: "h.mayResend(p) && sys.roomy(w)", New: "h.mayResend(p)",
	Does: "a patient timer fires while something is under way",
}, {
	Name: "no-keep-alive", File: enabled, Test: "TestKeepAliveProbesAnIdleConnection",
	Old: " || h.TCP.KeepAlive && p.TCB.Idle()", New: "",
	Does: "an idle connection is never probed",
}, {
	Name: "never-gives-up", File: enabled, Test: "TestGivingUp",
	Old: "h.User.UserTimeout || h.GiveUp > 0 && int(max(p.Age, p.FinAge)) >= h.GiveUp", New: "h.User.UserTimeout",
	Does: "the user timeout does not strike at age R",
}, {
	Name: "gives-up-idle", File: enabled, Test: "TestGivingUp",
	Old: "pending(p) && (h.User.UserTimeout ||", New: "(h.User.UserTimeout ||",
	Does: "a user gives up where nothing is unacknowledged",
}, {
	Name: "orphan-at-once", File: enabled, Test: "TestFinWait2IsGivenUp",
	Old: "h.FinWait2 > 0 && h.due(p)\n", New: "h.FinWait2 > 0\n",
	Does: "FIN-WAIT-2 is given up before its time is over",
}, {
	Name: "fin-wait-2-untimed", File: timers, Test: "TestFinWait2IsGivenUp",
	Old: "p.Timer = uint8(h.FinWait2 + h.lateness())", New: "p.Timer = uint8(h.lateness())",
	Does: "the timer of FIN-WAIT-2 does not start",
}, {
	Name: "wait-ends-at-once", File: enabled, Test: "TestTimeWaitLastsAtLeastAsLongAsItSays",
	Old: "(h.due(p) || !sys.timed())", New: "true",
	Does: "TIME-WAIT ends at any time",
}, {
	Name: "wait-one-tick-short", File: step, Test: "TestTimeWaitLastsAtLeastAsLongAsItSays",
	Old: "timer = sys.sc.Peer[me].TimeWait", New: "timer = sys.sc.Peer[me].TimeWait - 1",
	Does: "TIME-WAIT is one tick shorter than the host says",
}, {
	Name: "wait-not-renewed", File: step, Test: "TestTimeWaitLastsAtLeastAsLongAsItSays",
	Old: "out.Timer == model.StartTimer", New: "out.Timer == model.StartTimer && before.State != model.TimeWait",
	Does: "a FIN that comes again does not start TIME-WAIT anew",
}, {
	Name: "wait-forgets-its-age", File: step, Test: "TestTimeWaitKnowsItsAge",
	Old: "h.TimeWait+h.lateness()-int(p.Timer), 0)", New: "h.TimeWait-h.TimeWait, 0)",
	Does: "the model is not told how long TIME-WAIT has lasted",
}, {
	Name: "timers-never-overdue", File: timers, Test: "TestOtherTimersAreOnTime",
	Old: "if h.TimersWithin == 0 || p.Timer > 0 {", New: "if h.TimersWithin >= 0 || p.Timer > 0 {",
	Does: "time passes without a timer that must fire",
}, {
	Name: "resend-never-overdue", File: timers, Test: "TestRetransmissionTimerIsOnTime",
	Old: "return roomy && h.RTO > 0", New: "return false && roomy && h.RTO > 0",
	Does: "time passes without a retransmission that must happen",
}, {
	Name: "resend-before-due", File: enabled, Test: "TestRetransmissionTimerIsOnTime",
	Old: "h.RTO == 0 || !retransmits(p.State()) || h.due(p)", New: "h.RTO == 0 || !retransmits(p.State()) || h.RTO > 0",
	Does: "the retransmission timer fires before it is due",
}, {
	Name: "resend-timer-stops", File: timers, Test: "TestRetransmissionTimerIsOnTime",
	Old: "case fired || !waited ||", New: "case !waited ||",
	Does: "a retransmission does not start its timer anew",
}, {
	Name: "resend-timer-ends-with-state", File: timers, Test: "TestRetransmissionTimerOutlivesAState",
	Old: "s != before && !(retransmits(before) && retransmits(s))", New: "s != before",
	Does: "a change of state makes the retransmission timer due",
}, {
	Name: "patient-in-the-reductions", File: "netfake/reduce_endpoint.go", Test: "TestPatienceComesBeforePunctuality",
	Old: "sys.mayTick(w, !sys.sc.Net.NoPrematureRetransmission)", New: "sys.mayTick(w, true)",
	Does: "an endpoint that is seen alone fires a timer that a patient wire delays, before the next tick",
}, {
	Name: "listens-once", File: timers, Test: "TestListensWheneverThereIsNoConnection",
	Old: "h.User.Listens && p.State() == model.Closed && p.Timer == 0", New: "h.User.Listens && p.Inc == 0 && p.State() == model.Closed && p.Timer == 0",
	Does: "a user that always listens does so at the start only",
}, {
	Name: "fresh-number-again", File: step, Test: "TestInitialNumbers",
	Old: "return w.Peer[me].ISNFloor", New: "return w.Peer[me].ISNFloor - 1",
	Does: "a fresh initial number was used before",
}, {
	Name: "clock-stands-still", File: step, Test: "TestInitialNumbers",
	Old: "base + model.Seq(isn.Rate*w.Clock)", New: "base",
	Does: "a generator driven by the clock does not move",
}, {
	Name: "used-text-not-counted", File: step, Test: "TestTextCountsAsUsed",
	Old: "p.ISNFloor = p.ISNFloor.Max(seg.End())", New: "p.ISNFloor = p.ISNFloor.Max(seg.Seq + 1)",
	Does: "the numbers of text and FIN do not count as used",
}, {
	Name: "grainless-clock", File: step, Test: "TestGrainOfTheTimestampClock",
	Old: "w.Clock/max(sys.sc.Peer[me].TimestampGranularity, 1)", New: "w.Clock",
	Does: "the timestamp clock moves at each tick",
}}
