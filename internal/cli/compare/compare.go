// Package compare is the command that compares two Mealy machines.
package compare

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// New returns the command.
func New() *cobra.Command {
	var c options
	cmd := &cobra.Command{
		Use:   "compare A.dot B.dot",
		Short: "Find a shortest input on which two Mealy machines differ",
		Long: `compare reads two Mealy machines, in the form of DOT that learned models have and that graph mealy
writes. It shows a shortest sequence of inputs that they answer differently. It lists inputs that
only one of them has, and does not use them. A file named - is the standard input.

Exit status: 0 if they are equivalent on the inputs that both have, 1 if they differ, 2 if a file
cannot be used.`,
		Example: `  tcpcheck graph mealy -o rfc.dot
  tcpcheck graph mealy --set both.tcp.attacks=rfc793 --fine -o old.dot
  tcpcheck compare rfc.dot old.dot --all
  tcpcheck compare rfc.dot learned.dot --rename CLOSECONNECTION=CLOSE --inputs 'SYN(V,V,0),CLOSE'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[0] == "-" && args[1] == "-" {
				return exit.Usagef("compare: found %s, expected two different files", prose.Count(len(args), "argument"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(args, cmd.InOrStdin(), cmd.OutOrStdout()) },
	}
	f := cmd.Flags()
	f.StringVar(&c.inputs, "inputs", "", "compare on these inputs only: `a,b` (commas in parentheses belong to a name)")
	f.StringArrayVar(&c.renames, "rename", nil, "another spelling of an input or output, `old=new`, or a file of such lines (may be repeated)")
	f.BoolVar(&c.all, "all", false, "show a shortest sequence for each input that can be answered differently")
	f.BoolVar(&c.partial, "partial", false, "accept machines that do not answer every input; skip inputs that one does not answer")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	return cmd
}

type options struct {
	inputs             string
	renames            []string
	all, partial, json bool
}

func (c *options) run(args []string, in io.Reader, out io.Writer) error {
	spelling, err := c.spelling()
	if err != nil {
		return err
	}
	var ms [2]*mealy.Machine
	for i, name := range args {
		if ms[i], err = readMachine(name, in, spelling); err != nil {
			return err
		}
	}
	if c.inputs != "" {
		chosen := splitInputs(c.inputs)
		for i, m := range ms {
			for _, input := range chosen {
				if !slices.Contains(m.Inputs, input) {
					return exit.Usagef("--inputs %s: expected an input of %s, one of %s", input, args[i], strings.Join(m.Inputs, " "))
				}
			}
			ms[i] = m.Restrict(chosen)
		}
	}
	r := mealy.Compare(ms[0], ms[1])
	if len(r.Inputs) == 0 {
		return exit.Usagef("%s and %s: found no input that both have, expected some; --rename declares other spellings", args[0], args[1])
	}
	for i, m := range ms {
		state, input, found := m.Restrict(r.Inputs).Gap()
		if found && !c.partial {
			return exit.Usagef("%s: state %q does not answer input %q, expected an answer to every input; --partial skips such inputs", args[i], state, input)
		}
	}
	if !c.all {
		r.Each = nil
	}
	if c.json {
		j := report.Comparison{A: args[0], B: args[1], Verdict: "EQUIVALENT", OnlyA: r.OnlyA, OnlyB: r.OnlyB, Comparison: r}
		if r.First != nil {
			j.Verdict = "DIFFERENT"
		}
		err = report.Write(out, "compare", &j)
	} else {
		err = tellComparison(out, args, r)
	}
	if err == nil && r.First != nil {
		err = exit.Status(exit.Violated)
	}
	return err
}

// spelling reads --rename.
func (c *options) spelling() (map[string]string, error) {
	known := map[string]string{}
	for _, text := range c.renames {
		lines, place := []string{text}, "--rename"
		if !strings.Contains(text, "=") {
			data, err := os.ReadFile(text)
			if err != nil {
				return nil, exit.Usagef("--rename: %v, expected old=new, or a file of such lines", err)
			}
			lines, place = strings.Split(string(data), "\n"), text
		}
		for i, line := range lines {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			from, to, ok := strings.Cut(line, "=")
			if from, to = strings.TrimSpace(from), strings.TrimSpace(to); !ok || from == "" || to == "" {
				return nil, exit.Usagef("%s:%d: found %q, expected old=new", place, i+1, line)
			}
			known[from] = to
		}
	}
	return known, nil
}

func readMachine(name string, in io.Reader, spelling map[string]string) (*mealy.Machine, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, exit.Usagef("%v: expected a Mealy machine in DOT, as written by graph mealy", err)
		}
		defer f.Close()
		in = f
	}
	m, err := mealy.Read(in, name)
	if err != nil {
		return nil, exit.Usagef("%v", err)
	}
	if err := m.Rename(spelling); err != nil {
		return nil, exit.Usagef("%s: --rename: %v", name, err)
	}
	return m, nil
}

// splitInputs cuts at the commas outside parentheses.
func splitInputs(text string) (list []string) {
	depth, from := 0, 0
	for i, c := range text + "," {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth <= 0 {
				list = append(list, strings.TrimSpace(text[from:i]))
				from = i + 1
			}
		}
	}
	return list
}

func tellComparison(w io.Writer, files []string, r *mealy.Comparison) error {
	for i, only := range [][]string{r.OnlyA, r.OnlyB} {
		if len(only) > 0 {
			fmt.Fprintf(w, "only %s has %s: %s\n", files[i], prose.Count(len(only), "input"), prose.Wrap(strings.Join(only, " "), 96, "  "))
		}
	}
	if r.Skipped > 0 {
		fmt.Fprintf(w, "not compared, because only one machine answers: an input in %s of states\n", prose.Count(r.Skipped, "pair"))
	}
	if r.First == nil {
		fmt.Fprintf(w, "EQUIVALENT on %s: %s of states were compared, and no sequence of inputs is answered differently\n", prose.Count(len(r.Inputs), "input"), prose.Count(r.Pairs, "pair"))
		return nil
	}
	fmt.Fprintf(w, "DIFFERENT: a shortest sequence of inputs that they answer differently has %s\n", prose.Count(len(r.First.Word), "input"))
	list := r.Each
	if list == nil {
		list = []mealy.Difference{*r.First}
	}
	for _, d := range list {
		wide, middle := len("input"), max(len("A"), len(files[0]))
		for i := range d.Word {
			wide, middle = max(wide, len(d.Word[i])), max(middle, len(d.A[i]))
		}
		fmt.Fprintf(w, "\n    %-*s  %-*s  %s\n", wide, "input", middle, files[0], files[1])
		for i := range d.Word {
			mark := "   "
			if d.A[i] != d.B[i] {
				mark = "***"
			}
			fmt.Fprintf(w, "%s %-*s  %-*s  %s\n", mark, wide, d.Word[i], middle, d.A[i], d.B[i])
		}
		if r.Each != nil {
			fmt.Fprintf(w, "    that input is answered differently in %d of %s of states\n", d.Pairs, prose.Count(r.Pairs, "pair"))
		}
	}
	return nil
}
