package explore

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/covered"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/joint"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// report prints what was found, and writes the files that the flags name.
func (e *options) report(ctx context.Context, sub *subject.Subject, r *properties.Result, g *properties.Graph, human, raw, stderr io.Writer) error {
	ends := terminals(r)
	live, err := answerAll(ctx, sub, r, g)
	if err != nil {
		return err
	}
	var fields *report.Fields
	if e.fields {
		fields = countFields(r, g)
	}
	var s *covered.Survey
	if e.coverage {
		s = covered.New(sub.Name)
		s.Graph(context.WithoutCancel(ctx), sub.Name, sub.Sys, r, g) // also for an interrupted search
	}
	cert, err := e.certify(ctx, sub, r, g, raw, stderr)
	if err != nil {
		return err
	}
	if e.json {
		err = e.writeJSON(human, sub, r, ends, live, fields, s, cert)
	} else if err = e.tell(human, sub, r, ends); err == nil {
		if fields != nil {
			writeFields(human, fields)
		}
		if s != nil {
			s.Write(human)
		}
	}
	for i := 0; i < len(live) && err == nil; i++ {
		err = e.tellLive(human, sub, &live[i])
	}
	if err != nil {
		return err
	}
	if err := e.files(sub, r, g, raw); err != nil {
		return err
	}
	if !e.json {
		tellCertificate(human, cert, sub)
	}
	verdicts := []explore.Verdict{r.Verdict}
	for i := range live {
		verdicts = append(verdicts, live[i].answer.Verdict)
	}
	switch {
	case slices.Contains(verdicts, explore.Violated):
		return exit.Status(exit.Violated)
	case slices.Contains(verdicts, explore.Unknown), slices.Contains(verdicts, explore.Bounded):
		return exit.Status(exit.Incomplete)
	}
	return nil
}

func (e *options) files(sub *subject.Subject, r *properties.Result, g *properties.Graph, raw io.Writer) error {
	if g == nil {
		g = new(properties.Graph)
	}
	if err := flags.Drawable(e.dot, g.Len(), e.force); err != nil {
		return err
	}
	if err := flags.WriteTo(e.dot, "--dot", raw, func(w io.Writer) error { return joint.WriteDOT(w, sub.Name, sub.Sys, g) }); err != nil {
		return err
	}
	if err := flags.WriteTo(e.jsonl, "--jsonl", raw, func(w io.Writer) error {
		return explore.WriteJSONL(w, g, func(s netfake.State) string { return joint.Label(sub.Sys, s) }, netfake.Action.String)
	}); err != nil {
		return err
	}
	if err := flags.WriteTo(e.aut, "--aut", raw, func(w io.Writer) error { return explore.WriteAUT(w, g, joint.WhatHappens(sub.Sys, g)) }); err != nil {
		return err
	}
	e.notWhole(r, g)
	for _, v := range r.Violations {
		if err := e.Exporter.Export(sub.Sys, sub.Sys.MustReplay(report.Actions(v.Path)), sub.Name, ladder.Options{Violated: v.Name, Part: sub.Part(v)}); err != nil {
			return err
		}
	}
	if len(r.Violations) == 0 { // then the runs of --sometimes
		for _, wit := range r.Witnesses[:min(len(e.sometimes), len(r.Witnesses))] {
			if wit.Found {
				if err := e.Exporter.Export(sub.Sys, sub.Sys.MustReplay(report.Actions(wit.Path)), wit.Name, ladder.Options{}); err != nil {
					return err
				}
			}
		}
	}
	e.Exporter.Nothing(e.notes)
	if e.save == "" || len(r.Violations) == 0 {
		if e.save != "" {
			fmt.Fprintf(e.notes, "\nNothing was saved to %s: no invariant was violated.\n", e.save)
		}
		return nil
	}
	v := r.Violations[0]
	return subject.SaveRun(e.save, raw, sub.Sys, scenario.Run{File: sub.File, Theorem: sub.Theorem, Violated: v.Name, Steps: sub.Sys.MustReplay(report.Actions(v.Path))})
}

// notWhole reports that a written graph is incomplete, and how to get the whole graph.
func (e *options) notWhole(r *properties.Result, g *properties.Graph) {
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
	remedy := "A larger limit gives more of it"
	if r.Reason == "" && len(r.Cuts) == 0 { // it ended at the violation
		remedy = "--keep-going gives all of it"
	}
	text := fmt.Sprintf("The graph is incomplete: %d of its %d states were not expanded. They are marked in %s. %s.",
		n, g.Len(), strings.Join(files, ", "), remedy)
	fmt.Fprintf(e.notes, "\n%s\n", prose.Wrap(text, 96, "  "))
}

func (e *options) tell(w io.Writer, sub *subject.Subject, r *properties.Result, ends []report.End) error {
	fmt.Fprintf(w, "%s\n  %s\n\n", sub.Name, prose.Wrap(sub.Asked(), 96, "  "))
	fmt.Fprintf(w, "%s: %s\n", sub.Verdict(r), sub.Meaning(r))
	if r.MissProbability > 0 {
		fmt.Fprintf(w, "  fingerprints of 128 bits: the probability that a state was missed is below %.1g\n", r.MissProbability)
	}
	if dir := cmp.Or(e.resume, e.dir); dir != "" && r.Verdict == explore.Unknown {
		program := "tcpcheck explore"
		if e.engine != "" {
			program = "tcpcheck-cluster explore --engine " + e.engine
		}
		fmt.Fprintf(w, "  %s --resume %s continues from the last complete level\n", program, dir)
	}
	size, of := flags.Bytes(r.MemBytes), "tables"
	if r.DiskBytes > 0 { // then the tables are memory that was reserved, and that most searches do not fill
		size, of = flags.Bytes(r.DiskBytes), "files"
	}
	fmt.Fprintf(w, "  %d distinct states, %d generated, depth %d, in %.2f s and %s of %s\n",
		r.Distinct, r.Generated, r.Depth, r.Elapsed.Seconds(), &size, of)
	if sub.Used != netfake.NoReductions {
		fmt.Fprintf(w, "  %s\n", prose.Wrap(fmt.Sprintf("reductions used: %v (see --no-reduction); one state can stand for many", sub.Used), 118, "    "))
	}
	for _, c := range r.Cuts {
		fmt.Fprintf(w, "  cut off: %s, at %s\n", c.Name, prose.Count(c.States, "state"))
	}
	for _, wit := range r.Witnesses {
		if wit.Found {
			fmt.Fprintf(w, "  witness reached: %s, in %d steps\n", wit.Name, wit.Path.Steps())
		} else if len(r.Violations) > 0 {
			fmt.Fprintf(w, "  witness not reached before the violation: %s\n", wit.Name)
		} else {
			fmt.Fprintf(w, "  witness not reached: %s\n", wit.Name)
		}
	}
	if len(ends) > 0 {
		fmt.Fprintf(w, "\n%s in which no action is possible any more, by the states of A / B:\n", prose.Count(r.Terminals, "state"))
	}
	for _, t := range ends {
		fmt.Fprintf(w, "  %8d  %s\n", t.Count, t.States)
	}
	for i, wit := range r.Witnesses {
		if wit.Found && i < len(e.sometimes) {
			fmt.Fprintf(w, "\nA shortest run to %s:\n\n", wit.Name)
			if err := runs.Draw(w, sub.Sys, report.Actions(wit.Path), ladder.Options{Legend: e.Legend}); err != nil {
				return err
			}
		}
	}
	for _, v := range r.Violations {
		fmt.Fprintf(w, "\nA shortest run to a violation of %s:\n\n", v.Name)
		if err := runs.Draw(w, sub.Sys, report.Actions(v.Path), ladder.Options{Violated: v.Name, Part: sub.Part(v), Legend: e.Legend}); err != nil {
			return err
		}
	}
	if e.levels {
		levels(w, r.Levels)
	}
	return nil
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

// terminals lists the counts of states without an action, the largest first.
func terminals(r *properties.Result) (list []report.End) {
	for _, e := range r.Ends {
		list = append(list, report.End{States: e.Name, Count: int(e.States)})
	}
	slices.SortStableFunc(list, func(a, b report.End) int { return b.Count - a.Count })
	return list
}

func pair(sys *netfake.System, s netfake.State) string {
	w := sys.Unpack(s)
	return w.Peer[netfake.A].State().String() + " / " + w.Peer[netfake.B].State().String()
}
