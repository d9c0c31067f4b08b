package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/internal/certify"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
)

func newCertifyCmd() *cobra.Command {
	var c certifier
	cmd := &cobra.Command{
		Use:   "certify FILE",
		Short: "Check a certificate that explore wrote, without the search and without netfake",
		Long: `certify checks a file that explore --certificate wrote: a set of states that is said to be all that its
scenario can reach. It shares no code with the search, and takes its steps in a second model of the
network, which was written apart from the first. It checks that the initial state is in the set, that
whatever can happen in a state of the set leads to a state of the set, that every invariant holds in
each of them, and each witness in one, and that the set has no other states.

Exit status: 0 if all that is so, 1 if not, 2 if the file is no certificate, 3 if interrupted.`,
		Example: `  tcpcheck explore --theorem wait-keeps-old-fin-out --certificate wait.cert; tcpcheck certify wait.cert
  tcpcheck certify wait.cert --theorem wait-keeps-old-fin-out    also: is it of this theorem?
  tcpcheck certify wait.cert --scenario                          the scenario that it is of`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("certify: found %d arguments, expected one file, as written by explore --certificate", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exclusive(cmd.Flags(), "scenario", "json"); err != nil {
				return err
			}
			if err := notNegative(c.workers, 0); err != nil {
				return err
			}
			return c.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.theorem, "theorem", "", "refuse a certificate of anything else than theorem `name`, or its variant name/variant")
	f.BoolVar(&c.scenario, "scenario", false, "print the scenario of the certificate as a file, and check nothing")
	f.BoolVar(&c.json, "json", false, "print the report as JSON")
	f.IntVar(&c.workers, "workers", 0, "how many processors check (0: all)")
	return cmd
}

type certifier struct {
	theorem        string
	scenario, json bool
	workers        int
}

// certified is what certify --json prints.
type certified struct {
	File      string   `json:"file"`
	Name      string   `json:"name"`
	Program   string   `json:"program"`
	Certified bool     `json:"certified"`
	Always    []string `json:"always"`
	Witnesses []string `json:"witnesses"`
	Claimed   int      `json:"claimed"`
	States    int      `json:"states"`
	Steps     int      `json:"steps"`
	Seconds   float64  `json:"seconds"`
	Refused   string   `json:"refused,omitempty"` // why
	State     string   `json:"state,omitempty"`   // in which it fails
	Action    string   `json:"action,omitempty"`
}

func (c *certifier) run(ctx context.Context, name string, stdout, stderr io.Writer) error {
	f, err := os.Open(name)
	if err != nil {
		return usagef("%v: expected a certificate, as written by explore --certificate", err)
	}
	defer f.Close()
	cert, err := certify.Read(f)
	var refused *certify.Refusal
	switch {
	case errors.As(err, &refused):
		return c.report(stdout, name, &certify.Certificate{}, certify.Report{}, refused)
	case err != nil:
		return usagef("%s: %v", name, err)
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
	show, done := certifyProgress(stderr)
	r, err := certify.Check(ctx, cert, certify.Options{Workers: c.workers, Progress: show})
	done()
	switch {
	case err == nil:
		return c.report(stdout, name, cert, r, nil)
	case errors.As(err, &refused):
		return c.report(stdout, name, cert, r, refused)
	}
	return exitError{exitIncomplete, fmt.Sprintf("%s: interrupted after %d of %d states: nothing was found, and nothing is certified", name, r.States, r.Claimed)}
}

// isOf refuses a certificate that is not of the theorem.
func (c *certifier) isOf(cert *certify.Certificate) error {
	want, err := (&source{theorem: c.theorem}).subject(nil)
	if err != nil {
		return err
	}
	list := cert.Scenario.Differences(&want.file)
	if w := want.witness; w.Asked() && !slices.Contains(cert.Witnesses, w.Name) {
		list = append(list, "witnesses: expected "+w.Name)
	}
	if len(list) > 0 {
		return &certify.Refusal{Missing: fmt.Sprintf("it is not of theorem %s: %s", c.theorem, strings.Join(list, "; "))}
	}
	return nil
}

func (c *certifier) report(w io.Writer, file string, cert *certify.Certificate, r certify.Report, refused *certify.Refusal) error {
	if c.json {
		j := certified{File: file, Name: cert.Name, Program: cert.Program, Certified: refused == nil, Always: cert.Scenario.Always,
			Witnesses: cert.Witnesses, Claimed: r.Claimed, States: r.States, Steps: r.Steps, Seconds: r.Elapsed.Seconds()}
		if refused != nil {
			j.Refused, j.State, j.Action = refused.Missing, refused.State, refused.Action
		}
		if err := encodeJSON(w, j); err != nil {
			return err
		}
	} else {
		c.tell(w, file, cert, r, refused)
	}
	if refused != nil {
		return exitError{exitViolated, ""}
	}
	return nil
}

func (c *certifier) tell(w io.Writer, file string, cert *certify.Certificate, r certify.Report, refused *certify.Refusal) {
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
			fmt.Fprintf(w, "  reachable: %s\n", name)
		}
		fmt.Fprintf(w, "  %d states were checked, and %d steps, all of which lead to one of these states; in %.2f s\n", r.States, r.Steps, r.Elapsed.Seconds())
		return
	}
	if refused.State != "" {
		fmt.Fprintf(w, "  in the state: %s\n", refused.State)
	}
	if refused.Action != "" {
		fmt.Fprintf(w, "  this happens: %s\n", refused.Action)
	}
	fmt.Fprintf(w, "  %s\n", refused.Missing)
}

// certifyProgress tells a person on stderr how much of a certificate is checked.
func certifyProgress(stderr io.Writer) (show func(certify.Report), done func()) {
	line, done := statusLine(stderr)
	if line == nil {
		return nil, done
	}
	last := time.Duration(0)
	return func(r certify.Report) {
		if r.Elapsed-last < 200*time.Millisecond {
			return
		}
		last = r.Elapsed
		line(fmt.Sprintf("%s  %d of %d states checked, %d steps; Ctrl-C ends", r.Elapsed.Round(time.Second), r.States, r.Claimed, r.Steps))
	}, done
}
