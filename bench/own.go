package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type (
	miniOptions = explore.Options[minitcp.State, minitcp.Action]
	miniSystem  = explore.System[minitcp.State, minitcp.Action]
)

// searchArg, as the first argument, makes this command a search instead of the one that measures: tcpcheck's rows
// are processes of their own, as every tool's are.
const searchArg = "search-in-this-process"

// own is a row of tcpcheck's explorer in one mode.
func own(id, mode, keeps string, lossy bool, search func(*miniOptions)) row {
	return row{
		id: id, mode: mode, keeps: keeps, lossy: lossy, search: search, count: countOurs,
		prepare: func(_ context.Context, w *workshop) (command, error) {
			self, err := os.Executable()
			return command{argv: []string{self, searchArg, id, sizeText(w.sys)}}, err
		},
	}
}

// searchHere is the command when it is a search: args are the id of a row and a size.
func searchHere(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	refuse := func(err error) int { fmt.Fprintln(stderr, "bench:", err); return exitUsage }
	if len(args) != 2 {
		return refuse(fmt.Errorf("%s: found %d arguments, expected a row and a size", searchArg, len(args)))
	}
	sys, err := parseSize(args[1])
	if err != nil {
		return refuse(err)
	}
	for _, r := range rows {
		if r.id != args[0] || r.search == nil {
			continue
		}
		o := miniOptions{Always: []explore.Predicate[minitcp.State]{{Name: "phases are known", Holds: minitcp.PhasesKnown}}}
		r.search(&o)
		if o.Workers > 0 {
			runtime.GOMAXPROCS(o.Workers) // one worker is one processor, for the garbage collector too
		}
		if o.Store == explore.Disk {
			dir, err := os.MkdirTemp("", "bench")
			if err != nil {
				return refuse(err)
			}
			defer os.RemoveAll(dir)
			o.Dir = filepath.Join(dir, "search")
		}
		res := explore.Run(ctx, miniSystem(sys), o)
		if res.Reason != "" || len(res.Cuts) > 0 || len(res.Violations) > 0 { // not all was seen
			fmt.Fprintln(stderr, "bench: the search did not see everything:", res.Verdict, res.Reason)
			return exitIncomplete
		}
		fmt.Fprintf(stdout, "%d distinct states, %d generated, depth %d\n", res.Distinct, res.Generated, res.Depth)
		return exitOK
	}
	return refuse(fmt.Errorf("%s: found %q, expected the id of a row of tcpcheck", searchArg, args[0]))
}

// floor is a row of the search that was written for minitcp alone.
func floor(id string, workers int) row {
	mode := fmt.Sprintf("exact BFS, %d worker%s, no runs", workers, plural(workers))
	return row{
		id: id, mode: mode, keeps: states, count: countOurs,
		prepare: func(ctx context.Context, w *workshop) (command, error) {
			bin, err := w.floor(ctx)
			n := strconv.Itoa
			return command{argv: []string{bin, "-k", n(w.sys.Wire), "-opens", n(w.sys.Opens), "-niss", n(w.sys.Numbers), "-w", n(workers)}}, err
		},
	}
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
