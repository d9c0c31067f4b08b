package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/properties"
)

// relaxer is "verify --premises".
type relaxer struct {
	on, markdown bool
	show         string
	states       uint64
}

func (x *relaxer) flags(f *pflag.FlagSet) {
	f.BoolVar(&x.on, "premises", false, "relax each premise of the theorems that hold, and tell which are needed")
	f.BoolVar(&x.markdown, "markdown", false, "with --premises: print docs/PREMISES.md")
	f.StringVar(&x.show, "show", "", "with --premises and one theorem: draw the run that refutes it without this premise")
	f.Uint64Var(&x.states, "max-states", properties.RelaxedStates, "with --premises: end each search past so many states; the premise is then open")
}

// check refuses flags that do not go together.
func (x *relaxer) check(f *pflag.FlagSet, theorems []properties.Theorem) error {
	if !x.on {
		for _, name := range []string{"markdown", "show", "max-states"} {
			if f.Changed(name) {
				return usagef("--%s: found without --premises, expected both", name)
			}
		}
		return nil
	}
	if err := exclusive(f, "markdown", "show", "json"); err != nil {
		return err
	}
	if x.show != "" && len(theorems) != 1 {
		return usagef("--show: found %d theorems, expected one", len(theorems))
	}
	if _, ok := properties.PremiseByName(x.show); x.show != "" && !ok {
		return usagef("premise %q: expected one of %s", x.show, strings.Join(premiseNames(), ", "))
	}
	return nil
}

func premiseNames() (names []string) {
	for _, p := range properties.Premises() {
		names = append(names, p.Name)
	}
	return names
}

// premises relaxes the premises of the theorems, one by one.
func (v *verifier) premises(ctx context.Context, w, stderr io.Writer, theorems []properties.Theorem, named bool) error {
	show, done := progress(stderr)
	defer done()
	set := v.set
	set.Progress, set.Without, set.MaxStates = show, v.less.without, v.relax.states
	var all []properties.Rests
	status := exitOK
	for _, th := range theorems {
		if !th.Relaxable() {
			if named {
				return usagef("theorem %s: found one that does not hold, or is not searched, expected one that holds", th.Name)
			}
			continue
		}
		if v.relax.show != "" {
			return v.refute(ctx, w, th, set)
		}
		r, err := th.Relax(ctx, set)
		done()
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted in %s\n", th.Name)
			return exitError{exitIncomplete, ""}
		}
		if err != nil {
			return usagef("%s: %v", th.Name, err)
		}
		status = max(status, restsStatus(r))
		all = append(all, r)
		if !v.json && !v.relax.markdown {
			tellPremises(w, r)
		}
	}
	if err := v.tellTable(w, all); err != nil {
		return err
	}
	if status != exitOK {
		return exitError{status, ""}
	}
	return nil
}

// tellTable prints what is printed of all theorems together.
func (v *verifier) tellTable(w io.Writer, all []properties.Rests) error {
	if v.relax.markdown {
		return properties.WritePremises(w, all, v.relax.states)
	}
	if v.json {
		return encodeJSON(w, jsonPremises(all))
	}
	total := map[properties.Need]int{}
	for _, r := range all {
		for _, c := range r.Cells {
			total[c.Need]++
		}
	}
	fmt.Fprintf(w, "%s: %d premises needed, %d not needed, %d open\n", count(len(all), "theorem"),
		total[properties.Needed], total[properties.NotNeeded], total[properties.Open])
	return nil
}

// restsStatus: a premise that is needed and not named is a violation; one that is named must be known to be needed.
func restsStatus(r properties.Rests) int {
	if len(r.Unsaid()) > 0 {
		return exitViolated
	}
	for _, name := range r.Unneeded() {
		open := slices.ContainsFunc(r.Cells, func(c properties.Cell) bool { return c.Premise == name && c.Need == properties.Open })
		if !open {
			return exitViolated
		}
	}
	if len(r.Unneeded()) > 0 {
		return exitIncomplete
	}
	return exitOK
}

// tellPremises prints one theorem.
func tellPremises(w io.Writer, r properties.Rests) {
	fmt.Fprintf(w, "%s\n    %s\n", r.Theorem.Name, wrap(r.Theorem.Statement(), 96, "    "))
	tellCells(w, r)
}

// refute draws the run that refutes a theorem without a premise.
func (v *verifier) refute(ctx context.Context, w io.Writer, th properties.Theorem, set properties.Settings) error {
	p, _ := properties.PremiseByName(v.relax.show)
	c, o, applies, err := th.Asks().Relaxed(ctx, p, set)
	switch {
	case err != nil:
		return usagef("%s: %v", th.Name, err)
	case !applies:
		return usagef("premise %s: found no place for it in %s, expected one that its scenario has", p.Name, th.Name)
	case c.Need == properties.Needed:
		fmt.Fprintf(w, "%s, without the premise that %s: %s\n\n", th.Name, p.Text, explore.Violated)
		return ladder.Write(w, o.System, actions(o.Whole()), ladder.Options{Violated: o.Violated, Why: o.Why, Part: o.Part, Loop: o.Loop(), Color: wantsColor(w)})
	case c.Need == properties.NotNeeded:
		fmt.Fprintf(w, "%s, without the premise that %s: %s, %d states. The premise is not needed, and there is no run to show.\n", th.Name, p.Text, explore.Verified, c.Distinct)
		return nil
	}
	fmt.Fprintf(w, "%s, without the premise that %s: open after %d states (%s)\n", th.Name, p.Text, c.Distinct, c.Reason)
	return exitError{exitIncomplete, ""}
}

// jsonRests is one theorem as --json prints it.
type jsonRests struct {
	Name, Statement  string
	Premises         []jsonCell
	Unsaid, Unneeded []string `json:",omitempty"`
}

type jsonCell struct {
	Name, Text, Answer, Verdict string
	Steps, Loop                 int    `json:",omitempty"`
	Violated, Reason            string `json:",omitempty"`
	Distinct                    uint64
}

func jsonPremises(all []properties.Rests) []jsonRests {
	list := []jsonRests{}
	for _, r := range all {
		j := jsonRests{Name: r.Theorem.Name, Statement: r.Theorem.Statement(), Premises: []jsonCell{}, Unsaid: r.Unsaid(), Unneeded: r.Unneeded()}
		for _, c := range r.Cells {
			p, _ := properties.PremiseByName(c.Premise)
			j.Premises = append(j.Premises, jsonCell{Name: c.Premise, Text: p.Text, Answer: c.Need.String(), Verdict: c.Verdict.String(),
				Steps: c.Steps, Loop: c.Loop, Violated: c.Violated, Reason: c.Reason, Distinct: c.Distinct})
		}
		list = append(list, j)
	}
	return list
}
