package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// reporter tells what became of each mutant.
type reporter struct {
	w              io.Writer
	verbose        bool
	survive, wrong int
	open           int // rows of which it is known that no test notices them
}

func (r *reporter) add(m *Mutant, o outcome) {
	verdict := "killed"
	switch {
	case o.err != nil:
		r.wrong++
		verdict, o.output = "WRONG", o.err.Error()
	case m.Open != "" && o.killed:
		r.wrong++
		verdict, o.output = "WRONG", "it is killed, and the row says that no test notices it"
	case m.Open != "":
		r.open++
		verdict, o.output = "OPEN", m.Open
	case !o.killed:
		r.survive++
		verdict = "SURVIVES"
	}
	fmt.Fprintf(r.w, "%-9s %-32s %s\n", verdict, m.Name, m.killer())
	if !o.killed || r.verbose {
		fmt.Fprintf(r.w, "    %s\n%s\n", m.Does, indent(o.output))
	}
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ")
}

// document is the table as a part of docs/MUTANTS.md. It says what each mutant must be killed by; whether it is, only the
// command can tell.
func document(ms []Mutant) string {
	var b strings.Builder
	b.WriteString("# Mutants of everything else\n\n")
	b.WriteString("Made by `go run ./internal/mutate --markdown`. Each row changes one place of the source of the checker itself;\n")
	b.WriteString("the last column names the test that must fail because of it. A test that must panic or hang instead is marked. Of an open\n")
	b.WriteString("mutant it is known that no test notices it.\n")
	b.WriteString("`go run ./internal/mutate` tries them all.\n\n")
	b.WriteString("| mutant | file | what it does | must be killed by |\n|---|---|---|---|\n")
	open := 0
	for i := range ms {
		m := &ms[i]
		by := m.killer()
		if m.Ends != fails {
			by += ", which " + m.Ends.String()
		}
		if m.Open != "" {
			by = "open: " + m.Open
			open++
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", m.Name, m.File, m.Does, by)
	}
	fmt.Fprintf(&b, "\n%d mutants, of which %d are open.\n", len(ms), open)
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
