// Package replay is the command that shows a saved run.
package replay

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/question"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// New returns the command.
func New() *cobra.Command {
	var r options
	cmd := &cobra.Command{
		Use:   "replay FILE",
		Short: "Show a saved run, as a whole or step by step",
		Long: `replay executes the run in a file that explore --save wrote, and draws it. It checks every step
again. It refuses a file whose steps or violation do not follow from its scenario, and a file that
another version wrote. On a terminal it shows the run step by step, with the segments in the
network: Enter shows the next step, and q followed by Enter shows the rest.

Exit status: 0 if the run is what the file says, 2 if not.`,
		Example: `  tcpcheck explore --handshake two --save ghost.json; tcpcheck replay ghost.json
  tcpcheck replay ghost.json --step 2
  tcpcheck replay ghost.json --pcap ghost.pcapng
  tcpcheck replay ghost.json --packetdrill ghost.pkt --at B`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return exit.Usagef("replay: found %d arguments, expected one file, as written by explore --save", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "step", "all"); err != nil {
				return err
			}
			if err := r.Exporter.Check(); err != nil {
				return err
			}
			return r.run(args[0], cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.IntVar(&r.step, "step", -1, "draw the run up to this `step` only, and list the segments in the network then")
	f.BoolVar(&r.json, "json", false, "print the steps as JSON")
	r.Exporter.Flags(f)
	f.BoolVar(&r.all, "all", false, "show the whole run at once, also on a terminal")
	return cmd
}

type options struct {
	runfiles.Exporter
	step      int
	json, all bool
}

// holds finds the predicate of an invariant, including those that only one theorem has.
func holds(name string) (func(*netfake.System, netfake.State) bool, bool) {
	lists := [][]properties.Invariant{properties.Invariants()}
	for _, th := range properties.Theorems() {
		lists = append(lists, th.Always)
	}
	for _, list := range lists {
		for _, inv := range list {
			if inv.Name == name {
				return inv.Holds, true
			}
		}
	}
	if question.Is(name) {
		q, err := question.Parse(name)
		return q.Holds, err == nil
	}
	return nil, false
}

func (r *options) run(name string, in io.Reader, out io.Writer) error {
	terminal.EndOnInterrupt()
	data, err := os.ReadFile(name)
	if err != nil {
		return exit.Usagef("%v: expected a run, as written by explore --save", err)
	}
	saved, err := scenario.LoadRun(name, data, holds)
	if err != nil {
		return exit.Usagef("%v", err)
	}
	if saved.Theorem != "" && !isOf(&saved) {
		saved.Theorem = ""
	}
	n := len(saved.Steps)
	if r.step < -1 || r.step > n {
		return exit.Usagef("--step %d: expected a step from 0 to %d", r.step, n)
	}
	sys, err := netfake.New(saved.File.Scenario)
	if err != nil {
		return err
	}
	if err := r.Exporter.Export(sys, saved.Steps, cmp.Or(saved.Theorem, name), ladder.Options{Violated: saved.Violated}); err != nil {
		return err
	}
	if r.json {
		steps := ladder.Describe(sys, saved.Steps)
		if r.step >= 0 {
			steps = steps[:r.step]
		}
		return report.Write(out, "replay", &report.Replay{Name: name, Theorem: saved.Theorem, Violated: saved.Violated, Steps: n, Run: steps})
	}
	o := ladder.Options{Violated: saved.Violated, Why: properties.Meaning(saved.Violated), Color: terminal.WantsColor(out), Width: terminal.Columns(out), Legend: r.Legend}
	switch {
	case r.step >= 0 && r.step < n:
		return showStep(out, sys, saved.Steps[:r.step], o)
	case r.step < 0 && !r.all && terminal.OnTerminal(out):
		return stepByStep(in, out, sys, saved.Steps, o)
	}
	title(out, saved)
	return ladder.Write(out, sys, saved.Steps, o)
}

// isOf reports whether the scenario of a run is that of the theorem that the file names: the name is not believed either.
func isOf(r *scenario.Run) bool {
	sub, err := (&subject.Source{Theorem: r.Theorem}).Subject(nil)
	if err != nil {
		return false
	}
	sub.File.Always, sub.File.Scenario.Watch = r.File.Always, r.File.Scenario.Watch
	return len(sub.File.Differences(&r.File)) == 0
}

func title(w io.Writer, r scenario.Run) {
	what := "a run"
	if r.Violated != "" {
		what = "a run to a violation of " + r.Violated
	}
	if r.Theorem != "" {
		what += ", in the scenario of theorem " + r.Theorem
	}
	fmt.Fprintf(w, "%s%s, in %d steps\n\n", strings.ToUpper(what[:1]), what[1:], len(r.Steps))
}

// showStep draws the first steps of a run, and lists the segments that can still be delivered.
func showStep(w io.Writer, sys *netfake.System, run []netfake.Transition, o ladder.Options) error {
	o.Violated = ""
	if err := ladder.Write(w, sys, run, o); err != nil {
		return err
	}
	world := sys.Unpack(sys.Init()[0])
	if len(run) > 0 {
		world = run[len(run)-1].To
	}
	wire := world.Wire(sys)
	fmt.Fprintf(w, "\nIn the network:\n")
	for _, p := range wire {
		fmt.Fprintf(w, "  %v, %d ticks old\n", p, p.Age)
	}
	if len(wire) == 0 {
		fmt.Fprintln(w, "  nothing")
	}
	return nil
}

// stepByStep shows a step each time it reads Enter, and the whole run at the end.
func stepByStep(in io.Reader, out io.Writer, sys *netfake.System, run []netfake.Transition, o ladder.Options) error {
	lines := bufio.NewScanner(in)
	for i := range run {
		if err := showStep(out, sys, run[:i], o); err != nil {
			return err
		}
		fmt.Fprintf(out, "\nStep %d of %d: Enter for the next step, q for the rest ", i, len(run))
		if !lines.Scan() || strings.TrimSpace(lines.Text()) == "q" {
			break
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out)
	return ladder.Write(out, sys, run, o)
}
