// Package conform is the command that compares a TCP stack with the model.
package conform

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/model"
)

// New returns the command.
func New() *cobra.Command {
	var x options
	cmd := &cobra.Command{
		Use:   "conform {--stack NAME | --exec PROGRAM [ARG...] | --list}",
		Short: "Drive a TCP stack side by side with the model, and compare what they do",
		Long: `conform starts a program that holds a TCP stack and speaks the line format of conform/PROTOCOL.md. It leads
the stack to each state by the shortest path, gives it a segment of each class there (flags, where SEQ and ACK lie,
text), or a call, and compares what is sent, the state, and what the user hears with what the machine does; then it
goes on at random. How a stack is known to differ stands in a file (--deviations). What that does not cover is a
difference, and so is an entry of it that no longer happens.

Exit status: 0 if nothing is unexplained, 1 if something is or an entry is not needed, 2 for a stack or a file that
cannot be used, 3 if interrupted.`,
		Example: `  tcpcheck conform --stack model
  tcpcheck conform --deviations my-stack.toml --exec ./my-stack
  tcpcheck conform --stack model --policy attacks=rfc793 --pairs '^LAST-ACK: RST'
  tcpcheck conform --list`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return x.run(cmd, args)
		},
	}
	f := cmd.Flags()
	f.SetInterspersed(false) // what follows the first argument is the program's
	f.StringVar(&x.stack, "stack", "", "a stack of the module conform/stacks, by `name`, with the table in its directory: model")
	f.StringVar(&x.program, "exec", "", "start this `program`, with the arguments")
	f.DurationVar(&x.patience, "patience", conform.Patience,
		"how long an answer may take, beside the time that the program is asked to sleep, before it is killed, which is a difference")
	f.StringVar(&x.file, "deviations", "", "how the stack is known to differ: a `file` of TOML")
	f.StringArrayVar(&x.policies, "policy", nil, "compare with a machine with this `policy`: attacks=rfc793; may be repeated")
	f.StringVar(&x.pairs, "pairs", "", "only pairs whose name matches the regular `expression`: '^LAST-ACK: RST'")
	f.BoolVar(&x.places, "cover", false, "not every class, but each set of flags with each place of SEQ, of ACK, and with each text")
	f.IntVar(&x.steps, "steps", 2000, "how many random steps to take, about")
	f.Uint64Var(&x.seed, "seed", 1, "of the random steps")
	f.IntVar(&x.parallel, "parallel", 1, "how many of the program to run side by side")
	f.BoolVar(&x.list, "list", false, "list the situations with their paths, and the classes")
	f.BoolVar(&x.draft, "draft", false, "print an entry for --deviations for each kind of difference, to be gone over by hand")
	f.BoolVar(&x.json, "json", false, "print the report as JSON")
	return cmd
}

// conformer holds the flags.
type options struct {
	stack, program, file, pairs string
	places, list, json, draft   bool
	policies                    []string
	steps, parallel             int
	seed                        uint64
	patience                    time.Duration
}

func (x *options) run(cmd *cobra.Command, args []string) error {
	if err := flags.Exclusive(cmd.Flags(), "json", "draft"); err != nil {
		return err
	}
	o, err := x.options()
	if err != nil {
		return err
	}
	if x.list {
		return x.writeList(cmd, o)
	}
	open, err := x.opener(args)
	if err != nil {
		return err
	}
	if o.Pairs != nil {
		if list, _, err := conform.Pairs(cmd.Context(), o, true); err == nil && len(list) == 0 {
			return exit.Usagef(`--pairs %s: no name matches, expected some such as "LISTEN: RST seq=exact"; --list names the situations`,
				x.pairs)
		}
	}
	show, done := terminal.StatusLine(cmd.ErrOrStderr())
	if show != nil {
		o.Progress = func(n, all int) {
			if n%100 == 0 || n == all {
				show(fmt.Sprintf("%d of %d pairs; Ctrl-C ends", n, all))
			}
		}
	}
	r, err := conform.Check(cmd.Context(), open, o)
	done()
	if err != nil {
		return exit.Usagef("%v", err)
	}
	switch w := cmd.OutOrStdout(); {
	case x.json:
		err = report.Write(w, "conform", &report.Conformance{Report: r})
	case x.draft:
		err = r.WriteDraft(w)
	default:
		err = r.WriteText(w)
	}
	switch {
	case err != nil:
		return err
	case r.OK():
		return nil
	case r.Interrupted:
		return exit.Status(exit.Incomplete)
	}
	return exit.Status(exit.Violated)
}

func (x *options) options() (o conform.Options, err error) {
	o = conform.Options{Policies: x.policies, Steps: x.steps, Seed: x.seed, Parallel: x.parallel}
	if x.places {
		o.Cover = conform.CoverPlaces
	}
	if x.steps < 0 || x.parallel < 1 {
		return o, exit.Usagef("--steps %d, --parallel %d: expected steps from 0 and one program or more", x.steps, x.parallel)
	}
	if x.patience <= 0 {
		return o, exit.Usagef("--patience %v: expected a time above 0, such as 10s", x.patience)
	}
	if x.pairs != "" {
		if o.Pairs, err = regexp.Compile(x.pairs); err != nil {
			return o, exit.Usagef("--pairs: %v", err)
		}
	}
	if o.Table, err = x.table(); err != nil {
		return o, err
	}
	if err := conform.ParsePolicies(new(model.Config), x.policies); err != nil {
		return o, exit.Usagef("--policy: %v", err)
	}
	return o, nil
}

// table reads the table that is named, or that of the stack, if it has one.
func (x *options) table() (*conform.Table, error) {
	switch {
	case x.file != "":
		return deviations(x.file)
	case x.stack == "":
		return nil, nil
	}
	dir, err := conform.StacksDir()
	if err != nil {
		return nil, exit.Usagef("--stack %s: %v", x.stack, err)
	}
	var files []string
	for _, name := range []string{"deviations.toml", "walks.toml"} { // what the pairs show, and what only walks do
		if file := filepath.Join(dir, x.stack, name); exists(file) {
			files = append(files, file)
		}
	}
	if len(files) == 0 {
		return nil, nil
	}
	return deviations(files[0], files[1:]...)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func deviations(file string, more ...string) (*conform.Table, error) {
	t, err := conform.ReadTable(file, more...)
	if err != nil {
		return nil, exit.Usagef("--deviations: %v", err)
	}
	return t, nil
}

// opener says how the program is started.
func (x *options) opener(args []string) (func() (conform.Peer, error), error) {
	switch {
	case (x.program == "") == (x.stack == ""):
		return nil, exit.Usagef("conform: expected one of --stack NAME and --exec PROGRAM, or --list")
	case x.program != "":
		return func() (conform.Peer, error) { return conform.Exec(x.patience, append([]string{x.program}, args...)...) }, nil
	case len(args) > 0:
		return nil, exit.Usagef("--stack %s: found the argument %q, expected none", x.stack, args[0])
	}
	if _, err := conform.StacksDir(); err != nil {
		return nil, exit.Usagef("--stack %s: %v", x.stack, err)
	}
	return func() (conform.Peer, error) { return conform.Stack(x.patience, x.stack) }, nil
}

// writeList lists the situations with their paths, and the classes.
func (x *options) writeList(cmd *cobra.Command, o conform.Options) error {
	pairs, missing, err := conform.Pairs(cmd.Context(), o, true)
	if err != nil {
		return exit.Usagef("%v", err)
	}
	l := report.Situations{Unreachable: missing, Pairs: len(pairs)}
	for _, p := range pairs {
		if n := len(l.Situations); n == 0 || l.Situations[n-1].Name != p.Situation.Name {
			s := report.Situation{Name: p.Situation.Name, Path: []string{}}
			for _, step := range p.Situation.Path {
				s.Path = append(s.Path, step.String())
			}
			l.Situations = append(l.Situations, s)
		}
		l.Situations[len(l.Situations)-1].Pairs++
	}
	for _, c := range conform.Classes() {
		l.Classes = append(l.Classes, c.String())
	}
	w := cmd.OutOrStdout()
	if x.json {
		return report.Write(w, "conform", &l)
	}
	return writeListed(w, l)
}

func writeListed(w io.Writer, l report.Situations) error {
	for _, s := range l.Situations {
		fmt.Fprintf(w, "%-26s %5d pairs   %s\n", s.Name, s.Pairs, strings.Join(s.Path, "; "))
	}
	if len(l.Unreachable) > 0 {
		fmt.Fprintf(w, "no path under these policies to %s\n", strings.Join(l.Unreachable, ", "))
	}
	last := len(l.Classes) - 1
	_, err := fmt.Fprintf(w, "%d classes, from %q to %q; %d pairs\n", len(l.Classes), l.Classes[0], l.Classes[last], l.Pairs)
	return err
}
