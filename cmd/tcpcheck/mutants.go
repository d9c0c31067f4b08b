package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/dialogue"
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

func newMutantsCmd() *cobra.Command {
	var asJSON, markdown, dialoguesOnly bool
	var states uint64
	cmd := &cobra.Command{
		Use:   "mutants [MUTANT...]",
		Short: "Bend each check of the machine in turn, and show what notices",
		Long: `mutants takes out or bends one check of the machine at a time and runs the dialogues (the figures
of the RFCs and others like them) and the theorems. A mutant that nothing notices would mean that a
check could be lost without anybody seeing it: exit status 1.`,
		Example: `  tcpcheck mutants
  tcpcheck mutants syn-rcvd-any-ack
  tcpcheck mutants --markdown > docs/MUTANTS.md`,
		ValidArgsFunction: func(*cobra.Command, []string, string) (names []string, _ cobra.ShellCompDirective) {
			for m := model.None + 1; int(m) < model.NumMutants; m++ {
				names = append(names, m.String())
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exclusive(cmd.Flags(), "json", "markdown"); err != nil {
				return err
			}
			chosen, err := chooseMutants(args)
			if err != nil {
				return err
			}
			var rows []mutantRow
			for _, m := range chosen {
				row, err := killers(cmd.Context(), m, dialoguesOnly, states)
				if err != nil {
					return err
				}
				rows = append(rows, row)
				if !asJSON && !markdown {
					row.write(cmd.OutOrStdout())
				}
			}
			return finishMutants(cmd.OutOrStdout(), rows, asJSON, markdown)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "print the table as JSON")
	f.BoolVar(&markdown, "markdown", false, "print the table as a document")
	f.BoolVar(&dialoguesOnly, "dialogues-only", false, "leave the theorems out")
	f.Uint64Var(&states, "max-states", 50_000, "give each theorem up after so many states; it then has not noticed")
	return cmd
}

// mutantRow is what is known of one mutant.
type mutantRow struct {
	Mutant, Section, Does string
	Dialogues, Theorems   []string
}

func chooseMutants(names []string) ([]model.Mutant, error) {
	var all []model.Mutant
	for m := model.None + 1; int(m) < model.NumMutants; m++ {
		all = append(all, m)
	}
	if len(names) == 0 {
		return all, nil
	}
	var chosen []model.Mutant
next:
	for _, n := range names {
		for _, m := range all {
			if m.String() == n {
				chosen = append(chosen, m)
				continue next
			}
		}
		return nil, usagef("mutant %q: expected one of %s", n, mutantNames(all))
	}
	return chosen, nil
}

func mutantNames(ms []model.Mutant) string {
	var names []string
	for _, m := range ms {
		names = append(names, m.String())
	}
	return strings.Join(names, ", ")
}

// killers runs everything against one mutant.
func killers(ctx context.Context, m model.Mutant, dialoguesOnly bool, states uint64) (mutantRow, error) {
	info := model.Mutants[m]
	row := mutantRow{Mutant: info.Name, Section: info.Section, Does: info.Does, Dialogues: dialogue.Killers(m)}
	if dialoguesOnly {
		return row, nil
	}
	for _, th := range properties.Theorems() {
		if ctx.Err() != nil {
			return row, exitError{exitIncomplete, "interrupted"}
		}
		o, err := th.Bend(ctx, m, properties.Settings{MaxStates: states})
		if err != nil {
			return row, err
		}
		if o.Verdict != explore.Unknown && !o.AsExpected() {
			row.Theorems = append(row.Theorems, th.Name)
		}
	}
	return row, nil
}

func (r mutantRow) write(w io.Writer) {
	fmt.Fprintf(w, "%s (§%s): %s\n", r.Mutant, r.Section, r.Does)
	fmt.Fprintf(w, "    dialogues: %s\n    theorems:  %s\n", some(r.Dialogues), some(r.Theorems))
}

// some lists the first few names and counts the rest.
func some(names []string) string {
	switch n := len(names); {
	case n == 0:
		return "none"
	case n <= 4:
		return strings.Join(names, ", ")
	default:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n-3)
	}
}

func finishMutants(w io.Writer, rows []mutantRow, asJSON, markdown bool) error {
	survivors := 0
	for _, r := range rows {
		if len(r.Dialogues)+len(r.Theorems) == 0 {
			survivors++
		}
	}
	switch {
	case asJSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		if err := enc.Encode(rows); err != nil {
			return err
		}
	case markdown:
		fmt.Fprint(w, "# Mutants\n\nMade by `go run ./cmd/tcpcheck mutants --markdown`. Each row bends one check of the machine;\nthe last two columns name what notices.\n\n| mutant | check | what it does | dialogues | theorems |\n|---|---|---|---|---|\n")
		for _, r := range rows {
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", r.Mutant, r.Section, r.Does, some(r.Dialogues), some(r.Theorems))
		}
		fmt.Fprintf(w, "\n%d mutants, %d survive.\n", len(rows), survivors)
	default:
		fmt.Fprintf(w, "\n%d mutants, %d survive\n", len(rows), survivors)
	}
	if survivors > 0 {
		return exitError{exitViolated, ""}
	}
	return nil
}
