package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
)

// A step of a search is a workflow, and each of its tasks an activity. What they send is small: a task, and the name of a file that
// has its result. If anything is lost, whoever waits for it starts it again: a task can be carried out any number of times.

const (
	stepWorkflow = "step"
	taskActivity = "task"
	finished     = "finished" // the query for the results so far
)

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
		StartToCloseTimeout: 30 * 24 * time.Hour,
		HeartbeatTimeout:    in.Beat,
		WaitForCancellation: false,
		RetryPolicy:         &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: time.Minute, MaximumAttempts: 20},
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

// temporalEngine is the driver's side.
type temporalEngine struct {
	client client.Client
	dir    string
	files  explore.Storage
	batch  int
	beat   time.Duration
	wait   time.Duration // between two looks at what is finished
}

// OpenTemporal connects to the server temporal://HOST:PORT, or temporal://HOST:PORT/NAMESPACE.
func OpenTemporal(ctx context.Context, url, dir string, files explore.Storage) (explore.Engine, error) {
	c, err := dial(ctx, url)
	if err != nil {
		return nil, err
	}
	return &temporalEngine{client: c, dir: dir, files: files, batch: 2000, beat: heartbeat, wait: 2 * time.Second}, nil
}

// heartbeat is for how long a worker may be silent before its task goes to another.
const heartbeat = 30 * time.Second

// Do runs a workflow of the tasks, and starts it again if the server has lost it.
func (e *temporalEngine) Do(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]explore.Done, error) {
	for {
		names, err := e.run(ctx, tasks, report)
		if lost := new(serviceerror.NotFound); ctx.Err() == nil && errors.As(err, &lost) {
			continue
		}
		if err != nil {
			return nil, plain(err)
		}
		all := make([]explore.Done, len(names))
		for i, name := range names {
			if all[i], err = readDone(ctx, e.files, name); err != nil {
				return nil, err
			}
		}
		return all, e.files.Remove(ctx, names)
	}
}

// run starts the workflow, which ends that of another driver or of an earlier attempt, and waits for it.
func (e *temporalEngine) run(ctx context.Context, tasks []explore.Task, report func(explore.Done)) ([]string, error) {
	run, err := retried(ctx, func() (client.WorkflowRun, error) {
		return e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: queue(e.dir), TaskQueue: queue(e.dir),
			WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_TERMINATE_EXISTING,
		}, stepWorkflow, step{Tasks: tasks, Batch: e.batch, Beat: e.beat})
	})
	if err != nil {
		return nil, err
	}
	done := make(chan error, 1)
	var names []string
	go func() {
		_, err := retried(ctx, func() (bool, error) { return true, run.Get(ctx, &names) })
		done <- err
	}()
	told := map[string]bool{}
	for {
		select {
		case err := <-done:
			if ctx.Err() != nil {
				stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
				defer cancel()
				_ = e.client.CancelWorkflow(stop, run.GetID(), "") // or not: then its results are not used
				return nil, ctx.Err()
			}
			return names, err
		case <-time.After(e.wait):
			e.progress(ctx, run, told, report)
		}
	}
}

// progress reports the tasks that are finished. If they cannot be learnt now, they are reported later.
func (e *temporalEngine) progress(ctx context.Context, run client.WorkflowRun, told map[string]bool, report func(explore.Done)) {
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

// retried calls again while the server is not there, for ten minutes at most.
func retried[T any](ctx context.Context, call func() (T, error)) (T, error) {
	for since := time.Now(); ; {
		x, err := call()
		away, late := new(serviceerror.Unavailable), new(serviceerror.DeadlineExceeded)
		if err == nil || ctx.Err() != nil || !errors.As(err, &away) && !errors.As(err, &late) || time.Since(since) > 10*time.Minute {
			return x, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// plain is what a task said when it failed, without the names of Temporal around it.
func plain(err error) error {
	if said := new(temporal.ApplicationError); errors.As(err, &said) {
		return errors.New(said.Message())
	}
	return err
}

// Work carries out tasks until ctx is done.
func Work(ctx context.Context, url, dir string, files explore.Storage, atOnce int, do func(context.Context, explore.Task) (explore.Done, error)) error {
	c, err := dial(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, queue(dir), worker.Options{MaxConcurrentActivityExecutionSize: atOnce, WorkerStopTimeout: time.Second})
	register(w, files, do)
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	<-ctx.Done()
	return nil
}

func register(w worker.Registry, files explore.Storage, do func(context.Context, explore.Task) (explore.Done, error)) {
	w.RegisterWorkflowWithOptions(runStep, workflow.RegisterOptions{Name: stepWorkflow})
	w.RegisterActivityWithOptions(func(ctx context.Context, t explore.Task) (string, error) {
		return carryOut(ctx, files, t, do)
	}, activity.RegisterOptions{Name: taskActivity})
}

// carryOut does a task, shows meanwhile that it is alive, and returns the file with the result.
func carryOut(ctx context.Context, files explore.Storage, t explore.Task, do func(context.Context, explore.Task) (explore.Done, error)) (name string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			activity.RecordHeartbeat(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(activity.GetInfo(ctx).HeartbeatTimeout / 4):
			}
		}
	}()
	defer func() {
		if r := recover(); r != nil { // the system panics: it would anywhere
			err = temporal.NewNonRetryableApplicationError(fmt.Sprintf("a task panics: %v", r), "panic", nil)
		}
	}()
	d, err := do(ctx, t)
	switch damaged := new(explore.DamagedError); {
	case errors.Is(err, explore.ErrStale), errors.As(err, &damaged):
		return "", temporal.NewNonRetryableApplicationError(err.Error(), "file", err)
	case err != nil:
		return "", err
	}
	return writeDone(ctx, files, d)
}

// writeDone writes a result into a file, and returns its name with its checksum.
func writeDone(ctx context.Context, files explore.Storage, d explore.Done) (string, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	name := explore.TaskFile(d.Task)
	w, err := files.Create(ctx, name, false)
	if err != nil {
		return "", err
	}
	data = append(data, fmt.Sprintf("\n%08x", crc32.ChecksumIEEE(data))...)
	if _, err := w.Write(data); err != nil {
		w.Close()
		return "", err
	}
	return name, w.Close()
}

func readDone(ctx context.Context, files explore.Storage, name string) (d explore.Done, err error) {
	r, err := files.Open(ctx, name, 0)
	if err != nil {
		return d, fmt.Errorf("%s/%s: %w", files, name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return d, fmt.Errorf("%s/%s: %w", files, name, err)
	}
	at := max(len(data)-9, 0)
	if string(data[at:]) != fmt.Sprintf("\n%08x", crc32.ChecksumIEEE(data[:at])) {
		return d, fmt.Errorf("%s/%s is damaged: its checksum is not what it says", files, name)
	}
	return d, json.Unmarshal(data[:at], &d)
}

// quiet is a logger that logs nothing: what matters is an error that the command prints.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
