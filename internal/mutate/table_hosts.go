package main

// guarantees are mutants of what hosts guarantee.
var guarantees = []Mutant{{
	Name: "bound-port-waits", File: "properties/hosts/ask.go", Test: "TestWhatCautionCosts",
	Old: "if g.Bound && s.BoundReuses {", New: "if g.Bound && s.BoundReuses && s.Reuse {",
	Does: "a program that binds its port takes the place of TIME-WAIT only with tcp_tw_reuse",
}, {
	Name: "linux-restarts-for-a-syn", File: "properties/hosts/caution.go", Test: "TestWhatCautionCosts",
	Old: "h.TCP.TimeWaitRestart = model.RestartOnFin", New: "h.TCP.TimeWaitRestart = model.RestartOnAnswer",
	Does: "a client's SYN restarts the wait that keeps it out",
}, {
	Name: "no-buckets-orphan-stays", File: "properties/hosts/profiles.go", Test: "TestMappings",
	Old: "		return Shortest\n", New: "		return s.FinWait2\n",
	Does: "with tcp_max_tw_buckets=0 a closed socket stays in FIN-WAIT-2",
}, {
	Name: "everything-is-read", File: "properties/hosts/caution.go", Test: "TestEveryGuaranteeCanBeLost",
	Old: "h.TCP.HalfDuplexClose || s.ResetsLate", New: "h.TCP.HalfDuplexClose",
	Does: "data that comes after close() is never answered by a RST",
}}
