// Package mutants is the command that changes each check of the model in turn.
package mutants

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/figures"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/properties"
)

// options are the flags of the command.
type options struct {
	json, markdown, dialoguesOnly bool
	check                         string
	states                        uint64
}

// New returns the command.
func New() *cobra.Command {
	var x options
	cmd := &cobra.Command{
		Use:   "mutants [MUTANT...]",
		Short: "Disable each check of the model in turn, and list the tests and theorems that fail",
		Long: `mutants removes or changes one check of the model at a time, and runs the dialogues (scripts like
the figures of the RFCs) and the theorems. If no dialogue or no theorem notices a mutant, that
check could be lost unnoticed: exit status 1. For mutants that you name it also prints the change
of the source of package model. Mutants of the rest of the program are in internal/mutate.`,
		Example: `  tcpcheck mutants
  tcpcheck mutants syn-rcvd-any-ack
  tcpcheck mutants --check docs/MUTANTS.md`,
		ValidArgsFunction: flags.Complete(flags.MutantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "json", "markdown", "check"); err != nil {
				return err
			}
			if err := flags.Exclusive(cmd.Flags(), "dialogues-only", "check"); err != nil {
				return err
			}
			if x.check != "" && len(args) > 0 {
				return exit.Usagef("--check %s: found names too (%s), expected all mutants", x.check, strings.Join(args, ", "))
			}
			chosen, err := flags.Mutants(args)
			if err != nil {
				return err
			}
			return x.run(cmd.Context(), chosen, len(args) > 0, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.BoolVar(&x.json, "json", false, "print the table as JSON")
	f.BoolVar(&x.markdown, "markdown", false, "print the table as a part of docs/MUTANTS.md")
	f.StringVar(&x.check, "check", "", "compare the table with the one in this `file`")
	f.BoolVar(&x.dialoguesOnly, "dialogues-only", false, "do not search the theorems")
	f.Uint64Var(&x.states, "max-states", 50_000, "stop each theorem after this `number` of states; it then counts as one that does not notice")
	return cmd
}

// run makes the rows, and prints or compares them, with the edits of the source for named mutants.
func (x *options) run(ctx context.Context, chosen []model.Mutant, named bool, w, stderr io.Writer) error {
	var before []byte
	if x.check != "" { // report a wrong name before the work
		var err error
		if before, err = os.ReadFile(x.check); err != nil {
			return exit.Usagef("--check: %v", err)
		}
	}
	rows, err := x.rows(ctx, chosen, stderr)
	if err != nil {
		return err
	}
	switch {
	case x.json:
		err = report.Write(w, "mutants", &report.Mutants{Mutants: rows})
	case x.markdown:
		fmt.Fprint(w, mutantDocument(rows))
	case x.check != "":
		err = compareMutants(w, x.check, string(before), rows)
	default:
		for i, r := range rows {
			writeMutant(w, r)
			if named {
				writeEdits(w, chosen[i])
			}
		}
		fmt.Fprintf(w, "\n%s\n", x.summary(rows))
	}
	if err == nil && x.survivors(rows) > 0 {
		return exit.Status(exit.Violated)
	}
	return err
}

// rows tries the mutants, one on each processor at a time.
func (x *options) rows(ctx context.Context, chosen []model.Mutant, stderr io.Writer) ([]report.Mutant, error) {
	rows, errs := make([]report.Mutant, len(chosen)), make([]error, len(chosen))
	show, clear := terminal.StatusLine(stderr)
	defer clear()
	next := make(chan int)
	var mu sync.Mutex
	var group sync.WaitGroup
	done := 0
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				rows[i], errs[i] = x.killers(ctx, chosen[i])
				mu.Lock()
				if done++; show != nil {
					show(fmt.Sprintf("%d of %d mutants; Ctrl-C ends", done, len(chosen)))
				}
				mu.Unlock()
			}
		})
	}
	for i := range chosen {
		next <- i
	}
	close(next)
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// killers runs everything against one mutant.
func (x *options) killers(ctx context.Context, m model.Mutant) (report.Mutant, error) {
	info := model.Mutants[m]
	row := report.Mutant{Name: info.Name, Section: info.Section, Statement: info.Does, Dialogues: figures.Killers(m)}
	if x.dialoguesOnly {
		return row, nil
	}
	for _, th := range properties.Theorems() {
		if ctx.Err() != nil {
			return row, exit.With(exit.Incomplete, "interrupted")
		}
		o, err := th.Mutate(ctx, m, properties.Settings{MaxStates: x.states, Workers: 1})
		if err != nil {
			return row, err
		}
		if o.Verdict != explore.Unknown && !o.AsExpected() {
			row.Theorems = append(row.Theorems, th.Name)
		}
	}
	return row, nil
}

func writeMutant(w io.Writer, r report.Mutant) {
	fmt.Fprintf(w, "%s (§%s): %s\n", r.Name, r.Section, r.Statement)
	fmt.Fprintf(w, "    dialogues: %s\n    theorems:  %s\n", prose.Some(r.Dialogues), prose.Some(r.Theorems))
}

// writeEdits prints how the source of the model is changed.
func writeEdits(w io.Writer, m model.Mutant) {
	for _, e := range model.Mutants[m].Edits {
		switch {
		case e.Old == "":
			lines := strings.NewReplacer("\n\t\t", "\n        ", "\t", "    ").Replace(e.New)
			fmt.Fprintf(w, "    in %s, added at the end:\n        %s\n", e.Func, lines)
		case e.New == "":
			fmt.Fprintf(w, "    in %s, removed: %s\n", e.Func, e.Old)
		default:
			fmt.Fprintf(w, "    in %s: %s  becomes  %s\n", e.Func, e.Old, e.New)
		}
	}
}

// survivors counts the mutants that no dialogue notices, or that no theorem notices if those were searched.
func (x *options) survivors(rows []report.Mutant) (n int) {
	for _, r := range rows {
		if len(r.Dialogues) == 0 || len(r.Theorems) == 0 && !x.dialoguesOnly {
			n++
		}
	}
	return n
}

func (x *options) summary(rows []report.Mutant) string {
	by := "the dialogues or the theorems"
	if x.dialoguesOnly {
		by = "the dialogues"
	}
	return fmt.Sprintf("%d mutants, %d survive %s", len(rows), x.survivors(rows), by)
}

// mutantDocument is the table as a part of docs/MUTANTS.md.
func mutantDocument(rows []report.Mutant) string {
	var b strings.Builder
	b.WriteString("# Mutants of the model\n\nMade by `go run ./cmd/tcpcheck mutants --markdown`. Each row changes one check of the model;\nthe last two columns name the dialogues and theorems that notice it.\n\n| mutant | check | what it does | dialogues | theorems |\n|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Name, r.Section, r.Statement, prose.Some(r.Dialogues), prose.Some(r.Theorems))
	}
	fmt.Fprintf(&b, "\n%s.\n", (&options{}).summary(rows))
	return b.String()
}

// compareMutants reports whether a file has the current table, and if not, the first line that is
// missing.
func compareMutants(w io.Writer, name, text string, rows []report.Mutant) error {
	document := mutantDocument(rows)
	if strings.Contains(text, document) {
		fmt.Fprintf(w, "%s has the table: %s\n", name, (&options{}).summary(rows))
		return nil
	}
	have := map[string]bool{}
	for line := range strings.Lines(text) {
		have[line] = true
	}
	for line := range strings.Lines(document) {
		if !have[line] {
			return exit.With(exit.Violated, fmt.Sprintf("%s lacks the line\n%s(go run ./cmd/tcpcheck mutants --markdown makes the table)", name, line))
		}
	}
	return exit.With(exit.Violated, fmt.Sprintf("%s has the lines of the table in another order", name))
}
