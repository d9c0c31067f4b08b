package flags

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/prose"
)

// Complete lets a shell complete the arguments of a command.
func Complete(names func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names(), cobra.ShellCompDirectiveNoFileComp
	}
}

// CompleteList offers names for the last item of a list with commas.
func CompleteList(names []string, typed string) []string {
	before := typed[:strings.LastIndex(typed, ",")+1]
	return prose.Each(names, func(n string) string { return before + n })
}
