// Package cli is the program tcpcheck: the root command, its groups and exit statuses. Each command is a package below.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/graph"
	"github.com/tcpcheck/tcpcheck/internal/cli/hazards"
	"github.com/tcpcheck/tcpcheck/internal/cli/matrix"
	"github.com/tcpcheck/tcpcheck/internal/cli/mutants"
	"github.com/tcpcheck/tcpcheck/internal/cli/packetdrill"
	"github.com/tcpcheck/tcpcheck/internal/cli/replay"
	"github.com/tcpcheck/tcpcheck/internal/cli/saturate"
	"github.com/tcpcheck/tcpcheck/internal/cli/simulate"
	"github.com/tcpcheck/tcpcheck/internal/cli/survey"
	"github.com/tcpcheck/tcpcheck/internal/cli/verify"
	"github.com/tcpcheck/tcpcheck/internal/cli/why"
)

// Run is main without the process: what tests call.
func Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exit.OK
	}
	var e exit.Error
	if !errors.As(err, &e) {
		e = exit.Error{Code: exit.Usage, Msg: err.Error()} // cobra's own: an unknown command or flag
	}
	if e.Msg != "" {
		fmt.Fprintln(stderr, "tcpcheck:", e.Msg)
	}
	return e.Code
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:     "tcpcheck",
		Version: version(),
		Short:   "What exactly does TCP's connection management guarantee, and what is lost when something is changed?",
		Long: `tcpcheck holds RFC 9293 as a pure function, puts two such endpoints on a network that loses,
duplicates, reorders and delays, and tries everything that can happen. It shows the shortest run
in which a guarantee fails, or the number of states that it exhausted without finding one.

Exit status: 0 as expected, 1 violated or not as expected, 2 unusable input, 3 incomplete.`,
		Example: `  tcpcheck verify                 every theorem, with the answer that it must have
  tcpcheck why two-way            why two handshakes fail, shown on the real machine
  tcpcheck explore --example      a scenario file to start from
  tcpcheck capture capture.pcap     what RFC 9293 has to say about a capture`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	profiled(root)
	root.AddCommand(
		verify.New(), saturate.New(), why.New(), mutants.New(),
		explore.New(), simulate.New(), replay.New(), certify.New(), graph.New(), compare.New(),
		bound.New(), matrix.New(), advise.New(), hazards.New(), claims.New(), survey.New(),
		capture.New(), conform.New(), packetdrill.New(),
	)
	for _, cmd := range root.Commands() {
		flags.CompleteFlags(cmd)
	}
	return root
}
