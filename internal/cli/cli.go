// Package cli is the program tcpcheck: the root command, its groups and exit statuses. Each command is a package below.
package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/advise"
	"github.com/tcpcheck/tcpcheck/internal/cli/bound"
	"github.com/tcpcheck/tcpcheck/internal/cli/capture"
	"github.com/tcpcheck/tcpcheck/internal/cli/certify"
	"github.com/tcpcheck/tcpcheck/internal/cli/claims"
	"github.com/tcpcheck/tcpcheck/internal/cli/compare"
	"github.com/tcpcheck/tcpcheck/internal/cli/conform"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/graph"
	"github.com/tcpcheck/tcpcheck/internal/cli/hazards"
	"github.com/tcpcheck/tcpcheck/internal/cli/matrix"
	"github.com/tcpcheck/tcpcheck/internal/cli/mutants"
	"github.com/tcpcheck/tcpcheck/internal/cli/packetdrill"
	"github.com/tcpcheck/tcpcheck/internal/cli/program"
	"github.com/tcpcheck/tcpcheck/internal/cli/replay"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/saturate"
	"github.com/tcpcheck/tcpcheck/internal/cli/schema"
	"github.com/tcpcheck/tcpcheck/internal/cli/serve"
	"github.com/tcpcheck/tcpcheck/internal/cli/simulate"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/survey"
	"github.com/tcpcheck/tcpcheck/internal/cli/verify"
	"github.com/tcpcheck/tcpcheck/internal/cli/why"
)

// Run is main without the process: what tests call. It returns the exit status.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return program.Run(ctx, newRoot(), args, stdin, stdout, stderr)
}

// RunRemote is Run for a program that goes past one machine: its explore has an engine, and it has the command worker.
func RunRemote(ctx context.Context, remote explore.Remote, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	if light, _, err := root.Find([]string{"explore"}); err == nil {
		root.RemoveCommand(light)
	}
	for _, cmd := range []*cobra.Command{explore.With(remote), explore.NewWorker(remote)} {
		cmd.GroupID = "start"
		subject.CompleteFlags(cmd)
		root.AddCommand(cmd)
	}
	return program.Run(ctx, root, args, stdin, stdout, stderr)
}

// groups are the commands by who needs them.
var groups = []struct {
	id, title string
	commands  []func() *cobra.Command
}{
	{"start", "Start here:", []func() *cobra.Command{newWhy, serve.New, verify.New, explore.New, replay.New}},
	{"ask", "Ask your own question:", []func() *cobra.Command{simulate.New, graph.New, bound.New, matrix.New, hazards.New, claims.New, survey.New, saturate.New}},
	{"operators", "For operators:", []func() *cobra.Command{advise.New, capture.New}},
	{"stacks", "For authors of TCP stacks:", []func() *cobra.Command{conform.New, packetdrill.New, mutants.New}},
	{"tools", "For other tools:", []func() *cobra.Command{certify.New, compare.New, schema.New}},
}

// newWhy is the command why, which here can also draw pictures and write captures.
func newWhy() *cobra.Command { return why.New(&runfiles.Exporter{}) }

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "tcpcheck",
		Short: "Check by exhaustive search what TCP's connection management guarantees",
		Long: `tcpcheck implements RFC 9293 §3.10 as a pure function, connects two such endpoints by a network
that loses, duplicates, reorders and delays segments, and explores every possible execution. It
shows a shortest run in which a guarantee fails, or the number of states that it searched without
finding one.

Exit status: 0 as expected, 1 violated or not as expected, 2 unusable input, 3 incomplete. With
--json a command prints one JSON document (tcpcheck schema), and errors as JSON on stderr.`,
		Example: `  tcpcheck why two-way              why two handshake segments are not enough, with the runs
  tcpcheck serve                    step by step, on a page in your browser
  tcpcheck verify                   every theorem, with its expected answer
  tcpcheck explore --example        a scenario file to start from
  tcpcheck capture file.pcap        compare a capture with RFC 9293`,
	}
	root.SetHelpCommand(newHelp(root))
	profiled(root)
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, newCommand := range g.commands {
			cmd := newCommand()
			cmd.GroupID = g.id
			subject.CompleteFlags(cmd)
			root.AddCommand(cmd)
		}
	}
	root.SetHelpCommandGroupID("start")
	root.SetCompletionCommandGroupID("tools")
	root.InitDefaultCompletionCmd()
	completion, _, _ := root.Find([]string{"completion"})
	completion.RunE = func(*cobra.Command, []string) error {
		return exit.Usagef("completion: expected one of bash, fish, powershell, zsh")
	}
	return root
}

// newHelp is cobra's help, but a command that does not exist is an error.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return exit.Usagef("help %s: found no such command", strings.Join(args, " "))
			}
			return cmd.Help()
		},
	}
}
