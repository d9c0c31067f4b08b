package explore

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// search uses the reductions that preserve the answers of all questions. A graph is made only by a
// search without reductions, because it must have every state.
func (e *options) search(ctx context.Context, sub *subject.Subject, o properties.Options) (*properties.Result, *properties.Graph) {
	use := sub.Blind &^ e.without
	if e.needsGraph(sub) != "" {
		use = netfake.NoReductions
	}
	if o.Dir != "" {
		o.Identity = append(o.Identity, reducedLine(sub, use))
	}
	var r *properties.Result
	var g *properties.Graph
	r, g, sub.Used = properties.Search(ctx, sub.Sys, use, o)
	return r, g
}

// reducedLine is the line of the identity that names the reductions of a search.
func reducedLine(sub *subject.Subject, use netfake.Reductions) string {
	return lineReduced + sub.Sys.Reduced(use).Reductions().String()
}

// compare searches without reductions, with each one alone, with all but one, and with all, and
// prints the counts of each search.
func (e *options) compare(ctx context.Context, sub *subject.Subject, o properties.Options, w, stderr io.Writer) error {
	if len(sub.Live) > 0 {
		return exit.Usagef("--reductions: found a question about what happens eventually, which is answered without reductions only")
	}
	all := sub.Sys.Reduced(sub.Blind &^ e.without).Reductions()
	sets := []netfake.Reductions{netfake.NoReductions, all}
	for i := range netfake.ReductionNames {
		sets = append(sets, all&(1<<i), all&^(1<<i))
	}
	slices.Sort(sets)
	fmt.Fprintf(w, "%s\n\n%-34s %-9s %5s %10s %11s %5s %8s\n", sub.Name, "reduced by", "verdict", "steps", "distinct", "generated", "depth", "seconds")
	violated, incomplete := false, false
	for _, set := range slices.Compact(sets) {
		var done func()
		o.Progress, done = terminal.Progress(stderr)
		r := properties.Explore(ctx, sub.Sys.Reduced(set), properties.Unkept(o))
		done()
		steps := "-"
		if r.Verdict == explore.Violated {
			violated = true
			steps = fmt.Sprint(r.Violations[0].Path.Steps())
		}
		fmt.Fprintf(w, "%-34v %-9s %5s %10d %11d %5d %8.2f\n", set, sub.Verdict(r), steps, r.Distinct, r.Generated, r.Depth, r.Elapsed.Seconds())
		incomplete = incomplete || r.Verdict == explore.Unknown || r.Verdict == explore.Bounded
	}
	switch {
	case violated:
		return exit.Status(exit.Violated)
	case incomplete:
		return exit.Status(exit.Incomplete)
	}
	return nil
}
