// Package schema is the command that prints the JSON Schema of what --json prints.
package schema

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
)

// New returns the command.
func New() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [COMMAND]",
		Short: "Print the JSON Schema of what --json prints",
		Long: `schema prints a JSON Schema (draft 2020-12) of the documents that commands print with --json, or
of those of one command. The schema is made from the types of the program. Every document has the
fields schemaVersion and command. The commands capture and packetdrill print one document a line.
With --json, a command writes an error to stderr as one line of the type Error.`,
		Example: `  tcpcheck schema verify
  tcpcheck schema > tcpcheck.schema.json`,
		ValidArgs: documents.Commands(),
		Args:      cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && !slices.Contains(documents.Commands(), args[0]) {
				return exit.Usagef("schema %s: expected a command with --json: %s", args[0], strings.Join(documents.Commands(), ", "))
			}
			enc := json.NewEncoder(cmd.OutOrStdout())
			enc.SetIndent("", "  ")
			return enc.Encode(documents.Schema(args...))
		},
	}
}
