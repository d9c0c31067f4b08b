// Package certify is the command that checks a certificate.
package certify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/cli/certificate"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/subject"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
)

// New returns the command.
func New() *cobra.Command {
	var c options
	cmd := &cobra.Command{
		Use:   "certify FILE",
		Short: "Check a certificate that explore wrote, with a second model and without the search",
		Long: `certify checks a file that explore --certificate wrote: a set of states that should be exactly the
states that its scenario can reach. It shares no code with the search, and takes its steps in a
second model of the network, which was written separately. It checks that the initial state is in
the set, that every action in a state of the set leads to a state of the set, that every invariant
holds in each state and each witness in at least one, and that the set has no unreachable states.

Exit status: 0 if all checks pass, 1 if one fails, 2 if the file is not a certificate, 3 if
interrupted.`,
		Example: `  tcpcheck explore --theorem wait-keeps-old-fin-out --certificate wait.cert
  tcpcheck certify wait.cert
  tcpcheck certify wait.cert --theorem wait-keeps-old-fin-out   also check the name of the theorem
  tcpcheck certify wait.cert --scenario                         print its scenario`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return exit.Usagef("certify: found %d arguments, expected one file, as written by explore --certificate", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "scenario", "json"); err != nil {
				return err
			}
			return c.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.theorem, "theorem", "", "refuse the certificate unless it is of theorem `name`, or of its variant name/variant")
	f.BoolVar(&c.scenario, "scenario", false, "print the scenario of the certificate as a file, and check nothing")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	flags.Workers(f, &c.workers)
	return cmd
}

type options struct {
	theorem        string
	scenario, json bool
	workers        int
}

func (c *options) run(ctx context.Context, name string, stdout, stderr io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return exit.Usagef("%v: expected a certificate, as written by explore --certificate", err)
	}
	defer f.Close()
	cert, err := certify.Read(f)
	var refused *certify.Refusal
	switch {
	case errors.As(err, &refused):
		return c.report(stdout, name, &certify.Certificate{}, certify.Report{}, refused)
	case err != nil:
		return exit.Usagef("%s: %v", name, err)
	}
	if c.scenario {
		_, err := stdout.Write(scenario.Format(cert.Scenario))
		return err
	}
	if c.theorem != "" {
		if err := c.isOf(cert); err != nil {
			if errors.As(err, &refused) {
				return c.report(stdout, name, cert, certify.Report{Claimed: cert.States.Len()}, refused)
			}
			return err
		}
	}
	show, done := certificate.CertifyProgress(stderr)
	r, err := certify.Check(ctx, cert, certify.Options{Workers: c.workers, Progress: show})
	done()
	switch {
	case err == nil:
		return c.report(stdout, name, cert, r, nil)
	case errors.As(err, &refused):
		return c.report(stdout, name, cert, r, refused)
	}
	return exit.With(exit.Incomplete, fmt.Sprintf("%s: interrupted after %d of %d states: no error was found so far, and nothing is certified", name, r.States, r.Claimed))
}

// isOf refuses a certificate that is not of the theorem.
func (c *options) isOf(cert *certify.Certificate) error {
	want, err := (&subject.Source{Theorem: c.theorem}).Subject(nil)
	if err != nil {
		return err
	}
	list := cert.Scenario.Differences(&want.File)
	if w := want.Witness; w.Asked() && !slices.Contains(cert.Witnesses, w.Name) {
		list = append(list, "witnesses: expected "+w.Name)
	}
	if len(list) > 0 {
		return &certify.Refusal{Missing: fmt.Sprintf("it is not a certificate of theorem %s: %s", c.theorem, strings.Join(list, "; "))}
	}
	return nil
}

func (c *options) report(w io.Writer, file string, cert *certify.Certificate, r certify.Report, refused *certify.Refusal) error {
	if c.json {
		j := report.Certified{File: file, Name: cert.Name, Program: cert.Program, Verdict: "CERTIFIED", Always: cert.Scenario.Always,
			Witnesses: cert.Witnesses, Claimed: r.Claimed, States: r.States, Transitions: r.Steps, Seconds: r.Elapsed.Seconds()}
		if refused != nil {
			j.Verdict, j.Reason, j.State, j.Action = "REFUSED", refused.Missing, refused.State, refused.Action
		}
		if err := report.Write(w, "certify", &j); err != nil {
			return err
		}
	} else {
		c.tell(w, file, cert, r, refused)
	}
	if refused != nil {
		return exit.Status(exit.Violated)
	}
	return nil
}

func (c *options) tell(w io.Writer, file string, cert *certify.Certificate, r certify.Report, refused *certify.Refusal) {
	if refused == nil {
		fmt.Fprintf(w, "%s: CERTIFIED\n", file)
	} else {
		fmt.Fprintf(w, "%s: REFUSED\n", file)
	}
	if cert.Name != "" {
		fmt.Fprintf(w, "  of %s: always %s\n", cert.Name, strings.Join(cert.Scenario.Always, ", "))
	}
	if refused == nil {
		for _, name := range cert.Witnesses {
			fmt.Fprintf(w, "  witness reached: %s\n", name)
		}
		fmt.Fprintf(w, "  %d states were checked, and %d steps, which all lead to one of these states; in %.2f s\n", r.States, r.Steps, r.Elapsed.Seconds())
		return
	}
	if refused.State != "" {
		fmt.Fprintf(w, "  in the state: %s\n", refused.State)
	}
	if refused.Action != "" {
		fmt.Fprintf(w, "  the action: %s\n", refused.Action)
	}
	fmt.Fprintf(w, "  %s\n", refused.Missing)
}
