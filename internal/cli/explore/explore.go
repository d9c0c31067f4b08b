// Package explore is the command that searches a scenario.
package explore

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// New returns the command.
func New() *cobra.Command { return With(nil) }

// With returns the command of a program that has engines and more storages.
func With(remote Remote) *cobra.Command {
	e := options{keeper: keeper{remote: remote}}
	cmd := &cobra.Command{
		Use:   "explore [FILE]",
		Short: "Search every state that your scenario can reach",
		Long: `explore searches every state that a scenario can reach, and reports whether its invariants hold.
If one does not, it draws a shortest run to a violation. The scenario comes from a file, from a
theorem (--theorem), or else from --example. The flags below change it; --set changes any key of a
scenario file, as in --set A.tcp.rst-in-time-wait=ignore, and --keys lists the keys.

--possible and --leads-to ask what can or must happen eventually. They are answered on the graph
of the states that the search found. The limits, such as --timeout and --mem, apply to the search,
and not to these answers.`,
		Example: `  tcpcheck explore --example > my.toml; tcpcheck explore my.toml
  tcpcheck explore --handshake two                    the example, with a two-segment handshake
  tcpcheck explore --theorem wait-keeps-old-fin-out --time-wait 2 --save short.json
  tcpcheck explore my.toml --sometimes A=TIME-WAIT,B=LAST-ACK
  tcpcheck explore my.toml --possible A=CLOSED,B=CLOSED
  tcpcheck explore my.toml --leads-to 'A=SYN-SENT => A=ESTABLISHED|CLOSED'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := e.check(cmd.Flags()); err != nil {
				return err
			}
			return e.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	e.flags(cmd.Flags())
	return cmd
}

func (e *options) flags(f *pflag.FlagSet) {
	e.Source.Flags(f)
	flags.Group(f, flags.Question, func(f *pflag.FlagSet) {
		f.StringArrayVar(&e.sometimes, "sometimes", nil, "draw a shortest run to such a `pair` of states: A=TIME-WAIT,B=LAST-ACK")
		e.asking.flags(f)
		f.BoolVar(&e.keepGoing, "keep-going", false, "search on after the first violation, for a shortest run to a violation of each invariant")
	})
	e.Limits.Flags(f)
	e.keeper.flags(f)
	flags.Group(f, "Reductions of the state space", func(f *pflag.FlagSet) {
		flags.NoReduction(f, &e.without)
		f.BoolVar(&e.reductions, "reductions", false, "search once with each reduction, and print how many states each saves")
	})
	e.Exporter.Flags(f)
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
		f.BoolVar(&e.json, "json", false, "print the report as JSON")
		f.StringVar(&e.save, "save", "", "write a run to a violation to `file`, for replay (-: stdout)")
		f.StringVar(&e.dot, "dot", "", "write the graph that was found for Graphviz to `file` (-: stdout)")
		f.BoolVar(&e.force, "force", false, "write a graph for Graphviz even if it is too large to draw well")
		f.StringVar(&e.aut, "aut", "", "write the graph in the Aldebaran format to `file` (-: stdout)")
		f.StringVar(&e.jsonl, "jsonl", "", "write the graph to `file`, one JSON object a line (-: stdout)")
		f.StringVar(&e.certificate, "certificate", "", "write a proof of VERIFIED to `file` (-: stdout), for certify; this searches the whole space, without reductions")
		f.BoolVar(&e.fields, "fields", false, "print which parts of a state take how many values at each depth: what makes a search grow")
		f.BoolVar(&e.coverage, "coverage", false, "print which clauses of RFC 9293 §3.10, which requirements and which arrows of Figure 5 the search exercised")
		f.BoolVar(&e.levels, "levels", false, "print how many states there are at each depth")
	})
	flags.Group(f, "Instead of a search", func(f *pflag.FlagSet) {
		f.BoolVar(&e.example, "example", false, "print a scenario file with comments")
		f.BoolVar(&e.keys, "keys", false, "list the keys of a scenario file, with their meaning and values")
		f.BoolVar(&e.print, "print", false, "print the scenario as a file")
	})
}

type options struct {
	subject.Source
	flags.Limits
	keeper
	asking
	runfiles.Exporter
	example, keys, print, json bool
	fields, coverage, levels   bool
	force                      bool
	reductions, keepGoing      bool
	dot, aut, jsonl, save      string
	certificate                string
	sometimes                  []string
	notes                      io.Writer // messages that are not part of the JSON report
}

// check refuses flags that contradict each other, and files that cannot be written.
func (e *options) check(f *pflag.FlagSet) error {
	if err := flags.Exclusive(f, "example", "keys", "print"); err != nil {
		return err
	}
	for _, name := range []string{"example", "print"} {
		if err := flags.Exclusive(f, name, "json"); err != nil {
			return err
		}
	}
	for _, name := range []string{"sometimes", "no-reduction", "store", "reductions"} {
		if err := flags.Exclusive(f, "resume", name); err != nil { // the directory has them
			return err
		}
	}
	for _, name := range []string{"dir", "json", "fields", "coverage", "dot", "aut", "jsonl", "save", "certificate", "pcap", "packetdrill", "picture"} {
		if err := flags.Exclusive(f, "reductions", name); err != nil {
			return err
		}
	}
	if f.Changed("fair") && !f.Changed("leads-to") && !f.Changed("resume") {
		return exit.Usagef("--fair %s: expected --leads-to as well", e.fair)
	}
	var also []string
	if e.json {
		also = append(also, "--json")
	}
	files := []flags.File{{Flag: "--dot", Name: e.dot}, {Flag: "--aut", Name: e.aut}, {Flag: "--jsonl", Name: e.jsonl},
		{Flag: "--save", Name: e.save}, {Flag: "--certificate", Name: e.certificate}}
	if err := flags.Outputs(files, also...); err != nil {
		return err
	}
	return e.Exporter.Check()
}

// listKeys prints each key of a scenario with its meaning and its values.
func listKeys(w io.Writer, asJSON bool) error {
	keys := scenario.Keys()
	if asJSON {
		return report.Write(w, "explore", &documents.Keys{Keys: keys, Names: question.Names()})
	}
	for _, k := range keys {
		prose.Entry(w, "", 29, k.Path, k.Means, 118)
		prose.Entry(w, "", 31, "", k.Takes, 118)
	}
	fmt.Fprint(w, "\nWhat an expression of always, reach and leads-to can name (B. like A.). The operators are\n&& || ! == != < <= > >= + - * in ?:\n\n")
	for _, n := range question.Names() {
		prose.Entry(w, "", 29, n.Path, n.Takes+": "+n.Means, 118)
	}
	return nil
}

func (e *options) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	switch {
	case e.example:
		fmt.Fprint(stdout, scenario.Example())
		return nil
	case e.keys:
		return listKeys(stdout, e.json)
	}
	sub, err := e.prepare(ctx, args)
	if err != nil {
		return err
	}
	e.TellProfile(stderr)
	if e.print {
		_, err := stdout.Write(scenario.Format(sub.File))
		return err
	}
	o := e.Limits.Options()
	if err := sub.Predicates(&o, e.sometimes); err != nil {
		return err
	}
	if what := e.needsGraph(&sub); what != "" && explore.Store(e.store) != explore.Exact {
		return exit.Usagef("--store %v: found %s, which needs --store exact", explore.Store(e.store), what)
	}
	if e.reductions {
		return e.compare(ctx, &sub, o, stdout, stderr)
	}
	if err := e.keep(ctx, &o, sub.File); err != nil {
		return err
	}
	if e.engine != "" {
		if o.Away, err = e.remote.Away(ctx, e.engine, o.Dir); err != nil {
			return exit.Usagef("--engine %s: %v", e.engine, err)
		}
		fmt.Fprintf(stderr, "explore: workers search: tcpcheck-cluster worker --engine %s --dir %s\n", e.engine, o.Dir)
	}
	o.Ends = func(s netfake.State) string { return pair(sub.Sys, s) }
	o.KeepGoing = e.keepGoing || len(sub.Live) > 0 // a liveness question needs the whole graph
	var done func()
	o.Progress, done = terminal.Progress(stderr)
	r, g := e.search(ctx, &sub, o)
	done()
	if r.Err != nil && r.Distinct == 0 {
		flag := "--dir"
		if e.resume != "" {
			flag = "--resume"
		}
		return exit.Usagef("%s: %v", flag, r.Err)
	}
	terminal.EndOnInterrupt() // a second Ctrl-C stops the report, which may be long
	human := stdout
	if e.dot == "-" || e.aut == "-" || e.jsonl == "-" || e.save == "-" || e.certificate == "-" {
		human = stderr // stdout is for the file
	}
	e.notes = human
	if e.json {
		e.notes = stderr
	}
	return e.report(ctx, &sub, r, g, human, stdout, stderr)
}

// prepare makes the subject with its questions, from the command line or from the directory of a
// kept search.
func (e *options) prepare(ctx context.Context, args []string) (sub subject.Subject, err error) {
	if err := e.keeper.check(args, e.Theorem); err != nil {
		return sub, err
	}
	if e.resume != "" {
		if e.Recalled, e.sometimes, err = e.recall(ctx); err != nil {
			return sub, err
		}
	} else {
		e.keeper.asked, e.asker, e.asking = e.asking, e.Source.Theorem, asking{fair: fairAll}
	}
	questions, err := e.keeper.asked.questions()
	if err != nil {
		return sub, err
	}
	more, err := e.questions() // asked when a search is resumed
	if err != nil {
		return sub, err
	}
	questions = append(questions, more...)
	sub, err = e.Subject(args)
	if err != nil {
		return sub, err
	}
	e.sometimes = slices.DeleteFunc(e.sometimes, func(name string) bool { // the file asks these
		return e.resume != "" && slices.Contains(sub.File.Reach, name)
	})
	if e.resume != "" && e.asker != "" {
		q, err := flags.QuestionOf(e.asker)
		if err != nil {
			return sub, err
		}
		sub.Ask(q.Live)
	}
	sub.Live = append(sub.Live, questions...)
	return sub, nil
}

// needsGraph names a flag or question that needs a search with whole states, or "".
func (e *options) needsGraph(sub *subject.Subject) string {
	switch {
	case len(sub.Live) > 0:
		return "a question about what happens eventually"
	case e.fields:
		return "--fields"
	case e.coverage:
		return "--coverage"
	case e.dot != "":
		return "--dot"
	case e.aut != "":
		return "--aut"
	case e.jsonl != "":
		return "--jsonl"
	case e.certificate != "":
		return "--certificate"
	}
	return ""
}
