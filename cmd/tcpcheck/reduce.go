package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// less is the flag that leaves reductions out.
type less struct{ without netfake.Reductions }

func (l *less) flags(f *pflag.FlagSet) {
	f.Var(l, "no-reduction", "search without a reduction of the space: all, "+strings.Join(netfake.ReductionNames, ", ")+" (may be repeated)")
}

// Set reads one name.
func (l *less) Set(text string) error {
	r, err := netfake.ParseReductions(text)
	l.without |= r
	return err
}

// String is empty: there is no default.
func (l *less) String() string { return "" }

// Type is what a usage line calls the value.
func (l *less) Type() string { return "name" }

// reducedBy names the reductions in a report, or is empty.
func reducedBy(r netfake.Reductions) string {
	if r == netfake.NoReductions {
		return ""
	}
	return r.String()
}

// search searches with the reductions that are sound for the scenario and that none of the questions can see; who
// wants the graph wants every state. The runs in the result are those of the system itself; if one cannot be, the
// search begins anew without reductions. There is a graph of the system itself only, so that nothing can be asked of that
// of a reduced one.
func (e *explorer) search(ctx context.Context, sub *subject, o options) (*result, *graph) {
	use := sub.blind &^ e.less.without
	if e.needsGraph(sub) != "" {
		use = netfake.NoReductions
	}
	reduced := sub.sys.Reduced(use)
	sub.used = reduced.Reductions()
	if o.Dir != "" {
		o.Identity = append(o.Identity, lineReduced+sub.used.String())
	}
	if sub.used == netfake.NoReductions {
		return explore.RunGraph(ctx, sub.sys, o)
	}
	r := explore.Run(ctx, reduced, o)
	if err := unfold(reduced, sub.sys, r); err != nil {
		sub.used = netfake.NoReductions
		return explore.RunGraph(ctx, sub.sys, unkept(o))
	}
	return r, nil
}

// unkept is a search that leaves nothing behind.
func unkept(o options) options {
	o.Dir, o.Resume, o.Identity = "", false, nil
	if o.Store == explore.Disk {
		o.Store = explore.Compact
	}
	return o
}

func unfold(reduced *netfake.Reduced, sys *netfake.System, r *result) (err error) {
	for i := range r.Violations {
		if r.Violations[i].Path, err = properties.Unfold(reduced, sys, r.Violations[i].Path); err != nil {
			return err
		}
	}
	for i := range r.Witnesses {
		if !r.Witnesses[i].Found {
			continue
		}
		if r.Witnesses[i].Path, err = properties.Unfold(reduced, sys, r.Witnesses[i].Path); err != nil {
			return err
		}
	}
	return nil
}

// compare searches without any reduction, with each alone, without each, and with all, and prints what was counted.
func (e *explorer) compare(ctx context.Context, sub *subject, o options, w, stderr io.Writer) error {
	if len(sub.live) > 0 {
		return usagef("--reductions: found a question of what happens eventually, which is asked of the whole space only")
	}
	all := sub.sys.Reduced(sub.blind &^ e.less.without).Reductions()
	sets := []netfake.Reductions{netfake.NoReductions, all}
	for i := range netfake.ReductionNames {
		sets = append(sets, all&(1<<i), all&^(1<<i))
	}
	slices.Sort(sets)
	fmt.Fprintf(w, "%s\n\n%-34s %-9s %5s %10s %11s %5s %8s\n", sub.name, "reduced by", "verdict", "steps", "distinct", "generated", "depth", "seconds")
	violated, incomplete := false, false
	for _, set := range slices.Compact(sets) {
		var done func()
		o.Progress, done = progress(stderr)
		r := explore.Run(ctx, sub.sys.Reduced(set), unkept(o))
		done()
		steps := "-"
		if r.Verdict == explore.Violated {
			violated = true
			steps = fmt.Sprint(r.Violations[0].Path.Steps())
		}
		fmt.Fprintf(w, "%-34v %-9s %5s %10d %11d %5d %8.2f\n", set, sub.verdict(r), steps, r.Distinct, r.Generated, r.Depth, r.Elapsed.Seconds())
		incomplete = incomplete || r.Verdict == explore.Unknown || r.Verdict == explore.Bounded
	}
	switch {
	case violated:
		return exitError{exitViolated, ""}
	case incomplete:
		return exitError{exitIncomplete, ""}
	}
	return nil
}
