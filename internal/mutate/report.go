package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// reporter tells what became of each mutant. If it is quiet it tells only of those that survive and of rows that are wrong.
type reporter struct {
	w              io.Writer
	quiet, verbose bool
	survive, wrong int
}

func (r *reporter) add(m *Mutant, o outcome) {
	verdict := "killed"
	switch {
	case o.err != nil:
		r.wrong++
		verdict, o.output = "WRONG", o.err.Error()
	case !o.killed:
		r.survive++
		verdict = "SURVIVES"
	case r.quiet:
		return
	}
	fmt.Fprintf(r.w, "%-9s %-32s %s\n", verdict, m.Name, m.killer())
	if !o.killed || r.verbose {
		fmt.Fprintf(r.w, "    %s\n%s\n", m.Does, indent(o.output))
	}
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// document is the table as a part of docs/MUTANTS.md. It says what each mutant is killed by, so it holds as long as
// none survives.
func document(ms []Mutant) string {
	var b strings.Builder
	b.WriteString("# Mutants of everything else\n\n")
	b.WriteString("Made by `go run ./internal/mutate --markdown`. Each row changes one place of the source of the checker itself;\n")
	b.WriteString("the last column names the test that fails because of it. A test that panics or hangs instead is marked.\n\n")
	b.WriteString("| mutant | file | what it does | killed by |\n|---|---|---|---|\n")
	for i := range ms {
		m := &ms[i]
		by := m.killer()
		if m.Ends != Fails {
			by += ", which " + m.Ends.String()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", m.Name, m.File, m.Does, by)
	}
	fmt.Fprintf(&b, "\n%d mutants, 0 survive.\n", len(ms))
	return b.String()
}

// compare is an error unless a file has the table as it is now.
func compare(name string, ms []Mutant) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), document(ms)) {
		return fmt.Errorf("%s does not have the table as it is now: run go run ./internal/mutate --markdown", name)
	}
	return nil
}
