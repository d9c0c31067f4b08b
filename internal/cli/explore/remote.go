package explore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// Remote is what a program has that goes past one machine: storages besides directories, and engines.
type Remote interface {
	// Storage opens the storage that a URL names.
	Storage(ctx context.Context, url string) (explore.Storage, error)
	// Away connects to an engine that has its workers drive and search what is kept in dir.
	Away(ctx context.Context, url, dir string) (explore.Away, error)
	// Work is such a worker, until ctx is done.
	Work(ctx context.Context, url, dir string, files explore.Storage, w explore.Worker) error
}

func isURL(place string) bool { return strings.Contains(place, "://") }

// storage opens the place of the search.
func (k *keeper) storage(ctx context.Context) (explore.Storage, error) {
	if !isURL(k.place()) {
		return explore.DirStorage(k.place()), nil
	}
	files, err := k.remote.Storage(ctx, k.place())
	if err != nil {
		return nil, exit.Usagef("%s: %v", k.place(), err)
	}
	return files, nil
}

// NewWorker returns the command that carries out tasks of a search.
func NewWorker(remote Remote) *cobra.Command {
	e := options{keeper: keeper{remote: remote}, asking: asking{fair: fairAll}}
	cmd := &cobra.Command{
		Use:   "worker --engine URL --dir DIR",
		Short: "Carry out tasks of the search that explore --engine URL --dir DIR runs",
		Long: `worker carries out tasks of a search, on as many machines as you start it on. One of the workers
also plans the search and commits its steps. A worker waits until the search has begun, and reads the
scenario and the questions from its directory. It must be the same program as the one that began the
search. Stop it with Ctrl-C at any time: its tasks then go to others.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.work(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&e.engine, "engine", "", "take tasks from this `engine`: temporal://HOST:PORT")
	f.StringVar(&e.resume, "dir", "", "the `dir` of the search, as explore has it")
	flags.Workers(f, &e.Limits.Workers)
	flags.Mem(f, &e.Limits.Mem)
	return cmd
}

// work waits for a search and carries out its tasks.
func (e *options) work(ctx context.Context, stderr io.Writer) error {
	if e.engine == "" || e.resume == "" {
		return exit.Usagef("worker: expected --engine and --dir")
	}
	files, err := e.storage(ctx)
	if err != nil {
		return err
	}
	if err := await(ctx, files, stderr); err != nil {
		return err
	}
	sub, err := e.prepare(ctx, nil)
	if err != nil {
		return err
	}
	o := e.Limits.Options()
	if err := sub.Predicates(&o, e.sometimes); err != nil {
		return err
	}
	if err := e.keep(ctx, &o, sub.File); err != nil {
		return err
	}
	use := sub.Blind &^ e.without
	o.Storage, o.Identity = files, append(o.Identity, reducedLine(&sub, use))
	o.Ends = func(s netfake.State) string { return pair(sub.Sys, s) }
	if reduced := sub.Sys.Reduced(use); reduced.Reductions() != netfake.NoReductions {
		return runTasks(ctx, e, reduced, o, stderr)
	}
	return runTasks(ctx, e, sub.Sys, o, stderr)
}

func runTasks(ctx context.Context, e *options, sys explore.System[netfake.State, netfake.Action], o properties.Options, stderr io.Writer) error {
	runner, err := explore.NewTaskRunner(sys, o)
	if err != nil {
		return exit.Usagef("worker: %v", err)
	}
	defer runner.Close()
	if err := runner.Check(ctx); err != nil {
		return exit.Usagef("worker: %v", err)
	}
	fmt.Fprintf(stderr, "worker: %d tasks at once for the search in %s\n", runner.AtOnce(), e.resume)
	if err := e.remote.Work(ctx, e.engine, e.resume, o.Storage, runner); err != nil {
		return exit.Usagef("--engine %s: %v", e.engine, err)
	}
	return nil
}

// await waits until there is a search.
func await(ctx context.Context, files explore.Storage, stderr io.Writer) error {
	for told := false; ; told = true {
		_, err := explore.Identity(ctx, files)
		switch {
		case err == nil:
			return nil
		case !errors.Is(err, fs.ErrNotExist):
			return exit.Usagef("--dir: %v", err)
		case !told:
			fmt.Fprintf(stderr, "worker: waiting for a search in %s\n", files)
		}
		select {
		case <-ctx.Done():
			return exit.Status(exit.Incomplete)
		case <-time.After(time.Second):
		}
	}
}
