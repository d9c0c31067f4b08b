package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type miniOptions = explore.Options[minitcp.State, minitcp.Action]

// workflowEngine runs the workflow of each step in Temporal's test environment, which needs no server.
type workflowEngine struct {
	t     *testing.T
	files explore.Storage
	do    func(context.Context, explore.Task) (explore.Done, error)
	again int // how often a history began anew
}

func (e *workflowEngine) Do(ctx context.Context, tasks []explore.Task, _ func(explore.Done)) ([]explore.Done, error) {
	in := step{Tasks: tasks, Batch: 3, Beat: time.Minute}
	for {
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(quiet{})
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		env.RegisterWorkflowWithOptions(runStep, workflow.RegisterOptions{Name: stepWorkflow})
		env.RegisterActivityWithOptions(func(ctx context.Context, t explore.Task) (string, error) {
			return carryOut(ctx, e.files, t, e.do)
		}, activity.RegisterOptions{Name: taskActivity})
		env.ExecuteWorkflow(stepWorkflow, in)
		if anew := new(workflow.ContinueAsNewError); errors.As(env.GetWorkflowError(), &anew) {
			e.again++
			if err := converter.GetDefaultDataConverter().FromPayloads(anew.Input, &in); err != nil {
				return nil, err
			}
			continue
		}
		var names []string
		if err := env.GetWorkflowError(); err != nil {
			return nil, plain(err)
		}
		if err := env.GetWorkflowResult(&names); err != nil {
			return nil, err
		}
		var all []explore.Done
		for _, name := range names {
			d, err := readDone(ctx, e.files, name)
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
		return all, nil
	}
}

func runMini(t *testing.T, do func(context.Context, explore.Task, *explore.TaskRunner[minitcp.State, minitcp.Action]) (explore.Done, error)) (*explore.Result[minitcp.State, minitcp.Action], *workflowEngine) {
	t.Helper()
	sys := explore.System[minitcp.State, minitcp.Action](minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	files := explore.DirStorage(t.TempDir())
	o := explore.Fine(miniOptions{Store: explore.Disk, Storage: files, Workers: 1, MaxMem: 1 << 20, Partitions: 4})
	runner, err := explore.NewTaskRunner(sys, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(runner.Close)
	e := &workflowEngine{t: t, files: files, do: func(ctx context.Context, task explore.Task) (explore.Done, error) {
		return do(ctx, task, runner)
	}}
	o.Engine = e
	return explore.Run(t.Context(), sys, o), e
}

// The workflow has each task carried out, again if an attempt fails, and begins its history anew after each batch.
func TestStepsAreWorkflows(t *testing.T) {
	var calls atomic.Int64
	r, e := runMini(t, func(ctx context.Context, task explore.Task, runner *explore.TaskRunner[minitcp.State, minitcp.Action]) (explore.Done, error) {
		d, err := runner.Do(ctx, task)
		if calls.Add(1)%5 == 2 { // the result is lost
			return explore.Done{}, errors.New("the worker was lost")
		}
		return d, err
	})
	if r.Verdict != explore.Verified || r.Distinct != 5307 || r.Err != nil || e.again < 10 {
		t.Errorf("%v with %d states, %v; the history began anew %d times", r.Verdict, r.Distinct, r.Err, e.again)
	}
}

// A file that is damaged and a system that panics end the search with a line, and are not tried again.
func TestWhatCannotHelpIsNotTriedAgain(t *testing.T) {
	for want, fail := range map[string]func() error{
		"states-1 is damaged": func() error { return fmt.Errorf("states-1 is damaged: %w", &explore.DamagedError{}) },
		"a task panics: no":   func() error { panic("no") },
	} {
		var calls atomic.Int64
		r, _ := runMini(t, func(context.Context, explore.Task, *explore.TaskRunner[minitcp.State, minitcp.Action]) (explore.Done, error) {
			calls.Add(1)
			return explore.Done{}, fail()
		})
		if r.Err == nil || !strings.Contains(r.Err.Error(), want) || strings.Contains(r.Err.Error(), "\n") || calls.Load() > 4 {
			t.Errorf("%v after %d calls, want a line with %q", r.Err, calls.Load(), want)
		}
	}
}
