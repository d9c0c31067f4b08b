package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/tcpcheck/tcpcheck/explore"
)

// Work carries out tasks until ctx is done, and drives the search if the server asks this worker to.
func Work(ctx context.Context, url, dir string, files explore.Storage, w explore.Worker) error {
	return workWith(ctx, url, dir, files, w, patient)
}

func workWith(ctx context.Context, url, dir string, files explore.Storage, w explore.Worker, t timing) error {
	c, err := dial(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close()
	// A heartbeat also brings the news that the search is stopped.
	o := worker.Options{MaxConcurrentActivityExecutionSize: w.AtOnce(), WorkerStopTimeout: 5 * time.Second, MaxHeartbeatThrottleInterval: 2 * time.Second}
	tasks := worker.New(c, queue(dir), o)
	o.MaxConcurrentActivityExecutionSize, o.DisableWorkflowWorker = 1, true
	driver := worker.New(c, drivers(dir), o)
	hands := &hands{ctx, w, files, &stepEngine{client: c, dir: dir, files: files, batch: batch, timing: t}}
	hands.register(tasks, driver)
	for _, w := range []worker.Worker{tasks, driver} {
		if err := w.Start(); err != nil {
			return err
		}
		defer w.Stop()
	}
	<-ctx.Done()
	return nil
}

// hands are the activities of a worker, until its context is done.
type hands struct {
	ctx    context.Context
	worker explore.Worker
	files  explore.Storage
	engine explore.Engine // for a search that the worker drives
}

func (h *hands) register(tasks, driver worker.Registry) {
	tasks.RegisterWorkflowWithOptions(runSearch, workflow.RegisterOptions{Name: searchWorkflow})
	tasks.RegisterWorkflowWithOptions(runStep, workflow.RegisterOptions{Name: stepWorkflow})
	tasks.RegisterActivityWithOptions(h.carryOut, activity.RegisterOptions{Name: taskActivity})
	driver.RegisterActivityWithOptions(h.drive, activity.RegisterOptions{Name: driveActivity})
}

// carryOut does a task, and returns the file with the result.
func (h *hands) carryOut(ctx context.Context, t explore.Task) (name string, err error) {
	err = h.alive(ctx, func() any { return nil }, func(ctx context.Context) error {
		d, err := h.worker.Do(ctx, t)
		if err == nil {
			name, err = writeDone(ctx, h.files, d)
		}
		return err
	})
	return name, err
}

// drive continues the search to its end. Its heartbeats have the progress.
func (h *hands) drive(ctx context.Context, l explore.Limits) (out explore.Outcome, err error) {
	var last atomic.Pointer[explore.Progress]
	err = h.alive(ctx, func() any { return last.Load() }, func(ctx context.Context) error {
		out, err = h.worker.Drive(ctx, l, h.engine, func(p explore.Progress) { last.Store(&p) })
		return err
	})
	return out, err
}

// alive does something, and shows meanwhile that this worker is alive. Its error says whether to try again.
func (h *hands) alive(ctx context.Context, details func() any, do func(context.Context) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	go func() {
		for ctx.Err() == nil {
			activity.RecordHeartbeat(ctx, details())
			select {
			case <-ctx.Done():
			case <-time.After(min(activity.GetInfo(ctx).HeartbeatTimeout/4, 2*time.Second)):
			}
		}
	}()
	defer func() {
		if r := recover(); r != nil { // the system panics: it would anywhere
			err = temporal.NewNonRetryableApplicationError(fmt.Sprintf("a task panics: %v", r), "panic", nil)
		}
	}()
	err = do(ctx)
	switch damaged, other, final := new(explore.DamagedError), new(explore.MismatchError), failure(""); {
	case ctx.Err() != nil: // and not an error that says so: the server takes that for the end of it
		return temporal.NewApplicationError("the worker was stopped", stoppedWorker)
	case errors.As(err, &other):
		host, _ := os.Hostname()
		text := fmt.Sprintf("a worker on %s cannot take part: %s", host, strings.ReplaceAll(err.Error(), "\n ", ";"))
		return temporal.NewNonRetryableApplicationError(text, "search", err)
	case errors.Is(err, explore.ErrStale), errors.Is(err, explore.ErrReplaced), errors.As(err, &damaged), errors.As(err, &final):
		return temporal.NewNonRetryableApplicationError(err.Error(), "file", err)
	}
	return err
}
