package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// predicates asks the search for the invariants and for the pairs of states.
func (s *subject) predicates(o *options, sometimes []string) error {
	predicate := func(c properties.Condition) explore.Predicate[netfake.State] {
		return explore.Predicate[netfake.State]{Name: c.Name, Holds: func(st netfake.State) bool { return c.Holds(s.sys, st) }}
	}
	s.blind = netfake.AllReductions
	for _, inv := range s.always {
		o.Always = append(o.Always, predicate(inv))
		s.blind &= inv.PreservedBy()
	}
	for _, text := range sometimes {
		c, err := pairCondition("--sometimes", text)
		if witness, ok := witnessNamed(text); ok { // of a search that was kept
			c, err = witness, nil
		}
		if err != nil {
			return err
		}
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.blind &= c.PreservedBy()
	}
	if s.witness.Asked() {
		o.Sometimes = append(o.Sometimes, predicate(s.witness))
		s.blind &= s.witness.PreservedBy()
	}
	if len(o.Sometimes) == 0 {
		c, _ := pairCondition("", "A=ESTABLISHED,B=ESTABLISHED")
		o.Sometimes = append(o.Sometimes, predicate(c))
		s.blind &= c.PreservedBy()
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

// pairCondition reads A=TIME-WAIT,B=LAST-ACK|CLOSED; either side may be left out. It is the value of a flag.
func pairCondition(flag, text string) (properties.Condition, error) {
	var want [2][]model.State
	for _, part := range strings.Split(text, ",") {
		side, names, _ := strings.Cut(strings.TrimSpace(part), "=")
		i := strings.Index("AB", side)
		for _, name := range strings.Split(names, "|") {
			st, ok := model.ParseState(strings.ToUpper(strings.TrimSpace(name)))
			if i < 0 || len(side) != 1 || !ok {
				return properties.Condition{}, usagef("%s %s: found %q, expected states as in A=TIME-WAIT,B=LAST-ACK|CLOSED", flag, text, part)
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

// report prints what was found and writes the files that were asked for.
func (e *explorer) report(ctx context.Context, sub *subject, r *result, g *graph, human, raw, stderr io.Writer) error {
	ends := terminals(r)
	live, err := sub.answerAll(ctx, r, g)
	if err != nil {
		return err
	}
	var fields *fieldReport
	if e.fields {
		fields = countFields(r, g)
	}
	var s *survey
	if e.coverage {
		s = newSurvey(sub.name)
		s.graph(context.WithoutCancel(ctx), sub.name, sub.sys, r, g) // an interrupted search is looked at, too
	}
	cert, err := e.certify(ctx, sub, r, g, raw, stderr)
	if err != nil {
		return err
	}
	if e.json {
		err = e.writeJSON(human, sub, r, ends, live, fields, s, cert)
	} else if err = e.tell(human, sub, r, ends); err == nil {
		if fields != nil {
			fields.write(human)
		}
		if s != nil {
			s.write(human)
		}
	}
	for i := 0; i < len(live) && err == nil && !e.json; i++ {
		err = live[i].tell(human, sub)
	}
	if err != nil {
		return err
	}
	if err := e.files(sub, r, g, raw); err != nil {
		return err
	}
	if !e.json {
		cert.tell(human, sub)
	}
	verdicts := []explore.Verdict{r.Verdict}
	for i := range live {
		verdicts = append(verdicts, live[i].answer.Verdict)
	}
	switch {
	case slices.Contains(verdicts, explore.Violated):
		return exitError{exitViolated, ""}
	case slices.Contains(verdicts, explore.Unknown), slices.Contains(verdicts, explore.Bounded):
		return exitError{exitIncomplete, ""}
	}
	return nil
}

func (e *explorer) files(sub *subject, r *result, g *graph, raw io.Writer) error {
	if g == nil {
		g = new(graph)
	}
	if err := drawable(e.dot, g.Len(), e.force); err != nil {
		return err
	}
	if err := writeTo(e.dot, "--dot", raw, func(w io.Writer) error { return jointDOT(w, sub.sys, g) }); err != nil {
		return err
	}
	if err := writeTo(e.jsonl, "--jsonl", raw, func(w io.Writer) error {
		return explore.WriteJSONL(w, g, func(s netfake.State) string { return jointLabel(sub.sys, s) }, netfake.Action.String)
	}); err != nil {
		return err
	}
	if err := writeTo(e.aut, "--aut", raw, func(w io.Writer) error { return explore.WriteAUT(w, g, whatHappens(sub.sys, g)) }); err != nil {
		return err
	}
	e.notWhole(r, g)
	for _, v := range r.Violations {
		if err := e.exporter.export(sub.sys, actions(v.Path)); err != nil {
			return err
		}
	}
	if len(r.Violations) == 0 { // then those that were asked for
		for _, wit := range r.Witnesses[:min(len(e.sometimes), len(r.Witnesses))] {
			if wit.Found {
				if err := e.exporter.export(sub.sys, actions(wit.Path)); err != nil {
					return err
				}
			}
		}
	}
	e.exporter.nothing(e.notes)
	if e.save == "" || len(r.Violations) == 0 {
		if e.save != "" {
			fmt.Fprintf(e.notes, "\nNothing was saved to %s: there is no run to a violation of an invariant.\n", e.save)
		}
		return nil
	}
	v := r.Violations[0]
	var b bytes.Buffer
	run := scenario.Run{File: sub.file, Theorem: sub.theorem, Violated: v.Name, Steps: actions(v.Path), Notes: notes(sub.sys, actions(v.Path))}
	if err := scenario.SaveRun(&b, run); err != nil {
		return fmt.Errorf("--save: %w", err)
	}
	return writeTo(e.save, "--save", raw, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
}

// notWhole says under the report that a graph that was written is not the whole, and how to get the whole.
func (e *explorer) notWhole(r *result, g *graph) {
	var files []string
	for _, f := range []struct{ file, mark string }{
		{e.dot, "dashed"}, {e.aut, fmt.Sprintf("with a loop %q", explore.AUTOpen)}, {e.jsonl, `"open":true`},
	} {
		if f.file == "-" {
			f.file = "stdout"
		}
		if f.file != "" {
			files = append(files, f.file+" ("+f.mark+")")
		}
	}
	if len(files) == 0 {
		return
	}
	n := g.OpenNodes()
	if n == 0 {
		return
	}
	remedy := "a larger limit takes in more"
	if r.Reason == "" && len(r.Cuts) == 0 { // it ended at the violation
		remedy = "--keep-going takes in the whole"
	}
	text := fmt.Sprintf("The graph is not the whole: %d of its %d states were not expanded, and are marked in %s; %s.",
		n, g.Len(), strings.Join(files, ", "), remedy)
	fmt.Fprintf(e.notes, "\n%s\n", wrap(text, 96, "  "))
}

// writable refuses a file that cannot be written, before the work that is to be written there.
func writable(name, flag string) error {
	if name == "" || name == "-" {
		return nil
	}
	info, err := os.Stat(name)
	switch {
	case err != nil: // it is to be made: another file can be, in its place
		var f *os.File
		if f, err = os.CreateTemp(filepath.Dir(name), ".tcpcheck-*"); err == nil {
			f.Close()
			err = os.Remove(f.Name())
		}
	case info.IsDir():
		return usagef("%s %s: found a directory, expected a file that can be written", flag, name)
	case info.Mode().IsRegular():
		var f *os.File
		if f, err = os.OpenFile(name, os.O_WRONLY, 0); err == nil {
			err = f.Close()
		}
	}
	if err != nil {
		return usagef("%s %s: %v, expected a file that can be written", flag, name, errors.Unwrap(err))
	}
	return nil
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
	fmt.Fprintf(w, "%s\n  %s\n\n", sub.name, wrap(sub.asked(), 96, "  "))
	fmt.Fprintf(w, "%s: %s\n", sub.verdict(r), sub.meaning(r))
	if r.MissProbability > 0 {
		fmt.Fprintf(w, "  fingerprints of 128 bits: the probability that a state was missed is below %.1g\n", r.MissProbability)
	}
	if dir := cmp.Or(e.resume, e.dir); dir != "" && r.Verdict == explore.Unknown {
		fmt.Fprintf(w, "  tcpcheck explore --resume %s goes on from the last complete level\n", dir)
	}
	mem := byteSize(r.MemBytes)
	fmt.Fprintf(w, "  %d distinct states, %d generated, depth %d, in %.2f s and %s of tables\n",
		r.Distinct, r.Generated, r.Depth, r.Elapsed.Seconds(), &mem)
	if sub.used != netfake.NoReductions {
		fmt.Fprintf(w, "  each state may stand for many: reduced by %v\n", sub.used)
	}
	for _, c := range r.Cuts {
		fmt.Fprintf(w, "  cut off: %s, at %s\n", c.Name, count(c.States, "state"))
	}
	for _, wit := range r.Witnesses {
		if wit.Found {
			fmt.Fprintf(w, "  reachable: %s, in %d steps\n", wit.Name, wit.Path.Steps())
		} else {
			fmt.Fprintf(w, "  not found: %s\n", wit.Name)
		}
	}
	if len(ends) > 0 {
		fmt.Fprintf(w, "\n%s in which nothing more can happen, by the states of A / B:\n", count(r.Terminals, "state"))
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
		if err := ladder.Write(w, sub.sys, actions(v.Path), ladder.Options{Violated: v.Name, Part: sub.part(v), Color: wantsColor(w)}); err != nil {
			return err
		}
	}
	return nil
}

// part tells which part of an invariant does not hold where its run ends.
func (s *subject) part(v violation) string {
	return properties.Part(s.always, v.Name, s.sys, v.Path.Last())
}

// asked says which invariants a scenario is held against.
func (s *subject) asked() string {
	switch {
	case len(s.file.Always) > 0:
	case len(s.live) > 0:
		return "no invariant is asked of it, only what happens eventually"
	default:
		return "nothing is asked of it: --always names an invariant"
	}
	return "always " + strings.Join(s.file.Always, ", ")
}

// exhausted is the verdict where every state was seen and no invariant was asked about: then nothing is verified.
const exhausted = "EXHAUSTED"

func (s *subject) verdict(r *result) string {
	if r.Verdict == explore.Verified && len(s.file.Always) == 0 {
		return exhausted
	}
	return r.Verdict.String()
}

// meaning says in words what the verdict claims, and no more.
func (s *subject) meaning(r *result) string {
	switch r.Verdict {
	case explore.Violated:
		text := r.Violations[0].Name + fmt.Sprintf(" fails after %d steps, and after no fewer", r.Violations[0].Path.Steps())
		if r.Reason != "" {
			text += "; the search ended early (" + r.Reason + ")"
		}
		return text
	case explore.Unknown:
		text := "the search ended early (" + r.Reason + "); nothing was found in what it saw"
		if r.Reason == explore.ReasonMemory {
			text += fmt.Sprintf(".\n  A state took %.0f bytes of --mem; --store compact needs fewer, and --store disk no more than it is given", r.BytesPerState)
		}
		return text
	case explore.Bounded:
		return "nothing was found, but not everything was seen"
	}
	text := "every reachable state was seen, and nothing was cut off"
	if s.verdict(r) == exhausted {
		text += "; no invariant was asked, so none is verified"
	}
	return text
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
	Rate      float64       `json:"statesPerSecond"`
	Bytes     uint64        `json:"tableBytes"`
	Peak      uint64        `json:"peakTableBytes"`
	DiskBytes uint64        `json:"diskBytes,omitempty"`
	Store     string        `json:"store"`
	Missed    float64       `json:"missProbability"`
	PerState  float64       `json:"bytesPerState"`
	Terminals uint64        `json:"terminalStates"`
	Loops     uint64        `json:"loops"` // states from which everything leads back to themselves
	Cuts      []jsonCut     `json:"cuts,omitempty"`
	Ends      []tallied     `json:"terminals,omitempty"`
	Witnesses []jsonWitness `json:"witnesses,omitempty"`
	Violated  string        `json:"violated,omitempty"`
	Part      string        `json:"part,omitempty"` // of the invariant that does not hold, if its name does not say that
	Run       []ladder.Step `json:"run,omitempty"`
	Others    []jsonWitness `json:"otherViolations,omitempty"` // with --keep-going
	Live      []jsonLive    `json:"live,omitempty"`

	Fields   *fieldReport    `json:"fields,omitempty"`
	Coverage *coverageReport `json:"coverage,omitempty"`

	Certificate *keptCertificate `json:"certificate,omitempty"`
}

type jsonCut struct {
	Name   string `json:"name"`
	States uint64 `json:"states"`
}

type jsonWitness struct {
	Name  string        `json:"name"`
	Found bool          `json:"found"`
	Part  string        `json:"part,omitempty"`
	Run   []ladder.Step `json:"run,omitempty"`
}

func jsonCuts(cuts []explore.Cut) (list []jsonCut) {
	for _, c := range cuts {
		list = append(list, jsonCut{c.Name, c.States})
	}
	return list
}

func (e *explorer) writeJSON(w io.Writer, sub *subject, r *result, ends []tallied, live []lasting, fields *fieldReport, s *survey, cert *keptCertificate) (err error) {
	j := jsonReport{Name: sub.name, Always: sub.file.Always, Verdict: sub.verdict(r), Reason: r.Reason, Reduced: reducedBy(sub.used),
		Distinct: r.Distinct, Generated: r.Generated, Depth: r.Depth, Levels: r.Levels,
		Seconds: r.Elapsed.Seconds(), Bytes: r.MemBytes, Peak: r.PeakBytes, DiskBytes: r.DiskBytes, Ends: ends,
		Store: explore.Store(e.store).String(), Missed: r.MissProbability,
		Rate: float64(r.Distinct) / max(r.Elapsed.Seconds(), 1e-9), PerState: r.BytesPerState,
		Terminals: r.Terminals, Loops: r.Loops, Cuts: jsonCuts(r.Cuts), Fields: fields, Certificate: cert}
	if s != nil {
		j.Coverage = s.report()
	}
	for _, wit := range r.Witnesses {
		jw := jsonWitness{Name: wit.Name, Found: wit.Found}
		if jw.Run, err = ladder.Steps(sub.sys, actions(wit.Path)); err != nil {
			return err
		}
		j.Witnesses = append(j.Witnesses, jw)
	}
	for i, v := range r.Violations {
		run, err := ladder.Steps(sub.sys, actions(v.Path))
		if err != nil {
			return err
		}
		if i > 0 {
			j.Others = append(j.Others, jsonWitness{Name: v.Name, Found: true, Part: sub.part(v), Run: run})
			continue
		}
		j.Violated, j.Part, j.Run = v.Name, sub.part(v), run
	}
	for i := range live {
		one, err := live[i].json(sub)
		if err != nil {
			return err
		}
		j.Live = append(j.Live, one)
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
