// Command tcpcheck answers questions about TCP's connection management by exhaustion.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
)

// The exit statuses of every command.
const (
	exitOK         = 0
	exitViolated   = 1 // a violation was found, or an answer was not the expected one
	exitUsage      = 2 // a flag, a file or a capture that cannot be used
	exitIncomplete = 3 // a search that was cut off or interrupted
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), interrupts...)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// exitError is an error that knows its exit status. An empty message prints nothing.
type exitError struct {
	code int
	msg  string
}

func (e exitError) Error() string { return e.msg }

// usagef is an error of the user's input: exit status 2.
func usagef(format string, args ...any) error {
	return exitError{exitUsage, fmt.Sprintf(format, args...)}
}

// run is main without the process: what tests call.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var e exitError
	if !errors.As(err, &e) {
		e = exitError{exitUsage, err.Error()} // cobra's own: an unknown command or flag
	}
	if e.msg != "" {
		fmt.Fprintln(stderr, "tcpcheck:", e.msg)
	}
	return e.code
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
		newVerifyCmd(), newSaturateCmd(), newWhyCmd(), newMutantsCmd(),
		newExploreCmd(), newSimulateCmd(), newReplayCmd(), newCertifyCmd(), newGraphCmd(), newCompareCmd(),
		newBoundCmd(), newMatrixCmd(), newAdviseCmd(), newHazardsCmd(), newClaimsCmd(), newSurveyCmd(),
		newTraceCmd(), newConformCmd(), newScriptCmd(),
	)
	for _, cmd := range root.Commands() {
		completeFlags(cmd)
	}
	return root
}
