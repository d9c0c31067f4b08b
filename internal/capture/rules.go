package capture

import (
	"cmp"
	"slices"
)

// Rule is one thing that the judge can say of a segment or a connection.
type Rule struct {
	Name  string
	Grade Grade
	RFC   string // the section on which it rests
}

// Rules is all of them, worst first.
var Rules = []Rule{
	{"ack-of-never-sent", Impossible, "RFC 9293 §3.4, §3.10.7.4 steps 5, 7"},
	{"syn-ack-wrong", Impossible, "RFC 9293 §3.10.7.2, §3.10.7.3"},
	{"no-ack", Impossible, "RFC 9293 §3.1"},
	{"no-control", Impossible, "RFC 9293 §3.1"},
	{"syn-rst", Impossible, "RFC 9293 §3.5.2"},
	{"text-after-fin", Impossible, "RFC 9293 §3.6, §3.10.2"},
	{"fin-moved", Impossible, "RFC 9293 §3.10.4"},
	{"rst-number", Impossible, "RFC 9293 §3.5.2, §3.10.5"},
	{"rst-ack", Impossible, "RFC 9293 §3.5.2, §3.10.7.1, §3.10.7.3 first"},
	{"beyond-window", Impossible, "RFC 9293 §3.4, §3.8.6"},
	{"on-after-rst", Impossible, "RFC 9293 §3.10.5"},
	{"syn-not-own", Impossible, "RFC 9293 §3.10.1; RFC 5961 §4"},

	{"no-state", Doubt, "RFC 9293 §3.10"},
	{"ack-of-unsent", Doubt, "RFC 9293 §3.4, §3.10.7.4 step 7"},
	{"no-timestamp", Doubt, "RFC 7323 §3.2"},
	{"not-its-numbers", Doubt, "RFC 9293 §3.4.1"},
	{"ack-rst-loop", Doubt, "RFC 9293 §3.5.2; RFC 5961 §3.2"},
	{"text-before-established", Doubt, "RFC 9293 §3.10.2; RFC 7413"},
	{"syn-in-connection", Doubt, "RFC 9293 §3.5.1, §3.10.1"},
	{"below-initial", Doubt, "RFC 9293 §3.4"},
	{"ack-unseen", Doubt, "RFC 9293 §3.10.7.4 step 5"},
	{"rst-not-next", Note, "RFC 9293 §3.10.7.4 step 2; RFC 5961 §3.2"},
	{"open-in-time-wait", Doubt, "RFC 9293 §3.10.1, §3.6.1"},
	{"beyond-edge", Doubt, "RFC 9293 §3.10.7.4 step 5"},
	{"tcb-lost", Doubt, "RFC 9293 §3.5.1, §3.10.8"},
	{"relative-numbers", Doubt, "RFC 9293 §3.4"},
	{"other-ports", Doubt, "RFC 9293 §3.4.1"},

	{"corrupt", Note, "RFC 9293 §3.1, MUST-3"},
	{"copy", Note, "RFC 791 §3.2"},
	{"retransmission", Note, "RFC 9293 §3.8.1"},
	{"out-of-order", Note, "RFC 9293 §3.4"},
	{"gap", Note, "RFC 9293 §3.4"},
	{"keep-alive", Note, "RFC 9293 §3.8.4"},
	{"window-probe", Note, "RFC 9293 §3.8.6.1"},
	{"window-full", Note, "RFC 9293 §3.8.6"},
	{"zero-window", Note, "RFC 9293 §3.8.6.1"},
	{"window-update", Note, "RFC 9293 §3.8.6"},
	{"challenge-ack", Note, "RFC 9293 §3.10.7.4 steps 2, 4; RFC 5961 §3.2, §4.2"},
	{"duplicate-ack", Note, "RFC 9293 §3.10.7.4 step 1"},
	{"old-ack", Note, "RFC 9293 §3.10.7.4 step 5"},
	{"syn-repeated", Note, "RFC 9293 §3.8.3"},
	{"text-on-syn", Note, "RFC 9293 §3.5"},
	{"old-connection", Note, "RFC 9293 §3.5.1, Figure 9"},
	{"icmp-error", Note, "RFC 9293 §3.9.2.2"},
	{"syn-schedule", Note, "RFC 6298 §2.1, §5.5; RFC 9293 §3.8.3"},
	{"translated", Note, "RFC 9293 §3.3.1, §3.10.7.1"},
	{"refused", Note, "RFC 9293 §3.10.7.1"},
	{"reset", Note, "RFC 9293 §3.5.3"},
	{"rst-ignored", Note, "RFC 9293 §3.10.7.4 steps 1, 2"},
	{"reused", Note, "RFC 9293 §3.6.1, MAY-2"},
	{"one-direction", Note, "RFC 9293 §3.4"},
	{"capture-gap", Note, "RFC 9293 §3.4"},
	{"self-connection", Note, "RFC 9293 §3.5"},
}

var ruleByName = func() map[string]Rule {
	m := make(map[string]Rule, len(Rules))
	for _, r := range Rules {
		m[r.Name] = r
	}
	return m
}()

func remark(name, text string) Remark {
	r, ok := ruleByName[name]
	if !ok {
		panic("BUG: no rule " + name)
	}
	return Remark{Grade: r.Grade, Rule: name, RFC: r.RFC, Text: text}
}

// RuleCount is how often a rule was found to apply.
type RuleCount struct {
	Rule  string `json:"rule"`
	Grade Grade  `json:"grade"`
	Count int    `json:"count"`
}

// Tally counts remarks by rule and grade.
type Tally []RuleCount

func (t *Tally) add(r RuleCount) {
	for i := range *t {
		if old := &(*t)[i]; old.Rule == r.Rule && old.Grade == r.Grade {
			old.Count += r.Count
			return
		}
	}
	*t = append(*t, r)
}

// move gives one remark of a rule another grade.
func (t *Tally) move(rule string, from, to Grade) {
	for i := range *t {
		if old := &(*t)[i]; old.Rule == rule && old.Grade == from && old.Count > 0 {
			if old.Count--; old.Count == 0 {
				*t = slices.Delete(*t, i, i+1)
			}
			t.add(RuleCount{rule, to, 1})
			return
		}
	}
}

func (t Tally) count(g Grade) (n int) {
	for _, r := range t {
		if r.Grade == g {
			n += r.Count
		}
	}
	return n
}

// sort puts the worst first, and of those the most frequent.
func (t Tally) sort() {
	worst := []Grade{Impossible, Doubt, Note}
	slices.SortFunc(t, func(a, b RuleCount) int {
		return cmp.Or(cmp.Compare(slices.Index(worst, a.Grade), slices.Index(worst, b.Grade)),
			cmp.Compare(b.Count, a.Count), cmp.Compare(a.Rule, b.Rule))
	})
}
