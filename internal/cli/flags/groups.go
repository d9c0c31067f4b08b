// Package flags declares, once, the flags that commands share, and validates them.
package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/prose"
)

// Titles of groups of flags that several commands have.
const (
	Question  = "Question"
	Scenario  = "Scenario"
	Endpoints = "Endpoints and their users"
	Network   = "Network"
	Search    = "Search and its limits"
	Output    = "Output"
)

const groupKey = "tcpcheck: group"

// Group declares flags that the help of a command shows together under a title.
func Group(f *pflag.FlagSet, title string, declare func(*pflag.FlagSet)) {
	part := pflag.NewFlagSet(title, pflag.ContinueOnError)
	part.SortFlags, f.SortFlags = false, false
	declare(part)
	part.VisitAll(func(x *pflag.Flag) { x.Annotations = map[string][]string{groupKey: {title}} })
	f.AddFlagSet(part)
}

const (
	fewFlags  = 16 // --help and those that a reader finds in one list
	helpWidth = 99
	other     = "Other flags"
)

// usages describes the flags of a command: those of each group under its title, the others last.
// A short list has no groups.
func usages(f *pflag.FlagSet) string {
	titles, parts, n := []string{}, map[string]*pflag.FlagSet{}, 0
	f.VisitAll(func(*pflag.Flag) { n++ })
	f.VisitAll(func(x *pflag.Flag) {
		title := other
		if group := x.Annotations[groupKey]; group != nil {
			title = group[0]
		}
		if n <= fewFlags {
			title = "Flags"
		}
		if parts[title] == nil {
			parts[title] = pflag.NewFlagSet(title, pflag.ContinueOnError)
			parts[title].SortFlags = false
			titles = append(titles, title)
		}
		parts[title].AddFlag(x)
	})
	if i := slices.Index(titles, other); i >= 0 {
		titles = append(slices.Delete(titles, i, i+1), other)
	}
	var b strings.Builder
	for i, title := range titles {
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "%s:\n%s", title, strings.TrimRight(parts[title].FlagUsagesWrapped(prose.Fit(helpWidth, "")), "\n"))
	}
	return b.String()
}

func init() {
	cobra.AddTemplateFunc("usages", usages)
	cobra.AddTemplateFunc("reflow", func(text string) string { return prose.Reflow(text, helpWidth) })
}

// GroupUsages makes the help of a command and of those below it show its flags in groups, and fit the terminal.
func GroupUsages(root *cobra.Command) {
	change := func(template, old, new string) string {
		if strings.Count(template, old) != 1 {
			panic("BUG: a template of cobra has changed")
		}
		return strings.Replace(template, old, new, 1)
	}
	root.SetUsageTemplate(change(root.UsageTemplate(), "Flags:\n{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}", "{{usages .LocalFlags}}"))
	root.SetHelpTemplate(change(root.HelpTemplate(), "{{. | trimTrailingWhitespaces}}", "{{. | reflow | trimTrailingWhitespaces}}"))
}

// Exclusive refuses flags that contradict each other.
func Exclusive(f *pflag.FlagSet, names ...string) error {
	var set []string
	for _, n := range names {
		if f.Changed(n) {
			set = append(set, "--"+n)
		}
	}
	if len(set) > 1 {
		return exit.Usagef("%s: found together, expected at most one of them", strings.Join(set, ", "))
	}
	return nil
}
