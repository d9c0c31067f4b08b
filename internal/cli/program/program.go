// Package program runs a command as a program: its version, messages and exit statuses.
package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// Run is main without the process. root is the whole program: the command with all others below it, or one command
// alone. It returns the exit status.
func Run(ctx context.Context, root *cobra.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &terminal.Checked{Writer: stdout}
	prose.OnTerminal(terminal.Columns(out))
	root.Version = version()
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	flags.GroupUsages(root)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if out.Err != nil { // a report that nobody can read is none
		err = exit.Usagef("standard output: %v", out.Err)
	}
	if err == nil {
		return exit.OK
	}
	var e exit.Error
	if !errors.As(err, &e) {
		e = exit.Error{Code: exit.Usage, Msg: err.Error()} // cobra's own: an unknown command or flag
	}
	switch {
	case e.Msg == "":
	case slices.Contains(args, "--json"):
		doc := report.Error{}
		doc.Error.Status, doc.Error.Message = e.Code, e.Msg
		if report.WriteLine(stderr, cmd.Name(), &doc) != nil {
			return exit.Usage
		}
	default:
		fmt.Fprintln(stderr, "tcpcheck:", e.Msg)
	}
	return e.Code
}
