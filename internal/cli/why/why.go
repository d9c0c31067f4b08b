// Package why is the command that explains a question.
package why

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Files writes the runs that the command draws as files, too.
type Files interface {
	Flags(*pflag.FlagSet)
	WithLegend() bool
	Check() error
	Export(sys *netfake.System, run []netfake.Transition, name string, o ladder.Options) error
}

// textOnly writes no files.
type textOnly struct{ flags.Text }

func (*textOnly) Check() error { return nil }

func (*textOnly) Export(*netfake.System, []netfake.Transition, string, ladder.Options) error {
	return nil
}

// NewTextOnly returns the command as a program of its own, which writes no files. It needs a third of the packages.
func NewTextOnly() *cobra.Command {
	cmd := New(&textOnly{})
	cmd.Long += "\nThe whole tool has this command, too: \"go run ./cmd/tcpcheck why\" can also\ndraw pictures and write captures."
	cmd.Example = "  go run ./cmd/why two-way\n  go run ./cmd/why time-wait"
	return cmd
}

// New returns the command.
func New(out Files) *cobra.Command {
	var asJSON, list bool
	cmd := &cobra.Command{
		Use:   "why [TOPIC]",
		Short: "Answer a question about TCP, with runs and searches as evidence",
		Long: "why answers one of these questions. It prints the answer, and then the\n" +
			"evidence, which it searches anew: a run that shows a failure, or the number of\n" +
			"states that were searched without one.\n\n" + topicList(),
		Example: `  tcpcheck why two-way
  tcpcheck why time-wait`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return exit.Usagef("why: expected one topic of %s", strings.Join(topicNames(), ", "))
			}
			return nil
		},
		ValidArgsFunction: flags.Complete(topicNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && (list || !asJSON) {
				_, err := fmt.Fprint(cmd.OutOrStdout(), "The questions; tcpcheck why TOPIC answers one:\n\n"+topicList())
				return err
			}
			if len(args) == 0 || list {
				return exit.Usagef("why: expected one topic of %s", strings.Join(topicNames(), ", "))
			}
			for _, t := range properties.Topics {
				if t.Name == args[0] {
					if err := out.Check(); err != nil {
						return err
					}
					return answer(cmd.Context(), t, cmd.OutOrStdout(), asJSON, out)
				}
			}
			return flags.Unknown(fmt.Sprintf("topic %q", args[0]), args[0], topicNames())
		},
	}
	out.Flags(cmd.Flags())
	cmd.Flags().BoolVar(&list, "list", false, "list the questions, and search nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the outcomes and the runs as JSON")
	return cmd
}

func topicNames() []string {
	return prose.Each(properties.Topics, func(t properties.Topic) string { return t.Name })
}

func topicList() string {
	var b strings.Builder
	for _, t := range properties.Topics {
		fmt.Fprintf(&b, "  %-14s %s\n", t.Name, t.Question)
	}
	return b.String()
}

// answer searches every part, and prints the result. The exit status is 1 if an answer was not the
// expected one: then the explanation would be wrong.
func answer(ctx context.Context, t properties.Topic, w io.Writer, asJSON bool, out Files) error {
	doc := report.Explanation{Name: t.Name, Statement: t.Question, Moral: t.Answer}
	said := map[string]bool{}
	status := error(nil)
	if !asJSON {
		fmt.Fprintf(w, "%s\n%s\n\n%s\n", t.Question, strings.Repeat("=", len(t.Question)), prose.Wrap(t.Answer, 96, ""))
	}
	for i, p := range t.Parts {
		o, th, err := search(ctx, p)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return exit.With(exit.Incomplete, "interrupted")
		}
		if !o.AsExpected() {
			status = exit.With(exit.Violated, o.Name+": not as expected")
			if o.Verdict == explore.Unknown {
				status = exit.With(exit.Incomplete, o.Name+": "+o.Reason)
			}
		}
		if o.Verdict == explore.Violated {
			if err := out.Export(o.System, o.System.MustReplay(o.Actions()), o.Name, runs.Of(o)); err != nil {
				return err
			}
		}
		if asJSON {
			doc.Parts = append(doc.Parts, report.ExplanationPart{Statement: p.Say, Outcome: report.OutcomeOf(o), Run: report.Steps(o.System, o.Actions())})
			continue
		}
		fmt.Fprintf(w, "\n%d. %s\n\n", i+1, prose.Wrap(p.Say, 96, "   "))
		if err := tell(w, o, th, p.Variant, said, out.WithLegend()); err != nil {
			return err
		}
	}
	if asJSON {
		if err := report.Write(w, "why", &doc); err != nil {
			return err
		}
		return status
	}
	return status
}

func search(ctx context.Context, p properties.TopicPart) (properties.Outcome, properties.Theorem, error) {
	th, ok := properties.ByName(p.Theorem)
	if !ok {
		panic("BUG: topic without theorem " + p.Theorem)
	}
	if p.Variant == "" {
		o, err := th.Prove(ctx, properties.Settings{})
		return o, th, err
	}
	for _, v := range th.Variants {
		if v.Name == p.Variant {
			o, err := th.Vary(ctx, v, properties.Settings{})
			return o, th, err
		}
	}
	panic("BUG: topic without variant " + p.Theorem + "/" + p.Variant)
}

// tell draws the run of a violated theorem, or prints how many states were searched. The meaning of an
// invariant is explained only at its first violation.
func tell(w io.Writer, o properties.Outcome, th properties.Theorem, variant string, said map[string]bool, legend bool) error {
	if o.Verdict == explore.Violated {
		opt := runs.Of(o)
		opt.Legend = legend
		if said[o.Violated] {
			opt.Why = "as above"
		}
		said[o.Violated] = true
		return runs.Draw(w, o.System, o.Actions(), opt)
	}
	runs.Searched(w, o)
	if o.Reason != "" {
		fmt.Fprintf(w, " (%s)", o.Reason)
	}
	if o.Reduced != netfake.NoReductions {
		fmt.Fprintf(w, "\n   reductions used: %v; one state can stand for many", o.Reduced)
	}
	if variant == "" {
		fmt.Fprintf(w, "\n   theorem %s:\n   %s\n", th.Name, prose.Wrap(th.Statement(), 96, "   "))
	} else { // the statement is about the theorem without the change, and can say the opposite
		fmt.Fprintf(w, "\n   theorem %s with one change: %s\n", th.Name, variant)
	}
	prose.Items(w, "     ", 96, o.Premises()...)
	return nil
}
