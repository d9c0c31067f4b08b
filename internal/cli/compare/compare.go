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
	"github.com/tcpcheck/tcpcheck/internal/learn/mapper"
	"github.com/tcpcheck/tcpcheck/internal/learn/mealy"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// New returns the command.
func New() *cobra.Command {
	var c options
	cmd := &cobra.Command{
		Use:   "compare {A.dot B.dot | --profile NAME LEARNED.dot}",
		Short: "Find the inputs on which two Mealy machines differ",
		Long: `compare reads two Mealy machines, in the form of DOT that learned models have and that graph mealy
writes, or compares one with the model of a host (--profile). It lists all answers that differ,
grouped by what the two say, with the inputs and the states of the first machine, and a shortest
sequence of inputs that shows it. It lists inputs that only one of them has, and does not use
them. A file named - is the standard input.

Words of other notations are read as those of graph mealy: flags in any order (ACK+RST), numbers
named NEXT, CURRENT, FRESH, ZERO, V and INV, calls such as RCV and CLOSECONNECTION. --rename
declares others.

Exit status: 0 if they are equivalent on the inputs that both have, 1 if they differ, 2 if a file
cannot be used.`,
		Example: `  tcpcheck graph mealy -o rfc.dot
  tcpcheck graph mealy --set both.tcp.attacks=rfc793 --fine -o old.dot
  tcpcheck compare rfc.dot old.dot --all
  tcpcheck compare --profile linux learned.dot --rename words.txt
  tcpcheck compare rfc.dot learned.dot --rename FINISH=CLOSE --inputs 'SYN(V,V,0),CLOSE'`,
		Args: func(_ *cobra.Command, args []string) error {
			want := 2
			if c.profile != "" {
				want = 1
			}
			if len(args) != want || want == 2 && args[0] == "-" && args[1] == "-" {
				return exit.Usagef("compare: found %s, expected two different files, or --profile and one", prose.Count(len(args), "argument"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(args, cmd.InOrStdin(), cmd.OutOrStdout()) },
	}
	f := cmd.Flags()
	f.StringVar(&c.profile, "profile", "", "compare with the model of a `host`: "+strings.Join(hosts.Names(), ", "))
	f.StringVar(&c.inputs, "inputs", "", "compare on these inputs only: `a,b` (commas in parentheses belong to a name)")
	f.StringArrayVar(&c.renames, "rename", nil, "another spelling of an input or output, `old=new`, or a file of such lines (may be repeated)")
	f.BoolVar(&c.asIs, "as-is", false, "take words as they are, without the notations that are known")
	f.BoolVar(&c.all, "all", false, "show each shortest sequence with all its answers")
	f.BoolVar(&c.partial, "partial", false, "accept machines that do not answer every input; skip inputs that one does not answer")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	return cmd
}

type options struct {
	profile, inputs          string
	renames                  []string
	asIs, all, partial, json bool
}

func (c *options) run(args []string, in io.Reader, out io.Writer) error {
	names, ms, err := c.machines(args, in)
	if err != nil {
		return err
	}
	if c.inputs != "" {
		chosen := splitInputs(c.inputs)
		for i, m := range ms {
			for _, input := range chosen {
				if !slices.Contains(m.Inputs, input) {
					return exit.Usagef("--inputs %s: expected an input of %s, one of %s", input, names[i], strings.Join(m.Inputs, " "))
				}
			}
			ms[i] = m.Restrict(chosen)
		}
	}
	r := mealy.Compare(ms[0], ms[1])
	if len(r.Inputs) == 0 {
		return exit.Usagef("%s and %s: found no input that both have, expected some; --rename declares other spellings", names[0], names[1])
	}
	for i, m := range ms {
		state, input, found := m.Restrict(r.Inputs).Gap()
		if found && !c.partial {
			return exit.Usagef("%s: state %q does not answer input %q, expected an answer to every input; --partial skips such inputs", names[i], state, input)
		}
	}
	if c.json {
		j := documents.Comparison{A: names[0], B: names[1], Verdict: "EQUIVALENT", OnlyA: r.OnlyA, OnlyB: r.OnlyB, Comparison: r}
		if r.First != nil {
			j.Verdict = "DIFFERENT"
		}
		err = report.Write(out, "compare", &j)
	} else {
		tellComparison(out, names, r, c.all)
	}
	if err == nil && r.First != nil {
		err = exit.Status(exit.Violated)
	}
	return err
}

// machines reads the files; with --profile the first machine is the model's.
func (c *options) machines(args []string, in io.Reader) (names []string, ms [2]*mealy.Machine, err error) {
	spelling, err := c.spelling()
	if err != nil {
		return nil, ms, err
	}
	names = args
	if c.profile != "" {
		names = []string{"profile " + c.profile, args[0]}
		if ms[0], err = profileMachine(c.profile); err != nil {
			return nil, ms, err
		}
	}
	for i, name := range names {
		if ms[i] != nil {
			continue
		}
		if ms[i], err = c.readMachine(name, in, spelling); err != nil {
			return nil, ms, err
		}
	}
	return names, ms, nil
}

// profileMachine is an endpoint with the policies of a host.
func profileMachine(name string) (*mealy.Machine, error) {
	p, err := hosts.ByName(name)
	if err != nil {
		return nil, exit.Usagef("--profile: %v", err)
	}
	sc := scenario.Default().Scenario
	p.Settings.Apply(&sc)
	m, err := mapper.New(sc.Peer[netfake.A].TCP, mapper.Options{Fine: true}).Machine()
	if err != nil {
		return nil, exit.Usagef("--profile %s: %v", name, err)
	}
	return m, nil
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

func (c *options) readMachine(name string, in io.Reader, spelling map[string]string) (*mealy.Machine, error) {
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
	if c.asIs {
		return m, nil
	}
	if err := mapper.Respell(m); err != nil {
		return nil, exit.Usagef("%s: %v; --as-is takes words as they are", name, err)
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

func tellComparison(w io.Writer, files []string, r *mealy.Comparison, all bool) {
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
		return
	}
	fmt.Fprintf(w, "DIFFERENT on %s: a shortest sequence of inputs that they answer differently has %s\n", prose.Count(len(r.Inputs), "input"), prose.Count(len(r.First.Word), "input"))
	tellWord(w, files, r.First)
	fmt.Fprintf(w, "\n%s, by what the two answer, or by where they go different ways:\n", prose.Count(len(r.Each), "difference"))
	for i := range r.Each {
		tellGroup(w, files, i+1, &r.Each[i], all)
	}
}

// tellGroup says where two answers are given: to which inputs, in which states, and how to get there.
func tellGroup(w io.Writer, files []string, n int, d *mealy.Difference, all bool) {
	last := len(d.Word) - 1
	fmt.Fprintln(w)
	if d.Leaves > 0 {
		fmt.Fprintf(w, "%d. at %s they go different ways, which leads to %s; the first:\n", n, d.Word[d.Leaves-1], prose.Count(d.Times, "difference"))
		fmt.Fprintf(w, "   %s: %s\n", files[0], d.A[last])
	} else {
		fmt.Fprintf(w, "%d. %s: %s\n", n, files[0], d.A[last])
	}
	fmt.Fprintf(w, "   %s: %s\n", files[1], d.B[last])
	for _, line := range []struct {
		word string
		list []string
	}{{"to", d.Inputs}, {"in", d.States}, {"after", d.Word[:last]}} {
		if len(line.list) > 0 {
			fmt.Fprintf(w, "   %-5s %s\n", line.word, prose.Wrap(some(line.list), 88, "         "))
		}
	}
	if d.Behind > 0 {
		fmt.Fprintf(w, "   behind %s\n", prose.Count(d.Behind, "other difference"))
	}
	if all {
		tellWord(w, files, d)
	}
}

// some lists the first few of many.
func some(list []string) string {
	const few = 16
	if n := len(list) - few; n > 0 {
		return strings.Join(list[:few], " ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(list, " ")
}

// tellWord shows a sequence of inputs with the answers of both.
func tellWord(w io.Writer, files []string, d *mealy.Difference) {
	rows := [][]string{nil, {"", "input", files[0], files[1]}}
	for i := range d.Word {
		mark := ""
		if d.A[i] != d.B[i] {
			mark = "***"
		}
		rows = append(rows, []string{mark, d.Word[i], d.A[i], d.B[i]})
	}
	prose.Table(w, "", "", rows...)
}
