package subject

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/ownquestions"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

type violation = explore.Violation[netfake.State, netfake.Action]

// Predicates adds the invariants and the pairs of states to the options of a search.
func (s *Subject) Predicates(o *properties.Options, sometimes []string) error {
	predicate := func(c properties.Condition) explore.Predicate[netfake.State] {
		return explore.Predicate[netfake.State]{Name: c.Name, Holds: func(st netfake.State) bool { return c.Holds(s.Sys, st) }}
	}
	s.Blind = netfake.AllReductions
	for _, inv := range s.Always {
		o.Always = append(o.Always, predicate(inv))
		s.Blind &= inv.PreservedBy()
	}
	for _, text := range sometimes {
		c, err := Pair("--sometimes", text)
		if witness, ok := witnessNamed(text); ok { // of a search that was kept
			c, err = witness, nil
		}
		if err != nil {
			return err
		}
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.Blind &= c.PreservedBy()
	}
	for _, c := range s.Reach {
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.Blind &= c.PreservedBy()
	}
	if s.Witness.Asked() {
		o.Sometimes = append(o.Sometimes, predicate(s.Witness))
		s.Blind &= s.Witness.PreservedBy()
	}
	if len(o.Sometimes) == 0 {
		c, _ := Pair("", "A=ESTABLISHED,B=ESTABLISHED")
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.Blind &= c.PreservedBy()
	}
	return nil
}

// witnessNamed finds the witness of a theorem by its name.
func witnessNamed(name string) (properties.Condition, bool) {
	for _, th := range properties.Theorems() {
		if th.Witness.Asked() && th.Witness.Name == name {
			return th.Witness, true
		}
	}
	return properties.Condition{}, false
}

// Pair reads A=TIME-WAIT,B=LAST-ACK|CLOSED; either side may be left out. It is the value of a flag.
func Pair(flag, text string) (properties.Condition, error) {
	var want [2][]model.State
	for part := range strings.SplitSeq(text, ",") {
		side, names, _ := strings.Cut(strings.TrimSpace(part), "=")
		i := strings.Index("AB", side)
		for name := range strings.SplitSeq(names, "|") {
			st, ok := model.ParseState(strings.ToUpper(strings.TrimSpace(name)))
			if i < 0 || len(side) != 1 || !ok {
				return properties.Condition{}, exit.Usagef("%s %s: found %q, expected states as in A=TIME-WAIT,B=LAST-ACK|CLOSED, with the names of RFC 9293 §3.3.2", flag, text, part)
			}
			want[i] = append(want[i], st)
		}
	}
	return properties.OnWorld(text, func(w *netfake.World) bool {
		for i := range want {
			if want[i] != nil && !slices.Contains(want[i], w.Peer[i].State()) {
				return false
			}
		}
		return true
	}), nil
}

// Part returns which part of an invariant is violated in the last state of its run.
func (s *Subject) Part(v violation) string {
	return properties.Part(s.Always, v.Name, s.Sys, v.Path.Last())
}

// Asked says which invariants are checked.
func (s *Subject) Asked() string {
	switch {
	case len(s.File.Always) > 0:
	case len(s.Live) > 0:
		return "no invariant is checked, only what happens eventually"
	default:
		return "no invariant is checked; --always adds one"
	}
	return "always " + strings.Join(s.File.Always, ", ")
}

// exhausted is the verdict when every state was searched and there was no invariant: nothing is verified.
const exhausted = "EXHAUSTED"

func (s *Subject) Verdict(r *properties.Result) string {
	if r.Verdict == explore.Verified && len(s.File.Always) == 0 {
		return exhausted
	}
	return r.Verdict.String()
}

// Meaning says in words what the verdict claims, and no more.
func (s *Subject) Meaning(r *properties.Result) string {
	switch r.Verdict {
	case explore.Violated:
		text := r.Violations[0].Name + fmt.Sprintf(" fails after %d steps; no shorter run violates it", r.Violations[0].Path.Steps())
		if r.Reason != "" {
			text += "; the search stopped early (" + r.Reason + ")"
		}
		return text
	case explore.Unknown:
		text := "the search stopped early (" + r.Reason + "); no violation was found up to there"
		if r.Reason == explore.ReasonMemory {
			text += fmt.Sprintf(".\n  A state took %.0f bytes of --mem; --store compact needs less, and --store disk keeps within --mem", r.BytesPerState)
		}
		return text
	case explore.Bounded:
		return "no violation was found, but not all states were searched"
	}
	text := "every reachable state was searched, and nothing was cut off"
	if s.Verdict(r) == exhausted {
		text += "; no invariant was checked, so none is verified"
	}
	return text
}

// Subject is a scenario to search, with its questions.
type Subject struct {
	Name    string
	Theorem string
	File    scenario.File
	Sys     *netfake.System
	Always  []properties.Invariant
	Witness properties.Condition
	Blind   netfake.Reductions // those that preserve the answers of all questions
	Used    netfake.Reductions // those that the search used
	Live    []properties.Live
	Reach   []properties.Condition // of one's own, that some state must fulfil
}

// Ask adds a liveness question; nil adds none.
func (s *Subject) Ask(q *properties.Live) {
	if q != nil {
		s.Live = append(s.Live, *q)
	}
}

// ask makes questions of what the file asks.
func (s *Subject) ask(known map[string]properties.Invariant) (err error) {
	if s.Always, err = ownquestions.Always(&s.File, known); err != nil {
		return exit.Usagef("always: %v", err)
	}
	if s.Reach, err = ownquestions.Reach(&s.File); err != nil {
		return exit.Usagef("reach: %v", err)
	}
	live, err := ownquestions.LeadsTo(&s.File)
	if err != nil {
		return exit.Usagef("leads-to: %v", err)
	}
	s.Live = append(s.Live, live...)
	return nil
}

func names(known map[string]properties.Invariant) []string {
	return slices.Sorted(maps.Keys(known))
}

// SaveRun writes a run to a file for replay, with a line about each step.
func SaveRun(name string, stdout io.Writer, sys *netfake.System, run scenario.Run) error {
	if name == "" {
		return nil
	}
	run.Notes = ladder.Lines(sys, run.Steps)
	return flags.WriteTo(name, "--save", stdout, func(w io.Writer) error { return scenario.SaveRun(w, run) })
}
