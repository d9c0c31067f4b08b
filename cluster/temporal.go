package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
)

// A search is a workflow, which has one of the workers drive it (search.go). Each of its steps is a workflow too, and each task of a
// step an activity. What they send is small: a task, and the name of a file that has its result. If anything is lost, whoever
// waits for it starts it again: a task can be carried out any number of times.

const (
	stepWorkflow = "step"
	taskActivity = "task"
	finished     = "finished" // the query for the results so far
)

// batch is how many tasks are in one history. A server refuses more than 2000 activities at once.
const batch = 1000

const longest = 30 * 24 * time.Hour // that an attempt may take

var retries = temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: time.Minute, MaximumAttempts: 20}

// step is the input of the workflow.
type step struct {
	Tasks []explore.Task
	Done  []string      // the files with the results of the first tasks
	Batch int           // how many tasks before the history begins anew
	Beat  time.Duration // a task is lost if its worker is silent for so long
}

// runStep has all tasks carried out, and returns the files with their results.
func runStep(ctx workflow.Context, in step) ([]string, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: longest,
		HeartbeatTimeout:    in.Beat,
		WaitForCancellation: false,
		RetryPolicy:         &retries,
	})
	n := min(len(in.Tasks)-len(in.Done), in.Batch)
	batch := make([]string, n)
	if err := workflow.SetQueryHandler(ctx, finished, func() ([]string, error) {
		return slices.DeleteFunc(append(slices.Clone(in.Done), batch...), func(name string) bool { return name == "" }), nil
	}); err != nil {
		return nil, err
	}
	all := workflow.NewSelector(ctx)
	var failed error
	for i := range n {
		all.AddFuture(workflow.ExecuteActivity(ctx, taskActivity, in.Tasks[len(in.Done)+i]), func(f workflow.Future) {
			if err := f.Get(ctx, &batch[i]); err != nil && failed == nil {
				failed = err
			}
		})
	}
	for range n {
		if all.Select(ctx); failed != nil {
			return nil, failed
		}
	}
	in.Done = append(slices.Clone(in.Done), batch...)
	if len(in.Done) < len(in.Tasks) {
		return nil, workflow.NewContinueAsNewError(ctx, stepWorkflow, in)
	}
	return in.Done, nil
}

// queue names the search among those of a server: its workers and its driver must name its place alike.
func queue(dir string) string { return "tcpcheck " + dir }

func dial(ctx context.Context, url string) (client.Client, error) {
	where, ok := strings.CutPrefix(url, "temporal://")
	if !ok || where == "" {
		return nil, errors.New("expected temporal://HOST:PORT")
	}
	host, namespace, _ := strings.Cut(where, "/")
	if namespace == "" {
		namespace = client.DefaultNamespace
	}
	return client.DialContext(ctx, client.Options{HostPort: host, Namespace: namespace, Logger: quiet{}})
}

// stepEngine has the tasks of each step carried out by a workflow. The driver of the search uses it.
type stepEngine struct {
	client client.Client
	dir    string
	files  explore.Storage
	batch  int
	timing
}

// timing is what tests shorten.
type timing struct {
	beat time.Duration // for how long a worker may be silent before what it does goes to another
	wait time.Duration // between two looks at what is finished
}

var patient = timing{beat: 30 * time.Second, wait: 2 * time.Second}

// Do runs a workflow of the tasks. It ends that of another driver or of an earlier attempt.
func (e *stepEngine) Do(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]explore.Done, error) {
	told := map[string]bool{}
	names, err := runWorkflow[[]string](ctx, e.client, e.wait, client.StartWorkflowOptions{ID: queue(e.dir) + " step", TaskQueue: queue(e.dir),
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
	}, stepWorkflow, step{Tasks: tasks, Batch: e.batch, Beat: e.beat}, func(run client.WorkflowRun) { e.progress(ctx, run, told, report) })
	if err != nil {
		return nil, err
	}
	all := make([]explore.Done, len(names))
	for i, name := range names {
		if all[i], err = readDone(ctx, e.files, name); err != nil {
			return nil, err
		}
	}
	return all, e.files.Remove(ctx, names)
}

// progress reports the tasks that are finished. If they cannot be learnt now, they are reported later.
func (e *stepEngine) progress(ctx context.Context, run client.WorkflowRun, told map[string]bool, report func(explore.Done)) {
	value, err := e.client.QueryWorkflow(ctx, run.GetID(), "", finished)
	var names []string
	if err != nil || value.Get(&names) != nil {
		return
	}
	for _, name := range names {
		if !told[name] {
			if d, err := readDone(ctx, e.files, name); err == nil {
				told[name] = true
				report(d)
			}
		}
	}
}

// runWorkflow starts a workflow, calls look now and then, and returns the result. It starts the workflow again if the server has lost
// it. If ctx is done, it cancels the workflow, and waits ten seconds at most for its end.
func runWorkflow[T any](ctx context.Context, c client.Client, wait time.Duration, o client.StartWorkflowOptions, name string, in any, look func(client.WorkflowRun)) (out T, err error) {
	for {
		run, err := retried(ctx, func() (client.WorkflowRun, error) { return c.ExecuteWorkflow(ctx, o, name, in) })
		if err != nil {
			return out, plain(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := retried(ctx, func() (bool, error) { return true, run.Get(ctx, &out) })
			done <- err
		}()
		for err = errRunning; err == errRunning; {
			select {
			case err = <-done:
			case <-time.After(wait):
				look(run)
			}
		}
		if ctx.Err() != nil {
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			if c.CancelWorkflow(stop, run.GetID(), "") == nil { // or not: then it ends when it finds the search replaced
				_ = run.Get(stop, nil)
			}
			return out, ctx.Err()
		}
		if lost := new(serviceerror.NotFound); !errors.As(err, &lost) {
			return out, plain(err)
		}
	}
}

var errRunning = errors.New("the workflow is running")

// retried calls again while the server is not there or has too much to do, for ten minutes at most.
func retried[T any](ctx context.Context, call func() (T, error)) (T, error) {
	for since := time.Now(); ; {
		x, err := call()
		if err == nil || ctx.Err() != nil || !passes(err) || time.Since(since) > 10*time.Minute {
			return x, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// passes reports whether an error of a server is one that may not come again.
func passes(err error) bool {
	away, late, busy, cut := new(serviceerror.Unavailable), new(serviceerror.DeadlineExceeded), new(serviceerror.ResourceExhausted), new(serviceerror.Canceled)
	return errors.As(err, &away) || errors.As(err, &late) || errors.As(err, &busy) || errors.As(err, &cut)
}

// failure is what a task said when it failed. The server has tried it again as often as it helps.
type failure string

func (f failure) Error() string { return string(f) }

// plain is what a task said when it failed, without the names of Temporal around it.
func plain(err error) error {
	said, canceled := new(temporal.ApplicationError), new(temporal.CanceledError)
	switch {
	case errors.As(err, &said):
		return failure(said.Message())
	case errors.As(err, &canceled):
		return failure("somebody has stopped the search")
	}
	return err
}

// quiet is a logger that logs nothing: what matters is an error that the command prints.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
