// Package conform is the command that compares a TCP stack with the model.
package conform

import (
	"context"
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
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/internal/timed"
	machine "github.com/tcpcheck/tcpcheck/model"
)

// New returns the command.
func New() *cobra.Command {
	var x options
	cmd := &cobra.Command{
		Use:   "conform {--stack NAME | --exec PROGRAM [ARG...] | --list}",
		Short: "Run a TCP stack side by side with the model, and compare what they do",
		Long: `conform starts a program that contains a TCP stack and speaks the line format of
conform/PROTOCOL.md. It brings the stack into each state by the shortest path. There it sends a
segment of each class (its flags, the places of SEQ and ACK, its data) or makes a call, and
compares the stack with the model: the segments sent, the state, and what the user is told. Then
it continues with random steps. Known differences are listed in a file (--deviations). conform
reports differences that are not listed, by cause and the worst first, and listed ones that no
longer occur.

First it checks the program itself: whether its answers have the form of PROTOCOL.md, and whether
a connection can be opened and used. A program that fails there is not compared.

Exit status: 0 if every difference is known, 1 if one is not, or if a listed one no longer occurs,
2 if a program or a file cannot be used, 3 if interrupted, or stopped by --timeout.`,
		Example: `  tcpcheck conform --stack model
  tcpcheck conform --exec ./my-stack --draft > my-stack.toml
  tcpcheck conform --deviations my-stack.toml --junit report.xml --exec ./my-stack
  tcpcheck conform --json --exec ./old > old.json; tcpcheck conform --baseline old.json --exec ./new
  tcpcheck conform --stack model --policy attacks=rfc793 --pairs '^LAST-ACK: RST'
  tcpcheck conform --list`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return x.run(cmd, args)
		},
	}
	f := cmd.Flags()
	f.SetInterspersed(false) // the first argument and all that follow belong to the program
	f.SortFlags = false
	f.StringVar(&x.stack, "stack", "", "the `name` of a stack in the module conform/stacks; its list of known differences is read, too")
	f.StringVar(&x.program, "exec", "", "start this `program`, with the arguments that follow it")
	f.StringArrayVar(&x.files, "deviations", nil, "the known differences of the stack, a `file` in TOML (may be repeated, in any order)")
	f.BoolVar(&x.draft, "draft", false, "print an entry for --deviations for each finding, for you to check and describe")
	f.BoolVar(&x.pin, "pin", false, "write what is sent, with its numbers, and the number of pairs into the entries of --deviations, as they are now")
	f.StringVar(&x.baseline, "baseline", "", "print only what changed since the run of which conform --json wrote this `file`")
	f.StringVar(&x.against, "against", "", "print only what is different in this `program`, with its arguments, which is the earlier one")
	f.StringVar(&x.junit, "junit", "", "write a test case for each cause to `file`, as JUnit XML")
	f.StringVar(&x.markdown, "markdown", "", "write a summary to `file`, for the page of a job")
	f.StringVar(&x.html, "html", "", "write a page to `file`: situations by inputs, and the script of each finding")
	f.BoolVar(&x.must, "must", false, "fail only for findings that break a MUST")
	f.StringArrayVar(&x.policies, "policy", nil, "compare with a model that has this `policy`, such as attacks=rfc793 (may be repeated)")
	f.StringVar(&x.pairs, "pairs", "", "use only pairs whose name matches the regular `expression`: '^LAST-ACK: RST'")
	f.BoolVar(&x.places, "cover", false, "use fewer classes: each set of flags with each place of SEQ, with each place of ACK, and with each kind of data")
	f.IntVar(&x.steps, "steps", 2000, "about how many random steps to take")
	f.DurationVar(&x.budget, "budget", 0, "go on with random steps for this long, such as 30s, even when --steps are done")
	f.Uint64Var(&x.seed, "seed", 1, "the seed of the random steps")
	f.IntVar(&x.parallel, "parallel", 1, "how many copies of the program to run at the same time")
	f.DurationVar(&x.patience, "patience", conform.Patience,
		"how long to wait for an answer, in addition to the time that the program is told to sleep;\nthen the program is killed, which counts as a difference")
	f.DurationVar(&x.timeout, "timeout", 0, "stop after this time: 5m (0: no limit)")
	f.BoolVar(&x.unchecked, "no-adapter-check", false, "compare even if the program fails the check that comes first")
	f.StringVar(&x.transcript, "transcript", "", "write every request and every line of an answer to `file`")
	f.BoolVar(&x.list, "list", false, "list the situations with their paths, and the classes")
	f.BoolVar(&x.json, "json", false, "print the report as JSON")
	return cmd
}

// options has the flags.
type options struct {
	stack, program, pairs         string
	transcript, baseline, against string
	junit, markdown, html         string
	places, list, json            bool
	unchecked                     bool
	draft, pin, must              bool
	files, policies               []string
	steps, parallel               int
	seed                          uint64
	patience, timeout, budget     time.Duration
}

func (x *options) run(cmd *cobra.Command, args []string) error {
	if err := flags.Exclusive(cmd.Flags(), "json", "draft", "pin"); err != nil {
		return err
	}
	if err := flags.Exclusive(cmd.Flags(), "baseline", "against", "draft", "pin"); err != nil {
		return err
	}
	if err := flags.Outputs([]flags.File{{Flag: "--junit", Name: x.junit}, {Flag: "--markdown", Name: x.markdown}, {Flag: "--html", Name: x.html}}); err != nil {
		return err
	}
	o, err := x.options()
	if err != nil {
		return err
	}
	if x.list {
		return x.writeList(cmd, o)
	}
	if o.Pairs != nil {
		if list, _, err := conform.Pairs(cmd.Context(), o, conform.Hello{Virtual: true, Backlog: true}); err == nil && len(list) == 0 {
			return exit.Usagef(`--pairs %s: no name matches, expected some such as "LISTEN: RST seq=exact"; --list names the situations`,
				x.pairs)
		}
	}
	transcript, err := x.openTranscript()
	if err != nil {
		return err
	}
	defer transcript.Close()
	open, err := x.opener(args, transcript)
	if err != nil {
		return err
	}
	var was *conform.Report
	if x.comparing() {
		if was, err = x.earlier(cmd); err != nil {
			return err
		}
	}
	r, err := x.check(cmd, open, o)
	if err != nil {
		return err
	}
	if err := x.writeFiles(cmd, r, o); err != nil {
		return err
	}
	if was != nil {
		return x.tellChanges(cmd, was, r, o)
	}
	return x.tell(cmd, r)
}

// weakest is the weakest level that fails.
func (x *options) weakest() conform.Level {
	if x.must {
		return conform.Must
	}
	return conform.May
}

// writeFiles writes the other forms of the report.
func (x *options) writeFiles(cmd *cobra.Command, r *conform.Report, o conform.Options) error {
	pairs, _, err := conform.Pairs(cmd.Context(), o, r.Hello)
	if err != nil {
		return exit.Usagef("%v", err)
	}
	for _, x := range []struct {
		name, flag string
		write      func(io.Writer) error
	}{
		{x.junit, "--junit", func(w io.Writer) error { return writeJUnit(w, r, x.weakest()) }},
		{x.markdown, "--markdown", func(w io.Writer) error { return writeMarkdown(w, r) }},
		{x.html, "--html", func(w io.Writer) error { return writePage(w, r, pairs) }},
	} {
		if err := flags.WriteTo(x.name, x.flag, cmd.OutOrStdout(), x.write); err != nil {
			return err
		}
	}
	return nil
}

// check compares the stack, and shows the progress on a terminal.
func (x *options) check(cmd *cobra.Command, open func() (conform.Peer, error), o conform.Options) (*conform.Report, error) {
	ctx := cmd.Context()
	if x.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, x.timeout)
		defer cancel()
	}
	show, done := terminal.StatusLine(cmd.ErrOrStderr())
	if show != nil {
		o.Progress = func(n, all int) {
			if n%100 == 0 || n == all {
				show(fmt.Sprintf("%d of %d pairs; Ctrl-C ends", n, all))
			}
		}
	}
	r, err := conform.Check(ctx, open, o)
	done()
	if err != nil {
		return nil, exit.Usagef("%v", err)
	}
	return r, nil
}

// tell prints the report.
func (x *options) tell(cmd *cobra.Command, r *conform.Report) (err error) {
	switch w := cmd.OutOrStdout(); {
	case x.json:
		err = report.Write(w, "conform", &documents.Conformance{Report: r})
	case x.draft:
		err = r.WriteDraft(w)
	case x.pin:
		return x.writePins(r)
	default:
		err = r.WriteText(w)
	}
	switch {
	case err != nil:
		return err
	case r.OKFor(x.weakest()):
		return nil
	case r.Interrupted:
		return exit.Status(exit.Incomplete)
	}
	return exit.Status(exit.Violated)
}

// writePins writes the files of --deviations again.
func (x *options) writePins(r *conform.Report) error {
	files, err := x.tables()
	if err != nil {
		return err
	}
	if len(files) == 0 || r.Interrupted {
		return exit.Usagef("--pin: expected a file (--deviations) and a whole run")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return exit.Usagef("--pin: %v", err)
		}
		pinned, err := r.Pin(string(text))
		if err != nil {
			return exit.Usagef("--pin %s: %v", file, err)
		}
		if err := os.WriteFile(file, []byte(pinned), 0o666); err != nil {
			return exit.Usagef("--pin: %v", err)
		}
	}
	return nil
}

func (x *options) options() (o conform.Options, err error) {
	o = conform.Options{Policies: x.policies, Steps: x.steps, Seed: x.seed, Budget: x.budget, Parallel: x.parallel, NoAdapterCheck: x.unchecked}
	if x.places {
		o.Cover = conform.CoverPlaces
	}
	if x.steps < 0 || x.parallel < 1 {
		return o, exit.Usagef("--steps %d, --parallel %d: expected steps from 0 and one program or more", x.steps, x.parallel)
	}
	if x.budget < 0 {
		return o, exit.Usagef("--budget %v: expected a time of 0 or more, such as 30s", x.budget)
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
	if err := conform.ParsePolicies(new(machine.Config), x.policies); err != nil {
		return o, exit.Usagef("--policy: %v", err)
	}
	return o, nil
}

// tables are the files of known differences: the named ones, or those of the stack.
func (x *options) tables() (files []string, err error) {
	if len(x.files) > 0 || x.stack == "" || x.stack == model {
		return x.files, nil
	}
	if err := conform.StackKnown(x.stack); err != nil {
		return nil, exit.Usagef("--stack %s: %v", x.stack, err)
	}
	dir, err := conform.StacksDir()
	if err != nil {
		return nil, exit.Usagef("--stack %s: %v", x.stack, err)
	}
	for _, name := range []string{"deviations.toml", "walks.toml"} { // differences that pairs show, and those that only random walks show
		if file := filepath.Join(dir, x.stack, name); exists(file) {
			files = append(files, file)
		}
	}
	return files, nil
}

// table reads the files of known differences.
func (x *options) table() (*conform.Table, error) {
	files, err := x.tables()
	if err != nil || len(files) == 0 {
		return nil, err
	}
	t, err := conform.ReadTable(files[0], files[1:]...)
	if err != nil {
		return nil, exit.Usagef("--deviations: %v", err)
	}
	return t, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// model is the stack that needs no other module.
const model = "model"

// openTranscript opens the file of --transcript.
func (x *options) openTranscript() (*os.File, error) {
	if x.transcript == "" {
		return nil, nil
	}
	f, err := os.Create(x.transcript)
	if err != nil {
		return nil, exit.Usagef("--transcript: %v", err)
	}
	return f, nil
}

// opener returns the function that starts the program.
func (x *options) opener(args []string, transcript *os.File) (func() (conform.Peer, error), error) {
	p := conform.Program{Patience: x.patience}
	if transcript != nil {
		p.Transcript = transcript
	}
	switch {
	case (x.program == "") == (x.stack == ""):
		return nil, exit.Usagef("conform: expected one of --stack NAME and --exec PROGRAM, or --list")
	case x.program != "":
		p.Argv = append([]string{x.program}, args...)
		return p.Start, nil
	case len(args) > 0:
		return nil, exit.Usagef("--stack %s: found the argument %q, expected none", x.stack, args[0])
	case x.stack == model:
		return func() (conform.Peer, error) { return conform.Machine(machine.Default(), timed.RFC(), 0), nil }, nil
	}
	argv, err := conform.StackProgram(x.stack)
	if err != nil {
		return nil, exit.Usagef("--stack %s: %v", x.stack, err)
	}
	p.Argv = argv
	return p.Start, nil
}

// writeList lists the situations with their paths, and the classes.
func (x *options) writeList(cmd *cobra.Command, o conform.Options) error {
	pairs, missing, err := conform.Pairs(cmd.Context(), o, conform.Hello{Virtual: true, Backlog: true})
	if err != nil {
		return exit.Usagef("%v", err)
	}
	l := documents.Situations{Unreachable: missing, Pairs: len(pairs)}
	for _, p := range pairs {
		if n := len(l.Situations); n == 0 || l.Situations[n-1].Name != p.Situation.Name {
			s := documents.Situation{Name: p.Situation.Name, Path: []string{}}
			s.Path = append(s.Path, prose.Each(p.Situation.Path, conform.Step.String)...)
			l.Situations = append(l.Situations, s)
		}
		l.Situations[len(l.Situations)-1].Pairs++
	}
	l.Classes = prose.Each(conform.Classes(), conform.Class.String)
	w := cmd.OutOrStdout()
	if x.json {
		return report.Write(w, "conform", &l)
	}
	for _, s := range l.Situations {
		fmt.Fprintf(w, "%-26s %5d pairs   %s\n", s.Name, s.Pairs, strings.Join(s.Path, "; "))
	}
	if len(l.Unreachable) > 0 {
		fmt.Fprintf(w, "no path under these policies to %s\n", strings.Join(l.Unreachable, ", "))
	}
	last := len(l.Classes) - 1
	fmt.Fprintf(w, "\n%d classes of segments, from %q to %q; %d pairs of a situation and a class.\n", len(l.Classes), l.Classes[0], l.Classes[last], l.Pairs)
	fmt.Fprintln(w, "--json lists all. A class begins with the flags; the first value of each key is the usual one:")
	for _, word := range conform.ClassWords() {
		fmt.Fprintf(w, "  %-20s %s\n", word[0], word[1])
	}
	return nil
}
