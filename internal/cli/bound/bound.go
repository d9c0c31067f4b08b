// Package bound is the command that finds the smallest safe value of a parameter.
package bound

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/parallel"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/boundplot"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// New returns the command.
func New() *cobra.Command {
	var m options
	cmd := &cobra.Command{
		Use:   "bound TOPIC|all [QUESTION...]",
		Short: "Find the smallest safe value of a setting: TIME-WAIT, the quiet time, ...",
		Long: `bound searches a scenario with one value of a setting after the other, from 0 upwards, until none
of the faults that count can happen. The smallest safe value is VERIFIED; every smaller one is
VIOLATED by a shortest run. bound repeats this over a grid of parameters, such as MSL and R (how
long the peer retransmits), and solves for a formula through all points. Points that a limit cut
off are marked, and the formula ignores them. Flags change the scenarios of all questions. Points
are searched at the same time, one for each processor, and share the memory of --mem.

` + topicsOfBounds(),
		Example: `  tcpcheck bound time-wait
  tcpcheck bound time-wait --all --plot /tmp/waits.pdf
  tcpcheck bound time-wait b-to-a-loss --msl 2 --give-up 2,3 --rst-in-time-wait obey
  tcpcheck bound time-wait b-to-a-loss --count rst,fin --set both.tcp.attacks=rfc793
  tcpcheck bound retention
  tcpcheck bound all --all --markdown`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return boundNames(args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			questions, err := m.choose(cmd.Flags(), args)
			if err != nil {
				return err
			}
			return m.run(cmd.Context(), questions, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	m.flags(cmd.Flags())
	return cmd
}

// everyTopic, in place of a topic, means the questions of all topics.
const everyTopic = "all"

func topicsOfBounds() string {
	var b strings.Builder
	for _, t := range bounds.Topics {
		fmt.Fprintf(&b, "  %-11s %s: %s\n", t.Name, t.Symbol, t.Means)
	}
	return b.String()
}

// boundNames lists the possible next arguments: a topic, then its questions.
func boundNames(args []string) []string {
	switch {
	case len(args) == 0:
		return append(prose.Each(bounds.Topics, func(t bounds.Topic) string { return t.Name }), everyTopic)
	case args[0] == everyTopic: // the names of questions are unique only within a topic
		return nil
	}
	return prose.Each(bounds.All(args[0]), func(q bounds.Bound) string { return q.Name })
}

// options has the flags of the command.
type options struct {
	subject.Source
	set             properties.Settings
	all, list, json bool
	markdown        bool
	premises        bool
	runfiles.Exporter
	runs, noRuns bool
	beyond       int
	count        []string
	svg, plot    string
	grid         map[string]*[]int // by the flag of a parameter
}

// boundKeyFlags are the short forms of --set of this command.
var boundKeyFlags = []struct{ name, usage, key string }{
	{"restart", "what restarts TIME-WAIT: fin, literal, answer, never", "both.tcp.time-wait-restart"},
	{"rst-in-time-wait", "what an endpoint in TIME-WAIT does with a RST: obey, ignore", "both.tcp.rst-in-time-wait"},
	{"isn", "initial sequence numbers: fresh, fixed, clock, arbitrary", "both.isn.policy"},
	{"timestamps", "timestamps and PAWS: on, off (needs --set net.ticks=…, since the timestamp clock must end)", "both.tcp.timestamps"},
	{"first-ack", "whether the first ACK of each FIN arrives: true, false", "net.first-ack"},
	{"mutant", "disable or change one check of the model", "both.tcp.mutant"},
}

func (m *options) flags(f *pflag.FlagSet) {
	flags.Group(f, "Questions and values", func(f *pflag.FlagSet) {
		f.BoolVar(&m.all, "all", false, "also the large points, and the questions that take long")
		f.StringSliceVar(&m.count, "count", nil, "which `faults` count: any of data, fin, ack, rst, last-ack, separated by commas")
		f.IntVar(&m.beyond, "beyond", 1, "how many `values` above the smallest safe one to search as well, since a larger value need not be safe")
		f.BoolVar(&m.premises, "premises", false, "relax each premise of the smallest safe value at the first point, and report which are needed")
		m.grid = map[string]*[]int{}
		for _, p := range bounds.Parameters() {
			m.grid[p.Flag] = f.IntSlice(p.Flag, nil, "`values` of "+p.Name+" in the grid: "+p.Means)
		}
	})
	flags.Group(f, flags.Scenario, func(f *pflag.FlagSet) {
		m.SetFlag(f)
		for _, k := range boundKeyFlags {
			m.KeyFlag(f, k.name, k.usage, k.key)
		}
	})
	flags.Group(f, flags.Search, func(f *pflag.FlagSet) { flags.Searches(f, &m.set, 0) })
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
		f.BoolVar(&m.list, "list", false, "list the questions with their premises, and search nothing")
		f.BoolVar(&m.json, "json", false, "print the points, the formulas and the runs as JSON")
		f.BoolVar(&m.markdown, "markdown", false, "print a table in Markdown, one row for each question")
		f.BoolVar(&m.runs, "runs", false, "draw the shortest run just below the smallest safe value of every point, instead of the first point of each question")
		f.BoolVar(&m.noRuns, "no-runs", false, "draw no run")
		f.StringVar(&m.svg, "svg", "", "draw the points to `file` as SVG (-: stdout)")
		f.StringVar(&m.plot, "plot", "", "draw the points to `file`, as SVG, PNG or PDF according to its ending")
	})
	m.Exporter.Flags(f)
}

// choose finds the questions to answer, with the changes and the grid of the flags.
func (m *options) choose(f *pflag.FlagSet, args []string) (chosen []bounds.Bound, err error) {
	if m.beyond < 0 {
		return nil, exit.Usagef("--beyond %d: expected a whole number from 0", m.beyond)
	}
	for _, pair := range [][]string{{"runs", "no-runs"}, {"list", "json"}, {"list", "markdown"}, {"json", "markdown"}} {
		if err := flags.Exclusive(f, pair...); err != nil {
			return nil, err
		}
	}
	if m.premises && (len(m.Changes) > 0 || m.list || m.markdown) {
		return nil, exit.Usagef("--premises: found together with --set, a short form of it, --list or --markdown; expected the questions as they are")
	}
	if err := m.Exporter.Check(); err != nil {
		return nil, err
	}
	if m.Pcap+m.Packetdrill+m.Picture != "" && (m.noRuns || m.json) {
		return nil, exit.Usagef("--pcap, --packetdrill, --picture: found with --json or --no-runs, expected runs that are drawn")
	}
	if m.plot != "" && !slices.Contains(boundplot.Formats, m.plotFormat()) {
		return nil, exit.Usagef("--plot %s: expected a name that ends in .svg, .png or .pdf", m.plot)
	}
	var also []string
	if m.json {
		also = append(also, "--json")
	}
	if err := flags.Outputs([]flags.File{{Flag: "--svg", Name: m.svg}, {Flag: "--plot", Name: m.plot}}, also...); err != nil {
		return nil, err
	}
	topics := boundNames(nil)
	if len(args) == 0 || !slices.Contains(topics, args[0]) {
		return nil, exit.Usagef("bound: expected one of %s", strings.Join(topics, ", "))
	}
	known := boundNames(args[:1])
	for _, name := range args[1:] {
		if !slices.Contains(known, name) {
			return nil, exit.Usagef("bound %s: question %q: expected one of %s", args[0], name, strings.Join(known, ", "))
		}
	}
	topic := args[0]
	if topic == everyTopic {
		topic = ""
	}
	for _, q := range bounds.All(topic) {
		if len(args) > 1 && !slices.Contains(args[1:], q.Name) {
			continue
		}
		if err := m.setGrid(f, &q, len(args) > 1); err != nil {
			return nil, err
		}
		if len(q.Small) == 0 {
			continue
		}
		if err := m.alter(&q); err != nil {
			return nil, err
		}
		chosen = append(chosen, q)
	}
	if len(chosen) == 0 {
		return nil, exit.Usagef("bound %s: found no question with the parameters of this grid", args[0])
	}
	return chosen, nil
}

func (m *options) run(ctx context.Context, questions []bounds.Bound, stdout, stderr io.Writer) error {
	if m.list {
		m.tellQuestions(stdout, questions)
		return nil
	}
	if m.premises {
		return m.relax(ctx, questions, stdout, stderr)
	}
	human := stdout
	if m.svg == "-" {
		human = stderr
	}
	show, done := terminal.Progress(stderr)
	m.set.Progress = show
	next, stop := iter.Pull2(m.points(ctx, questions))
	defer stop()
	var all []bounds.Answered
	worst := exit.OK
	for i := range questions {
		x := bounds.Answered{Bound: questions[i]}
		for _, at := range questions[i].Small {
			_, found, _ := next()
			done()
			if found.err != nil {
				return exit.Usagef("bound %s %s, %s: %v", x.Bound.Topic, x.Bound.Name, x.Bound.Place(at), found.err)
			}
			x.Points = append(x.Points, found.Point)
			if ctx.Err() != nil {
				break
			}
		}
		x.Fits = bounds.Fits(x.Bound.Axes, x.Points)
		all = append(all, x)
		worst = exit.Worse(worst, status(&x))
		if err := m.report(human, &x, i == 0); err != nil {
			return err
		}
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted at %s\n", x.Bound.Name)
			worst = exit.Worse(worst, exit.Incomplete)
			break
		}
	}
	if !m.json && !m.markdown && len(all) > 1 {
		summary(human, all)
	}
	if m.json {
		if err := report.Write(stdout, "bound", boundsOf(all)); err != nil {
			return err
		}
	}
	for _, f := range []struct{ file, flag, format string }{{m.svg, "--svg", "svg"}, {m.plot, "--plot", m.plotFormat()}} {
		if err := flags.WriteTo(f.file, f.flag, stdout, func(w io.Writer) error { return boundplot.Write(w, f.format, all) }); err != nil {
			return err
		}
	}
	return exit.Status(worst)
}

// found is a point, or why it could not be asked.
type found struct {
	bounds.Point
	err error
}

// points finds the points of all questions, several at the same time: they share the memory.
func (m *options) points(ctx context.Context, questions []bounds.Bound) iter.Seq2[int, found] {
	type place struct {
		of *bounds.Bound
		at []int
	}
	var places []place
	for i := range questions {
		for _, at := range questions[i].Small {
			places = append(places, place{&questions[i], at})
		}
	}
	atOnce := min(parallel.Workers(m.set.Workers), max(len(places), 1))
	return parallel.InOrder(len(places), parallel.Workers(m.set.Workers), func(i, workers int) found {
		set := m.set
		set.Workers = workers
		if set.MaxMem > 0 { // 0 is no limit
			set.MaxMem = max(set.MaxMem/uint64(atOnce), 1)
		}
		p, err := places[i].of.At(ctx, places[i].at, m.beyond, set)
		return found{p, err}
	})
}

// plotFormat is the ending of --plot.
func (m *options) plotFormat() string {
	return strings.ToLower(strings.TrimPrefix(filepath.Ext(m.plot), "."))
}

// report prints one question; with --json all are printed at the end.
func (m *options) report(w io.Writer, x *bounds.Answered, first bool) error {
	switch {
	case m.json:
		return nil
	case !m.markdown:
		return m.tell(w, x)
	case first:
		fmt.Fprint(w, boundHeader)
	}
	tableRow(w, x)
	return nil
}

// status is the exit status of one question: whether all points are decided and have the known answers.
func status(x *bounds.Answered) int {
	s := exit.OK
	for i := range x.Points {
		switch {
		case x.Points[i].Conclusion == properties.Open:
			s = exit.Worse(s, exit.Incomplete)
		case x.Bound.Surprised(&x.Points[i]):
			s = exit.Violated
		}
	}
	return s
}

func (m *options) tellQuestions(w io.Writer, questions []bounds.Bound) {
	for _, q := range questions {
		fmt.Fprintf(w, "%s %s\n    %s\n    %s\n", q.Topic, q.Name, prose.Wrap(q.Asks, 96, "    "), strings.Join(q.Sources, "; "))
		sc := q.Scenario(q.Small[0], 1)
		prose.Items(w, "      ", 96, sc.Premises()...)
		fmt.Fprintf(w, "      these premises are for %s and %s = 1; faults that count: %s\n", q.Place(q.Small[0]), q.Symbol, q.Faults)
	}
}
