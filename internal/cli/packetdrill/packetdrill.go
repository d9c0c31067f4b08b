// Package packetdrill is the command that runs packetdrill scripts.
package packetdrill

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/packetdrill"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// New returns the command.
func New() *cobra.Command {
	var s options
	cmd := &cobra.Command{
		Use:     "packetdrill FILE|DIR...",
		Aliases: []string{"script"},
		Short:   "Run scripts in packetdrill's language against the model, or against a stack",
		Long: `packetdrill runs scripts in packetdrill's language against the model of RFC 9293 in virtual time,
or against a stack that speaks the line format of conform/PROTOCOL.md. For a directory it runs all
files *.pkt in it and below.

The result of a script is PASS if everything happened that it expects; FAIL with the line, what
was expected and what happened; UNSUPPORTED, which is never a pass, if it needs something that is
not modelled (congestion control, SACK blocks, ECN, Fast Open, ICMP); ERROR if it cannot be read.

Exit status: 0 if none failed, 1 if one did, 2 if one cannot be read, 3 if interrupted.`,
		Example: `  tcpcheck packetdrill handshake.pkt
  tcpcheck packetdrill tests/ --list-unsupported --junit report.xml
  tcpcheck packetdrill tests/ --exec ./my-stack`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return exit.Usagef("packetdrill: found no file, expected scripts, or directories with files *.pkt")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.Exclusive(cmd.Flags(), "stack", "exec"); err != nil {
				return err
			}
			return s.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.stack, "stack", "", "run against a `stack` of conform/stacks, from a checkout: gvisor, lneto, smoltcp, linux")
	f.StringVar(&s.exec, "exec", "", "run against a `command` that speaks the line format")
	f.StringVar(&s.profile, "profile", "", "the `system` for which the scripts were written: "+strings.Join(packetdrill.Profiles, ", ")+
		"; default: freebsd if a script has its sysctls, else linux")
	f.DurationVar(&s.tolerance, "tolerance", 0, "by how much times may differ (default: what a script says, else 4ms)")
	f.BoolVar(&s.json, "json", false, "print one JSON object a line: the scripts, then a summary")
	f.StringVar(&s.junit, "junit", "", "write the results to `file` as JUnit XML")
	f.BoolVar(&s.lacks, "list-unsupported", false, "list what is not supported, and how many scripts stop at it")
	return cmd
}

type options struct {
	stack, exec, profile, junit string
	tolerance                   time.Duration
	json, lacks                 bool
}

func (s *options) run(ctx context.Context, args []string, out, stderr io.Writer) error {
	if s.profile != "" && !slices.Contains(packetdrill.Profiles, s.profile) {
		return exit.Usagef("--profile %s: expected one of %s", s.profile, strings.Join(packetdrill.Profiles, ", "))
	}
	if s.tolerance < 0 {
		return exit.Usagef("--tolerance %v: expected a duration from 0", s.tolerance)
	}
	if err := flags.Outputs([]flags.File{{Flag: "--junit", Name: s.junit}}); err != nil {
		return err
	}
	files, err := scripts(args)
	if err != nil {
		return err
	}
	sys, err := s.system()
	if err != nil {
		return err
	}
	defer sys.Close()
	results, err := s.all(ctx, sys, files, out, stderr)
	if err != nil {
		return err
	}
	if err := s.tell(results, sys.Name, out); err != nil {
		return err
	}
	switch {
	case results.Count(packetdrill.Broken) > 0:
		return exit.Status(exit.Usage)
	case results.Count(packetdrill.Fail) > 0:
		return exit.Status(exit.Violated)
	case len(results) < len(files):
		return exit.With(exit.Incomplete, fmt.Sprintf("interrupted after %d of %d scripts", len(results), len(files)))
	}
	return nil
}

// scripts lists the named files, and those below the named directories.
func scripts(args []string) (files []string, err error) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, exit.Usagef("%v: expected a script, or a directory with files *.pkt", err)
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(path) == ".pkt" {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return nil, exit.Usagef("%v", err)
		}
		if len(files) == before {
			return nil, exit.Usagef("%s: found no file, expected files *.pkt in it or below", arg)
		}
	}
	return files, nil
}

// system is what the scripts are run against.
func (s *options) system() (*packetdrill.System, error) {
	start := func() (conform.Peer, error) { return conform.Stack(conform.Patience, s.stack) }
	switch words := strings.Fields(s.exec); {
	case len(words) > 0:
		start = func() (conform.Peer, error) { return conform.Exec(conform.Patience, words...) }
	case s.stack == "":
		return packetdrill.Model(), nil
	}
	sys, err := packetdrill.Stack(start)
	if err != nil {
		return nil, exit.Usagef("%v", err)
	}
	return sys, nil
}

// all runs the scripts until an interrupt.
func (s *options) all(ctx context.Context, sys *packetdrill.System, files []string, out, stderr io.Writer) (packetdrill.Report, error) {
	show, done := terminal.StatusLine(stderr)
	defer done()
	var results packetdrill.Report
	for i, name := range files {
		if ctx.Err() != nil {
			break
		}
		if show != nil {
			show(fmt.Sprintf("%d of %d  %s; Ctrl-C ends", i, len(files), name))
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, exit.Usagef("%v: expected a script", err)
		}
		if len(bytes.TrimSpace(src)) == 0 {
			return nil, exit.Usagef("%s: found an empty file, expected a script", name)
		}
		r, err := packetdrill.Run(name, src, sys, packetdrill.Options{Profile: s.profile, Tolerance: s.tolerance})
		if err != nil {
			return nil, exit.Usagef("%v", err)
		}
		results = append(results, r)
		if s.json {
			err = report.WriteLine(out, "packetdrill", &report.Script{Result: r})
		} else {
			err = r.Write(out)
		}
		if err != nil {
			return nil, err
		}
	}
	return results, nil
}

// tell prints the summary, and writes the file of --junit.
func (s *options) tell(results packetdrill.Report, system string, out io.Writer) error {
	if err := flags.WriteTo(s.junit, "--junit", out, func(w io.Writer) error { return results.WriteJUnit(w, system) }); err != nil {
		return err
	}
	if s.json {
		return report.WriteLine(out, "packetdrill", &report.ScriptSummary{System: system, Scripts: len(results),
			Pass: results.Count(packetdrill.Pass), Fail: results.Count(packetdrill.Fail),
			Unsupported: results.Count(packetdrill.Unsupported), Broken: results.Count(packetdrill.Broken), Lacks: results.Lacks()})
	}
	if _, err := fmt.Fprintf(out, "\n%s\n", results.Summary(system)); err != nil {
		return err
	}
	if s.lacks {
		for _, l := range results.Lacks() {
			if _, err := fmt.Fprintf(out, "%6d  %s\n", l.Scripts, l.What); err != nil {
				return err
			}
		}
	}
	return nil
}
