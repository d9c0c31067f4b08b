package cluster

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type miniOptions = explore.Options[minitcp.State, minitcp.Action]

// workflowEngine runs the workflow of each step in Temporal's test environment, which needs no server.
type workflowEngine struct {
	hands *hands
	again int // how often a history began anew
}

func (e *workflowEngine) Do(ctx context.Context, tasks []explore.Task, _ func(explore.Done)) (all []explore.Done, err error) {
	var names []string
	if err := e.run(stepWorkflow, step{Tasks: tasks, Batch: 3, Beat: time.Minute}, &names); err != nil {
		return nil, err
	}
	for _, name := range names {
		d, err := readDone(ctx, e.hands.files, name)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// away is an [explore.Away]. The worker that drives uses the same engine.
func (e *workflowEngine) away(_ context.Context, l explore.Limits, _ func(explore.Progress)) (out explore.Outcome, err error) {
	err = e.run(searchWorkflow, search{Limits: l, Queue: "drivers", Beat: time.Minute}, &out)
	return out, err
}

// run runs a workflow, and begins its history anew when it asks for that.
func (e *workflowEngine) run(name string, in, out any) error {
	for {
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(quiet{})
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // this machine may be busy
		e.hands.register(env, env)
		env.ExecuteWorkflow(name, in)
		if anew := new(workflow.ContinueAsNewError); errors.As(env.GetWorkflowError(), &anew) {
			e.again++
			next := reflect.New(reflect.TypeOf(in))
			if err := converter.GetDefaultDataConverter().FromPayloads(anew.Input, next.Interface()); err != nil {
				return err
			}
			in = next.Elem().Interface()
			continue
		}
		if err := env.GetWorkflowError(); err != nil {
			return plain(err)
		}
		return env.GetWorkflowResult(out)
	}
}

// roughWorker is a worker to which something happens.
type roughWorker struct {
	explore.Worker
	do    func(ctx context.Context, t explore.Task, w explore.Worker) (explore.Done, error)
	drive func(ctx context.Context, drive func(context.Context) (explore.Outcome, error)) (explore.Outcome, error)
}

func (w *roughWorker) Do(ctx context.Context, t explore.Task) (explore.Done, error) {
	if w.do == nil {
		return w.Worker.Do(ctx, t)
	}
	return w.do(ctx, t, w.Worker)
}

func (w *roughWorker) Drive(ctx context.Context, l explore.Limits, e explore.Engine, p func(explore.Progress)) (explore.Outcome, error) {
	drive := func(ctx context.Context) (explore.Outcome, error) { return w.Worker.Drive(ctx, l, e, p) }
	if w.drive == nil {
		return drive(ctx)
	}
	return w.drive(ctx, drive)
}

// runMini searches minitcp as explore --engine does, with one worker.
func runMini(t *testing.T, w *roughWorker, o miniOptions) (*explore.Result[minitcp.State, minitcp.Action], *workflowEngine) {
	t.Helper()
	sys := explore.System[minitcp.State, minitcp.Action](minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	o.Store, o.Storage, o.Workers, o.MaxMem, o.Partitions = explore.Disk, explore.DirStorage(t.TempDir()), 1, 1<<20, 4
	o = explore.Fine(o)
	runner, err := explore.NewTaskRunner(sys, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Close)
	w.Worker = runner
	e := &workflowEngine{hands: &hands{ctx: t.Context(), worker: w, files: o.Storage}}
	e.hands.engine = e
	o.Away = e.away
	return explore.Run(t.Context(), sys, o), e
}

// The workflow has each task carried out, again if an attempt fails, and begins its history anew after each batch.
func TestStepsAreWorkflows(t *testing.T) {
	var calls atomic.Int64
	r, e := runMini(t, &roughWorker{do: func(ctx context.Context, task explore.Task, w explore.Worker) (explore.Done, error) {
		d, err := w.Do(ctx, task)
		if calls.Add(1)%5 == 2 { // the result is lost
			return explore.Done{}, errors.New("the worker was lost")
		}
		return d, err
	}}, miniOptions{})
	if r.Verdict != explore.Verified || r.Distinct != 5307 || r.Err != nil || e.again < 10 {
		t.Errorf("%v with %d states, %v; the history began anew %d times", r.Verdict, r.Distinct, r.Err, e.again)
	}
}

// If the worker that drives the search is lost, the next one goes on, and the result is that of a search in memory.
func TestSearchGoesOnWithoutItsDriver(t *testing.T) {
	sometimes := []explore.Predicate[minitcp.State]{{Name: "both established", Holds: minitcp.BothEstablished}}
	for _, o := range []miniOptions{{Sometimes: sometimes}, {MaxDepth: 9}, {MaxStates: 1000},
		{Always: []explore.Predicate[minitcp.State]{{Name: "in sync", Holds: minitcp.InSync}}}} {
		attempts := 0
		r, e := runMini(t, &roughWorker{drive: func(ctx context.Context, drive func(context.Context) (explore.Outcome, error)) (explore.Outcome, error) {
			attempts++
			if attempts > 3 {
				return drive(ctx)
			}
			ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
			defer cancel()
			out, err := drive(ctx)
			if attempts == 2 && err == nil {
				err = temporal.NewHeartbeatTimeoutError()
			} else if attempts == 3 && err == nil { // as if it were the last one that the server allows
				err = temporal.NewNonRetryableApplicationError("the worker was stopped", stoppedWorker, nil)
			} else if err == nil {
				err = errors.New("lost")
			}
			return out, err
		}}, o)
		o.Workers = 1
		want := explore.Run(t.Context(), explore.System[minitcp.State, minitcp.Action](minitcp.System{Wire: 2, Opens: 1, Numbers: 1}), o)
		if o.MaxStates > 0 { // a search on disk ends after the level
			want.Distinct, want.Generated, want.Levels = r.Distinct, r.Generated, r.Levels
		}
		told := func(r *explore.Result[minitcp.State, minitcp.Action]) string {
			return fmt.Sprint(r.Verdict, r.Reason, r.Err, r.Distinct, r.Generated, r.Levels, r.Terminals, r.Loops, r.Cuts, len(r.Violations), r.Missing())
		}
		if told(r) != told(want) || attempts < 4 {
			t.Errorf("after %d drivers and %d beginnings:\n%s, want\n%s", attempts, e.again, told(r), told(want))
		}
	}
}

// A file that is damaged, a system that panics and a worker of another build end the search with a line, and are not tried again.
func TestWhatCannotHelpIsNotTriedAgain(t *testing.T) {
	for want, fail := range map[string]func() error{
		"states-1 is damaged": func() error { return fmt.Errorf("states-1 is damaged: %w", &explore.DamagedError{}) },
		"a task panics: no":   func() error { panic("no") },
		"cannot take part: a holds another search; there: program: 1; here:  program: 2": func() error {
			return &explore.MismatchError{Dir: "a", Stored: []string{"program: 1"}, Asked: []string{"program: 2"}}
		},
	} {
		var calls atomic.Int64
		r, _ := runMini(t, &roughWorker{do: func(context.Context, explore.Task, explore.Worker) (explore.Done, error) {
			calls.Add(1)
			return explore.Done{}, fail()
		}}, miniOptions{})
		if r.Err == nil || !strings.Contains(r.Err.Error(), want) || strings.Contains(r.Err.Error(), "\n") || calls.Load() > 4 {
			t.Errorf("%v after %d calls, want a line with %q", r.Err, calls.Load(), want)
		}
	}
}
