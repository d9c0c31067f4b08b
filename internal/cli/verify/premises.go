package verify

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
)

// relaxer is "verify --premises".
type relaxer struct {
	on, markdown bool
	show         string
	states       uint64
}

func (x *relaxer) flags(f *pflag.FlagSet) {
	f.BoolVar(&x.on, "premises", false, "relax each premise of the theorems that hold, one at a time, and report which are needed")
	f.BoolVar(&x.markdown, "markdown", false, "with --premises: print docs/PREMISES.md")
	f.StringVar(&x.show, "show", "", "with --premises and one theorem: draw a counterexample without this `premise`")
	f.Uint64Var(&x.states, "max-states", properties.RelaxedStates, "with --premises: stop each search after this `number` of states; the premise is then open")
}

// check refuses flags that do not go together.
func (x *relaxer) check(f *pflag.FlagSet, theorems []properties.Theorem) error {
	if !x.on {
		for _, name := range []string{"markdown", "show", "max-states"} {
			if f.Changed(name) {
				return exit.Usagef("--%s: found without --premises, expected both", name)
			}
		}
		return nil
	}
	if err := flags.Exclusive(f, "markdown", "show", "json"); err != nil {
		return err
	}
	if x.show != "" && len(theorems) != 1 {
		return exit.Usagef("--show: found %d theorems, expected one", len(theorems))
	}
	if _, ok := properties.PremiseByName(x.show); x.show != "" && !ok {
		return flags.Unknown(fmt.Sprintf("premise %q", x.show), x.show, prose.Each(properties.Premises(), func(p properties.Premise) string { return p.Name }))
	}
	return nil
}

// premises relaxes the premises of the theorems, one by one.
func (v *options) premises(ctx context.Context, w, stderr io.Writer, theorems []properties.Theorem, named bool) error {
	show, done := terminal.Progress(stderr)
	defer done()
	set := v.set
	set.Progress, set.MaxStates = show, v.Ask.states
	var all []properties.Rests
	status := exit.OK
	for _, th := range theorems {
		if !th.Relaxable() {
			if named {
				return exit.Usagef("theorem %s: found a theorem that is expected to fail, or that is not searched, expected one that holds", th.Name)
			}
			continue
		}
		if v.Ask.show != "" {
			return v.refute(ctx, w, th, set)
		}
		r, err := th.Relax(ctx, set)
		done()
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted in %s\n", th.Name)
			return exit.Status(exit.Incomplete)
		}
		if err != nil {
			return exit.Usagef("%s: %v", th.Name, err)
		}
		status = max(status, premises.RestsStatus(r))
		all = append(all, r)
		if !v.json && !v.Ask.markdown {
			fmt.Fprintf(w, "%s\n    %s\n", r.Theorem.Name, prose.Wrap(r.Theorem.Statement(), 96, "    "))
			premises.WriteCells(w, r)
		}
	}
	if err := v.tellTable(w, all); err != nil {
		return err
	}
	return exit.Status(status)
}

// tellTable prints the report of all theorems together.
func (v *options) tellTable(w io.Writer, all []properties.Rests) error {
	if v.Ask.markdown {
		return properties.WritePremises(w, all, v.Ask.states)
	}
	if v.json {
		return report.Write(w, "verify", &report.Premises{Questions: premises.JSON(all)})
	}
	total := map[properties.Conclusion]int{}
	for _, r := range all {
		for _, c := range r.Cells {
			total[c.Answer]++
		}
	}
	fmt.Fprintf(w, "%s: %d premises needed, %d not needed, %d open\n", prose.Count(len(all), "theorem"),
		total[properties.Fails], total[properties.Holds], total[properties.Open])
	return nil
}

// refute draws a counterexample to a theorem without one of its premises.
func (v *options) refute(ctx context.Context, w io.Writer, th properties.Theorem, set properties.Settings) error {
	p, _ := properties.PremiseByName(v.Ask.show)
	c, o, applies, err := th.Asks().Relaxed(ctx, p, set)
	switch {
	case err != nil:
		return exit.Usagef("%s: %v", th.Name, err)
	case !applies:
		return exit.Usagef("premise %s: it does not apply to the scenario of %s, expected one that does", p.Name, th.Name)
	case c.Needed():
		fmt.Fprintf(w, "%s, without the premise that %s: %s\n\n", th.Name, p.Text, explore.Violated)
		return runfiles.Show(w, &v.Pictures, o.System, o.Actions(), th.Name+" without "+p.Name, runs.Of(o))
	case c.Answer == properties.Holds:
		fmt.Fprintf(w, "%s, without the premise that %s: %s, %d states. The premise is not needed, and there is no run to show.\n", th.Name, p.Text, explore.Verified, c.Distinct)
		return nil
	}
	fmt.Fprintf(w, "%s, without the premise that %s: open after %d states (%s)\n", th.Name, p.Text, c.Distinct, c.Reason)
	return exit.Status(exit.Incomplete)
}
