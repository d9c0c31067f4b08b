package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"
)

// The exit statuses.
const (
	exitOK         = 0
	exitDisagree   = 1 // the tools do not agree on the number of states
	exitUsage      = 2
	exitIncomplete = 3 // a run failed, took too long, or was interrupted
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 && os.Args[1] == searchArg {
		os.Exit(searchHere(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	adoptOrphans()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// settings are the flags.
type settings struct {
	size     string
	only     []string
	runs     int
	timeout  time.Duration
	tlc      string
	json     bool
	markdown bool
	list     bool
	install  bool
}

func (s *settings) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("bench", pflag.ContinueOnError)
	f.StringVar(&s.size, "size", "S", "tiny, S, L, or `K,OPENS,NISS`: segments on the network, opens, initial numbers, each 1 to 3")
	f.StringSliceVar(&s.only, "only", nil, "measure these tools or rows only, with commas between (see --list)")
	f.IntVar(&s.runs, "runs", 3, "repetitions of each row, interleaved; the medians are printed")
	f.DurationVar(&s.timeout, "timeout", 30*time.Minute, "give a single run up after so long (0: never)")
	f.StringVar(&s.tlc, "tlc", "", "`path` of TLC's tla2tools.jar")
	f.BoolVar(&s.json, "json", false, "print the report as JSON, with every run")
	f.BoolVar(&s.markdown, "markdown", false, "print the ratios as a document: TABLE.md")
	f.BoolVar(&s.list, "list", false, "list the rows, and measure nothing")
	f.BoolVar(&s.install, "install", false, "install Debian packages that are missing, as root")
	f.SortFlags = false
	return f
}

func (s *settings) check() error {
	switch {
	case s.runs < 1:
		return fmt.Errorf("--runs: found %d, expected at least 1", s.runs)
	case s.json && s.markdown:
		return errors.New("--json, --markdown: found both, expected one of them")
	case s.timeout < 0:
		return fmt.Errorf("--timeout: found %v, expected a duration from 0", s.timeout)
	}
	if s.tlc != "" {
		if info, err := os.Stat(s.tlc); err != nil || info.IsDir() {
			return fmt.Errorf("--tlc: found %q, expected the path of a readable tla2tools.jar", s.tlc)
		}
	}
	return nil
}

// run is main without the process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var s settings
	f := s.flags()
	f.SetOutput(stderr)
	refuse := func(err error) int { fmt.Fprintln(stderr, "bench:", err); return exitUsage }
	if err := f.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return refuse(err)
	}
	if f.NArg() > 0 {
		return refuse(fmt.Errorf("found %q, expected flags only", f.Arg(0)))
	}
	if err := s.check(); err != nil {
		return refuse(err)
	}
	sys, err := parseSize(s.size)
	if err != nil {
		return refuse(err)
	}
	chosen, err := pick(s.only)
	if err != nil {
		return refuse(err)
	}
	if s.list {
		return list(stdout, chosen)
	}
	dir, err := os.MkdirTemp("", "tcpcheck-bench")
	if err != nil {
		return refuse(err)
	}
	defer os.RemoveAll(dir)
	w := &workshop{sys: sys, dir: dir, cargo: cargoFolder(dir), tlc: s.tlc, install: s.install, optimize: "-O3", say: stderr}
	rep := measureAll(ctx, w, chosen, s.runs, s.timeout)
	rep.Command = strings.Join(append([]string{"go run ."}, args...), " ")
	switch {
	case s.json:
		err = rep.writeJSON(stdout)
	case s.markdown:
		err = rep.writeMarkdown(stdout)
	default:
		err = rep.writeTable(stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitIncomplete
	}
	return rep.status()
}

// cargoFolder is a folder that stays; within dir if the machine has none for such things.
func cargoFolder(dir string) string {
	if cache, err := os.UserCacheDir(); err == nil {
		return filepath.Join(cache, "tcpcheck-bench", "cargo")
	}
	return filepath.Join(dir, "cargo")
}

func list(w io.Writer, chosen []row) int {
	for _, r := range chosen {
		if _, err := fmt.Fprintf(w, "%-17s %s, keeps %s\n", r.id, r.mode, r.keeps); err != nil {
			return exitIncomplete
		}
	}
	return exitOK
}
