package mealy

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Write writes the machine as a digraph with the states s0, s1, ...; their names are the labels. Read reads it again.
func (m *Machine) Write(w io.Writer, comment string) error {
	b := bufio.NewWriter(w)
	for _, line := range strings.Split(comment, "\n") {
		if comment != "" {
			fmt.Fprintln(b, strings.TrimRight("// "+line, " "))
		}
	}
	fmt.Fprintf(b, "digraph g {\n\t%s0 [label=\"\" shape=\"none\"];\n\n", start)
	for s, name := range m.States {
		fmt.Fprintf(b, "\ts%d [shape=\"circle\" label=%s];\n", s, quote(fmt.Sprintf("s%d\n%s", s, name)))
	}
	fmt.Fprintln(b)
	for s, row := range m.Edges {
		for k, e := range row {
			if e.To != nowhere {
				fmt.Fprintf(b, "\ts%d -> s%d [label=%s];\n", s, e.To, quote(m.Inputs[k]+" / "+e.Output))
			}
		}
	}
	fmt.Fprintf(b, "\n\t%s0 -> s%d;\n}\n", start, m.Initial)
	return b.Flush()
}

// quote makes any text a quoted identifier of DOT, in which "\n" is a line break.
func quote(text string) string {
	return `"` + escaped.Replace(text) + `"`
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
