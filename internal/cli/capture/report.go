package capture

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/internal/wire"
)

const (
	maxLadders = 1000 // kept at the same time for --flow
	maxLines   = 50   // for doubtful connections, unless all have one
)

// traceReport prints the connections of one capture.
type traceReport struct {
	t          *options
	ladders    int
	keep       func(wire.Flow) bool
	held       []*capture.Connection // until it is known whether they are few enough to be drawn
	Status     int
	shown      int
	unsaid     int // doubtful connections beyond maxLines
	impossible int
	groups     groups
	failed     error // to write
	name       string
}

func (t *options) report(name string) *traceReport {
	r := &traceReport{t: t, name: name, ladders: t.ladders, keep: t.wants, groups: groups{}}
	if t.wanted != nil {
		r.ladders = maxLadders
	}
	if t.summary || t.by != "" || t.ladders == 0 && t.wanted == nil {
		r.keep = func(wire.Flow) bool { return false }
	}
	return r
}

// take prints a connection that has ended, now or later.
func (r *traceReport) take(c *capture.Connection) {
	t := r.t
	if !t.matches(c) {
		return
	}
	r.Status++
	if r.failed != nil || !t.wants(wire.Flow{Src: c.Sockets[capture.A], Dst: c.Sockets[capture.B]}) {
		return
	}
	r.impossible += c.Count(capture.Impossible)
	switch {
	case t.by != "":
		r.shown++
		for _, key := range groupings[t.by](c) {
			r.groups.add(key, c)
		}
	case t.summary:
		r.shown++
	case t.json:
		r.shown++
		r.failed = report.WriteLine(t.out, "capture", &documents.Connection{Connection: c})
	case t.wanted != nil:
		r.draw(c)
	case r.Status <= t.ladders:
		r.held = append(r.held, c)
	default:
		r.release()
		r.line(c)
	}
}

func (r *traceReport) draw(c *capture.Connection) {
	r.shown++
	if r.failed = c.WriteWidth(r.t.out, r.t.width); r.failed == nil {
		_, r.failed = fmt.Fprintln(r.t.out)
	}
	if r.t.pictures.Picture != "" && r.failed == nil {
		r.failed = r.t.pictures.DrawConnection(c, r.name)
	}
}

// release prints as lines the connections that were held to be drawn.
func (r *traceReport) release() {
	for _, c := range r.held {
		r.line(c)
	}
	r.held = nil
}

// line prints a connection in a line or two, if it is doubtful or if --lines asks for all.
func (r *traceReport) line(c *capture.Connection) {
	doubtful := c.Count(capture.Impossible)+c.Count(capture.Doubt) > 0
	switch {
	case r.failed != nil || !doubtful && !r.t.lines:
		return
	case r.shown >= maxLines && !r.t.lines:
		r.unsaid++
		return
	}
	r.shown++
	r.failed = c.WriteLine(r.t.out, r.t.width)
}

// finish prints the rest, and the totals. said is why the reading stopped before the end, or "".
func (r *traceReport) finish(name string, s capture.Summary, said string) error {
	for _, c := range r.held {
		if r.failed == nil {
			r.draw(c)
		}
	}
	switch {
	case r.failed != nil:
		return r.failed
	case r.t.json:
		return report.WriteLine(r.t.out, "capture", &documents.CaptureSummary{File: name, Summary: s, Reason: said})
	}
	if r.t.by != "" && r.shown > 0 {
		r.groups.write(r.t.out, r.t.by)
	}
	if r.unsaid > 0 {
		fmt.Fprintf(r.t.out, "and %d more with something doubtful (--lines prints all)\n", r.unsaid)
	}
	if r.Status > len(r.held) && r.shown > 0 && r.t.wanted == nil && !r.t.summary && r.t.by == "" {
		fmt.Fprintln(r.t.out)
	}
	return r.sums(name, s)
}

func (r *traceReport) sums(name string, s capture.Summary) error {
	w := r.t.out
	_, err := fmt.Fprintf(w, "%s: %s, %d packets, %d of TCP, %d connections (%d shown), %d octets; %d impossible, %d doubtful\n",
		name, s.Format, s.Packets, s.Segments, s.Connections, r.shown, s.Octets, s.Impossible, s.Doubt)
	for _, l := range []struct {
		word   string
		counts map[string]int
	}{{"opened", s.Opened}, {"closed", s.Closed}, {"skipped", s.Skipped}} {
		for _, k := range mostFirst(l.counts) {
			fmt.Fprintf(w, "  %-8s %8d  %s\n", l.word, l.counts[k], k)
		}
	}
	for _, f := range s.Found {
		fmt.Fprintf(w, "  %-8s %8d  %s%s [%s]\n", "found", f.Count, gradeWord(f.Grade), f.Rule, ruleSource(f.Rule))
	}
	for _, l := range []struct {
		n    int
		what string
	}{
		{s.BadChecksums, "segments with a wrong checksum, which is normal if a network card computes it"},
		{s.Idle, "connections had no segment for two hours, and were reported as they were then"},
		{s.Evicted, "connections were dropped to save memory, those without a segment for the longest time first; later segments of them count as new connections"},
	} {
		if l.n > 0 {
			fmt.Fprintf(w, "  %d %s\n", l.n, l.what)
		}
	}
	return err
}

// mostFirst lists the keys by how often they were counted.
func mostFirst(counts map[string]int) []string {
	keys := slices.Sorted(maps.Keys(counts))
	slices.SortStableFunc(keys, func(a, b string) int { return counts[b] - counts[a] })
	return keys
}

func gradeWord(g capture.Grade) string {
	if g == capture.Note {
		return ""
	}
	return strings.ToUpper(string(g)) + " "
}

func ruleSource(name string) string {
	for _, r := range capture.Rules {
		if r.Name == name {
			return r.RFC
		}
	}
	return ""
}
