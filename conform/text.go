package conform

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/coverage"
	"github.com/tcpcheck/tcpcheck/internal/prose"
)

// WriteText writes the report for readers.
func (r *Report) WriteText(w io.Writer) error {
	p := &printer{w: w}
	r.writeHead(p)
	for _, e := range r.Entries {
		p.line("\nknown: %s (%d pairs): %s\n    %s%s", e.Name, e.Pairs, e.What, e.origin(), r.now(e.Seen))
		p.masks(e.Masks)
		p.script(e.Script)
	}
	for i, f := range r.Findings {
		r.writeFinding(p, i+1, f)
	}
	for _, u := range r.Unused {
		p.line("\nNO LONGER HAPPENS: %s", u.Name)
		if u.What != "" {
			p.line("    it was: %s\n    now: %s", u.What, u.Now)
		}
	}
	for _, m := range r.Miscounted {
		p.line("\nANOTHER NUMBER OF PAIRS: %s: %d pairs, expected %d (count)", m.Name, m.Got, m.Want)
	}
	for _, e := range r.Errors {
		p.line("\nERROR: %s", e)
	}
	if r.Stopped != "" {
		p.line("\nstopped: %s", r.Stopped)
	}
	if r.Interrupted {
		p.line("\ninterrupted")
	}
	return p.err
}

func (r *Report) writeHead(p *printer) {
	p.line("%s %s: %d pairs compared: %d agree, %d differ as known, %d unexplained",
		r.Name, r.Version, r.Compared(), r.Agree, r.Known, r.Unexplained)
	if r.NotReached+r.NotApplicable > 0 {
		p.line("    in %d more pairs the state was not reached (a known difference, or a window too large to fill), and in %d there is no such segment",
			r.NotReached, r.NotApplicable)
	}
	if r.Steps > 0 {
		p.line("    %d random steps in %d walks, seed %d; they met %d of %d clauses of §3.10", r.Steps, r.Walks, r.Seed, r.Clauses, len(coverage.Clauses()))
	}
	if r.TimeWait > 0 {
		p.line("    TIME-WAIT lasts %v", r.TimeWait)
	}
	if len(r.Unreachable) > 0 {
		p.line("    no path under these policies to %s", strings.Join(r.Unreachable, ", "))
	}
	if len(r.NotTried) > 0 {
		p.line("    not tried, since the program has no listen with a backlog: %s", strings.Join(r.NotTried, ", "))
	}
	if len(r.Findings) > 0 {
		p.line("    %s, the worst first", prose.Count(len(r.Findings), "finding"))
	}
}

// now says that an entry was seen in another version than the one that runs.
func (r *Report) now(seen string) string {
	if strings.Contains(r.Version, seen) {
		return ""
	}
	return ", now " + r.Version
}

func (r *Report) writeFinding(p *printer, n int, f Finding) {
	p.line("\nFINDING %d, %s, %s (%s): it %s", n, f.Severity, f.Level, f.Count(), f.Change)
	p.line("    %s: %s", f.Clause, f.Says)
	if len(f.Clauses) > 0 {
		p.line("    also %s", some(f.Clauses, "; ", 4))
	}
	p.line("    in %s at %s", strings.Join(f.States, ", "), some(f.Inputs, ", ", 12))
	if len(f.Moves) > 0 {
		p.line("    %s", some(f.Moves, "; ", 4))
	}
	for _, x := range f.Explain[:min(len(f.Explain), 3)] {
		p.line("    with --policy %s the model does the same in %d of these %d", x.Policy, x.Times, x.Of)
	}
	p.masks(f.Masks)
	p.script(f.Script)
}

// Count says in how many pairs and walks a finding was seen, and behind what, if it was never seen before other differences.
func (f Finding) Count() string {
	var words []string
	for _, x := range []struct {
		n    int
		noun string
	}{{f.Pairs, "pair"}, {f.Walks, "random walk"}} {
		if x.n > 0 {
			words = append(words, prose.Count(x.n, x.noun))
		}
	}
	if len(f.Behind) > 0 {
		words = append(words, fmt.Sprintf("%s, only seen behind %s", prose.Count(f.Later, "time"), some(f.Behind, ", ", 4)))
	}
	return strings.Join(words, ", ")
}

// Words says which pairs ended at the difference; empty if none did.
func (m Masks) Words() string {
	var words []string
	if m.Hides > 0 {
		words = append(words, fmt.Sprintf("is the last difference before %s that were not reached", prose.Count(m.Hides, "pair")))
	}
	if m.Cuts > 0 {
		words = append(words, fmt.Sprintf("cuts %s short", prose.Count(m.Cuts, "pair")))
	}
	return strings.Join(words, ", ")
}

func (p *printer) masks(m Masks) {
	if words := m.Words(); words != "" {
		p.line("    %s", words)
	}
}

// some lists the first few words of a list.
func some(list []string, between string, most int) string {
	if n := len(list); n > most {
		return strings.Join(list[:most], between) + fmt.Sprintf("%sand %d more", between, n-most)
	}
	return strings.Join(list, between)
}

// ScriptText is a script as the report for readers has it.
func ScriptText(lines []Line) string {
	var b strings.Builder
	(&printer{w: &b}).script(lines)
	return b.String()
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// script prints the steps: what happens, and what the stack does; where the model does something else, that too.
func (p *printer) script(lines []Line) {
	for i, l := range lines {
		j := l.JSON()
		what := j.Step
		if j.Segment != "" {
			what = fmt.Sprintf("%s    (%s)", j.Segment, j.Step)
		}
		p.line("    %2d. %s", i+1, what)
		if j.Model == "" {
			p.line("        %s", j.Stack)
			continue
		}
		p.line("        stack: %s", j.Stack)
		p.line("        model: %s", j.Model)
	}
}
