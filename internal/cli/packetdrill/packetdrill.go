// Package packetdrill is the command that runs packetdrill scripts.
package packetdrill

import (
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
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
)

// New returns the command.
func New() *cobra.Command {
	var s options
	cmd := &cobra.Command{
		Use:   "packetdrill FILE|DIR...",
		Short: "Run scripts in packetdrill's language against the model, or against a stack",
		Long: `packetdrill runs scripts in packetdrill's language against the model of RFC 9293 in virtual time,
or against a stack that speaks the line format of conform/PROTOCOL.md. For a directory it runs all
files *.pkt in it and below.

Scripts are judged as packetdrill judges them. Numbers count from the two SYNs. Flags, the order,
the padding and the values of options, and times are compared (within the tolerance that the
script or --tolerance gives); of timestamps the value is compared if the script sets
--tcp_ts_tick_usecs. A packet that no line expects fails the script at the next line that expects
one. What RFC 9293 leaves to a stack (a delayed ACK, PSH, a RST with ACK, the order of options) is
granted with --lenient only. --stack and --exec are lenient unless --lenient=false is given. What
was granted is listed.

The profile says what the host does where RFC 9293 leaves it free or the system differs: its MSS,
window, scale, buffers, timers and policies. #ifdef knows the names FreeBSD, Linux and, for profile
rfc9293, STANDARD; --define adds names.

The result of a script is PASS if everything happened that it expects; FAIL with the line, what
was expected and what happened; UNSUPPORTED, which is never a pass, if it needs something that is
not modelled (congestion control, loss recovery, ECN, Fast Open, the path MTU); ERROR if
packetdrill cannot read it either.

--deviations reads a table of scripts that are known not to pass, as TOML: [[deviation]] with
script (the end of the file's name; * and ? stand for any characters), verdict, line and what.
Every other script must pass or be unsupported, and every entry must be needed.

Exit status: 0 if none failed, 1 if one did or an entry of --deviations was not needed, 2 if one
cannot be read, 3 if interrupted.`,
		Example: `  tcpcheck packetdrill handshake.pkt
  tcpcheck packetdrill tests/ --list-unsupported --junit report.xml
  tcpcheck packetdrill tests/ --quiet --deviations known.toml
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
			if !cmd.Flags().Changed("lenient") {
				s.lenient = s.stack != "" || s.exec != ""
			}
			return s.run(cmd.Context(), args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.stack, "stack", "", "run against a `stack` of conform/stacks, from a checkout: gvisor, lneto, smoltcp, linux")
	f.StringVar(&s.exec, "exec", "", "run against a `command` that speaks the line format")
	f.StringVar(&s.profile, "profile", "", "the `system` for which the scripts were written: "+strings.Join(packetdrill.Profiles, ", ")+
		"; default: freebsd if a script has its sysctls, else linux")
	f.DurationVar(&s.tolerance, "tolerance", 0, "by how much times may differ (default: what a script says, else 4ms or an eighth of the time since the step before)")
	f.BoolVar(&s.lenient, "lenient", false, "grant what RFC 9293 leaves to a stack; default with --stack and --exec")
	f.StringArrayVar(&s.defines, "define", nil, "define `NAME=VALUE` for the scripts, may be repeated")
	f.StringVar(&s.deviations, "deviations", "", "read the scripts that are known not to pass from `file`")
	f.BoolVar(&s.quiet, "quiet", false, "print only scripts that fail or cannot be read, and the summary")
	f.BoolVar(&s.json, "json", false, "print one JSON object a line: the scripts, then a summary")
	f.StringVar(&s.junit, "junit", "", "write the results to `file` as JUnit XML")
	f.BoolVar(&s.lacks, "list-unsupported", false, "list what is not supported, and how many scripts stop at it")
	return cmd
}

type options struct {
	stack, exec, profile, junit, deviations string
	defines                                 []string
	tolerance                               time.Duration
	json, lacks, lenient, quiet             bool

	known packetdrill.Deviations
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
	for _, d := range s.defines {
		if name, _, ok := strings.Cut(d, "="); !ok || name == "" {
			return exit.Usagef("--define %s: expected NAME=VALUE", d)
		}
	}
	files, err := scripts(args)
	if err != nil {
		return err
	}
	if s.deviations != "" {
		if s.known, err = packetdrill.ReadDeviations(s.deviations); err != nil {
			return exit.Usagef("--deviations: %v", err)
		}
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
	unneeded := s.known.Unneeded()
	switch {
	case results.Unknown(packetdrill.Broken) > 0:
		return exit.Status(exit.Usage)
	case results.Unknown(packetdrill.Fail) > 0:
		return exit.Status(exit.Violated)
	case len(unneeded) > 0 && len(results) == len(files):
		return exit.With(exit.Violated, s.deviations+": "+strings.Join(unneeded, "; "))
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
		r, err := packetdrill.Run(name, src, sys, packetdrill.Options{Profile: s.profile, Tolerance: s.tolerance,
			Lenient: s.lenient, Defines: s.defines})
		if err != nil {
			return nil, exit.Usagef("%v", err)
		}
		s.known.Explain(&r)
		results = append(results, r)
		switch {
		case s.quiet && (r.Known != "" || r.Verdict == packetdrill.Pass || r.Verdict == packetdrill.Unsupported):
		case s.json:
			if err := report.WriteLine(out, "packetdrill", &documents.Script{Result: r}); err != nil {
				return nil, err
			}
		default:
			r.Write(out)
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
		return report.WriteLine(out, "packetdrill", &documents.ScriptSummary{System: system, Scripts: len(results),
			Pass: results.Count(packetdrill.Pass), Fail: results.Count(packetdrill.Fail),
			Unsupported: results.Count(packetdrill.Unsupported), Broken: results.Count(packetdrill.Broken), Lacks: results.Lacks()})
	}
	fmt.Fprintf(out, "\n%s\n", results.Summary(system))
	if s.lacks {
		for _, l := range results.Lacks() {
			fmt.Fprintf(out, "%6d  %s\n", l.Scripts, l.What)
		}
	}
	return nil
}
