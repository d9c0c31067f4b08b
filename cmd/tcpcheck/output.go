package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/ladder"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/scenario"
)

// predicates asks the search for the invariants and for the pairs of states.
func (s *subject) predicates(o *options, sometimes []string) error {
	predicate := func(c properties.Condition) explore.Predicate[netfake.State] {
		return explore.Predicate[netfake.State]{Name: c.Name, Holds: func(st netfake.State) bool { return c.Holds(s.sys, st) }}
	}
	s.blind = netfake.AllReductions
	for _, inv := range s.always {
		o.Always = append(o.Always, predicate(inv))
		s.blind &= inv.Blind
	}
	for _, text := range sometimes {
		c, err := pairCondition(text)
		if err != nil {
			return err
		}
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.blind &= c.Blind
	}
	if s.witness.Holds != nil {
		o.Sometimes = append(o.Sometimes, predicate(s.witness))
		s.blind &= s.witness.Blind
	}
	if len(o.Sometimes) == 0 {
		c, _ := pairCondition("A=ESTABLISHED,B=ESTABLISHED")
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.blind &= c.Blind
	}
	return nil
}

// pairCondition reads A=TIME-WAIT,B=LAST-ACK; either may be left out.
func pairCondition(text string) (properties.Condition, error) {
	var want [2][]model.State
	for _, part := range strings.Split(text, ",") {
		side, name, _ := strings.Cut(strings.TrimSpace(part), "=")
		i := strings.Index("AB", side)
		st, ok := model.ParseState(strings.ToUpper(name))
		if i < 0 || len(side) != 1 || !ok {
			return properties.Condition{}, usagef("--sometimes %s: found %q, expected states as in A=TIME-WAIT,B=LAST-ACK", text, part)
		}
		want[i] = append(want[i], st)
	}
	return properties.Condition{Name: text, Blind: netfake.Dead | netfake.Alike, Holds: func(sys *netfake.System, s netfake.State) bool {
		w := sys.Unpack(s)
		for i := range want {
			if want[i] != nil && !slices.Contains(want[i], w.Peer[i].State()) {
				return false
			}
		}
		return true
	}}, nil
}

// report prints what was found and writes the files that were asked for.
func (e *explorer) report(ctx context.Context, sub *subject, r *result, g *graph, human, raw io.Writer) error {
	var ends []tallied
	if r.Terminals > 0 {
		ends = terminals(ctx, sub.sys, g)
	}
	var err error
	if e.json {
		err = writeJSON(human, sub, r, ends)
	} else {
		err = e.tell(human, sub, r, ends)
	}
	if err != nil {
		return err
	}
	if err := e.files(sub, r, g, human, raw); err != nil {
		return err
	}
	switch r.Verdict {
	case explore.Violated:
		return exitError{exitViolated, ""}
	case explore.Unknown, explore.Bounded:
		return exitError{exitIncomplete, ""}
	}
	return nil
}

func (e *explorer) files(sub *subject, r *result, g *graph, human, raw io.Writer) error {
	if err := writeTo(e.dot, "--dot", raw, func(w io.Writer) error { return jointDOT(w, sub.sys, g) }); err != nil {
		return err
	}
	if err := writeTo(e.aut, "--aut", raw, func(w io.Writer) error { return explore.WriteAUT(w, g, netfake.Action.String) }); err != nil {
		return err
	}
	if e.save == "" || len(r.Violations) == 0 {
		if e.save != "" {
			fmt.Fprintf(human, "\nNothing was saved to %s: there is no counterexample.\n", e.save)
		}
		return nil
	}
	v := r.Violations[0]
	var b bytes.Buffer
	run := scenario.Run{File: sub.file, Theorem: sub.theorem, Violated: v.Name, Steps: actions(v.Path)}
	if err := scenario.SaveRun(&b, run); err != nil {
		return fmt.Errorf("--save: %w", err)
	}
	return writeTo(e.save, "--save", raw, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
}

// writeTo writes to a file, to stdout for "-", or not at all for "".
func writeTo(name, flag string, stdout io.Writer, write func(io.Writer) error) error {
	switch name {
	case "":
		return nil
	case "-":
		return write(stdout)
	}
	f, err := os.Create(name)
	if err != nil {
		return usagef("%s: %v", flag, err)
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func (e *explorer) tell(w io.Writer, sub *subject, r *result, ends []tallied) error {
	asked := "nothing is asked of it: --always names an invariant"
	if len(sub.file.Always) > 0 {
		asked = "always " + strings.Join(sub.file.Always, ", ")
	}
	fmt.Fprintf(w, "%s\n  %s\n\n", sub.name, wrap(asked, 96, "  "))
	fmt.Fprintf(w, "%s: %s\n", r.Verdict, meaning(r))
	mem := byteSize(r.MemBytes)
	fmt.Fprintf(w, "  %d distinct states, %d generated, depth %d, in %.2f s and %s of tables\n",
		r.Distinct, r.Generated, r.Depth, r.Elapsed.Seconds(), &mem)
	if sub.used != netfake.NoReductions {
		fmt.Fprintf(w, "  each state may stand for many: reduced by %v\n", sub.used)
	}
	for _, c := range r.Cuts {
		fmt.Fprintf(w, "  cut off: %s, at %d states\n", c.Name, c.States)
	}
	for _, wit := range r.Witnesses {
		if wit.Found {
			fmt.Fprintf(w, "  reachable: %s, in %d steps\n", wit.Name, wit.Path.Steps())
		} else {
			fmt.Fprintf(w, "  not found: %s\n", wit.Name)
		}
	}
	if len(ends) > 0 {
		fmt.Fprintf(w, "\n%d states in which nothing more can happen, by the states of A / B:\n", r.Terminals)
	}
	for _, t := range ends {
		fmt.Fprintf(w, "  %8d  %s\n", t.Count, t.States)
	}
	levels(w, r.Levels)
	for i, wit := range r.Witnesses {
		if wit.Found && i < len(e.sometimes) {
			fmt.Fprintf(w, "\nA shortest run to %s:\n\n", wit.Name)
			if err := ladder.Write(w, sub.sys, actions(wit.Path), ladder.Options{Color: wantsColor(w)}); err != nil {
				return err
			}
		}
	}
	for _, v := range r.Violations {
		fmt.Fprintf(w, "\nA shortest run to a violation of %s:\n\n", v.Name)
		if err := ladder.Write(w, sub.sys, actions(v.Path), ladder.Options{Violated: v.Name, Color: wantsColor(w)}); err != nil {
			return err
		}
	}
	return nil
}

// meaning says in words what the verdict claims, and no more.
func meaning(r *result) string {
	switch r.Verdict {
	case explore.Violated:
		return r.Violations[0].Name + fmt.Sprintf(" fails after %d steps, and after no fewer", r.Violations[0].Path.Steps())
	case explore.Unknown:
		return "the search ended early (" + r.Reason + "); nothing was found in what it saw"
	case explore.Bounded:
		return "nothing was found, but not everything was seen"
	}
	return "every reachable state was seen, and nothing was cut off"
}

// levels draws how many states there are at each depth.
func levels(w io.Writer, counts []uint64) {
	const bar = 60
	most := slices.Max(append([]uint64{1}, counts...))
	fmt.Fprintf(w, "\n depth    states\n")
	for i, n := range counts {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%6d %9d  %s", i, n, strings.Repeat("#", int((n*bar+most-1)/most))), " "))
	}
}

// jsonReport is what explore --json prints.
type jsonReport struct {
	Name      string        `json:"name"`
	Always    []string      `json:"always,omitempty"`
	Verdict   string        `json:"verdict"`
	Reason    string        `json:"reason,omitempty"`
	Reduced   string        `json:"reduced,omitempty"`
	Distinct  uint64        `json:"distinct"`
	Generated uint64        `json:"generated"`
	Depth     int           `json:"depth"`
	Levels    []uint64      `json:"levels"`
	Seconds   float64       `json:"seconds"`
	Bytes     uint64        `json:"tableBytes"`
	Cuts      []jsonCut     `json:"cuts,omitempty"`
	Ends      []tallied     `json:"terminals,omitempty"`
	Witnesses []jsonWitness `json:"witnesses,omitempty"`
	Violated  string        `json:"violated,omitempty"`
	Run       []ladder.Step `json:"run,omitempty"`
}

type jsonCut struct {
	Name   string `json:"name"`
	States uint64 `json:"states"`
}

type jsonWitness struct {
	Name  string        `json:"name"`
	Found bool          `json:"found"`
	Run   []ladder.Step `json:"run,omitempty"`
}

func writeJSON(w io.Writer, sub *subject, r *result, ends []tallied) (err error) {
	j := jsonReport{Name: sub.name, Always: sub.file.Always, Verdict: r.Verdict.String(), Reason: r.Reason, Reduced: reducedBy(sub.used),
		Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Levels: r.Levels,
		Seconds: r.Elapsed.Seconds(), Bytes: r.MemBytes, Ends: ends}
	for _, c := range r.Cuts {
		j.Cuts = append(j.Cuts, jsonCut{c.Name, c.States})
	}
	for _, wit := range r.Witnesses {
		jw := jsonWitness{Name: wit.Name, Found: wit.Found}
		if jw.Run, err = ladder.Steps(sub.sys, actions(wit.Path)); err != nil {
			return err
		}
		j.Witnesses = append(j.Witnesses, jw)
	}
	for _, v := range r.Violations {
		j.Violated = v.Name
		if j.Run, err = ladder.Steps(sub.sys, actions(v.Path)); err != nil {
			return err
		}
	}
	return encodeJSON(w, j)
}

func encodeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// encodeLine writes v as one line of JSON.
func encodeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
